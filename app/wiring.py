"""Which implementation stands behind which port."""

from collections.abc import Callable
from datetime import UTC, datetime

from app.http.webhooks import Addresses, Webhooks
from app.settings import Settings, TokenSettings
from db.engine import Database
from domain.models.model import Provider
from domain.ports.token_verifier import TokenVerifier
from providers.local.files import LocalFiles
from providers.local.images import LocalImages
from providers.supabase.tokens import SupabaseTokens, fetch_jwks
from tasks.images import ImageProviders


def utc_now() -> datetime:
    return datetime.now(UTC)


def make_files(settings: Settings) -> LocalFiles:
    return LocalFiles(
        settings.data_dir / "files",
        public_url=settings.http.public_url,
        secret=settings.derived_secret("files"),
        now=utc_now,
    )


def make_tokens(tokens: TokenSettings) -> TokenVerifier:
    return SupabaseTokens(
        issuer=tokens.issuer,
        audience=tokens.audience,
        secret=tokens.secret,
        fetch_keys=fetch_jwks(tokens.jwks_url) if tokens.jwks_url else None,
    )


def make_images(settings: Settings) -> ImageProviders:
    """Of those that are configured. SDKs are imported when one is first asked."""
    return ImageProviders(
        answering={Provider.LOCAL: LocalImages(faults=settings.local_faults)}, choices=settings.providers.choices
    )


def make_webhooks(settings: Settings, database: Database, *, on_news: Callable[[], None]) -> Webhooks:
    return Webhooks(
        database=database, secret=settings.derived_secret("webhooks"), fal=None, now=utc_now, on_news=on_news
    )


def make_addresses(settings: Settings) -> Addresses | None:
    if not settings.providers.webhooks:
        return None
    return Addresses(public_url=settings.http.public_url, secret=settings.derived_secret("webhooks"), now=utc_now)

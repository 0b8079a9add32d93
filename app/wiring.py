"""Which implementation stands behind which port."""

from collections.abc import Callable
from datetime import UTC, datetime

from app.http.manifests import ManifestAddresses
from app.http.webhooks import Addresses, Webhooks
from app.settings import Settings, TokenSettings
from db.engine import Database
from domain.ports.token_verifier import TokenVerifier
from providers.fal.webhooks import FalWebhooks
from providers.local.files import LocalFiles
from providers.pictures.children import PicturesInChildren
from providers.supabase.buckets import Buckets, SupabaseStore
from providers.supabase.files import SupabaseFiles
from providers.supabase.shelves import Shelf
from providers.supabase.tokens import SupabaseTokens, fetch_jwks


def utc_now() -> datetime:
    return datetime.now(UTC)


def make_files(settings: Settings) -> LocalFiles | SupabaseStore:
    storage = settings.providers.storage
    if storage is None:
        return make_local_files(settings)
    apart = {Shelf.ADULT: storage.adult_bucket, Shelf.WEIGHTS: storage.weights_bucket}
    others = {
        shelf: SupabaseFiles(url=storage.url, key=storage.key, bucket=bucket, now=utc_now, shelves=[shelf])
        for shelf, bucket in apart.items()
        if bucket and (shelf is Shelf.ADULT or settings.providers.trainers)
    }
    shelves = [Shelf.ORDINARY] if Shelf.WEIGHTS in others else [Shelf.ORDINARY, Shelf.WEIGHTS]
    ordinary = SupabaseFiles(url=storage.url, key=storage.key, bucket=storage.bucket, now=utc_now, shelves=shelves)
    return Buckets(ordinary, others) if others else ordinary


def make_pictures() -> PicturesInChildren:
    """Starts nothing by itself."""
    return PicturesInChildren()


def make_tokens(tokens: TokenSettings) -> TokenVerifier:
    return SupabaseTokens(
        issuer=tokens.issuer,
        audience=tokens.audience,
        secret=tokens.secret,
        fetch_keys=fetch_jwks(tokens.jwks_url) if tokens.jwks_url else None,
    )


def make_local_files(settings: Settings) -> LocalFiles:
    return LocalFiles(
        settings.data_dir / "files",
        public_url=settings.http.public_url,
        secret=settings.derived_secret("files"),
        now=utc_now,
    )


def make_manifests(settings: Settings) -> ManifestAddresses:
    return ManifestAddresses(
        public_url=settings.http.public_url, secret=settings.derived_secret("manifests"), now=utc_now
    )


def make_webhooks(settings: Settings, database: Database, *, on_news: Callable[[], None]) -> Webhooks:
    fal = settings.providers.fal
    return Webhooks(
        database=database,
        secret=settings.derived_secret("webhooks"),
        fal=FalWebhooks(jwks_url=f"{fal.rest_url}/.well-known/jwks.json", account=fal.account) if fal else None,
        now=utc_now,
        on_news=on_news,
    )


def make_addresses(settings: Settings) -> Addresses | None:
    if not settings.providers.webhooks:
        return None
    return Addresses(public_url=settings.http.public_url, secret=settings.derived_secret("webhooks"), now=utc_now)

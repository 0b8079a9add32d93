"""Which implementation stands behind which port."""

from datetime import UTC, datetime

from app.settings import Settings, TokenSettings
from domain.ports.image_provider import ImageProvider
from domain.ports.token_verifier import TokenVerifier
from providers.local.files import LocalFiles
from providers.local.images import LocalImages
from providers.supabase.tokens import SupabaseTokens, fetch_jwks


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


class LocalOnly:
    """Every model is drawn by the local sketch: no other provider is built yet."""

    def __init__(self, local: ImageProvider) -> None:
        self._local = local

    def for_model(self, model: str) -> ImageProvider:
        return self._local


def make_images(settings: Settings) -> LocalOnly:
    return LocalOnly(LocalImages(faults=settings.local_faults))

"""`likeness provenance`: what a file says of where it comes from, and the root that says whether to believe it. Asks no server."""

from collections.abc import Mapping
from pathlib import Path

from app.cli.errors import CommandError
from app.cli.tokens import NOT_ASKED
from app.embedded import DataDir
from app.provenance import make_identities
from app.settings import Settings, data_dir_of
from domain.errors import ProviderMisconfigured
from domain.images.picture import Picture
from domain.ports.object_store import EXTENSIONS
from providers.provenance.identity import Identity
from providers.provenance.reading import Reading, reading_of

ENDINGS = {f".{ending}": kind for kind, ending in EXTENSIONS.items()} | {".jpeg": "image/jpeg"}


def print_root(env: Mapping[str, str]) -> None:
    """Made now, where none was needed until now."""
    print(_identity(env).root.decode(), end="")


def verify_file(env: Mapping[str, str], file: Path, *, root: Path | None) -> int:
    """The exit status: 0 only for a file that is as it was signed, by this root."""
    kind = ENDINGS.get(file.suffix.lower())
    if kind is None:
        raise CommandError(f"{file.name}: JPEG, PNG and WebP can be read, by their ending.")
    try:
        trusted = root.read_bytes() if root else _identity(env).root
        found = reading_of(Picture(file.read_bytes(), kind), trusted)
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{file.name}: {error}") from error
    if found is None:
        print(f"{file.name}: no content credentials.")
        return 1
    _tell(file, found)
    return 0 if found.is_ours else 1


def _tell(file: Path, found: Reading) -> None:
    verdict = {
        "Trusted": "signed by this root, and as it was signed",
        "Valid": "as it was signed, but by somebody whom this root does not vouch for",
    }
    print(f"{file.name}: {verdict.get(found.state, 'changed since it was signed, or not signed rightly')}.")
    for fault in found.faults:
        print(f"  fault        {fault}")
    print(f"  manifest     {found.manifest}")
    print(f"  signed by    {found.signed_by}, with {found.generator}")
    print(f"  source type  {found.source_type or 'not said'}")
    print(
        f"  made by      {found.made_by or 'not said'} ({found.action}){f', {found.made_at}' if found.made_at else ''}"
    )
    for relation, title, manifest in found.ingredients:
        print(f"  {relation:<12} {title}{f', {manifest}' if manifest else ''}")


def _identity(env: Mapping[str, str]) -> Identity:
    secret = env.get("LIKENESS_SECRET") or DataDir(data_dir_of(env)).app_secret().hex()
    try:
        return make_identities(Settings.from_env({**NOT_ASKED, **env, "LIKENESS_SECRET": secret})).now_signing()
    except ProviderMisconfigured as error:
        raise CommandError(f"There is no certificate to sign with: {error.detail}.") from error

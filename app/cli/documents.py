"""`likeness documents`: a manifest of what the clients send, checked against the schema before anyone trusts it."""

from collections.abc import Sequence
from pathlib import Path

from app.cli.errors import CommandError
from app.edge.manifest import ManifestError, make_manifest, manifest_json
from schema.build import build_schema
from schema.execution.documents import Documents
from schema.execution.refusals import RequestRefused


def print_manifest(files: Sequence[Path]) -> None:
    """In Relay's form. Raises `CommandError` with what is wrong, and prints nothing then."""
    try:
        manifest = make_manifest([path.read_text(encoding="utf-8") for path in files])
    except ManifestError as error:
        raise CommandError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"A file cannot be read: {error}") from None
    documents = Documents(build_schema()._schema)
    for document in manifest.values():
        try:
            documents.read(document, is_open=True)
        except RequestRefused as refused:
            raise CommandError(f"{refused}\nin:\n{document}") from None
    print(manifest_json(manifest))

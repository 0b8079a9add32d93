"""What a file says of itself, and whether it is to be believed: by our root, without asking anybody."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from domain.images.picture import Picture
from domain.images.provenance import IPTC
from providers.provenance.signing import offline

MADE = frozenset({"c2pa.created", "c2pa.edited", "c2pa.resized", "c2pa.edited.metadata"})
"""Actions that say how the pixels came about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    state: str
    """c2pa's word: `Trusted` (by this root), `Valid` (whole, and signed by anyone), or `Invalid`."""
    faults: Sequence[str]
    manifest: str
    signed_by: str
    generator: str
    action: str
    source_type: str | None
    """The IPTC's code."""
    made_by: str | None
    made_at: str | None
    ingredients: Sequence[tuple[str, str, str | None]]
    """Relation, title, and the manifest it brought."""

    @property
    def is_ours(self) -> bool:
        return self.state == "Trusted"


def reading_of(picture: Picture, root: bytes) -> Reading | None:
    """None of a file without a manifest. Blocks. Raises `ValueError` for what cannot be read."""
    import c2pa  # type: ignore[import-untyped] # noqa: PLC0415 - it ships none; only whoever reads needs it

    try:
        with (
            c2pa.Context(c2pa.Settings.from_dict(offline(root))) as context,
            c2pa.Reader(picture.content_type, BytesIO(picture.data), context=context) as reader,
        ):
            return _reading(reader.get_validation_state() or "Invalid", json.loads(reader.json()))
    except c2pa.C2paError.ManifestNotFound:
        return None
    except c2pa.C2paError as error:
        raise ValueError(f"The file's manifest cannot be read: {error}") from error


def _reading(state: str, told: Mapping[str, Any]) -> Reading:
    active = told["active_manifest"]
    manifest = told["manifests"][active]
    actions: list[dict[str, Any]] = next(
        (one["data"]["actions"] for one in manifest["assertions"] if one["label"].startswith("c2pa.actions")), []
    )
    made: dict[str, Any] = next((one for one in actions if one["action"] in MADE), {})
    signature, (generator, *_) = manifest.get("signature_info", {}), manifest["claim_generator_info"]
    return Reading(
        state=state,
        faults=[fault["code"] for fault in told.get("validation_status") or ()],
        manifest=active,
        signed_by=", ".join(dict.fromkeys(filter(None, (signature.get("issuer"), signature.get("common_name"))))),
        generator=f"{generator['name']} {generator.get('version', '')}".strip(),
        action=made.get("action", ""),
        source_type=str(made["digitalSourceType"]).removeprefix(IPTC) if "digitalSourceType" in made else None,
        made_by=(made.get("softwareAgent") or {}).get("name"),
        made_at=made.get("when"),
        ingredients=[
            (one["relationship"], one.get("title", ""), one.get("active_manifest"))
            for one in manifest.get("ingredients", ())
        ],
    )

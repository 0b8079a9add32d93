"""Where an image comes from, in words and as the file says it."""

from datetime import datetime

import strawberry

from domain.images.provenance import Provenance as Told
from domain.images.provenance import SourceType
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered
from schema.ids import global_id

UNSIGNED = "This image was made before images were signed. Its file has no content credentials."


@strawberry.type(description="Where an image comes from, for whoever sees it elsewhere.")
class Provenance:
    is_ai_generated: bool = strawberry.field(
        description="True of every image made here: no pixel of it is a photograph as it was taken. `digitalSourceType` says more."
    )
    generator: str = strawberry.field(description="What made it: the provider and its model.")
    digital_source_type: SourceType | None = strawberry.field(
        description="How it came about, as its file says in XMP and in its manifest. Null where `unsignedBecause` is not."
    )
    signed_by: str | None = strawberry.field(
        description="Who the certificate names that the file is signed with. Null where `unsignedBecause` is not."
    )
    signed_at: datetime | None = strawberry.field(
        description="When it was signed, by our own clock. Null where `unsignedBecause` is not."
    )
    manifest_id: str | None = strawberry.field(
        description=(
            "The name of its manifest (`urn:c2pa:…`), which is in the file and in files made from it. Null where `unsignedBecause` "
            "is not."
        )
    )
    ingredient_ids: list[strawberry.ID] = strawberry.field(
        description=(
            "Images that the manifest names as what it was made from, the one that was changed first; some may be deleted by now. "
            "Photos and style images that somebody sent are told there without anything that identifies them, and not here."
        )
    )
    unsigned_because: str | None = strawberry.field(
        description="Why its file has no content credentials. Null where it has: every image that was made since 21 November 2026."
    )
    manifest_url: str | None = strawberry.field(
        description=(
            "Its content credentials (C2PA) alone, as a `.c2pa` file; the image's own file has them in it. Good for 5 to 10 minutes. "
            "Null where `unsignedBecause` is not."
        )
    )

    @classmethod
    def of(cls, told: Told | None, *, generator: str, manifest_url: str | None) -> "Provenance":
        return cls(
            is_ai_generated=True,
            generator=generator,
            digital_source_type=told.source_type if told else None,
            signed_by=told.signed_by if told else None,
            signed_at=told.signed_at if told else None,
            manifest_id=told.manifest if told else None,
            ingredient_ids=[global_id("ImageAsset", id_) for id_ in told.ingredient_ids] if told else [],
            unsigned_because=None if told else UNSIGNED,
            manifest_url=manifest_url,
        )

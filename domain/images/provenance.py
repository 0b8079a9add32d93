"""Where a picture comes from, as its file says it: an IPTC source type, and a signed manifest (C2PA, docs/decisions/0028).

A manifest goes wherever its picture goes. So it names no user, no id of ours and no words of theirs: pictures that were made
here are told by their own manifests, and what somebody sent is told by its kind alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.ids import ImageId
from domain.images.picture import Picture
from domain.models.model import Ability, Provider

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class SourceType(StrEnum):
    """How pixels came about. Source: IPTC NewsCodes, Digital Source Type (2026-11)."""

    TRAINED_ALGORITHMIC_MEDIA = "trainedAlgorithmicMedia"
    COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA = "compositeWithTrainedAlgorithmicMedia"
    ALGORITHMIC_MEDIA = "algorithmicMedia"
    ALGORITHMICALLY_ENHANCED = "algorithmicallyEnhanced"
    COMPOSITE_SYNTHETIC = "compositeSynthetic"

    @property
    def uri(self) -> str:
        return IPTC + self.value


class Relation(StrEnum):
    """Of an ingredient to what was made of it, in C2PA's words."""

    PARENT = "parentOf"
    INPUT = "inputTo"


class Part(StrEnum):
    """What an ingredient is. Said in public, so it says no more than this."""

    SOURCE = "The picture that was changed"
    REFERENCE = "A picture of the character, which a model was shown"
    PHOTO = "Photos of the person"
    STYLE = "A picture whose style was taken"
    FULL_SIZE = "The picture in full size"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    relation: Relation
    part: Part
    image_id: ImageId | None = None
    """Of a picture that was made here."""
    picture: Picture | None = None
    """Its file, whose own manifest goes into the new one. None where that is not told: what somebody sent is theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What a manifest is to say of one picture."""

    source_type: SourceType
    provider: str
    model: str
    made_at: datetime
    ingredients: Sequence[Ingredient] = ()

    @property
    def made_by(self) -> str:
        return generator_of(self.provider, self.model)

    @property
    def parent(self) -> Ingredient | None:
        return next((one for one in self.ingredients if one.relation is Relation.PARENT), None)

    def of_thumbnail(self) -> "Making":
        """It was made from the picture in full size, which it names and does not repeat: ten thumbnails are shown for each
        picture that is opened, and a manifest with those of its ingredients is as large as a thumbnail."""
        return replace(self, ingredients=(Ingredient(relation=Relation.PARENT, part=Part.FULL_SIZE),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A picture with its manifest in it."""

    picture: Picture
    manifest: str
    """The manifest's own name, `urn:c2pa:…`."""
    signed_by: str
    """Who the certificate names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What the file of an image says, kept beside it."""

    source_type: SourceType
    signed_by: str
    signed_at: datetime
    manifest: str
    ingredient_ids: tuple[ImageId, ...]
    """Images whose manifests are in it, or would be if they had one: its source first."""


def provenance_of(signed: Signed, making: Making) -> Provenance:
    return Provenance(
        source_type=making.source_type,
        signed_by=signed.signed_by,
        signed_at=making.made_at,
        manifest=signed.manifest,
        ingredient_ids=tuple(one.image_id for one in making.ingredients if one.image_id),
    )


FACES = frozenset({Ability.FACE, Ability.SHEET})


def generator_of(provider: str, model: str) -> str:
    """`fal/flux-pulid`, whether the model's name begins with its provider's or not."""
    return model if model.startswith(f"{provider}/") else f"{provider}/{model}"


def source_type_of(told: SourceType | None, *, ability: Ability, has_source: bool) -> SourceType:
    """`told` by whoever made it; the vendors tell none, and theirs are all models that were trained on pictures."""
    if told:
        return told
    if ability is Ability.INPAINT or has_source:
        return SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA
    return SourceType.TRAINED_ALGORITHMIC_MEDIA


def sees_faces(provider: str, ability: Ability, *, has_lora: bool) -> bool:
    """Whether the model was shown the base image: our own sketch draws a face from its numbers, a LoRA from its weights."""
    return provider != Provider.LOCAL and (ability is Ability.EDIT or (ability in FACES and not has_lora))

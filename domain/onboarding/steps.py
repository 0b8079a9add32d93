"""The five steps a new user is led through and the five parts of the first, each with its reason (PRODUCT, section 9), as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class StepKey(StrEnum):
    """As clients know them, and as they are kept."""

    COMPLETE_ONBOARDING = "complete_onboarding"
    REVIEW_BRAND = "review_brand"
    REVIEW_AVATAR = "review_avatar"
    CONNECT_SOCIALS = "connect_socials"
    UPLOAD_FIRST_VIDEO = "upload_first_video"


class PartKey(StrEnum):
    """Of the first step."""

    PROFILE = "PROFILE"
    BRAND_IDENTITY = "BRAND_IDENTITY"
    AVATAR = "AVATAR"
    CONTENT_PREFERENCES = "CONTENT_PREFERENCES"
    PLATFORMS = "PLATFORMS"


class Fact(StrEnum):
    """What there can be of a user. Whatever is done is done because one of these is there."""

    PROFILE_KNOWN = "PROFILE_KNOWN"
    BRAND_SAVED = "BRAND_SAVED"
    FACE_MADE = "FACE_MADE"
    """A portrait of a persona, or an influencer's chosen face."""
    PREFERENCES_SAVED = "PREFERENCES_SAVED"
    PLATFORMS_CHOSEN = "PLATFORMS_CHOSEN"
    BRAND_REVIEWED = "BRAND_REVIEWED"
    AVATAR_REVIEWED = "AVATAR_REVIEWED"
    SOCIAL_LINKED = "SOCIAL_LINKED"
    PROJECT_MADE = "PROJECT_MADE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    key: PartKey
    fact: Fact
    title: str
    why: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Done by its fact, or by its parts. `about` is the part without which there is nothing to do here."""

    key: StepKey
    title: str
    why: str
    fact: Fact | None = None
    parts: Sequence[Part] = ()
    about: PartKey | None = None


PARTS: Sequence[Part] = (
    Part(
        key=PartKey.PROFILE,
        fact=Fact.PROFILE_KNOWN,
        title="Your profile",
        why="Your name and what you do say whom pictures and texts speak for.",
    ),
    Part(
        key=PartKey.BRAND_IDENTITY,
        fact=Fact.BRAND_SAVED,
        title="Brand identity",
        why="Your colours, fonts and logo make graphics that look like yours.",
        is_optional=True,
    ),
    Part(
        key=PartKey.AVATAR,
        fact=Fact.FACE_MADE,
        title="Your avatar",
        why="Portraits from your photos, or a character of your own: the face of everything that is made.",
    ),
    Part(
        key=PartKey.CONTENT_PREFERENCES,
        fact=Fact.PREFERENCES_SAVED,
        title="Content preferences",
        why="Your topics and your tone go into the prompts that are written for you.",
        is_optional=True,
    ),
    Part(
        key=PartKey.PLATFORMS,
        fact=Fact.PLATFORMS_CHOSEN,
        title="Platforms",
        why="Where you publish says which graphics are made for you, and in which sizes.",
        is_optional=True,
    ),
)

STEPS: Sequence[Step] = (
    Step(
        key=StepKey.COMPLETE_ONBOARDING,
        title="Complete onboarding",
        why="What you tell us once, every picture and text can use.",
        parts=PARTS,
    ),
    Step(
        key=StepKey.REVIEW_BRAND,
        title="Review your brand",
        why="Colours and voice you have checked make graphics that look like yours.",
        fact=Fact.BRAND_REVIEWED,
        about=PartKey.BRAND_IDENTITY,
    ),
    Step(
        key=StepKey.REVIEW_AVATAR,
        title="Review your avatar",
        why="Everything we make shows this face; it should be one you like.",
        fact=Fact.AVATAR_REVIEWED,
    ),
    Step(
        key=StepKey.CONNECT_SOCIALS,
        title="Connect your socials",
        why="Whoever sees a picture of yours should find you; the accounts you name stand in one place.",
        fact=Fact.SOCIAL_LINKED,
    ),
    Step(
        key=StepKey.UPLOAD_FIRST_VIDEO,
        title="Upload your first video",
        why="One video gives you its thumbnails and social graphics.",
        fact=Fact.PROJECT_MADE,
    ),
)
"""In the order in which they open."""

PARTS_BY_KEY = {part.key: part for part in PARTS}

"""Instant portraits and preview samples: five scenes of a real person, made from photos of them.

What each scene is stands in PRODUCT, section 3. Nothing here describes the person: the photos do.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.influencers.appearance import Style
from domain.personas.faces import FaceAngle
from domain.presets.catalogue import Environment, Preset
from domain.prompts.build import QUALITY_WORDS, in_order
from domain.prompts.person import KEEP_PERSON, person_words, stays_adult
from domain.prompts.shots import Shot


class PortraitStyle(StrEnum):
    PROFESSIONAL_HEADSHOT = "PROFESSIONAL_HEADSHOT"
    CASUAL_FRIENDLY = "CASUAL_FRIENDLY"
    DYNAMIC_ACTION = "DYNAMIC_ACTION"
    THOUGHTFUL_CLOSE_UP = "THOUGHTFUL_CLOSE_UP"
    ENVIRONMENTAL_PORTRAIT = "ENVIRONMENTAL_PORTRAIT"


class PreviewStyle(StrEnum):
    """Of the samples before a training, and of those after it."""

    PROFESSIONAL_HEADSHOT = "PROFESSIONAL_HEADSHOT"
    CASUAL_PORTRAIT = "CASUAL_PORTRAIT"
    YOUTUBE_THUMBNAIL = "YOUTUBE_THUMBNAIL"
    SOCIAL_PROFILE = "SOCIAL_PROFILE"
    CREATIVE_ARTISTIC = "CREATIVE_ARTISTIC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Preset):
    """`environment` is the nearest that the local provider can put behind a person.

    `references` photos are shown, those whose face is turned as the picture asks for first.
    """

    environment: Environment
    references: int = 1
    angles: tuple[FaceAngle, ...] = (FaceAngle.FRONT,)


QUALITY_WORDS_OF_PHOTOS = QUALITY_WORDS[Style.REALISTIC]

FRONT_FIRST = (FaceAngle.FRONT, FaceAngle.THREE_QUARTER, FaceAngle.PROFILE)
TURNED_FIRST = (FaceAngle.THREE_QUARTER, FaceAngle.FRONT, FaceAngle.PROFILE)

PORTRAITS: dict[PortraitStyle, Scenario] = {
    PortraitStyle(scenario.key): scenario
    for scenario in (
        Scenario(
            key=PortraitStyle.PROFESSIONAL_HEADSHOT,
            label="Professional headshot",
            description="Neutral, in studio light before gray, looking at you.",
            prompt_context=(
                "professional headshot, head and shoulders, facing the camera, neutral expression, direct eye contact, soft "
                "studio light, seamless gray background, neat business clothes"
            ),
            is_default=True,
            environment=Environment.STUDIO,
            references=3,
            angles=FRONT_FIRST,
        ),
        Scenario(
            key=PortraitStyle.CASUAL_FRIENDLY,
            label="Casual and friendly",
            description="A warm smile in outdoor light, turned a little aside.",
            prompt_context=(
                "casual portrait outdoors, three-quarter view, warm friendly smile, soft natural daylight, park softly out of "
                "focus behind, relaxed everyday clothes"
            ),
            environment=Environment.URBAN_STREET,
            references=3,
            angles=TURNED_FIRST,
        ),
        Scenario(
            key=PortraitStyle.DYNAMIC_ACTION,
            label="Dynamic action",
            description="Enthusiastic, in motion, a colourful city behind.",
            prompt_context=(
                "dynamic portrait from the waist up, caught in motion, enthusiastic expression, strong rim light, colourful "
                "city lights behind, vivid colours"
            ),
            environment=Environment.URBAN_STREET,
            references=4,
            angles=TURNED_FIRST,
        ),
        Scenario(
            key=PortraitStyle.THOUGHTFUL_CLOSE_UP,
            label="Thoughtful close-up",
            description="Contemplative, close, lit from the side before the dark.",
            prompt_context=(
                "close-up of the face, contemplative expression, eyes just past the camera, single soft light from the side, "
                "dark blurred background, quiet mood"
            ),
            environment=Environment.HOME_LIVING_ROOM,
            references=2,
            angles=FRONT_FIRST,
        ),
        Scenario(
            key=PortraitStyle.ENVIRONMENTAL_PORTRAIT,
            label="Environmental portrait",
            description="At work in a modern place, window and lamps together.",
            prompt_context=(
                "environmental portrait at work, waist up, focused and at ease, modern workspace around, window daylight mixed "
                "with warm lamps"
            ),
            environment=Environment.OFFICE,
            references=4,
            angles=TURNED_FIRST,
        ),
    )
}
"""In the order in which they are made and shown. Each is shown 2 to 4 photos."""

PREVIEWS: dict[PreviewStyle, Scenario] = {
    PreviewStyle(scenario.key): scenario
    for scenario in (
        Scenario(
            key=PreviewStyle.PROFESSIONAL_HEADSHOT,
            label="Professional headshot",
            description="For a team page or a badge.",
            prompt_context="professional headshot, head and shoulders, eye contact, soft studio light, gray background",
            is_default=True,
            environment=Environment.STUDIO,
        ),
        Scenario(
            key=PreviewStyle.CASUAL_PORTRAIT,
            label="Casual portrait",
            description="Everyday clothes, daylight.",
            prompt_context="casual portrait, relaxed smile, everyday clothes, daylight, cafe softly out of focus behind",
            environment=Environment.CAFE,
        ),
        Scenario(
            key=PreviewStyle.YOUTUBE_THUMBNAIL,
            label="YouTube thumbnail",
            description="A lively face with room for a title.",
            prompt_context=(
                "video thumbnail, surprised and excited expression, eye contact, face filling a third of the frame, bold colours, "
                "empty space on one side"
            ),
            environment=Environment.URBAN_STREET,
        ),
        Scenario(
            key=PreviewStyle.SOCIAL_PROFILE,
            label="Social profile",
            description="Bright and close, to be cropped round.",
            prompt_context="social media profile picture, bright even light, friendly expression, plain light background, centred face",
            environment=Environment.STUDIO,
        ),
        Scenario(
            key=PreviewStyle.CREATIVE_ARTISTIC,
            label="Creative and artistic",
            description="Coloured light and a dark room.",
            prompt_context="artistic portrait, coloured light from two sides, dark background, cinematic mood",
            environment=Environment.HOME_LIVING_ROOM,
        ),
    )
}


def portrait_prompt() -> str:
    """For a model that is shown photos and told what to make of them. The scene comes with the shot."""
    return (
        "Make a new photograph of the person in the reference photos, who is the same in all of them. "
        f"{stays_adult(None)} {KEEP_PERSON} Keep the hair as it is, and glasses if they are worn. Fully clothed, one person "
        f"only. Quality: {QUALITY_WORDS_OF_PHOTOS}."
    )


def preview_prompt(trigger: str | None = None) -> str:
    """For a model that takes a face from one photo, or knows it by its trigger, and draws the rest from words."""
    return in_order(trigger, f"portrait photograph of {person_words(None)}, fully clothed", QUALITY_WORDS_OF_PHOTOS)


def portrait_shot(style: PortraitStyle, index: int, photos: tuple[int, ...]) -> Shot:
    return _shot(PORTRAITS[style], f"portrait:{style}", index, photos)


def preview_shot(style: PreviewStyle, index: int) -> Shot:
    return _shot(PREVIEWS[style], f"sample:{style}", index, ())


def _shot(scenario: Scenario, extra: str, index: int, photos: tuple[int, ...]) -> Shot:
    return Shot(
        words=scenario.prompt_context,
        pose=index,
        extras=(extra,),
        environment=scenario.environment,
        photos=photos,
    )

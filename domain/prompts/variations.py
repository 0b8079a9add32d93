"""Variations: a person's photos and a style image make new pictures, four for each style image.

They are made by models that are shown pictures (Nano Banana): the person first, the style image last.
"""

from dataclasses import dataclass
from itertools import product

from domain.errors import InvalidInput
from domain.influencers.appearance import HAIR_COLORS, HAIR_STYLES, Appearance, Trait
from domain.presets.catalogue import Environment, Preset
from domain.prompts.person import KEEP_PERSON, hair_words, stays_adult
from domain.prompts.shots import Shot

IMAGES_PER_STYLE = 4
"""Source: PRODUCT, section 5."""

VARIATION_HAIR_STYLES = HAIR_STYLES | {
    trait.key: trait
    for trait in (
        Trait("medium", "Medium length", "medium-length"),
        Trait("long", "Long", "long"),
        Trait("straight", "Straight", "straight"),
        Trait("wavy", "Wavy", "wavy"),
    )
}
"""The wizard's styles, and simpler ones for people who only want their hair longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariationChoice(Preset):
    """A background or a style. `environment` is the nearest that the local sketch can draw, for backgrounds."""

    environment: Environment | None = None


def _by_key(*choices: VariationChoice) -> dict[str, VariationChoice]:
    return {choice.key: choice for choice in choices}


BACKGROUNDS = _by_key(
    VariationChoice(
        key="studio",
        label="Studio",
        description="A plain backdrop and controlled light.",
        prompt_context="plain studio backdrop, controlled light",
        environment=Environment.STUDIO,
    ),
    VariationChoice(
        key="office",
        label="Office",
        description="A modern place of work, out of focus.",
        prompt_context="modern office softly out of focus in the background",
        environment=Environment.OFFICE,
    ),
    VariationChoice(
        key="home",
        label="Home",
        description="A living room with warm lamps.",
        prompt_context="living room with warm lamps in the background",
        environment=Environment.HOME_LIVING_ROOM,
    ),
    VariationChoice(
        key="cafe",
        label="Cafe",
        description="A warm coffee shop.",
        prompt_context="warm coffee shop in the background",
        environment=Environment.CAFE,
    ),
    VariationChoice(
        key="city",
        label="City",
        description="A street with life in it.",
        prompt_context="busy city street softly out of focus in the background",
        environment=Environment.URBAN_STREET,
    ),
    VariationChoice(
        key="beach",
        label="Beach",
        description="Sand and sea in the golden hour.",
        prompt_context="beach and sea in golden light in the background",
        environment=Environment.BEACH,
    ),
)

STYLES = _by_key(
    VariationChoice(
        key="editorial",
        label="Editorial",
        description="A magazine page: strong pose, strong light.",
        prompt_context="magazine editorial look, strong light, confident pose",
    ),
    VariationChoice(
        key="corporate",
        label="Corporate",
        description="Neat, sober and friendly.",
        prompt_context="corporate portrait look, neat clothes, even light",
    ),
    VariationChoice(
        key="casual",
        label="Casual",
        description="Everyday clothes, an unposed moment.",
        prompt_context="casual everyday look, relaxed clothes, daylight",
    ),
    VariationChoice(
        key="cinematic",
        label="Cinematic",
        description="A still from a film.",
        prompt_context="cinematic film still look, shallow depth of field, warm highlights and cool shadows",
    ),
    VariationChoice(
        key="black_and_white",
        label="Black and white",
        description="A classic portrait without colour.",
        prompt_context="black and white portrait, rich gray tones, fine grain",
    ),
    VariationChoice(
        key="vintage",
        label="Vintage",
        description="As if taken on film decades ago.",
        prompt_context="vintage film photograph look, faded colours, soft grain",
    ),
)

TAKES = (
    "facing the camera, soft smile",
    "three-quarter angle, calm expression",
    "head tilted a little, warm smile",
    "looking just past the camera, thoughtful expression",
)
"""One for each image of a style image, so that no two are alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariationOptions:
    """What is changed about the person; None leaves it as it is. Raises `InvalidInput` for keys nobody offers."""

    glasses: bool | None = None
    """True puts some on, False takes them off."""
    hair_color: str | None = None
    hair_style: str | None = None
    backgrounds: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check("hairColor", HAIR_COLORS, self.hair_color)
        _check("hairStyle", VARIATION_HAIR_STYLES, self.hair_style)
        _check("backgrounds", BACKGROUNDS, *self.backgrounds)
        _check("styles", STYLES, *self.styles)


def _check(field: str, offered: dict[str, Trait] | dict[str, VariationChoice], *keys: str | None) -> None:
    for key in keys:
        if key is not None and key not in offered:
            raise InvalidInput(f"'{key[:40]}' is not offered. Allowed: {', '.join(offered)}.", field=field)


def variation_shots(options: VariationOptions, style_count: int) -> tuple[Shot, ...]:
    """Four for each style image, the first style image's first. Backgrounds and styles are combined in turn, over all of them."""
    backgrounds = tuple(BACKGROUNDS[key] for key in options.backgrounds) or (None,)
    styles = tuple(STYLES[key] for key in options.styles) or (None,)
    pairs = tuple(product(backgrounds, styles))
    return tuple(_shot(index, *pairs[index % len(pairs)], options) for index in range(style_count * IMAGES_PER_STYLE))


def _shot(
    index: int, background: VariationChoice | None, style: VariationChoice | None, options: VariationOptions
) -> Shot:
    style_image, take = divmod(index, IMAGES_PER_STYLE)
    chosen = [choice.prompt_context for choice in (background, style) if choice]
    return Shot(
        words=", ".join((*chosen, TAKES[take])),
        pose=index,
        style=style_image,
        extras=tuple(_extras(background, style, options)),
        environment=background.environment if background else None,
    )


def _extras(background: VariationChoice | None, style: VariationChoice | None, options: VariationOptions) -> list[str]:
    glasses = {None: None, True: "on", False: "off"}[options.glasses]
    chosen = {
        "background": background and background.key,
        "style": style and style.key,
        "glasses": glasses,
        "hairColor": options.hair_color,
        "hairStyle": options.hair_style,
    }
    return [f"{name}:{key}" for name, key in chosen.items() if key]


def variation_prompt(options: VariationOptions, appearance: Appearance | None = None) -> str:
    """Without an appearance, the pictures are photos of someone real. What differs between images comes with the shot."""
    return " ".join(
        filter(
            None,
            (
                "Make a new picture of the person in the first pictures, in the style of the last picture.",
                "Take light, colours, framing and mood from the last picture, and nothing of anyone who is in it.",
                stays_adult(appearance),
                KEEP_PERSON,
                _changes(options),
            ),
        )
    )


def _changes(options: VariationOptions) -> str:
    hair = hair_words(
        HAIR_COLORS[options.hair_color].words if options.hair_color else None,
        VARIATION_HAIR_STYLES[options.hair_style].words if options.hair_style else None,
    )
    glasses = {None: "", True: "glasses", False: "no glasses"}[options.glasses]
    changed = " and ".join(filter(None, (hair, glasses)))
    return f"Change only this about the person: {changed}." if changed else ""

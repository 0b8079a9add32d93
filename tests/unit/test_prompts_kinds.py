"""What models are told for sheets, headshots, variations, inpaints and edits: exact words, and what none of them leaves out."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.influencers.appearance import HAIR_COLORS, HAIR_STYLES, Style
from domain.jobs.views import View
from domain.presets.catalogue import Environment, Outfit
from domain.prompts.edits import (
    RESTYLES,
    OverlayPosition,
    Restyle,
    edit_instruction,
    overlay_instruction,
    restyle_instruction,
)
from domain.prompts.headshots import (
    HEADSHOTS,
    HeadshotStyle,
    headshot_prompt,
    headshot_prompt_from_references,
    headshot_shots,
)
from domain.prompts.inpaint import inpaint_prompt
from domain.prompts.sheets import sheet_prompt, sheet_shots
from domain.prompts.shots import Shot, prompt_of
from domain.prompts.variations import (
    BACKGROUNDS,
    STYLES,
    VARIATION_HAIR_STYLES,
    VariationOptions,
    variation_prompt,
    variation_shots,
)
from tests.support.values import LOOK

ANIME = replace(LOOK, style=Style.ANIME)
WHO = "a 27 year old adult Mediterranean woman, long wavy auburn hair, green eyes, athletic"
PHOTO = "photorealistic, sharp focus, natural skin texture, high detail"
DRAWN = "anime style, clean line art, detailed shading, adult proportions"
KEEP = "Keep the person's face, age and identity unchanged."
IS_MARA = "The person is a 27 year old adult Mediterranean woman."
EVEN = "neutral expression, even soft light"

# --- character sheets ------------------------------------------------------------------------------------------------

SHEET = [
    (View.FRONT, f"front view, facing the camera, head and shoulders, {EVEN}"),
    (View.THREE_QUARTER_LEFT, f"three-quarter view, face turned to the left of the picture, {EVEN}"),
    (View.THREE_QUARTER_RIGHT, f"three-quarter view, face turned to the right of the picture, {EVEN}"),
    (View.SIDE_LEFT, f"side view, profile facing the left edge of the picture, {EVEN}"),
    (View.SIDE_RIGHT, f"side view, profile facing the right edge of the picture, {EVEN}"),
    (View.BACK, "back view, seen from behind, face not visible, even soft light"),
    (View.FULL_BODY, f"full body from head to feet, standing straight, facing the camera, {EVEN}"),
    (View.EXPRESSION_SMILE, "front view, head and shoulders, broad warm smile, even soft light"),
    (View.EXPRESSION_SERIOUS, "front view, head and shoulders, serious concentrated expression, even soft light"),
    (View.DRAMATIC_LIGHT, "front view, head and shoulders, calm expression, dramatic side light, deep shadows"),
]


@pytest.mark.parametrize("count", [7, 8, 9, 10])
def test_a_sheet_has_all_sides_first(count: int) -> None:
    assert sheet_shots(count) == tuple(
        Shot(words=words, pose=index, view=view) for index, (view, words) in enumerate(SHEET[:count])
    )


@pytest.mark.parametrize("count", [0, 6, 11])
def test_a_sheet_has_7_to_10_images(count: int) -> None:
    with pytest.raises(InvalidInput, match="A character sheet has 7 to 10 images") as refused:
        sheet_shots(count)
    assert refused.value.field == "imageCount"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (
            sheet_prompt(LOOK, Outfit.BOHO),
            (
                f"{WHO}, wearing a loose embroidered boho blouse with layered necklaces, plain light gray background, "
                f"character reference, one person, a single view, {PHOTO}"
            ),
        ),
        (
            sheet_prompt(ANIME, Outfit.TUXEDO, trigger="maravoss"),
            (
                f"maravoss, {WHO}, wearing a black tuxedo with a bow tie, plain light gray background, "
                f"character reference, one person, a single view, {DRAWN}"
            ),
        ),
    ],
    ids=["realistic", "anime, with a LoRA"],
)
def test_the_prompt_of_a_sheet(prompt: str, expected: str) -> None:
    assert prompt == expected


# --- headshots -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "environment", "outfit", "words"),
    [
        (
            HeadshotStyle.CORPORATE_GRAY,
            Environment.STUDIO,
            Outfit.BUSINESS_SUIT,
            (
                "wearing a tailored business suit with a crisp shirt, seamless gray studio backdrop, soft even key light, "
                "neutral colours"
            ),
        ),
        (
            HeadshotStyle.LINKEDIN_BRIGHT,
            Environment.STUDIO,
            Outfit.SMART_CASUAL,
            "wearing a soft blazer over a fine knit top, bright off-white backdrop, high-key light, room around the head",
        ),
        (
            HeadshotStyle.EXECUTIVE_DARK,
            Environment.STUDIO,
            Outfit.BUSINESS_SUIT,
            (
                "wearing a tailored business suit with a crisp shirt, dark charcoal backdrop, strong side light, rim light "
                "on the shoulders"
            ),
        ),
        (
            HeadshotStyle.CREATIVE_OFFICE,
            Environment.OFFICE,
            Outfit.SMART_CASUAL,
            (
                "wearing a soft blazer over a fine knit top, modern office softly out of focus behind, large window light"
            ),
        ),
        (
            HeadshotStyle.OUTDOOR_PROFESSIONAL,
            Environment.URBAN_STREET,
            Outfit.TRENCH_COAT,
            ("wearing a belted beige trench coat, city street softly out of focus behind, soft open shade, daylight"),
        ),
    ],
)
def test_a_headshot_style(key: HeadshotStyle, environment: Environment, outfit: Outfit, words: str) -> None:
    preset = HEADSHOTS[key]

    assert (preset.key, preset.environment, preset.outfit, preset.prompt_context) == (key, environment, outfit, words)
    assert preset.label
    assert preset.description


def test_headshots_take_the_styles_in_turn() -> None:
    dark, bright = HEADSHOTS[HeadshotStyle.EXECUTIVE_DARK], HEADSHOTS[HeadshotStyle.LINKEDIN_BRIGHT]

    shots = headshot_shots([HeadshotStyle.EXECUTIVE_DARK, HeadshotStyle.LINKEDIN_BRIGHT], 3)

    assert shots == (
        Shot(
            words=f"{dark.prompt_context}, facing the camera, soft smile",
            pose=0,
            extras=("headshot:EXECUTIVE_DARK",),
            environment=Environment.STUDIO,
            outfit=Outfit.BUSINESS_SUIT,
        ),
        Shot(
            words=f"{bright.prompt_context}, shoulders turned slightly aside, confident smile",
            pose=1,
            extras=("headshot:LINKEDIN_BRIGHT",),
            environment=Environment.STUDIO,
            outfit=Outfit.SMART_CASUAL,
        ),
        Shot(
            words=f"{dark.prompt_context}, three-quarter angle, calm expression",
            pose=2,
            extras=("headshot:EXECUTIVE_DARK",),
            environment=Environment.STUDIO,
            outfit=Outfit.BUSINESS_SUIT,
        ),
    )


@given(styles=st.lists(st.sampled_from(HeadshotStyle), min_size=1), count=st.integers(1, 10))
def test_no_two_headshots_of_a_job_are_alike(styles: list[HeadshotStyle], count: int) -> None:
    shots = headshot_shots(styles, count)

    assert len({shot.words for shot in shots}) == count
    assert shots == headshot_shots(styles, 10)[:count]


def test_headshots_need_a_style() -> None:
    with pytest.raises(InvalidInput, match="Name at least one headshot style"):
        headshot_shots([], 3)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (
            headshot_prompt(LOOK, trigger="maravoss"),
            f"maravoss, {WHO}, professional business headshot, head and shoulders, eye contact, {PHOTO}",
        ),
        (
            headshot_prompt(ANIME),
            f"{WHO}, professional business headshot, head and shoulders, eye contact, {DRAWN}",
        ),
        (
            headshot_prompt_from_references(LOOK),
            (
                "Make a professional business headshot, head and shoulders, eye contact, using the person in the reference "
                f"pictures. {IS_MARA} {KEEP} Keep the hair as it is. Quality: {PHOTO}."
            ),
        ),
        (
            headshot_prompt_from_references(None),
            (
                "Make a professional business headshot, head and shoulders, eye contact, using the person in the reference "
                f"pictures. The person is an adult. {KEEP} Keep the hair as it is. Quality: {PHOTO}."
            ),
        ),
    ],
    ids=["with a LoRA", "anime", "from references", "from photos"],
)
def test_the_prompt_of_headshots(prompt: str, expected: str) -> None:
    assert prompt == expected


# --- variations ------------------------------------------------------------------------------------------------------

ORDER = (
    "Make a new picture of the person in the first pictures, in the style of the last picture. "
    "Take light, colours, framing and mood from the last picture, and nothing of anyone who is in it."
)
options = st.builds(
    VariationOptions,
    glasses=st.sampled_from([None, True, False]),
    hair_color=st.sampled_from([None, *HAIR_COLORS]),
    hair_style=st.sampled_from([None, *VARIATION_HAIR_STYLES]),
    backgrounds=st.lists(st.sampled_from(list(BACKGROUNDS)), unique=True).map(tuple),
    styles=st.lists(st.sampled_from(list(STYLES)), unique=True).map(tuple),
)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (variation_prompt(VariationOptions()), f"{ORDER} The person is an adult. {KEEP}"),
        (variation_prompt(VariationOptions(), LOOK), f"{ORDER} {IS_MARA} {KEEP}"),
        (
            variation_prompt(VariationOptions(glasses=False, hair_color="brown", hair_style="short")),
            f"{ORDER} The person is an adult. {KEEP} Change only this about the person: short brown hair and no glasses.",
        ),
        (
            variation_prompt(VariationOptions(glasses=True)),
            f"{ORDER} The person is an adult. {KEEP} Change only this about the person: glasses.",
        ),
        (
            variation_prompt(VariationOptions(hair_style="bun")),
            f"{ORDER} The person is an adult. {KEEP} Change only this about the person: hair in a bun.",
        ),
    ],
    ids=["nothing changed", "an influencer", "as in the contract", "glasses", "hair style"],
)
def test_the_prompt_of_variations(prompt: str, expected: str) -> None:
    assert prompt == expected


def test_four_variations_for_each_style_image_and_backgrounds_and_styles_in_turn() -> None:
    chosen = VariationOptions(backgrounds=("office", "beach"), styles=("editorial", "cinematic", "casual"))

    shots = variation_shots(chosen, 2)

    assert [(shot.style, shot.pose, shot.environment, shot.extras) for shot in shots] == [
        (0, 0, Environment.OFFICE, ("background:office", "style:editorial")),
        (0, 1, Environment.OFFICE, ("background:office", "style:cinematic")),
        (0, 2, Environment.OFFICE, ("background:office", "style:casual")),
        (0, 3, Environment.BEACH, ("background:beach", "style:editorial")),
        (1, 4, Environment.BEACH, ("background:beach", "style:cinematic")),
        (1, 5, Environment.BEACH, ("background:beach", "style:casual")),
        (1, 6, Environment.OFFICE, ("background:office", "style:editorial")),
        (1, 7, Environment.OFFICE, ("background:office", "style:cinematic")),
    ]
    assert shots[3].words == (
        "beach and sea in golden light in the background, magazine editorial look, strong light, confident pose, "
        "looking just past the camera, thoughtful expression"
    )


def test_variations_of_nothing_named_differ_in_how_the_person_holds_themselves() -> None:
    assert variation_shots(VariationOptions(glasses=True, hair_style="long"), 1) == tuple(
        Shot(words=words, pose=index, style=0, extras=("glasses:on", "hairStyle:long"))
        for index, words in enumerate(
            (
                "facing the camera, soft smile",
                "three-quarter angle, calm expression",
                "head tilted a little, warm smile",
                "looking just past the camera, thoughtful expression",
            )
        )
    )


@given(chosen=options, style_count=st.integers(1, 4))
def test_no_two_variations_are_alike(chosen: VariationOptions, style_count: int) -> None:
    shots = variation_shots(chosen, style_count)

    assert len(shots) == 4 * style_count
    assert [shot.style for shot in shots] == [index // 4 for index in range(len(shots))]
    assert len({(shot.style, shot.words) for shot in shots}) == len(shots)
    assert {key for shot in shots for key in shot.extras if key.startswith("background:")} <= {
        f"background:{key}" for key in chosen.backgrounds
    }


@pytest.mark.parametrize(
    ("changes", "field", "allowed"),
    [
        ({"hair_color": "green"}, "hairColor", "black, dark_brown, brown"),
        ({"hair_style": "mullet"}, "hairStyle", "wavy"),
        ({"backgrounds": ("office", "moon")}, "backgrounds", "studio, office, home, cafe, city, beach"),
        ({"styles": ("gothic",)}, "styles", "editorial, corporate, casual, cinematic, black_and_white, vintage"),
    ],
)
def test_what_nobody_offers_is_refused_with_what_is(changes: dict[str, Any], field: str, allowed: str) -> None:
    with pytest.raises(InvalidInput, match=r"is not offered\. Allowed: ") as refused:
        replace(VariationOptions(), **changes)
    assert refused.value.field == field
    assert allowed in str(refused.value)


def test_hair_is_the_wizards_and_four_simpler_styles() -> None:
    assert set(VARIATION_HAIR_STYLES) - set(HAIR_STYLES) == {"medium", "long", "straight", "wavy"}
    assert set(HAIR_STYLES) <= set(VARIATION_HAIR_STYLES)


# --- inpaints --------------------------------------------------------------------------------------------------------

FITTING = "matching the light, colours and perspective of the rest of the picture"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (
            inpaint_prompt("a small vase of tulips on the table", LOOK),
            (
                f"a small vase of tulips on the table, {FITTING}, anyone in it is the same person, "
                "a 27 year old adult Mediterranean woman"
            ),
        ),
        (inpaint_prompt("  a red hat. "), f"a red hat, {FITTING}, anyone in it is an adult"),
    ],
)
def test_the_prompt_of_an_inpaint(prompt: str, expected: str) -> None:
    assert prompt == expected


# --- edits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "position", "line", "where"),
    [
        ("Out now", OverlayPosition.TOP, "Out now", "across the top of the picture"),
        (
            '  Two\nlines, "quoted" ',
            OverlayPosition.CENTER,
            "Two lines, 'quoted'",
            "across the middle of the picture, not over the face",
        ),
        ("Ça va ?", OverlayPosition.BOTTOM, "Ça va ?", "across the bottom of the picture"),
    ],
)
def test_an_overlay(text: str, position: OverlayPosition, line: str, where: str) -> None:
    assert overlay_instruction(text, position) == (
        f'Add the text "{line}" {where}, in large, clear, well-spaced letters that stand out from what is behind them. '
        f"Spell it exactly so, once. {KEEP} The person is an adult. Keep everything else in the picture as it is."
    )


@given(text=st.text())
def test_no_text_gets_out_of_its_quotes(text: str) -> None:
    assert overlay_instruction(text, OverlayPosition.TOP, LOOK).count('"') == 2


RESTYLED = {
    Restyle.WATERCOLOR: "a watercolour painting with soft washes, visible paper grain and loose edges",
    Restyle.OIL_PAINTING: "an oil painting with visible brush strokes, thick paint and rich colours",
    Restyle.PENCIL_SKETCH: "a graphite pencil drawing with fine hatching on white paper",
    Restyle.ANIME: "an anime illustration with clean line art, cel shading and adult proportions",
    Restyle.NOIR: "a black and white film noir still with hard side light and deep shadows",
    Restyle.CYBERPUNK: "a cyberpunk scene with magenta and cyan neon light, rain and reflections",
    Restyle.VINTAGE_FILM: "a vintage film photograph with faded colours, warm tint and visible grain",
    Restyle.POP_ART: "a pop art print with bold outlines, flat bright colours and halftone dots",
}


@pytest.mark.parametrize("key", Restyle)
def test_a_restyle(key: Restyle) -> None:
    assert RESTYLES[key].prompt_context == RESTYLED[key]
    assert restyle_instruction(RESTYLES[key].prompt_context, LOOK) == (
        f"Restyle this picture as {RESTYLED[key]}. {KEEP} {IS_MARA} "
        "Keep the composition, the pose and the clothes: only the style changes."
    )


def test_a_restyle_in_a_users_own_words() -> None:
    assert restyle_instruction(" a mosaic of small tiles. ") == (
        f"Restyle this picture as a mosaic of small tiles. {KEEP} The person is an adult. "
        "Keep the composition, the pose and the clothes: only the style changes."
    )


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        (
            edit_instruction(" make it golden hour. "),
            f"make it golden hour. {KEEP} The person is an adult. Keep everything else as it is.",
        ),
        (
            edit_instruction("give her a red scarf", LOOK),
            f"give her a red scarf. {KEEP} {IS_MARA} Keep everything else as it is.",
        ),
    ],
)
def test_an_edit_in_a_users_own_words(instruction: str, expected: str) -> None:
    assert instruction == expected


# --- all of them -----------------------------------------------------------------------------------------------------


@given(age=st.integers(18, 99), style=st.sampled_from(Style), chosen=options)
def test_the_age_is_said_wherever_a_person_is_made(age: int, style: Style, chosen: VariationOptions) -> None:
    look = replace(LOOK, age=age, style=style)
    prompts = [
        sheet_prompt(look, Outfit.BOHO),
        headshot_prompt(look),
        headshot_prompt_from_references(look),
        variation_prompt(chosen, look),
        inpaint_prompt("a hat", look),
        overlay_instruction("Out now", OverlayPosition.TOP, look),
        restyle_instruction("a mosaic", look),
        edit_instruction("make it golden hour", look),
    ]
    shots = (*sheet_shots(10), *headshot_shots(list(HeadshotStyle), 10), *variation_shots(chosen, 1))

    assert [said for said in prompts if f"a {age} year old adult Mediterranean woman" not in said] == []
    for prompt in prompts:
        assert [shot for shot in shots if not prompt_of(prompt, shot).startswith(prompt)] == []


@given(trigger=st.sampled_from(["maravoss", "dnrs woman", " ohwx "]))
def test_the_trigger_comes_first(trigger: str) -> None:
    for prompt in (sheet_prompt(LOOK, Outfit.BOHO, trigger=trigger), headshot_prompt(LOOK, trigger=trigger)):
        assert prompt.startswith(f"{trigger.strip()}, a 27 year old adult ")

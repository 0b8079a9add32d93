"""What we write ourselves passes our own reading of words: every text of the catalogues, alone and as prompts put it together."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, product

import pytest

from domain.influencers.appearance import ADULT_AGE, HAIR_COLORS, OLDEST_AGE, Gender, Style
from domain.presets.catalogue import ENVIRONMENTS, OUTFITS, SCENES, Outfit, Preset, Scene
from domain.prompts.build import NEGATIVE_WORDS, build_prompt
from domain.prompts.edits import OVERLAY_PLACES, RESTYLES, edit_instruction, overlay_instruction, restyle_instruction
from domain.prompts.headshots import HEADSHOTS, headshot_prompt, headshot_prompt_from_references, headshot_shots
from domain.prompts.inpaint import inpaint_prompt
from domain.prompts.poses import MOST_DISTINCT, pack_shots
from domain.prompts.sheets import MOST, sheet_prompt, sheet_shots
from domain.prompts.shots import Shot, prompt_of
from domain.prompts.variations import (
    BACKGROUNDS,
    STYLES,
    VARIATION_HAIR_STYLES,
    VariationOptions,
    variation_prompt,
    variation_shots,
)
from domain.safety.screening import Kind, rule_against
from tests.support.values import LOOK

AGES = (ADULT_AGE, 27, OLDEST_AGE)
LOOKS = [replace(LOOK, style=style, gender=gender, age=age) for style, gender, age in product(Style, Gender, AGES)]
EVERY_STYLE = tuple(HEADSHOTS)
ALL_BITS = 0b11111
"""Of a seed: it begins with the other way of each framing."""


def refused(texts: Iterator[str] | list[str]) -> list[str]:
    return [text for text in texts if rule_against(Kind.WISH, text)]


def with_shots(prompt: str, shots: tuple[Shot, ...]) -> list[str]:
    return [prompt_of(prompt, shot) for shot in shots]


def test_every_text_that_is_shown_or_sent() -> None:
    presets: Iterator[Preset] = chain(
        SCENES.values(),
        ENVIRONMENTS.values(),
        OUTFITS.values(),
        HEADSHOTS.values(),
        BACKGROUNDS.values(),
        STYLES.values(),
        RESTYLES.values(),
        OVERLAY_PLACES.values(),
    )
    texts = [text for preset in presets for text in (preset.label, preset.description, preset.prompt_context)]

    assert len(texts) == 3 * (8 + 7 + 20 + 5 + 6 + 6 + 8 + 3)
    assert refused(texts) == []


@pytest.mark.parametrize("scene", Scene)
def test_packs_everywhere_in_everything_in_every_pose(scene: Scene) -> None:
    shots = pack_shots(scene, MOST_DISTINCT, 0, vary_pose=True)
    prompts = (
        build_prompt(LOOK, outfit=outfit, environment=environment, scene=scene)
        for environment, outfit in product(ENVIRONMENTS, OUTFITS)
    )

    assert {shot.words for shot in shots} == {
        shot.words for shot in pack_shots(scene, MOST_DISTINCT, ALL_BITS, vary_pose=True)
    }
    assert refused(text for prompt in prompts for text in with_shots(prompt, shots)) == []


def test_sheets_and_headshots_of_everyone() -> None:
    texts = [
        text
        for look in LOOKS
        for text in (
            *with_shots(sheet_prompt(look, Outfit.SWIMWEAR), sheet_shots(MOST)),
            *with_shots(headshot_prompt(look), headshot_shots(EVERY_STYLE, 10)),
            *with_shots(headshot_prompt_from_references(look), headshot_shots(EVERY_STYLE, 10)),
        )
    ]

    assert len(texts) == len(LOOKS) * 30
    assert refused(texts) == []
    assert refused(with_shots(headshot_prompt_from_references(None), headshot_shots(EVERY_STYLE, 10))) == []
    every_take = [shot for style in EVERY_STYLE for shot in headshot_shots([style], 10)]
    assert refused(with_shots(headshot_prompt(LOOK), tuple(every_take))) == []


def test_variations_of_every_choice() -> None:
    hair = [
        VariationOptions(glasses=glasses, hair_color=color, hair_style=style)
        for glasses, color, style in product((None, True, False), (None, *HAIR_COLORS), (None, *VARIATION_HAIR_STYLES))
    ]
    settings = VariationOptions(backgrounds=tuple(BACKGROUNDS), styles=tuple(STYLES))

    assert refused([variation_prompt(options) for options in hair]) == []
    assert refused([variation_prompt(VariationOptions(), look) for look in LOOKS]) == []
    assert refused(with_shots(variation_prompt(settings), variation_shots(settings, 9))) == []


def test_inpaints_and_edits_of_everyone() -> None:
    words = [preset.prompt_context for preset in RESTYLES.values()]
    texts = [
        text
        for look in (None, *LOOKS)
        for text in (
            inpaint_prompt("a small vase of tulips on the table", look),
            edit_instruction("make it golden hour", look),
            *(overlay_instruction("Out now", position, look) for position in OVERLAY_PLACES),
            *(restyle_instruction(said, look) for said in words),
        )
    ]

    assert len(texts) == (1 + len(LOOKS)) * (1 + 1 + 3 + 8)
    assert refused(texts) == []


def test_what_we_leave_out_passes_as_what_it_is() -> None:
    assert rule_against(Kind.NEGATIVE, NEGATIVE_WORDS) is None

"""A drawn thumbnail follows words about light, colours and framing, and nothing else that is said."""

import numpy as np
import pytest
from PIL import Image

from domain.prompts.thumbnails import thumbnail_prompt
from domain.thumbnails.thread import Brief
from providers.local.wished import as_wished
from tests.support.sketches import colours_of, drawn, request

PORTRAIT = drawn(request(width=320, height=180, seed=2))


def seen(wish: str, *feedback: str) -> Image.Image:
    return as_wished(PORTRAIT, thumbnail_prompt(Brief(wish=wish, feedback=feedback), None))


def test_what_every_thumbnail_is_asked_for_changes_nothing_nor_do_colours_of_things() -> None:
    assert seen("A woman with red hair before a blue wall") is PORTRAIT


@pytest.mark.parametrize(
    ("feedback", "brighter", "starker"),
    [("More dramatic lighting", 0, 1), ("Too dark", 1, 0), ("Too bright", -1, 0)],
)
def test_feedback_is_seen(feedback: str, brighter: int, starker: int) -> None:
    before, after = colours_of(PORTRAIT), colours_of(seen("Excited", feedback))
    assert (after.mean() - before.mean()) * brighter >= 10 * abs(brighter)
    assert (after.std() - before.std()) * starker >= 5 * starker


def test_a_colour_of_the_light_is_seen() -> None:
    purple = colours_of(seen("Excited, purple neon background")).reshape(-1, 3).mean(axis=0)
    plain = colours_of(PORTRAIT).reshape(-1, 3).mean(axis=0)
    assert purple[2] - purple[1] > plain[2] - plain[1] + 15


def test_closer_is_closer() -> None:
    near = seen("Excited", "Zoom in")
    assert near.size == PORTRAIT.size
    part = PORTRAIT.resize((320, 180), Image.Resampling.LANCZOS, box=(22.4, 18.9, 297.6, 173.7))
    assert np.array_equal(colours_of(near), colours_of(part))

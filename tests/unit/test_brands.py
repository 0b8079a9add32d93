"""Brands: what a colour is, what may stand together, and whether its text can be read."""

import pytest

from domain.brands.brand import BrandLook, words_or_none
from domain.brands.colors import BrandColor, BrandColorRole, Contrast, ContrastLevel, contrast_of, hex_of
from domain.brands.editing import KEEP, BrandEdit
from domain.errors import InvalidInput


def color(hex_: str, role: BrandColorRole = BrandColorRole.ACCENT) -> BrandColor:
    return BrandColor(hex=hex_, role=role)


def text_on(text: str, ground: str) -> Contrast | None:
    return contrast_of([color(text, BrandColorRole.TEXT), color(ground, BrandColorRole.BACKGROUND)])


@pytest.mark.parametrize(("written", "kept"), [("#1A2B3C", "#1a2b3c"), (" 1a2b3c ", "#1a2b3c")])
def test_a_colour_is_six_digits(written: str, kept: str) -> None:
    assert hex_of(written, field="hex") == kept


@pytest.mark.parametrize("written", ["", "#fff", "red", "#1a2b3g", "#1a2b3c4d", "##1a2b3c", "#1a2b3\n", "#\u0661a2b3c"])
def test_anything_else_is_no_colour(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        hex_of(written, field="colors.0.hex")
    assert refusal.value.field == "colors.0.hex"


@pytest.mark.parametrize(
    ("text", "ground", "ratio", "level"),
    [
        ("#000000", "#ffffff", 21.0, ContrastLevel.AAA),
        ("#ffffff", "#000000", 21.0, ContrastLevel.AAA),
        ("#767676", "#ffffff", 4.54, ContrastLevel.AA),  # the lightest grey that passes on white: WebAIM, 2026-11-21
        ("#777777", "#ffffff", 4.48, ContrastLevel.LARGE_ONLY),
        ("#ffff00", "#ffffff", 1.07, ContrastLevel.FAILS),
    ],
)
def test_contrast_is_that_of_wcag(text: str, ground: str, ratio: float, level: ContrastLevel) -> None:
    assert text_on(text, ground) == Contrast(ratio=ratio, level=level)


def test_without_text_or_ground_there_is_no_contrast() -> None:
    assert contrast_of([color("#000000", BrandColorRole.TEXT), color("#ffffff")]) is None


@pytest.mark.parametrize(
    ("colors", "field"),
    [
        ([color("#000000"), color("#000000", BrandColorRole.TEXT)], "colors.1.hex"),
        ([color("#000000", BrandColorRole.TEXT), color("#111111", BrandColorRole.TEXT)], "colors.1.role"),
        ([color(f"#00000{n}") for n in range(7)], "colors.6.role"),
        ([color(f"#0000{n:02}") for n in range(11)], "colors"),
    ],
)
def test_colours_that_cannot_stand_together_are_refused(colors: list[BrandColor], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        BrandLook(colors=tuple(colors))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"heading_font": "x" * 61}, "headingFont"),
        ({"body_font": "Lato\nInter"}, "bodyFont"),
        ({"voice": "x" * 601}, "voice"),
        ({"audience": "a\x00b"}, "audience"),
    ],
)
def test_words_that_are_no_words_are_refused(words: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        BrandLook(**words)  # type: ignore[arg-type] # they are all words
    assert refusal.value.field == field


def test_an_edit_leaves_alone_what_it_does_not_name_and_takes_out_what_it_names_as_nothing() -> None:
    look = BrandLook(colors=(color("#000000"),), heading_font="Lato", voice="Warm.", audience="Cooks")

    edited = BrandEdit(heading_font=" Inter ", voice=None, audience="  ", colors=KEEP).of_look(look)

    assert edited == BrandLook(colors=(color("#000000"),), heading_font="Inter")
    assert words_or_none(None) is None

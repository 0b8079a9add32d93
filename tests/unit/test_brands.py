"""Brands: what a colour is, what may stand together, and whether its text can be read."""

import pytest

from domain.brands.answers import COLORS, FAMILY_OF_MOOD, FONTS, ORDER, BrandAnswer, checked, look_from
from domain.brands.brand import BrandLook, words_or_none
from domain.brands.colors import BrandColor, BrandColorRole, Contrast, ContrastLevel, contrast_of, hex_of
from domain.brands.draft import BrandPart, DraftMaterial, LocalBrandBecause
from domain.brands.editing import KEEP, BrandEdit
from domain.brands.palette import merged, roles_of
from domain.brands.questions import QUESTIONS, BrandQuestionKey
from domain.brands.reading import BrandVerdict, ColorNamed, UnfitBrand, made_here, made_there
from domain.brands.source import FoundColor, SourceReading
from domain.brands.wording import Worded, worded
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


def found(**shares: float) -> tuple[FoundColor, ...]:
    return tuple(FoundColor(hex=f"#{name[1:]}", share=share) for name, share in shares.items())


def test_shades_of_one_colour_count_as_one_and_crumbs_are_left_out() -> None:
    measured = found(x0b3d3a=0.3, x0e413e=0.1, xffffff=0.4, xf4f4f4=0.1, x404040=0.001, xf2b134=0.003)

    assert merged(measured) == found(xffffff=0.5531, x0b3d3a=0.4425, xf2b134=0.0033)


def test_roles_follow_from_lightness_contrast_and_strength() -> None:
    measured = merged(found(xfbf7ef=0.6, x1c1c1c=0.1, x0b3d3a=0.2, xf2b134=0.06, x7fb2d9=0.04))

    assert [(color.role.value, color.hex) for color in roles_of(measured)] == [
        ("PRIMARY", "#0b3d3a"),
        ("SECONDARY", "#f2b134"),
        ("ACCENT", "#7fb2d9"),
        ("BACKGROUND", "#fbf7ef"),
        ("TEXT", "#1c1c1c"),
    ]
    assert roles_of(()) == ()
    assert [color.role for color in roles_of(found(x808080=1.0))] == [BrandColorRole.BACKGROUND]


def test_a_document_says_its_colours_fonts_and_phrases_behind_labels() -> None:
    said = worded(
        "Brand guide\nTone of voice\nFriendly, never loud.\nWe say you.\n\nTarget audience: home cooks\nPrimary colour\n#0B3D3A\n"
        "Accent RGB 242, 177, 52\nHex: fbf7ef\nHeading font: Playfair Display, bold\nBody: Lato\nItem #1234567"
    )

    assert said == Worded(
        colors=(color("#0b3d3a", BrandColorRole.PRIMARY), color("#f2b134")),
        unplaced=("#fbf7ef",),
        heading_font="Playfair Display",
        body_font="Lato",
        voice="Friendly, never loud. We say you.",
        audience="home cooks",
    )
    assert worded("We care about voice and audience, somewhere in a sentence.") == Worded()


def test_what_is_said_counts_for_more_than_what_is_measured_and_what_is_missing_stays_so() -> None:
    reading = SourceReading(colors=found(xfafafa=0.7, x1c1c1c=0.1, xaa2222=0.2), text="Primary: #0b3d3a")

    made = made_here(DraftMaterial(readings=(reading,)), because=LocalBrandBecause.NOT_CONFIGURED)

    assert [(one.role.value, one.hex) for one in made.look.colors] == [
        ("PRIMARY", "#0b3d3a"),
        ("BACKGROUND", "#fafafa"),
        ("TEXT", "#1c1c1c"),
    ]
    assert (made.look.voice, made.look.heading_font) == (None, None)
    assert made.missing == (BrandPart.HEADING_FONT, BrandPart.BODY_FONT, BrandPart.VOICE, BrandPart.AUDIENCE)


def verdict(*named: tuple[str, BrandColorRole], voice: str = "") -> BrandVerdict:
    colors = tuple(ColorNamed(hex=hex_, role=role) for hex_, role in named)
    return BrandVerdict(colors=colors, heading_font="", body_font="", voice=voice, audience="")


def test_of_what_a_model_names_only_what_was_found_is_taken() -> None:
    material = DraftMaterial(readings=(SourceReading(colors=found(x0b3d3a=0.6, xfafafa=0.4)),))
    here = made_here(material, because=LocalBrandBecause.UNFIT_ANSWER)
    said = verdict(("#0c4040", BrandColorRole.PRIMARY), ("#ff00ff", BrandColorRole.ACCENT), voice=" Warm. ")

    made = made_there(said, here, material, model="gpt")

    assert made.look == BrandLook(colors=(color("#0b3d3a", BrandColorRole.PRIMARY),), voice="Warm.")
    for unfit in (
        verdict(("#ff00ff", BrandColorRole.PRIMARY)),
        verdict(("magenta", BrandColorRole.PRIMARY)),
        verdict(("#0b3d3a", BrandColorRole.TEXT), voice="x" * 601),
    ):
        with pytest.raises(UnfitBrand):
            made_there(unfit, here, material, model="gpt")


def answers(**changes: BrandAnswer | None) -> list[BrandAnswer]:
    given: dict[str, BrandAnswer | None] = {
        "ABOUT": BrandAnswer(key=BrandQuestionKey.ABOUT, text="Balcony gardens"),
        "AUDIENCE": BrandAnswer(key=BrandQuestionKey.AUDIENCE, text=" People with no time "),
        "MOOD": BrandAnswer(key=BrandQuestionKey.MOOD, choices=("natural", "calm")),
        "VOICE": BrandAnswer(key=BrandQuestionKey.VOICE, choices=("friendly", "direct"), text="Never shouting."),
    }
    return [one for one in {**given, **changes}.values() if one]


def test_answers_make_a_brand_by_our_table() -> None:
    assert look_from(checked(answers())) == BrandLook(
        colors=tuple(BrandColor(hex=hex_, role=role) for hex_, role in zip(COLORS["green"], ORDER, strict=True)),
        heading_font="Fraunces",
        body_font="Karla",
        voice="Friendly, direct. Never shouting.",
        audience="People with no time",
    )
    dark = answers(COLORS=BrandAnswer(key=BrandQuestionKey.COLORS, choices=("dark",)))
    assert look_from(checked(dark)).colors[3].hex == "#0d1117"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"MOOD": None}, "answers"),
        ({"MOOD": BrandAnswer(key=BrandQuestionKey.MOOD, choices=("angry",))}, "answers.2.choices"),
        ({"MOOD": BrandAnswer(key=BrandQuestionKey.MOOD, choices=("calm", "calm"))}, "answers.2.choices"),
        ({"MOOD": BrandAnswer(key=BrandQuestionKey.MOOD, choices=("calm",), text="x")}, "answers.2.text"),
        ({"ABOUT": BrandAnswer(key=BrandQuestionKey.ABOUT, text="x" * 401)}, "answers.0.text"),
        ({"ABOUT": BrandAnswer(key=BrandQuestionKey.ABOUT, text=" ")}, "answers.0"),
        ({"more": BrandAnswer(key=BrandQuestionKey.ABOUT, text="x")}, "answers.4.key"),
    ],
)
def test_answers_that_do_not_do_are_refused(changed: dict[str, BrandAnswer | None], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked(answers(**changed))
    assert refusal.value.field == field


def test_the_table_knows_every_choice_and_its_texts_can_be_read() -> None:
    options = {question.key: {option.key for option in question.options} for question in QUESTIONS}
    assert FONTS.keys() == FAMILY_OF_MOOD.keys() == options[BrandQuestionKey.MOOD]
    assert COLORS.keys() == options[BrandQuestionKey.COLORS] >= set(FAMILY_OF_MOOD.values())
    for hexes in COLORS.values():
        look = BrandLook(colors=tuple(BrandColor(hex=hex_, role=role) for hex_, role in zip(hexes, ORDER, strict=True)))
        contrast = contrast_of(look.colors)
        assert contrast is not None
        assert contrast.level is ContrastLevel.AAA

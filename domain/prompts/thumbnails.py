"""Prompts of thumbnails by our own rules: what a version is made with where no language model has written one (PRODUCT, section 5)."""

from collections.abc import Sequence

from domain.influencers.appearance import Appearance
from domain.prompts.build import NEGATIVE_WORDS, in_order
from domain.prompts.person import KEEP_PERSON, appearance_words, stays_adult
from domain.thumbnails.feedback import read_feedback
from domain.thumbnails.thread import Brief

FACE = "the face fills 30 to 40 percent of the frame, direct eye contact with the camera"
LOOK = "wide 16:9 composition, vivid colours, strong contrast, one clear subject, easy to read at a small size"
ROOM = "calm space along the bottom edge for a headline that is set later"
NO_LETTERS = "no letters, words or logos in the picture"
AVOIDED = (
    "cropped head, face cut off, tiny face, looking away, cluttered background, washed out colours, collage, frame"
)
LETTERS = ", watermark, text, logo"


def thumbnail_prompt(brief: Brief, appearance: Appearance | None, *, trigger: str | None = None) -> str:
    """A trigger comes first, and then whoever draws is shown no face; else the person is in the reference pictures."""
    if trigger:
        return in_order(trigger, appearance_words(appearance), brief.wish, video_words(brief), *_wanted(brief))
    told = ", ".join(_wanted(brief))
    wish = in_order(brief.wish.strip().rstrip("."), video_words(brief))
    return (
        f"Make a video thumbnail of the person in the reference pictures: {wish}. "
        f"{stays_adult(appearance)} {KEEP_PERSON} Composition: {told}.{still_words(brief)}"
    )


def video_words(brief: Brief) -> str:
    """What was read out of the project."""
    return brief.snippet.words if brief.snippet else ""


def still_words(brief: Brief) -> str:
    if not brief.stills:
        return ""
    which = (
        "The last picture is a still" if len(brief.stills) == 1 else f"The last {len(brief.stills)} pictures are stills"
    )
    return f" {which} of the video: take the setting, things and colours from there, and never a face."


def _wanted(brief: Brief) -> list[str]:
    said = [f'changed as asked: "{_quoted(one)}"' for one in brief.feedback]
    return [FACE, LOOK, *read_feedback(brief.feedback), *said, headline_words(brief)]


def headline_words(brief: Brief) -> str:
    if brief.headline is None:
        return NO_LETTERS
    if not brief.draws_letters:
        return f"{ROOM}, {NO_LETTERS}"
    return f'the headline "{_quoted(brief.headline)}" in large, bold, well-spaced letters, spelled exactly so, once, not over the face'


def thumbnail_negative_prompt(briefs: Sequence[Brief]) -> str:
    """Letters are kept out unless the model is to draw some. Ours cannot be taken away by the user's."""
    draws_letters = any(brief.draws_letters for brief in briefs)
    usual = f"{NEGATIVE_WORDS.removesuffix(LETTERS)}, watermark" if draws_letters else NEGATIVE_WORDS
    return in_order(usual, AVOIDED, briefs[0].negative)


def _quoted(text: str) -> str:
    """On one line; a double quote in it would end the quotation."""
    return " ".join(text.split()).replace('"', "'")

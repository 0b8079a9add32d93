"""What the words of a thumbnail ask of its light, its colours and its framing, as far as a drawing can follow them: by rules, without
a model. So feedback is seen in the next version."""

import re
from dataclasses import replace

from PIL import Image

from domain.prompts.thumbnails import LOOK
from providers.local.grading import Change, change_named, graded
from providers.local.restyling.words import colours_said

LIT = re.compile(r"(\w+)(?: \w+)? (?:neon|lights?|lighting|glow|background|backdrop|tones)\b")
"""A colour that is said of the light or of what lies behind: that of hair and clothes is not the picture's."""

SAID = re.compile(r'changed as asked: "[^"]*"')
"""Feedback as it was said: "too dark" asks for light. What it is read as stands beside it."""

CLOSER = ("tight close-up", 0.86)
"""What feedback is read as (`domain.thumbnails.feedback`), and the share of the picture that stays."""

ABOVE = 0.75
"""Of what goes, the part that goes above the head: a headline stands below."""


def as_wished(image: Image.Image, prompt: str) -> Image.Image:
    """In the same size; itself where the words ask for nothing of the kind."""
    words = SAID.sub("", prompt.replace(LOOK, ""))
    closer, share = CLOSER
    if closer in words:
        image = _closer(image, share)
    change = _change(words)
    return image if change == Change() else graded(image, change)


def _change(words: str) -> Change:
    change = change_named(words)
    named = [colour for said in LIT.finditer(words.casefold()) for colour in colours_said(said[0])]
    return replace(change, tint=named[-1]) if named else change


def _closer(image: Image.Image, share: float) -> Image.Image:
    width, height = image.size
    left, top = width * (1 - share) / 2, height * (1 - share) * ABOVE
    box = (left, top, left + width * share, top + height * share)
    return image.resize(image.size, Image.Resampling.LANCZOS, box=box)

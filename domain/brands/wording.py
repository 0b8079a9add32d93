"""What a document says of its brand in so many words: colours by their codes, fonts and phrases behind a label.

Nothing is guessed: what stands behind no label is not found, and that is told. Labels are looked for in English.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.brands.brand import LONGEST_FONT
from domain.brands.colors import BrandColor, BrandColorRole

LONGEST_PHRASE = 300
"""Characters of a phrase that is quoted."""

CODE = re.compile(r"(?<![\w#])(?:#|(?:hex|web)\s*[:=]?\s*#?)([0-9a-f]{6})(?![0-9a-z])", re.IGNORECASE)
RGB = re.compile(r"\brgb\s*[:(]?\s*(\d{1,3})\s*[,/ ]\s*(\d{1,3})\s*[,/ ]\s*(\d{1,3})\b", re.IGNORECASE)
ROLES = (
    (BrandColorRole.BACKGROUND, re.compile(r"\b(?:back)?ground\b|\bpaper\b", re.IGNORECASE)),
    (BrandColorRole.TEXT, re.compile(r"\b(?:body )?text\b|\bcopy\b|\bink\b", re.IGNORECASE)),
    (BrandColorRole.PRIMARY, re.compile(r"\bprimary\b|\bmain\b", re.IGNORECASE)),
    (BrandColorRole.SECONDARY, re.compile(r"\bsecondary\b|\bsupporting\b", re.IGNORECASE)),
    (BrandColorRole.ACCENT, re.compile(r"\baccents?\b|\bhighlights?\b|\btertiary\b", re.IGNORECASE)),
)
FONT = r"\s*(?:(?:type)?face|fonts?|type)?\s*[:\u2013\u2014-]\s*([A-Z][\w.' -]{1,58}?)\s*(?:[,;(.]|$)"
HEADING_FONT = re.compile(r"^\W*(?:headings?|headlines?|titles?|display)" + FONT, re.IGNORECASE | re.MULTILINE)
BODY_FONT = re.compile(r"^\W*(?:body(?: text| copy)?|running text|text|copy)" + FONT, re.IGNORECASE | re.MULTILINE)
VOICE = re.compile(
    r"^\W*(?:our |brand )?(?:tone of voice|voice(?: (?:and|&) tone)?|tone)\b\s*(?::|\u2013|\u2014)?\s*(.*)$",
    re.IGNORECASE,
)
AUDIENCE = re.compile(
    r"^\W*(?:our |target |the )?(?:audience|customers?|who we(?:'re| are)? (?:for|(?:speak|talk)(?:ing)? to))\b\s*(?::|\u2013|\u2014)?\s*(.*)$",
    re.IGNORECASE,
)
LABEL = re.compile(r"^\W*[A-Z][\w &'-]{1,40}:?\s*$|^\W*[A-Z][\w &'-]{1,30}:\s")
"""A line that begins something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """None, or nothing, where it says nothing."""

    colors: tuple[BrandColor, ...] = ()
    """With the role that the same line gives them."""
    unplaced: tuple[str, ...] = ()
    """Colours by their codes, without a role."""
    heading_font: str | None = None
    body_font: str | None = None
    voice: str | None = None
    audience: str | None = None


def worded(text: str) -> Worded:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    colors, unplaced = _colors(lines)
    return Worded(
        colors=colors,
        unplaced=unplaced,
        heading_font=_font(HEADING_FONT, lines),
        body_font=_font(BODY_FONT, lines),
        voice=_phrase(VOICE, lines),
        audience=_phrase(AUDIENCE, lines),
    )


def _colors(lines: Sequence[str]) -> tuple[tuple[BrandColor, ...], tuple[str, ...]]:
    """Each once. A role belongs to the line of a code, or to the one before it where that has no code itself."""
    placed: dict[str, BrandColorRole | None] = {}
    before = ""
    for line in lines:
        codes = _codes(line)
        role = (_role(line) or _role(before)) if len(codes) == 1 else None
        for code in codes:
            taken = set(placed.values()) - {BrandColorRole.ACCENT}
            if placed.get(code) is None:
                placed[code] = None if role in taken else role
        before = "" if codes else line
    given = tuple(BrandColor(hex=code, role=role) for code, role in placed.items() if role)
    return given, tuple(code for code, role in placed.items() if role is None)


def _codes(line: str) -> list[str]:
    found = [f"#{match[1].lower()}" for match in CODE.finditer(line)]
    if found:
        return found
    levels = [tuple(int(level) for level in match.groups()) for match in RGB.finditer(line)]
    return ["#" + bytes(one).hex() for one in levels if max(one) <= 255]


def _role(line: str) -> BrandColorRole | None:
    return next((role for role, word in ROLES if word.search(line)), None)


def _font(label: re.Pattern[str], lines: Sequence[str]) -> str | None:
    found = next((match for line in lines if (match := label.match(line))), None)
    name = found[1].strip(" .'-") if found else ""
    return name if 1 < len(name) <= LONGEST_FONT else None


def _phrase(label: re.Pattern[str], lines: Sequence[str]) -> str | None:
    """What stands behind the label, as it is written: on its line, or below it up to an empty line or the next label."""
    for number, line in enumerate(lines):
        found = label.match(line)
        if found is None or len(line) > LONGEST_PHRASE:
            continue
        said = [found[1]] if found[1] else []
        for below in lines[number + 1 :]:
            if not below or LABEL.match(below) or _codes(below):
                break
            said.append(below)
        phrase = " ".join(said).strip()
        if phrase:
            return phrase[:LONGEST_PHRASE].rstrip() + ("\u2026" if len(phrase) > LONGEST_PHRASE else "")
    return None

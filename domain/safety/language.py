"""What one language says about age and sex, as data. The lists themselves are in `domain.safety.words`, a file each.

A list is text: entries are parted by commas, an entry of several words is a phrase. Entries are folded as prompts are
(`domain.safety.reading`), so they are written as people write them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """`minors` and `sexual` are refused wherever they stand; what is only refused in company says in which."""

    code: str
    minors: str = ""
    minor_stems: str = ""
    """Beginnings of words, four letters or more."""
    sexual: str = ""
    sexual_stems: str = ""
    marked_minors: str = ""
    """Words that without their marks mean something else: niña, Nina."""
    anywhere: str = ""
    """Of scripts that put no spaces: found inside of other text."""
    anywhere_sexual: str = ""
    adults: str = ""
    adults_anywhere: str = ""
    clothes: str = ""
    clothes_anywhere: str = ""
    """What a negative prompt may not take out. In a wish these are as good as any."""

    people: str = ""
    """Words for children that adults are called by as well: girl. Refused near one of `young`, or with an age."""
    young: str = ""
    """Refused up to three words before one of `people`."""
    young_after: str = ""
    """Refused right behind one of `people`, in languages where that is the place of an adjective."""

    numbers: str = ""
    """One to seventeen in turn; other ways to write one of them beside it, parted by a stroke."""
    tens: str = ""
    """Twenty to ninety: one to nine behind one of them is not the whole number."""
    years: str = ""
    """What makes an age of the number before it. A star stands for any ending."""
    aged: str = ""
    """What makes an age of the number behind it."""
    compounds: str = ""
    """Words that begin with a number: {} is its place."""

    seams: str = ""
    """Neighbours that make a listed word between them by chance, and are harmless: pen is."""
    fine_before: Mapping[str, str] = field(default_factory=dict)
    """By a listed word: before which others it is harmless (baby: blue)."""
    fine_after: Mapping[str, str] = field(default_factory=dict)
    """By a listed word: after which others it is harmless (boy: cow)."""


def entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]

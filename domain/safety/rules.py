"""The rules by name, what is told to people, and which version of them decided.

A message says which rule and what to do. It never repeats the words: they may not be the user's own, and they would stand in logs.
"""

from enum import StrEnum
from hashlib import sha256

from domain.safety.words import LANGUAGES


class Rule(StrEnum):
    NO_MINORS = "NO_MINORS"
    """Rule 1 of PRODUCT, section 10. Words and cues for anyone under 18, anywhere in what is asked for."""
    NO_SEXUALISED_MINORS = "NO_SEXUALISED_MINORS"
    """The same, in one text with words of sex: what an operator may have to report."""
    NO_ADULT_CONTENT = "NO_ADULT_CONTENT"
    """Rule 2. Words for nudity and sex, where adult content is not allowed."""
    ADULTS_STAY_ADULTS = "ADULTS_STAY_ADULTS"
    """A negative prompt that takes adulthood or clothes out of the picture, by which the other two would be got around."""
    MODERATED = "MODERATED"
    """A judge outside of this code refused it, or did not say anything that could be relied on."""


MESSAGES = {
    Rule.NO_MINORS: (
        "Everyone in these pictures is an adult, and these words point to someone under 18. "
        "Take out what names a young age, school or childhood, and try again; nothing was charged."
    ),
    Rule.NO_SEXUALISED_MINORS: (
        "Sexual content with anyone under 18 is never made here, and these words ask for it. "
        "Describe something else; nothing was charged."
    ),
    Rule.NO_ADULT_CONTENT: (
        "Adult content is not switched on here, and these words ask for it. "
        "Describe the picture without nudity or sex, and try again; nothing was charged."
    ),
    Rule.ADULTS_STAY_ADULTS: (
        "A negative prompt may not take adulthood or clothing out of a picture. "
        "List only what should not be seen, and try again; nothing was charged."
    ),
    Rule.MODERATED: (
        "A check of these words did not let them through. Describe the picture in other words, and try again; nothing was charged."
    ),
}

POLICY = f"2026-11-21/{sha256(repr(LANGUAGES).encode()).hexdigest()[:8]}"
"""Of every decision. The day is that of the rules' last change; the rest follows from the word lists by itself."""

"""What a language model is told of whoever a text or a picture is made for: what they do, make and like, in their own words."""

from domain.profiles.profile import TONE_WORDS, Profile

RULE = (
    "Where it is said who this is for, let setting, props, light and mood fit what they do, their topics and their tone, as far as the "
    "wish leaves that open: the wish has precedence."
)
"""For instructions that stand before it."""


def creator_words(profile: Profile) -> str:
    """Lines, or nothing where nothing was said. All of it was screened when it was saved."""
    tone = profile.preferences.tone
    said = {
        "Does": profile.occupation,
        "Topics": ", ".join(profile.preferences.topics),
        "Tone": TONE_WORDS[tone] if tone else None,
    }
    return "\n".join(f"{name}: {words}" for name, words in said.items() if words)

"""What a set of photos could serve for, and what may go wrong in pictures made of it (PRODUCT, section 3).

By our own rules it follows from what was measured: nothing is said of who is on the photos, nor of what they do for a living.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.personas.faces import FaceAngle
from domain.personas.persona import PersonaPhoto
from domain.personas.references import angle_seen

MOST_IDEAS, LONGEST_IDEA = 4, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """A sentence each, at most `MOST_IDEAS` of a kind."""

    thumbnail_ideas: tuple[str, ...]
    social_ideas: tuple[str, ...]
    potential_issues: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return (*self.thumbnail_ideas, *self.social_ideas, *self.potential_issues)


CLOSE = "A close-up that looks into the camera, the face a third of the frame, and a short headline beside it."
TURNED = "A head turned towards the headline, before one strong colour."
TWO_MOODS = "Two expressions side by side, as before and after."
CALM = "A calm portrait before a plain ground, with the headline across the top."

HEADSHOT = "LinkedIn: a bright headshot with room at one side for a line of text."
SQUARE = "Instagram: a square portrait with the text below the face."
SERIES = "A carousel: the same framing with another expression on each card."
STORY = "A story: the face in the upper half, and the words in the lower."


def concepts_here(
    photos: Sequence[PersonaPhoto], *, is_varied: bool, is_well_lit: bool, issues: Sequence[str]
) -> Concepts:
    """`issues` are the gravest first."""
    angles = {angle_seen(photo) for photo in photos}
    thumbnails = {
        CLOSE: FaceAngle.FRONT in angles,
        TURNED: FaceAngle.THREE_QUARTER in angles,
        TWO_MOODS: is_varied,
        CALM: True,
    }
    social = {HEADSHOT: is_well_lit, SQUARE: True, SERIES: is_varied, STORY: True}
    return Concepts(
        thumbnail_ideas=tuple(idea for idea, suits in thumbnails.items() if suits),
        social_ideas=tuple(idea for idea, suits in social.items() if suits),
        potential_issues=tuple(issues)[:MOST_IDEAS],
    )

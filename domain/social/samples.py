"""Which portrait or sample of a person a platform's graphic is made from.

The style that suits the platform comes first; of one style the kind that is likest; of one kind what was liked, and then the newest.
"""

from collections.abc import Sequence

from domain.images.image import Image
from domain.jobs.job import JobKind
from domain.social.graphic import Reference
from domain.social.platforms import PLATFORMS, Platform

SAMPLES: dict[JobKind, str] = {
    JobKind.DISPLAY_SAMPLES: "display samples",
    JobKind.PORTRAITS: "portraits",
    JobKind.PREVIEW_SAMPLES: "preview samples",
}
"""The likest first: made with the person's LoRA, from several photos, from one."""

ONLY_PHOTOS = "No portrait or sample of this person was made yet: the best photos are shown."
FACE = "An influencer's graphics are made from its base image, and its sheet's views beside it."


def reference_for(platform: Platform, samples: Sequence[Image]) -> Reference:
    """Of `samples` the one that suits it best."""
    if not samples:
        return Reference(image_id=None, reason=ONLY_PHOTOS)
    its = PLATFORMS[platform]
    newest = sorted(samples, key=lambda image: (image.created_at, image.id), reverse=True)
    best = min(newest, key=lambda image: _rank(image, its.styles))
    named, where = (best.style or "").replace("_", " ").lower(), SAMPLES[best.kind]
    if best.style in its.styles:
        return Reference(image_id=best.id, reason=f"{its.label}: {its.suits}. Taken: {named}, of the {where}.")
    return Reference(
        image_id=best.id,
        reason=f"{its.label}: {its.suits}, but there is none of that kind. Taken: {named}, of the {where}.",
    )


def _rank(image: Image, styles: Sequence[str]) -> tuple[int, int, bool]:
    style = styles.index(image.style) if image.style in styles else len(styles)
    return style, list(SAMPLES).index(image.kind), not image.liked

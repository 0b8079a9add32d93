"""What differs between the images of one job. Everything else of them is the job's one prompt."""

from dataclasses import dataclass

from domain.jobs.text_overlay import TextOverlay
from domain.jobs.views import View
from domain.presets.catalogue import Environment, Outfit
from domain.social.graphic import Graphic


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One image's part. `words` are for models that read; the rest says the same to the local sketch, which does not."""

    words: str = ""
    pose: int = 0
    """Which of the sketch's poses."""
    view: View | None = None
    style: int | None = None
    """Which of the job's style images it follows, from 0."""
    extras: tuple[str, ...] = ()
    """Options that were chosen for it, each as `name:key` (`background:office`)."""
    environment: Environment | None = None
    """Instead of the job's."""
    outfit: Outfit | None = None
    """Instead of the job's."""
    photos: tuple[int, ...] = ()
    """Which of the job's photos of a person it is shown, in this order; empty for all of them."""
    prompt: str | None = None
    """Instead of the job's."""
    headline: TextOverlay | None = None
    """Set on the finished picture by ourselves, whoever made it."""
    images: tuple[int, ...] | None = None
    """Which of the job's images it is shown beside the base image, in this order; None for all of them."""
    graphic: Graphic | None = None
    """What a platform wants of it, for graphics: also its size, instead of the job's."""


def prompt_of(prompt: str, shot: Shot) -> str:
    """The prompt of one image. Its own words come last, so that the trigger stays first; a list goes on, sentences get one more."""
    if shot.prompt is not None:
        return shot.prompt
    if not shot.words:
        return prompt
    return f"{prompt} In this picture: {shot.words}." if prompt.endswith(".") else f"{prompt}, {shot.words}"

"""Whoever makes pixels: fal, OpenAI, RunPod, or the local sketch.

Two kinds. One answers the call with the picture. The other takes the wish, gives it a number, and is asked about it: its
number is kept before anyone waits, so that a call that was paid is found again after a crash, and never made twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from domain.images.picture import Picture
from domain.images.provenance import SourceType
from domain.influencers.appearance import Appearance
from domain.jobs.text_overlay import TextOverlay
from domain.jobs.views import View
from domain.models.model import Ability
from domain.presets.catalogue import Environment, Outfit, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who is in the picture. Equal looks must give a recognisably equal face, whatever else the request says."""

    appearance: Appearance
    identity_seed: int
    """Chosen with the base image; tells apart two characters of the same description. 0 to 2**31 - 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraUse:
    """A trained adapter to draw with."""

    url: str | None
    """A signed address of the weights, for providers that fetch them."""
    file_name: str
    """What the file is called where weights lie on the provider's disk."""
    trigger: str
    """The word it was trained on. The prompt begins with it already."""
    scale: float = 1.0
    weights: bytes | None = field(default=None, repr=False)
    """The file itself, for models that `reads_weights`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest:
    """One image to make. `width` and `height` are exact pixels; a provider that cannot make them resizes to them."""

    attempt_key: str
    """Unique for this try of this image: a provider that knows idempotency keys is given this one."""
    model: str
    """A key of the registry once a model was chosen; before, the base model that was wished for."""
    ability: Ability = Ability.TEXT_TO_IMAGE
    prompt: str
    negative_prompt: str
    width: int
    height: int
    steps: int
    seed: int
    look: Look | None
    """None of a real person: whoever it is, `references` show them, the best photo first."""
    scene: Scene | None
    environment: Environment | None
    outfit: Outfit
    pose: int
    """Which of the pose variations; images of one pack have different ones."""
    view: View | None = None
    """From where the subject is seen, for character sheets."""
    extras: tuple[str, ...] = ()
    """What is worn besides the outfit, such as `glasses`."""
    overlay: TextOverlay | None = None
    restyle: str | None = None
    """A look to give to the picture, in words. The prompt says it too."""
    references: tuple[Picture, ...] = ()
    """FACE: the face; of a real person several, where the model takes them. SHEET: the face, then the pose.
    EDIT: what to work from. INPAINT: the one picture to change."""
    style: Picture | None = None
    """Somebody's picture whose style is taken, and nothing else of it."""
    mask: Picture | None = None
    """Black and white, as large as what it masks; white is what changes."""
    loras: tuple[LoraUse, ...] = ()
    quality: str = "standard"
    """`standard` or `high`, for models that are paid by it."""
    adult: bool = False
    """Only a model that may make adult content is asked (`Need.adult`). The words are the same: it asks for nothing more."""
    crop_to_face: bool = False
    """Where the picture has to be cut to the size, the largest face on it stays whole."""

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All that a model is shown, as prompts name them: the style last."""
        return (*self.references, self.style) if self.style else self.references

    def without_loras(self) -> "RenderRequest":
        """The same wish for the base model alone: a trigger word means nothing to it."""
        prompt = self.prompt
        for lora in self.loras:
            prompt = prompt.removeprefix(lora.trigger).lstrip(" ,")
        return replace(self, prompt=prompt, loras=())


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedImage:
    """Encoded pixels as they came from the provider, in the size asked for, before they are signed."""

    data: bytes
    content_type: str
    provider: str
    model: str
    """Which one made it: its key in the registry, or what the provider calls it where that is more exact."""
    seed: int
    source_type: SourceType | None = None
    """How the pixels came about, where whoever made them tells (`domain.images.provenance.source_type_of`)."""


OnProgress = Callable[[int], None]
"""Told 0 to 100 while an image forms. May be called often, from the event loop's thread; must return at once."""

OnPreview = Callable[[Picture], None]
"""Told the whole picture as far as it has formed; each replaces the one before. As `OnProgress` otherwise."""


def unseen(_: Picture) -> None:
    """For whoever does not look at previews."""


class ImageProvider(Protocol):
    """Raises the `ProviderError`s and `RateLimited` and nothing else on purpose; `OutcomeUnknown` where a paid call may
    have been carried out although no answer came. It never repeats a paid call by itself.

    Cancelling the call must stop the work at the provider as far as the provider allows it.
    """

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What is kept of an accepted call: enough to ask about it from another process, days later."""

    model: str
    request_id: str
    endpoint: str
    """What the request id belongs to: fal's application, RunPod's endpoint id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """In the provider's queue."""

    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """`percent` is None where the provider does not tell."""

    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """It ended. Whether well, `fetch` tells."""


CallState = Waiting | Running | Ready


class QueuedImageProvider(Protocol):
    """Raises what `ImageProvider` raises. Everything but `submit` may be asked as often as one likes.

    `submit` sends one request and never a second: `OutcomeUnknown` when it may have been accepted, `ProviderUnavailable`
    only when it certainly was not (no connection, an error in answer).
    """

    def endpoint_of(self, model: str) -> str:
        """What the numbers of this model's calls belong to. Written down before the call is made."""
        ...

    async def submit(self, request: RenderRequest, *, webhook: str | None) -> Submitted:
        """`webhook` is an address to call once it has ended; None where nobody could reach us."""
        ...

    async def check(self, submitted: Submitted) -> CallState:
        """Raises `NotFound` when the provider does not know it (any more)."""
        ...

    async def fetch(self, submitted: Submitted, request: RenderRequest) -> RenderedImage:
        """Only after `Ready`. Raises what went wrong there. Results are kept for minutes: fetch at once."""
        ...

    async def cancel(self, submitted: Submitted) -> None:
        """As far as the provider can. Done, unknown and cancelled already are no errors."""
        ...

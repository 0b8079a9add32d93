"""Which hand makes a picture: the sketch draws characters, photos of real people are composed, the others work on given pixels."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from PIL import Image, ImageOps

from domain.errors import ProviderRequestInvalid
from domain.images.picture import Picture
from domain.images.provenance import SourceType
from domain.models.model import Ability
from domain.ports.image_provider import RenderRequest
from domain.presets.catalogue import Environment, Scene
from providers.local.composing import composed
from providers.local.grading import graded_by_words, towards
from providers.local.lettering import lettered
from providers.local.restyling import manner_of, restyled
from providers.local.retouching import retouched
from providers.local.sketch import draw_sketch
from providers.local.sketch.learned import learned_from
from providers.local.sketch.watching import Watching
from providers.local.wished import as_wished
from providers.pixels import upright

T = TypeVar("T")

Report = Callable[[int], None]
"""Told the percent after each stage. May raise, which ends the work there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a picture came about, for its file."""

    source_type: SourceType
    description: str


DRAWN = Origin(
    source_type=SourceType.ALGORITHMIC_MEDIA, description="Likeness local sketch (procedural drawing, no AI model)"
)
"""Made by an algorithm that was not trained on pictures."""
EDITED = Origin(
    source_type=SourceType.ALGORITHMICALLY_ENHANCED, description="Likeness local edit (filters and text, no AI model)"
)
RETOUCHED = Origin(
    source_type=SourceType.COMPOSITE_SYNTHETIC, description="Likeness local retouch (procedural drawing, no AI model)"
)
COMPOSED = Origin(
    source_type=SourceType.COMPOSITE_SYNTHETIC,
    description="Likeness local composition (a photo of the person before a drawn background, simulated, no AI model)",
)


@dataclass(frozen=True, slots=True)
class Work:
    image: Image.Image
    origin: Origin

    @property
    def keeps_pixels(self) -> bool:
        """Whether the file has to hold every pixel as it is: what lies outside of a mask must not change at all."""
        return self.origin is RETOUCHED


def made(request: RenderRequest, report: Report) -> Work:
    """Raises `ProviderRequestInvalid` for inputs that are missing or unreadable, `ProviderRefused` for letters it lacks."""
    if request.ability is Ability.INPAINT:
        return Work(_inpainted(request, report), RETOUCHED)
    if request.style is not None:
        return _varied(request, request.style, report)
    if _is_edit(request):
        return Work(_edited(request, report), EDITED)
    return _thumbnail(request, report) if request.crop_to_face else _portrayed(request, report)


def _thumbnail(request: RenderRequest, report: Report) -> Work:
    """Whoever looks sees it form in the light that was asked for."""
    seen = report.through(lambda image: as_wished(image, request.prompt)) if isinstance(report, Watching) else report
    work = _portrayed(placed(request), seen)
    return replace(work, image=as_wished(work.image, request.prompt))


def _is_edit(request: RenderRequest) -> bool:
    """EDIT also makes new pictures from pictures of a person: those have a scene, or a place. Such are made anew."""
    wishes = request.overlay is not None or request.restyle is not None
    is_new = request.scene is not None or (request.look is None and request.environment is not None)
    return request.ability is Ability.EDIT and (wishes or (not is_new and bool(request.references)))


def _portrayed(request: RenderRequest, report: Report) -> Work:
    """A character is drawn from its look alone, a real person composed from their photos."""
    if request.look is not None:
        return Work(draw_sketch(request, report), DRAWN)
    learned_from(request)  # A file that is missing or broken is said, as in a sketch.
    done = composed(request, report)
    return Work(done.image, replace(COMPOSED, description="; ".join((COMPOSED.description, *done.notes))))


def _inpainted(request: RenderRequest, report: Report) -> Image.Image:
    if request.mask is None:
        raise ProviderRequestInvalid("There is no mask to say what changes.", detail="INPAINT without a mask")
    image = _source(request)
    report(25)
    mask = _brought(upright(request.mask), image.size, Image.Resampling.NEAREST)
    report(40)
    done = retouched(image, mask, request.prompt, seed=request.seed)
    report(90)
    return done


def _edited(request: RenderRequest, report: Report) -> Image.Image:
    image = _source(request)
    report(20)
    if request.restyle is not None:
        image = restyled(image, request.restyle, seed=request.seed)
    elif request.overlay is None:
        image = graded_by_words(image, request.prompt)
    report(75)
    if request.overlay is not None:
        image = lettered(image, request.overlay)
    report(95)
    return image


def _varied(request: RenderRequest, style: Picture, report: Report) -> Work:
    """The subject anew, in the palette of the style image; a manner that the words ask for has the last say."""
    palette = upright(style)
    report(5)
    work = _portrayed(placed(request), lambda percent: report(5 + percent * 3 // 4))
    image = towards(work.image, palette)
    report(88)
    words = request.restyle or request.prompt
    if manner_of(words) is not None:
        image = restyled(image, words, seed=request.seed)
    report(97)
    return replace(work, image=image)


BACKGROUNDS: tuple[tuple[str, Environment], ...] = (
    ("beach", Environment.BEACH), ("bedroom", Environment.HOME_BEDROOM), ("living room", Environment.HOME_LIVING_ROOM),
    ("office", Environment.OFFICE), ("cafe", Environment.CAFE), ("café", Environment.CAFE),
    ("street", Environment.URBAN_STREET), ("city", Environment.URBAN_STREET), ("studio", Environment.STUDIO),
)  # fmt: skip


SCENES: tuple[tuple[str, Scene], ...] = (
    ("editorial", Scene.FASHION_EDITORIAL), ("corporate", Scene.PROFESSIONAL_PORTRAIT), ("casual", Scene.CANDID_LIFESTYLE),
)  # fmt: skip


def placed(request: RenderRequest) -> RenderRequest:
    """A variation in a scene and a place that can be drawn: those that the words name first, where nothing else says.

    A scene also lets the poses differ: without one each picture would be the same portrait from the front.
    """
    scene = request.scene or _said(request.prompt, SCENES) or Scene.PROFESSIONAL_PORTRAIT
    return replace(request, scene=scene, environment=request.environment or _said(request.prompt, BACKGROUNDS))


def _said(prompt: str, choices: tuple[tuple[str, T], ...]) -> T | None:
    said = prompt.casefold()
    found = [(place, number) for number, (word, _) in enumerate(choices) if (place := said.find(word)) >= 0]
    return choices[min(found)[1]][1] if found else None


def _source(request: RenderRequest) -> Image.Image:
    """The first reference in the size that is asked for."""
    if not request.references:
        raise ProviderRequestInvalid("There is no picture to work on.", detail=f"{request.ability} without a reference")
    return _brought(upright(request.references[0]), (request.width, request.height), Image.Resampling.LANCZOS)


def _brought(image: Image.Image, size: tuple[int, int], method: Image.Resampling) -> Image.Image:
    """Itself where it fits: not a pixel changes."""
    return image if image.size == size else ImageOps.fit(image, size, method)

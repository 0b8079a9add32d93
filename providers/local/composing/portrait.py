"""One portrait from one request, in stages from the photo to the grain. Nothing here knows about files or threads."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from domain.ports.image_provider import RenderRequest
from providers.local.composing.framing import Place, Wish, edge_of, fits, place_for
from providers.local.composing.lighting import edged, relit
from providers.local.composing.matting import Matte, matte_of
from providers.local.composing.photos import Head, Photo, photo_for
from providers.local.composing.raster import blurred, calmed, moved
from providers.local.composing.settings import Setting, setting_of
from providers.local.composing.windows import continued, windows_in
from providers.local.sketch.finish import finished, graded, with_glow
from providers.local.sketch.geometry import Floats, floats, picture, smoothstep
from providers.local.sketch.identity import Chance

Report = Callable[[int], None]
"""Told the percent after each stage. May raise, which ends the work there."""

MOST_PIXELS = 2_400_000
"""Of the picture while it is worked on: bounds memory, at about 90 bytes for each."""

CHANGES_ASKED = "Change only this about the person"
"""In the prompt of a variation that wants other hair, or glasses."""

TINTED = 0.35
"""Share of the setting's colours in a background that had to stay."""

TILTS = (0.0, -1.2, 1.4, -0.6, 0.9)
ASIDE = (0.0, -0.05, 0.02, 0.06, -0.03)
"""Of the camera and of the face, by pose: small, or they would be noticed."""


@dataclass(frozen=True, slots=True)
class Person:
    """As they stand in the picture, in the light of their photo."""

    colours: Floats
    share: Floats
    is_apart: bool


@dataclass(frozen=True, slots=True)
class Composition:
    image: Image.Image
    notes: tuple[str, ...]
    """What was left as it was photographed, in words."""


def composed(wanted: RenderRequest, report: Report) -> Composition:
    """Raises what `photo_for` raises. A picture larger than photos are sharp is enlarged at the end, before its grain."""
    request = _at_work_size(wanted)
    setting = setting_of(request)
    photo = photo_for(request, setting.angle)
    report(15)
    matte = matte_of(photo)
    report(45)
    window, place = _placed(request, photo, matte, setting)
    person = _person(window, photo, matte, place)
    report(58)
    image = continued(_joined(window, setting, place.face, person), (request.width, request.height))
    report(84)
    mood = replace(setting.mood, saturation=0.0, warmth=0.0) if photo.is_grey else setting.mood
    image = graded(with_glow(image, mood), mood)
    report(93)
    if image.size != (wanted.width, wanted.height):
        image = image.resize((wanted.width, wanted.height), Image.Resampling.LANCZOS)
    return Composition(finished(image, mood, seed=request.seed), _notes(wanted, matte, is_filled=window == request))


def _at_work_size(request: RenderRequest) -> RenderRequest:
    share = min(1.0, (MOST_PIXELS / (request.width * request.height)) ** 0.5)
    return replace(request, width=max(1, round(request.width * share)), height=max(1, round(request.height * share)))


def _placed(request: RenderRequest, photo: Photo, matte: Matte, setting: Setting) -> tuple[RenderRequest, Place]:
    """In the largest window that the photo can fill: a request for that size, and the place in it."""
    chance = Chance(request.seed, request.pose, 53)
    wish = Wish(
        framing=setting.framing,
        off_centre=ASIDE[request.pose % len(ASIDE)] + chance.near("aside", 0.0, 0.012),
        tilt=TILTS[request.pose % len(TILTS)] + chance.near("tilt", 0.0, 0.35),
        zoom=chance.between("zoom", 0.95, 1.06),
    )
    edge = edge_of(matte.share if matte.is_plausible else np.ones_like(matte.share))
    places = []
    for window in windows_in((request.width, request.height)):
        places.append((window, place_for(edge, photo.head, window, wish)))
        if fits(places[-1][1], edge, window):
            break
    (wide, high), place = places[-1]
    return replace(request, width=wide, height=high), place


def _person(request: RenderRequest, photo: Photo, matte: Matte, place: Place) -> Person:
    size = (request.width, request.height)
    return Person(
        colours=floats(moved(_smooth(photo, place), place.matrix, size, clear=False) / 255),
        share=floats(np.clip(moved(matte.share, place.matrix, size, clear=matte.is_plausible), 0, 1)),
        is_apart=matte.is_plausible,
    )


def _smooth(photo: Photo, place: Place) -> Floats:
    """A small photo is enlarged softly, without the blocks of its compression."""
    pixels = calmed(photo.pixels, min(14.0, 6.0 * place.scale)) if place.scale > 1.3 else photo.pixels
    return floats(pixels)


def _joined(request: RenderRequest, setting: Setting, face: Head, person: Person) -> Image.Image:
    """The person before what the setting asks for, or before their own background, out of focus and in its colours."""
    mood, share, own = setting.mood, person.share, person.colours
    side = 1 if Chance(request.seed, request.pose, 61).happens("light", 0.5) else -1
    behind = floats(floats(np.asarray(setting.ground(request, mood))) / 255)
    if person.is_apart:
        lit = relit(_own_colours(person, face.size), face, mood, side=side)
        lit = edged(lit, share, face, mood, side=side, behind=behind)
    else:
        behind = floats((1 - TINTED) * blurred(own, 0.10 * face.size) + TINTED * blurred(behind, 0.3 * face.size))
        lit = relit(own, face, mood, side=side)
    return picture(floats(behind + (lit - behind) * share[..., None]))


def _own_colours(person: Person, head: float) -> Floats:
    """Without the old background in the soft edges: colours of the person, carried outwards."""
    colours, share = person.colours, person.share
    sure = smoothstep(0.90, 1.0, share)
    inside = blurred(floats(colours * sure[..., None]), 0.03 * head)
    weight = blurred(sure, 0.03 * head)[..., None]
    carried = inside / np.maximum(weight, 1e-3)
    trust = np.maximum(smoothstep(0.55, 1.0, share)[..., None], 1 - smoothstep(0.0, 0.05, weight))
    return floats(colours * trust + carried * (1 - trust))


def _notes(request: RenderRequest, matte: Matte, *, is_filled: bool) -> tuple[str, ...]:
    notes = ["clothes, hair and expression are as photographed"]
    if not matte.is_plausible:
        notes.append("the background is the photo's own, as the person could not be told apart from it")
    if not is_filled:
        notes.append("the photo ends within this format, and goes on out of focus")
    if request.extras or CHANGES_ASKED in request.prompt:
        notes.append("what was to be changed about the person is left undone")
    if request.loras:
        notes.append("the trained file changes nothing here")
    return tuple(notes)

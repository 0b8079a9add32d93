"""Requests for portraits of a real person, small enough to be made often."""

from functools import cache

from PIL import Image

from domain.images.picture import Picture
from domain.models.model import Ability
from domain.ports.image_provider import RenderRequest
from domain.presets.catalogue import Environment
from domain.prompts.shots import Shot, prompt_of
from providers.local.composing import Composition, composed
from tests.support.photos import photo
from tests.support.sketches import as_picture, request

SIZE = (240, 360)
STUDIO = "professional headshot, head and shoulders, soft studio light, seamless gray background"
OUTDOORS = "casual portrait outdoors, three-quarter view, soft natural daylight, park softly out of focus behind"
ACTION = "dynamic portrait from the waist up, strong rim light, colourful city lights behind"
THOUGHTFUL = "close-up of the face, contemplative expression, single soft light from the side, dark blurred background"
AT_WORK = "environmental portrait at work, modern workspace around, window daylight mixed with warm lamps"
PORTRAITS = (STUDIO, OUTDOORS, ACTION, THOUGHTFUL, AT_WORK)
"""As a shot says them. PRODUCT, section 3."""


SMALL = 240
"""Pixels of a photo's longer side: faces of 40 to 90 are found in a tenth of a second."""


@cache
def shown(name: str) -> Picture:
    small = photo(name).copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return as_picture(small)


def asked(*names: str, words: str = STUDIO, **changes: object) -> RenderRequest:
    """Of photos by their names."""
    plain = {
        "look": None,
        "scene": None,
        "environment": Environment.STUDIO,
        "ability": Ability.EDIT,
        "prompt": prompt_of("Make a new photograph of the person in the reference photos.", Shot(words=words)),
        "width": SIZE[0],
        "height": SIZE[1],
        "references": tuple(shown(name) for name in names),
    }
    return request(**{**plain, **changes})


def portrayed(asked: RenderRequest) -> Composition:
    return composed(asked, lambda percent: None)


@cache
def portrait(name: str, number: int) -> Composition:
    """One of the five. Not to be changed: everyone is given the same."""
    return portrayed(asked(name, words=PORTRAITS[number], pose=number))

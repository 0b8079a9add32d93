"""The things that can be drawn into a place, and the words for them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from providers.local.restyling.words import COLOURS, WORD
from providers.local.retouching import flowers, rooms, worn
from providers.local.retouching.plate import Plate
from providers.local.sketch.geometry import Colour

Drawing = Callable[[Plate, Colour, np.random.Generator], None]


@dataclass(frozen=True, slots=True)
class Thing:
    words: Sequence[str]
    """English, in the singular; plurals in -s and -es are understood."""
    drawing: Drawing
    aspect: float
    stands: bool
    colours: Sequence[str]
    """Of these the seed picks one where the prompt says none."""
    worn: bool = False
    """Laid over what is there: the eyes stay behind the glasses."""

    def draw(self, plate: Plate, words: str, seed: int) -> None:
        rng = np.random.default_rng((seed, 71))
        usual = COLOURS[self.colours[int(rng.integers(len(self.colours)))]]
        self.drawing(plate, self._colour_said(words) or usual, rng)

    def _colour_said(self, words: str) -> Colour | None:
        """The colour named last before the thing, else the first one named at all."""
        place = _place_of(self, words)
        before = [COLOURS[w] for w in WORD.findall(words.casefold()[:place]) if w in COLOURS]
        anywhere = [COLOURS[w] for w in WORD.findall(words.casefold()) if w in COLOURS]
        return before[-1] if before else anywhere[0] if anywhere else None


BRIGHT = ("red", "pink", "yellow", "coral", "lilac", "orange", "white")
CALM = ("teal", "terracotta", "navy", "cream", "mustard", "olive", "burgundy")
THINGS = (
    Thing(("vase",), flowers.vase, 0.62, True, ("teal", "cream", "terracotta", "navy", "mint")),
    Thing(("tulip",), flowers.tulips, 0.80, True, BRIGHT),
    Thing(("sunflower", "daisy", "daisies"), flowers.daisies, 0.85, True, ("golden", "white")),
    Thing(("flower", "bouquet", "rose", "peony", "peonies", "blossom"), flowers.roses, 0.85, True, BRIGHT),
    Thing(("plant", "palm", "fern", "monstera", "houseplant", "succulent"), flowers.plant, 0.85, True, CALM),
    Thing(("cup", "mug", "coffee", "tea", "espresso", "cappuccino"), rooms.cup, 1.15, True, CALM),
    Thing(("book", "notebook", "novel"), rooms.books, 1.25, True, CALM),
    Thing(("candle",), rooms.candle, 0.42, True, ("cream", "peach", "lavender")),
    Thing(("lamp", "lantern"), rooms.lamp, 0.66, True, ("cream", "mustard", "peach")),
    Thing(("window",), rooms.window, 0.80, False, ("white", "wood", "gray")),
    Thing(("painting", "frame", "poster", "artwork"), rooms.painting, 0.80, False, ("wood", "black", "gold")),
    Thing(("balloon",), rooms.balloon, 0.66, False, BRIGHT),
    Thing(("sunglasses", "sunglass", "shades"), worn.sunglasses, 2.5, False, ("black", "brown", "burgundy"), worn=True),
    Thing(("glasses", "spectacles", "eyeglasses"), worn.glasses, 2.5, False, ("black", "brown", "gold"), worn=True),
    Thing(("beanie",), worn.beanie, 1.25, False, CALM, worn=True),
    Thing(("hat", "fedora", "cap"), worn.hat, 1.60, False, ("beige", "black", "brown", "navy", "cream"), worn=True),
    Thing(("scarf", "bandana"), worn.scarf, 1.5, False, CALM, worn=True),
)


def thing_said(words: str) -> Thing | None:
    """The one named first. A vase comes with its flowers, so it goes before them."""
    said = [(0 if thing.drawing is flowers.vase else 1, place, n) for n, thing in enumerate(THINGS)
            if (place := _place_of(thing, words)) >= 0]  # fmt: skip
    return THINGS[min(said)[2]] if said else None


def _place_of(thing: Thing, words: str) -> int:
    """Where the words begin that name it; -1 where they do not."""
    found = [m.start() for word in thing.words if (m := re.search(rf"\b{word}(s|es)?\b", words.casefold()))]
    return min(found, default=-1)

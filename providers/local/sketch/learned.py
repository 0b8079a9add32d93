"""What a trained file changes in a drawing: it is finer, and its colours are the measured ones. The face stays as it is.

Measured colours have the light of their pictures in them. What the sketch's own light does to a colour, on the median over
many of its characters, is taken out again, so that a character's own palette leaves it as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.errors import LoraMissing
from domain.ports.image_provider import RenderRequest
from providers.local.lab import lab_of, rgb_of
from providers.local.likeness.palette import PARTS, MeasuredPalette, palette_in
from providers.local.sketch.geometry import Colour, Floats, floats, mix
from providers.local.sketch.identity import Identity, darkness_of
from providers.local.sketch.mood import Mood

TAKEN = 0.7
"""Share of a measured colour that is taken over at a scale of 1, where all pictures agree on it."""
MOST = 1.5
"""Scale beyond which nothing more is changed."""


@dataclass(frozen=True, slots=True)
class Learned:
    palette: MeasuredPalette
    scale: float

    def share(self, part: str) -> float:
        return min(1.0, TAKEN * self.scale * float(self.palette.agreement[PARTS.index(part)]))


def learned_from(request: RenderRequest) -> Learned | None:
    """None without a LoRA, or with one at a scale of 0. Raises `LoraMissing` where its weights were not handed over or are another trainer's, and
    `ProviderRequestInvalid` where they are broken."""
    if not request.loras:
        return None
    lora = request.loras[0]
    if lora.weights is None:
        raise LoraMissing("The trained file is not there.", detail="a LoRA without weights for the local sketch")
    palette = palette_in(lora.weights)
    return Learned(palette, min(lora.scale, MOST)) if lora.scale > 0 else None


SHIFTS: dict[str, tuple[tuple[float, float], ...]] = {
    "skin": ((1.19, -16.1), (0.75, 0.5), (0.75, 2.3)),
    "lips": ((0.82, 4.4), (1.0, 2.7), (1.0, -8.2)),
    "eyes": ((0.80, 16.0), (1.0, -3.8), (1.2, 4.0)),
    "hair": ((1.0, 2.5), (1.1, -1.0), (1.15, 0.5)),
}
"""For lightness and both axes of colour (Lab): slope and offset of the line that leads from a measured colour to the
one it was painted with. Fitted on 14 characters of all complexions and hair colours, five pictures each, 2026-11."""


def with_colours(identity: Identity, learned: Learned) -> Identity:
    """The same person in the measured colours: skin, lips, eyes and hair, each as far as the pictures agree on it."""
    skin = _moved((identity.skin,), _base(learned, "skin", identity.skin), learned.share("skin"))[0]
    lips = _moved((identity.lips,), _base(learned, "lips", identity.lips), learned.share("lips"))[0]
    irises = (identity.iris_rim, identity.iris_inner)
    rim, inner = _moved(irises, _base(learned, "eyes", mix(*irises, 0.5)), learned.share("eyes"))
    shades = (identity.hair_shadow, identity.hair_body, identity.hair_shine, identity.brow_colour)
    shadow, body, shine, brow = _moved(shades, _base(learned, "hair", identity.hair_body), learned.share("hair"))
    return replace(
        identity,
        skin=skin,
        darkness=darkness_of(skin),
        lips=lips,
        iris_rim=rim,
        iris_inner=inner,
        hair_shadow=shadow,
        hair_body=body,
        hair_shine=shine,
        brow_colour=brow,
    )


def _base(learned: Learned, part: str, own: Colour) -> Floats:
    """The way from a character's own colour to the measured one, in Lab, without the sketch's light."""
    measured, painted = lab_of(floats([learned.palette.parts[PARTS.index(part)], own]))
    slopes = floats(SHIFTS[part])
    return floats(measured * slopes[:, 0] + slopes[:, 1] - painted)


def _moved(colours: Sequence[Colour], way: Floats, share: float) -> list[Colour]:
    """All by the same way, so that shadow and light of one thing stay apart."""
    moved = rgb_of(floats(lab_of(floats(colours)) + way * share))
    return [(float(red), float(green), float(blue)) for red, green, blue in moved]


def with_soft_light(mood: Mood, fine: float) -> Mood:
    """More light from all around, and an edge of light along the hair."""
    ambient = mix(mood.ambient, (1.0, 1.0, 1.0), 0.10 * fine)
    return replace(
        mood,
        ambient=ambient,
        contrast=mood.contrast * (1 - 0.06 * fine),
        rim_strength=mood.rim_strength + 0.22 * fine,
        haze=mood.haze + 0.03 * fine,
    )

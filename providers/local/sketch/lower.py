"""The lower half, for the one view that shows a character from head to feet: legs, what is worn on them, shoes, hands.

Head units as everywhere: hips at 6, knees at 10.3, soles at 14.2.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from domain.presets.catalogue import Outfit
from providers.local.sketch.body import RAISED, Arm, Frame
from providers.local.sketch.clothes.cloth import Piece
from providers.local.sketch.clothes.rear import outermost
from providers.local.sketch.face import Figure
from providers.local.sketch.geometry import (
    Box,
    Colour,
    Floats,
    floats,
    picture,
    polygon_mask,
    shaded,
    smoothstep,
    spline,
)
from providers.local.sketch.light import cel, painted, shade, skin_colours
from providers.local.sketch.palette import CLOTH

Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lower:
    """What is worn below the waist. No colour means that of the outfit's main piece."""

    kind: str  # "trousers", "leggings", "shorts", "skirt", or "gown"
    hem: float  # where the upper pieces end
    colour: Colour | None = None
    end: float = 13.55  # where it ends itself
    shoes: Colour | None = CLOTH["black"]
    is_loose: bool = False


DENIM = shaded(CLOTH["denim"], 0.8)
LOWERS: dict[Outfit, Lower] = {
    Outfit.CASUAL_TEE: Lower(kind="trousers", hem=5.2, colour=DENIM, shoes=CLOTH["white"]),
    Outfit.SUMMER_DRESS: Lower(kind="skirt", hem=4.6, end=9.9, shoes=CLOTH["camel"]),
    Outfit.BUSINESS_SUIT: Lower(kind="trousers", hem=6.9, shoes=CLOTH["black"]),
    Outfit.SMART_CASUAL: Lower(kind="trousers", hem=6.7, colour=CLOTH["charcoal"], shoes=CLOTH["brown"]),
    Outfit.COCKTAIL_DRESS: Lower(kind="skirt", hem=4.6, end=9.6, shoes=CLOTH["black"]),
    Outfit.EVENING_GOWN: Lower(kind="gown", hem=4.6, end=14.1),
    Outfit.STREETWEAR: Lower(kind="trousers", hem=6.4, colour=CLOTH["ink"], shoes=CLOTH["white"], is_loose=True),
    Outfit.ATHLEISURE: Lower(kind="leggings", hem=6.0, colour=CLOTH["ink"], shoes=CLOTH["white"]),
    Outfit.GYM_WEAR: Lower(kind="leggings", hem=5.4, colour=CLOTH["ink"], shoes=CLOTH["gray"]),
    Outfit.YOGA_SET: Lower(kind="leggings", hem=5.6, shoes=None),
    Outfit.SWIMWEAR: Lower(kind="shorts", hem=5.9, end=8.0, shoes=None),
    Outfit.BEACH_COVER_UP: Lower(kind="shorts", hem=7.6, end=8.0, shoes=None),
    Outfit.COZY_KNIT: Lower(kind="trousers", hem=5.9, colour=CLOTH["sand"], shoes=CLOTH["cream"]),
    Outfit.PAJAMAS: Lower(kind="trousers", hem=6.5, shoes=None, is_loose=True),
    Outfit.LEATHER_JACKET: Lower(kind="trousers", hem=5.7, colour=CLOTH["charcoal"], shoes=CLOTH["ink"]),
    Outfit.TRENCH_COAT: Lower(kind="trousers", hem=9.0, colour=CLOTH["ink"], shoes=CLOTH["brown"]),
    Outfit.DENIM_JACKET: Lower(kind="trousers", hem=5.6, colour=CLOTH["cream"], shoes=CLOTH["white"]),
    Outfit.BOHO: Lower(kind="skirt", hem=5.8, colour=CLOTH["terracotta"], end=12.4, shoes=CLOTH["camel"]),
    Outfit.TUXEDO: Lower(kind="trousers", hem=6.9, colour=CLOTH["black"], shoes=CLOTH["black"]),
    Outfit.WINTER_COAT: Lower(kind="trousers", hem=8.6, colour=CLOTH["navy"], shoes=CLOTH["brown"]),
}


def paint_lower(image: Image.Image, figure: Figure, frame: Frame, outfit: Outfit, pieces: list[Piece]) -> None:
    """Under the upper half: call it before, then keep from the upper half only what `upper_mask` shows."""
    wear = LOWERS[outfit]
    colour = wear.colour or outermost(pieces).fabric.colour
    _ground_shadow(image, figure)
    for side in (-1, 1):
        _lay(image, figure, [_leg(frame, side, 0.0, 13.75)], figure.identity.skin, skin=True)
        _lay(
            image,
            figure,
            [_foot(side, wear.shoes is not None)],
            wear.shoes or figure.identity.skin,
            skin=not wear.shoes,
        )
    if wear.kind in ("skirt", "gown"):
        _lay(image, figure, [_skirt(frame, wear.end, full=wear.kind == "gown" or wear.end > 11)], colour)
        return
    ease = 0.02 if wear.kind == "leggings" else 0.10 + 0.10 * wear.is_loose
    legs = [_leg(frame, side, ease, wear.end, straight=wear.kind == "trousers") for side in (-1, 1)]
    _lay(image, figure, [*legs, _seat(frame, ease)], colour)


def upper_mask(figure: Figure, frame: Frame, outfit: Outfit) -> Image.Image:
    """White where the upper half stays: above its hem, and on the arms."""
    whole = figure.camera.whole()
    hem = figure.camera.eye_y + (LOWERS[outfit].hem - RAISED) * figure.camera.scale
    mask = polygon_mask(whole, [frame.pixels(arm.outline(grow=0.19)) for arm in frame.arms], fine=1)
    ImageDraw.Draw(mask).rectangle((0, 0, whole.width, hem), fill=255)
    return mask


def paint_hands(image: Image.Image, figure: Figure, frame: Frame) -> None:
    """Relaxed, seen from the side of the thumb: four fingers that lie together, and the thumb before them."""
    for arm, side in zip(frame.arms, (-1, 1), strict=True):
        palm, thumb = _hand(arm, side)
        _lay(image, figure, [palm], figure.identity.skin, skin=True, raised=True)
        _lay(image, figure, [thumb], figure.identity.skin, skin=True, raised=True)


def _leg(frame: Frame, side: int, ease: float, end: float, *, straight: bool = False) -> Floats:
    body = frame.body
    wide = body.hip / 1.22
    outer: Points = [(body.hip * 0.97, 5.6), (body.hip * 1.0, 6.4), (1.15 * wide, 7.6), (0.99 * wide, 9.0), (0.83, 10.3),
                     (0.86, 11.3), (0.72, 12.5), (0.60, 13.4), (0.60, 13.9)]  # fmt: skip
    inner: Points = [(0.0, 5.6), (0.03, 6.9), (0.10, 7.8), (0.18, 9.0), (0.30, 10.3), (0.25, 11.3), (0.32, 12.5), (0.37, 13.4),
                     (0.37, 13.9)]  # fmt: skip
    fall = smoothstep(9.0, 13.0, floats([y for _, y in outer])) * (0.13 if straight else 0.0)
    right = spline([(x + ease + float(f), y) for (x, y), f in zip(outer, fall, strict=True)], steps=10)
    left = spline(
        [(x - 0.55 * (ease + float(f)) * (x > 0.05), y) for (x, y), f in zip(inner, fall, strict=True)], steps=10
    )
    points = np.concatenate([right[right[:, 1] <= end], left[left[:, 1] <= end][::-1]])
    points[:, 0] *= side
    return floats(points)


def _seat(frame: Frame, ease: float) -> Floats:
    body = frame.body
    half = spline([(0.0, 4.55), (body.waist + ease, 4.5), (body.hip * 0.95 + ease, 5.5), (body.hip + ease, 6.4),
                   (body.hip * 0.6, 7.0), (0.0, 7.05)], steps=8)  # fmt: skip
    other = half[::-1] * floats((-1, 1))
    return floats(np.concatenate([half, other]))


def _skirt(frame: Frame, end: float, *, full: bool) -> Floats:
    body, flare = frame.body, (0.10 if full else 0.055) * (end - 5)
    half = spline([(0.0, 4.3), (body.waist + 0.03, 4.3), (body.hip + 0.06, 5.8), (body.hip + 0.12 + 0.4 * flare, 7.5),
                   (body.hip + 0.1 + flare, end - 0.08), (body.hip * 0.5, end + 0.08), (0.0, end + 0.12)], steps=8)  # fmt: skip
    return floats(np.concatenate([half, half[::-1] * floats((-1, 1))]))


def _foot(side: int, shod: bool) -> Floats:
    grow = 0.05 if shod else 0.0
    line = spline([(0.34 - grow, 13.45), (0.64 + grow, 13.45), (0.72 + grow, 13.85), (0.86 + grow, 14.12), (0.74 + grow, 14.30),
                   (0.44, 14.30), (0.33 - grow, 14.10), (0.36 - grow, 13.8)], closed=True, steps=6)  # fmt: skip
    line[:, 0] *= side
    return line


def _hand(arm: Arm, side: int) -> tuple[Floats, Floats]:
    wrist, before = arm.line[-1], arm.line[-4]
    along = (wrist - before) / max(1e-3, float(np.linalg.norm(wrist - before)))
    out = floats((-along[1], along[0])) * side * -1
    half = float(arm.radius[-1])

    def at(x: float, y: float) -> tuple[float, float]:
        point = wrist + along * y + out * x
        return float(point[0]), float(point[1])

    palm = spline([at(half, -0.12), at(half * 1.35, 0.25), at(half * 1.25, 0.62), at(half * 0.8, 1.02), at(half * 0.1, 1.12),
                   at(-half * 0.9, 0.80), at(-half * 1.25, 0.40), at(-half, -0.12)], closed=True, steps=6)  # fmt: skip
    thumb = spline([at(-half * 0.7, 0.10), at(-half * 1.75, 0.38), at(-half * 1.7, 0.66), at(-half * 1.1, 0.60),
                    at(-half * 0.6, 0.36)], closed=True, steps=6)  # fmt: skip
    return palm, thumb


def _ground_shadow(image: Image.Image, figure: Figure) -> None:
    camera = figure.camera
    x, y = camera.pixels(floats([(0.0, 14.2 - RAISED)]))[0].tolist()
    rx, ry = 1.7 * camera.scale, 0.24 * camera.scale
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).ellipse((x - rx, y - ry, x + rx, y + ry), fill=110)
    image.paste((30, 26, 28), (0, 0), mask.filter(ImageFilter.GaussianBlur(ry * 0.7)))


def _lay(
    image: Image.Image,
    figure: Figure,
    outlines: list[Floats],
    colour: Colour,
    *,
    skin: bool = False,
    raised: bool = True,
) -> None:
    """One rounded shape in the light of the picture. `raised` as the trunk is."""
    camera, mood = figure.camera, figure.lights.mood
    flat = [camera.pixels(outline - floats((0.0, RAISED if raised else 0.0))) for outline in outlines]
    box = camera.box(np.concatenate(flat), margin=0.05)
    if box.is_empty:
        return
    mask = polygon_mask(box, flat, fine=2)
    light = shade(_relief(mask, box, camera.scale, crumpled=not skin), 1.0 / camera.scale, figure.lights, flatten=0.9)
    lit = np.clip(0.54 + (light.lit - 0.54) * mood.contrast * 1.05, 0, 1)
    identity = figure.identity
    tone = cel(floats(lit)) if identity.is_anime else painted(floats(lit), levels=4.0, crisp=0.3)
    if skin:
        tones = skin_colours(identity.skin, tone, light, mood, darkness=identity.darkness, age=identity.age)
    else:
        ambient = floats(mood.ambient) / max(mood.ambient)
        dark = (0.30 + 0.28 * max(mood.ambient) / 0.64) * (0.6 * ambient + 0.4)
        tones = floats(floats(colour) * (dark + (floats(mood.key) * 1.04 - dark) * tone[..., None]))
    image.paste(picture(tones), box.corner, mask)


def _relief(mask: Image.Image, box: Box, scale: float, *, crumpled: bool) -> Floats:
    """Depth of a tube of that outline, with long folds on cloth."""
    near = np.asarray(mask.filter(ImageFilter.GaussianBlur(0.16 * scale)), dtype=np.float32) / 255
    wide = np.asarray(mask.filter(ImageFilter.GaussianBlur(0.38 * scale)), dtype=np.float32) / 255
    depth = 0.35 * near + 0.75 * wide
    if crumpled:
        y, x = np.mgrid[0 : box.height, 0 : box.width].astype(np.float32) / scale
        depth = depth + 0.022 * np.sin(x * 7.5 + 1.2 * np.sin(y * 0.9)) + 0.012 * np.sin(y * 3.1 + x * 2.0)
    return floats(depth)

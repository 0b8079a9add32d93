"""Hair as ribbons: curves in space, lit along their direction as hair is, and drawn from back to front."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from providers.local.sketch.face import Figure
from providers.local.sketch.geometry import Box, Floats, floats, smoothstep

FINE = 2
"""Hair is drawn at twice the size and reduced."""

SEPARATE = 60
"""Pixels per head unit below which single strands cannot be told apart: a third of them, wider, looks the same."""

AMBIENT = 0.20
"""Light that reaches hair from all around."""
DEEPEST = 0.16
"""Share of the body's colour in the deepest shadow: hair lets light through, so that it never turns black."""


@dataclass(frozen=True, slots=True)
class Strands:
    """`points` is (strand, point, xyz) on the unturned head. `width` is the widest place, in head units."""

    points: Floats
    width: Floats
    tone: Floats  # brightness of each strand, around 1
    shade: Floats  # light left at each point (strand, point): less under other hair

    @classmethod
    def of(cls, points: Floats, width: Floats | float, tone: Floats, shade: Floats | float = 1.0) -> "Strands":
        count = points.shape[:2]
        return cls(
            floats(points),
            floats(np.broadcast_to(floats(width), count[:1])),
            floats(np.broadcast_to(floats(tone), count[:1])),
            floats(np.broadcast_to(floats(shade), count)),
        )

    @classmethod
    def joined(cls, groups: "list[Strands]") -> "Strands":
        """All groups must have the same number of points."""
        return cls(
            np.concatenate([g.points for g in groups]),
            np.concatenate([g.width for g in groups]),
            np.concatenate([g.tone for g in groups]),
            np.concatenate([g.shade for g in groups]),
        )

    def thinned(self, every: int) -> "Strands":
        return Strands(self.points[::every], self.width[::every] * every**0.5, self.tone[::every], self.shade[::every])

    def where(self, chosen: Floats) -> "Strands":
        mask = np.asarray(chosen, dtype=bool)
        return Strands(self.points[mask], self.width[mask], self.tone[mask], self.shade[mask])


HAIRS_EACH = 1.2
"""Single hairs to one ribbon at a fineness of 1."""


def with_single_hairs(strands: Strands, rng: np.random.Generator, figure: Figure) -> Strands:
    """Thin hairs, darker and lighter than what they lie on, a little astray."""
    ribbons, points = strands.points.shape[:2]
    count = round(HAIRS_EACH * figure.fine * ribbons)
    on = rng.integers(ribbons, size=count)
    spread = np.clip(rng.normal(0, 1, (count, 1, 3)), -1.3, 1.3)
    astray = spread * strands.width[on, None, None] * floats((0.34, 0.16, 0.1))
    curl = rng.normal(0, 0.006, (count, 1, 3)) * np.linspace(0, 1, points)[None, :, None]
    lifted = floats(strands.points[on] + astray + curl + floats((0, 0, 0.012)))
    tone = np.where(rng.uniform(size=count) < 0.5, rng.uniform(0.62, 0.85, count), rng.uniform(1.18, 1.55, count))
    thin = 1.15 / figure.camera.scale
    return Strands.joined([strands, Strands.of(lifted, thin, floats(strands.tone[on] * tone), strands.shade[on])])


def curves(controls: Floats, count: int, *, ease: float = 1.0) -> Floats:
    """Catmull-Rom curves through (strand, control, xyz) at `count` points; `ease` above 1 puts more of them at the root."""
    p = np.concatenate([controls[:, :1], controls, controls[:, -1:]], axis=1)
    spans = controls.shape[1] - 1
    place = np.linspace(0, 1, count) ** ease * (spans - 1e-4)
    index = place.astype(int)
    t = floats(place - index)[None, :, None]
    a, b, c, d = p[:, index], p[:, index + 1], p[:, index + 2], p[:, index + 3]
    return floats(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))


def waved(points: Floats, *, size: float, turns: float, start: float, phase: Floats, ramp: float = 0.35) -> Floats:
    """Lets strands swing from side to side and in depth, more towards the tips. It begins at `start` (0 to 1)."""
    t = np.linspace(0, 1, points.shape[1], dtype=np.float32)[None, :]
    swell = size * smoothstep(start, start + ramp, t)
    angle = 2 * np.pi * turns * t + phase[:, None]
    moved = points.copy()
    moved[..., 0] += swell * np.sin(angle)
    moved[..., 2] += swell * np.cos(angle)
    moved[..., 1] += swell * 0.25 * np.sin(angle * 2)
    return floats(moved)


def colours(strands: Strands, turned: Floats, figure: Figure) -> Floats:
    """(strand, piece, rgb): shadow and body by how the head's roundness faces the light, and a band of shine."""
    identity, lights = figure.identity, figure.lights
    middle = (turned[:, 1:] + turned[:, :-1]) * 0.5
    along = turned[:, 1:] - turned[:, :-1]
    along /= np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-5)
    middle[..., 1] = np.minimum(middle[..., 1], 0.10)  # What hangs down faces forward, not to the ground.
    outward = middle * floats((1.0, 0.75, 0.9)) - floats((0, -0.2, -0.05))
    outward /= np.maximum(np.linalg.norm(outward, axis=-1, keepdims=True), 1e-5)
    facing = _even(np.clip((outward @ lights.key + 0.48) / 1.38, 0, 1))
    facing = floats(AMBIENT + (1 - AMBIENT) * facing)
    half = lights.key + floats((0, 0, 1.0))
    half /= np.linalg.norm(half)
    across = np.sqrt(np.clip(1 - (along @ half) ** 2, 0, 1))
    fine = smoothstep(0.09, 0.03, strands.width)[:, None]  # Broad ribbons are the mass beneath: they do not shine.
    shine = floats(_even(across**22) * smoothstep(0.15, 0.9, facing) * fine)
    if identity.is_anime:
        facing = floats(0.35 + 0.5 * smoothstep(0.42, 0.52, facing))
        shine = floats(smoothstep(0.45, 0.6, shine) * 0.9)
    shadow, body, bright = floats(identity.hair_shadow), floats(identity.hair_body), floats(identity.hair_shine)
    left = (strands.shade[:, 1:] * strands.tone[:, None])[..., None]
    light = np.clip(facing[..., None] * left, 0, 1.2)
    key = floats(lights.mood.key)
    shadow = shadow + (body - shadow) * DEEPEST
    base = shadow + (body * key - shadow) * light
    gloss = (bright - base) * (shine[..., None] * np.clip(left - 0.3, 0, 1) * 0.85)
    rim = smoothstep(-0.05, 0.95, floats(outward @ lights.rim)) * smoothstep(0.75, 0.1, outward[..., 2])
    tinted = floats(lights.mood.rim) * (0.25 + 0.75 * bright)
    edge = rim[..., None] * tinted * lights.mood.rim_strength * 0.55 * left
    return floats(base + gloss + edge * (1 - base))


def _even(values: Floats) -> Floats:
    """Smooths along the strands, so that a kink does not show as a facet."""
    for _ in range(7):
        wide = np.pad(values, ((0, 0), (1, 1)), mode="edge")
        values = (wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]) / 4
    return floats(values)


def draw(strands: Strands, figure: Figure, *, order: bool = True) -> tuple[Image.Image, Box] | None:
    """The ribbons on a transparent picture, and where it belongs on the canvas."""
    if len(strands.points) == 0:
        return None
    if figure.camera.scale < SEPARATE:
        strands = strands.thinned(3 if figure.camera.scale > SEPARATE / 2 else 6)
    turned = figure.place.turned(strands.points)
    flat = figure.camera.pixels(figure.place.rolled(turned))
    box = figure.camera.box(flat.reshape(-1, 2), margin=0.12)
    if box.is_empty:
        return None
    tints = (np.clip(colours(strands, turned, figure), 0, 1) * 255).astype(np.uint8)
    edges = (_ribbon(flat, strands.width * figure.camera.scale) - floats(box.corner)) * FINE
    ground = tuple(
        int(c) for c in (floats(figure.identity.hair_body) * 128 + floats(figure.identity.hair_shadow) * 127)
    )
    layer = Image.new("RGBA", (box.width * FINE, box.height * FINE), (*ground, 0))
    ranks = np.argsort(turned[:, :, 2].mean(axis=1), kind="stable") if order else np.arange(len(turned))
    _fill(ImageDraw.Draw(layer), edges[ranks], tints[ranks])
    return layer.reduce(FINE), box


def _ribbon(flat: Floats, width: Floats) -> Floats:
    """(strand, point, side, xy): both edges of each ribbon, tapering to its tip and a little to its root."""
    along = np.gradient(flat, axis=1)
    normal = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-4)
    t = np.linspace(0, 1, flat.shape[1], dtype=np.float32)
    taper = (0.42 + 0.58 * smoothstep(0.0, 0.12, t)) * (1 - smoothstep(0.58, 1.0, t) * 0.95)
    offset = normal * (width[:, None] * taper[None, :] * 0.5)[..., None]
    return floats(np.stack([flat + offset, flat - offset], axis=2))


def _fill(pen: ImageDraw.ImageDraw, edges: Floats, tints: "np.typing.NDArray[np.uint8]") -> None:
    """Two pieces of a ribbon at a time, in the colour of their middle: the form stays, at half the price. Asks for an odd number of points."""
    last = edges.shape[1] - 1
    step = 1 if last % 2 else 2
    pieces = [edges[:, k : last - step + k + 1 : step] for k in range(step + 1)]
    outlines = [side[:, :, 0] for side in pieces] + [side[:, :, 1] for side in reversed(pieces)]
    flat = np.stack(outlines, axis=2).reshape(-1, 4 * (step + 1)).tolist()
    tones = tints[:, step - 1 :: step].reshape(-1, 3).tolist()
    for outline, tone in zip(flat, tones, strict=True):
        pen.polygon(outline, fill=(tone[0], tone[1], tone[2], 255))

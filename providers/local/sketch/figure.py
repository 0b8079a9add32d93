"""The figure without its head: skin of neck, shoulders and arms, then the clothes."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageFilter

from domain.presets.catalogue import Outfit
from providers.local.sketch.body import Frame, trunk_outline
from providers.local.sketch.clothes.cloth import CLOTH_DETAIL, Dresser, Piece, folds
from providers.local.sketch.clothes.cuts import Tailor
from providers.local.sketch.clothes.rear import from_behind
from providers.local.sketch.clothes.wardrobe import pieces_for
from providers.local.sketch.face import Figure
from providers.local.sketch.fine import weave, with_skin_grain
from providers.local.sketch.geometry import Box, Floats, Grid, enlarged_picture, floats, polygon_mask
from providers.local.sketch.light import cel, painted, shade, skin_colours

COOL_SHADOW = floats((0.10, 0.05, -0.05))
"""What the shadow under the chin takes from each colour: it sees the sky, not the lamp."""


def dresser_for(target: Image.Image, figure: Figure, frame: Frame) -> Dresser:
    whole = figure.camera.whole()
    outlines = [frame.pixels(trunk_outline(frame)), *(frame.pixels(arm.outline(grow=0.12)) for arm in frame.arms)]
    mask = polygon_mask(whole, outlines, fine=1)
    grid = Grid.over(figure.camera, whole, finest=CLOTH_DETAIL)
    return Dresser(
        target=target,
        frame=frame,
        lights=figure.lights,
        anime=figure.identity.is_anime,
        seed=figure.identity.marks_seed,
        body_mask=mask,
        neck_shadow=_jaw_shadow(figure, grid),
        grid=grid,
        depth=frame.depth(grid.x, grid.y),
        cloth_depth=frame.depth(grid.x, grid.y, grow=0.13),
        folds=folds(grid.x, grid.y, figure.identity.wardrobe + 7),
        weave=weave(whole, figure.camera.scale, figure.fine) if figure.fine > 0 else None,
    )


def _jaw_shadow(figure: Figure, grid: Grid) -> Floats:
    """The shadow that the head throws on neck and chest, on the light's raster."""
    height, width = grid.x.shape
    small = Image.new("L", (width, height))
    points = figure.outline()
    side = float(figure.lights.key[0])
    moved = points * floats((0.90, 1.0)) + floats((-side * 0.16, 0.20))
    flat = figure.camera.pixels(moved) * floats((width / figure.camera.width, height / figure.camera.height))
    mask = polygon_mask(_grid_box(width, height), [floats(flat)], fine=1)
    small.paste(mask)
    spread = 0.20 if figure.solid else 0.055  # The edge of a jaw seen from the side is no edge of its shadow.
    soft = small.filter(ImageFilter.GaussianBlur(spread / grid.step))
    strength = 0.35 if figure.is_from_behind else 1.0  # The nape lies open to the light.
    return floats(np.asarray(soft, dtype=np.float32) / 255.0 * strength)


def _grid_box(width: int, height: int) -> Box:
    return Box(0, 0, width, height)


def paint_skin(dresser: Dresser, figure: Figure) -> None:
    """Neck, chest and arms, before any cloth."""
    frame, identity = dresser.frame, figure.identity
    light = shade(dresser.depth, dresser.grid.step, figure.lights, flatten=0.85)
    mood = figure.lights.mood
    lit = np.clip(0.54 + (light.lit - 0.54) * mood.contrast * 1.05 - 0.58 * dresser.neck_shadow, 0, 1)
    tone = (
        cel(floats(0.18 + 0.70 * lit))
        if identity.is_anime
        else painted(floats(lit), levels=4.0, crisp=0.30 * max(0.0, 1 - figure.fine))
    )
    colours = skin_colours(identity.skin, tone, light, mood, darkness=identity.darkness, age=identity.age)
    colours = colours * (1 - dresser.neck_shadow[..., None] * COOL_SHADOW)
    whole = figure.camera.whole()
    picture = enlarged_picture(floats(colours), whole)
    outlines = [frame.pixels(arm.outline()) for arm in frame.arms] + [frame.pixels(trunk_outline(frame))]
    box = figure.camera.box(np.concatenate(outlines), margin=0.02)
    if box.is_empty:
        return
    part = picture.crop((box.left, box.top, box.right, box.bottom))
    if figure.fine > 0 and not identity.is_anime:
        part = with_skin_grain(part, figure.camera.scale, figure.fine)
    dresser.target.paste(part, box.corner, polygon_mask(box, outlines, fine=2))


def pieces_of(dresser: Dresser, figure: Figure, outfit: Outfit) -> list[Piece]:
    tailor = Tailor(dresser.frame, figure.identity.femininity)
    pieces = pieces_for(outfit, tailor, figure.identity)
    return from_behind(pieces, tailor) if figure.is_from_behind else pieces


def dress(dresser: Dresser, pieces: Sequence[Piece], *, behind: bool) -> None:
    """Either what lies behind neck and shoulders, before the skin is painted, or what is worn over it."""
    for rank, piece in enumerate(pieces):
        if piece.behind == behind:
            dresser.lay(piece, rank)

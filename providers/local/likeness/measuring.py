"""The colours of one person on each picture, and what the pictures agree on."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageFilter

from domain.images.picture import Picture
from providers.local.lab import lab_of, rgb_of
from providers.local.likeness.clusters import clustered, lab_rows
from providers.local.likeness.faces import FaceBox, found_face, skin_likeness
from providers.local.likeness.palette import PARTS, MeasuredPalette
from providers.local.sketch.geometry import Floats, floats
from providers.pixels import upright

LARGEST = 768
"""Pixels on the longer side of what is measured."""
DISAGREE = 24.0
"""Distance in Lab from which on the pictures of a part are taken to show different things."""
APART = 17
"""Pixels from the middle of an iris to the white, where the band of the eyes is 192 wide."""
COLOURED = 0.09
"""Share of the pixels around a pupil from which on an eye is not brown."""
SEEN_EYE = 0.03
"""Score from which on something is taken for an eye."""
EYE_BAND = ((0.04, 0.14), (0.96, 0.62))
PALETTE_SIZE = 8
GREY = floats([(50, 0, 0)])
UNSEEN = floats((np.nan, np.nan, np.nan))


def measured(pictures: Sequence[Picture]) -> MeasuredPalette:
    """Medians over all pictures: one that shows something else moves nothing. Raises `ProviderRequestInvalid` for what is
    no whole picture. Work for a thread."""
    found = [_parts(picture) for picture in pictures]
    parts = np.stack([colours for colours, _, _ in found])
    middle, agreement = _agreed(parts)
    whole, _ = clustered(floats(np.concatenate([rows for _, rows, _ in found])), PALETTE_SIZE)
    return MeasuredPalette(
        parts=rgb_of(floats(middle)),
        agreement=agreement,
        palette=rgb_of(whole),
        sharpness=float(np.median([sharp for _, _, sharp in found])),
    )


def _agreed(parts: Floats) -> tuple[Floats, Floats]:
    """The middle colour of each part and how many pictures are near it; a part that none of them shows is grey and trusted
    not at all."""
    seen = ~np.isnan(parts[..., 0])
    kept = [parts[seen[:, k], k] if seen[:, k].any() else GREY for k in range(parts.shape[1])]
    middle = floats([np.median(rows, axis=0) for rows in kept])
    away = floats([np.median(np.linalg.norm(rows - one, axis=-1)) for rows, one in zip(kept, middle, strict=True)])
    return middle, floats(np.clip(1 - away / DISAGREE, 0, 1) * np.sqrt(seen.mean(axis=0)))


def _parts(picture: Picture) -> tuple[Floats, Floats, float]:
    """Of one picture: the parts' colours in Lab, a sample of all its colours, and how sharp the face is."""
    image = upright(picture)
    image.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    face = found_face(image)
    skin = _skin(face.crop(image, (0.1, 0.1), (0.9, 0.95)))
    colours = {
        "skin": skin,
        "lips": _lips(face.crop(image, (0.26, 0.66), (0.74, 0.94)), skin),
        "eyes": _iris(face.crop(image, *EYE_BAND), skin),
        "hair": _hair(image, face, skin),
        "clothes": _clothes(face.crop(image, (-0.2, 1.5), (1.2, 2.3)), skin),
    }
    return floats([colours[part] for part in PARTS]), lab_rows(image)[::16], sharpness(face.crop(image, (0, 0), (1, 1)))


def _skin(image: Image.Image) -> Floats:
    """The lit half of it: shadows are the light's colour, not the person's."""
    rows = lab_rows(image)
    rows = rows[skin_likeness(rows) > 0.5] if (skin_likeness(rows) > 0.5).mean() > 0.1 else rows
    return floats(np.median(rows[rows[:, 0] >= np.median(rows[:, 0])], axis=0))


def _lips(image: Image.Image, skin: Floats) -> Floats:
    """The reddest tenth of where a mouth is, for its lightness."""
    rows = lab_rows(image)
    red = rows[:, 1] - skin[1] - 0.5 * np.abs(rows[:, 2] - skin[2]) - 0.25 * np.abs(rows[:, 0] - skin[0] + 12)
    return floats(np.median(rows[red >= np.quantile(red, 0.90)], axis=0))


def _iris(image: Image.Image, skin: Floats) -> Floats:
    """What is dark and has white to its left and right; `UNSEEN` where there is no such place."""
    lab = _lab_raster(image.resize((192, 96), Image.Resampling.BILINEAR))
    pale = np.clip(1.25 - np.hypot(lab[..., 1], lab[..., 2]) / 14, 0, 1)
    white = _blurred(floats(pale * np.clip((lab[..., 0] - 0.72 * skin[0]) / 20, 0, 1)), 3)
    dark = _blurred(floats(np.clip((0.75 * skin[0] - lab[..., 0]) / 25, 0, 1)), 4)
    score = dark * np.minimum(np.roll(white, APART, axis=1), np.roll(white, -APART, axis=1))
    seen = [one for half in (slice(0, 96), slice(96, 192)) if (one := _eye(lab, score, half, skin)) is not None]
    return floats(np.mean(seen, axis=0)) if seen else UNSEEN


def _eye(lab: Floats, score: Floats, half: slice, skin: Floats) -> Floats | None:
    """Around the best place of one half: what has a hue that skin never has, or else what is dark, but for pupil and lashes."""
    down, across = np.unravel_index(int(np.argmax(score[:, half])), score[:, half].shape)
    if score[down, half.start + across] < SEEN_EYE:
        return None
    y, x = np.mgrid[: lab.shape[0], : lab.shape[1]]
    near = lab[np.hypot(x - int(across) - half.start, y - int(down)) < APART]
    hue, chroma = np.degrees(np.arctan2(near[:, 2], near[:, 1])), np.hypot(near[:, 1], near[:, 2])
    own_hue = np.degrees(np.arctan2(skin[2], skin[1]))
    turned = np.abs((hue - own_hue + 180) % 360 - 180)
    coloured = near[(turned > 28) & (chroma > 8) & (near[:, 0] > 14)]
    if len(coloured) > COLOURED * len(near):
        strong = np.hypot(coloured[:, 1], coloured[:, 2])
        return floats(np.median(coloured[strong >= np.median(strong)], axis=0))
    dark = near[(near[:, 0] < 0.58 * skin[0]) & (near[:, 0] > 6)]
    return floats(np.quantile(dark, 0.65, axis=0)) if len(dark) > 8 else None


def _hair(image: Image.Image, face: FaceBox, skin: Floats) -> Floats:
    """Around the forehead, what is neither skin nor the wall behind."""
    middles, shares = clustered(lab_rows(face.crop(image, (-0.12, -0.34), (1.12, 0.16))), 4)
    wall = np.median(lab_rows(image.crop((0, 0, image.width, max(1, image.height // 12)))), axis=0)
    from_skin = np.clip(np.linalg.norm(middles - skin, axis=1) / 30, 0, 1)
    from_wall = np.clip(np.linalg.norm(middles - wall, axis=1) / 30, 0, 1)
    return floats(middles[int(np.argmax(shares * from_skin * from_wall))])


def _clothes(image: Image.Image, skin: Floats) -> Floats:
    middles, shares = clustered(lab_rows(image), 4)
    bare = np.linalg.norm(middles - skin, axis=1) < 14
    return floats(middles[int(np.argmax(shares * np.where(bare, 0.1, 1.0)))])


def sharpness(image: Image.Image) -> float:
    """The spread of the second differences of lightness: 0 for a flat picture, below 3 for a blurred one."""
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    if min(grey.shape) < 3:
        return 0.0
    middle = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float((4 * middle - around).std())


def _lab_raster(image: Image.Image) -> Floats:
    rows = floats(np.asarray(image, dtype=np.float32).reshape(-1, 3) / 255)
    return lab_of(rows).reshape(image.height, image.width, 3)


def _blurred(values: Floats, radius: float) -> Floats:
    levels = Image.fromarray((values * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
    return floats(np.asarray(levels, dtype=np.float32) / 255)

"""What a photo's pixels say about it, in numbers alone (`domain.uploads.measures`). Runs where it was decoded."""

from PIL import Image, ImageChops, ImageFilter, ImageStat

SHORTEST = 512
"""Pixels of the shortest side for sharpness, so that it does not depend on a photo's size."""

DARK_TO, LIGHT_FROM = 32, 240
"""Of 255."""

OUTLIERS = 0.01
"""Of the pixels, at either end of the range: what is darker or lighter than all the others does not count for it."""
MOST_STRETCHED = 4
"""By how much a range is stretched at the most: beyond that there is only noise."""

LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=0)
NEGATIVE = ImageFilter.Kernel((3, 3), (0, -1, 0, -1, 4, -1, 0, -1, 0), scale=1, offset=0)

LOOK_WIDTH, LOOK_HEIGHT = 9, 8
"""Each row of nine greys gives eight bits: whether it grows lighter from one to the next."""


def measured(photo: Image.Image) -> dict[str, float | str]:
    grey = photo.convert("L")
    levels, count = grey.histogram(), grey.width * grey.height
    return {
        "brightness": sum(level * pixels for level, pixels in enumerate(levels)) / (255 * count),
        "dark": sum(levels[:DARK_TO]) / count,
        "light": sum(levels[LIGHT_FROM:]) / count,
        "sharpness": _sharpness(grey) * _stretch(levels, count) ** 2,
        "look": _look(grey),
    }


def _stretch(levels: list[int], count: int) -> float:
    """Dim light lowers the contrast of every edge, and is told of elsewhere."""
    darkest, lightest = _first(levels, count), 255 - _first(levels[::-1], count)
    return min(MOST_STRETCHED, 255 / max(1, lightest - darkest))


def _first(levels: list[int], count: int) -> int:
    below = 0
    for level, pixels in enumerate(levels):
        below += pixels
        if below > OUTLIERS * count:
            return level
    return len(levels) - 1


def _sharpness(grey: Image.Image) -> float:
    """Of the two signs of the Laplacian, as pixels have none: their sum of squares, less the square of the mean."""
    scale = SHORTEST / min(grey.size)
    small = (
        grey.resize((round(grey.width * scale), round(grey.height * scale)), Image.Resampling.BOX)
        if scale < 1
        else grey
    )
    rising, falling = (ImageStat.Stat(_inner(small.filter(kernel))) for kernel in (LAPLACIAN, NEGATIVE))
    mean = rising.mean[0] - falling.mean[0]
    return (rising.sum2[0] + falling.sum2[0]) / rising.count[0] - mean**2


def _inner(image: Image.Image) -> Image.Image:
    """Without the border, which Pillow's filters leave as it is."""
    return image.crop((1, 1, image.width - 1, image.height - 1))


def _look(grey: Image.Image) -> str:
    tiny = grey.resize((LOOK_WIDTH, LOOK_HEIGHT), Image.Resampling.BOX)
    rising = ImageChops.subtract(
        tiny.crop((1, 0, LOOK_WIDTH, LOOK_HEIGHT)), tiny.crop((0, 0, LOOK_WIDTH - 1, LOOK_HEIGHT))
    )
    bits = "".join("1" if level else "0" for level in rising.tobytes())
    return f"{int(bits, 2):016x}"

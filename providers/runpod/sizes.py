"""Which size to ask a model for. The picture is brought to the size that was wished for afterwards."""

from math import ceil, sqrt

from domain.models.model import Sizes


def size_to_make(width: int, height: int, sizes: Sizes) -> tuple[int, int]:
    """The smallest of the model's sizes that covers the wish, so that nothing has to be enlarged afterwards.

    A wish beyond what the model makes is made smaller, one below it larger, in the same proportions.
    """
    scale = max(1.0, sizes.shortest / min(width, height))
    scale = min(scale, shrinkage(width, height, sizes))
    return _side(width * scale, sizes), _side(height * scale, sizes)


def shrinkage(width: int, height: int, sizes: Sizes) -> float:
    """What a picture has to be multiplied by not to be larger than the model takes. At most 1."""
    return min(1.0, sizes.longest / max(width, height), sqrt(sizes.most_pixels / (width * height)))


def rounded_up(side: int, multiple_of: int) -> int:
    return ceil(side / multiple_of) * multiple_of


def _side(length: float, sizes: Sizes) -> int:
    return min(max(rounded_up(ceil(round(length, 6)), sizes.multiple_of), sizes.shortest), sizes.longest)

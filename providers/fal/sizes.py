"""Which size to ask fal's models for, where the one that is wanted is not among those they make."""

import math

from domain.models.model import Sizes


def nearest(width: int, height: int, sizes: Sizes) -> tuple[int, int]:
    """The smallest that covers what is wanted, so that nothing is enlarged afterwards, as far as the model goes; the
    nearest proportion, where it takes only those."""
    if sizes.named:
        return min(sizes.named, key=lambda one: abs(math.log(one[0] * height / (one[1] * width))))
    enough = max(1.0, sizes.shortest / min(width, height))
    most = min(sizes.longest / max(width, height), math.sqrt(sizes.most_pixels / (width * height)))
    rounded = math.ceil if enough < most else math.floor
    scale = min(enough, most)
    wide, high = (sizes.multiple_of * rounded(round(side * scale / sizes.multiple_of, 6)) for side in (width, height))
    return _within(wide, sizes), _within(high, sizes)


def _within(side: int, sizes: Sizes) -> int:
    return max(sizes.shortest, min(side, sizes.longest))

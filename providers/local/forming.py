"""What is to be seen of a drawing while it forms: coarse at first, then finer. Runs in the drawing's own thread."""

from io import BytesIO

from PIL import Image, ImageFilter

from domain.images.picture import Picture
from providers.pixels import upright

WIDEST = 960
"""Pixels: whoever shows it makes it smaller still."""

COARSEST = 0.05
"""Of the width: how far the first previews are blurred."""


class Forming:
    def __init__(self) -> None:
        self.shown = 0

    def seen(self, image: Image.Image, percent: int) -> Picture:
        """The drawing at this stage."""
        self.shown += 1
        small = image.copy()
        small.thumbnail((WIDEST, WIDEST), Image.Resampling.BILINEAR)
        radius = COARSEST * small.width * (1 - percent / 100)
        file = BytesIO()
        small.filter(ImageFilter.GaussianBlur(radius)).save(file, "JPEG", quality=85)
        return Picture(file.getvalue(), "image/jpeg")

    def of_file(self, file: Picture, percent: int) -> Picture:
        return self.seen(upright(file), percent)

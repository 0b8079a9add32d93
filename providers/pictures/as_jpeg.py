"""Pictures as trainers take them: JPEG, whatever they were before."""

from io import BytesIO

from PIL import Image

from domain.images.picture import Picture

JPEG = "image/jpeg"
QUALITY = 95


def as_jpeg(picture: Picture) -> Picture:
    """A JPEG stays as it is. Blocks: for a thread."""
    if picture.content_type == JPEG:
        return picture
    file = BytesIO()
    with Image.open(BytesIO(picture.data)) as image:
        image.convert("RGB").save(file, "JPEG", quality=QUALITY)
    return Picture(file.getvalue(), JPEG)

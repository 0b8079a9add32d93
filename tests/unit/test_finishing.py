"""A headline on a finished picture: refused before anything is paid, and set without losing what the file says of itself."""

from io import BytesIO

import pytest
from PIL import Image

from domain.errors import ProviderRefused
from domain.ids import hold_id_of
from domain.jobs.job import ImageState, JobImage
from domain.jobs.rendering import RenderTask
from domain.jobs.text_overlay import TextOverlay
from domain.ports.image_provider import RenderedImage
from domain.prompts.edits import OverlayPosition
from domain.prompts.shots import Shot
from providers.local.lettering import set_in
from tasks.finishing import LARGEST, check_headline, with_headline
from tests.support.values import a_job, a_recipe


def headed(text: str | None) -> RenderTask:
    headline = TextOverlay(text=text, position=OverlayPosition.BOTTOM) if text else None
    job = a_job(recipe=a_recipe(shots=(Shot(headline=headline),)))
    hold = hold_id_of(job.id, 0, 1)
    image = JobImage(job_id=job.id, index=0, hold_id=hold, state=ImageState.RENDERING, attempt=1, tries=1, waits=0)
    return RenderTask(job=job, image=image)


async def test_letters_without_a_glyph_are_refused_by_name_and_all_others_are_not() -> None:
    with pytest.raises(ProviderRefused, match="Our font has no 日 本"):
        await check_headline(headed("日本 now"))
    for text in (None, "Grüße, Ελλάδα, Москва!"):
        await check_headline(headed(text))


async def test_a_headline_is_set_at_the_bottom_and_the_file_says_what_it_said() -> None:
    file = BytesIO()
    exif = Image.Exif()
    exif[0x0131] = "a provider"
    Image.new("RGB", (480, 270), (90, 120, 90)).save(file, "JPEG", quality=95, exif=exif, xmp=b"<x/>")
    rendered = RenderedImage(data=file.getvalue(), content_type="image/jpeg", provider="p", model="m", seed=1)

    assert await with_headline(headed(None), rendered) is rendered
    done = Image.open(BytesIO((await with_headline(headed("It happened"), rendered)).data))

    assert (done.info["xmp"], done.getexif()[0x0131]) == (b"<x/>", "a provider")
    grey = done.convert("L")
    top, letters = grey.crop((0, 0, 480, 100)).histogram(), grey.crop((100, 200, 380, 265)).histogram()
    assert sum(top[130:]) == 0
    assert sum(letters[251:]) > 1000


@pytest.mark.parametrize(
    ("text", "pixels", "lines"),
    [
        ("WOW", 194, 1),
        ("I tried it for 30 days", 165, 1),
        ("I tried it for thirty days and this is what became of me", 124, 2),
    ],
)
def test_a_headline_is_as_large_as_one_line_allows(text: str, pixels: int, lines: int) -> None:
    setting = set_in((1920, 1080), TextOverlay(text=text, position=OverlayPosition.BOTTOM), largest=LARGEST)
    assert (setting.font.size, len(setting.lines)) == (pixels, lines)

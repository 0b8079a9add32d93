"""Files of strangers: each hostile one is refused with its code, and nothing but the picture of a good one is ever kept."""

import asyncio
import io
import random
import time
from collections.abc import AsyncIterator, Callable
from itertools import pairwise

import pytest
from PIL import Image, ImageOps

from domain.errors import ProviderUnavailable
from domain.ports.pictures import CleanPicture, PictureRefused
from domain.uploads.demands import DEMANDS
from domain.uploads.issues import IssueCode
from domain.uploads.upload import UploadPurpose
from providers.pictures.children import NO_PICTURE, PROGRAM, PicturesInChildren
from providers.pictures.outline import outline_of
from tests.support import profiles
from tests.support.cluster import LONG
from tests.support.strange_files import (
    BAD,
    CANARY,
    GOOD,
    JPEG,
    PNG,
    SIDE,
    WEBP,
    Stranger,
    a_mask,
    grey_png_of_16_bits,
    jpeg,
    picture,
    png,
    png_of_16_bits,
    saved,
    webp,
    with_exif,
)

STYLE, MASK = UploadPurpose.STYLE_IMAGE, UploadPurpose.MASK
Pixel = tuple[int, ...]
SEED = 20_261_121
FUZZED = 3_000 if LONG else 30
"""Files for each format."""


@pytest.fixture(scope="module")
async def pictures() -> AsyncIterator[PicturesInChildren]:
    pictures = PicturesInChildren()
    yield pictures
    pictures.close()


async def cleaned(
    pictures: PicturesInChildren, data: bytes, content_type: str, purpose: UploadPurpose = STYLE
) -> CleanPicture:
    return await pictures.cleaned(data, content_type=content_type, size_bytes=len(data), demands=DEMANDS[purpose])


async def refusal(
    pictures: PicturesInChildren, data: bytes, content_type: str, purpose: UploadPurpose = STYLE
) -> IssueCode:
    with pytest.raises(PictureRefused) as refused:
        await cleaned(pictures, data, content_type, purpose)
    return refused.value.issue.code


def opened(clean: CleanPicture) -> Image.Image:
    image = Image.open(io.BytesIO(clean.data))
    image.load()
    return image


def assert_nothing_but_a_picture(clean: CleanPicture) -> None:
    image = opened(clean)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (clean.width, clean.height))
    assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert dict(image.getexif()) == {}
    markers = [clean.data[place + 1] for place in range(len(clean.data) - 1) if clean.data[place] == 0xFF]
    assert {marker for marker in markers if marker in {*range(0xE1, 0xF0), 0xFE}} == set()
    for trace in (CANARY, b"Exif", b"ICC_PROFILE", b"http", b"<?php", b"PK\x05\x06"):
        assert trace not in clean.data, trace


# --- the corpus ------------------------------------------------------------------------------------------------------


def test_the_corpus_is_large_enough() -> None:
    assert len({stranger.name for stranger in (*GOOD, *BAD)}) == len(GOOD) + len(BAD) >= 60
    assert {stranger.code for stranger in BAD} - {None} == {
        code
        for code in IssueCode
        if not code.startswith(("MASK_", "DOCUMENT_"))
        and code not in {IssueCode.SIZE_MISMATCH, IssueCode.NOT_A_PDF, IssueCode.TOO_MANY_PAGES}
    }


@pytest.mark.parametrize("stranger", [*GOOD, *BAD], ids=lambda stranger: stranger.name)
async def test_every_file_has_its_verdict(pictures: PicturesInChildren, stranger: Stranger) -> None:
    data = stranger.make()
    if stranger.code is not None:
        assert await refusal(pictures, data, stranger.content_type, stranger.purpose) is stranger.code
        return
    clean = await cleaned(pictures, data, stranger.content_type, stranger.purpose)
    assert (clean.width, clean.height) == stranger.size
    assert (clean.content_type, clean.coverage) == (JPEG, None)
    assert_nothing_but_a_picture(clean)
    assert await cleaned(pictures, data, stranger.content_type, stranger.purpose) == clean


async def test_a_file_has_the_size_that_was_announced(pictures: PicturesInChildren) -> None:
    data = png()
    for said in (len(data) - 1, len(data) + 1):
        with pytest.raises(PictureRefused) as refused:
            await pictures.cleaned(data, content_type=PNG, size_bytes=said, demands=DEMANDS[STYLE])
        assert refused.value.issue.code is IssueCode.SIZE_MISMATCH
        assert str(said) in refused.value.issue.message


@pytest.mark.parametrize(
    ("make", "content_type"),
    [
        (jpeg, JPEG),
        (lambda: jpeg(progressive=True), JPEG),
        (png, PNG),
        (webp, WEBP),
        (lambda: webp(lossless=True), WEBP),
    ],
)
async def test_wherever_it_is_cut_off_it_is_truncated(
    pictures: PicturesInChildren, make: Callable[[], bytes], content_type: str
) -> None:
    data = make()
    whole = len(data)
    for cut in sorted(
        {*range(12, min(400, whole)), *range(12, whole, max(1, whole // 500)), *range(whole - 40, whole)}
    ):
        found = outline_of(data[:cut])
        assert not found.is_whole, cut
        assert (found.is_sound, found.is_animated, found.has_strange_bytes) == (True, False, False), cut
    for cut in (13, len(data) // 2, len(data) - 1):
        assert await refusal(pictures, data[:cut], content_type) in {IssueCode.TRUNCATED, IssueCode.DAMAGED}
    for cut in (len(data) // 2, len(data) - 1):
        assert await refusal(pictures, data[:cut], content_type) is IssueCode.TRUNCATED


@pytest.mark.parametrize("content_type", [JPEG, PNG, WEBP])
async def test_bytes_that_are_changed_never_hang_nor_crash_nor_let_anything_through(
    pictures: PicturesInChildren, content_type: str
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - nobody has to guess it
    make = {JPEG: jpeg, PNG: png, WEBP: webp}[content_type]
    data, taken = make(exif=with_exif(6), icc_profile=profiles.srgb()), 0
    for number in range(FUZZED):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 3, 20))):
            changed[chance.randrange(len(data) if number % 2 else 1200)] = chance.randrange(256)
        started = time.monotonic()
        try:
            clean = await cleaned(pictures, bytes(changed), content_type)
        except PictureRefused:
            continue
        finally:
            assert time.monotonic() - started < 10, number
        taken += 1
        assert_nothing_but_a_picture(clean)
    assert taken < FUZZED


def test_no_outline_takes_long() -> None:
    """Each is read in a thread of the API, and holds up the others that long at the most."""
    hostile = [
        b"\xff\xd8\xff" + b"\xff" * 10_000_000,
        b"\xff\xd8" + b"\xff\xd8\xff\xd9" * 2_500_000,
        b"\xff\xd8" + b"\xff\xda\x00\x02" * 2_500_000,
        jpeg() + bytes(5_000_000) + b"\xff\xd8\xff\xd9" * 1_000_000,
        b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e" * 800_000,
        b"RIFF\xff\xff\xff\x00WEBP" + b"ANMF\x00\x00\x00\x00" * 1_200_000,
        b"PK\x05\x06" * 2_500_000,
        b" " * 10_000_000 + b"<svg>",
        b"<!--" + b"<svg" * 2_500_000,
    ]
    for data in hostile:
        started = time.process_time()
        outline_of(data)
        assert time.process_time() - started < 0.5, data[:12]


# --- pixels ----------------------------------------------------------------------------------------------------------


def corners(image: Image.Image) -> list[Pixel]:
    w, h = image.size
    places = [(w // 10, h // 10), (w - w // 10, h // 10), (w // 10, h - h // 10), (w - w // 10, h - h // 10)]
    return [image.getpixel(place) for place in places]  # type: ignore[misc] # of RGB it is a tuple


def alike(one: list[Pixel], other: list[Pixel], *, within: int = 4) -> bool:
    return all(abs(a - b) <= within for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(("format_", "content_type"), [("JPEG", JPEG), ("PNG", PNG), ("WEBP", WEBP)])
async def test_a_picture_is_as_it_is_looked_at(
    pictures: PicturesInChildren, orientation: int, format_: str, content_type: str
) -> None:
    data = saved(picture(), format_, exif=with_exif(orientation), **({"quality": 95} if format_ != "PNG" else {}))
    clean = opened(await cleaned(pictures, data, content_type))
    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    assert clean.size == wanted.size == ((SIDE, SIDE + 40) if orientation < 5 else (SIDE + 40, SIDE))
    assert alike(corners(clean), corners(wanted))
    turned = [corners(wanted.transpose(turn)) for turn in (Image.Transpose.ROTATE_90, Image.Transpose.FLIP_TOP_BOTTOM)]
    assert not any(alike(corners(clean), other) for other in turned)


async def test_16_bits_are_8(pictures: PicturesInChildren) -> None:
    colour = opened(await cleaned(pictures, png_of_16_bits(), PNG))
    assert alike(corners(colour), [(128, 0, 255)] * 4)
    grey = opened(await cleaned(pictures, grey_png_of_16_bits(), PNG))
    assert alike(corners(grey), [(128, 128, 128)] * 4)


@pytest.mark.parametrize(
    ("image", "profile", "wanted"),
    [
        (Image.new("RGB", (300, 300), (255, 0, 0)), profiles.swapped(), (0, 255, 0)),
        (Image.new("RGB", (300, 300), (255, 0, 0)), profiles.srgb(), (255, 0, 0)),
        (Image.new("RGB", (300, 300), (255, 0, 0)), profiles.green_inks(), (255, 0, 0)),
        (Image.new("RGB", (300, 300), (255, 0, 0)), b"no profile", (255, 0, 0)),
        (Image.new("L", (300, 300), 128), profiles.linear_grey(), (188, 188, 188)),
        (Image.new("L", (300, 300), 128), b"", (128, 128, 128)),
        (Image.new("CMYK", (300, 300), (0, 255, 255, 0)), b"", (255, 0, 0)),
        (Image.new("CMYK", (300, 300), (0, 255, 255, 0)), profiles.green_inks(), (0, 143, 1)),
        (Image.new("CMYK", (300, 300), (0, 255, 255, 0)), profiles.swapped(), (255, 0, 0)),
    ],
    ids=[
        "swapped",
        "sRGB",
        "of another kind",
        "broken",
        "grey",
        "grey without",
        "CMYK without",
        "CMYK",
        "CMYK, for RGB",
    ],
)
async def test_colours_are_brought_to_srgb(
    pictures: PicturesInChildren, image: Image.Image, profile: bytes, wanted: Pixel
) -> None:
    data = saved(image, "JPEG", quality=95, **({"icc_profile": profile} if profile else {}))
    clean = opened(await cleaned(pictures, data, JPEG))
    assert alike(corners(clean), [wanted] * 4), corners(clean)


async def test_a_palette_has_a_profile_too(pictures: PicturesInChildren) -> None:
    image = Image.new("RGB", (300, 300), (255, 0, 0)).quantize(4)
    clean = opened(await cleaned(pictures, saved(image, "PNG", icc_profile=profiles.swapped()), PNG))
    assert alike(corners(clean), [(0, 255, 0)] * 4)


@pytest.mark.parametrize(("format_", "content_type"), [("PNG", PNG), ("WEBP", WEBP)])
async def test_what_was_clear_is_white(pictures: PicturesInChildren, format_: str, content_type: str) -> None:
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 150, 150))
    image.paste((0, 0, 0, 128), (150, 150, 300, 300))
    clean = opened(await cleaned(pictures, saved(image, format_, lossless=True), content_type))
    assert alike(corners(clean), [(255, 0, 0), (255, 255, 255), (255, 255, 255), (127, 127, 127)])


# --- masks -----------------------------------------------------------------------------------------------------------


def strokes(colour: Pixel, ground: Pixel) -> Image.Image:
    """Painted on the left quarter."""
    image = Image.new("RGBA", (512, 512), ground)
    image.paste(colour, (0, 0, 128, 512))
    return image


def feathered() -> Image.Image:
    """A ramp over a fifth of its width: white on the left of 256."""
    ramp = Image.linear_gradient("L").rotate(90).resize((100, 512))
    mask = Image.new("L", (512, 512))
    mask.paste(255, (0, 0, 206, 512))
    mask.paste(ramp if ramp.getpixel((0, 0)) > ramp.getpixel((99, 0)) else ImageOps.mirror(ramp), (206, 0))  # type: ignore[operator]
    return mask


@pytest.mark.parametrize(
    ("image", "coverage"),
    [
        (a_mask(), 0.25),
        (a_mask(part=0.5).convert("RGB"), 0.5),
        (a_mask(part=1 / 512), 1 / 512),
        (a_mask(part=511 / 512), 511 / 512),
        (a_mask().convert("1"), 0.25),
        (a_mask().convert("P"), 0.25),
        (a_mask().convert("RGBA"), 0.25),
        (Image.merge("LA", (a_mask(), a_mask(part=0.1))), 0.25),
        (a_mask().point(lambda level: 200 if level else 20), 0.25),
        (strokes((255, 255, 255, 255), (0, 0, 0, 0)), 0.25),
        (strokes((0, 0, 0, 255), (0, 0, 0, 0)), 0.25),
        (feathered(), 0.5),
    ],
    ids=[
        "L",
        "RGB",
        "a line",
        "nearly all",
        "1",
        "P",
        "RGBA",
        "LA",
        "dim",
        "white strokes",
        "black strokes",
        "feathered",
    ],
)
async def test_a_mask_is_black_and_white(pictures: PicturesInChildren, image: Image.Image, coverage: float) -> None:
    clean = await cleaned(pictures, saved(image, "PNG"), PNG, MASK)
    assert (clean.content_type, clean.width, clean.height) == (PNG, 512, 512)
    assert clean.coverage == pytest.approx(coverage, abs=0.003)
    mask = opened(clean)
    assert (mask.format, mask.mode, mask.info) == ("PNG", "L", {})
    levels = mask.histogram()
    assert levels[0] + levels[255] == 512 * 512
    assert levels[255] / (512 * 512) == clean.coverage


async def test_a_mask_changes_where_it_is_white_to_the_pixel(pictures: PicturesInChildren) -> None:
    clean = opened(await cleaned(pictures, saved(a_mask(part=0.25), "PNG"), PNG, MASK))
    assert clean.getbbox() == (0, 0, 512, 128)
    turned = await cleaned(pictures, saved(a_mask(600, 512), "PNG", exif=with_exif(6)), PNG, MASK)
    assert (turned.width, turned.height) == (512, 600)
    assert opened(turned).getbbox() == (384, 0, 512, 600)


async def test_a_mask_in_jpeg_keeps_its_part(pictures: PicturesInChildren) -> None:
    clean = await cleaned(pictures, saved(a_mask(), "JPEG", quality=30), JPEG, MASK)
    assert clean.coverage == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (Image.new("L", (512, 512), 0), IssueCode.MASK_EMPTY),
        (Image.new("L", (512, 512), 127), IssueCode.MASK_NOT_BLACK_AND_WHITE),
        (Image.new("L", (512, 512), 63), IssueCode.MASK_EMPTY),
        (Image.new("L", (512, 512), 255), IssueCode.MASK_FULL),
        (Image.new("L", (512, 512), 192), IssueCode.MASK_FULL),
        (Image.new("RGBA", (512, 512), (0, 0, 0, 255)), IssueCode.MASK_EMPTY),
        (strokes((0, 0, 0, 255), (0, 0, 0, 254)), IssueCode.MASK_FULL),
        (Image.new("RGBA", (512, 512), (0, 0, 0, 0)), IssueCode.MASK_EMPTY),
        (strokes((255, 255, 255, 255), (255, 255, 255, 0)), IssueCode.MASK_FULL),
        (picture(), IssueCode.MASK_NOT_BLACK_AND_WHITE),
        (picture("L"), IssueCode.MASK_NOT_BLACK_AND_WHITE),
        (strokes((255, 0, 0, 255), (0, 0, 0, 255)), IssueCode.MASK_NOT_BLACK_AND_WHITE),
    ],
)  # fmt: skip
async def test_a_mask_that_says_nothing_is_refused(
    pictures: PicturesInChildren, image: Image.Image, code: IssueCode
) -> None:
    assert await refusal(pictures, saved(image, "PNG"), PNG, MASK) is code


# --- the child -------------------------------------------------------------------------------------------------------

LIMITED = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (1, 2))
data = sys.stdin.buffer.read()
"""


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os, signal, sys; sys.stdin.buffer.read(); os.kill(os.getpid(), signal.SIGSEGV)", IssueCode.DAMAGED),
        ("import os; os.abort()", IssueCode.DAMAGED),
        (f"{LIMITED}\nwhile True: pass", IssueCode.TOO_COMPLEX),
    ],
    ids=["crashes", "gives up", "never ends"],
)
async def test_a_decoder_that_dies_of_a_file_takes_nothing_with_it(program: str, code: IssueCode) -> None:
    dying, living = PicturesInChildren(program=program), PicturesInChildren()
    assert await refusal(dying, jpeg(), JPEG) is code
    assert (await cleaned(living, jpeg(), JPEG)).width == SIDE
    dying.close()
    living.close()


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(60)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "raise RuntimeError('a fault of ours')",
        "import sys\nwhile True: sys.stdout.buffer.write(bytes(1 << 20))",
    ],
    ids=["hangs", "is killed", "is broken", "never stops talking"],
)
async def test_what_may_not_be_the_files_fault_is_not_held_against_it(program: str) -> None:
    failing = PicturesInChildren(program=program, most_wall=1)
    started = time.monotonic()
    with pytest.raises(ProviderUnavailable) as failed:
        await cleaned(failing, jpeg(), JPEG)
    assert time.monotonic() - started < 8
    assert failed.value.message == "Your file could not be looked at right now. Please try again."
    failing.close()


async def test_a_child_has_no_environment_of_ours_and_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIKENESS_SECRET", "a canary")
    telling = """
import json, os
print(json.dumps({"reason": " ".join([*os.environ, *sorted(m for m in sys.modules if m.split(".")[0] in OURS)])}))
"""
    ours = {"app", "db", "domain", "live", "providers", "resolvers", "schema", "tasks"}
    spy = PicturesInChildren(program=f"{PROGRAM}\nOURS = {ours!r}\n{telling}".replace("main()", "0"))
    told, _ = spy._drawn(jpeg(), outline_of(jpeg()), DEMANDS[STYLE])
    names = told["reason"].split()
    assert set(names) - {"LC_CTYPE"} == {  # which Python sets by itself
        "OPENBLAS_NUM_THREADS",
        "providers",
        "providers.pictures",
        "providers.pictures.child",
        "providers.pictures.drawing",
        "providers.pictures.measuring",
    }
    spy.close()


async def test_memory_is_bounded(pictures: PicturesInChildren, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.pictures.children.NO_PICTURE", {**NO_PICTURE, "most_bytes": 150 * 1024 * 1024})
    big = saved(Image.new("RGB", (6000, 6000)), "PNG")
    assert await refusal(pictures, big, PNG) is IssueCode.TOO_COMPLEX
    assert (await cleaned(pictures, jpeg(), JPEG)).width == SIDE


async def test_the_loop_goes_on_while_large_pictures_are_read(pictures: PicturesInChildren) -> None:
    big = saved(picture(width=5000, height=4000), "JPEG")
    beats: list[float] = []

    async def beat() -> None:
        while True:
            beats.append(time.monotonic())
            await asyncio.sleep(0.005)

    beating = asyncio.create_task(beat())
    await asyncio.gather(*(cleaned(pictures, big, JPEG) for _ in range(3)))
    beating.cancel()
    assert max(after - before for before, after in pairwise(beats)) < 0.5
    assert len(beats) > 20

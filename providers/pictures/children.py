"""Pictures looked at outside of this process (docs/decisions/0019). Pillow is never imported here."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGXCPU
from tempfile import TemporaryFile
from threading import Timer
from typing import TypedDict

import structlog

from domain.brands.source import LONGEST_SOURCE, MOST_PAGES, FoundColor, FoundFont, SourceReading
from domain.errors import ProviderUnavailable
from domain.personas.faces import Face, FaceAngle
from domain.ports.pictures import CleanPicture, PictureRefused
from domain.uploads.demands import Demands
from domain.uploads.issues import Issue, IssueCode, issue
from domain.uploads.judgement import Outline, issue_of, issue_of_size
from domain.uploads.mask import COLOURFUL, DARK_TO, LIGHT_FROM, WHITE_FROM, MaskMeasures, issue_of_mask
from domain.uploads.measures import PhotoMeasures
from providers.pictures.outline import outline_of

log = structlog.get_logger("likeness.pictures")

AT_ONCE = 2
"""Children of one process. Each takes a core while it works."""

MOST_BYTES = 1280 * 1024 * 1024
"""Of a child's address space. 40 megapixels take 900 MB at the most (a WebP with transparency; measured 2026-11-21)."""

MOST_CPU = 10
MOST_WALL = 30
"""Seconds of a child. 40 megapixels take 1 to 3; what takes the second of these only waits for a processor that is busy."""

LARGEST_ANSWER = 96 * 1024 * 1024  # bytes
LONGEST_NOTE = 2_000
NO_PICTURE: Mapping[str, object] = {
    "format": "",
    "width": 0,
    "height": 0,
    "is_mask": False,
    "is_measured": False,
    "is_sampled": False,
    "keeps_clear": False,
    "white_from": WHITE_FROM,
    "colourful": COLOURFUL,
    "dark_to": DARK_TO,
    "light_from": LIGHT_FROM,
    "most_bytes": MOST_BYTES,
    "most_seconds": MOST_CPU,
}
"""What a child is told of any file."""
BEGINS, BEGINS_WITHIN = b"%PDF-", 1024
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}
"""All of it. NumPy would begin as many threads as there are cores, and a child may begin none."""
ROOT = str(Path(__file__).parents[2])
PROGRAM = f"import sys; sys.path.insert(0, {ROOT!r}); from providers.pictures.child import main; main()"


class PixelsTold(TypedDict):
    brightness: float
    dark: float
    light: float
    sharpness: float
    look: str


class FaceTold(TypedDict):
    left: int
    top: int
    width: int
    height: int
    angle: str
    confidence: float
    tilt: int


class ColorTold(TypedDict):
    hex: str
    share: float


class FontTold(TypedDict):
    name: str
    share: float
    size: float


class Answer(TypedDict, total=False):
    refused: str
    reason: str
    width: int
    height: int
    type: str
    coverage: float
    colourful: float
    in_between: float
    measures: PixelsTold
    faces: list[FaceTold]
    facts: dict[str, int]
    colors: list[ColorTold]
    fonts: list[FontTold]
    text: str
    page_count: int
    pages_read: int
    picture_count: int


class PicturesInChildren:
    """See `domain.ports.pictures.Pictures`. `program` is Python for the child, for tests of what a decoder may do."""

    def __init__(self, *, program: str = PROGRAM, most_wall: float = MOST_WALL) -> None:
        self._program, self._most_wall = program, most_wall
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures")

    async def cleaned(self, data: bytes, *, content_type: str, size_bytes: int, demands: Demands) -> CleanPicture:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._cleaned, data, content_type, size_bytes, demands)

    def close(self) -> None:
        """What waits is given up; what is under way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _cleaned(self, data: bytes, content_type: str, size_bytes: int, demands: Demands) -> CleanPicture:
        _refuse(issue_of_size(len(data), size_bytes))
        if demands.is_document:
            return self._document(data)
        outline = outline_of(data)
        _refuse(issue_of(outline, content_type=content_type, demands=demands))
        answer, file = self._drawn(data, outline, demands)
        if code := answer.get("refused"):
            log.info("a picture could not be read", code=code, reason=answer.get("reason", "")[:200])
            _refuse(issue(IssueCode(code)))
        if demands.is_mask:
            _refuse(issue_of_mask(_measures_of(answer)))
        return CleanPicture(
            data=file,
            content_type=answer["type"],
            width=answer["width"],
            height=answer["height"],
            coverage=answer.get("coverage"),
            measures=PhotoMeasures(**answer["measures"]) if demands.is_measured else None,
            faces=tuple(_face_of(told) for told in answer["faces"]) if demands.is_measured else None,
            reading=reading_of(answer) if demands.is_sampled else None,
        )

    def _document(self, data: bytes) -> CleanPicture:
        """A PDF begins within its first kilobyte (ISO 32000-2, annex I), and is parsed nowhere but in the child."""
        if BEGINS not in data[:BEGINS_WITHIN]:
            _refuse(issue(IssueCode.NOT_A_PDF))
        limits = {"most_pages": MOST_PAGES, "longest_text": LONGEST_SOURCE}
        answer, file = self._told(data, {**NO_PICTURE, "document": limits}, too_dear=IssueCode.DOCUMENT_TOO_COMPLEX)
        if code := answer.get("refused"):
            log.info("a document could not be read", code=code, reason=answer.get("reason", "")[:200])
            _refuse(issue(IssueCode(code), **answer.get("facts", {})))
        return CleanPicture(
            data=file,
            content_type=answer["type"],
            width=answer["width"],
            height=answer["height"],
            reading=reading_of(answer),
        )

    def _drawn(self, data: bytes, outline: Outline, demands: Demands) -> tuple[Answer, bytes]:
        order: dict[str, object] = {
            **NO_PICTURE,
            "format": outline.format.upper(),
            "width": outline.width,
            "height": outline.height,
            "is_mask": demands.is_mask,
            "is_measured": demands.is_measured,
            "is_sampled": demands.is_sampled,
            "keeps_clear": demands.keeps_clear,
        }
        return self._told(data, order, too_dear=IssueCode.TOO_COMPLEX)

    def _told(self, data: bytes, order: Mapping[str, object], *, too_dear: IssueCode) -> tuple[Answer, bytes]:
        ended = _ran(self._program, json.dumps(order), data, self._most_wall)
        if ended.status:
            raise _failure_of(ended, too_dear)
        head, _, file = ended.output.partition(b"\n")
        answer: Answer = json.loads(head)
        return answer, file


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: by a signal, where `status` is negative."""

    status: int
    output: bytes
    notes: str
    is_late: bool


class Watch:
    """Kills a child that takes too long."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self._child, self.has_struck = child, False
        self._timer = Timer(seconds, self._strike)
        self._timer.start()

    def end(self) -> None:
        self._timer.cancel()

    def _strike(self) -> None:
        self.has_struck = True
        self._child.kill()


def _ran(program: str, order: str, data: bytes, most_wall: float) -> Ended:
    arguments = [sys.executable, "-I", "-c", program, order]
    with (
        TemporaryFile() as notes,
        subprocess.Popen(  # noqa: S603 - our own program
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=notes, env=ENVIRONMENT, cwd="/"
        ) as child,
    ):
        watch = Watch(child, most_wall)
        try:
            output = _answer(child, data)
            status = child.wait()
        finally:
            watch.end()
            child.kill()
        notes.seek(0)
        return Ended(status, output, notes.read(LONGEST_NOTE).decode(errors="replace"), watch.has_struck)


def _answer(child: subprocess.Popen[bytes], data: bytes) -> bytes:
    """It reads all before it writes, so one pipe is done with before the other begins."""
    assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 - both are pipes
    with suppress(BrokenPipeError), child.stdin:  # it ended before it had read all: its status tells why
        child.stdin.write(data)
    output = child.stdout.read(LARGEST_ANSWER + 1)
    if len(output) > LARGEST_ANSWER:
        child.kill()
    return output


def _failure_of(ended: Ended, too_dear: IssueCode) -> Exception:
    """What is not the file's fault is not held against it: a machine without room, or a fault of ours."""
    if ended.status == -SIGXCPU:
        return PictureRefused(issue(too_dear))
    if ended.status < 0 and ended.status != -SIGKILL:
        log.error("a decoder crashed", signal=-ended.status)
        return PictureRefused(issue(IssueCode.DAMAGED))
    log.error("a picture could not be looked at", status=ended.status, is_late=ended.is_late, notes=ended.notes)
    return ProviderUnavailable("Your file could not be looked at right now. Please try again.", detail=ended.notes)


def reading_of(answer: Answer) -> SourceReading:
    return SourceReading(
        colors=tuple(FoundColor(**color) for color in answer["colors"]),
        fonts=tuple(FoundFont(**font) for font in answer.get("fonts", [])),
        text=answer.get("text", ""),
        page_count=answer.get("page_count"),
        pages_read=answer.get("pages_read"),
        picture_count=answer.get("picture_count"),
    )


def _face_of(told: FaceTold) -> Face:
    return Face(
        left=told["left"],
        top=told["top"],
        width=told["width"],
        height=told["height"],
        angle=FaceAngle(told["angle"]),
        confidence=told["confidence"],
        tilt=told["tilt"],
    )


def _measures_of(answer: Answer) -> MaskMeasures:
    return MaskMeasures(coverage=answer["coverage"], colourful=answer["colourful"], in_between=answer["in_between"])


def _refuse(found: Issue | None) -> None:
    if found is not None:
        raise PictureRefused(found)

"""An archive's percent, and what it and its images are called."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.archives.archive import Archive, ArchiveStatus
from domain.images.naming import file_name, slug
from domain.jobs.job import JobKind
from tests.support.values import USER, an_archive


@pytest.mark.parametrize(
    ("status", "packed", "percent"),
    [
        (ArchiveStatus.QUEUED, 0, 0),
        (ArchiveStatus.BUILDING, 1, 33),
        (ArchiveStatus.BUILDING, 3, 99),  # it is still to be stored
        (ArchiveStatus.READY, 2, 100),  # one was deleted meanwhile
        (ArchiveStatus.EXPIRED, 3, 100),
        (ArchiveStatus.FAILED, 1, 33),
    ],
)
def test_an_archive_is_done_when_it_can_be_fetched(status: ArchiveStatus, packed: int, percent: int) -> None:
    archive: Archive = replace(an_archive(USER), status=status, image_count=3, packed_count=packed)
    assert archive.percent == percent
    assert archive.file_name == f"likeness_2026-11-21_{packed}-images.zip"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mara Voss", "mara-voss"),
        ("  --Mara__VOSS!! ", "mara-voss"),
        ("../../etc/passwd", "etc-passwd"),
        ("Зоя 2", "зоя-2"),
        ("🦊", "image"),
        ("", "image"),
        ("x" * 80, "x" * 40),
        ('a"; b\r\n', "a-b"),
    ],
)
def test_a_slug_is_safe_wherever_a_file_is_named(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_file_says_who_what_when_and_which() -> None:
    at = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)
    called = file_name("Mara Voss", JobKind.BASE_IMAGES, at, number=3, content_type="image/webp")
    assert called == "mara-voss_base-images_2026-11-21_003.webp"

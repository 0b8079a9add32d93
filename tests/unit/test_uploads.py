"""What is decided of a file from what was measured, and what is said of it."""

from typing import Any

import pytest

from domain.errors import InvalidInput
from domain.uploads.demands import DEMANDS, MOST_PIXELS
from domain.uploads.issues import MESSAGES, IssueCode
from domain.uploads.judgement import Outline, issue_of, issue_of_size
from domain.uploads.mask import MaskMeasures, issue_of_mask
from domain.uploads.service import check_files, usable
from domain.uploads.upload import AnnouncedFile, UploadPurpose
from tests.support.values import USER, an_upload

C = IssueCode
FINE: dict[str, Any] = {"format": "JPEG", "width": 1024, "height": 1024}


def verdict(purpose: UploadPurpose = UploadPurpose.STYLE_IMAGE, **found: Any) -> IssueCode | None:
    outline = Outline(**{**FINE, **found})
    issue = issue_of(outline, content_type="image/jpeg", demands=DEMANDS[purpose])
    return issue.code if issue else None


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({}, None),
        ({"scans": 64}, None),
        ({"scans": 65}, C.TOO_COMPLEX),
        ({"scans": 65, "is_sound": False, "is_whole": False}, C.TOO_COMPLEX),
        ({"width": 8000, "height": 5000}, None),
        ({"width": 8000, "height": 5001}, C.TOO_MANY_PIXELS),
        ({"width": 256, "height": 256}, None),
        ({"width": 255, "height": 2000}, C.TOO_SMALL),
        ({"width": 0}, C.DAMAGED),
        ({"is_whole": False}, C.TRUNCATED),
        ({"is_whole": False, "is_sound": False}, C.DAMAGED),
        ({"has_strange_bytes": True, "is_animated": True}, C.POLYGLOT),
        ({"is_animated": True}, C.ANIMATED),
        ({"format": "PNG"}, C.TYPE_MISMATCH),
        ({"format": "GIF", "has_strange_bytes": True}, C.UNSUPPORTED_FORMAT),
        ({"format": "SVG"}, C.SVG),
        ({"format": ""}, C.NOT_AN_IMAGE),
        ({"format": "", "has_strange_bytes": True}, C.POLYGLOT),
    ],
)
def test_the_first_thing_that_is_wrong_is_told(found: dict[str, Any], code: IssueCode | None) -> None:
    assert verdict(**found) is code


@pytest.mark.parametrize(
    ("purpose", "least"),
    [(UploadPurpose.PERSONA_PHOTO, 512), (UploadPurpose.STYLE_IMAGE, 256), (UploadPurpose.MASK, 64)],
)
def test_each_purpose_has_its_smallest_side(purpose: UploadPurpose, least: int) -> None:
    assert verdict(purpose, width=least, height=2000) is None
    assert verdict(purpose, width=2000, height=least - 1) is C.TOO_SMALL


def test_messages_tell_the_numbers() -> None:
    small = issue_of(
        Outline(format="JPEG", width=300, height=90),
        content_type="image/jpeg",
        demands=DEMANDS[UploadPurpose.STYLE_IMAGE],
    )
    assert small is not None
    assert small.message == "The picture has 300 by 90 pixels; each side has to have at least 256. Send a larger one."
    large = issue_of(
        Outline(format="JPEG", width=9000, height=9000), content_type="image/jpeg", demands=DEMANDS[UploadPurpose.MASK]
    )
    assert large is not None
    assert large.message == (
        "The picture has 9000 by 9000 pixels; 40 megapixels are the most. Make it smaller, then send it again."
    )
    assert MOST_PIXELS == 40_000_000
    assert issue_of_size(10, 10) is None
    assert MESSAGES.keys() == set(IssueCode)


@pytest.mark.parametrize(
    ("coverage", "colourful", "in_between", "code"),
    [
        (0.25, 0, 0, None),
        (0.25, 0.05, 0.5, None),
        (0.25, 0.051, 0, C.MASK_NOT_BLACK_AND_WHITE),
        (0.25, 0, 0.51, C.MASK_NOT_BLACK_AND_WHITE),
        (0.0, 0.9, 0, C.MASK_NOT_BLACK_AND_WHITE),
        (0.0, 0, 0, C.MASK_EMPTY),
        (1.0, 0, 0, C.MASK_FULL),
        (1e-6, 0, 0, None),
    ],
)
def test_a_mask_is_judged_by_its_parts(
    coverage: float, colourful: float, in_between: float, code: IssueCode | None
) -> None:
    issue = issue_of_mask(MaskMeasures(coverage=coverage, colourful=colourful, in_between=in_between))
    assert (issue.code if issue else None) is code


def test_twenty_files_are_announced_and_the_wrong_one_is_named() -> None:
    file = AnnouncedFile(file_name="a.png", content_type="image/png", size_bytes=1)
    check_files(UploadPurpose.MASK, [file] * 20)
    with pytest.raises(InvalidInput) as refused:
        check_files(
            UploadPurpose.MASK, [file, AnnouncedFile(file_name="b.gif", content_type="image/gif", size_bytes=1)]
        )
    assert refused.value.field == "files.1"


def test_an_upload_is_good_for_its_purpose_alone() -> None:
    with pytest.raises(InvalidInput, match="announced as MASK, and STYLE_IMAGE is needed"):
        usable(an_upload(USER), UploadPurpose.STYLE_IMAGE, field="styleUploadIds")

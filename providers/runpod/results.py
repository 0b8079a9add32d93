"""A finished job's picture, taken from what the worker answered."""

import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.errors import ImageNotMade, ProviderError, ProviderMisconfigured
from providers.runpod.calls import JobReport
from providers.runpod.errors import NOT_MADE, NOT_SET_UP, failed


@dataclass(frozen=True, slots=True)
class Inline:
    """Of the type `base64`."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Remote:
    """Of the type `s3_url`: for workers with a bucket of their own."""

    url: str = field(repr=False)


def result_of(report: JobReport, name: str) -> Inline | Remote:
    """The image whose file name begins with `name`: images come in any order. Raises what went wrong."""
    if report.status != "COMPLETED":
        raise ended_badly(report)
    output = report.output if isinstance(report.output, dict) else {}
    if "message" in output and "images" not in output:
        raise ProviderMisconfigured(NOT_SET_UP, detail="worker-comfyui before 5.0.0")
    for image in _images(output):
        file_name = image.get("filename")
        if isinstance(file_name, str) and file_name.startswith(name):
            return _picture(image)
    raise ImageNotMade(NOT_MADE, detail=_why_none(output))


def ended_badly(report: JobReport) -> ProviderError:
    """Whatever ended other than COMPLETED, or has not ended."""
    if report.status != "FAILED":
        return ImageNotMade(NOT_MADE, detail=report.status[:40])
    text = report.error if isinstance(report.error, str) else ""
    details = report.output.get("details") if isinstance(report.output, dict) else None
    return failed(text, [d for d in details if isinstance(d, str)] if isinstance(details, list) else [])


def _images(output: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    images = output.get("images")
    for image in images if isinstance(images, list) else []:
        if isinstance(image, dict):
            yield image


def _picture(image: Mapping[str, object]) -> Inline | Remote:
    data = image.get("data")
    if image.get("type") == "base64" and isinstance(data, str):
        try:
            return Inline(binascii.a2b_base64(data, strict_mode=True))
        except ValueError as error:
            raise ImageNotMade(NOT_MADE, detail="broken base64") from error
    if image.get("type") == "s3_url" and isinstance(data, str):
        return Remote(data)
    raise ImageNotMade(NOT_MADE, detail="unknown kind of image")


def _why_none(output: Mapping[str, object]) -> str:
    if output.get("status") == "success_no_images":
        return "success_no_images"
    if output.get("errors"):
        return "image lost on the worker"
    return "no image of this seed" if any(_images(output)) else "no images"

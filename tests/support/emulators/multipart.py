"""A form with files, taken apart to the byte. Strict: what a browser's server would forgive is refused here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """`file_name` and `content_type` are None for a plain field."""

    name: str
    file_name: str | None
    content_type: str | None
    data: bytes


class NotAForm(ValueError):
    """The body is not what its content type says."""


DISPOSITION = re.compile(r'form-data; name="(?P<name>[^"]+)"(?:; filename="(?P<file>[^"]*)")?')


def parts_of(content_type: str, body: bytes) -> Iterator[Part]:
    """Raises `NotAForm`."""
    found = re.fullmatch(r"multipart/form-data; boundary=([A-Za-z0-9'()+_,./:=?-]{1,70})", content_type)
    if found is None:
        raise NotAForm(f"a content type of {content_type}")
    line = b"--" + found[1].encode()
    before, *parts = (b"\r\n" + body).split(b"\r\n" + line)
    if before or not parts or parts[-1].strip() != b"--":
        raise NotAForm("a form without beginning or end")
    for part in parts[:-1]:
        yield _part(part)


def _part(part: bytes) -> Part:
    head, blank, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n") if ": " in line)
    named = re.search(
        rb'(?i)^content-disposition: (form-data; name="[^"]+"(?:; filename="[^"]*")?)', head, re.MULTILINE
    )
    said = DISPOSITION.fullmatch(named[1].decode()) if named else None
    if said is None or not blank:
        raise NotAForm("a part without a name")
    return Part(said["name"], said["file"], headers.get("content-type"), data)

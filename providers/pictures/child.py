"""The process in which one picture or document of a stranger is decoded and drawn anew. Whatever goes wrong in a decoder ends here.

It is given the file on its standard input and answers on its standard output: a line of JSON, then the new file. It has no
environment but how many threads NumPy may begin, so no secrets, and it takes no more memory and time than it is told. Nothing
of ours is imported but its neighbours and what finds faces on the photo that was drawn, and it is begun anew for each picture:
no file ever meets another one here.
"""

import json
import resource
import sys

from providers.pictures.drawing import BROKEN, TOO_DEAR, Order, Told, UnreadableError, drawn

LONGEST_NOTES = 64 * 1024
"""Bytes of what it says on its standard error, which is a file, and the only one it may write."""


def main() -> None:
    told_order = json.loads(sys.argv[1])
    document = told_order.pop("document", None)
    order = Order(**told_order)
    _confine(order)
    data = sys.stdin.buffer.read()
    if document is not None:
        told, file = _document(data, document)
    else:
        told, file = _picture(data, order)
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + file)
    sys.stdout.buffer.flush()


def _document(data: bytes, limits: dict[str, int]) -> tuple[Told, bytes]:
    from providers.pictures.documents import DocumentRefused, read_document  # noqa: PLC0415 - pypdf takes 0.3 s, and pictures do without

    try:
        return read_document(data, **limits)
    except DocumentRefused as error:
        return {"refused": error.code, "facts": error.facts}, b""
    except TOO_DEAR as error:
        return {"refused": "DOCUMENT_TOO_COMPLEX", "reason": repr(error)}, b""
    except BROKEN as error:
        return {"refused": "DOCUMENT_DAMAGED", "reason": repr(error)}, b""


def _picture(data: bytes, order: Order) -> tuple[Told, bytes]:
    try:
        return drawn(data, order)
    except UnreadableError as error:
        return {"refused": error.code}, b""
    except TOO_DEAR as error:
        return {"refused": "TOO_COMPLEX", "reason": repr(error)}, b""
    except BROKEN as error:
        return {"refused": "DAMAGED", "reason": repr(error)}, b""


def _confine(order: Order) -> None:
    """For good: no process without privileges gets out of a hard limit. It may begin no other process either."""
    resource.setrlimit(resource.RLIMIT_CPU, (order.most_seconds, order.most_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LONGEST_NOTES, LONGEST_NOTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    if sys.platform == "linux":  # others do not hold to it
        resource.setrlimit(resource.RLIMIT_AS, (order.most_bytes, order.most_bytes))

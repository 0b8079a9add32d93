"""The gallery's page as types, made of rows that hold no more than was asked for.

An object of a row is incomplete on purpose: it has the attributes that the operation selects, and nobody else sees it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import strawberry
from strawberry.types import Info
from strawberry.utils.str_converters import to_camel_case

from domain.images.gallery import JOB_COLUMNS, GalleryColumns, GalleryPage
from domain.pages import cursor_at
from resolvers.context import Context
from schema.execution.compiled import RowForm
from schema.execution.selection import asked_below
from schema.ids import global_id
from schema.job_types import GenerationJob, ImageAsset
from schema.pages import Connection, Edge, PageInfo
from schema.subjects import Influencer, Persona, Subject

T = TypeVar("T")

OTHER_COLUMNS = {"url": "storage_key", "thumbnail_url": "thumbnail_key", "file_size_bytes": "size_bytes"}
"""Of fields that are named otherwise than their columns."""

DERIVED = {"__typename", "job", "subject"}
JOB = {to_camel_case(name): name for name in JOB_COLUMNS}
"""Fields of a job that are columns of its row. Whoever asks for another has the job read by its loader."""

SUBJECT = {"id": "id", "name": "name"}
SUBJECT_TYPES: dict[str, type[Subject]] = {"INFLUENCER": Influencer, "PERSONA": Persona}

FIELDS = {
    to_camel_case(field.python_name): OTHER_COLUMNS.get(field.python_name, field.python_name)
    for field in strawberry.types.get_object_definition(ImageAsset, strict=True).fields
    if field.python_name not in DERIVED
}
ATTRIBUTES = {
    **{column: name for name, column in OTHER_COLUMNS.items()},
    "job_id": "job_key",
    "subject_id": "subject_key",
}


def columns_of(info: Info[Context, None]) -> GalleryColumns:
    """What the selection below a connection of images needs. Read off once for as long as the document is kept."""
    key = ("columns", *(id(node) for node in info._raw_info.field_nodes))
    found: GalleryColumns | None = info.context.notes.get(key)
    if found is None:
        asked = asked_below(info, "edges", "node")
        names = {path[0] for path in asked if len(path) == 1}
        found = info.context.notes[key] = GalleryColumns(
            image=tuple(sorted({"id", *(FIELDS[name] for name in names & FIELDS.keys()), *_keys(names)})),
            job=_joined(asked, "job", JOB),
            subject=_joined(asked, "subject", {**SUBJECT, "__typename": "type"}),
        )
    return found


def _keys(names: set[str]) -> set[str]:
    return {f"{name}_id" for name in ("job", "subject") if name in names}


def _joined(asked: frozenset[tuple[str, ...]], field: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Columns to join for a field; none where it is not asked for, or asks for more than its row holds."""
    below = {path[1:] for path in asked if path[0] == field and len(path) > 1}
    if not below or any(len(path) > 1 or path[0] not in {*known, "__typename"} for path in below):
        return ()
    names = {known[path[0]] for path in below if path[0] in known} | {"id"}
    return tuple(sorted(names | {"type"} if field == "subject" else names))


@dataclass(slots=True)
class GalleryConnection:
    """A connection of images that are rows still: they are read where they are asked for (`form`), or made into objects."""

    page: GalleryPage
    columns: GalleryColumns
    form: RowForm
    page_info: PageInfo

    @property
    def edges(self) -> list[Edge[ImageAsset]]:
        dress = _Dress(self.columns, self.page.urls)
        return [Edge(cursor=_cursor(row), node=dress.image(row)) for row in self.page.rows]

    @property
    def rows(self) -> list[tuple[Any, Mapping[str, str]]]:
        urls = self.page.urls
        return [(row, urls) for row in self.page.rows]


def gallery_of(
    info: Info[Context, None], page: GalleryPage, columns: GalleryColumns, *, after: str | None
) -> Connection[ImageAsset]:
    rows = page.rows
    page_info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=after is not None,
        start_cursor=_cursor(rows[0]) if rows else None,
        end_cursor=_cursor(rows[-1]) if rows else None,
    )
    form: RowForm | None = info.context.notes.get(columns)
    if form is None:
        form = info.context.notes[columns] = _form_of(columns)
    return cast("Connection[ImageAsset]", GalleryConnection(page, columns, form, page_info))


def _cursor(row: Any) -> str:
    return cursor_at(*row[-3:])


def _form_of(columns: GalleryColumns) -> RowForm:
    """A row comes with the addresses of its page: `s[0]` and `s[1]`."""
    own, job = len(columns.image), len(columns.image) + len(columns.job)
    place = job + len(columns.subject)
    image = _reads(columns.image, 0) | {"id": _global("ImageAsset", columns.image.index("id"))}
    for name, column in (("url", "storage_key"), ("thumbnail_url", "thumbnail_key")):
        if column in columns.image:
            image[name] = f"s[1][s[0][{columns.image.index(column)}]]"
    reads = {
        "ImageAssetConnection": {"edges": "s.rows", "page_info": "s.page_info"},
        "ImageAssetEdge": {"cursor": f"cursor_at(s[0][{place}], s[0][{place + 1}], s[0][{place + 2}])", "node": "s"},
        "ImageAsset": image,
    }
    types = {}
    if columns.job:
        place_of_id = own + columns.job.index("id")
        image["known_job"] = f"None if s[0][{place_of_id}] is None else s"
        reads["GenerationJob"] = _reads(columns.job, own) | {"id": _global("GenerationJob", place_of_id)}
    if columns.subject:
        place_of_id = job + columns.subject.index("id")
        image["known_subject"] = f"None if s[0][{place_of_id}] is None else s"
        for kind in SUBJECT_TYPES.values():
            name = kind.__name__
            reads[name] = _reads(columns.subject, job) | {"id": _global(name, place_of_id)}
        said = f"s[0][{job + columns.subject.index('type')}]"
        types["Subject"] = said, {word: kind.__name__ for word, kind in SUBJECT_TYPES.items()}
    return RowForm(reads, types, {"cursor_at": cursor_at, "global_id": global_id})


def _reads(columns: Sequence[str], start: int) -> dict[str, str]:
    return {ATTRIBUTES.get(column, column): f"s[0][{place}]" for place, column in enumerate(columns, start)}


def _global(name: str, place: int) -> str:
    return f"global_id({name!r}, s[0][{place}])"


class _Dress:
    def __init__(self, columns: GalleryColumns, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self._names = [ATTRIBUTES.get(column, column) for column in columns.image]
        self._files = [name for name in ("url", "thumbnail_url") if name in self._names]
        self._job, self._subject = columns.job, columns.subject
        self._own, self._with_job = len(columns.image), len(columns.image) + len(columns.job)

    def image(self, row: Sequence[Any]) -> ImageAsset:
        values = dict(zip(self._names, row))  # noqa: B905 - what follows in the row is not the image's
        values["id"] = global_id("ImageAsset", values["id"])
        for name in self._files:
            values[name] = self._urls[values[name]]
        if self._job:
            values["known_job"] = self._job_of(row[self._own : self._with_job])
        if self._subject:
            values["known_subject"] = self._subject_of(row[self._with_job :])
        return _with(ImageAsset, values)

    def _job_of(self, row: Sequence[Any]) -> GenerationJob | None:
        values = dict(zip(self._job, row, strict=True))
        if values["id"] is None:
            return None
        values["id"] = global_id("GenerationJob", values["id"])
        return _with(GenerationJob, values)

    def _subject_of(self, row: Sequence[Any]) -> Subject | None:
        values = dict(zip(self._subject, row))  # noqa: B905 - the row's place follows
        if values["id"] is None:
            return None
        kind = SUBJECT_TYPES[values.pop("type")]
        values["id"] = global_id(kind.__name__, values["id"])
        return _with(kind, values)


def _with(kind: type[T], values: dict[str, Any]) -> T:
    """An object that has these attributes and no others."""
    made = object.__new__(kind)
    made.__dict__ = values
    return made

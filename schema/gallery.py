"""The gallery's page as types, made of rows that hold no more than was asked for.

An object of a row is incomplete on purpose: it has the attributes that the operation selects, and nobody else sees it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import strawberry
from strawberry.types import Info
from strawberry.utils.str_converters import to_camel_case

from domain.images.gallery import JOB_COLUMNS, PLACE, GalleryColumns, GalleryPage
from domain.pages import cursor_at
from resolvers.context import Context
from schema.execution.rows import RowForm
from schema.execution.selection import asked_below
from schema.ids import global_id
from schema.job_types import GenerationJob, ImageAsset
from schema.pages import Connection, Edge, PageInfo
from schema.subjects import Influencer, Persona, Subject

T = TypeVar("T")

OTHER_COLUMNS = {"url": "storage_key", "thumbnail_url": "thumbnail_key", "file_size_bytes": "size_bytes"}
"""Of fields that are named otherwise than their columns."""

DERIVED = {
    "job": (),
    "subject": (),
    "download_url": ("storage_key", "subject_id", "kind", "created_at", "index", "content_type"),
    "mask_url": ("mask_key",),
    "source": ("source_image_id",),
    "edits": (),
    "references": ("job_id", "index"),
    "graphic": ("job_id", "index", "platform"),
    "lora_model": ("job_id", "mode"),
    "regenerated_from": ("job_id",),
    "provenance": ("provider", "model", "provenance", "storage_key"),
}
"""Fields that are worked out, and the columns that takes beside an image's id; for a job and a subject, `columns_of` says."""

JOB = {to_camel_case(name): name for name in JOB_COLUMNS}
"""Fields of a job that are columns of its row. Whoever asks for another has the job read by its loader."""

SUBJECT = {"id": "id", "name": "name"}
SUBJECT_TYPES: dict[str, type[Subject]] = {"INFLUENCER": Influencer, "PERSONA": Persona}

FIELDS = {
    to_camel_case(field.python_name): OTHER_COLUMNS.get(field.python_name, field.python_name)
    for field in strawberry.types.get_object_definition(ImageAsset, strict=True).fields
    if field.python_name not in DERIVED
}
NEEDED = {to_camel_case(name): columns for name, columns in DERIVED.items()}
ATTRIBUTES = {
    **{column: name for name, column in OTHER_COLUMNS.items()},
    "job_id": "job_key",
    "subject_id": "subject_key",
    "source_image_id": "source_key",
    "mask_key": "mask_file_key",
    "provenance": "told",
}


def columns_of(info: Info[Context, None]) -> GalleryColumns:
    """What the selection below a connection of images needs. Read off once for as long as the document is kept."""
    key = ("columns", *(id(node) for node in info._raw_info.field_nodes))
    found: GalleryColumns | None = info.context.notes.get(key)
    if found is None:
        asked = asked_below(info, "edges", "node")
        names = {path[0] for path in asked if len(path) == 1}
        job, subject = _joined(asked, "job", JOB), _joined(asked, "subject", {**SUBJECT, "__typename": "type"})
        loaded = {"job_id": "job" in names and not job, "subject_id": "subject" in names and not subject}
        image = {FIELDS[name] for name in names & FIELDS.keys()} | {
            key for key, is_needed in loaded.items() if is_needed
        }
        image.update(column for name in names & NEEDED.keys() for column in NEEDED[name])
        found = info.context.notes[key] = GalleryColumns((*PLACE, *sorted(image - {*PLACE})), job, subject)
    return found


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
    return cursor_at(*row[:3])


def _form_of(columns: GalleryColumns) -> RowForm:
    job, subject = len(columns.image), len(columns.image) + len(columns.job)
    image = _reads(columns.image, 0, "ImageAsset")
    for name in image.keys() & {"url", "thumbnail_url"}:
        image[name] = f"u[{image[name]}]"
    reads = {
        "ImageAssetEdge": {"cursor": "cursor_at(c0, c1, c2)", "node": "s"},
        "ImageAsset": image,
    }
    types = {}
    if columns.job:
        image["known_job"] = f"c{job + columns.job.index('id')}"
        reads["GenerationJob"] = _reads(columns.job, job, "GenerationJob")
    if columns.subject:
        image["known_subject"] = f"c{subject + columns.subject.index('id')}"
        words = {word: kind.__name__ for word, kind in SUBJECT_TYPES.items()}
        reads |= {name: _reads(columns.subject, subject, name) for name in words.values()}
        types["Subject"] = f"c{subject + columns.subject.index('type')}", words
    return RowForm(subject + len(columns.subject), reads, types, {"cursor_at": cursor_at, "global_id": global_id})


def _reads(columns: Sequence[str], start: int, type_name: str) -> dict[str, str]:
    found = {ATTRIBUTES.get(column, column): f"c{place}" for place, column in enumerate(columns, start)}
    return {**found, "id": f"global_id({type_name!r}, {found['id']})"}


class _Dress:
    def __init__(self, columns: GalleryColumns, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self._names = [ATTRIBUTES.get(column, column) for column in columns.image]
        self._files = [name for name in ("url", "thumbnail_url") if name in self._names]
        self._job, self._subject = columns.job, columns.subject
        self._own, self._with_job = len(columns.image), len(columns.image) + len(columns.job)

    def image(self, row: Sequence[Any]) -> ImageAsset:
        values = dict(zip(self._names, row))  # noqa: B905 - what follows in the row is not the image's
        values["key"], values["file_key"] = values["id"], values.get("url")
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
        values = dict(zip(self._subject, row, strict=True))
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

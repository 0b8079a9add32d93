"""Domain values as JSON and back. Both ways go by the dataclasses' own fields; nothing is declared twice."""

from typing import Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from domain.archives.archive import Archive
from domain.events import JobEvent
from domain.images.provenance import Provenance
from domain.influencers.influencer import Influencer
from domain.jobs.job import Job
from domain.jobs.recipe import Recipe
from domain.trainings.training import LoraModel

RECIPE: TypeAdapter[Recipe] = TypeAdapter(Recipe)
PROVENANCE: TypeAdapter[Provenance] = TypeAdapter(Provenance)
JOB_EVENT: TypeAdapter[JobEvent] = TypeAdapter(JobEvent)

T = TypeVar("T")


def json_text(value: object) -> str:
    """Of dataclasses, enums, ids and times, as the adapters read them. orjson takes two thirds of pydantic's time."""
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> str:
    """An id as asyncpg makes it: a UUID, of a class that orjson does not know."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


class Kept(Generic[T]):
    """The form in which answers of one type are remembered (see `domain.idempotency.AnswerForm`)."""

    def __init__(self, adapter: TypeAdapter[T]) -> None:
        self._adapter = adapter

    def write(self, answer: T) -> str:
        return json_text(answer)

    def read(self, kept: object) -> T:
        return self._adapter.validate_python(kept)


LORA_MODEL: Kept[LoraModel] = Kept(TypeAdapter(LoraModel))
JOB: Kept[Job] = Kept(TypeAdapter(Job))
ARCHIVE: Kept[Archive] = Kept(TypeAdapter(Archive))
INFLUENCER: Kept[Influencer] = Kept(TypeAdapter(Influencer))

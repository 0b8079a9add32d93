"""Domain values as JSON and back. Pydantic reads the dataclasses' own annotations; nothing is declared twice."""

from typing import TypeVar

from pydantic import TypeAdapter

from domain.events import BalanceChanged, JobEvent
from domain.influencers.influencer import Influencer
from domain.jobs.job import Job
from domain.jobs.recipe import Recipe

RECIPE: TypeAdapter[Recipe] = TypeAdapter(Recipe)
JOB: TypeAdapter[Job] = TypeAdapter(Job)
INFLUENCER: TypeAdapter[Influencer] = TypeAdapter(Influencer)
JOB_EVENT: TypeAdapter[JobEvent] = TypeAdapter(JobEvent)
BALANCE: TypeAdapter[BalanceChanged] = TypeAdapter(BalanceChanged)


T = TypeVar("T")


def json_text(adapter: TypeAdapter[T], value: T) -> str:
    return adapter.dump_json(value).decode()

"""Deployments and accounts for which adult content is open, or lacks one thing. Pictures are flat colours: only marks matter."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aiohttp

from app.adult_settings import AdultSettings, DetectorSettings
from app.provider_settings import RunPodSettings
from app.settings import Settings
from domain.safety.adult import AdultDeployment
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tests.conftest import serving
from tests.support.owner import Owner
from tests.support.studio import MARA, Studio

HEADER, REGION = "X-Region", "AT"
OPEN = AdultSettings(
    is_on=True,
    acquirer_agreed=True,
    detector=DetectorSettings(url="http://127.0.0.1:9/judge", key=None),
    region_header=HEADER.lower(),
    regions=frozenset({REGION}),
)
"""Nobody listens at the detector's address: the API does not ask it."""

RUNPOD = RunPodSettings(key="key", base_url="http://127.0.0.1:9", endpoints={"*": "ep"}, result_hosts=())

ASSURE = """
UPDATE users SET age_assurance = :level, age_assured_at = CASE WHEN :level = 'NONE' THEN NULL ELSE now() END,
                 age_assurance_reference = CASE WHEN :level = 'NONE' THEN NULL ELSE 'case 7' END WHERE id = :id
"""
MEAN_IT = "UPDATE influencers SET nsfw_enabled = true, age = :age WHERE subject_id = :id"


def opened(settings: Settings, **changes: Any) -> Settings:
    """`changes` are of `AdultSettings`; `models=False` leaves out whoever's models allow it."""
    providers = replace(settings.providers, runpod=RUNPOD if changes.pop("models", True) else None)
    return replace(settings, adult=replace(OPEN, **changes), providers=providers)


def deployment(settings: Settings) -> AdultDeployment:
    return settings.adult.deployment(settings.providers)


@asynccontextmanager
async def a_studio(settings: Settings, *regions: str, user: str | None = None) -> AsyncIterator[Studio]:
    """Somebody whose proxy says these regions, each in a header of its own."""
    headers = [(HEADER, region) for region in regions]
    connector = aiohttp.TCPConnector(keepalive_timeout=2)
    async with serving(settings) as url, aiohttp.ClientSession(headers=headers, connector=connector) as http:
        yield Studio(url, settings, http, user or f"user-{uuid4().hex[:12]}")


async def assure(owner: Owner, studio: Studio, level: str = "ASSURED") -> None:
    """As the operator's command does, without its log."""
    await studio.balance()
    await owner.run(ASSURE, level=level, id=user_id_of(studio.user))


async def opt_in(owner: Owner, studio: Studio, *, on: bool = True) -> None:
    at = datetime.now(UTC) if on else None
    await studio.balance()
    await owner.run("UPDATE users SET adult_opted_in_at = :at WHERE id = :id", at=at, id=user_id_of(studio.user))


async def grown_up(owner: Owner, studio: Studio) -> None:
    """An account that has all it needs."""
    await assure(owner, studio)
    await opt_in(owner, studio)


async def meant_for_it(owner: Owner, studio: Studio, *, age: int = MARA["appearance"]["age"]) -> str:
    """An influencer with a face that was made while everything held. Returns its global id."""
    influencer = await owner.influencer_with_face(studio)
    await owner.run(MEAN_IT, id=parse_id(influencer)[1], age=age)
    return influencer


async def give_adult_images(owner: Owner, studio: Studio, influencer: str, count: int, **columns: Any) -> list[str]:
    """As `Owner.give_images`, marked as adult; files of theirs do not exist."""
    images = []
    for _ in range(count):
        file = f"{user_id_of(studio.user)}/{uuid4().hex * 2}"
        keys = {"storage_key": f"adult/images/{file}.jpg", "thumbnail_key": f"adult/thumbnails/{file}.webp"}
        images += await owner.give_images(studio, influencer, 1, nsfw=True, **keys, **columns)
    return images

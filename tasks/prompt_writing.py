"""The prompt of a thumbnail is written by a language model, once for each version, before its picture is made.

Where there is none, or it does not answer in time, or what it writes is not let through, the prompt by our own rules stands: nobody
waits for words, and nothing is lost. What was written is kept before the picture is asked for, so that each try asks for the same.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import structlog

from domain.errors import ProviderError, RateLimited
from domain.jobs.job import JobKind
from domain.jobs.rendering import RenderTask
from domain.models.model import Ability, Provider
from domain.models.routing import Need
from domain.prompts.creator import creator_words
from domain.prompts.thumbnail_writing import prompt_question, prompt_written
from domain.safety.verdicts import rule_of_verdict
from domain.thumbnails.thread import PromptAuthor, ThumbnailVersion
from tasks.persistence import persist
from tasks.registry import Services

log = structlog.get_logger("likeness.prompts")

WRITTEN_WITHIN = timedelta(seconds=25)
"""For the words and the verdict on them: a user is looking at an empty frame meanwhile."""


async def worded(services: Services, claim: RenderTask) -> RenderTask:
    """The claim with the prompt that its version has."""
    if claim.job.kind is not JobKind.THUMBNAIL:
        return claim
    version = await _version(services, claim)
    if version is None:
        return claim
    is_first = claim.image.attempt == 1  # a later one may find what was asked for in the words there are
    if is_first and version.prompt_by is PromptAuthor.LOCAL and services.words:
        version = await _written(services, claim, version)
    return _with_prompt(claim, version.prompt)


async def _version(services: Services, claim: RenderTask) -> ThumbnailVersion | None:
    async with services.unit_of_work(claim.job.user_id) as uow:
        return await uow.thumbnails.of_image(claim.job.id, claim.image.index)


async def _written(services: Services, claim: RenderTask, version: ThumbnailVersion) -> ThumbnailVersion:
    try:
        async with asyncio.timeout(WRITTEN_WITHIN.total_seconds()):
            prompt = await _asked(services, claim, version)
    except (ProviderError, RateLimited, TimeoutError) as error:
        log.info("a prompt was not written; our own stands", reason=type(error).__name__)
        return version
    if prompt is None:
        log.warning("a written prompt was not let through; our own stands")
        return version

    async def keep() -> None:
        async with services.unit_of_work(claim.job.user_id) as uow:
            await uow.lock_user(claim.job.user_id)
            await uow.thumbnails.write_prompt(version.id, prompt)

    await persist(keep)
    return await _version(services, claim) or version


async def _asked(services: Services, claim: RenderTask, version: ThumbnailVersion) -> str | None:
    """None for words that may not be used. Raises the `ProviderError`s and `RateLimited`."""
    model, language = services.words.asked(Need(ability=Ability.WRITE), today=services.now().date())
    asker = sha256(f"asker:{claim.job.user_id}".encode()).hexdigest()[:32]
    creator = await _creator(services, claim)
    async with services.breakers.asking(model.provider):
        answer = await language.answer(prompt_question(version.brief, asker=asker, creator=creator))
    recipe = claim.job.recipe
    trigger = recipe.lora.trigger if recipe.lora else None
    prompt = prompt_written(answer, version.brief, recipe.appearance, trigger=trigger)
    return prompt if prompt and await _may_be_used(services, [prompt]) else None


async def _creator(services: Services, claim: RenderTask) -> str:
    async with services.unit_of_work(claim.job.user_id) as uow:
        return creator_words(await uow.profiles.get(claim.job.user_id))


async def _may_be_used(services: Services, texts: Sequence[str]) -> bool:
    """Judged as a user's own words are, where somebody judges words; no answer is an error, and our own prompt stands."""
    if services.moderation is None:
        return True
    async with services.breakers.asking(Provider.OPENAI):
        verdicts = await services.moderation.judge_texts(texts)
    return all(rule_of_verdict(verdict, of_text=True) is None for verdict in verdicts)


def _with_prompt(claim: RenderTask, prompt: str) -> RenderTask:
    recipe, index = claim.job.recipe, claim.image.index
    shots = tuple(replace(shot, prompt=prompt) if number == index else shot for number, shot in enumerate(recipe.shots))
    return replace(claim, job=replace(claim.job, recipe=replace(recipe, shots=shots)))

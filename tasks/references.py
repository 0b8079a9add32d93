"""The pictures that a model has to see, or to work on, read for it: outside of any transaction but a short one."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from domain.errors import LoraMissing, NotFound
from domain.ids import ImageId, LoraModelId
from domain.images.picture import Picture
from domain.jobs.recipe import Recipe
from domain.jobs.rendering import RenderTask
from domain.jobs.views import View
from domain.models.model import Ability, Model, Provider
from domain.models.routing import Need
from domain.personas.errors import PhotoGone
from domain.ports.image_provider import LoraUse, RenderRequest
from domain.ports.object_store import type_of
from domain.trainings.lora import PinnedLora
from providers.poses.skeleton import skeleton
from tasks.registry import Services

WEIGHTS_LIFE = timedelta(hours=1)
"""How long the address of weights is good: an image may wait in its provider's queue."""

WORKED_ON = frozenset({Ability.EDIT, Ability.INPAINT})
"""What these are asked for is a picture that was changed: without it there is nothing to do."""


def asked_of(claim: RenderTask, model: Model, need: Need) -> RenderRequest:
    """Without its pictures. Where it is drawn without the LoRA, the trigger is taken away: it means nothing to another model."""
    request, lora = claim.request, claim.job.recipe.lora
    prompt = request.prompt.removeprefix(lora.trigger).lstrip(" ,") if lora and not need.loras else request.prompt
    loras = (_use_of(lora),) if lora and need.loras else ()
    return replace(request, model=model.key, ability=need.ability, prompt=prompt, loras=loras)


def _use_of(lora: PinnedLora) -> LoraUse:
    return LoraUse(url=None, file_name=lora.weights_name, trigger=lora.trigger, scale=lora.scale)


async def with_pictures(services: Services, claim: RenderTask, request: RenderRequest, model: Model) -> RenderRequest:
    """Raises `NotFound` when one is gone, `PhotoGone` when it is a photo. A model that needs no references is given none of an
    influencer: our own sketch draws a face from its numbers."""
    recipe, shot = claim.job.recipe, claim.job.recipe.shot(claim.image.index)
    if request.ability in WORKED_ON:
        named = (
            [recipe.source_image_id]
            if recipe.source_image_id
            else [recipe.base_image_id, *recipe.reference_images_of(claim.image.index)]
        )
    else:
        named = [recipe.base_image_id] if model.references[0] and not request.loras else []
    if recipe.photo_keys and model.provider is Provider.LOCAL:
        named = []  # it composes from photos: from what it once composed the next comes out worse
    images = _images(services, claim, [ImageId(id_) for id_ in named if id_])
    is_styled, index = shot.style is not None, claim.image.index
    photos = _photos(services, claim, photos_shown(recipe, request, model, style=is_styled, index=index))
    style = _file(services, recipe.style_keys[shot.style]) if shot.style is not None else _nothing()
    mask = _file(services, recipe.mask.key) if recipe.mask else _nothing()
    pose = _pose(request) if named and request.ability is Ability.SHEET else _nothing()
    stills = _stills(services, claim, model)
    seen, seen_photos, seen_stills, its_style, its_mask, its_pose = await asyncio.gather(
        images, photos, stills, style, mask, pose
    )
    loras = tuple([await _lora(services, claim, use, recipe.lora, model) for use in request.loras if recipe.lora])
    references = (*seen, *seen_photos, *seen_stills, *([its_pose] if its_pose else []))
    return replace(request, references=references, style=its_style, mask=its_mask, loras=loras)


async def _lora(services: Services, claim: RenderTask, use: LoraUse, lora: PinnedLora, model: Model) -> LoraUse:
    """With its weights, or the address to fetch them from. Raises `LoraMissing`, also where it was deleted since its job began."""
    key = lora.weights_key
    async with services.unit_of_work(claim.job.user_id) as uow:
        if (await uow.trainings.get(LoraModelId(lora.model_id))).weights_key != key:
            raise LoraMissing("The LoRA was deleted.", detail=key.rpartition("/")[2])
    if not model.reads_weights:
        return replace(use, url=await services.files.sign_for(key, WEIGHTS_LIFE))
    try:
        return replace(use, weights=await services.files.get(key))
    except NotFound as error:
        raise LoraMissing("The LoRA's weights are gone.", detail=key.rpartition("/")[2]) from error


async def _images(services: Services, claim: RenderTask, image_ids: list[ImageId]) -> list[Picture]:
    if not image_ids:
        return []
    async with services.unit_of_work(claim.job.user_id) as uow:
        images = await uow.images.get_many(image_ids)
    return list(await asyncio.gather(*(_file(services, image.storage_key) for image in images)))


def photos_shown(
    recipe: Recipe, request: RenderRequest, model: Model, *, style: bool, index: int = 0
) -> tuple[str, ...]:
    """As many of a persona's photos as the model takes, beside a style. With a LoRA nobody is shown a face, but our own
    composition, which has no other way to a likeness."""
    draws_alone = bool(request.loras) and model.provider is not Provider.LOCAL
    return () if draws_alone else recipe.photo_keys_of(index)[: model.references[1] - style]


async def _photos(services: Services, claim: RenderTask, keys: tuple[str, ...]) -> list[Picture]:
    """A photo that was removed is not used once more, though its file may be there still."""
    if not keys:
        return []
    async with services.unit_of_work(claim.job.user_id) as uow:
        there = {photo.file.key for photo in await uow.personas.photos(claim.job.subject_id)}
    if not there.issuperset(keys):
        raise PhotoGone
    try:
        return list(await asyncio.gather(*(_file(services, key) for key in keys)))
    except NotFound as error:  # removed since
        raise PhotoGone from error


async def _stills(services: Services, claim: RenderTask, model: Model) -> list[Picture]:
    """Of the job's project. One that was removed is not used once more; our own composition takes faces from all that it is shown."""
    keys, project_id = claim.job.recipe.still_keys, claim.job.project_id
    if not keys or project_id is None or model.provider is Provider.LOCAL:
        return []
    async with services.unit_of_work(claim.job.user_id) as uow:
        project = await uow.projects.find(project_id, claim.job.user_id)
    there = {still.file.key for still in project.stills} if project else set()
    if not there.issuperset(keys):
        raise PhotoGone
    try:
        return list(await asyncio.gather(*(_file(services, key) for key in keys)))
    except NotFound as error:  # removed since
        raise PhotoGone from error


async def _file(services: Services, key: str) -> Picture:
    return Picture(await services.files.get(key), type_of(key))


async def _pose(request: RenderRequest) -> Picture:
    return await asyncio.to_thread(skeleton, request.view or View.FRONT, request.width, request.height)


async def _nothing() -> None:
    return None

"""Every picture is signed before it is judged and stored: the verdict, the name and the address are all of the signed bytes.

What cannot be signed is not let go. Before anybody is asked for a picture, it is asked whether one could be signed; one that was
made all the same waits as it came, and is signed when somebody can.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from domain.errors import NotFound, NotSignedYet, ProviderMisconfigured
from domain.ids import ImageId
from domain.images.image import StoredFile
from domain.images.picture import Picture
from domain.images.provenance import (
    Ingredient,
    Making,
    Part,
    Provenance,
    Relation,
    provenance_of,
    sees_faces,
    source_type_of,
)
from domain.images.review import UnseenPicture
from domain.jobs.rendering import RenderTask
from domain.models.model import Provider
from domain.ports.image_provider import RenderedImage
from domain.ports.object_store import file_of, type_of
from domain.presets.formats import THUMBNAIL_WIDTH
from tasks.calls import insist
from tasks.persistence import persist
from tasks.review import keep_for_later
from tasks.services import Services

log = structlog.get_logger("likeness.provenance")

AGAIN = timedelta(minutes=1)
"""Until it is looked again whether pictures can be signed."""

NOT_NOW = "Pictures cannot be signed right now, and none is given out unsigned. Yours waits; nothing is charged until it is there."


@dataclass(frozen=True, slots=True)
class SignedImage:
    rendered: RenderedImage
    """With the signed bytes."""
    provenance: Provenance
    making: Making


async def check_signer(services: Services) -> None:
    """Raises `NotSignedYet`."""
    try:
        await services.signer.check()
    except ProviderMisconfigured as error:
        raise _not_yet(error) from error


async def signed_image(services: Services, claim: RenderTask, picture: UnseenPicture) -> SignedImage:
    """Outside of any transaction. Raises `NotSignedYet` with the picture kept, where it cost something; `ImageNotMade` for bytes
    that are no picture."""
    rendered = picture.rendered
    making = await _making(services, claim, picture)
    try:
        signed = await services.signer.sign(Picture(rendered.data, rendered.content_type), making)
    except ProviderMisconfigured as error:
        if services.images.cost_money:
            await keep_for_later(services, claim, picture)
        raise _not_yet(error) from error
    return SignedImage(replace(rendered, data=signed.picture.data), provenance_of(signed, making), making)


async def signed_thumbnail(services: Services, claim: RenderTask, image: SignedImage) -> tuple[StoredFile, bytes]:
    """Of a signed picture, signed itself."""
    small = await services.thumbnails.thumbnail(image.rendered.data, width=THUMBNAIL_WIDTH)
    try:
        signed = await services.signer.sign(Picture(small, "image/webp"), image.making.of_thumbnail())
    except ProviderMisconfigured as error:
        raise _not_yet(error) from error
    data = signed.picture.data
    return file_of(claim.job.user_id, "thumbnails", data, "image/webp", adult=claim.job.recipe.adult), data


def _not_yet(error: ProviderMisconfigured) -> NotSignedYet:
    log.error("nothing can be signed, so no picture is given out (likeness doctor)", detail=error.detail)
    return NotSignedYet(NOT_NOW, retry_after=AGAIN)


async def _making(services: Services, claim: RenderTask, picture: UnseenPicture) -> Making:
    recipe, rendered = claim.job.recipe, picture.rendered
    return Making(
        source_type=source_type_of(
            rendered.source_type, ability=recipe.wanted_ability, has_source=recipe.source_image_id is not None
        ),
        provider=rendered.provider,
        model=rendered.model,
        made_at=services.now(),
        ingredients=await _ingredients(services, claim, picture),
    )


async def _ingredients(services: Services, claim: RenderTask, picture: UnseenPicture) -> list[Ingredient]:
    """What it was made from: images of ours with their own manifests; of what somebody sent, only that there was something."""
    recipe, shot = claim.job.recipe, claim.job.recipe.shot(claim.image.index)
    has_lora = recipe.lora is not None and picture.fallback is None
    shown: list[tuple[Relation, Part, ImageId]] = []
    if recipe.source_image_id:
        shown = [(Relation.PARENT, Part.SOURCE, ImageId(recipe.source_image_id))]
    elif sees_faces(picture.rendered.provider, recipe.wanted_ability, has_lora=has_lora):
        faces = [recipe.base_image_id, *recipe.reference_images_of(claim.image.index)]
        shown = [(Relation.INPUT, Part.REFERENCE, ImageId(id_)) for id_ in faces if id_]
    pictures = await _pictures(services, claim, [image_id for _, _, image_id in shown])
    found = [
        Ingredient(relation=relation, part=part, image_id=image_id, picture=one)
        for (relation, part, image_id), one in zip(shown, pictures, strict=True)
    ]
    if recipe.photo_keys and (
        not has_lora or picture.rendered.provider == Provider.LOCAL
    ):  # see `references.photos_shown`
        found.append(Ingredient(relation=Relation.INPUT, part=Part.PHOTO))
    if shot.style is not None:
        found.append(Ingredient(relation=Relation.INPUT, part=Part.STYLE))
    return found


async def _pictures(services: Services, claim: RenderTask, image_ids: list[ImageId]) -> list[Picture | None]:
    """None for one whose file is gone: it is named without its manifest. What was made from it is there, and may be paid for."""
    if not image_ids:
        return []
    keys = await persist(lambda: _keys(services, claim, image_ids))
    return list(await asyncio.gather(*(_picture(services, key) for key in keys)))


async def _keys(services: Services, claim: RenderTask, image_ids: list[ImageId]) -> list[str]:
    async with services.unit_of_work(claim.job.user_id) as uow:
        return [image.storage_key for image in await uow.images.get_many(image_ids)]


async def _picture(services: Services, key: str) -> Picture | None:
    try:
        return Picture(await insist(lambda: services.files.get(key)), type_of(key))
    except NotFound:
        log.warning("a picture that another was made from has no file", key=key)
        return None

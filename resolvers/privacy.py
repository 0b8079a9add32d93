"""Consents are given and withdrawn, personas, photos and LoRAs let go, receipts read."""

from collections.abc import Sequence
from uuid import uuid4

from db.queries.personas import consents_page, deletions_page
from domain.consents.consent import Consent
from domain.consents.service import give_consent
from domain.consents.texts import ConsentPurpose
from domain.ids import ConsentId, DeletionId, LoraModelId, PhotoId, SubjectId
from domain.pages import Page
from domain.privacy import service
from domain.privacy.deletion import Deletion
from domain.trainings import removal
from resolvers.context import Context
from tasks.enqueue import nudge_relays


async def give(ctx: Context, purpose: ConsentPurpose, *, text_version: str, signature: str) -> Consent:
    async with ctx.unit_of_work() as uow:
        return await give_consent(
            uow,
            ctx.user_id,
            purpose,
            text_version=text_version,
            signature=signature,
            consent_id=ConsentId(uuid4()),
            now=ctx.now(),
        )


async def withdraw(ctx: Context, consent_id: ConsentId) -> tuple[Consent, Deletion]:
    async with ctx.unit_of_work() as uow:
        done = await service.withdraw_consent(
            uow, ctx.user_id, consent_id, deletion_id=DeletionId(uuid4()), now=ctx.now()
        )
    nudge_relays(ctx.services.live)
    return done


async def delete_persona(ctx: Context, persona_id: SubjectId) -> Deletion:
    async with ctx.unit_of_work() as uow:
        deletion = await service.delete_persona(
            uow, ctx.user_id, persona_id, deletion_id=DeletionId(uuid4()), now=ctx.now()
        )
    nudge_relays(ctx.services.live)
    return deletion


async def delete_influencer(ctx: Context, influencer_id: SubjectId) -> Deletion:
    async with ctx.unit_of_work() as uow:
        deletion = await service.delete_influencer(
            uow, ctx.user_id, influencer_id, deletion_id=DeletionId(uuid4()), now=ctx.now()
        )
    nudge_relays(ctx.services.live)
    return deletion


async def delete_lora(ctx: Context, lora_id: LoraModelId) -> Deletion:
    async with ctx.unit_of_work() as uow:
        deletion = await removal.delete_lora(uow, ctx.user_id, lora_id, deletion_id=DeletionId(uuid4()), now=ctx.now())
    nudge_relays(ctx.services.live)
    return deletion


async def remove_photos(ctx: Context, persona_id: SubjectId, photo_ids: Sequence[PhotoId]) -> Deletion:
    async with ctx.unit_of_work() as uow:
        deletion = await service.remove_photos(
            uow, ctx.user_id, persona_id, photo_ids, deletion_id=DeletionId(uuid4()), now=ctx.now()
        )
    nudge_relays(ctx.services.live)
    return deletion


async def consents(ctx: Context, *, first: int, after: str | None) -> Page[Consent]:
    async with ctx.read() as connection:
        return await consents_page(connection, ctx.user_id, first=first, after=after)


async def deletions(ctx: Context, *, first: int, after: str | None) -> Page[Deletion]:
    async with ctx.read() as connection:
        return await deletions_page(connection, ctx.user_id, first=first, after=after)

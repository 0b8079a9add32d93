"""Personas: made, changed, given photos, read."""

from collections.abc import Sequence
from uuid import uuid4

from db.queries.personas import default_persona, personas_page
from domain.errors import NotFound
from domain.ids import AnalysisId, ConsentId, PhotoId, SubjectId, UploadId
from domain.pages import Page
from domain.personas import service
from domain.personas.analyzing import request_analysis
from domain.personas.persona import Persona, PersonaWords, words_of
from domain.uploads.upload import UploadPurpose
from resolvers.context import Context
from resolvers.loaders import PhotoView
from resolvers.moderation import moderated, with_judgement
from resolvers.safety import refusals_logged
from resolvers.uploads import taken_in
from tasks.enqueue import nudge_relays


async def create(ctx: Context, words: PersonaWords, consent_id: ConsentId) -> Persona:
    judgement = await moderated(ctx, service.judged_words("createPersona", words))
    async with refusals_logged(ctx), ctx.unit_of_work() as uow:
        return await with_judgement(
            ctx,
            uow,
            judgement,
            lambda uow: service.create_persona(
                uow, ctx.user_id, words, consent_id, persona_id=SubjectId(uuid4()), now=ctx.now()
            ),
        )


async def update(
    ctx: Context,
    persona_id: SubjectId,
    *,
    name: str | None,
    description: str | None,
    tags: Sequence[str] | None,
    is_default: bool | None,
    consent_id: ConsentId | None,
) -> Persona:
    """None leaves as it is."""
    old = (await get(ctx, persona_id)).words
    words = words_of(
        old.name if name is None else name,
        old.description if description is None else description,
        old.tags if tags is None else tags,
    )
    judgement = await moderated(ctx, service.judged_words("updatePersona", words))
    async with refusals_logged(ctx), ctx.unit_of_work() as uow:
        return await with_judgement(
            ctx,
            uow,
            judgement,
            lambda uow: service.update_persona(
                uow, ctx.user_id, persona_id, words, is_default=is_default, consent_id=consent_id
            ),
        )


async def add_photos(
    ctx: Context, persona_id: SubjectId, upload_ids: Sequence[UploadId]
) -> tuple[Persona, Sequence[PhotoView]]:
    """The photos of these uploads, in their order. Whose persona it is and its consent are asked before any file is looked at."""
    service.check_upload_ids(upload_ids)
    service.check_consent_of(await get(ctx, persona_id))
    taken = await taken_in(ctx, upload_ids, UploadPurpose.PERSONA_PHOTO, field="uploadIds")
    async with ctx.unit_of_work() as uow:
        ids = [PhotoId(uuid4()) for _ in taken]
        kept = await service.add_photos(uow, ctx.user_id, persona_id, taken, ids, now=ctx.now())
    views = {view.photo.id: view for view in await ctx.loaders.photos_of_personas.load(persona_id) or []}
    return await get(ctx, persona_id), [views[photo_id] for photo_id in kept if photo_id in views]


async def analyze(ctx: Context, persona_id: SubjectId) -> Persona:
    """Returns once it is asked for: a worker does it."""
    async with ctx.unit_of_work() as uow:
        persona = await request_analysis(uow, ctx.user_id, persona_id, analysis_id=AnalysisId(uuid4()), now=ctx.now())
    nudge_relays(ctx.services.live)
    return persona


async def get(ctx: Context, persona_id: SubjectId) -> Persona:
    persona = await ctx.loaders.personas.load(persona_id)
    if persona is None:
        raise NotFound("There is no such persona.")
    return persona


async def default(ctx: Context) -> Persona | None:
    async with ctx.read() as connection:
        return await default_persona(connection, ctx.user_id)


async def page(ctx: Context, *, tag: str | None, first: int, after: str | None) -> Page[Persona]:
    async with ctx.read() as connection:
        return await personas_page(connection, ctx.user_id, tag=tag, first=first, after=after)

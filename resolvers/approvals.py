"""Preview samples are reviewed, and what came of it is read."""

from uuid import uuid4

from domain.ids import RoundId, SubjectId
from domain.models.model import Ability
from domain.models.registry import MODELS
from domain.personas import reviewing
from domain.personas.approval import Feedback
from domain.personas.persona import Persona
from resolvers import personas
from resolvers.context import Context
from resolvers.moderation import moderated, with_judgement
from resolvers.safety import refusals_logged
from tasks.enqueue import nudge_relays


async def review(ctx: Context, persona_id: SubjectId, feedback: Feedback) -> Persona:
    judgement = await moderated(ctx, reviewing.judged_words(feedback))
    async with refusals_logged(ctx), ctx.unit_of_work() as uow:
        await with_judgement(
            ctx,
            uow,
            judgement,
            lambda uow: reviewing.review_samples(
                uow,
                ctx.user_id,
                persona_id,
                feedback,
                round_id=RoundId(uuid4()),
                has_reader=has_reader(ctx),
                now=ctx.now(),
            ),
        )
    nudge_relays(ctx.services.live)
    return await personas.get(ctx, persona_id)


def has_reader(ctx: Context) -> bool:
    """Whether workers here have somebody who reads words."""
    providers, today = ctx.services.providers, ctx.now().date()
    able = (model for model in MODELS.values() if Ability.WRITE in model.abilities and not model.has_ended(today))
    return any(model.provider in providers for model in able)

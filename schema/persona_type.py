"""A real person's likeness, as clients see it. What is done with it is in `schema.personas`."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.types import Info

from domain.personas.analysis import Analysis, AnalysisStatus, newest_done
from domain.personas.approval import ApprovalRound as ApprovalRoundValue
from domain.personas.approval import ApprovalStatus, approval_status_of, photo_set_of
from domain.personas.later_steps import RUNNING, later_step
from domain.personas.next_step import NextStepCode, next_step_of
from domain.personas.persona import Persona as PersonaValue
from domain.personas.persona import PersonaStatus
from domain.prompts.portraits import PortraitStyle, PreviewStyle
from domain.trainings.likeness import chosen_photos
from domain.trainings.retrains import PastTrainings, eligibility_of
from resolvers.context import Context
from resolvers.loaders import ImageView, PhotoView, TrainingsWanted
from schema.approval_types import ApprovalRound
from schema.consent_types import Consent
from schema.ids import global_id
from schema.lora import LoraModel
from schema.pages import Connection, connection_of
from schema.persona_analysis import PersonaAnalysis
from schema.persona_photos import PersonaNextStep, PersonaPhoto
from schema.subject_interface import Subject
from schema.usage import SubjectUsage

if TYPE_CHECKING:
    from schema.job_types import ImageAsset


@strawberry.type(description="How often a persona may still be trained again.")
class RetrainEligibility:
    can_retrain: bool = strawberry.field(
        description="Whether it may be now: it was trained before, has other photos since, and a free retrain is left."
    )
    why_not: str | None = strawberry.field(description="Why it may not, in words; null where it may.")
    remaining_attempts: int = strawberry.field(
        description="Free ones that are left, of 3. One that fails, or is cancelled before its trainer was asked, does not count."
    )
    last_retrained_at: datetime | None = strawberry.field(description="Null where it never was.")


Images = list[Annotated["ImageAsset", strawberry.lazy("schema.job_types")]]


ONCE_PORTRAITS_ARE_THERE = {NextStepCode.ANALYZE, NextStepCode.REVIEW, NextStepCode.MAKE_PORTRAITS}
"""What is to be done only before: whoever has portraits goes on from there."""


@strawberry.type(description="A real person's likeness, made with their consent.")
class Persona(Subject):
    description: str = strawberry.field(description="In its owner's words; empty where there are none.")
    tags: list[str] = strawberry.field(description="Of its owner's.")
    status: PersonaStatus = strawberry.field(description="Where it is.")
    is_default: bool = strawberry.field(description="Whether it is used where no persona is named.")
    photo_count: int = strawberry.field(description="How many photos it has, 20 at the most.")
    value: strawberry.Private[PersonaValue | None] = None

    @strawberry.field(description="Its photos, in the order in which they were added.")
    async def photos(self, info: Info[Context, None]) -> list[PersonaPhoto]:
        return [PersonaPhoto.of(view) for view in await self._photos(info.context)]

    @strawberry.field(description="What to do now, and why.")
    async def next_step(self, info: Info[Context, None]) -> PersonaNextStep:
        ctx, known = info.context, self._known()
        if self.status is not PersonaStatus.READY and known.newest_training is None:
            views, analyses = await self._photos_and_analyses(ctx)
            return PersonaNextStep.of(next_step_of(known, [view.photo for view in views], analyses))
        # All is asked for before any of it is waited for: one question each with fields beside it, whichever comes first.
        loaders = ctx.loaders
        rounds, previewed, past = (
            loaders.approval_rounds.load(known.id),
            loaders.previewed_sets.load(known.id),
            loaders.past_trainings.load(known.id),
        )
        views, analyses = await self._photos_and_analyses(ctx)
        photos = [view.photo for view in views]
        step = next_step_of(known, photos, analyses)
        later = later_step(
            known,
            photos,
            await rounds or [],
            previewed_sets=await previewed or frozenset(),
            approval_required=ctx.services.likeness_rules.approval_required,
            past=await past or PastTrainings(),
            trainable_set=photo_set_of(chosen_photos(photos)),
        )
        return PersonaNextStep.of(later if step.code in ONCE_PORTRAITS_ARE_THERE else step)

    @strawberry.field(
        description="The newest analysis of its photos that is done; null before the first. See its `isCurrent`, and `analyzePersona`."
    )
    async def analysis(self, info: Info[Context, None]) -> PersonaAnalysis | None:
        photos, analyses = await self._photos_and_analyses(info.context)
        done = newest_done(analyses)
        return PersonaAnalysis.of(done, photos) if done else None

    @strawberry.field(description="Where the newest analysis of its photos is; null before the first.")
    async def analysis_status(self, info: Info[Context, None]) -> AnalysisStatus | None:
        return next((one.status for one in await self._analyses(info.context)), None)

    @strawberry.field(description="The consent it stands under. After that was withdrawn, nothing can be made of it.")
    async def consent(self, info: Info[Context, None]) -> Consent | None:
        found = await info.context.loaders.consents.load(self._known().consent_id)
        return Consent.of(found) if found else None

    @strawberry.field(
        description="Its instant portraits: the newest of each style, in the order of the styles. `ImageAsset.style` says which."
    )
    async def portraits(self, info: Info[Context, None]) -> Images:
        return in_order(await info.context.loaders.portraits.load(self._known().id), PortraitStyle)

    @strawberry.field(
        description="Samples made without training: the newest of each style, in the order of the styles."
    )
    async def preview_samples(self, info: Info[Context, None]) -> Images:
        return in_order(await info.context.loaders.previews.load(self._known().id), PreviewStyle)

    @strawberry.field(description="Whether its preview samples are approved for the photos it has now.")
    async def approval_status(self, info: Info[Context, None]) -> ApprovalStatus:
        views, rounds = await self._photos_and_rounds(info.context)
        photos = [view.photo for view in views]
        return approval_status_of(rounds, photos, required=info.context.services.likeness_rules.approval_required)

    @strawberry.field(description="What you said of preview samples, newest first, and what was made of it.")
    async def approval_rounds(self, info: Info[Context, None]) -> list[ApprovalRound]:
        views, rounds = await self._photos_and_rounds(info.context)
        photo_set = photo_set_of(view.photo for view in views)
        return [ApprovalRound.of(one, photo_set=photo_set, now=info.context.now()) for one in rounds]

    @strawberry.field(
        description="Its display samples, made with its LoRA: the newest of each style, in the order of the styles. `regenerateImage` "
        "makes one anew, `requestArchive` packs them as one ZIP."
    )
    async def samples(self, info: Info[Context, None]) -> Images:
        return in_order(await info.context.loaders.samples.load(self._known().id), PreviewStyle)

    @strawberry.field(description="The LoRA new jobs would use, or the one being trained; null while there is none.")
    async def lora_model(self, info: Info[Context, None]) -> LoraModel | None:
        known = self._known()
        wanted = known.lora.id if known.lora else known.newest_training
        found = await info.context.loaders.lora_models.load(wanted) if wanted else None
        return LoraModel.of(found) if found else None

    @strawberry.field(description="All trainings, newest first.")
    async def lora_history(
        self,
        info: Info[Context, None],
        first: Annotated[int, strawberry.argument(description="1 to 100.")] = 10,
        after: Annotated[str | None, strawberry.argument(description="Cursor of the last one seen.")] = None,
    ) -> Connection[LoraModel]:
        page = await info.context.loaders.trainings.load(TrainingsWanted(self._known().id, first, after))
        return connection_of(page, LoraModel.of, after=after)

    @strawberry.field(description="Whether it may be trained again: with other photos, three times for free.")
    async def retrain_eligibility(self, info: Info[Context, None]) -> RetrainEligibility | None:
        past = info.context.loaders.past_trainings.load(self._known().id)
        photos = [view.photo for view in await self._photos(info.context)]
        found = eligibility_of(
            await past or PastTrainings(),
            photo_set_of(chosen_photos(photos)),
            is_under_way=self._known().training_status in RUNNING,
            support=info.context.services.likeness_rules.support,
        )
        return RetrainEligibility(
            can_retrain=found.why_not is None,
            why_not=found.why_not,
            remaining_attempts=found.remaining,
            last_retrained_at=found.last_retrained_at,
        )

    @strawberry.field(description="What it was used for.")
    async def usage(self, info: Info[Context, None]) -> SubjectUsage | None:
        found = await info.context.loaders.usage.load(self._known().id)
        return SubjectUsage.of(found) if found else None

    async def _photos_and_analyses(self, ctx: Context) -> tuple[Sequence[PhotoView], Sequence[Analysis]]:
        """Both are asked for before either is waited for: one question with fields beside it that ask for the same."""
        photos, analyses = (
            ctx.loaders.photos_of_personas.load(self._known().id),
            ctx.loaders.analyses.load(self._known().id),
        )
        return await photos or [], await analyses or []

    async def _analyses(self, ctx: Context) -> Sequence[Analysis]:
        return await ctx.loaders.analyses.load(self._known().id) or []

    async def _photos_and_rounds(self, ctx: Context) -> tuple[Sequence[PhotoView], Sequence[ApprovalRoundValue]]:
        """Likewise."""
        photos, rounds = (
            ctx.loaders.photos_of_personas.load(self._known().id),
            ctx.loaders.approval_rounds.load(self._known().id),
        )
        return await photos or [], await rounds or []

    async def _photos(self, ctx: Context) -> Sequence[PhotoView]:
        return await ctx.loaders.photos_of_personas.load(self._known().id) or []

    def _known(self) -> PersonaValue:
        if self.value is None:
            raise RuntimeError("A row of the gallery holds no more of a persona than its page asked for.")
        return self.value


def in_order(views: Sequence[ImageView] | None, styles: type[StrEnum]) -> Images:
    from schema.job_types import ImageAsset  # noqa: PLC0415 - images name their subject and subjects their images

    places = {style.value: place for place, style in enumerate(styles)}
    ordered = sorted(views or [], key=lambda view: places.get(view.image.style or "", len(places)))
    return [ImageAsset.of(view) for view in ordered]


def persona_of(value: PersonaValue) -> Persona:
    return Persona(
        id=global_id("Persona", value.id),
        name=value.words.name,
        description=value.words.description,
        tags=list(value.words.tags),
        status=value.status,
        is_default=value.is_default,
        photo_count=value.photo_count,
        value=value,
    )

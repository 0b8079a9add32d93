"""Inputs and payloads of jobs, and the mutations that take them."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import JobId, SubjectId
from domain.jobs.accepting import BaseImagesRequest, PackRequest
from domain.jobs.job import GenerationMode
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality
from resolvers import jobs
from resolvers.context import Context
from resolvers.jobs import PackOffer
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_types import GenerationJob
from schema.permissions import SignedIn

KEY = (
    "Chosen by the client, up to 200 characters: a new one for each wish, the same one whenever that wish is sent again. The "
    "same key and input again returns the first answer and spends nothing; the same key with another input is a "
    "`ConflictError`. A refusal is remembered too: when its cause is gone, after credits were bought for one, ask under a "
    "new key. Only a `RateLimitedError` is not: wait, and send the same. Kept for 30 days."
)


@strawberry.input(description="1 to 10 images of a subject in one scene.")
class PackInput:
    subject_id: strawberry.ID = strawberry.field(description="Who is in the images. Needs a base image.")
    scene: Scene = strawberry.field(default=Scene.PROFESSIONAL_PORTRAIT, description="What happens.")
    environment: Environment = strawberry.field(default=Environment.STUDIO, description="Where.")
    outfit: Outfit | None = strawberry.field(
        default=None, description="What is worn in this job only; null for the subject's default outfit."
    )
    aspect_ratio: AspectRatio = strawberry.field(default=AspectRatio.PORTRAIT_9_16, description="Width to height.")
    quality: Quality = strawberry.field(default=Quality.DRAFT, description="How much work goes into each image.")
    image_count: int = strawberry.field(default=5, description="1 to 10.")
    negative_prompt: str | None = strawberry.field(
        default=None,
        description=(
            "Words to avoid, beside the usual ones. Up to 1,000 characters. A list: it may not take adulthood or clothing out, and "
            "what gives orders in it is read as a prompt."
        ),
    )

    def to_request(self, seed: int | None = None) -> PackRequest:
        return PackRequest(
            subject_id=SubjectId(id_of(self.subject_id, "Influencer", "Persona", field="subjectId")),
            scene=self.scene,
            environment=self.environment,
            outfit=self.outfit,
            aspect_ratio=self.aspect_ratio,
            quality=self.quality,
            image_count=self.image_count,
            negative_prompt=self.negative_prompt,
            seed=seed,
        )


@strawberry.input(description="What `startPack` takes.")
class StartPackInput(PackInput):
    idempotency_key: str = strawberry.field(description=KEY)
    seed: int | None = strawberry.field(
        default=None, description="Locks the images: the same seed makes them again. Null for a new one."
    )
    quote_id: str | None = strawberry.field(
        default=None, description="A quote for exactly this input: what it says is what is charged."
    )


@strawberry.type(description="What a pack would cost. Binding when its `id` is given to `startPack` in time.")
class PackQuote:
    id: strawberry.ID = strawberry.field(description="For `quoteId` of `StartPackInput`.")
    credits: int = strawberry.field(description="For all images: what will be reserved.")
    per_image: int = strawberry.field(description="For each image that is made.")
    image_count: int = strawberry.field(description="Images asked for.")
    available: int = strawberry.field(description="Credits you have now.")
    is_affordable: bool = strawberry.field(description="Whether that is enough.")
    mode: GenerationMode = strawberry.field(description="How the face would be kept the same.")
    mode_reason: str = strawberry.field(description="Why this mode.")
    expires_at: datetime = strawberry.field(description="Until when it binds.")

    @classmethod
    def of(cls, offer: PackOffer) -> "PackQuote":
        return cls(
            id=strawberry.ID(offer.token),
            credits=offer.quote.credits,
            per_image=offer.quote.per_image,
            image_count=offer.quote.image_count,
            available=offer.available,
            is_affordable=offer.is_affordable,
            mode=offer.mode,
            mode_reason=offer.mode_reason,
            expires_at=offer.expires_at,
        )


@strawberry.input(description="What `startBaseImages` takes.")
class StartBaseImagesInput:
    influencer_id: strawberry.ID = strawberry.field(description="Whose face is looked for.")
    idempotency_key: str = strawberry.field(description=KEY)
    image_count: int = strawberry.field(default=3, description="1 to 10, each with a face of its own.")
    seed: int | None = strawberry.field(default=None, description="Makes the same faces again. Null for new ones.")

    def to_request(self) -> BaseImagesRequest:
        return BaseImagesRequest(
            subject_id=SubjectId(id_of(self.influencer_id, "Influencer", field="influencerId")),
            image_count=self.image_count,
            seed=self.seed,
        )


@strawberry.input(description="What `cancelJob` takes.")
class CancelJobInput:
    job_id: strawberry.ID = strawberry.field(description="The job.")


@strawberry.input(description="What `retryJob` takes.")
class RetryJobInput:
    job_id: strawberry.ID = strawberry.field(description="The job.")
    idempotency_key: str = strawberry.field(description=KEY)


ERRORS = "Why it was refused; empty when it was not."


@strawberry.type(description="What `startPack` answers.")
class StartPackPayload:
    job: GenerationJob | None = strawberry.field(default=None, description="The job; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `startBaseImages` answers.")
class StartBaseImagesPayload:
    job: GenerationJob | None = strawberry.field(default=None, description="The job; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `cancelJob` answers.")
class CancelJobPayload:
    job: GenerationJob | None = strawberry.field(default=None, description="The job; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `retryJob` answers.")
class RetryJobPayload:
    job: GenerationJob | None = strawberry.field(default=None, description="The job; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class JobMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Start a pack. Its credits are reserved at once and paid image by image; watch it with `jobProgress`.",
    )
    @user_errors(StartPackPayload)
    async def start_pack(
        self,
        info: Info[Context, None],
        input: Annotated[StartPackInput, strawberry.argument(description="The pack.")],
    ) -> StartPackPayload:
        accepted = await jobs.begin_pack(
            info.context, input.to_request(input.seed), quote_token=input.quote_id, key=input.idempotency_key
        )
        return StartPackPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Make portraits that propose a face for an influencer. Choose one with `chooseBaseImage`.",
    )
    @user_errors(StartBaseImagesPayload)
    async def start_base_images(
        self,
        info: Info[Context, None],
        input: Annotated[StartBaseImagesInput, strawberry.argument(description="Whose, and how many.")],
    ) -> StartBaseImagesPayload:
        accepted = await jobs.begin_base_images(info.context, input.to_request(), key=input.idempotency_key)
        return StartBaseImagesPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Cancel a job that has not ended. Images that are done stay and are paid, the rest is released at once. "
            "A second call changes nothing."
        ),
    )
    @user_errors(CancelJobPayload)
    async def cancel_job(
        self,
        info: Info[Context, None],
        input: Annotated[CancelJobInput, strawberry.argument(description="Which job.")],
    ) -> CancelJobPayload:
        job = await jobs.cancel(info.context, JobId(id_of(input.job_id, "GenerationJob", field="jobId")))
        return CancelJobPayload(job=GenerationJob.of(job))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Make the failed images of an ended job again, at the same price, with everything else preserved.",
    )
    @user_errors(RetryJobPayload)
    async def retry_job(
        self,
        info: Info[Context, None],
        input: Annotated[RetryJobInput, strawberry.argument(description="Which job.")],
    ) -> RetryJobPayload:
        job_id = JobId(id_of(input.job_id, "GenerationJob", field="jobId"))
        job = await jobs.retry(info.context, job_id, key=input.idempotency_key)
        return RetryJobPayload(job=GenerationJob.of(job))

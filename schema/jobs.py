"""Inputs and payloads of jobs, and the mutations that take them."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import JobId, SubjectId
from domain.jobs.kinds.base_images import BaseImagesRequest
from domain.jobs.kinds.pack import PackRequest
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality
from resolvers import jobs
from resolvers.context import Context
from schema.errors import user_errors
from schema.ids import id_of
from schema.job_types import GenerationJob
from schema.job_words import AVOID, KEY, QUOTE, SEED, SUBJECT, JobPayload
from schema.permissions import SignedIn


@strawberry.input(description="1 to 10 images of a subject in one scene.")
class PackInput:
    subject_id: strawberry.ID = strawberry.field(description=SUBJECT)
    scene: Scene = strawberry.field(default=Scene.PROFESSIONAL_PORTRAIT, description="What happens.")
    environment: Environment = strawberry.field(default=Environment.STUDIO, description="Where.")
    outfit: Outfit | None = strawberry.field(
        default=None,
        description="What is worn in this job only; null for an influencer's default outfit, CASUAL_TEE for a persona.",
    )
    aspect_ratio: AspectRatio = strawberry.field(default=AspectRatio.PORTRAIT_9_16, description="Width to height.")
    quality: Quality = strawberry.field(default=Quality.DRAFT, description="How much work goes into each image.")
    image_count: int = strawberry.field(default=5, description="1 to 10.")
    vary_pose: bool = strawberry.field(
        default=True,
        description="Whether each image has a pose of its own, while the face stays; else all have the same.",
    )
    negative_prompt: str | None = strawberry.field(default=None, description=AVOID)

    def to_request(self, seed: int | None = None) -> PackRequest:
        return PackRequest(
            subject_id=SubjectId(id_of(self.subject_id, "Influencer", "Persona", field="subjectId")),
            scene=self.scene,
            environment=self.environment,
            outfit=self.outfit,
            aspect_ratio=self.aspect_ratio,
            quality=self.quality,
            image_count=self.image_count,
            vary_pose=self.vary_pose,
            negative_prompt=self.negative_prompt,
            seed=seed,
        )


@strawberry.input(description="What `startPack` takes.")
class StartPackInput(PackInput):
    idempotency_key: str = strawberry.field(description=KEY)
    seed: int | None = strawberry.field(default=None, description=SEED)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.input(description="Portraits that propose a face for an influencer.")
class BaseImagesInput:
    influencer_id: strawberry.ID = strawberry.field(description="Whose face is looked for.")
    image_count: int = strawberry.field(default=3, description="1 to 10, each with a face of its own.")
    seed: int | None = strawberry.field(default=None, description="Makes the same faces again. Null for new ones.")

    def to_request(self) -> BaseImagesRequest:
        return BaseImagesRequest(
            subject_id=SubjectId(id_of(self.influencer_id, "Influencer", field="influencerId")),
            image_count=self.image_count,
            seed=self.seed,
        )


@strawberry.input(description="What `startBaseImages` takes.")
class StartBaseImagesInput(BaseImagesInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.input(description="What `cancelJob` takes.")
class CancelJobInput:
    job_id: strawberry.ID = strawberry.field(description="The job.")


@strawberry.input(description="What `retryJob` takes.")
class RetryJobInput:
    job_id: strawberry.ID = strawberry.field(description="The job.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.type(description="What `startPack` answers.")
class StartPackPayload(JobPayload):
    pass


@strawberry.type(description="What `startBaseImages` answers.")
class StartBaseImagesPayload(JobPayload):
    pass


@strawberry.type(description="What `cancelJob` answers.")
class CancelJobPayload(JobPayload):
    pass


@strawberry.type(description="What `retryJob` answers.")
class RetryJobPayload(JobPayload):
    pass


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
        accepted = await jobs.begin(
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
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
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
        description=(
            "Make the failed images of an ended job again, at the same price, with everything else preserved. A `ConflictError`: an "
            "image or a photo that it works with is gone. A `ConsentRequiredError`: it is of a persona whose consent was withdrawn."
        ),
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

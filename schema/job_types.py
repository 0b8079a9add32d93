"""Jobs and images as types. They refer to each other, so they live in one file."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.errors import InvalidInput
from domain.ids import ImageId, JobId, ProjectId, SubjectId
from domain.images.gallery import AdultFilter
from domain.images.provenance import Provenance as Told
from domain.images.provenance import generator_of
from domain.jobs.job import GenerationMode, Job, JobKind, JobStatus
from domain.jobs.subjects import Subject as SubjectValue
from domain.jobs.waiting import Waiting, WaitingReason
from domain.pages import Page
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality
from domain.social.platforms import Platform
from resolvers import images
from resolvers.adult import check_filter
from resolvers.context import Context
from resolvers.loaders import EditsWanted, ImageView
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered
from schema.adult_words import ADULT_ARGUMENT
from schema.ids import Node, global_id
from schema.known import KNOWN_AS, UNKNOWN, Unknown
from schema.lora import LoraModel
from schema.pages import Connection, connection_of
from schema.project_types import Project
from schema.provenance import Provenance
from schema.social_types import SocialGraphic
from schema.subjects import Subject, subject_of, subject_with

MOST_IMAGES = 20


@strawberry.type(description="One request for one or more images.")
class GenerationJob(Node):
    kind: JobKind = strawberry.field(description="What it makes.")
    status: JobStatus = strawberry.field(description="Where it is.")
    mode: GenerationMode | None = strawberry.field(
        description="How the face is kept the same; null for kinds that have no face to keep. Pinned when accepted."
    )
    mode_reason: str = strawberry.field(description="Why this mode.")
    image_count: int = strawberry.field(description="Images asked for.")
    completed_count: int = strawberry.field(description="Images made.")
    failed_count: int = strawberry.field(description="Images given up.")
    cancelled_count: int = strawberry.field(description="Images that a cancel dropped.")
    percent: int = strawberry.field(description="0 to 100. On a subscription it counts what forms inside images too.")
    credits_reserved: int = strawberry.field(
        description="Credits held for images that are not settled yet; 0 once the job has ended."
    )
    credits_captured: int = strawberry.field(description="Credits paid for images that were made.")
    is_free: bool = strawberry.field(description="Whether it costs nothing although its kind has a price.")
    error_code: str | None = strawberry.field(description="Code of the last failure; null when nothing failed.")
    error_message: str | None = strawberry.field(description="The last failure in words; null when nothing failed.")
    scene: Scene | None = strawberry.field(description="Null for kinds without one.")
    environment: Environment | None = strawberry.field(description="Null for kinds without one.")
    outfit: Outfit = strawberry.field(description="What is worn in this job.")
    aspect_ratio: AspectRatio = strawberry.field(
        description="Of its images; of social graphics the first one's: each has its platform's."
    )
    quality: Quality = strawberry.field(description="Of its images.")
    seed: int = strawberry.field(description="Of its first image; the others count up from it.")
    prompt: str = strawberry.field(
        description="What the model is told for each image; `ImageAsset.prompt` has the image's own words with it."
    )
    adult: bool = strawberry.field(
        description="Whether its images are adult content: decided when it was accepted, and only where every condition held."
    )
    negative_prompt: str = strawberry.field(description="What the model is told to avoid.")
    mask_coverage: float | None = strawberry.field(
        description="For INPAINT: the white part of the mask, above 0 and below 1. Null for other kinds."
    )
    created_at: datetime = strawberry.field(description="When it was accepted.")
    started_at: datetime | None = strawberry.field(description="When its first image was begun; null before.")
    finished_at: datetime | None = strawberry.field(description="When it ended; null before.")
    key: strawberry.Private[JobId]
    subject_key: strawberry.Private[SubjectId]
    project_key: strawberry.Private[ProjectId | None] = None
    known_subject: strawberry.Private[Subject | Unknown | None] = UNKNOWN
    """Where whoever made this has it at hand: a stream does, and then no event costs a read."""

    @strawberry.field(
        description="Who is in the images; null when it was deleted.", metadata={KNOWN_AS: "known_subject"}
    )
    async def subject(self, info: Info[Context, None]) -> Subject | None:
        if not isinstance(self.known_subject, Unknown):
            return self.known_subject
        return await subject_with(info.context, self.subject_key)

    @strawberry.field(description="The project it is for; null for none, and when that was deleted.")
    async def project(self, info: Info[Context, None]) -> Project | None:
        found = await info.context.loaders.projects.load(self.project_key) if self.project_key else None
        return Project.of(found) if found else None

    @strawberry.field(
        description=(
            "How many images, of yours and of others, are begun before this job's first; null once one was begun, and when the job "
            "has ended. 0 means that it is next. An estimate from above, at most 1,000: users have one image made in turn, and "
            "what others have waiting is counted every two seconds. It is read when you ask, on each event of `jobProgress` too: "
            "between events ask `job` again, every few seconds."
        )
    )
    async def queue_position(self, info: Info[Context, None]) -> int | None:
        waiting = None if self.started_at else await self._waiting(info)
        return waiting.position if waiting else None

    @strawberry.field(
        description=(
            "Why no image of it is being made; null while one is, and when the job has ended. Read when you ask, as `queuePosition`."
        )
    )
    async def waiting_because(self, info: Info[Context, None]) -> WaitingReason | None:
        waiting = await self._waiting(info)
        return waiting.because if waiting else None

    @strawberry.field(
        description="When it goes on, where `waitingBecause` is a wait for a time; null otherwise. Read when you ask."
    )
    async def waiting_until(self, info: Info[Context, None]) -> datetime | None:
        waiting = await self._waiting(info)
        return waiting.until if waiting else None

    async def _waiting(self, info: Info[Context, None]) -> Waiting | None:
        """One read for all jobs and fields of an operation. None for one that has ended, without a read."""
        return None if self.finished_at else await info.context.loaders.waiting.load(self.key)

    @strawberry.field(description="Finished images in the order of their index. Of an adult job none without `adult`.")
    async def images(
        self,
        info: Info[Context, None],
        first: Annotated[int, strawberry.argument(description=f"1 to {MOST_IMAGES}.")] = MOST_IMAGES,
        after: Annotated[str | None, strawberry.argument(description="Cursor of the last image seen.")] = None,
        adult: Annotated[AdultFilter, strawberry.argument(description=ADULT_ARGUMENT)] = AdultFilter.EXCLUDE,
    ) -> Connection["ImageAsset"]:
        if not 1 <= first <= MOST_IMAGES:
            raise InvalidInput(f"A page of a job's images has 1 to {MOST_IMAGES} items.", field="first")
        await check_filter(info.context, adult, field="adult")
        found = await info.context.loaders.images_of_jobs.load(self.key) or []
        views = [view for view in found if adult.takes(nsfw=view.image.nsfw)]
        start = _index_after(after)
        rest = [view for view in views if view.image.index >= start]
        shown = rest[:first]
        page = Page(shown, [str(view.image.index) for view in shown], len(rest) > len(shown))
        return connection_of(page, ImageAsset.of, after=after)

    @classmethod
    def of(cls, job: Job, percent: int | None = None, subject: SubjectValue | None = None) -> "GenerationJob":
        recipe = job.recipe
        return cls(
            id=global_id("GenerationJob", job.id),
            kind=job.kind,
            status=job.status,
            mode=job.mode,
            mode_reason=job.mode_reason,
            image_count=job.image_count,
            completed_count=job.completed_count,
            failed_count=job.failed_count,
            cancelled_count=job.cancelled_count,
            percent=job.percent if percent is None else percent,
            credits_reserved=job.credits_reserved,
            credits_captured=job.credits_captured,
            is_free=job.free_because is not None,
            error_code=job.error_code,
            error_message=job.error_message,
            scene=recipe.scene,
            environment=recipe.environment,
            outfit=recipe.outfit,
            aspect_ratio=recipe.aspect_ratio,
            quality=recipe.quality,
            seed=recipe.seed,
            adult=recipe.adult,
            prompt=recipe.prompt,
            negative_prompt=recipe.negative_prompt,
            mask_coverage=recipe.mask.coverage if recipe.mask else None,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            key=job.id,
            subject_key=job.subject_id,
            project_key=job.project_id,
            known_subject=subject_of(subject) if subject else UNKNOWN,
        )


def _index_after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal() or len(cursor) > 2:
        raise InvalidInput("This cursor was not made here. Begin without one.", field="after")
    return int(cursor) + 1


@strawberry.type(description="One finished image.")
class ImageAsset(Node):
    url: str = strawberry.field(description="The file. Good for 5 to 10 minutes; ask again for a fresh address.")
    thumbnail_url: str = strawberry.field(description="WebP, 300 pixels wide. Good for 5 to 10 minutes.")
    index: int = strawberry.field(description="Which image of its job, from 0.")
    kind: JobKind = strawberry.field(description="What kind of job made it.")
    content_type: str = strawberry.field(description="MIME type of the file.")
    file_size_bytes: int = strawberry.field(description="Size of the file.")
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")
    scene: Scene | None = strawberry.field(description="Null for kinds without one.")
    environment: Environment | None = strawberry.field(description="Null for kinds without one.")
    outfit: Outfit = strawberry.field(description="What is worn.")
    aspect_ratio: AspectRatio = strawberry.field(description="Width to height.")
    quality: Quality = strawberry.field(description="How much work went into it.")
    style: str | None = strawberry.field(
        description=(
            "Which of its kind's styles it is: the view on a character sheet (`FRONT`), the style of a headshot or of a variation. "
            "Null for kinds that have none."
        )
    )
    platform: Platform | None = strawberry.field(
        description="For which platform it is a graphic; null for other kinds. See `graphic`."
    )
    nsfw: bool = strawberry.field(
        description="Whether it is adult content. Such images are for whom `Viewer.adultContent.allowed` is true; anyone else finds "
        "none, by no way."
    )
    mode: GenerationMode | None = strawberry.field(
        description="How the face was kept the same; null for kinds that have no face to keep."
    )
    mode_reason: str | None = strawberry.field(
        description="Why so: also why it was made without a LoRA although its job has one. Null where `mode` is, and of old images."
    )
    prompt: str = strawberry.field(description="What the model was told.")
    negative_prompt: str = strawberry.field(description="What the model was told to avoid.")
    seed: int = strawberry.field(description="Makes it again, with everything else the same.")
    steps: int = strawberry.field(description="Sampling steps asked for.")
    model: str = strawberry.field(description="What made it, in the provider's words.")
    provider: str = strawberry.field(description="Who made it. `local` is the offline sketch.")
    mask_coverage: float | None = strawberry.field(
        description="For INPAINT: how much of its source the mask let change, above 0 and below 1. Null for other kinds."
    )
    descends_from_upload: bool = strawberry.field(
        description="Whether a photo or picture from outside had a part in it, however far back."
    )
    liked: bool = strawberry.field(description="Whether its owner likes it.")
    download_count: int = strawberry.field(description="How often it was downloaded.")
    credits_charged: int = strawberry.field(description="What it cost.")
    generation_ms: int = strawberry.field(description="How long the provider took, in milliseconds.")
    created_at: datetime = strawberry.field(description="When it was finished.")
    key: strawberry.Private[ImageId]
    file_key: strawberry.Private[str]
    job_key: strawberry.Private[JobId]
    subject_key: strawberry.Private[SubjectId]
    source_key: strawberry.Private[ImageId | None]
    mask_file_key: strawberry.Private[str | None]
    told: strawberry.Private[Told | str | None]
    """What its file says of itself: as the image has it, or as a row has."""
    known_job: strawberry.Private[GenerationJob | Unknown | None] = UNKNOWN
    known_subject: strawberry.Private[Subject | Unknown | None] = UNKNOWN

    @strawberry.field(description="The job that made it; null when it was deleted.", metadata={KNOWN_AS: "known_job"})
    async def job(self, info: Info[Context, None]) -> GenerationJob | None:
        if not isinstance(self.known_job, Unknown):
            return self.known_job
        job = await info.context.loaders.jobs.load(self.job_key)
        return GenerationJob.of(job) if job else None

    @strawberry.field(
        description="Who is in it; null when the subject was deleted.", metadata={KNOWN_AS: "known_subject"}
    )
    async def subject(self, info: Info[Context, None]) -> Subject | None:
        if not isinstance(self.known_subject, Unknown):
            return self.known_subject
        return await subject_with(info.context, self.subject_key)

    @strawberry.field(
        description=(
            "The file again, for browsers to save: under a good name, as `mara-voss_pack_2026-11-21_003.jpg`. Good for 5 to "
            "10 minutes. Count it with `recordDownload`."
        )
    )
    async def download_url(self, info: Info[Context, None]) -> str:
        return await images.download_url(
            info.context,
            self.file_key,
            self.subject_key,
            self.kind,
            self.created_at,
            index=self.index,
            content_type=self.content_type,
        )

    @strawberry.field(
        description="The image it was made from by editing; null for what was made anew, and when that one was deleted."
    )
    async def source(self, info: Info[Context, None]) -> "ImageAsset | None":
        if self.source_key is None:
            return None
        view = await info.context.loaders.images.load(self.source_key)
        return ImageAsset.of(view) if view else None

    @strawberry.field(
        description=(
            "The mask it was changed by, a PNG as large as its source, white where it might change. Null for images that were "
            "not made by INPAINT. Good for 5 to 10 minutes."
        )
    )
    async def mask_url(self, info: Info[Context, None]) -> str | None:
        return await info.context.loaders.addresses.load(self.mask_file_key) if self.mask_file_key else None

    @strawberry.field(
        description="Images that were made from this one by editing, newest first; null, with an error, for a page there is not."
    )
    async def edits(
        self,
        info: Info[Context, None],
        first: Annotated[int, strawberry.argument(description="How many, 1 to 100.")] = 20,
        after: Annotated[
            str | None, strawberry.argument(description="Cursor of the last item seen; null for the beginning.")
        ] = None,
        adult: Annotated[AdultFilter, strawberry.argument(description=ADULT_ARGUMENT)] = AdultFilter.EXCLUDE,
    ) -> Connection["ImageAsset"] | None:
        await check_filter(info.context, adult, field="adult")
        page = await info.context.loaders.edits.load(EditsWanted(self.key, first, after, adult))
        return connection_of(page, ImageAsset.of, after=after)

    @strawberry.field(
        description=(
            "Images that the model was shown to keep a face: the base image, and images of a character sheet for kinds that are "
            "made from several. Without deleted ones. Empty for a persona, which is drawn from `Persona.photos`: but that a social graphic "
            "has the portrait or sample that suits its platform."
        )
    )
    async def references(self, info: Info[Context, None]) -> list["ImageAsset"]:
        return [ImageAsset.of(view) for view in await images.references(info.context, self.job_key, self.index)]

    @strawberry.field(description="What it is as a platform's graphic; null for other kinds.")
    async def graphic(self, info: Info[Context, None]) -> SocialGraphic | None:
        if self.platform is None:
            return None
        job = await info.context.loaders.jobs.load(self.job_key)
        graphic = job.recipe.shot(self.index).graphic if job else None
        return SocialGraphic.of(graphic) if graphic else None

    @strawberry.field(
        description=(
            "The image that was made by the same recipe before, where this one is from `regenerateImage`; null otherwise, and when "
            "that one was deleted."
        )
    )
    async def regenerated_from(self, info: Info[Context, None]) -> "ImageAsset | None":
        job = await info.context.loaders.jobs.load(self.job_key)
        before = job.recipe.made_again_from if job else None
        view = await info.context.loaders.images.load(before) if before else None
        return ImageAsset.of(view) if view else None

    @strawberry.field(
        description="The LoRA that kept the face; null for images that were made without one, and when it was deleted."
    )
    async def lora_model(self, info: Info[Context, None]) -> LoraModel | None:
        if self.mode is not GenerationMode.LORA:
            return None
        job = await info.context.loaders.jobs.load(self.job_key)
        pinned = job.recipe.lora if job else None
        found = await info.context.loaders.lora_models.load(pinned.model_id) if pinned else None
        return LoraModel.of(found) if found else None

    @strawberry.field(description="Where it comes from, and what its file says of that to whoever has it.")
    def provenance(self, info: Info[Context, None]) -> Provenance:
        told = images.provenance_of(self.told)
        address = info.context.services.manifest_address
        return Provenance.of(
            told,
            generator=generator_of(self.provider, self.model),
            manifest_url=address(self.file_key) if told and address else None,
        )

    @classmethod
    def of(cls, view: ImageView) -> "ImageAsset":
        image = view.image
        return cls(
            id=global_id("ImageAsset", image.id),
            url=view.url,
            thumbnail_url=view.thumbnail_url,
            index=image.index,
            kind=image.kind,
            content_type=image.content_type,
            file_size_bytes=image.size_bytes,
            width=image.width,
            height=image.height,
            scene=image.scene,
            environment=image.environment,
            outfit=image.outfit,
            aspect_ratio=image.aspect_ratio,
            quality=image.quality,
            style=image.style,
            platform=image.platform,
            nsfw=image.nsfw,
            mode=image.mode,
            mode_reason=image.mode_reason,
            prompt=image.prompt,
            negative_prompt=image.negative_prompt,
            seed=image.seed,
            steps=image.steps,
            model=image.model,
            provider=image.provider,
            mask_coverage=image.mask_coverage,
            descends_from_upload=image.descends_from_upload,
            liked=image.liked,
            download_count=image.download_count,
            credits_charged=image.credits_charged,
            generation_ms=image.generation_ms,
            created_at=image.created_at,
            key=image.id,
            file_key=image.storage_key,
            job_key=image.job_id,
            subject_key=image.subject_id,
            source_key=image.source_image_id,
            mask_file_key=image.mask_key,
            told=image.provenance,
        )

"""Content sets: one mutation makes a project's thumbnails and social graphics, and one stream tells how far all of it is."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.content_sets.accepting import ContentSetRequest
from domain.content_sets.content_set import ContentSet as SetValue
from domain.events import EventKind
from domain.ids import ContentSetId, StillId, SubjectId
from domain.jobs.job import JobStatus
from domain.projects.content import MOST_CONCEPTS
from domain.social.graphic import LONGEST_TEXT
from domain.social.platforms import Platform
from resolvers import content_sets
from resolvers.content_sets import SetNews, SetOffer
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import Node, global_id, id_of
from schema.job_types import GenerationJob, ImageAsset
from schema.job_words import AVOID, ERRORS, KEY
from schema.pages import Connection, connection_of
from schema.permissions import SignedIn
from schema.project_types import Project
from schema.projects import project_id_of
from schema.subjects import Subject, subject_with
from schema.thumbnail_inputs import concept_id_of_input


@strawberry.type(
    description="A project's thumbnails and social graphics, asked for and paid as one: two jobs, or one of them."
)
class ContentSet(Node):
    status: JobStatus = strawberry.field(
        description="Of all its jobs: what they have in common; PROCESSING while any goes on, PARTIAL where they ended differently."
    )
    percent: int = strawberry.field(description="0 to 100, of all its images.")
    image_count: int = strawberry.field(description="Images asked for, in all its jobs.")
    completed_count: int = strawberry.field(description="Images made.")
    failed_count: int = strawberry.field(description="Images given up. `retryJob` of their job makes them again.")
    cancelled_count: int = strawberry.field(description="Images that a cancel dropped.")
    credits_reserved: int = strawberry.field(description="Credits held for images that are not settled yet.")
    credits_captured: int = strawberry.field(description="Credits paid for images that were made.")
    created_at: datetime = strawberry.field(description="When it was accepted.")
    value: strawberry.Private[SetValue]

    @strawberry.field(description="The project; null when that was deleted.")
    async def project(self, info: Info[Context, None]) -> Project | None:
        found = await info.context.loaders.projects.load(self.value.project_id)
        return Project.of(found) if found else None

    @strawberry.field(description="Who is in the images; null when it was deleted.")
    async def subject(self, info: Info[Context, None]) -> Subject | None:
        return await subject_with(info.context, self.value.subject_id)

    @strawberry.field(
        description="The job of its thumbnails, one image for each concept; null where none were asked for. Watch them form with `thumbnailPreview`."
    )
    async def thumbnails(self, info: Info[Context, None]) -> GenerationJob | None:
        job_id = self.value.thumbnails_job_id
        job = await info.context.loaders.jobs.load(job_id) if job_id else None
        return GenerationJob.of(job) if job else None

    @strawberry.field(
        description="The job of its graphics, one image for each platform; null where none were asked for."
    )
    async def social_graphics(self, info: Info[Context, None]) -> GenerationJob | None:
        job_id = self.value.social_job_id
        job = await info.context.loaders.jobs.load(job_id) if job_id else None
        return GenerationJob.of(job) if job else None

    @classmethod
    def of(cls, found: SetValue) -> "ContentSet":
        parts = found.parts
        return cls(
            id=global_id("ContentSet", found.id),
            status=found.status,
            percent=found.percent,
            image_count=sum(part.image_count for part in parts),
            completed_count=sum(part.completed_count for part in parts),
            failed_count=sum(part.failed_count for part in parts),
            cancelled_count=sum(part.cancelled_count for part in parts),
            credits_reserved=sum(part.credits_reserved for part in parts),
            credits_captured=sum(part.credits_captured for part in parts),
            created_at=found.created_at,
            value=found,
        )


@strawberry.type(
    description="What a content set would cost as a whole. Binding when its `id` is given to the mutation in time."
)
class ContentSetQuote:
    id: strawberry.ID = strawberry.field(description="For `quoteId` of `createContentSet`.")
    credits: int = strawberry.field(description="For all images of both jobs: what will be reserved.")
    image_count: int = strawberry.field(description="Images asked for.")
    thumbnail_credits: int = strawberry.field(description="Of these, for thumbnails.")
    social_credits: int = strawberry.field(description="Of these, for social graphics.")
    available: int = strawberry.field(description="Credits you have now.")
    is_affordable: bool = strawberry.field(description="Whether that is enough.")
    expires_at: datetime = strawberry.field(description="Until when it binds.")

    @classmethod
    def of(cls, offer: SetOffer) -> "ContentSetQuote":
        found = offer.quote
        return cls(
            id=strawberry.ID(offer.token),
            credits=found.credits,
            image_count=found.image_count,
            thumbnail_credits=found.thumbnails.credits if found.thumbnails else 0,
            social_credits=found.social.credits if found.social else 0,
            available=offer.available,
            is_affordable=offer.available >= found.credits,
            expires_at=offer.expires_at,
        )


@strawberry.type(
    description=(
        "Something happened to a job of a set. The first event of a fresh subscription is the set as it is, with `job` null; images that "
        "were finished before are in the jobs."
    )
)
class ContentSetEvent:
    cursor: str = strawberry.field(description="Give it as `after` to resume behind this event.")
    emitted_at: datetime = strawberry.field(description="When it happened.")
    content_set: ContentSet = strawberry.field(description="The set just after it.")
    kind: EventKind | None = strawberry.field(
        description="What happened; null for the state as it is, and while an image forms."
    )
    job: GenerationJob | None = strawberry.field(description="The job it happened to; null for the state as it is.")
    index: int | None = strawberry.field(description="Which image of that job, from 0; null where it is about none.")
    image: ImageAsset | None = strawberry.field(description="The image that was finished; null for all else.")
    reason: str | None = strawberry.field(description="Why an image failed or waits; null for all else.")

    @classmethod
    def of(cls, told: SetNews) -> "ContentSetEvent":
        news = told.news
        return cls(
            cursor=told.cursor,
            emitted_at=told.at,
            content_set=ContentSet.of(told.content_set),
            kind=news.kind if news and isinstance(news.kind, EventKind) else None,
            job=GenerationJob.of(news.job, news.percent, news.subject) if news else None,
            index=news.index if news else None,
            image=ImageAsset.of(news.image) if news and news.image else None,
            reason=news.reason if news else None,
        )


@strawberry.input(description="What a content set is made of.")
class ContentSetInput:
    project_id: strawberry.ID = strawberry.field(description="The project, analyzed.")
    persona_id: strawberry.ID = strawberry.field(
        description="Who is on it: a persona, or an influencer that has a base image."
    )
    concept_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="Concepts of the project's newest analysis: a thumbnail of each. The graphics are of the first.",
    )
    thumbnail_count: int = strawberry.field(
        default=0,
        description=f"Instead of `conceptIds`: thumbnails of the first so many concepts, up to {MOST_CONCEPTS}; 0 for none.",
    )
    platforms: list[Platform] = strawberry.field(
        default_factory=list, description="A graphic for each, each named once; empty for none."
    )
    apply_brand: bool = strawberry.field(default=True, description="Whether your brand is applied to the graphics.")
    text_overlay: str | None = strawberry.field(
        default=None, description=f"Words to set on each graphic, up to {LONGEST_TEXT} characters; null for none."
    )
    still_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="As in `ThumbnailsInput`: for the thumbnails of a persona."
    )
    negative_prompt: str | None = strawberry.field(default=None, description=AVOID)

    def to_request(self) -> ContentSetRequest:
        return ContentSetRequest(
            project_id=project_id_of(self.project_id),
            subject_id=SubjectId(id_of(self.persona_id, "Persona", "Influencer", field="personaId")),
            concept_ids=tuple(concept_id_of_input(one) for one in self.concept_ids),
            thumbnail_count=self.thumbnail_count,
            platforms=tuple(self.platforms),
            apply_brand=self.apply_brand,
            text=self.text_overlay,
            still_ids=tuple(StillId(id_of(one, "ProjectStill", field="stillIds")) for one in self.still_ids),
            negative_prompt=self.negative_prompt,
        )


@strawberry.input(description="What `createContentSet` takes.")
class CreateContentSetInput(ContentSetInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(
        default=None, description="The `id` of `quoteContentSet`, to have its price; null for the present one."
    )


@strawberry.input(description="What `cancelContentSet` takes.")
class CancelContentSetInput:
    content_set_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type(description="What mutations of a content set answer.")
class ContentSetPayload:
    content_set: ContentSet | None = strawberry.field(default=None, description="The set; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


def set_id_of(value: str, *, field: str = "contentSetId") -> ContentSetId:
    return ContentSetId(id_of(value, "ContentSet", field=field))


@strawberry.type
class ContentSetQueries:
    @strawberry.field(
        permission_classes=[SignedIn],
        description="What a content set would cost as a whole. Spends nothing. Binding with its `id`, for 30 minutes.",
    )
    async def quote_content_set(
        self, info: Info[Context, None], input: Annotated[ContentSetInput, strawberry.argument(description="The set.")]
    ) -> ContentSetQuote:
        return ContentSetQuote.of(await content_sets.quote(info.context, input.to_request()))

    @strawberry.field(
        permission_classes=[SignedIn], description="A content set of yours; null, with an error, for anything else."
    )
    async def content_set(
        self, info: Info[Context, None], id: Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
    ) -> ContentSet | None:
        return ContentSet.of(await content_sets.get(info.context, set_id_of(id, field="id")))

    @strawberry.field(permission_classes=[SignedIn], description="Your content sets, the newest first.")
    async def content_sets(
        self,
        info: Info[Context, None],
        first: Annotated[int, strawberry.argument(description="1 to 100.")] = 20,
        after: Annotated[str | None, strawberry.argument(description="Cursor of the last set seen.")] = None,
    ) -> Connection[ContentSet]:
        page = await content_sets.page(info.context, first=first, after=after)
        return connection_of(page, ContentSet.of, after=after)


@strawberry.type
class ContentSetMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Make a project's thumbnails and social graphics: two jobs that are accepted together or not at all, paid image by image. An "
            "`InsufficientCreditsError` names the sum. A `ConflictError`: the project was not analyzed. Watch it with `contentSetProgress`."
        ),
    )
    @user_errors(ContentSetPayload)
    async def create_content_set(
        self,
        info: Info[Context, None],
        input: Annotated[CreateContentSetInput, strawberry.argument(description="The set.")],
    ) -> ContentSetPayload:
        made = await content_sets.create(
            info.context, input.to_request(), key=input.idempotency_key, quote_token=input.quote_id
        )
        return ContentSetPayload(content_set=ContentSet.of(made))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Cancel what still runs of a set: what is done stays and is paid, the rest is released. A second call changes nothing.",
    )
    @user_errors(ContentSetPayload)
    async def cancel_content_set(
        self,
        info: Info[Context, None],
        input: Annotated[CancelContentSetInput, strawberry.argument(description="Which one.")],
    ) -> ContentSetPayload:
        cancelled = await content_sets.cancel(info.context, set_id_of(input.content_set_id))
        return ContentSetPayload(content_set=ContentSet.of(cancelled))


async def content_set_events(ctx: Context, set_id: str, after: str | None) -> AsyncGenerator[ContentSetEvent, None]:
    async with aclosing(content_sets.news(ctx, set_id_of(set_id), after)) as stream:
        async for told in stream:
            yield ContentSetEvent.of(told)
            del told

"""What thumbnails are asked for with."""

from typing import TypeVar

import strawberry

from domain.ids import ConceptId, StillId, SubjectId, ThreadId, VersionId
from domain.jobs.kinds.thumbnail import MOST_CONCEPTS, Concept, RefineRequest, ThumbnailRequest, ThumbnailsRequest
from domain.thumbnails.thread import LONGEST_FEEDBACK, LONGEST_HEADLINE, HeadlineBy
from schema.ids import id_of
from schema.job_words import AVOID, KEY, QUOTE, SEED
from schema.projects import project_id_of

R = TypeVar("R", bound=ThumbnailRequest)

PROMPT = "What it should show, in words: 'Make me look excited about crypto'. 1 to 2,000 characters."
HEADLINE = (
    f"Words on the thumbnail, up to {LONGEST_HEADLINE} characters; null for none. `headlineBy` says who sets them."
)


@strawberry.input(description="Who is on a thumbnail, and how it is made.")
class ThumbnailStyleInput:
    persona_id: strawberry.ID = strawberry.field(
        description="Who is on it: a persona, or an influencer that has a base image."
    )
    project_id: strawberry.ID | None = strawberry.field(
        default=None,
        description=(
            "The project it is for; null for none. Its title, keywords and a chosen concept's visual elements then go into the prompt; "
            "before its first analysis only its title."
        ),
    )
    still_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description=(
            "Up to 2 stills of the project, to take the setting and colours from. Only for a persona, under the consent that the stills came "
            "under; not with a LoRA, and the local sketch is not shown them."
        ),
    )
    headline_by: HeadlineBy = strawberry.field(default=HeadlineBy.TEXT, description="Who sets the headline.")
    use_lora: bool = strawberry.field(
        default=False,
        description="Whether it is drawn with the subject's LoRA. Where none is ready, portraits are shown instead: see `GenerationJob.modeReason`.",
    )
    lora_scale: float = strawberry.field(default=1.0, description="How strongly the LoRA is followed: 0.5 to 1.5.")
    negative_prompt: str | None = strawberry.field(default=None, description=AVOID)
    seed: int | None = strawberry.field(default=None, description=SEED)

    def request_of(self, kind: type[R], concepts: tuple[Concept, ...]) -> R:
        stills = tuple(StillId(id_of(one, "ProjectStill", field="stillIds")) for one in self.still_ids)
        return kind(
            project_id=project_id_of(self.project_id) if self.project_id else None,
            still_ids=stills,
            subject_id=SubjectId(id_of(self.persona_id, "Persona", "Influencer", field="personaId")),
            concepts=concepts,
            headline_by=self.headline_by,
            use_lora=self.use_lora,
            lora_scale=self.lora_scale,
            negative_prompt=self.negative_prompt,
            seed=self.seed,
        )


@strawberry.input(description="One thumbnail.")
class ThumbnailInput(ThumbnailStyleInput):
    prompt: str = strawberry.field(description=PROMPT)
    headline: str | None = strawberry.field(default=None, description=HEADLINE)
    concept_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="A concept of the project's newest analysis, whose visual elements go into the prompt; and its headline, unless there is one.",
    )

    def to_request(self) -> ThumbnailRequest:
        chosen = concept_id_of_input(self.concept_id) if self.concept_id else None
        concept = Concept(prompt=self.prompt, headline=self.headline, concept_id=chosen)
        return self.request_of(ThumbnailRequest, (concept,))


@strawberry.input(description="What `startThumbnail` takes.")
class StartThumbnailInput(ThumbnailInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.input(description="One of several thumbnails.")
class ThumbnailConceptInput:
    prompt: str = strawberry.field(description=PROMPT)
    headline: str | None = strawberry.field(default=None, description=HEADLINE)


@strawberry.input(description="Several thumbnails of one subject, made and priced together.")
class ThumbnailsInput(ThumbnailStyleInput):
    concepts: list[ThumbnailConceptInput] = strawberry.field(
        default_factory=list,
        description=f"With `conceptIds` 1 to {MOST_CONCEPTS} in all. Each begins a thread of its own; together they are one job, image by image.",
    )
    concept_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="Concepts of the project's newest analysis, made after `concepts`: each says what is to be seen, and has its headline.",
    )

    def to_request(self) -> ThumbnailsRequest:
        written = [Concept(prompt=one.prompt, headline=one.headline) for one in self.concepts]
        chosen = [Concept(concept_id=concept_id_of_input(one)) for one in self.concept_ids]
        return self.request_of(ThumbnailsRequest, (*written, *chosen))


@strawberry.input(description="What `startThumbnails` takes.")
class StartThumbnailsInput(ThumbnailsInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.input(description="What `refineThumbnail` takes.")
class RefineThumbnailInput:
    thread_id: strawberry.ID = strawberry.field(description="The thread that the next version is made in.")
    feedback: str = strawberry.field(
        description=f"What should be different: 'More dramatic lighting'. 1 to {LONGEST_FEEDBACK} characters. What was said before still holds."
    )
    idempotency_key: str = strawberry.field(description=KEY)
    version_id: strawberry.ID | None = strawberry.field(
        default=None, description="The version it is said of; null for the newest."
    )
    headline: str | None = strawberry.field(default=None, description="Another headline; null keeps the one there is.")

    def to_request(self) -> RefineRequest:
        return RefineRequest(
            thread_id=thread_id_of_input(self.thread_id),
            feedback=self.feedback,
            version_id=version_id_of_input(self.version_id) if self.version_id else None,
            headline=self.headline,
        )


@strawberry.input(description="What `finalizeThumbnail` takes.")
class FinalizeThumbnailInput:
    thread_id: strawberry.ID = strawberry.field(description="The thread.")
    version_id: strawberry.ID = strawberry.field(description="The version to be the final one. It has to be made.")


def thread_id_of_input(value: str) -> ThreadId:
    return ThreadId(id_of(value, "ThumbnailThread", field="threadId"))


def version_id_of_input(value: str) -> VersionId:
    return VersionId(id_of(value, "ThumbnailVersion", field="versionId"))


def concept_id_of_input(value: str) -> ConceptId:
    return ConceptId(id_of(value, "ProjectConcept", field="conceptIds"))

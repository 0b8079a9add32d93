"""A project, its stills, and what was read out of it."""

from datetime import datetime

import strawberry
from strawberry.types import Info

from domain.ids import concept_id_of
from domain.personas.analysis import AnalysisStatus, Analyst, LocalBecause
from domain.projects.content import ContentConcept, Sentiment
from domain.projects.project import Project as ProjectValue
from domain.projects.project import ProjectAnalysis as AnalysisValue
from domain.projects.project import ProjectStill as StillValue
from resolvers.context import Context
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered
from schema.ids import Node, global_id


@strawberry.type(
    description="A still frame of a video, as we drew it anew: upright, and with nothing in it but the picture."
)
class ProjectStill:
    id: strawberry.ID = strawberry.field(description="For `stillIds`.")
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")
    added_at: datetime = strawberry.field(description="When it was added.")
    file_key: strawberry.Private[str]

    @strawberry.field(description="Where it can be fetched, for 5 to 10 minutes. Only its owner is given it.")
    async def url(self, info: Info[Context, None]) -> str:
        return await info.context.loaders.addresses.load(self.file_key)

    @classmethod
    def of(cls, still: StillValue) -> "ProjectStill":
        return cls(
            id=global_id("ProjectStill", still.id),
            width=still.width,
            height=still.height,
            added_at=still.added_at,
            file_key=still.file.key,
        )


@strawberry.type(
    description="An idea for a picture of a project. Choose some by their ids: `startThumbnails`, `createContentSet`."
)
class ProjectConcept:
    id: strawberry.ID = strawberry.field(
        description="For `conceptIds`. It means this idea of this analysis: the next analysis has others."
    )
    title: str = strawberry.field(description="A few words.")
    headline: str = strawberry.field(description="Words that fit on a thumbnail, up to 60 characters.")
    visual_elements: list[str] = strawberry.field(
        description="Things, gestures, colours and light that can be seen, up to 6. They go into the prompt of its picture."
    )
    prompt: str = strawberry.field(description="The picture in a sentence or two; nothing of who is on it.")

    @classmethod
    def of(cls, concept: ContentConcept, id_: strawberry.ID) -> "ProjectConcept":
        return cls(
            id=id_,
            title=concept.title,
            headline=concept.headline,
            visual_elements=list(concept.visual_elements),
            prompt=concept.prompt,
        )


@strawberry.type(description="What was read out of a project. What may not stand in a prompt was left out of it.")
class ProjectAnalysis:
    sentiment: Sentiment = strawberry.field(description="Its mood, in a word.")
    sentiment_score: float = strawberry.field(
        description="From -1, all bad, to 1. By LOCAL from a small English lexicon: 0 for text in another language."
    )
    keywords: list[str] = strawberry.field(
        description="Up to 12, the most telling first. By LOCAL from how often words are said together, for English, German, French and "
        "Spanish; cruder in other languages."
    )
    concepts: list[ProjectConcept] = strawberry.field(
        description="Ideas for pictures, up to 5; by LOCAL up to 3, put together around the first keywords. None where nothing was found."
    )
    still_count: int = strawberry.field(description="Stills that were shown to whoever analyzed; 0 by LOCAL.")
    analyzed_by: Analyst = strawberry.field(description="Who read it.")
    local_because: LocalBecause | None = strawberry.field(
        description="Why nobody else's reading was used; null where one was."
    )
    analyzed_at: datetime = strawberry.field(description="When it was done.")
    is_current: bool = strawberry.field(
        description="False once title, transcript, summary or stills are others than those that were analyzed: analyze again."
    )

    @classmethod
    def of(cls, analysis: AnalysisValue, *, is_current: bool) -> "ProjectAnalysis | None":
        """None for one that is not done."""
        found = analysis.result
        if found is None or analysis.finished_at is None:
            return None
        ids = [global_id("ProjectConcept", concept_id_of(analysis.id, place)) for place in range(len(found.concepts))]
        return cls(
            sentiment=found.sentiment,
            sentiment_score=found.sentiment_score,
            keywords=list(found.keywords),
            concepts=[ProjectConcept.of(one, id_) for one, id_ in zip(found.concepts, ids, strict=True)],
            still_count=found.still_count,
            analyzed_by=found.analyzed_by,
            local_because=found.because,
            analyzed_at=analysis.finished_at,
            is_current=is_current,
        )


@strawberry.type(description="A video in words and still frames. Thumbnails and graphics are made for it.")
class Project(Node):
    title: str = strawberry.field(description="What it is called.")
    transcript: str | None = strawberry.field(description="What is said in it; null where only a summary was given.")
    summary: str | None = strawberry.field(description="What it is about; null where only a transcript was given.")
    stills: list[ProjectStill] = strawberry.field(description="Still frames of it, up to 12, the first added first.")
    analysis: ProjectAnalysis | None = strawberry.field(
        description="The newest that is done; null before the first. See its `isCurrent`, and `analyzeProject`."
    )
    analysis_status: AnalysisStatus | None = strawberry.field(
        description="Where the newest analysis is; null before the first. Watch it with `projectProgress`."
    )
    created_at: datetime = strawberry.field(description="When it was made.")

    @classmethod
    def of(cls, project: ProjectValue) -> "Project":
        done = project.analysis
        return cls(
            id=global_id("Project", project.id),
            title=project.title,
            transcript=project.transcript,
            summary=project.summary,
            stills=[ProjectStill.of(still) for still in project.stills],
            analysis=ProjectAnalysis.of(done, is_current=project.is_analyzed) if done else None,
            analysis_status=project.newest.status if project.newest else None,
            created_at=project.created_at,
        )

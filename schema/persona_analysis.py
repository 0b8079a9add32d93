"""What is said of a persona's whole set of photos."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import strawberry

from domain.ids import PhotoId
from domain.personas.analysis import (
    Analysis,
    AnalysisResult,
    Analyst,
    AspectFound,
    LocalBecause,
    SetAdviceCode,
    SetAspect,
    SetQuality,
)
from domain.personas.analysis import SetAdvice as SetAdviceValue
from domain.personas.references import ReferenceReason
from resolvers.loaders import PhotoView
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered
from schema.persona_photos import PersonaPhoto


@strawberry.type(description="One side of a set of photos.")
class SetAspectScore:
    aspect: SetAspect = strawberry.field(description="Which one.")
    score: float | None = strawberry.field(description="0 to 1; null where there were no two photos to compare.")
    note: str = strawberry.field(description="What it rests on. An estimate says that it is one.")

    @classmethod
    def of(cls, found: AspectFound) -> "SetAspectScore":
        return cls(aspect=found.aspect, score=found.score, note=found.note)


@strawberry.type(description="What would make a set better. It follows from measurement, whoever analyzed the set.")
class SetAdvice:
    code: SetAdviceCode = strawberry.field(description="Stable, for programs.")
    message: str = strawberry.field(description="For people: the next step.")
    photo_count: int = strawberry.field(
        description="How many photos it takes; 0 where it is not a matter of their number."
    )

    @classmethod
    def of(cls, advice: SetAdviceValue) -> "SetAdvice":
        return cls(code=advice.code, message=advice.message, photo_count=advice.count)


@strawberry.type(description="A photo that pictures are made from, and why this one.")
class PhotoReference:
    photo: PersonaPhoto = strawberry.field(description="The photo.")
    reasons: list[ReferenceReason] = strawberry.field(description="What speaks for it; at least one.")


@strawberry.type(
    description="What pictures made of a set could serve for. Nothing in it is about who is on the photos."
)
class PersonaConcepts:
    thumbnail_ideas: list[str] = strawberry.field(
        description="For thumbnails of videos, a sentence each, up to four: good beginnings of `startThumbnail`'s prompt."
    )
    social_ideas: list[str] = strawberry.field(description="For social graphics, likewise.")
    potential_issues: list[str] = strawberry.field(
        description="What may go wrong in such pictures, a sentence each, up to four; empty where nothing is expected to."
    )
    by: Analyst = strawberry.field(
        description="Whose ideas these are: LOCAL ones follow from what was measured, also where a model judged the set."
    )


@strawberry.type(description="What was said of a persona's whole set of photos. Nothing in it is about who is on them.")
class PersonaAnalysis:
    quality: SetQuality = strawberry.field(description="In a word.")
    consistency_score: float = strawberry.field(
        description="0 to 1: how consistent the face is. By LOCAL an estimate, and 0.5 where there were no two faces to compare."
    )
    ready_for_training: bool = strawberry.field(
        description="Whether a likeness may well be trained on it. Never for a set that has changed since."
    )
    feedback: str = strawberry.field(description="A few sentences for people.")
    suggestions: list[str] = strawberry.field(description="What to do, a sentence each; up to eight.")
    aspects: list[SetAspectScore] = strawberry.field(
        description="Faces, light, expressions, backgrounds, in that order."
    )
    advice: list[SetAdvice] = strawberry.field(description="The same with stable codes, the gravest first.")
    analyzed_by: Analyst = strawberry.field(description="Whose judgement it is.")
    local_because: LocalBecause | None = strawberry.field(
        description="Why it is only our own measurement; null where it is not."
    )
    analyzed_at: datetime = strawberry.field(description="When it was done.")
    is_current: bool = strawberry.field(
        description="False once the photos are others than those that were analyzed: analyze them again."
    )
    references: list[PhotoReference] = strawberry.field(
        description="The best photos to make pictures from, up to six, the best first. Photos that were removed since are left out."
    )
    reference_photos: list[PersonaPhoto] = strawberry.field(description="The same, without their reasons.")
    concepts: PersonaConcepts | None = strawberry.field(
        description="What it could serve for; null of analyses from before there were ideas: analyze it again."
    )

    @classmethod
    def of(cls, analysis: Analysis, views: Sequence[PhotoView]) -> "PersonaAnalysis | None":
        """`views` are of the persona's present photos. None for one that is not done."""
        found = analysis.result
        if found is None or analysis.finished_at is None:
            return None
        photos = {view.photo.id: PersonaPhoto.of(view) for view in views}
        is_current = analysis.is_of(view.photo for view in views)
        references = _references(found, photos)
        return cls(
            quality=found.quality,
            consistency_score=found.consistency_score,
            ready_for_training=found.ready_for_training and is_current,
            feedback=found.feedback,
            suggestions=list(found.suggestions),
            aspects=[SetAspectScore.of(one) for one in found.aspects],
            advice=[SetAdvice.of(one) for one in found.advice],
            analyzed_by=found.analyzed_by,
            local_because=found.because,
            analyzed_at=analysis.finished_at,
            is_current=is_current,
            references=references,
            reference_photos=[one.photo for one in references],
            concepts=_concepts(found),
        )


def _concepts(found: AnalysisResult) -> PersonaConcepts | None:
    if found.concepts is None:
        return None
    return PersonaConcepts(
        thumbnail_ideas=list(found.concepts.thumbnail_ideas),
        social_ideas=list(found.concepts.social_ideas),
        potential_issues=list(found.concepts.potential_issues),
        by=found.concepts_by,
    )


def _references(found: AnalysisResult, photos: Mapping[PhotoId, PersonaPhoto]) -> list[PhotoReference]:
    return [
        PhotoReference(photo=photos[one.photo_id], reasons=list(one.reasons))
        for one in found.references
        if one.photo_id in photos
    ]

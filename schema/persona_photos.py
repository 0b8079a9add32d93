"""Photos of a persona: the file, what it is worth, and what would make it better."""

from datetime import datetime

import strawberry

from domain.personas.faces import Face, FaceAngle
from domain.personas.next_step import NextStep, NextStepCode
from domain.personas.persona import PersonaPhoto as PhotoValue
from domain.personas.quality import PhotoIssue, advice_on, issues_of, quality_of
from resolvers.loaders import PhotoView
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered
from schema.ids import Node, global_id


@strawberry.type(description="What a photo is worth: points for the file, parts of 1 for its pixels.")
class PhotoQuality:
    dimension: float = strawberry.field(description="0 to 40: 40 from 1024 pixels on the shorter side, 20 at 512.")
    aspect_ratio: float = strawberry.field(description="0, 10 or 20: 20 for 0.8 to 1.2, 10 for 0.6 to 1.5.")
    file_size: float = strawberry.field(description="0 to 20, of the file as it was sent: 20 from 1 MB.")
    format: float = strawberry.field(description="Of the file as it was sent: JPEG 20, PNG 15, WebP 10.")
    lighting: float = strawberry.field(description="0 to 1, from how bright and dark pixels are spread.")
    clarity: float = strawberry.field(description="0 to 1, from how sharp edges are.")
    angle: float | None = strawberry.field(
        description=(
            "0 to 1, how well the face is seen: 1 for one that is large, whole, upright, alone, and looks into the camera; 0.9 in "
            "three-quarter view, 0.7 in profile; less where it is small, cut off, lying or in company; 0 where none was found, "
            "which can be an error. Null: the photo was added before faces were looked for."
        )
    )
    overall: float = strawberry.field(
        description="0 to 1, of lighting, clarity and angle together: their geometric mean, with an angle of at least 0.1."
    )


@strawberry.type(description="What would make a photo better.")
class PhotoAdvice:
    code: PhotoIssue = strawberry.field(description="Stable, for programs.")
    message: str = strawberry.field(description="One sentence or two for people: the fact and the next step.")


@strawberry.type(description="Where a face is on a photo, in the photo's pixels.")
class PhotoFace:
    left: int = strawberry.field(description="Of the square around eyes, nose and mouth.")
    top: int = strawberry.field(description="Likewise.")
    width: int = strawberry.field(description="Likewise.")
    height: int = strawberry.field(description="Likewise.")
    angle: FaceAngle = strawberry.field(description="How it is turned, by what can be seen of it; an estimate.")

    @classmethod
    def of(cls, face: Face) -> "PhotoFace":
        return cls(left=face.left, top=face.top, width=face.width, height=face.height, angle=face.angle)


@strawberry.type(
    description="A photo of a persona, as we drew it anew: upright, and with nothing in it but the picture."
)
class PersonaPhoto(Node):
    url: str = strawberry.field(description="Where it can be fetched, for some minutes. Only its owner is given it.")
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")
    file_size_bytes: int = strawberry.field(description="Of the file as it was sent.")
    quality_score: int = strawberry.field(description="0 to 100: the sum of the four parts of its file.")
    quality: PhotoQuality = strawberry.field(description="The parts.")
    issues: list[PhotoIssue] = strawberry.field(description="What could be better, the gravest first.")
    advice: list[PhotoAdvice] = strawberry.field(description="A word on each issue, in that order.")
    faces: list[PhotoFace] | None = strawberry.field(
        description="Faces that were found on it, the largest first. Null where nobody looked; nobody is recognised."
    )
    added_at: datetime = strawberry.field(description="When it was added.")

    @classmethod
    def of(cls, view: PhotoView) -> "PersonaPhoto":
        photo = view.photo
        quality, issues = quality_of(photo), list(issues_of(photo))
        return cls(
            id=global_id("PersonaPhoto", photo.id),
            url=view.url,
            width=photo.width,
            height=photo.height,
            file_size_bytes=photo.sent_size_bytes,
            quality_score=quality.score,
            quality=_quality(photo),
            issues=issues,
            advice=[PhotoAdvice(code=issue, message=advice_on(photo, issue)) for issue in issues],
            faces=None if photo.faces is None else [PhotoFace.of(face) for face in photo.faces],
            added_at=photo.added_at,
        )


def _quality(photo: PhotoValue) -> PhotoQuality:
    found = quality_of(photo)
    return PhotoQuality(
        dimension=found.dimension,
        aspect_ratio=found.aspect_ratio,
        file_size=found.file_size,
        format=found.format,
        lighting=found.lighting,
        clarity=found.clarity,
        angle=found.angle,
        overall=found.overall,
    )


@strawberry.type(description="What to do now with a persona, and why.")
class PersonaNextStep:
    code: NextStepCode = strawberry.field(description="Stable, for programs.")
    message: str = strawberry.field(description="For people.")
    missing_photo_count: int = strawberry.field(
        description="Good photos that are still needed; 0 where there are enough."
    )
    photo_ids: list[strawberry.ID] = strawberry.field(description="Photos to be taken again; empty but for FIX_PHOTOS.")

    @classmethod
    def of(cls, step: NextStep) -> "PersonaNextStep":
        return cls(
            code=step.code,
            message=step.message,
            missing_photo_count=step.missing,
            photo_ids=[global_id("PersonaPhoto", photo_id) for photo_id in step.photo_ids],
        )

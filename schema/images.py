"""The gallery's filter, and what a user does with images."""

from datetime import UTC, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.errors import InvalidInput
from domain.ids import ImageId
from domain.images.gallery import ImageFilter as Filter
from domain.jobs.job import JobKind
from domain.presets.catalogue import Environment, Outfit, Scene
from resolvers import images
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_types import ImageAsset
from schema.jobs import ERRORS
from schema.permissions import SignedIn


@strawberry.input(description="Which images. All that is given must fit; null asks for nothing.")
class ImageFilter:
    subject_id: strawberry.ID | None = strawberry.field(default=None, description="Of this subject.")
    kinds: list[JobKind] | None = strawberry.field(default=None, description="Made by one of these kinds of job.")
    scenes: list[Scene] | None = strawberry.field(default=None, description="In one of these scenes.")
    environments: list[Environment] | None = strawberry.field(default=None, description="In one of these places.")
    outfits: list[Outfit] | None = strawberry.field(default=None, description="Wearing one of these.")
    models: list[str] | None = strawberry.field(default=None, description="Made by one of these models.")
    liked: bool | None = strawberry.field(default=None, description="Liked, or not.")
    created_after: datetime | None = strawberry.field(default=None, description="Made after this moment.")
    created_before: datetime | None = strawberry.field(default=None, description="Made before this moment.")

    def to_filter(self) -> Filter:
        subject = self.subject_id
        return Filter(
            subject_id=None if subject is None else id_of(subject, "Influencer", "Persona", field="filter.subjectId"),
            kinds=self.kinds,
            scenes=self.scenes,
            environments=self.environments,
            outfits=self.outfits,
            models=self.models,
            liked=self.liked,
            created_after=_moment(self.created_after, field="filter.createdAfter"),
            created_before=_moment(self.created_before, field="filter.createdBefore"),
        )


def _moment(value: datetime | None, *, field: str) -> datetime | None:
    """In UTC, which is also what a time without a zone is in."""
    if value is None:
        return None
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        raise InvalidInput("This moment lies outside of the years 1 to 9999.", field=field) from None


@strawberry.input(description="What `likeImages` takes.")
class LikeImagesInput:
    image_ids: list[strawberry.ID] = strawberry.field(description="1 to 100 images.")
    liked: bool = strawberry.field(default=True, description="False takes a like back.")


@strawberry.type(description="What `likeImages` answers.")
class LikeImagesPayload:
    images: list[ImageAsset] | None = strawberry.field(
        default=None, description="The images as they are now, in the order given; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class ImageMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Like images, or take likes back. All of them or, when one does not exist, none.",
    )
    @user_errors(LikeImagesPayload)
    async def like_images(
        self,
        info: Info[Context, None],
        input: Annotated[LikeImagesInput, strawberry.argument(description="Which images.")],
    ) -> LikeImagesPayload:
        ids = [ImageId(id_of(i, "ImageAsset", field="imageIds")) for i in input.image_ids]
        views = await images.like(info.context, ids, liked=input.liked)
        return LikeImagesPayload(images=[ImageAsset.of(view) for view in views])

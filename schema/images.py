"""The gallery's filter, and what a user does with images."""

from datetime import UTC, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.errors import InvalidInput
from domain.ids import ImageId
from domain.images.gallery import AdultFilter
from domain.images.gallery import ImageFilter as Filter
from domain.jobs.job import JobKind
from domain.presets.catalogue import Environment, Outfit, Scene
from resolvers import images
from resolvers.context import Context
from schema.adult_words import ADULT_ARGUMENT
from schema.errors import UserError, user_errors
from schema.ids import global_id, id_of
from schema.job_types import ImageAsset
from schema.job_words import ERRORS
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
    adult: AdultFilter = strawberry.field(default=AdultFilter.EXCLUDE, description=ADULT_ARGUMENT)

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
            adult=self.adult,
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


@strawberry.input(description="What `deleteImages` takes.")
class DeleteImagesInput:
    image_ids: list[strawberry.ID] = strawberry.field(description="1 to 100 images.")


@strawberry.type(description="What `deleteImages` answers.")
class DeleteImagesPayload:
    deleted_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The images, in the order given; null when it was refused."
    )
    restorable_until: datetime | None = strawberry.field(
        default=None,
        description="Until when `restoreImages` brings all of them back; null when it was refused.",
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `restoreImages` takes.")
class RestoreImagesInput:
    image_ids: list[strawberry.ID] = strawberry.field(description="1 to 100 images.")


@strawberry.type(description="What `restoreImages` answers.")
class RestoreImagesPayload:
    images: list[ImageAsset] | None = strawberry.field(
        default=None, description="The images as they were, in the order given; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `recordDownload` takes.")
class RecordDownloadInput:
    image_id: strawberry.ID = strawberry.field(description="The image.")


@strawberry.type(description="What `recordDownload` answers.")
class RecordDownloadPayload:
    image: ImageAsset | None = strawberry.field(
        default=None, description="The image, with one download more; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


def image_ids_of(values: list[strawberry.ID]) -> list[ImageId]:
    return [ImageId(id_of(value, "ImageAsset", field="imageIds")) for value in values]


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
        views = await images.like(info.context, image_ids_of(input.image_ids), liked=input.liked)
        return LikeImagesPayload(images=[ImageAsset.of(view) for view in views])

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Delete images: all of them or, when one does not exist, none. They are hidden at once, wherever they were listed, "
            "and can be brought back until `restorableUntil`; then their files are removed for good. Addresses that were given "
            "out before open them for up to 10 minutes more. A second call changes nothing. Refused with a `ConflictError` "
            "for an influencer's base image, and for one that a running job works with."
        ),
    )
    @user_errors(DeleteImagesPayload)
    async def delete_images(
        self,
        info: Info[Context, None],
        input: Annotated[DeleteImagesInput, strawberry.argument(description="Which images.")],
    ) -> DeleteImagesPayload:
        done = await images.delete(info.context, image_ids_of(input.image_ids))
        ids = [global_id("ImageAsset", image_id) for image_id in done.image_ids]
        return DeleteImagesPayload(deleted_ids=ids, restorable_until=done.restorable_until)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Bring deleted images back, as they were: all of them or none. Those that are not deleted stay as they are. "
            "Refused with a `ConflictError` when the time for it is over."
        ),
    )
    @user_errors(RestoreImagesPayload)
    async def restore_images(
        self,
        info: Info[Context, None],
        input: Annotated[RestoreImagesInput, strawberry.argument(description="Which images.")],
    ) -> RestoreImagesPayload:
        views = await images.restore(info.context, image_ids_of(input.image_ids))
        return RestoreImagesPayload(images=[ImageAsset.of(view) for view in views])

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Count a download of an image. Each call counts one; the file itself is at `downloadUrl`.",
    )
    @user_errors(RecordDownloadPayload)
    async def record_download(
        self,
        info: Info[Context, None],
        input: Annotated[RecordDownloadInput, strawberry.argument(description="Which image.")],
    ) -> RecordDownloadPayload:
        image_id = ImageId(id_of(input.image_id, "ImageAsset", field="imageId"))
        return RecordDownloadPayload(image=ImageAsset.of(await images.record_download(info.context, image_id)))

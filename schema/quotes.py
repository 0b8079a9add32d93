"""What a job would cost, before it is started."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.credits.quotes import FreeBecause
from domain.jobs.job import GenerationMode
from resolvers import jobs
from resolvers.context import Context
from resolvers.jobs import JobOffer
from schema.changes import EditInput, InpaintInput
from schema.jobs import BaseImagesInput, PackInput
from schema.permissions import SignedIn
from schema.portraits import DisplaySamplesInput, PortraitsInput, PreviewSamplesInput, RegenerationInput
from schema.subject_jobs import CharacterSheetInput, HeadshotsInput, VariationsInput
from schema.thumbnail_inputs import ThumbnailInput, ThumbnailsInput

BINDING = "Spends nothing. Binding with its `id`, for 30 minutes."

FREE_REASONS = {FreeBecause.FIRST_PORTRAITS: "Your first set of portraits is free."}


@strawberry.type(description="What a job would cost. Binding when its `id` is given to the mutation in time.")
class JobQuote:
    id: strawberry.ID = strawberry.field(description="For `quoteId` of the mutation's input.")
    credits: int = strawberry.field(description="For all images: what will be reserved.")
    per_image: int = strawberry.field(description="For each image that is made.")
    image_count: int = strawberry.field(description="Images asked for.")
    is_free: bool = strawberry.field(description="Whether it costs nothing although it has a price.")
    free_reason: str | None = strawberry.field(description="Why it is free, for people; null where it is not.")
    available: int = strawberry.field(description="Credits you have now.")
    is_affordable: bool = strawberry.field(description="Whether that is enough.")
    mode: GenerationMode | None = strawberry.field(
        description="How the face would be kept the same; null for kinds that make none anew."
    )
    mode_reason: str = strawberry.field(description="Why this mode.")
    expires_at: datetime = strawberry.field(description="Until when it binds.")

    @classmethod
    def of(cls, offer: JobOffer) -> "JobQuote":
        return cls(
            id=strawberry.ID(offer.token),
            credits=offer.quote.credits,
            per_image=offer.quote.per_image,
            image_count=offer.quote.image_count,
            is_free=offer.quote.free_because is not None,
            free_reason=FREE_REASONS[offer.quote.free_because] if offer.quote.free_because else None,
            available=offer.available,
            is_affordable=offer.is_affordable,
            mode=offer.mode,
            mode_reason=offer.mode_reason,
            expires_at=offer.expires_at,
        )


@strawberry.type
class QuoteQueries:
    @strawberry.field(permission_classes=[SignedIn], description=f"What a pack would cost. {BINDING}")
    async def quote_pack(
        self,
        info: Info[Context, None],
        input: Annotated[PackInput, strawberry.argument(description="The pack.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quotePack"))

    @strawberry.field(permission_classes=[SignedIn], description=f"What base images would cost. {BINDING}")
    async def quote_base_images(
        self,
        info: Info[Context, None],
        input: Annotated[BaseImagesInput, strawberry.argument(description="Whose, and how many.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteBaseImages"))

    @strawberry.field(permission_classes=[SignedIn], description=f"What a character sheet would cost. {BINDING}")
    async def quote_character_sheet(
        self,
        info: Info[Context, None],
        input: Annotated[CharacterSheetInput, strawberry.argument(description="Whose, and how many images.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteCharacterSheet"))

    @strawberry.field(permission_classes=[SignedIn], description=f"What headshots would cost. {BINDING}")
    async def quote_headshots(
        self,
        info: Info[Context, None],
        input: Annotated[HeadshotsInput, strawberry.argument(description="The headshots.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteHeadshots"))

    @strawberry.field(
        permission_classes=[SignedIn],
        description=f"What variations would cost. The style images need not have been sent yet. {BINDING}",
    )
    async def quote_variations(
        self,
        info: Info[Context, None],
        input: Annotated[VariationsInput, strawberry.argument(description="The variations.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteVariations"))

    @strawberry.field(
        permission_classes=[SignedIn],
        description=f"What an inpaint would cost. The mask need not have been sent yet. {BINDING}",
    )
    async def quote_inpaint(
        self,
        info: Info[Context, None],
        input: Annotated[InpaintInput, strawberry.argument(description="The change.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteInpaint"))

    @strawberry.field(permission_classes=[SignedIn], description=f"What an edit would cost. {BINDING}")
    async def quote_edit(
        self,
        info: Info[Context, None],
        input: Annotated[EditInput, strawberry.argument(description="The edit.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteEdit"))

    @strawberry.field(
        permission_classes=[SignedIn],
        description=f"What portraits would cost; `isFree` and `freeReason` say whether it is your free set. {BINDING}",
    )
    async def quote_portraits(
        self,
        info: Info[Context, None],
        input: Annotated[PortraitsInput, strawberry.argument(description="Whose, and how large.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quotePortraits"))

    @strawberry.field(permission_classes=[SignedIn], description=f"What preview samples would cost. {BINDING}")
    async def quote_preview_samples(
        self,
        info: Info[Context, None],
        input: Annotated[PreviewSamplesInput, strawberry.argument(description="Whose.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quotePreviewSamples"))

    @strawberry.field(permission_classes=[SignedIn], description=f"What display samples would cost. {BINDING}")
    async def quote_display_samples(
        self,
        info: Info[Context, None],
        input: Annotated[DisplaySamplesInput, strawberry.argument(description="Whose.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteDisplaySamples"))

    @strawberry.field(
        permission_classes=[SignedIn], description=f"What it would cost to make an image again, alone. {BINDING}"
    )
    async def quote_regenerate_image(
        self,
        info: Info[Context, None],
        input: Annotated[RegenerationInput, strawberry.argument(description="Which image.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteRegenerateImage"))

    @strawberry.field(
        permission_classes=[SignedIn],
        description=f"What a thumbnail would cost; its next version costs the same. {BINDING}",
    )
    async def quote_thumbnail(
        self,
        info: Info[Context, None],
        input: Annotated[ThumbnailInput, strawberry.argument(description="The thumbnail.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteThumbnail"))

    @strawberry.field(permission_classes=[SignedIn], description=f"What several thumbnails would cost. {BINDING}")
    async def quote_thumbnails(
        self,
        info: Info[Context, None],
        input: Annotated[ThumbnailsInput, strawberry.argument(description="The thumbnails.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteThumbnails"))

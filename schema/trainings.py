"""Inputs and payloads of trainings, and the operations that take them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import LoraModelId, SubjectId
from domain.presets.models import BaseModel
from domain.trainings.likeness import BASE_MODEL as LIKENESS_BASE_MODEL
from domain.trainings.starting import TrainingRequest
from resolvers import trainings
from resolvers.context import Context
from resolvers.trainings import TrainingNews, TrainingOffer
from schema.errors import UserError, user_errors
from schema.ids import id_of, parse_id
from schema.images import image_ids_of
from schema.job_words import ERRORS, KEY
from schema.lora import LoraModel
from schema.permissions import SignedIn
from schema.subjects import Influencer, influencer_of

IMAGES = (
    "Of an influencer 5 to 20 different images: of equal files only one counts. `trainingImages.recommendedIds` has a good choice. Of a "
    "persona 5 to 20 of its photos; leave it out for all that are good, or for the best 5 where those are fewer."
)


@strawberry.input(description="What a training is of.")
class TrainingInput:
    subject_id: strawberry.ID = strawberry.field(description="An influencer, or a persona.")
    image_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=IMAGES)
    base_model: BaseModel | None = strawberry.field(
        default=None,
        description="The model that the LoRA is for; null for the usual: Z_IMAGE_TURBO of an influencer. A persona has FLUX_DEV only.",
    )
    display_samples: bool = strawberry.field(
        default=True,
        description="Of a persona: whether five display samples are made with the LoRA by themselves once it is ready, at "
        "`TrainingQuote.displaySampleCredits`. Where there are too few credits then, none are begun and a notification says so.",
    )

    def to_request(self) -> TrainingRequest:
        subject_id = SubjectId(id_of(self.subject_id, "Influencer", "Persona", field="subjectId"))
        if parse_id(self.subject_id)[0] == "Persona":
            return TrainingRequest(
                subject_id=subject_id,
                base_model=self.base_model or LIKENESS_BASE_MODEL,
                image_ids=tuple(id_of(one, "PersonaPhoto", field="imageIds") for one in self.image_ids or []),
                display_samples=self.display_samples,
            )
        return TrainingRequest(
            subject_id=subject_id,
            base_model=self.base_model or BaseModel.Z_IMAGE_TURBO,
            image_ids=tuple(image_ids_of(self.image_ids or [])),
        )


@strawberry.input(description="What `startTraining` takes.")
class StartTrainingInput(TrainingInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(
        default=None,
        description="`id` of a quote for the same input, whose price then binds; null for the price of now.",
    )


@strawberry.input(description="What `cancelTraining` takes.")
class CancelTrainingInput:
    lora_model_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.input(description="What `updateLoraSettings` takes. What is null or left out stays as it is.")
class UpdateLoraSettingsInput:
    influencer_id: strawberry.ID = strawberry.field(description="Whose.")
    training_enabled: bool | None = strawberry.field(default=None, description="Whether a LoRA may be trained at all.")
    auto_start: bool | None = strawberry.field(
        default=None, description="Whether training starts by itself after creation."
    )


@strawberry.type(description="What a training would cost. Binding when its `id` is given to `startTraining` in time.")
class TrainingQuote:
    id: strawberry.ID = strawberry.field(description="For `quoteId` of the mutation's input.")
    credits: int = strawberry.field(description="What will be reserved, and charged when it succeeds.")
    base_credits: int = strawberry.field(description="Of the price book, for any training with this base model.")
    credits_per_image: int = strawberry.field(description="Of the price book, for each image besides.")
    image_count: int = strawberry.field(description="Different images.")
    is_free: bool = strawberry.field(description="Whether it costs nothing.")
    free_credits: int = strawberry.field(
        description="What a free retry takes off the price: after a failure that was not yours, a training with the same base model is free "
        "for as many images as failed, once. Images beyond that are charged; another base model has its own price and leaves the right as it is."
    )
    free_reason: str | None = strawberry.field(description="Why it is free, or cheaper; null where it is neither.")
    display_sample_credits: int = strawberry.field(
        description="Beside `credits`: for display samples of a persona that follow by themselves. They are reserved when the training has "
        "succeeded, and charged image by image; 0 where none follow."
    )
    available: int = strawberry.field(description="Credits you have now.")
    is_affordable: bool = strawberry.field(description="Whether that is enough for the training.")
    estimated_minutes: int = strawberry.field(
        description="How long such a training takes as a rule: a guess until it tells its steps."
    )
    expires_at: datetime = strawberry.field(description="Until when it binds.")

    @classmethod
    def of(cls, offer: TrainingOffer) -> "TrainingQuote":
        quote = offer.quote
        return cls(
            id=strawberry.ID(offer.token),
            credits=quote.credits,
            base_credits=quote.list_price.base,
            credits_per_image=quote.list_price.per_image,
            image_count=quote.image_count,
            is_free=quote.credits == 0,
            free_credits=quote.taken_off,
            free_reason=quote.free_reason,
            display_sample_credits=quote.sample_credits,
            available=offer.available,
            is_affordable=offer.is_affordable,
            estimated_minutes=offer.estimated_minutes,
            expires_at=offer.expires_at,
        )


@strawberry.type(description="What `startTraining` answers.")
class StartTrainingPayload:
    lora_model: LoraModel | None = strawberry.field(default=None, description="The training; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `cancelTraining` answers.")
class CancelTrainingPayload:
    lora_model: LoraModel | None = strawberry.field(default=None, description="The training; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `updateLoraSettings` answers.")
class UpdateLoraSettingsPayload:
    influencer: Influencer | None = strawberry.field(
        default=None, description="The influencer; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="A training is in a new state, or further than before.")
class TrainingProgressEvent:
    cursor: str = strawberry.field(description="Give it as `after` to resume behind this state.")
    emitted_at: datetime = strawberry.field(description="When it was told.")
    lora_model: LoraModel = strawberry.field(description="The training as it is then.")

    @classmethod
    def of(cls, news: TrainingNews) -> "TrainingProgressEvent":
        return cls(cursor=news.cursor, emitted_at=news.at, lora_model=LoraModel.of(news.model))


@strawberry.type
class TrainingQueries:
    @strawberry.field(
        permission_classes=[SignedIn],
        description="What a training would cost. Spends nothing. Binding with its `id`, for 30 minutes.",
    )
    async def quote_training(
        self,
        info: Info[Context, None],
        input: Annotated[TrainingInput, strawberry.argument(description="The training.")],
    ) -> TrainingQuote:
        return TrainingQuote.of(await trainings.quote(info.context, input.to_request()))


@strawberry.type
class TrainingMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Have a LoRA trained. Credits are reserved at once, charged when it is ready, and released when it fails or is "
        "cancelled. New jobs use it the moment it is ready. One training of a subject runs at a time (`ConflictError`). Of a "
        "persona: needs a live consent (`ConsentRequiredError`), 5 photos, and approved preview samples of the photos it has now "
        "(`ConflictError` with the code `APPROVAL_REQUIRED`). Three trainings after the first are free, each with other photos "
        "(`PHOTOS_UNCHANGED`); then it is a `SupportRequiredError`.",
    )
    @user_errors(StartTrainingPayload)
    async def start_training(
        self,
        info: Info[Context, None],
        input: Annotated[StartTrainingInput, strawberry.argument(description="The training.")],
    ) -> StartTrainingPayload:
        model = await trainings.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        return StartTrainingPayload(lora_model=LoraModel.of(model))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Cancel a training at any moment: its credits are released at once. A second call changes nothing; one that has "
        "ended otherwise is a `ConflictError`. A free retry that is cancelled is used up, also where it only made this one cheaper.",
    )
    @user_errors(CancelTrainingPayload)
    async def cancel_training(
        self,
        info: Info[Context, None],
        input: Annotated[CancelTrainingInput, strawberry.argument(description="Which one.")],
    ) -> CancelTrainingPayload:
        wanted = LoraModelId(id_of(input.lora_model_id, "LoraModel", field="loraModelId"))
        return CancelTrainingPayload(lora_model=LoraModel.of(await trainings.cancel(info.context, wanted)))

    @strawberry.mutation(permission_classes=[SignedIn], description="Say what you want of training. Free.")
    @user_errors(UpdateLoraSettingsPayload)
    async def update_lora_settings(
        self,
        info: Info[Context, None],
        input: Annotated[UpdateLoraSettingsInput, strawberry.argument(description="Whose, and what.")],
    ) -> UpdateLoraSettingsPayload:
        changed = await trainings.set_wishes(
            info.context,
            SubjectId(id_of(input.influencer_id, "Influencer", field="influencerId")),
            training_enabled=input.training_enabled,
            auto_start=input.auto_start,
        )
        return UpdateLoraSettingsPayload(influencer=influencer_of(changed))


async def training_events(
    ctx: Context, lora_model_id: str, after: str | None
) -> AsyncGenerator[TrainingProgressEvent, None]:
    wanted = LoraModelId(id_of(lora_model_id, "LoraModel", field="loraModelId"))
    async with aclosing(trainings.news(ctx, wanted, after)) as stream:
        async for news in stream:
            yield TrainingProgressEvent.of(news)

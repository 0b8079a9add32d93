"""Inputs and payloads of influencers, and the mutations that take them."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import ImageId, SubjectId
from domain.influencers.appearance import Appearance, Gender, Style
from domain.influencers.service import InfluencerRequest
from domain.presets.catalogue import Outfit
from domain.presets.models import BaseModel
from resolvers import influencers
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_words import ERRORS, KEY
from schema.permissions import SignedIn
from schema.subjects import Influencer, influencer_of
from schema.training_chain import AutomaticTraining


@strawberry.input(description="How the character looks. Traits are keys of `appearanceOptions`.")
class AppearanceInput:
    style: Style = strawberry.field(description="How it is drawn.")
    gender: Gender = strawberry.field(description="How it presents.")
    age: int = strawberry.field(description="In years, 18 at least: every character is an adult.")
    ethnicity: str = strawberry.field(description="A key.")
    hair_color: str = strawberry.field(description="A key.")
    hair_style: str = strawberry.field(description="A key.")
    eye_color: str = strawberry.field(description="A key.")
    body_type: str = strawberry.field(description="A key.")

    def to_appearance(self) -> Appearance:
        return Appearance(
            style=self.style,
            gender=self.gender,
            age=self.age,
            ethnicity=self.ethnicity,
            hair_color=self.hair_color,
            hair_style=self.hair_style,
            eye_color=self.eye_color,
            body_type=self.body_type,
        )


@strawberry.input(description="What `createInfluencer` takes.")
class CreateInfluencerInput:
    name: str = strawberry.field(
        description="1 to 80 characters. It is screened as all words are: nothing that points to anyone under 18, or to adult content."
    )
    appearance: AppearanceInput = strawberry.field(description="How it looks.")
    idempotency_key: str = strawberry.field(description=KEY)
    default_outfit: Outfit = strawberry.field(
        default=Outfit.CASUAL_TEE, description="What it wears unless a job says otherwise."
    )
    nsfw_enabled: bool = strawberry.field(
        default=False,
        description="Whether adult content is wanted of it. Refused with a `ContentPolicyError` unless every condition holds: its "
        "`unmet` says which do not. Where one ceases to hold later, its jobs are ordinary ones (`GenerationJob.adult`).",
    )
    base_model: BaseModel = strawberry.field(default=BaseModel.Z_IMAGE_TURBO, description="The model it is drawn with.")
    auto_start: bool = strawberry.field(
        default=True,
        description="Whether choosing a base image has character sheets made and a LoRA trained by itself (HD), where your credits suffice for "
        "both. `quoteAutomaticTraining` says what that takes. Can be changed with `updateLoraSettings`.",
    )

    def to_request(self) -> InfluencerRequest:
        return InfluencerRequest(
            name=self.name,
            appearance=self.appearance.to_appearance(),
            default_outfit=self.default_outfit,
            base_model=self.base_model,
            nsfw_enabled=self.nsfw_enabled,
            auto_start=self.auto_start,
        )


@strawberry.input(description="What `chooseBaseImage` takes.")
class ChooseBaseImageInput:
    influencer_id: strawberry.ID = strawberry.field(description="Whose face it becomes.")
    image_id: strawberry.ID = strawberry.field(description="One of its base images.")


@strawberry.type(description="What `createInfluencer` answers.")
class CreateInfluencerPayload:
    influencer: Influencer | None = strawberry.field(
        default=None, description="The influencer; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `chooseBaseImage` answers.")
class ChooseBaseImagePayload:
    influencer: Influencer | None = strawberry.field(
        default=None, description="The influencer; null when it was refused."
    )
    automatic_training: AutomaticTraining | None = strawberry.field(
        default=None,
        description="What was started by itself, or why nothing was; null when the choice was refused. The sheets are its "
        "`Influencer.characterSheetJob`; the training is told of by notifications.",
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class InfluencerMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Create a synthetic adult character. Free. Give it a face with `startBaseImages`, and choose one with `chooseBaseImage`: with "
        "`autoStart`, and only where your credits suffice, that has it trained by itself.",
    )
    @user_errors(CreateInfluencerPayload)
    async def create_influencer(
        self,
        info: Info[Context, None],
        input: Annotated[CreateInfluencerInput, strawberry.argument(description="The character.")],
    ) -> CreateInfluencerPayload:
        made = await influencers.create(info.context, input.to_request(), key=input.idempotency_key)
        return CreateInfluencerPayload(influencer=influencer_of(made))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Choose the image that gives an influencer its face. Packs can be made from then on. With `autoStart` this **spends credits** "
        "where they suffice for all of it: 7 character sheet images are reserved at once, and a training when those are made "
        "(`quoteAutomaticTraining` says how much; `automaticTraining` of the payload what was started). Otherwise nothing is spent, and the "
        "reason is told here and in a notification. An image is charged for sheets once: choosing it again starts nothing twice. "
        "Choosing another face while the sheets are made keeps their training from beginning.",
    )
    @user_errors(ChooseBaseImagePayload)
    async def choose_base_image(
        self,
        info: Info[Context, None],
        input: Annotated[ChooseBaseImageInput, strawberry.argument(description="Who, and which image.")],
    ) -> ChooseBaseImagePayload:
        chosen, plan = await influencers.choose_base_image(
            info.context,
            SubjectId(id_of(input.influencer_id, "Influencer", field="influencerId")),
            ImageId(id_of(input.image_id, "ImageAsset", field="imageId")),
        )
        return ChooseBaseImagePayload(influencer=influencer_of(chosen), automatic_training=AutomaticTraining.of(plan))

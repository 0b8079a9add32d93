"""What a chosen face has made by itself: sheets, then a training."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import ImageId, SubjectId
from domain.trainings.chain import ChainPlan, HeldBackBy
from resolvers import influencers
from resolvers.context import Context
from schema.ids import id_of
from schema.permissions import SignedIn


@strawberry.type(
    description="What choosing a base image starts by itself, and costs: character sheets, and when those are made a training on them. "
    "It starts where `autoStart` and `trainingEnabled` are on, nothing was trained yet, and the credits are there for all of it."
)
class AutomaticTraining:
    is_starting: bool = strawberry.field(
        description="Whether it starts. Where it does not, nothing of it is spent, and `reason` says why."
    )
    held_back_by: HeldBackBy | None = strawberry.field(description="What keeps it; null where it starts.")
    reason: str | None = strawberry.field(description="The same in words, with the next step; null where it starts.")
    sheet_count: int = strawberry.field(
        description="Character sheet images: reserved at once, each charged when it is made. 0 where those of this face are there already."
    )
    sheet_credits: int = strawberry.field(description="For all of them.")
    training_image_count: int = strawberry.field(
        description="Images of the training when every sheet is made: those and the base image. 5 are enough; it costs less then."
    )
    training_credits: int = strawberry.field(
        description="For the training: reserved when the sheets are made, if the credits are still there, and charged when the LoRA is ready."
    )
    total_credits: int = strawberry.field(description="Both together, the most it takes.")
    available: int = strawberry.field(
        description="Credits you have before it starts. Fewer than `totalCredits`: it does not start."
    )

    @classmethod
    def of(cls, plan: ChainPlan) -> "AutomaticTraining":
        return cls(
            is_starting=plan.held_back is None,
            held_back_by=plan.held_back.by if plan.held_back else None,
            reason=plan.held_back.reason if plan.held_back else None,
            sheet_count=plan.sheet_count,
            sheet_credits=plan.sheet_credits,
            training_image_count=plan.image_count,
            training_credits=plan.training_credits,
            total_credits=plan.credits,
            available=plan.available,
        )


@strawberry.type
class ChainQueries:
    @strawberry.field(
        permission_classes=[SignedIn],
        description="What `chooseBaseImage` would start by itself for an influencer, and cost. Spends nothing.",
    )
    async def quote_automatic_training(
        self,
        info: Info[Context, None],
        influencer_id: Annotated[strawberry.ID, strawberry.argument(description="Whose.")],
        image_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="The image that would be chosen; null for any that was not chosen before. Of one that was, the sheets may "
                "be there already."
            ),
        ] = None,
    ) -> AutomaticTraining:
        subject = SubjectId(id_of(influencer_id, "Influencer", field="influencerId"))
        image = ImageId(id_of(image_id, "ImageAsset", field="imageId")) if image_id else None
        return AutomaticTraining.of(await influencers.quote_chain(info.context, subject, image))

"""What a client is told about adult content, and the user's own switch for it."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.safety.policy import Unmet
from resolvers import adult
from resolvers.adult import AdultStanding
from resolvers.context import Context
from schema.errors import AdultCondition, UserError, user_errors
from schema.job_words import ERRORS
from schema.permissions import SignedIn


@strawberry.type(description="Whether the viewer may have adult content here and now, and what lacks otherwise.")
class AdultContent:
    allowed: bool = strawberry.field(
        description="Whether adult images may be seen, and made of influencers with `nsfwEnabled`. Asked anew each time: images "
        "that were made stay, and are not to be seen while it is false."
    )
    opted_in: bool = strawberry.field(description="The viewer's own switch: see `setAdultContent`.")
    opted_in_at: datetime | None = strawberry.field(description="Since when; null while it is off.")
    unmet: list[AdultCondition] = strawberry.field(
        description="Every condition that is not met; empty where it is allowed. OPT_IN is the viewer's to change, ASSURANCE "
        "the operator's for them, the others are the operator's for everyone or lie in where the viewer is."
    )

    @classmethod
    def of(cls, standing: AdultStanding) -> "AdultContent":
        return cls(
            allowed=not standing.lacking,
            opted_in=standing.opted_in_at is not None,
            opted_in_at=standing.opted_in_at,
            unmet=[AdultCondition(code=Unmet[lacking.name], message=lacking.value) for lacking in standing.lacking],
        )


@strawberry.input(description="What `setAdultContent` takes.")
class SetAdultContentInput:
    opt_in: bool = strawberry.field(
        description="On: adult content may be made and shown. Off: what there is cannot be seen from now on; it is not deleted."
    )


@strawberry.type(description="What `setAdultContent` answers.")
class SetAdultContentPayload:
    adult_content: AdultContent | None = strawberry.field(
        default=None, description="As it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class AdultMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Switch adult content on or off for yourself. Off is always possible, and at once. On is refused with a "
            "`ContentPolicyError` while any other condition is not met; its `unmet` names them. A second call changes nothing."
        ),
    )
    @user_errors(SetAdultContentPayload)
    async def set_adult_content(
        self,
        info: Info[Context, None],
        input: Annotated[SetAdultContentInput, strawberry.argument(description="On or off.")],
    ) -> SetAdultContentPayload:
        standing = await adult.set_opt_in(info.context, wanted=input.opt_in)
        return SetAdultContentPayload(adult_content=AdultContent.of(standing))

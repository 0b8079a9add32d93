"""Linked accounts: named as yours, shown as yours, and nothing else. Nothing is published there."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import LinkedSocialId
from domain.linked_socials.linked_social import LinkedSocial as LinkedSocialValue
from domain.linked_socials.networks import SocialNetwork
from domain.onboarding.progress import Progress
from resolvers import linked_socials
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import Node, global_id, id_of
from schema.job_words import ERRORS
from schema.onboarding import Onboarding
from schema.permissions import SignedIn

HANDLE = (
    "The name, with or without @, or the address of the profile as a browser shows it. Whether it exists is not asked."
)
FAULTS = (
    "A `ValidationError` with the code `HANDLE_INVALID` says what the network allows, one with `SOCIAL_DUPLICATE` that this account is "
    "linked already."
)


@strawberry.type(description="An account on a social network that you named as yours.")
class LinkedSocial(Node):
    network: SocialNetwork = strawberry.field(description="Where.")
    handle: str = strawberry.field(
        description="The name there, without @. Of a company's page on LinkedIn with `company/` before it."
    )
    url: str = strawberry.field(description="Of the profile.")
    linked_at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, value: LinkedSocialValue) -> "LinkedSocial":
        return cls(
            id=global_id("LinkedSocial", value.id),
            network=value.network,
            handle=value.handle,
            url=value.url,
            linked_at=value.linked_at,
        )


@strawberry.input(description="What `linkSocial` takes.")
class LinkSocialInput:
    handle: str = strawberry.field(description=HANDLE)
    network: SocialNetwork | None = strawberry.field(
        default=None, description="Where it is; may be left out beside an address, which says so itself."
    )


@strawberry.input(description="What `updateSocial` takes.")
class UpdateSocialInput:
    linked_social_id: strawberry.ID = strawberry.field(description="Which one.")
    handle: str = strawberry.field(description=HANDLE)
    network: SocialNetwork | None = strawberry.field(
        default=None, description="Where it is; left out, where the address says, or where it was."
    )


@strawberry.input(description="What `unlinkSocial` takes.")
class UnlinkSocialInput:
    linked_social_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type(description="What `linkSocial` and `updateSocial` answer.")
class LinkedSocialPayload:
    linked_social: LinkedSocial | None = strawberry.field(
        default=None, description="The account; null when it was refused."
    )
    onboarding: Onboarding | None = strawberry.field(
        default=None, description="As it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)

    @classmethod
    def of(cls, done: tuple[LinkedSocialValue, Progress]) -> "LinkedSocialPayload":
        social, progress = done
        return cls(linked_social=LinkedSocial.of(social), onboarding=Onboarding.of(progress))


@strawberry.type(description="What `unlinkSocial` answers.")
class UnlinkSocialPayload:
    onboarding: Onboarding | None = strawberry.field(
        default=None, description="As it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


def social_id_of(value: strawberry.ID) -> LinkedSocialId:
    return LinkedSocialId(id_of(value, "LinkedSocial", field="linkedSocialId"))


@strawberry.type
class LinkedSocialMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=f"Name an account of yours: a step of onboarding. {FAULTS} A `LimitReachedError`: there are 20.",
    )
    @user_errors(LinkedSocialPayload)
    async def link_social(
        self,
        info: Info[Context, None],
        input: Annotated[LinkSocialInput, strawberry.argument(description="Which account.")],
    ) -> LinkedSocialPayload:
        return LinkedSocialPayload.of(await linked_socials.link(info.context, input.handle, input.network))

    @strawberry.mutation(
        permission_classes=[SignedIn], description=f"Correct a linked account. {FAULTS} A second call changes nothing."
    )
    @user_errors(LinkedSocialPayload)
    async def update_social(
        self,
        info: Info[Context, None],
        input: Annotated[UpdateSocialInput, strawberry.argument(description="Which, and what it is.")],
    ) -> LinkedSocialPayload:
        social_id = social_id_of(input.linked_social_id)
        return LinkedSocialPayload.of(await linked_socials.update(info.context, social_id, input.handle, input.network))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Take a linked account back: its name is forgotten. The step of onboarding stays done.",
    )
    @user_errors(UnlinkSocialPayload)
    async def unlink_social(
        self,
        info: Info[Context, None],
        input: Annotated[UnlinkSocialInput, strawberry.argument(description="Which one.")],
    ) -> UnlinkSocialPayload:
        progress = await linked_socials.unlink(info.context, social_id_of(input.linked_social_id))
        return UnlinkSocialPayload(onboarding=Onboarding.of(progress))

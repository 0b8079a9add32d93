"""The viewer: whoever's token came with the request."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.images.gallery import ImageFilter as Filter
from domain.images.gallery import ImageOrder
from domain.notifications.notification import NotificationFilter
from domain.safety.policy import AgeAssurance
from resolvers import (
    adult,
    archives,
    brand_drafts,
    brands,
    exports,
    images,
    influencers,
    jobs,
    linked_socials,
    notifications,
    onboarding,
    personas,
    privacy,
    projects,
)
from resolvers import credits as credit_resolvers
from resolvers.context import Context
from schema.adult import AdultContent
from schema.archives import Archive
from schema.brand_drafts import BrandDraft
from schema.brand_types import Brand
from schema.consent_types import Consent, DeletionReceipt
from schema.credits import CreditBalance, CreditTransaction
from schema.exports import Export
from schema.gallery import columns_of, gallery_of
from schema.ids import Node, global_id
from schema.images import ImageFilter
from schema.job_types import GenerationJob, ImageAsset
from schema.linked_socials import LinkedSocial
from schema.notifications import Notification
from schema.onboarding import Onboarding
from schema.pages import Connection, connection_of
from schema.profiles import Profile
from schema.project_types import Project
from schema.subjects import Influencer, Persona, influencer_of, persona_of

First = Annotated[int, strawberry.argument(description="How many, 1 to 100.")]
After = Annotated[str | None, strawberry.argument(description="Cursor of the last item seen; null for the beginning.")]


@strawberry.type(description="The signed-in user, and everything that is theirs.")
class Viewer(Node):
    email: str | None = strawberry.field(description="As the token says; null when it says none.")
    name_in_token: strawberry.Private[str | None] = None

    @strawberry.field(description="As the profile says, else as the token says; null when neither says any.")
    async def display_name(self, info: Info[Context, None]) -> str | None:
        return (await onboarding.profile(info.context)).display_name or self.name_in_token

    @classmethod
    def of(cls, ctx: Context) -> "Viewer":
        """Of whoever asks. Raises `SignInRequired`."""
        actor = ctx.actor
        return cls(
            id=global_id("Viewer", ctx.user_id),
            email=actor.email if actor else None,
            name_in_token=actor.display_name if actor else None,
        )

    @strawberry.field(description="Credits.")
    async def credit_balance(self, info: Info[Context, None]) -> CreditBalance:
        return CreditBalance.of(await credit_resolvers.balance(info.context), info.context.user_id)

    @strawberry.field(description="Every movement of credits, newest first.")
    async def credit_transactions(
        self, info: Info[Context, None], first: First = 20, after: After = None
    ) -> Connection[CreditTransaction]:
        page = await credit_resolvers.entries(info.context, first=first, after=after)
        return connection_of(page, CreditTransaction.of, after=after)

    @strawberry.field(description="How many notifications are unread; dismissed ones are not counted.")
    async def unread_notification_count(self, info: Info[Context, None]) -> int:
        return await notifications.unread(info.context)

    @strawberry.field(description="Notifications, newest first, without those that were dismissed.")
    async def notifications(  # noqa: PLR0917 - clients give them by name
        self,
        info: Info[Context, None],
        first: First = 20,
        after: After = None,
        unread_only: Annotated[bool, strawberry.argument(description="Leave out what was read.")] = False,
        with_dismissed: Annotated[
            bool, strawberry.argument(description="With those that were dismissed, in their places.")
        ] = False,
        types: Annotated[
            list[str] | None,
            strawberry.argument(description="Only of these types, as `Notification.type` has them; null for all."),
        ] = None,
    ) -> Connection[Notification]:
        wish = NotificationFilter(
            unread_only=unread_only,
            with_dismissed=with_dismissed,
            types=notifications.types_of(types or (), field="types"),
        )
        page = await notifications.page(info.context, wish, first=first, after=after)
        return connection_of(page, Notification.of, after=after)

    @strawberry.field(description="Influencers, newest first.")
    async def influencers(
        self, info: Info[Context, None], first: First = 20, after: After = None
    ) -> Connection[Influencer]:
        page = await influencers.page(info.context, first=first, after=after)
        return connection_of(page, influencer_of, after=after)

    @strawberry.field(description="Personas, newest first.")
    async def personas(
        self,
        info: Info[Context, None],
        first: First = 20,
        after: After = None,
        tag: Annotated[
            str | None, strawberry.argument(description="Only those with this tag, to the letter; null for all.")
        ] = None,
    ) -> Connection[Persona]:
        page = await personas.page(info.context, tag=tag, first=first, after=after)
        return connection_of(page, persona_of, after=after)

    @strawberry.field(description="The persona that is used where none is named; null while there is none.")
    async def default_persona(self, info: Info[Context, None]) -> Persona | None:
        found = await personas.default(info.context)
        return persona_of(found) if found else None

    @strawberry.field(description="Every consent that was given, withdrawn or not, newest first.")
    async def consents(self, info: Info[Context, None], first: First = 20, after: After = None) -> Connection[Consent]:
        page = await privacy.consents(info.context, first=first, after=after)
        return connection_of(page, Consent.of, after=after)

    @strawberry.field(description="Receipts of what was taken back, newest first.")
    async def deletion_receipts(
        self, info: Info[Context, None], first: First = 20, after: After = None
    ) -> Connection[DeletionReceipt]:
        page = await privacy.deletions(info.context, first=first, after=after)
        return connection_of(page, DeletionReceipt.of, after=after)

    @strawberry.field(description="Jobs, newest first.")
    async def jobs(
        self, info: Info[Context, None], first: First = 20, after: After = None
    ) -> Connection[GenerationJob]:
        page = await jobs.page(info.context, first=first, after=after)
        return connection_of(page, GenerationJob.of, after=after)

    @strawberry.field(description="How the operator knows that the viewer is an adult. Only the operator sets it.")
    async def age_assurance(self, info: Info[Context, None]) -> AgeAssurance:
        return (await adult.standing(info.context)).age_assurance

    @strawberry.field(description="Whether the viewer may have adult content, and what lacks otherwise.")
    async def adult_content(self, info: Info[Context, None]) -> AdultContent:
        return AdultContent.of(await adult.standing(info.context))

    @strawberry.field(description="The gallery: every finished image. Adult ones only where the filter asks for them.")
    async def images(
        self,
        info: Info[Context, None],
        first: First = 20,
        after: After = None,
        filter: Annotated[
            ImageFilter | None, strawberry.argument(description="Which images; null for all but adult ones.")
        ] = None,
        order_by: Annotated[ImageOrder, strawberry.argument(description="In which order.")] = ImageOrder.NEWEST,
    ) -> Connection[ImageAsset]:
        wish = filter.to_filter() if filter else Filter()
        await adult.check_filter(info.context, wish.adult, field="filter.adult")
        columns = columns_of(info)
        page = await images.page(info.context, wish, order_by, columns, first=first, after=after)
        return gallery_of(info, page, columns, after=after)

    @strawberry.field(description="Archives of images, newest first.")
    async def archives(self, info: Info[Context, None], first: First = 20, after: After = None) -> Connection[Archive]:
        page = await archives.page(info.context, first=first, after=after)
        return connection_of(page, Archive.of, after=after)

    @strawberry.field(description="Exports, newest first.")
    async def exports(self, info: Info[Context, None], first: First = 20, after: After = None) -> Connection[Export]:
        page = await exports.page(info.context, first=first, after=after)
        return connection_of(page, Export.of, after=after)

    @strawberry.field(description="Projects, newest first: 1 to 50 at once.")
    async def projects(self, info: Info[Context, None], first: First = 20, after: After = None) -> Connection[Project]:
        page = await projects.page(info.context, first=first, after=after)
        return connection_of(page, Project.of, after=after)

    @strawberry.field(description="The viewer's brand; null while there is none.")
    async def brand(self, info: Info[Context, None]) -> Brand | None:
        found = await brands.get(info.context)
        return Brand.of(found) if found else None

    @strawberry.field(
        description="The newest draft of a brand that was not confirmed, whatever became of it; null where there is none."
    )
    async def brand_draft(self, info: Info[Context, None]) -> BrandDraft | None:
        found = await brand_drafts.newest(info.context)
        return BrandDraft.of(found) if found else None

    @strawberry.field(description="How far onboarding is.")
    async def onboarding(self, info: Info[Context, None]) -> Onboarding:
        return Onboarding.of(await onboarding.progress(info.context))

    @strawberry.field(description="What you said of yourself.")
    async def profile(self, info: Info[Context, None]) -> Profile:
        return Profile.of(await onboarding.profile(info.context))

    @strawberry.field(
        description="Accounts on social networks that you named as yours, in the order in which you did: 20 at the most."
    )
    async def linked_socials(self, info: Info[Context, None]) -> list[LinkedSocial]:
        return [LinkedSocial.of(one) for one in await linked_socials.of_viewer(info.context)]

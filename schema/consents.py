"""Consents: their texts, giving and withdrawing them."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.consents.texts import CURRENT, ConsentPurpose
from domain.ids import ConsentId
from resolvers import privacy
from resolvers.context import Context
from schema.consent_types import Consent, ConsentText, DeletionReceipt
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_words import ERRORS
from schema.permissions import Public, SignedIn


@strawberry.input(description="What `giveConsent` takes.")
class GiveConsentInput:
    purpose: ConsentPurpose = strawberry.field(description="What for.")
    text_version: str = strawberry.field(description="Of the text that was read: see `consentText`.")
    signature: str = strawberry.field(description="The name of the person, typed by them. 2 to 120 characters.")


@strawberry.type(description="What `giveConsent` answers.")
class GiveConsentPayload:
    consent: Consent | None = strawberry.field(default=None, description="It; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `withdrawConsent` takes.")
class WithdrawConsentInput:
    consent_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type(description="What `withdrawConsent` answers.")
class WithdrawConsentPayload:
    consent: Consent | None = strawberry.field(default=None, description="It; null when it was refused.")
    receipt: DeletionReceipt | None = strawberry.field(
        default=None, description="Of what goes with it; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class ConsentQueries:
    @strawberry.field(permission_classes=[Public], description="The text that can be agreed to now.")
    def consent_text(
        self, purpose: Annotated[ConsentPurpose, strawberry.argument(description="What for.")]
    ) -> ConsentText:
        text = CURRENT[purpose]
        return ConsentText(purpose=text.purpose, version=text.version, body=text.body)


@strawberry.type
class ConsentMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Record the consent of the person who is signed in. A second one to the same text is the first. A "
            "`ConsentTextError` names the version that can be signed now."
        ),
    )
    @user_errors(GiveConsentPayload)
    async def give_consent(
        self,
        info: Info[Context, None],
        input: Annotated[GiveConsentInput, strawberry.argument(description="To what, and by whom.")],
    ) -> GiveConsentPayload:
        given = await privacy.give(
            info.context, input.purpose, text_version=input.text_version, signature=input.signature
        )
        return GiveConsentPayload(consent=Consent.of(given))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Withdraw a consent. At once: jobs and trainings of the personas under it stop, what they had reserved is released, and "
            "their photos, images and LoRAs are gone for good, and archives and exports that hold any; the files follow, as the receipt "
            "tells, and what trainers kept. A persona with a photo that came under this consent counts as under it. "
            "The personas stay, empty: give consent again, name it with `updatePersona`, and begin anew. It cannot be undone; a "
            "second call answers the same."
        ),
    )
    @user_errors(WithdrawConsentPayload)
    async def withdraw_consent(
        self,
        info: Info[Context, None],
        input: Annotated[WithdrawConsentInput, strawberry.argument(description="Which one.")],
    ) -> WithdrawConsentPayload:
        consent_id = ConsentId(id_of(input.consent_id, "Consent", field="consentId"))
        consent, deletion = await privacy.withdraw(info.context, consent_id)
        return WithdrawConsentPayload(consent=Consent.of(consent), receipt=DeletionReceipt.of(deletion))

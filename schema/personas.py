"""Inputs and payloads of personas, and the fields that take and give them."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import ConsentId, PhotoId, SubjectId
from domain.personas.persona import words_of
from resolvers import personas, privacy
from resolvers.context import Context
from schema.consent_types import DeletionReceipt
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_words import ERRORS
from schema.permissions import SignedIn
from schema.persona_photos import PersonaPhoto
from schema.subjects import Persona, persona_of
from schema.uploads import upload_ids_of

NAME = "1 to 80 characters. Screened as all words are."
DESCRIPTION = "Up to 500 characters, screened likewise."
TAGS = "Up to 20, of 1 to 40 characters each, screened likewise."


@strawberry.input(description="What `createPersona` takes.")
class CreatePersonaInput:
    name: str = strawberry.field(description=NAME)
    consent_id: strawberry.ID = strawberry.field(description="A live consent of yours, for LIKENESS_TRAINING.")
    description: str = strawberry.field(default="", description=DESCRIPTION)
    tags: list[str] = strawberry.field(default_factory=list, description=TAGS)


@strawberry.input(description="What `updatePersona` takes. What is left out, or null, stays as it is.")
class UpdatePersonaInput:
    persona_id: strawberry.ID = strawberry.field(description="Which one.")
    name: str | None = strawberry.field(default=None, description=NAME)
    description: str | None = strawberry.field(default=None, description=DESCRIPTION)
    tags: list[str] | None = strawberry.field(default=None, description=f"All of them. {TAGS}")
    is_default: bool | None = strawberry.field(
        default=None, description="True makes it the default in another's place; one always is."
    )
    consent_id: strawberry.ID | None = strawberry.field(
        default=None, description="A live consent to stand under, after the one before was withdrawn."
    )


@strawberry.type(description="What `createPersona` and `updatePersona` answer.")
class PersonaPayload:
    persona: Persona | None = strawberry.field(default=None, description="The persona; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `deletePersona` takes.")
class DeletePersonaInput:
    persona_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type(description="What `deletePersona` answers.")
class DeletePersonaPayload:
    receipt: DeletionReceipt | None = strawberry.field(default=None, description="Null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `addPersonaPhotos` takes.")
class AddPersonaPhotosInput:
    persona_id: strawberry.ID = strawberry.field(description="Whose they are.")
    upload_ids: list[strawberry.ID] = strawberry.field(
        description="1 to 20 uploads that were announced as PERSONA_PHOTO, their files sent."
    )


@strawberry.type(description="What `addPersonaPhotos` answers.")
class AddPersonaPhotosPayload:
    persona: Persona | None = strawberry.field(default=None, description="The persona; null when it was refused.")
    photos: list[PersonaPhoto] | None = strawberry.field(
        default=None, description="One for each upload, in that order; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `removePersonaPhotos` takes.")
class RemovePersonaPhotosInput:
    persona_id: strawberry.ID = strawberry.field(description="Whose they are.")
    photo_ids: list[strawberry.ID] = strawberry.field(description="1 to 20 photos of it.")


@strawberry.type(description="What `removePersonaPhotos` answers.")
class RemovePersonaPhotosPayload:
    persona: Persona | None = strawberry.field(default=None, description="The persona; null when it was refused.")
    receipt: DeletionReceipt | None = strawberry.field(default=None, description="Null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `analyzePersona` takes.")
class AnalyzePersonaInput:
    persona_id: strawberry.ID = strawberry.field(description="Whose photos.")


@strawberry.type(description="What `analyzePersona` answers.")
class AnalyzePersonaPayload:
    persona: Persona | None = strawberry.field(
        default=None, description="The persona, its `analysisStatus` telling how far it is; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


def persona_id_of(value: strawberry.ID, *, field: str = "personaId") -> SubjectId:
    return SubjectId(id_of(value, "Persona", field=field))


def consent_id_of(value: strawberry.ID) -> ConsentId:
    return ConsentId(id_of(value, "Consent", field="consentId"))


@strawberry.type
class PersonaQueries:
    @strawberry.field(
        permission_classes=[SignedIn], description="A persona of yours; null, with an error, for anything else."
    )
    async def persona(
        self,
        info: Info[Context, None],
        id: Annotated[strawberry.ID, strawberry.argument(description="A global id.")],
    ) -> Persona | None:
        return persona_of(await personas.get(info.context, persona_id_of(id, field="id")))


@strawberry.type
class PersonaMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Begin a persona of a real person, under their consent. Free. The first one is the default. A "
            "`ConsentRequiredError`: that consent was withdrawn. A `LimitReachedError`: there are 50."
        ),
    )
    @user_errors(PersonaPayload)
    async def create_persona(
        self,
        info: Info[Context, None],
        input: Annotated[CreatePersonaInput, strawberry.argument(description="The persona.")],
    ) -> PersonaPayload:
        words = words_of(input.name, input.description, input.tags)
        made = await personas.create(info.context, words, consent_id_of(input.consent_id))
        return PersonaPayload(persona=persona_of(made))

    @strawberry.mutation(
        permission_classes=[SignedIn], description="Change what a persona is called, or which is the default."
    )
    @user_errors(PersonaPayload)
    async def update_persona(
        self,
        info: Info[Context, None],
        input: Annotated[UpdatePersonaInput, strawberry.argument(description="Which one, and what changes.")],
    ) -> PersonaPayload:
        changed = await personas.update(
            info.context,
            persona_id_of(input.persona_id),
            name=input.name,
            description=input.description,
            tags=input.tags,
            is_default=input.is_default,
            consent_id=consent_id_of(input.consent_id) if input.consent_id is not None else None,
        )
        return PersonaPayload(persona=persona_of(changed))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Delete a persona with its photos, every image of it and its LoRAs, for good. Its jobs and its training stop and what "
            "they had reserved is released. The consent stays."
        ),
    )
    @user_errors(DeletePersonaPayload)
    async def delete_persona(
        self,
        info: Info[Context, None],
        input: Annotated[DeletePersonaInput, strawberry.argument(description="Which one.")],
    ) -> DeletePersonaPayload:
        deletion = await privacy.delete_persona(info.context, persona_id_of(input.persona_id))
        return DeletePersonaPayload(receipt=DeletionReceipt.of(deletion))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Have files looked at and keep them as photos of a persona: all, or none with an error. Free. A second call with "
            "the same uploads changes nothing. An `UploadRejectedError` says what is wrong with a file, a `ConflictError` that one "
            "has not arrived (`UPLOAD_NOT_SENT`) or is gone (`UPLOAD_EXPIRED`), a `ValidationError` with the code "
            "`PHOTO_DUPLICATE` that a picture is there already, saved otherwise or not. A `LimitReachedError`: there may be 20."
        ),
    )
    @user_errors(AddPersonaPhotosPayload)
    async def add_persona_photos(
        self,
        info: Info[Context, None],
        input: Annotated[AddPersonaPhotosInput, strawberry.argument(description="Whose, and which uploads.")],
    ) -> AddPersonaPhotosPayload:
        uploads = upload_ids_of(input.upload_ids, field="uploadIds")
        persona, photos = await personas.add_photos(info.context, persona_id_of(input.persona_id), uploads)
        return AddPersonaPhotosPayload(persona=persona_of(persona), photos=[PersonaPhoto.of(photo) for photo in photos])

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Have the whole set of a persona's photos judged. Free. Answers at once: a worker does it, within seconds to a minute; "
            "until then `analysis` is that of before, or null, and `analysisStatus` is QUEUED or RUNNING. What OpenAI has judged "
            "already stays the answer until the photos change. Where a deployment has a key of OpenAI's, the photos are shown to "
            "it. A `ConflictError` with the code `TOO_FEW_PHOTOS`: there are fewer than 5. A `RateLimitedError`: 20 in an hour. A "
            "`ConsentRequiredError`: the consent was withdrawn."
        ),
    )
    @user_errors(AnalyzePersonaPayload)
    async def analyze_persona(
        self,
        info: Info[Context, None],
        input: Annotated[AnalyzePersonaInput, strawberry.argument(description="Whose photos.")],
    ) -> AnalyzePersonaPayload:
        analyzed = await personas.analyze(info.context, persona_id_of(input.persona_id))
        return AnalyzePersonaPayload(persona=persona_of(analyzed))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Delete photos of a persona, for good. A training on one of them stops and what it had reserved is released; an approval of "
        "preview samples does not count for the photos that are left. Images that were made of them stay.",
    )
    @user_errors(RemovePersonaPhotosPayload)
    async def remove_persona_photos(
        self,
        info: Info[Context, None],
        input: Annotated[RemovePersonaPhotosInput, strawberry.argument(description="Whose, and which.")],
    ) -> RemovePersonaPhotosPayload:
        persona_id = persona_id_of(input.persona_id)
        photos = [PhotoId(id_of(one, "PersonaPhoto", field="photoIds")) for one in input.photo_ids]
        deletion = await privacy.remove_photos(info.context, persona_id, photos)
        return RemovePersonaPhotosPayload(
            persona=persona_of(await personas.get(info.context, persona_id)), receipt=DeletionReceipt.of(deletion)
        )

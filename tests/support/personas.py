"""A persona as a client makes one: consent, photos sent and looked at."""

from dataclasses import dataclass
from uuid import uuid4

from tests.support.operations import operations
from tests.support.portraits import a_portrait, as_jpeg
from tests.support.sending import sent_files
from tests.support.studio import Json, Studio

OPERATIONS = operations()
SIGNED = {"purpose": "LIKENESS_TRAINING", "textVersion": "2026-11", "signature": "Ada Doe"}


@dataclass(frozen=True, slots=True)
class MadePersona:
    id: str
    consent: str
    photos: tuple[str, ...]


async def a_persona(studio: Studio, *seeds: int, name: str = "Ada") -> MadePersona:
    """With a photo for each seed."""
    consent = (await studio.ask(OPERATIONS["GiveConsent"], input=SIGNED))["consent"]["id"]
    made = await studio.ask(OPERATIONS["CreatePersona"], input={"name": name, "consentId": consent})
    persona: str = made["persona"]["id"]
    return MadePersona(persona, consent, await with_photos(studio, persona, *seeds))


async def with_photos(studio: Studio, persona: str, *seeds: int) -> tuple[str, ...]:
    """Ids of the photos that were added."""
    files = [("image/jpeg", as_jpeg(a_portrait(seed, size=(600, 600)))) for seed in seeds]
    if not files:
        return ()
    uploads = await sent_files(studio, "PERSONA_PHOTO", *files)
    added = await studio.ask(OPERATIONS["AddPersonaPhotos"], input={"personaId": persona, "uploadIds": uploads})
    assert added["errors"] == []
    return tuple(photo["id"] for photo in added["photos"])


async def started(studio: Studio, name: str, **wish: object) -> Json:
    """The job of a mutation that must be accepted."""
    payload = await studio.ask(OPERATIONS[name], input={"idempotencyKey": uuid4().hex, **wish})
    assert payload["errors"] == []
    job: Json = payload["job"]
    return job


async def withdraw(studio: Studio, persona: MadePersona) -> None:
    done = await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": persona.consent})
    assert done["errors"] == []


async def remove_photos(studio: Studio, persona: MadePersona, *photos: str) -> None:
    document = (
        "mutation ($input: RemovePersonaPhotosInput!) { removePersonaPhotos(input: $input) { errors { message } } }"
    )
    done = await studio.ask(document, input={"personaId": persona.id, "photoIds": photos})
    assert done["errors"] == []


async def delete_persona(studio: Studio, persona: MadePersona) -> None:
    document = "mutation ($input: DeletePersonaInput!) { deletePersona(input: $input) { errors { message } } }"
    done = await studio.ask(document, input={"personaId": persona.id})
    assert done["errors"] == []

"""Consents, personas and photos, as a client meets them: what goes well once, and each refusal, after which nothing moved."""

from uuid import uuid4

import pytest

from domain.consents.texts import CURRENT, ConsentPurpose
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.portraits import a_portrait, as_jpeg
from tests.support.sending import announced, put, sent_files
from tests.support.studio import Json, Studio

OPERATIONS = operations()
GIVE, CREATE, ADD = OPERATIONS["GiveConsent"], OPERATIONS["CreatePersona"], OPERATIONS["AddPersonaPhotos"]
ADD = ADD.replace("issues", "issues faces { width angle }")
WITHDRAW, PERSONA = OPERATIONS["WithdrawConsent"], OPERATIONS["Persona"]
ERRORS = "errors { __typename code message path }"
UPDATE = f"mutation ($input: UpdatePersonaInput!) {{ updatePersona(input: $input) {{ persona {{ id name tags isDefault }} {ERRORS} }} }}"
DELETE = f"mutation ($input: DeletePersonaInput!) {{ deletePersona(input: $input) {{ receipt {{ id photoCount }} {ERRORS} }} }}"
REMOVE = (
    "mutation ($input: RemovePersonaPhotosInput!) { removePersonaPhotos(input: $input) { persona { photoCount } "
    f"receipt {{ id reason photoCount }} {ERRORS} }} }}"
)
VIEWER = """
{ viewer { defaultPersona { id } personas { edges { node { id name } } } consents { edges { node { id withdrawnAt } } }
  deletionReceipts { edges { node { id reason completedAt } } } } }
"""
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
SIGNED = {"purpose": "LIKENESS_TRAINING", "textVersion": "2026-11", "signature": " Ada  Doe "}


async def consent(studio: Studio) -> str:
    given = await studio.ask(GIVE, input=SIGNED)
    assert given["errors"] == []
    consent_id: str = given["consent"]["id"]
    return consent_id


async def persona(studio: Studio, consent_id: str, name: str = "Ada") -> str:
    made = await studio.ask(CREATE, input={"name": name, "consentId": consent_id})
    assert made["errors"] == []
    persona_id: str = made["persona"]["id"]
    return persona_id


async def photos(studio: Studio, *seeds: int) -> list[str]:
    """Uploads."""
    return await sent_files(studio, "PERSONA_PHOTO", *(("image/jpeg", as_jpeg(a_portrait(seed))) for seed in seeds))


def wish(persona_id: str, uploads: list[str]) -> Json:
    return {"personaId": persona_id, "uploadIds": uploads}


async def test_the_text_is_there_for_anyone_and_the_record_keeps_its_hash(studio: Studio, owner: Owner) -> None:
    asked = await studio.post(OPERATIONS["ConsentText"], {"purpose": "LIKENESS_TRAINING"}, token="")
    text = asked["data"]["consentText"]
    current = CURRENT[ConsentPurpose.LIKENESS_TRAINING]
    assert text == {"purpose": "LIKENESS_TRAINING", "version": "2026-11", "body": current.body}

    one, again = await consent(studio), await consent(studio)

    assert one == again
    assert await owner.rows("SELECT signature, text_sha256, withdrawn_at FROM consents") == [
        ("Ada Doe", current.sha256, None)
    ]
    assert await owner.rows("SELECT operation, outcome, judge FROM safety_decisions") == [
        ("giveConsent", "ALLOWED", "the person")
    ]


@pytest.mark.parametrize("version", ["2025-01", "", "2026-11 "])
async def test_another_text_is_not_signed(studio: Studio, owner: Owner, version: str) -> None:
    document = GIVE.replace("__typename", "__typename ... on ConsentTextError { currentVersion }")
    refusal = await studio.refusal(document, input={**SIGNED, "textVersion": version})
    assert (refusal["__typename"], refusal["code"]) == ("ConsentTextError", "CONSENT_TEXT_OUTDATED")
    assert refusal["currentVersion"] == "2026-11"
    assert await owner.value("SELECT count(*) FROM consents") == 0


@pytest.mark.parametrize("signature", ["", " x ", "x" * 121])
async def test_a_signature_is_a_name(studio: Studio, signature: str) -> None:
    refusal = await studio.refusal(GIVE, input={**SIGNED, "signature": signature})
    assert refusal["code"] == "INVALID_INPUT"


async def test_personas_are_made_changed_listed_and_deleted(studio: Studio) -> None:
    consent_id = await consent(studio)
    one, two = await persona(studio, consent_id), await persona(studio, consent_id, "Other")
    viewer = await studio.ask(VIEWER)
    assert viewer["defaultPersona"] == {"id": one}
    assert [edge["node"]["id"] for edge in viewer["personas"]["edges"]] == [two, one]

    changed = await studio.ask(UPDATE, input={"personaId": two, "isDefault": True, "tags": ["a", " a", "b"]})
    assert changed["persona"] == {"id": two, "name": "Other", "tags": ["a", "b"], "isDefault": True}
    assert (await studio.ask(VIEWER))["defaultPersona"] == {"id": two}
    refusal = await studio.refusal(UPDATE, input={"personaId": two, "isDefault": False})
    assert refusal["code"] == "INVALID_INPUT"

    gone = await studio.ask(DELETE, input={"personaId": two})
    assert (gone["errors"], gone["receipt"]["photoCount"]) == ([], 0)
    viewer = await studio.ask(VIEWER)
    assert viewer["defaultPersona"] == {"id": one}
    assert [edge["node"]["id"] for edge in viewer["personas"]["edges"]] == [one]
    assert [edge["node"]["reason"] for edge in viewer["deletionReceipts"]["edges"]] == ["PERSONA_DELETED"]
    assert (await studio.refusal(DELETE, input={"personaId": two}))["code"] == "NOT_FOUND"
    for id_, name in ((one, "Persona"), (consent_id, "Consent"), (gone["receipt"]["id"], "DeletionReceipt")):
        assert await studio.ask(NODE, id=id_) == {"__typename": name, "id": id_}
        assert await studio.another().ask(NODE, id=id_) is None


async def test_words_are_screened_and_the_refusal_is_logged(studio: Studio, owner: Owner) -> None:
    consent_id = await consent(studio)
    for field, value in (("name", "a child"), ("description", "schoolgirl"), ("tags", ["ok", "toddler"])):
        refusal = await studio.refusal(CREATE, input={"name": "Ada", "consentId": consent_id, field: value})
        assert (refusal["__typename"], refusal["path"][1]) == ("ContentPolicyError", field)
    assert await owner.value("SELECT count(*) FROM personas") == 0
    assert await owner.value("SELECT count(*) FROM safety_decisions WHERE outcome = 'REFUSED'") == 3


async def test_photos_are_taken_in_and_told_about(studio: Studio) -> None:
    persona_id = await persona(studio, await consent(studio))
    uploads = await photos(studio, *range(5))
    added = await studio.ask(ADD, input=wish(persona_id, uploads))
    assert (added["errors"], added["persona"]["photoCount"], len(added["photos"])) == ([], 5, 5)
    photo = added["photos"][0]
    quality = photo["quality"]
    assert (quality["dimension"], quality["aspectRatio"], quality["format"], quality["angle"]) == (40, 20, 20, 1)
    assert quality["fileSize"] == pytest.approx(20 * photo["fileSizeBytes"] / 1024**2)
    assert photo["qualityScore"] == round(80 + quality["fileSize"])
    assert 0 < quality["overall"] <= 1
    assert [len(one["faces"]) for one in added["photos"]] == [1] * 5
    async with studio.http.get(photo["url"]) as file:
        assert (file.status, file.content_type) == (200, "image/jpeg")

    again = await studio.ask(ADD, input=wish(persona_id, uploads))
    assert [one["id"] for one in again["photos"]] == [one["id"] for one in added["photos"]]
    found = await studio.ask(PERSONA, id=persona_id)
    assert (found["nextStep"]["code"], len(found["photos"])) == ("ANALYZE", 5)

    removed = await studio.ask(REMOVE, input={"personaId": persona_id, "photoIds": [photo["id"]]})
    assert (removed["persona"]["photoCount"], removed["receipt"]["reason"]) == (4, "PHOTOS_REMOVED")
    assert (await studio.ask(PERSONA, id=persona_id))["nextStep"] == {
        "code": "ADD_PHOTOS",
        "message": "Add 1 more photo: 5 are the least, 10 are recommended.",
        "missingPhotoCount": 1,
    }
    assert await studio.ask(NODE, id=photo["id"]) is None


async def test_dark_photos_are_to_be_taken_again(studio: Studio) -> None:
    persona_id = await persona(studio, await consent(studio))
    dark = [("image/jpeg", as_jpeg(a_portrait(seed, light=0.12))) for seed in range(2)]
    uploads = [*await photos(studio, 2, 3, 4), *await sent_files(studio, "PERSONA_PHOTO", *dark)]
    added = await studio.ask(ADD, input=wish(persona_id, uploads))
    assert [one["issues"] for one in added["photos"]] == [[], [], [], ["TOO_DARK"], ["TOO_DARK"]]
    step = (await studio.ask(PERSONA, id=persona_id))["nextStep"]
    assert (step["code"], step["missingPhotoCount"]) == ("FIX_PHOTOS", 2)


async def test_a_picture_comes_once_however_it_was_saved(studio: Studio, owner: Owner) -> None:
    persona_id = await persona(studio, await consent(studio))
    (first,) = await photos(studio, 1)
    await studio.ask(ADD, input=wish(persona_id, [first]))
    picture = a_portrait(1)
    for data in (as_jpeg(picture), as_jpeg(picture, 60), as_jpeg(picture.resize((700, 700)))):
        fresh = await photos(studio, 2)
        uploads = [*fresh, *await sent_files(studio, "PERSONA_PHOTO", ("image/jpeg", data))]
        refusal = await studio.refusal(ADD, input=wish(persona_id, uploads))
        assert (refusal["code"], refusal["path"]) == ("PHOTO_DUPLICATE", ["input", "uploadIds", "1"])
    assert await owner.value("SELECT count(*) FROM persona_photos") == 1


async def test_twenty_are_the_most(studio: Studio, owner: Owner) -> None:
    persona_id = await persona(studio, await consent(studio))
    added = await studio.ask(ADD, input=wish(persona_id, await photos(studio, *range(20))))
    assert added["persona"]["photoCount"] == 20
    document = ADD.replace("__typename", "__typename ... on LimitReachedError { limit }")
    refusal = await studio.refusal(document, input=wish(persona_id, await photos(studio, 20)))
    assert (refusal["__typename"], refusal["limit"]) == ("LimitReachedError", 20)
    assert (await studio.refusal(ADD, input=wish(persona_id, ["x"] * 21)))["code"] in {"INVALID_INPUT", "NOT_FOUND"}
    assert await owner.value("SELECT count(*) FROM persona_photos") == 20


async def test_a_small_one_is_rejected_with_what_is_best(studio: Studio) -> None:
    persona_id = await persona(studio, await consent(studio))
    data = as_jpeg(a_portrait(1, size=(480, 600)))
    uploads = await sent_files(studio, "PERSONA_PHOTO", ("image/jpeg", data))
    refusal = await studio.refusal(ADD, input=wish(persona_id, uploads))
    assert refusal["__typename"] == "UploadRejectedError"
    assert refusal["message"] == "This photo is 480 px wide; 512 is the least, 1024 is best. Send a larger one."


async def test_nothing_goes_without_a_live_consent(studio: Studio, owner: Owner) -> None:
    request = OPERATIONS["RequestUploads"]
    file = {"fileName": "a.jpg", "contentType": "image/jpeg", "sizeBytes": 9}
    one_file: Json = {"purpose": "PERSONA_PHOTO", "files": [file]}
    assert (await studio.refusal(request, input=one_file))["__typename"] == "ConsentRequiredError"
    consent_id = await consent(studio)
    persona_id = await persona(studio, consent_id)
    data = as_jpeg(a_portrait(1))
    (upload,) = await announced(studio, "PERSONA_PHOTO", ("image/jpeg", data))

    done = await studio.ask(WITHDRAW, input={"consentId": consent_id})
    assert done["consent"]["withdrawnAt"] is not None
    assert await studio.ask(WITHDRAW, input={"consentId": consent_id}) == done

    await put(studio, upload, data)
    for document, value in (
        (request, one_file),
        (CREATE, {"name": "Ada", "consentId": consent_id}),
        (ADD, wish(persona_id, [upload["id"]])),
        (OPERATIONS["CheckUploads"], {"uploadIds": [upload["id"]]}),
    ):
        refusal = await studio.refusal(document, input=value)
        assert (refusal["__typename"], refusal["code"]) == ("ConsentRequiredError", "CONSENT_REQUIRED"), document
    assert (await studio.ask(PERSONA, id=persona_id))["nextStep"]["code"] == "GIVE_CONSENT"
    assert await owner.value("SELECT count(*) FROM uploads WHERE storage_key IS NOT NULL") == 0

    fresh = await consent(studio)
    assert fresh != consent_id
    assert (await studio.ask(UPDATE, input={"personaId": persona_id, "consentId": fresh}))["errors"] == []
    assert (await studio.ask(PERSONA, id=persona_id))["nextStep"]["code"] == "ADD_PHOTOS"


async def test_what_is_anothers_is_not_there(studio: Studio) -> None:
    other = studio.another()
    mine, theirs = await consent(studio), await consent(other)
    my_persona, their_persona = await persona(studio, mine), await persona(other, theirs)
    (their_upload,) = await photos(other, 1)
    for document, value in (
        (WITHDRAW, {"consentId": theirs}),
        (CREATE, {"name": "Ada", "consentId": theirs}),
        (UPDATE, {"personaId": my_persona, "consentId": theirs}),
        (UPDATE, {"personaId": their_persona, "name": "Mine"}),
        (DELETE, {"personaId": their_persona}),
        (ADD, wish(their_persona, [their_upload])),
        (ADD, wish(my_persona, [their_upload])),
        (REMOVE, {"personaId": their_persona, "photoIds": [GLOBAL]}),
    ):
        assert (await studio.refusal(document, input=value))["code"] == "NOT_FOUND", document
    assert (await studio.failure(PERSONA, id=their_persona))[1]["code"] == "NOT_FOUND"


GLOBAL = "UGVyc29uYVBob3RvOjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMQ"
"""A photo that there is not."""


async def test_an_upload_is_one_persons_photo_and_named_once(studio: Studio) -> None:
    consent_id = await consent(studio)
    one, two = await persona(studio, consent_id), await persona(studio, consent_id, f"B{uuid4().hex[:4]}")
    (upload,) = await photos(studio, 1)
    await studio.ask(ADD, input=wish(one, [upload]))
    for value in (wish(two, [upload]), wish(one, [upload, upload]), wish(one, [])):
        assert (await studio.refusal(ADD, input=value))["code"] == "INVALID_INPUT"

"""Every mutation that touches photos or a likeness refuses once the consent was withdrawn. A new mutation fails here until it stands
in one of the tables: in `REFUSED` with what it answers, or in `UNTOUCHED` with the reason."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import build_schema

from schema.build import build_schema as our_schema
from tests.api.test_personas import SIGNED, consent, persona, photos, wish
from tests.support.operations import operations, variables_of
from tests.support.owner import Owner
from tests.support.sending import a_mask, a_style, sent
from tests.support.studio import Json, Studio

OPERATIONS = operations()
CONSENT, GONE = "ConsentRequiredError", "NotFoundError"

REFUSED: Mapping[str, str] = {
    "addProjectStills": CONSENT,
    "createContentSet": CONSENT,
    "addPersonaPhotos": CONSENT,
    "analyzePersona": CONSENT,
    "createPersona": CONSENT,
    "requestUploads": CONSENT,
    "retryJob": CONSENT,
    "reviewAvatar": CONSENT,
    "reviewPreviewSamples": CONSENT,
    "refineThumbnail": CONSENT,
    "startDisplaySamples": CONSENT,
    "startHeadshots": CONSENT,
    "startPack": CONSENT,
    "startPortraits": CONSENT,
    "startPreviewSamples": CONSENT,
    "startSocialGraphics": CONSENT,
    "startThumbnail": CONSENT,
    "startThumbnails": CONSENT,
    "startTraining": CONSENT,
    "startVariations": CONSENT,
    "updatePersona": CONSENT,
    # The images of a likeness are gone with the consent: what works on one does not find it.
    "likeImages": GONE,
    "recordDownload": GONE,
    "regenerateImage": GONE,
    "removePersonaPhotos": GONE,
    "removeProjectStills": GONE,
    "requestArchive": GONE,
    "startEdit": GONE,
    "startInpaint": GONE,
}
"""With the example of its variables, where the influencer is a persona, and the image, the job and the photos are that persona's."""

UNTOUCHED: Mapping[str, str] = {
    **dict.fromkeys(
        ("choosePlatforms", "updateContentPreferences", "updateProfile"), "words of the user's, no likeness in them"
    ),
    **dict.fromkeys(("linkSocial", "updateSocial", "unlinkSocial"), "names of accounts, nothing is asked there"),
    "skipOnboardingPart": "leaves something out",
    "analyzeProject": "reads words; stills and what was read out of them go with their consent: tests/api/test_projects.py",
    "answerBrandQuestions": "no likeness in it",
    "cancelContentSet": "stops work",
    "cancelJob": "stops work",
    "cancelTraining": "stops work",
    "checkUploads": "takes a photo in under its own consent: tests/api/test_check_uploads.py",
    "chooseBaseImage": "of influencers alone",
    "confirmBrand": "no likeness in it",
    "createInfluencer": "of influencers alone",
    "deleteBrand": "only takes away",
    "createProject": "words of a video",
    "deleteImages": "only takes away",
    "deleteInfluencer": "of influencers alone",
    "deleteLoraModel": "only takes away",
    "deletePersona": "only takes away",
    "deleteProject": "only takes away",
    "dismissNotifications": "no likeness in it",
    "finalizeThumbnail": "names one of the versions that are there; their images go with the consent",
    "giveConsent": "is what lacks",
    "markNotificationsRead": "no likeness in it",
    "readBrand": "what it is read off is no photo for a likeness: nothing is drawn from it",
    "recordEvents": "no likeness in it",
    "restoreImages": "what was withdrawn is not restored, and is answered as unknown: tests/api/test_delete_images.py",
    "setAdultContent": "never of a real person",
    "startBaseImages": "of influencers alone",
    "startCharacterSheet": "of influencers alone",
    "startExport": "what is left belongs to the user, with or without consent; photos and images are not among it any more",
    "updateBrand": "no likeness in it",
    "updateLoraSettings": "of influencers alone",
    "updateProject": "words of a video",
    "withdrawConsent": "is the other way",
}

FAILED = """
UPDATE jobs SET status = 'FAILED', completed_count = 0, failed_count = 1, error_code = 'INTERNAL',
                recipe = recipe || '{"appearance": null, "base_image_id": null}'
"""
"""Jobs of personas are made from photos, not from a base image."""

OWN: Mapping[str, Json] = {
    "updatePersona": {"personaId": "<persona id>", "consentId": "<consent id>"},
    "removePersonaPhotos": {"personaId": "<persona id>", "photoIds": ["<photo id>"]},
    "startTraining": {"subjectId": "<persona id>", "idempotencyKey": "training"},
    "requestArchive": {"imageIds": ["<image id>"], "idempotencyKey": "archive"},
    "requestUploads": {
        "purpose": "PERSONA_PHOTO",
        "files": [{"fileName": "a.jpg", "contentType": "image/jpeg", "sizeBytes": 1000}],
    },
}
"""Inputs of those whose example is another, or that have none."""


def mutations() -> set[str]:
    mutation = build_schema(our_schema().as_str()).mutation_type
    assert mutation is not None
    return set(mutation.fields)


def test_of_every_mutation_it_is_decided_whether_it_needs_consent() -> None:
    assert REFUSED.keys() & UNTOUCHED.keys() == set()
    assert REFUSED.keys() | UNTOUCHED.keys() == mutations()


@pytest.fixture
async def ids(studio: Studio, owner: Owner) -> dict[str, str]:
    """Of a persona that had a photo, an image and a failed job, and whose consent is withdrawn."""
    consent_id = await consent(studio)
    persona_id = await persona(studio, consent_id)
    uploads = await photos(studio, 1, 2)
    added = await studio.ask(OPERATIONS["AddPersonaPhotos"], input=wish(persona_id, uploads[:1]))
    (image,) = await owner.give_images(studio, persona_id, 1)
    await owner.run(FAILED)
    job = (await studio.ask("{ viewer { jobs { edges { node { id } } } } }"))["jobs"]["edges"][0]["node"]["id"]
    (mask,) = await sent(studio, "MASK", a_mask((768, 1365), (100, 100, 300, 300)))
    (style,) = await sent(studio, "STYLE_IMAGE", a_style())
    await owner.grant(studio, 1000)
    wanted = {"personaId": persona_id, "prompt": "Excited", "idempotencyKey": "thumbnail"}
    thumbnail = await studio.ask(OPERATIONS["StartThumbnail"], input=wanted)
    made = await studio.ask(OPERATIONS["CreateProject"], **variables_of("CreateProject"))
    stills = await sent(studio, "PROJECT_STILL", a_style(), a_style())
    project = made["project"]["id"]
    with_still = await studio.ask(OPERATIONS["AddProjectStills"], input={"projectId": project, "uploadIds": stills[:1]})
    await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": consent_id})
    named = {"project": project, "still": with_still["project"]["stills"][0]["id"], "still_upload": stills[1]}
    named |= {"consent": consent_id, "persona": persona_id, "influencer": persona_id, "image": image, "job": job}
    named["thread"] = thumbnail["thread"]["id"]
    named |= {"upload": uploads[1], "photo": added["photos"][0]["id"], "mask_upload": mask, "style_upload": style}
    return {f"{name}_id": id_ for name, id_ in named.items()}


def input_of(name: str, ids: dict[str, str]) -> Json:
    if name not in OWN:
        found: Json = variables_of(name[0].upper() + name[1:], **ids)["input"]
        return found
    return {field: _filled(value, ids) for field, value in OWN[name].items()}


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(one, ids) for one in value]
    return ids[value[1:-1].replace(" ", "_")] if isinstance(value, str) and value.startswith("<") else value


async def test_each_of_them_refuses_and_nothing_moves(studio: Studio, owner: Owner, ids: dict[str, str]) -> None:
    before = await studio.balance(), await moved(owner)
    answers = {}
    for name in REFUSED:
        kind = f"{name[0].upper()}{name[1:]}Input"
        text = f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ errors {{ __typename }} }} }}"
        errors = (await studio.ask(text, input=input_of(name, ids)))["errors"]
        answers[name] = errors[0]["__typename"] if errors else None
    assert answers == REFUSED
    assert (await studio.balance(), await moved(owner)) == before


async def moved(owner: Owner) -> list[Any]:
    tables = (
        "jobs",
        "uploads",
        "persona_photos",
        "personas",
        "approval_rounds",
        "archives",
        "lora_models",
        "credit_entries",
        "outbox",
    )
    return [await owner.value(f"SELECT count(*) FROM {table}") for table in tables]  # noqa: S608 - our own names


async def test_without_any_consent_no_photo_is_announced(studio: Studio) -> None:
    refusal = await studio.refusal(OPERATIONS["RequestUploads"], input=OWN["requestUploads"])
    assert refusal["__typename"] == CONSENT
    assert (await studio.ask(OPERATIONS["GiveConsent"], input=SIGNED))["errors"] == []
    assert (await studio.ask(OPERATIONS["RequestUploads"], input=OWN["requestUploads"]))["errors"] == []


async def test_no_job_outlives_a_withdrawal_that_races_it(studio: Studio, owner: Owner) -> None:
    consent_id = await consent(studio)
    persona_id = await persona(studio, consent_id)
    assert (await studio.ask(OPERATIONS["AddPersonaPhotos"], input=wish(persona_id, await photos(studio, 1))))[
        "errors"
    ] == []
    await owner.grant(studio, 1000)

    async def withdraw() -> Json:
        await asyncio.sleep(0.1)  # amidst them
        withdrawn: Json = await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": consent_id})
        return withdrawn

    packs = [studio.start_pack(persona_id, count=1) for _ in range(20)]
    *started, withdrawn = await asyncio.gather(*packs, withdraw())
    assert withdrawn["errors"] == []

    refused = {error["__typename"] for answer in started for error in answer["errors"]}
    assert refused <= {CONSENT}
    assert await owner.value("SELECT count(*) FROM jobs WHERE finished_at IS NULL") == 0
    assert (await studio.balance())[1] == 0
    assert await owner.violations() == []

"""`usage` of personas and influencers, and personas by their tags."""

from db.engine import Database
from domain.ids import SubjectId
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tests.api.test_personas import consent, persona
from tests.support.owner import Owner
from tests.support.studio import Json, Studio
from tests.support.values import a_lora_model

USAGE = "usage { imagesMade thumbnailsMade trainingsCompleted creditsSpent lastUsedAt byKind { kind imagesMade creditsSpent } }"
LISTS = f"""
{{ viewer {{
  personas {{ edges {{ node {{ id {USAGE} }} }} }}
  influencers {{ edges {{ node {{ id {USAGE} }} }} }}
}} }}
"""
NEVER: Json = {
    "imagesMade": 0,
    "thumbnailsMade": 0,
    "trainingsCompleted": 0,
    "creditsSpent": 0,
    "lastUsedAt": None,
    "byKind": [],
}
TAGGED = """
query ($tag: String, $after: String) {
  viewer { personas(first: 1, tag: $tag, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }
}
"""
UPDATE = "mutation ($input: UpdatePersonaInput!) { updatePersona(input: $input) { persona { id } errors { code } } }"
SPENT = "UPDATE jobs SET completed_count = 2, credits_captured = 20, image_count = 2 WHERE subject_id = :id AND kind = :kind"


async def test_what_was_made_is_counted_by_kind_and_stays_counted_when_it_is_deleted(
    studio: Studio, owner: Owner, database: Database
) -> None:
    consent_id = await consent(studio)
    used, unused = await persona(studio, consent_id), await persona(studio, consent_id, "Other")
    influencer, id_ = await studio.influencer(), parse_id(used)[1]
    for kind in ("HEADSHOTS", "PACK"):
        await owner.give_images(studio, used, 1, kind=kind)
        await owner.run(SPENT, id=id_, kind=kind)
    await owner.give_images(studio, influencer, 1)
    training = a_lora_model(user_id_of(studio.user), SubjectId(parse_id(influencer)[1]))
    async with database.unit_of_work(training.user_id) as uow:
        await uow.trainings.add(training)
    before = await studio.ask(LISTS)
    await owner.run("UPDATE images SET deleted_at = now(), restorable_until = now()")

    found = await studio.ask(LISTS)

    assert found == before
    usage = {edge["node"]["id"]: edge["node"]["usage"] for edge in found["personas"]["edges"]}
    assert usage[unused] == NEVER
    assert usage[used] == {
        **NEVER,
        "imagesMade": 4,
        "creditsSpent": 40,
        "lastUsedAt": "2026-01-01T00:00:00+00:00",
        "byKind": [
            {"kind": "HEADSHOTS", "imagesMade": 2, "creditsSpent": 20},
            {"kind": "PACK", "imagesMade": 2, "creditsSpent": 20},
        ],
    }
    ((edge),) = found["influencers"]["edges"]
    assert (edge["node"]["usage"]["imagesMade"], edge["node"]["usage"]["trainingsCompleted"]) == (1, 0)
    assert edge["node"]["usage"]["lastUsedAt"] > "2026-01-01"


async def test_personas_are_found_by_a_tag_page_by_page(studio: Studio) -> None:
    consent_id = await consent(studio)
    one, two, three = [await persona(studio, consent_id, name) for name in ("One", "Two", "Three")]
    for persona_id, tags in ((one, ["work"]), (two, ["home", "Work"]), (three, ["home", "work"])):
        assert (await studio.ask(UPDATE, input={"personaId": persona_id, "tags": tags}))["errors"] == []

    first = (await studio.ask(TAGGED, tag="work"))["personas"]
    assert ([edge["node"]["id"] for edge in first["edges"]], first["pageInfo"]["hasNextPage"]) == ([three], True)
    rest = (await studio.ask(TAGGED, tag="work", after=first["pageInfo"]["endCursor"]))["personas"]
    assert ([edge["node"]["id"] for edge in rest["edges"]], rest["pageInfo"]["hasNextPage"]) == ([one], False)
    assert (await studio.ask(TAGGED, tag="none"))["personas"]["edges"] == []

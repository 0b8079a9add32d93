"""What an image was made from, what was made from it, and what the model was shown."""

from uuid import uuid4

from domain.jobs.job import JobKind
from schema.ids import global_id
from tests.support.operations import operations
from tests.support.owner import Owner, uuids_of
from tests.support.statements import statements_of_the_api
from tests.support.studio import Json, Studio

OPERATIONS = operations()
LINEAGE, DELETE = OPERATIONS["Lineage"], OPERATIONS["DeleteImages"]
EDITS = """
query ($id: ID!, $first: Int!, $after: String) {
  image(id: $id) { edits(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }
}
"""
PAGE = """
query ($first: Int!) {
  viewer { images(first: $first) { edges { node { id source { id } references { id } edits(first: 2) { edges { node { id } } } } } } }
}
"""


async def lineage(studio: Studio, image: str) -> tuple[str | None, list[str]]:
    found: Json = await studio.ask(LINEAGE, id=image)
    return found["source"] and found["source"]["id"], [edge["node"]["id"] for edge in found["edits"]["edges"]]


async def edits_of(studio: Studio, owner: Owner, influencer: str, source: str, count: int) -> list[str]:
    return await owner.give_images(studio, influencer, count, source_image_id=uuids_of([source])[0])


async def test_lineage_is_told_both_ways(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    (source,) = await owner.give_images(studio, influencer, 1)
    older, newer = await edits_of(studio, owner, influencer, source, 2)
    (again,) = await edits_of(studio, owner, influencer, older, 1)

    assert await lineage(studio, source) == (None, [newer, older])
    assert await lineage(studio, older) == (source, [again])
    assert await lineage(studio, again) == (older, [])
    assert (await studio.ask(LINEAGE, id=again))["provenance"] == {
        "isAiGenerated": True,
        "generator": "local/likeness-sketch-1",
        "manifestUrl": None,
    }


async def test_what_is_deleted_is_in_nobodys_lineage_until_it_comes_back(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    (source,) = await owner.give_images(studio, influencer, 1)
    one, two = await edits_of(studio, owner, influencer, source, 2)

    await studio.ask(DELETE, input={"imageIds": [source, one]})
    assert await lineage(studio, two) == (None, [])
    await studio.ask(OPERATIONS["RestoreImages"], input={"imageIds": [source]})
    assert await lineage(studio, source) == (None, [two])
    assert await lineage(studio, two) == (source, [])


async def test_edits_come_in_pages(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    (source,) = await owner.give_images(studio, influencer, 1)
    edits = await edits_of(studio, owner, influencer, source, 5)
    seen: list[str] = []
    after = None
    for _ in range(3):
        found = (await studio.ask(EDITS, id=source, first=2, after=after))["edits"]
        seen += [edge["node"]["id"] for edge in found["edges"]]
        after = found["pageInfo"]["endCursor"]
    assert (seen, found["pageInfo"]["hasNextPage"]) == ([*reversed(edits)], False)
    for wrong in ({"first": 0}, {"first": 101}, {"first": 2, "after": "x"}):
        _, extensions = await studio.failure(EDITS, id=source, **wrong)
        assert extensions["code"] == "INVALID_INPUT"


async def test_a_pack_refers_to_the_base_image_of_its_job(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    base = await owner.give_face(studio, influencer)
    (image,) = await owner.give_images(studio, influencer, 1)
    await owner.run(
        "UPDATE jobs SET recipe = jsonb_set(recipe, '{base_image_id}', to_jsonb(CAST(:base AS text))) WHERE kind = :kind",
        base=str(uuids_of([base])[0]),
        kind=JobKind.PACK,
    )
    document = "query ($id: ID!) { image(id: $id) { references { id kind } loraModel { id } } }"
    assert await studio.ask(document, id=image) == {
        "references": [{"id": base, "kind": "BASE_IMAGES"}],
        "loraModel": None,
    }


async def test_the_lineage_of_a_page_takes_no_more_statements_for_many_images(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    sources = await owner.give_images(studio, influencer, 4)
    for source in sources:
        await edits_of(studio, owner, influencer, source, 3)
    counts = []
    for first in (4, 16):
        with statements_of_the_api() as sent:
            edges = (await studio.ask(PAGE, first=first))["images"]["edges"]
        assert len(edges) == first
        counts.append(len(sent))
    assert counts == [17, 17]  # the page, then sources, jobs, references and edits: four trips each
    by_id = {edge["node"]["id"]: edge["node"] for edge in edges}
    assert [len(by_id[source]["edits"]["edges"]) for source in sources] == [2] * 4


async def test_an_image_is_never_made_from_another_users(studio: Studio, owner: Owner) -> None:
    other = studio.another()
    (foreign,) = await owner.give_images(other, await other.influencer(), 1)
    found = await owner.rows(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'images'::regclass AND contype = 'f' "
        "AND pg_get_constraintdef(oid) LIKE '%source_image_id%'"
    )
    assert found == [("FOREIGN KEY (source_image_id, user_id) REFERENCES images(id, user_id)",)]
    assert (await studio.failure(LINEAGE, id=foreign))[1] == {"code": "NOT_FOUND"}
    assert (await studio.failure(LINEAGE, id=global_id("ImageAsset", uuid4())))[1] == {"code": "NOT_FOUND"}

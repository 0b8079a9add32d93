"""An influencer is deleted: its work stops, its images and LoRA go, seen and unseen ones, and a receipt says when the last was gone."""

from uuid import uuid4

from app.settings import Settings
from app.wiring import utc_now
from app.worker import running_worker
from db.engine import Database
from domain.credits.prices import PRICES
from domain.ids import SubjectId
from domain.trainings.chain import HeldBackBy, TrainingTerms
from domain.trainings.chaining import continue_chain
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tasks.training_ends import ASKED_FOR, forget_lora
from tests.support.adult import MEAN_IT
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.studio import JOB, Studio
from tests.support.values import a_ready_lora
from tests.support.waiting import until

DELETE = """mutation ($input: DeleteInfluencerInput!) { deleteInfluencer(input: $input) {
  receipt { id reason imageCount cancelledJobCount loraModelCount creditsReleased completedAt } errors { __typename code } } }"""
RECEIPT = "query ($id: ID!) { node(id: $id) { ... on DeletionReceipt { imageCount trainersNotAsked completedAt } } }"
BY_ONE_THAT_IS_GONE = """UPDATE lora_models SET trainer = 'fal/z-image-trainer', call_state = 'DONE', call_id = id, call_endpoint = 'x',
  call_request_id = 'x', call_intended_at = now()"""
LISTED = "{ viewer { influencers { edges { node { id } } } images { edges { node { id } } } } }"
NODE = "query ($id: ID!) { node(id: $id) { id } }"
LEFT = """SELECT (SELECT count(*) FROM images WHERE purged_at IS NULL), (SELECT count(*) FROM lora_models WHERE weights_key IS NOT NULL),
  (SELECT name FROM subjects), (SELECT count(*) FROM file_removals WHERE removed_at IS NULL)"""


async def test_an_influencer_goes_with_all_that_was_made_of_it(
    studio: Studio, owner: Owner, settings: Settings, database: Database
) -> None:
    influencer = await owner.influencer_with_face(studio)
    user_id, subject = user_id_of(studio.user), SubjectId(parse_id(influencer)[1])
    await owner.give_images(studio, influencer, 2)
    await owner.run(MEAN_IT, id=subject, age=25)
    key = f"{user_id}/{'1' * 64}"
    await owner.give_images(
        studio,
        influencer,
        1,
        nsfw=True,
        storage_key=f"adult/images/{key}.jpg",
        thumbnail_key=f"adult/thumbnails/{key}.webp",
    )
    async with database.unit_of_work(user_id) as uow:
        await uow.trainings.add(a_ready_lora(user_id, subject, now=utc_now()))
    job = (await studio.start_pack(influencer, count=2))["job"]["id"]

    stranger = studio.another()
    assert (await stranger.refusal(DELETE, input={"influencerId": influencer}))["code"] == "NOT_FOUND"
    done = await studio.ask(DELETE, input={"influencerId": influencer})

    receipt = done["receipt"]
    told = {"reason": "INFLUENCER_DELETED", "imageCount": 3, "cancelledJobCount": 1, "loraModelCount": 1}
    assert done["errors"] == []
    assert receipt == {"id": receipt["id"], **told, "creditsReleased": 20, "completedAt": None}
    assert await studio.balance() == (100, 0)
    assert (await studio.ask(JOB, id=job))["status"] == "CANCELLED"
    assert await studio.ask(LISTED) == {"influencers": {"edges": []}, "images": {"edges": []}}
    assert await studio.ask(NODE, id=influencer) is None
    for document, wish in (
        (DELETE, {"influencerId": influencer}),
        (operations()["StartPack"], {"subjectId": influencer, "idempotencyKey": uuid4().hex}),
    ):
        assert (await studio.refusal(document, input=wish))["code"] == "NOT_FOUND"

    await owner.run(BY_ONE_THAT_IS_GONE)
    lora = str(await owner.value("SELECT id FROM lora_models"))
    async with running_worker(settings) as running:
        for days, is_settled in ((ASKED_FOR.days - 1, False), (ASKED_FOR.days, True)):
            await owner.run("UPDATE lora_models SET deleted_at = now() - make_interval(days => :days)", days=days)
            await forget_lora(running.services, user_id=str(user_id), training_id=lora)
            assert await owner.value("SELECT forgotten_at IS NOT NULL FROM lora_models") is is_settled

        async def is_finished() -> bool:
            return bool(await owner.value("SELECT count(*) FROM deletions WHERE finished_at IS NOT NULL"))

        await until(is_finished, seconds=45)
    found = await studio.ask(RECEIPT, id=receipt["id"])
    assert (found["imageCount"], found["trainersNotAsked"], found["completedAt"] is not None) == (4, ["fal"], True)
    assert await owner.rows(LEFT) == [(0, 0, "Deleted", 0)]
    assert await owner.violations() == []


async def test_a_chain_of_one_that_was_deleted_ends_without_a_word(
    studio: Studio, owner: Owner, worker_database: Database
) -> None:
    influencer = await studio.influencer()
    (base,) = await owner.give_images(studio, influencer, 1, kind="BASE_IMAGES")
    await owner.grant(studio, 30_000)
    await owner.run("UPDATE influencers SET auto_start = true")
    chosen = await studio.ask(operations()["ChooseBaseImage"], input={"influencerId": influencer, "imageId": base})
    assert chosen["errors"] == []
    done = await studio.ask(DELETE, input={"influencerId": influencer})
    assert (done["receipt"]["cancelledJobCount"], done["receipt"]["creditsReleased"]) == (1, 70)

    sheets = await owner.value("SELECT sheet_job_id FROM training_chains")
    user_id = user_id_of(studio.user)
    async with worker_database.unit_of_work(user_id) as uow:
        stopped = await continue_chain(uow, user_id, sheets, terms=TrainingTerms(prices=PRICES), now=utc_now())
    assert stopped is HeldBackBy.SHEETS_CANCELLED
    assert await owner.rows("SELECT stopped_by, ended_at IS NOT NULL FROM training_chains") == [
        ("SHEETS_CANCELLED", True)
    ]
    assert await owner.value("SELECT count(*) FROM notifications") == 0

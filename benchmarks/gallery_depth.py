"""How a page's price depends on how far down it is, and on how much there is: page 1 and page 5,000 of a million images, by each
order and filter, against page 1 of ten thousand; and what OFFSET would take in the database alone.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg  # type: ignore[import-untyped] # it ships none
import orjson

from benchmarks.load import Connection, graphql_request
from benchmarks.people import INFLUENCER, JOBS, LONG_AGO, PROMPT, RECIPE_JSON, SUBJECT, UNCHECKED, add_user
from benchmarks.report import LESS, Column, Report, percentile
from benchmarks.stage import Place, Stage
from db.queries.pages import Place as Position
from db.queries.pages import cursor_of
from domain.ids import UserId
from schema.ids import global_id
from tests.support.operations import operations
from tests.support.values import LOOK

USER = "depth"
PAGE, DEEP = 50, 5_000
FEW_ROWS = 10_000
ROUNDS, EACH = 12, 10
"""Requests are sent one by one, ten of a kind in turn and one before them that is not timed: 120 of each kind."""

FIRST_OF_FEW, FIRST, FAR, BY_OFFSET = "page 1 of 10,000", "page 1", "far down", "far down by OFFSET"
COLUMNS = [Column("median", "ms", LESS), Column("95 of 100 within", "ms", LESS)]

IMAGES = """
INSERT INTO images (id, user_id, subject_id, job_id, index, kind, storage_key, thumbnail_key, sha256, content_type, size_bytes,
                    width, height, scene, environment, outfit, aspect_ratio, quality, nsfw, mode, prompt, negative_prompt, seed,
                    steps, model, provider, credits_charged, generation_ms, liked, created_at)
SELECT image.id, j.user_id, j.subject_id, j.id, number, CASE WHEN a < 1 THEN 'BASE_IMAGES' ELSE 'PACK' END,
       'images/' || j.user_id || '/' || image.sha256 || '.jpg', 'thumbnails/' || j.user_id || '/' || image.sha256 || '.webp',
       image.sha256, 'image/jpeg', 250000, 768, 1365,
       CASE WHEN j.created_at < $3::timestamptz THEN 'BEACH_DAY' WHEN b < 600 THEN 'CANDID_LIFESTYLE' ELSE 'NIGHT_OUT' END,
       CASE WHEN c < 600 THEN 'CAFE' ELSE 'OFFICE' END, 'STREETWEAR', 'PORTRAIT_9_16', 'DRAFT', false,
       'FACE_SWAP', $2, 'blurry, deformed', 42 + number, 20, 'likeness-sketch-1', 'local', 0, 1800, d < 300,
       j.created_at + number * interval '1 minute'
  FROM jobs j, generate_series(0, 9) number,
       LATERAL (SELECT md5(j.id::text || number)::uuid AS id, repeat(md5(j.id::text || number), 2) AS sha256) image,
       LATERAL (SELECT abs(hashint4extended(number, hashtextextended(j.id::text, 1)) % 1000) AS a,
                       abs(hashint4extended(number, hashtextextended(j.id::text, 2)) % 1000) AS b,
                       abs(hashint4extended(number, hashtextextended(j.id::text, 3)) % 1000) AS c,
                       abs(hashint4extended(number, hashtextextended(j.id::text, 4)) % 1000) AS d) chance
 WHERE j.user_id = $1
"""
"""In a thousand: 1 base image, 600 of one scene, 600 of one environment, 300 liked. The scene of the oldest fifty is none of the others'."""


@dataclass(frozen=True, slots=True)
class Case:
    """`where` and `order` say in SQL what `filter` and `order_by` ask for."""

    name: str
    where: str
    filter: Mapping[str, object]
    order_by: str = "NEWEST"

    @property
    def order(self) -> str:
        newest = "created_at DESC, id DESC"
        return f"liked DESC, {newest}" if self.order_by == "FAVOURITES" else newest


def _cases(subject: UUID, since: datetime) -> Sequence[Case]:
    return [
        Case("newest", "true", {}),
        Case("favourites", "true", {}, "FAVOURITES"),
        Case("a subject (30 %)", f"subject_id = '{subject}'", {"subjectId": global_id("Influencer", subject)}),
        Case("a kind (nearly all)", "kind = 'PACK'", {"kinds": ["PACK"]}),
        Case("a kind (1 in 1,000)", "kind = 'BASE_IMAGES'", {"kinds": ["BASE_IMAGES"]}),
        Case("either kind", "kind IN ('PACK', 'BASE_IMAGES')", {"kinds": ["PACK", "BASE_IMAGES"]}),
        Case(
            "scene and environment (36 %)",
            "scene = 'CANDID_LIFESTYLE' AND environment = 'CAFE'",
            {"scenes": ["CANDID_LIFESTYLE"], "environments": ["CAFE"]},
        ),
        Case("a scene (the oldest 50)", "scene = 'BEACH_DAY'", {"scenes": ["BEACH_DAY"]}),
        Case("liked (30 %)", "liked", {"liked": True}),
        Case("createdAfter (half)", f"created_at > '{since.isoformat()}'", {"createdAfter": since.isoformat()}),
    ]


@dataclass(frozen=True, slots=True)
class Side:
    """One gallery, the API in front of it, and its rows as their owner sees them."""

    place: Place
    rows: int
    user_id: UserId
    cases: Sequence[Case]
    port: int
    owner: asyncpg.Connection

    def request(self, case: Case, after: str | None = None) -> bytes:
        variables = {"first": PAGE, "after": after, "filter": {**case.filter}, "orderBy": case.order_by}
        return graphql_request(operations()["Gallery"], variables, self.place.token(USER))

    async def far_down(self, case: Case) -> tuple[int, str | None]:
        """A page's number and the cursor before it: page 5,000, or the last full one."""
        counting = f"SELECT count(*) FROM images WHERE user_id = $1 AND {case.where}"  # noqa: S608 - our own words
        count = await self.owner.fetchval(counting, self.user_id)
        page = min(DEEP, max(1, count // PAGE))
        if page == 1:
            return page, None
        (before,) = await self.by_offset(case, (page - 1) * PAGE - 1, 1)
        return page, cursor_of(Position(before["created_at"], before["id"], before["liked"]))

    async def by_offset(self, case: Case, offset: int, limit: int) -> Sequence[Any]:
        question = f"""
          SELECT * FROM images WHERE user_id = $1 AND deleted_at IS NULL AND NOT nsfw AND {case.where}
           ORDER BY {case.order} OFFSET $2 LIMIT $3
        """  # noqa: S608 - our own words
        found: Sequence[Any] = await self.owner.fetch(question, self.user_id, offset, limit, timeout=60)
        return found


async def measure(stage: Stage) -> list[Report]:
    async with AsyncExitStack() as stack:
        few, many = [await _side(stage, stack, rows) for rows in (FEW_ROWS, stage.rows)]
        return [await _report(few, many, number) for number in range(len(many.cases))]


async def _side(stage: Stage, stack: AsyncExitStack, rows: int) -> Side:
    place = await stack.enter_async_context(stage.place(f"depth_{rows}"))
    owner = await stack.enter_async_context(place.owner())
    user_id = await add_user(owner, USER)
    await _fill(owner, user_id, rows)
    middle = LONG_AGO + timedelta(minutes=rows // 2)
    other = await owner.fetchval("SELECT id FROM subjects ORDER BY created_at DESC LIMIT 1")
    api = await stack.enter_async_context(place.api())
    return Side(place, rows, user_id, _cases(other, middle), api.port, owner)


async def _fill(owner: asyncpg.Connection, user_id: UserId, rows: int) -> None:
    """Two influencers, whose packs of ten come in turns: seven and three in ten."""
    first, second = uuid4(), uuid4()
    look = (LOOK.age, LOOK.ethnicity, LOOK.hair_color, LOOK.hair_style, LOOK.eye_color, LOOK.body_type)
    for subject, at in ((first, LONG_AGO), (second, LONG_AGO + timedelta(days=1))):
        await owner.execute(SUBJECT, subject, user_id, at)
        await owner.execute(INFLUENCER, subject, user_id, LOOK.style.value, LOOK.gender.value, *look)
    begun = time.monotonic()
    async with owner.transaction():
        await owner.execute(UNCHECKED)
        await owner.execute(JOBS, user_id, first, RECIPE_JSON, rows // 10, LONG_AGO, timeout=600)
        await owner.execute("UPDATE jobs SET subject_id = $1 WHERE abs(hashtext(id::text) % 10) < 3", second)
        await owner.execute(IMAGES, user_id, PROMPT, LONG_AGO + timedelta(minutes=55), timeout=600)
    await owner.execute("VACUUM (ANALYZE) images, jobs, subjects", timeout=300)
    print(f"  {rows:,} images were written in {time.monotonic() - begun:.0f} s", flush=True)


async def _report(few: Side, many: Side, number: int) -> Report:
    small, case = few.cases[number], many.cases[number]
    page, cursor = await many.far_down(case)
    kinds = {
        FIRST_OF_FEW: (few, few.request(small)),
        FIRST: (many, many.request(case)),
        FAR: (many, many.request(case, cursor)),
    }
    await _check(many, case, page, kinds[FAR][1])
    taken: dict[str, list[float]] = {name: [] for name in (*kinds, BY_OFFSET)}
    for _ in range(ROUNDS):
        for name, (side, request) in kinds.items():
            async with Connection.to(side.port) as connection:
                await connection.ask(request)
                taken[name] += [await _milliseconds(connection, request) for _ in range(EACH)]
    for _ in range(5):
        begun = time.perf_counter()
        await many.by_offset(case, (page - 1) * PAGE, PAGE + 1)
        taken[BY_OFFSET].append(1000 * (time.perf_counter() - begun))
    rows = {name: [percentile(values, 0.5), percentile(values, 0.95)] for name, values in taken.items()}
    deep = rows[FAR][0] / rows[FIRST][0]
    title = f"gallery_depth, {case.name}: page {page:,} of {many.rows:,} takes {deep:.2f} times page 1"
    about = "the same of ten thousand images, in a database of their own; OFFSET is timed in the database alone"
    return Report(title, FIRST_OF_FEW, about, COLUMNS, rows)


async def _milliseconds(connection: Connection, request: bytes) -> float:
    begun = time.perf_counter()
    await connection.ask(request)
    return 1000 * (time.perf_counter() - begun)


async def _check(many: Side, case: Case, page: int, request: bytes) -> None:
    """What is timed is the page that OFFSET finds."""
    async with Connection.to(many.port) as connection:
        images = orjson.loads(await connection.ask(request))["data"]["viewer"]["images"]["edges"]
    expected = await many.by_offset(case, (page - 1) * PAGE, PAGE)
    if [edge["node"]["id"] for edge in images] != [global_id("ImageAsset", row["id"]) for row in expected]:
        raise AssertionError(f"{case.name}: page {page} is another than OFFSET finds.")

"""`startPack` as one would write it by hand for speed: the same rows, in as few statements as stay readable."""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import asyncpg  # type: ignore[import-untyped] # it ships none
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.settings import Settings
from benchmarks.people import RECIPE_JSON

PRICE = 10

ACT_FOR = "SELECT set_config('app.user_id', $1, true)"
LOCK = "SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE"
TAKE_KEY = "INSERT INTO idempotency_keys (user_id, key, fingerprint, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING key"
INFLUENCER = (
    "SELECT s.name, i.base_image_id FROM influencers i JOIN subjects s ON s.id = i.subject_id WHERE i.subject_id = $1"
)
RESERVE = """
WITH account AS (
  UPDATE credit_accounts SET available = available - $2, reserved = reserved + $2, entry_count = entry_count + 1
   WHERE user_id = $1 AND available >= $2 RETURNING available, reserved, entry_count
), holds AS (
  INSERT INTO credit_holds (id, user_id, job_id, image_index, amount, expires_at, created_at)
  SELECT hold.id, $1, $3, hold.place - 1, $5, $6, $7 FROM account, unnest($4::uuid[]) WITH ORDINALITY AS hold (id, place)
)
INSERT INTO credit_entries (user_id, number, type, amount, available_delta, reserved_delta, available_after, reserved_after,
                            movement_key, job_id, description, created_at)
SELECT $1, entry_count, 'RESERVE', $2, -$2::bigint, $2, available, reserved, 'reserve:' || $3::uuid, $3, 'Images reserved', $7 FROM account
RETURNING available_after, reserved_after, number
"""
ADD_JOB = """
INSERT INTO jobs (id, user_id, subject_id, kind, status, mode, mode_reason, recipe, image_count, price_per_image, credits_reserved,
                  created_at, event_count)
VALUES ($1, $2, $3, 'PACK', 'QUEUED', 'FACE_SWAP', 'By hand.', $4::text::jsonb, $5, $6, $7, $8, 1)
"""
ADD_IMAGES = """
WITH images AS (
  INSERT INTO job_images (job_id, index, user_id, state, hold_id, run_after)
  SELECT $1, image.place - 1, $2, 'QUEUED', image.hold_id, now() FROM unnest($3::uuid[]) WITH ORDINALITY AS image (hold_id, place)
)
INSERT INTO render_line (user_id) VALUES ($2) ON CONFLICT (user_id) DO UPDATE SET due_at = now() WHERE render_line.due_at > now()
"""
TELL = """
WITH of_user AS (
  UPDATE users SET event_count = event_count + 1 WHERE id = $1 RETURNING event_count
), logged AS (
  INSERT INTO events (user_id, number, job_id, job_number, kind, payload, created_at)
  SELECT $1, event_count, $2, 1, 'JOB_STATE_CHANGED', $3::text::jsonb, $4 FROM of_user
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT $1, message.channel, message.topic, message.payload::jsonb, now()
  FROM unnest($5::text[], $6::text[], $7::text[]) AS message (channel, topic, payload)
"""
KEEP = "UPDATE idempotency_keys SET answer = $3::text::jsonb WHERE user_id = $1 AND key = $2"

STATEMENTS = {
    "act_for": ACT_FOR,
    "lock": LOCK,
    "take_key": TAKE_KEY,
    "influencer": INFLUENCER,
    "reserve": RESERVE,
    "add_job": ADD_JOB,
    "add_images": ADD_IMAGES,
    "tell": TELL,
    "keep": KEEP,
    "recipe": RECIPE_JSON,
    "price": PRICE,
}
"""For programs in other languages."""


def make_app(env: Mapping[str, str]) -> Starlette:
    url = Settings.from_env(env).database.api.replace("+asyncpg", "")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url, min_size=10, max_size=20) as pool:
            app.state.pool = pool
            yield

    async def start_pack(request: Request) -> Response:
        body = await request.body()
        async with request.app.state.pool.acquire() as connection, connection.transaction():
            job = await _start(connection, UUID(request.headers["x-user"]), orjson.loads(body)["input"], body)
        answer = {"data": {"startPack": {"job": job, "errors": []}}}
        return Response(orjson.dumps(answer), media_type="application/json")

    return Starlette(routes=[Route("/start-pack", start_pack, methods=["POST"])], lifespan=lifespan)


async def _start(connection: Any, user_id: UUID, wish: dict[str, Any], body: bytes) -> dict[str, Any]:
    now, job_id, count, key = datetime.now(UTC), uuid4(), wish["imageCount"], wish["idempotencyKey"]
    subject_id = UUID(base64.urlsafe_b64decode(wish["subjectId"] + "==").partition(b":")[2].decode())
    hold_ids, total = [uuid4() for _ in range(count)], count * PRICE
    await connection.execute(ACT_FOR, str(user_id))
    await connection.execute(LOCK, user_id)
    if await connection.fetchval(TAKE_KEY, user_id, key, sha256(body).hexdigest(), now) is None:
        raise ValueError("A key was used twice.")
    name, face = await connection.fetchrow(INFLUENCER, subject_id)
    assert face is not None
    balance = await connection.fetchrow(RESERVE, user_id, total, job_id, hold_ids, PRICE, now + timedelta(hours=2), now)
    await connection.execute(ADD_JOB, job_id, user_id, subject_id, RECIPE_JSON, count, PRICE, total, now)
    await connection.execute(ADD_IMAGES, job_id, user_id, hold_ids)
    job = _job(job_id, subject_id=subject_id, name=name, count=count, total=total, now=now)
    event = orjson.dumps({"kind": "JOB_STATE_CHANGED", "number": 1, "at": now, "job": job}).decode()
    await connection.execute(TELL, user_id, job_id, event, now, *_messages(user_id, job_id, event, balance))
    await connection.execute(KEEP, user_id, key, event)
    return job


def _messages(
    user_id: UUID, job_id: UUID, event: str, balance: tuple[int, int, int]
) -> tuple[list[str], list[str], list[str]]:
    """Channels, topics and payloads of outbox rows."""
    available, reserved, number = balance
    changed = orjson.dumps({"user_id": user_id, "available": available, "reserved": reserved, "number": number})
    return ["live", "live"], [f"jobs:{job_id}", f"credits:{user_id}"], [event, changed.decode()]


def _job(job_id: UUID, *, subject_id: UUID, name: str, count: int, total: int, now: datetime) -> dict[str, Any]:
    return {
        "id": _word(f"GenerationJob:{job_id}"),
        "kind": "PACK",
        "status": "QUEUED",
        "mode": "FACE_SWAP",
        "imageCount": count,
        "completedCount": 0,
        "failedCount": 0,
        "percent": 0,
        "creditsReserved": total,
        "creditsCaptured": 0,
        "errorMessage": None,
        "createdAt": now,
        "startedAt": None,
        "finishedAt": None,
        "subject": {"__typename": "Influencer", "id": _word(f"Influencer:{subject_id}"), "name": name},
    }


def _word(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

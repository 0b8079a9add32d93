"""Rows that benchmarks begin with, written by the owner of the tables in a few statements, as the product would leave them."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg  # type: ignore[import-untyped] # it ships none

from db.codec import json_text
from domain.ids import JobId, SubjectId, UserId
from providers.local.tokens import user_id_of
from tests.support.values import LOOK, a_recipe

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PROMPT = "photo of a 27 year old mediterranean woman with long wavy auburn hair and green eyes, " * 4
RECIPE_JSON = json_text(replace(a_recipe(), prompt=PROMPT))

USER = "INSERT INTO users (id, email, display_name, created_at) VALUES ($1, $2, $3, $4)"
ACCOUNT = "INSERT INTO credit_accounts (user_id, available, entry_count) VALUES ($1, $2, 1)"
GRANT = """
INSERT INTO credit_entries (user_id, number, type, amount, available_delta, reserved_delta, available_after, reserved_after,
                            movement_key, description, created_at)
VALUES ($1, 1, 'GRANT', $2, $2, 0, $2, 0, 'signup', 'Granted', $3)
"""
SUBJECT = "INSERT INTO subjects (id, user_id, type, name, created_at) VALUES ($1, $2, 'INFLUENCER', 'Mara Voss', $3)"
INFLUENCER = """
INSERT INTO influencers (subject_id, user_id, style, gender, age, ethnicity, hair_color, hair_style, eye_color, body_type,
                         default_outfit, base_model, identity_seed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'STREETWEAR', 'Z_IMAGE_TURBO', 7)
"""
CHOOSE = (
    "UPDATE influencers SET base_image_id = (SELECT id FROM images WHERE subject_id = $1 LIMIT 1) WHERE subject_id = $1"
)

UNCHECKED = "SET LOCAL session_replication_role = replica"
"""A million rows load in half the time when their foreign keys, which come from the rows themselves, are not looked up."""

JOBS = """
INSERT INTO jobs (id, user_id, subject_id, kind, status, mode, mode_reason, recipe, image_count, completed_count, price_per_image,
                  credits_reserved, created_at, started_at, finished_at)
SELECT gen_random_uuid(), $1, $2, 'PACK', 'COMPLETED', 'FACE_SWAP', 'Given by a benchmark.', $3::text::jsonb, 10, 10, 0, 0, at, at, at
  FROM generate_series(1, $4::integer) number, LATERAL (SELECT $5::timestamptz + number * interval '10 minutes') times (at)
"""
IMAGES = """
INSERT INTO images (id, user_id, subject_id, job_id, index, kind, storage_key, thumbnail_key, sha256, content_type, size_bytes,
                    width, height, scene, environment, outfit, aspect_ratio, quality, nsfw, mode, prompt, negative_prompt, seed,
                    steps, model, provider, credits_charged, generation_ms, created_at)
SELECT image.id, j.user_id, j.subject_id, j.id, number, j.kind,
       'images/' || j.user_id || '/' || image.sha256 || '.jpg', 'thumbnails/' || j.user_id || '/' || image.sha256 || '.webp',
       image.sha256, 'image/jpeg', 250000, 768, 1365, 'CANDID_LIFESTYLE', 'CAFE', 'STREETWEAR', 'PORTRAIT_9_16', 'DRAFT', false,
       'FACE_SWAP', $2, 'blurry, deformed', 42 + number, 20, 'likeness-sketch-1', 'local', 0, 1800,
       j.created_at + number * interval '1 minute'
  FROM jobs j, generate_series(0, 9) number,
       LATERAL (SELECT md5(j.id::text || number)::uuid AS id, repeat(md5(j.id::text || number), 2) AS sha256) image
 WHERE j.user_id = $1
"""
RUNNING_JOB = """
INSERT INTO jobs (id, user_id, subject_id, kind, status, mode, mode_reason, recipe, image_count, price_per_image, credits_reserved,
                  event_count, created_at, started_at)
VALUES ($1, $2, $3, 'PACK', 'PROCESSING', 'FACE_SWAP', 'Given by a benchmark.', $4::text::jsonb, 10, 10, 100, $5, $6, $6)
"""


async def add_user(owner: asyncpg.Connection, name: str, *, credits: int = 1_000_000) -> UserId:
    user_id = user_id_of(name)
    async with owner.transaction():  # the ledger is checked at its end
        await owner.execute(USER, user_id, f"{name}@example.com", name.capitalize(), LONG_AGO)
        await owner.execute(ACCOUNT, user_id, credits)
        await owner.execute(GRANT, user_id, credits, LONG_AGO)
    return user_id


async def add_influencer(owner: asyncpg.Connection, user_id: UserId, *, images: int = 10) -> SubjectId:
    """With a face, and finished images in packs of ten, a minute apart."""
    subject_id = SubjectId(uuid4())
    await owner.execute(SUBJECT, subject_id, user_id, LONG_AGO)
    look = (LOOK.age, LOOK.ethnicity, LOOK.hair_color, LOOK.hair_style, LOOK.eye_color, LOOK.body_type)
    await owner.execute(INFLUENCER, subject_id, user_id, LOOK.style.value, LOOK.gender.value, *look)
    async with owner.transaction():
        await owner.execute(UNCHECKED)
        await owner.execute(JOBS, user_id, subject_id, RECIPE_JSON, max(1, images // 10), LONG_AGO, timeout=600)
        await owner.execute(IMAGES, user_id, PROMPT, timeout=600)
    await owner.execute(CHOOSE, subject_id)
    return subject_id


async def add_running_job(owner: asyncpg.Connection, user_id: UserId, subject_id: SubjectId, *, events: int) -> JobId:
    """A job in the middle of its work, as a stream of its events begins from: `events` are behind it."""
    job_id: UUID = uuid4()
    await owner.execute(RUNNING_JOB, job_id, user_id, subject_id, RECIPE_JSON, events, LONG_AGO)
    return JobId(job_id)

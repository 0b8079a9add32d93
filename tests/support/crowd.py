"""Users with images that wait, put there by hand: what acceptance leaves of them for whoever deals, without the rest."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from db.engine import Database
from db.render_line import Dealt, Fairness, RenderLine
from domain.ids import UserId, WorkerId

IMAGES_OF_A_JOB = 10
SILENCE = timedelta(seconds=20)

USER = text("INSERT INTO users (id, created_at) VALUES (:user_id, now())")
# Foreign keys are not asked: jobs and holds behind the images do not exist.
ADD = text("""
INSERT INTO job_images (job_id, index, user_id, state, hold_id, run_after, in_line_since)
SELECT md5(CAST(:user_id AS uuid) || '/' || n / :of_a_job)::uuid, n % :of_a_job, CAST(:user_id AS uuid), 'QUEUED', gen_random_uuid(),
       now(), now() - interval '1 hour' + make_interval(secs => n / :of_a_job)
  FROM generate_series(0, :images - 1) n
""")
JOIN = text("INSERT INTO render_line (user_id) VALUES (:user_id)")


@dataclass(frozen=True, slots=True)
class Crowd:
    """`owner` writes behind everybody's back; `worker` is signed in as such."""

    owner: Database
    worker: Database

    def line(self, per_user: int = 10) -> RenderLine:
        return RenderLine(self.worker, Fairness(per_user=per_user, silence=SILENCE))

    async def come(self, *images: int) -> list[UserId]:
        """One user after the other joins the line, each with so many images, in jobs of ten."""
        users = [UserId(UUID(int=number + 1)) for number in range(len(images))]
        async with self.owner.as_nobody() as connection:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            for user_id, count in zip(users, images, strict=True):
                values = {"user_id": user_id, "images": count, "of_a_job": IMAGES_OF_A_JOB}
                await connection.execute(USER, {"user_id": user_id})
                await connection.execute(ADD, values)
                await connection.execute(JOIN, {"user_id": user_id})
        return users

    async def run(self, sql: str, **values: object) -> None:
        async with self.owner.as_nobody() as connection:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            await connection.execute(text(sql), values)


def by_user(dealt: list[Dealt], users: list[UserId]) -> list[int]:
    """How many images each of them was dealt."""
    return [sum(image.user_id == user_id for image in dealt) for user_id in users]


NOBODY = WorkerId(UUID(int=0))
"""A worker without a heartbeat, whose room is what it says."""

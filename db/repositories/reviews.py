"""Pictures that wait for a verdict. Rows of it are few: only what could not be judged at once.

A file is announced where it is noted, and kept where it is stored (`domain.files.removal`). Until then nobody but its announcement
asks for its removal: whoever stores it may still be about it.
"""

from dataclasses import asdict

from db.repositories.files import ASK
from db.statements import Statement
from db.transaction import Transaction
from domain.files.removal import KEPT_WITHIN
from domain.ids import JobId, UserId
from domain.ports.reviews import WaitingPicture

FIELDS = tuple(WaitingPicture.__dataclass_fields__)
THIS = "job_id = :job_id AND index = :index AND round = :round"

# The same picture, fetched again, has the same name: it is announced anew, but not out of the hands of whoever removes it now.
NOTE = Statement(f"""
WITH unshared AS (
  SELECT key FROM image_reviews WHERE {THIS} AND key <> :key AND stored_at IS NOT NULL AND cleared_at IS NULL
), asked AS (
  {ASK}
), announced AS (
  INSERT INTO file_removals AS f (user_id, key, asked_at) VALUES (:user_id, :key, now() + :within)
      ON CONFLICT (user_id, key) DO UPDATE SET asked_at = excluded.asked_at, claimed_until = NULL, removed_at = NULL
         WHERE f.claimed_until IS NULL OR f.claimed_until < now()
)
INSERT INTO image_reviews ({", ".join(FIELDS)}) VALUES ({", ".join(":" + name for name in FIELDS)})
ON CONFLICT (job_id, index, round) DO UPDATE
   SET key = excluded.key, content_type = excluded.content_type, provider = excluded.provider, model = excluded.model,
       seed = excluded.seed, generation_ms = excluded.generation_ms, since = excluded.since,
       fallback = excluded.fallback, stored_at = NULL, cleared_at = NULL
""")  # noqa: S608 - our own field names
# Stored already: a commit whose answer was lost.
STORED = Statement(f"""
WITH kept AS (
  DELETE FROM file_removals WHERE user_id = :user_id AND key = :key AND removed_at IS NULL AND claimed_until IS NULL RETURNING key
)
UPDATE image_reviews SET stored_at = coalesce(stored_at, now())
 WHERE {THIS} AND key = :key AND cleared_at IS NULL AND (stored_at IS NOT NULL OR EXISTS (SELECT FROM kept))
RETURNING key
""")  # noqa: S608
REMOVE = Statement(f"WITH unshared AS (SELECT CAST(:key AS text) AS key) {ASK}")
WAITING = Statement(
    f"SELECT {', '.join(FIELDS)} FROM image_reviews WHERE {THIS} AND stored_at IS NOT NULL AND cleared_at IS NULL"  # noqa: S608
)
FORGET = Statement(f"UPDATE image_reviews SET cleared_at = now() WHERE {THIS} AND key = :key")  # noqa: S608
CLEAR = Statement(f"""
WITH over AS (
  UPDATE image_reviews r SET cleared_at = now() FROM job_images ji
   WHERE r.user_id = :user_id AND r.cleared_at IS NULL AND ji.job_id = r.job_id AND ji.index = r.index
     AND ji.state IN ('COMPLETED', 'FAILED', 'CANCELLED')
  RETURNING r.key, r.since, r.stored_at
), unshared AS (
  SELECT key FROM over WHERE stored_at IS NOT NULL
), asked AS (
  {ASK}
), announced AS (
  INSERT INTO file_removals (user_id, key, asked_at) SELECT :user_id, key, since + :within FROM over WHERE stored_at IS NULL
      ON CONFLICT (user_id, key) DO NOTHING -- all but those of an earlier release
)
SELECT count(*) AS count FROM over
""")  # noqa: S608


class SqlReviews:
    """See `domain.ports.reviews.Reviews`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def note(self, picture: WaitingPicture) -> None:
        await self._transaction.run(NOTE, {**asdict(picture), "within": KEPT_WITHIN})

    async def stored(self, picture: WaitingPicture) -> bool:
        if await self._transaction.row(STORED, asdict(picture)):
            return True
        await self._transaction.run(REMOVE, {"user_id": picture.user_id, "key": picture.key})
        return False

    async def waiting(self, job_id: JobId, index: int, round_: int) -> WaitingPicture | None:
        row = await self._transaction.row(WAITING, {"job_id": job_id, "index": index, "round": round_})
        return WaitingPicture(**dict(row)) if row else None

    async def forget(self, picture: WaitingPicture) -> None:
        await self._transaction.run(FORGET, asdict(picture))

    async def clear(self, user_id: UserId) -> int:
        ((count,),) = await self._transaction.rows(CLEAR, {"user_id": user_id, "within": KEPT_WITHIN})
        return int(count)

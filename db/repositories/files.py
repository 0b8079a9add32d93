"""Files that are to be removed, and those that were just now (see `domain.files.removal`)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.statements import Statement
from db.transaction import Transaction
from domain.ids import UserId
from domain.jobs.job import JobImage

ARE_GOING = Statement("""
SELECT 1 FROM file_removals
 WHERE user_id = :user_id AND key = ANY(:keys) AND (removed_at IS NULL AND asked_at <= now() OR removed_at >= :since)
 LIMIT 1
""")
CLAIM = Statement("""
UPDATE file_removals SET claimed_until = now() + :lease
 WHERE user_id = :user_id AND key IN (
   SELECT key FROM file_removals
    WHERE user_id = :user_id AND removed_at IS NULL AND asked_at <= now() AND (claimed_until IS NULL OR claimed_until < now())
    ORDER BY key LIMIT :limit FOR UPDATE SKIP LOCKED)
RETURNING key
""")
SETTLE = Statement("""
UPDATE file_removals SET removed_at = now(), claimed_until = NULL
 WHERE user_id = :user_id AND key = ANY(:keys) AND removed_at IS NULL
""")
ANNOUNCE = Statement("""
INSERT INTO file_removals (user_id, key, asked_at) SELECT :user_id, key, now() + :within FROM unnest(CAST(:keys AS text[])) key
    ON CONFLICT (user_id, key) DO NOTHING -- a commit whose answer was lost
""")
# Whoever settles the image waits for this, or is waited for: no file of an image is announced once its job was cancelled.
ANNOUNCE_IMAGE = Statement("""
WITH held AS (
  SELECT job_id FROM job_images WHERE job_id = :job_id AND index = :index AND attempt = :attempt AND state = 'RENDERING' FOR SHARE
), announced AS (
  INSERT INTO file_removals (user_id, key, asked_at) SELECT :user_id, key, now() + :within FROM held, unnest(CAST(:keys AS text[])) key
      ON CONFLICT (user_id, key) DO NOTHING
)
SELECT job_id FROM held
""")
KEEP = Statement("""
DELETE FROM file_removals WHERE user_id = :user_id AND key = ANY(:keys) AND removed_at IS NULL AND claimed_until IS NULL RETURNING key
""")
LET_GO = Statement("""
UPDATE file_removals SET asked_at = now() WHERE user_id = :user_id AND key = ANY(:keys) AND removed_at IS NULL AND asked_at > now()
""")

ASK = """
INSERT INTO file_removals (user_id, key, asked_at) SELECT :user_id, key, now() FROM unshared
    ON CONFLICT (user_id, key) DO UPDATE SET asked_at = now(), claimed_until = NULL, removed_at = NULL
"""
"""For a statement that takes references away: `unshared` are the keys that nothing refers to after it."""


class SqlFiles:
    """See `domain.ports.files.Files`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def are_going(self, user_id: UserId, keys: Sequence[str], *, since: datetime) -> bool:
        found = await self._transaction.row(ARE_GOING, {"user_id": user_id, "keys": list(keys), "since": since})
        return found is not None

    async def announce(self, user_id: UserId, keys: Sequence[str], *, within: timedelta) -> None:
        await self._transaction.run(ANNOUNCE, {"user_id": user_id, "keys": list(keys), "within": within})

    async def announce_image(self, user_id: UserId, image: JobImage, keys: Sequence[str], *, within: timedelta) -> bool:
        which = {"job_id": image.job_id, "index": image.index, "attempt": image.attempt}
        values = {"user_id": user_id, "keys": list(keys), "within": within, **which}
        return await self._transaction.row(ANNOUNCE_IMAGE, values) is not None

    async def keep(self, user_id: UserId, keys: Sequence[str]) -> int:
        return len(await self._transaction.rows(KEEP, {"user_id": user_id, "keys": list(keys)}))

    async def let_go(self, user_id: UserId, keys: Sequence[str]) -> None:
        await self._transaction.run(LET_GO, {"user_id": user_id, "keys": list(keys)})

    async def claim_removals(self, user_id: UserId, *, limit: int, lease: timedelta) -> Sequence[str]:
        rows = await self._transaction.rows(CLAIM, {"user_id": user_id, "limit": limit, "lease": lease})
        return [row["key"] for row in rows]

    async def settle_removals(self, user_id: UserId, keys: Sequence[str]) -> None:
        await self._transaction.run(SETTLE, {"user_id": user_id, "keys": list(keys)})

"""Events of the studio as they come; `db.metrics` counts them."""

from collections.abc import Sequence
from datetime import datetime

from db.statements import Statement
from db.transaction import Transaction
from domain.analytics.events import Recorded
from domain.ids import UserId

# Two requests with the same keys wait for one another in the order of the keys, and so never for each other.
RECORD = Statement("""
WITH given AS (
  SELECT key, type, label, subject_id, at
    FROM unnest(CAST(:keys AS text[]), CAST(:types AS text[]), CAST(:labels AS text[]), CAST(:subjects AS uuid[]), CAST(:ats AS timestamptz[]))
      AS given (key, type, label, subject_id, at)
), added AS (
  INSERT INTO studio_events (user_id, key, type, label, subject_id, at, received_at)
  SELECT :user_id, g.key, g.type, g.label, s.id, g.at, :now FROM given g LEFT JOIN subjects s ON s.id = g.subject_id ORDER BY g.key
  ON CONFLICT (user_id, key) DO NOTHING
  RETURNING 1
)
SELECT count(*) AS count FROM added
""")


class SqlAnalytics:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def record(self, user_id: UserId, events: Sequence[Recorded], *, now: datetime) -> int:
        values = {
            "user_id": user_id,
            "keys": [event.key for event in events],
            "types": [event.type for event in events],
            "labels": [event.label for event in events],
            "subjects": [event.subject_id for event in events],
            "ats": [event.at for event in events],
            "now": now,
        }
        ((count,),) = await self._transaction.rows(RECORD, values)
        return int(count)

"""Counts of a range of days, as they were added up before: no event is read."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from db.engine import Database
from domain.analytics.counts import Count, Counts, DayRange, RangeCounts
from domain.ids import UserId

READ = """
SELECT day, measure, kind, label, CAST(sum(count) AS bigint) AS count, CAST(sum(total) AS bigint) AS total
  FROM studio_metrics WHERE day BETWEEN $2 AND $3 GROUP BY GROUPING SETS ((measure, kind, label), (day, measure, kind)) ORDER BY day
"""


async def counts_of(database: Database, user_id: UserId, days: DayRange) -> RangeCounts:
    """Of all users together. Who may know them is asked before."""
    found: dict[date | None, list[Count]] = {}
    rows: Sequence[Any] = await database.fetch(user_id, READ, days.first, days.last)
    for row in rows:
        count = Count(row["measure"], row["kind"], row["label"] or "", row["count"], row["total"])
        found.setdefault(row["day"], []).append(count)
    whole = Counts(found.pop(None, []))
    return RangeCounts(whole, [(day, Counts(counts)) for day, counts in found.items() if day is not None])

"""How long images took, in buckets: a day's worth of times in a few dozen numbers that can be added up.

Each bucket ends a quarter later than the one before it, so a percentile that is read off the buckets is at most a quarter too
high, and never too low (within the first, up to 50 ms too high; what took longer than the last counts as that).
"""

from collections.abc import Mapping

STEP = 1.25
FIRST_MS, LAST_MS = 50, 3_600_000


BOUNDS_MS = (*(round(FIRST_MS * STEP**n) for n in range(51)), LAST_MS)
"""The last millisecond of each bucket. What takes longer than the last counts as that. A count keeps the bound it was made with."""


def percentile_ms(counts: Mapping[int, int], share: float) -> int | None:
    """The bound that at least this share of all times is within; None without any."""
    wanted, seen = share * sum(counts.values()), 0
    for bound in sorted(counts):
        seen += counts[bound]
        if seen >= wanted:
            return bound
    return None

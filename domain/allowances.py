"""How much one caller may ask for in a minute."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """`per_minute` in the unit of what is counted; 0 for no limit. Minutes are the clock's, so that they are the same everywhere."""

    name: str
    per_minute: int

    @property
    def share(self) -> int:
        """What a process takes at once, to hand out by itself: a tenth costs few trips, and wastes little when it ends."""
        return max(1, self.per_minute // 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`points` are what operations cost, by the objects they may bring; `strangers` is the same for who is not signed in."""

    points: Allowance
    strangers: Allowance
    changes: Allowance
    """Mutations, each root field of them."""

    @classmethod
    def per_minute(cls, *, points: int, strangers: int, changes: int) -> "Limits":
        return cls(
            points=Allowance(name="points", per_minute=points),
            strangers=Allowance(name="anonymous points", per_minute=strangers),
            changes=Allowance(name="changes", per_minute=changes),
        )


UNLIMITED = Limits.per_minute(points=0, strangers=0, changes=0)

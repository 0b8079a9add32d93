"""When a LoRA that nobody uses is given up: the whole of it, day by day."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.trainings.aging import AgingLora, Fate, fate_of
from domain.trainings.training import TrainingStatus
from tests.support.values import NOW, a_lora_model

KEEP = timedelta(days=30)


def after(days: float) -> datetime:
    return NOW + timedelta(days=days)


A_LORA = AgingLora(
    model=a_lora_model(status=TrainingStatus.READY, completed_at=NOW),
    subject_name="Mara Voss",
    used_at=None,
    is_in_use=False,
    is_drawn_with=True,
    told_at=None,
)


@pytest.mark.parametrize(
    ("changes", "day", "fate", "next_day"),
    [
        ({}, 0, Fate.KEEP, 23),
        ({}, 22.9, Fate.KEEP, 23),
        ({}, 23, Fate.TELL, 30),
        ({}, 40, Fate.TELL, 47),  # nobody looked for long: the week's notice is given all the same
        ({"told_at": after(23)}, 29, Fate.KEEP, 30),
        ({"told_at": after(23)}, 30, Fate.EXPIRE, 30),
        ({"told_at": after(40)}, 41, Fate.KEEP, 47),
        ({"told_at": after(40)}, 47, Fate.EXPIRE, 47),
        ({"told_at": after(23), "is_in_use": True}, 100, Fate.KEEP, 101),
        ({"told_at": after(23), "used_at": after(25)}, 30, Fate.KEEP, 48),
        ({"told_at": after(23), "used_at": after(25)}, 48, Fate.TELL, 55),
        ({"is_drawn_with": False}, 29, Fate.KEEP, 30),
        ({"is_drawn_with": False}, 30, Fate.EXPIRE, 30),
        ({"is_drawn_with": False, "is_in_use": True}, 30, Fate.KEEP, 31),
    ],
)
def test_what_becomes_of_a_lora(changes: dict[str, datetime | bool], day: float, fate: Fate, next_day: float) -> None:
    lora = replace(A_LORA, **changes)  # type: ignore[arg-type] # of its own fields
    assert fate_of(lora, keep=KEEP, now=after(day)) == (fate, after(next_day))

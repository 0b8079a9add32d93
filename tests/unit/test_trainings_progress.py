"""How far a training is: as its trainer tells, else by the clock, marked as a guess."""

from datetime import timedelta
from typing import Any

import pytest

from domain.trainings.progress import Progress, progress_of
from domain.trainings.training import TrainingStatus
from tests.support.values import NOW, a_lora_model

RUNNING = {"status": TrainingStatus.TRAINING, "attempt": 1, "attempt_started_at": NOW, "started_at": NOW}


@pytest.mark.parametrize(
    ("changes", "seconds", "expected"),
    [
        ({}, 0, (0, 0, 30, True)),
        (RUNNING, 0, (0, 0, 30, True)),
        (RUNNING, 15, (350, 50, 15, True)),
        (RUNNING, 300, (665, 95, 0, True)),
        ({**RUNNING, "current_step": 175, "tells_steps": True}, 10, (175, 25, 30, False)),
        ({**RUNNING, "current_step": 700, "tells_steps": True}, 10, (700, 100, 0, False)),
        ({"status": TrainingStatus.READY}, 99, (700, 100, 0, False)),
        ({"status": TrainingStatus.FAILED, "current_step": 70}, 99, (70, 10, None, False)),
    ],
)
def test_step_percent_and_time_left(
    changes: dict[str, Any], seconds: int, expected: tuple[int, int, int | None, bool]
) -> None:
    step, percent, left, is_estimate = expected
    found = progress_of(a_lora_model(**changes), NOW + timedelta(seconds=seconds))
    assert found == Progress(step=step, percent=percent, seconds_left=left, is_estimate=is_estimate)

"""Steps in the log of fal's trainers, and what its emulator refuses of their arguments."""

import pytest

from providers.fal.endpoints.trainers import TRAINERS
from providers.fal.training_progress import step_of
from tests.support.emulators.fal_models import faults_in
from tests.support.emulators.fal_trainers import TRAINERS as EMULATED
from tests.support.trainer_requests import a_training

BAR = "  4%|▍         | 100/2500 [01:10<28:00,  1.42it/s, loss=0.31]"


@pytest.mark.parametrize(
    ("lines", "step"),
    [
        ([BAR], (100, 2500)),
        (["steps:  4%|▍         | 100/2500 [01:10<28:00]"], (100, 2500)),
        (["Training: 100%|██████████| 2500/2500 [30:00<00:00]"], (2500, 2500)),
        (["step 7/700"], (7, 700)),
        (["Step: 7 of 700 done"], (7, 700)),
        ([BAR, "  8%|▊         | 200/2500 [02:20<27:00]", "saving"], (200, 2500)),
        ([BAR, "100%|██████████| 20/20 [00:01<00:00]"], (100, 2500)),  # pictures
        (["Loading checkpoint shards: 50%|█████     | 500/1000 [00:01<00:01]"], None),
        (["step 900/700"], None),
        (["4 steps"], None),
        (["x" * 300 + " step 7/700"], None),
        ([""], None),
    ],
)
def test_the_last_line_that_tells(lines: list[str], step: tuple[int, int] | None) -> None:
    assert step_of([{"message": line} for line in lines]) == step


@pytest.mark.parametrize("logs", [None, [], "step 7/700", [None, 3, {"message": None}, {}]])
def test_no_log_tells_nothing(logs: object) -> None:
    assert step_of(logs) is None


def test_the_emulator_knows_our_trainers_and_takes_what_we_send() -> None:
    assert TRAINERS.keys() == EMULATED.keys()
    for model, endpoint in (
        ("fal/flux-portrait-trainer", "fal-ai/flux-lora-portrait-trainer"),
        ("fal/z-image-trainer", "fal-ai/z-image-turbo-trainer-v2"),
    ):
        arguments = dict(TRAINERS[endpoint](a_training(model)))
        assert faults_in(endpoint, arguments) == []
        assert [fault["type"] for fault in faults_in(endpoint, {**arguments, "trigger_word": "x"})] == [
            "extra_forbidden"
        ]

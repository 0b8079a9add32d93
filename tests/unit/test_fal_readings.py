"""What fal tells, read: runners' logs, and the outputs of models."""

import pytest

from domain.errors import ProviderRefused, ProviderUnavailable
from providers.fal.outputs import Made, made_of
from providers.fal.progress import percent_of


def lines(*messages: object) -> list[dict[str, object]]:
    return [{"message": message, "level": "STDERR", "source": "USER"} for message in messages]


@pytest.mark.parametrize(
    ("logs", "percent"),
    [
        (lines(" 43%|████▎     | 12/28 [00:03<00:03,  4.10it/s]"), 43),
        (lines("  0%|          | 0/28 [00:00<?, ?it/s]"), 0),
        (lines("Steps:  50%|█████     | 14/28 [00:03<00:03]"), 50),
        (lines("step 7/28"), 25),
        (lines("Step 3 of 4 done"), 75),
        (lines("Inference steps: 28/28"), 100),
        (lines("step 1/4", "step 2/4", "saving"), 50),
        (lines("100%|██████████| 28/28", *["waiting"] * 99), 100),
        (lines("100%|██████████| 28/28", *["waiting"] * 100), None),
        (lines("Loading pipeline components...: 100%|██████████| 7/7 [00:01<00:00]"), None),
        (lines("Fetching 2/3 files", "3/4", "at 50%"), None),
        (lines("step 5/0", "step 9/4"), None),
        (lines(None, 5, ["step 1/4"]), None),
        (["step 1/4", None], None),
        ([], None),
        (None, None),
        ("step 1/4", None),
        (lines("x" * 200 + "step 1/4"), None),
    ],
)
def test_a_percent_is_told_where_the_log_tells_it(logs: object, percent: int | None) -> None:
    assert percent_of(logs) == percent


PICTURE = {"url": "https://v3.fal.media/files/a/b.jpg", "content_type": "image/jpeg"}
URL = PICTURE["url"]


@pytest.mark.parametrize(
    ("output", "made"),
    [
        ({"images": [PICTURE], "seed": 7, "has_nsfw_concepts": [False]}, Made(url=URL, seed=7)),
        ({"images": [PICTURE], "description": ""}, Made(url=URL, seed=None)),
        ({"image": PICTURE, "seed": 2**40}, Made(url=URL, seed=2**40)),
        ({"images": [PICTURE], "seed": None, "has_nsfw_concepts": None}, Made(url=URL, seed=None)),
        ({"images": [PICTURE], "seed": True}, Made(url=URL, seed=None)),
    ],
)
def test_each_shape_of_output_is_read(output: object, made: Made) -> None:
    assert made_of(output) == made


@pytest.mark.parametrize(
    ("output", "detail"),
    [
        ({"images": [PICTURE], "seed": 7, "has_nsfw_concepts": [True]}, "has_nsfw_concepts"),
        ({"images": [PICTURE], "has_nsfw_concepts": [False, True]}, "has_nsfw_concepts"),
        ({"images": [], "description": "no"}, "no images in the output"),
    ],
)
def test_a_picture_held_back_is_a_refusal(output: object, detail: str) -> None:
    with pytest.raises(ProviderRefused) as raised:
        made_of(output)
    assert raised.value.detail == detail


@pytest.mark.parametrize(
    "output", [None, [], "text", {}, {"images": None}, {"images": ["url"]}, {"images": [{"url": 5}]}, {"image": "url"}]
)
def test_what_is_no_output_is_a_fault_of_theirs(output: object) -> None:
    with pytest.raises(ProviderUnavailable, match="could not make this image") as raised:
        made_of(output)
    assert raised.value.detail.startswith("malformed: the output")

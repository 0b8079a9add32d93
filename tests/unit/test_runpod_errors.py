"""RunPod's answers, and the worker's texts, in our errors."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from domain.errors import (
    DomainError,
    ImageNotMade,
    LoraMissing,
    NotFound,
    OutcomeUnknown,
    ProviderError,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from providers.retry_after import retry_after
from providers.runpod.calls import JobReport
from providers.runpod.errors import failed, refused, unanswered
from providers.runpod.results import Inline, Remote, result_of

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LORA_TEXT = """Workflow validation failed:
• Node 4 (errors): [{'type': 'value_not_in_list', 'message': 'Value not in list', 'details': "lora_name: 'x.safetensors' \
not in ['a.safetensors']", 'extra_info': {'input_name': 'lora_name', 'input_config': [['a.safetensors'], {'tooltip': 'The \
name of the LoRA.'}], 'received_value': 'x.safetensors'}}]
• Node 4 (dependent_outputs): ['11']
• Node 4 (class_type): LoraLoader"""
UNET_TEXT = """Workflow validation failed:
• Node 1 (errors): [{'type': 'value_not_in_list', 'message': 'Value not in list', 'details': "unet_name: 'flux1-dev.\
safetensors' not in []", 'extra_info': {'input_name': 'unet_name', 'input_config': None, 'received_value': 'flux1-dev.\
safetensors'}}]
• Node 1 (dependent_outputs): ['11']
• Node 1 (class_type): UNETLoader"""
BOTH_TEXT = f"{LORA_TEXT}\n{UNET_TEXT.partition(chr(10))[2]}"
NO_NODE_TEXT = (
    "Cannot execute because node ApplyPulidFlux does not exist.. Raw response: "
    '{"error": {"type": "invalid_prompt", "message": "Cannot execute because node ApplyPulidFlux does not exist.", '
    '"details": "Node ID \'#9\'", "extra_info": {}}, "node_errors": {}}'
)
NO_OUTPUT_TEXT = 'Prompt has no outputs. Raw response: {"error": {"type": "prompt_no_outputs"}, "node_errors": {}}'
BROKEN_TEXT = "Workflow validation failed:\n• Node 4 (errors): [{'type': <object at 0x7f>}]"
CRASH_TEXT = '{"error_type": "<class \'KeyError\'>", "error_message": "secret words", "worker_id": "x"}'


def ran(message: str) -> list[str]:
    return [f"Workflow execution error: Node Type: KSampler, Node ID: 9, Message: {message}"]


@pytest.mark.parametrize(
    ("text", "details", "error", "detail"),
    [
        ("Missing 'workflow' parameter", [], ProviderRequestInvalid, "invalid_input"),
        (
            "'images' must be a list of objects with 'name' and 'image' keys",
            [],
            ProviderRequestInvalid,
            "invalid_input",
        ),
        (LORA_TEXT, [], LoraMissing, "lora_missing"),
        (UNET_TEXT, [], ProviderRequestInvalid, "workflow_invalid: value_not_in_list unet_name"),
        (
            BOTH_TEXT,
            [],
            ProviderRequestInvalid,
            "workflow_invalid: value_not_in_list lora_name, value_not_in_list unet_name",
        ),
        (NO_NODE_TEXT, [], ProviderRequestInvalid, "node_missing: ApplyPulidFlux"),
        (NO_OUTPUT_TEXT, [], ProviderRequestInvalid, "workflow_invalid: unknown"),
        (BROKEN_TEXT, [], ProviderRequestInvalid, "workflow_invalid: unknown"),
        (
            "Failed to upload one or more input images",
            ["Error decoding base64 for a.png: Incorrect padding"],
            ProviderRequestInvalid,
            "upload_unreadable",
        ),
        (
            "Failed to upload one or more input images",
            ["Timeout uploading a.png"],
            ImageNotMade,
            "upload_failed",
        ),
        (
            "Job processing failed",
            ran("CUDA out of memory. Tried to allocate 2 GiB"),
            ImageNotMade,
            "out_of_memory: KSampler",
        ),
        (
            "Job processing failed",
            ran("Allocation on device 0 would exceed"),
            ImageNotMade,
            "out_of_memory: KSampler",
        ),
        ("Job processing failed", ran("mat1 and mat2"), ImageNotMade, "execution_failed: KSampler"),
        ("Job processing failed", [], ImageNotMade, "execution_failed"),
        (
            "ComfyUI server (127.0.0.1:8188) not reachable after multiple retries.",
            [],
            ImageNotMade,
            "job_failed",
        ),
        ("WebSocket communication error: closed", [], ImageNotMade, "job_failed"),
        (CRASH_TEXT, [], ImageNotMade, "job_failed"),
        ("", [], ImageNotMade, "job_failed"),
    ],
)
def test_what_a_failed_job_says(text: str, details: list[str], error: type[ProviderError], detail: str) -> None:
    found = failed(text, details)
    assert (type(found), found.detail) == (error, detail)
    assert found.message.endswith(".")
    assert "secret" not in found.message + found.detail


@pytest.mark.parametrize(
    ("status", "paid", "error", "detail"),
    [
        (400, True, ProviderRequestInvalid, "HTTP 400"),
        (401, True, ProviderMisconfigured, "HTTP 401"),
        (402, True, ProviderMisconfigured, "HTTP 402"),
        (403, False, ProviderMisconfigured, "HTTP 403"),
        (404, True, ProviderMisconfigured, "HTTP 404: no such endpoint"),
        (413, True, ProviderRequestInvalid, "HTTP 413"),
        (408, True, ProviderUnavailable, "HTTP 408"),
        (500, True, ProviderUnavailable, "HTTP 500"),
        (503, True, ProviderUnavailable, "HTTP 503"),
        (502, True, OutcomeUnknown, "HTTP 502"),
        (504, True, OutcomeUnknown, "HTTP 504"),
        (504, False, ProviderUnavailable, "HTTP 504"),
        (302, True, ProviderUnavailable, "HTTP 302"),
    ],
)
def test_statuses(status: int, paid: bool, error: type[ProviderError], detail: str) -> None:
    found = refused(status, {}, paid=paid, now=NOW)
    assert isinstance(found, ProviderError)
    assert (type(found), found.detail) == (error, detail)


def test_a_job_that_is_not_there_is_not_found() -> None:
    assert type(refused(404, {}, paid=False, now=NOW)) is NotFound


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("1.5", timedelta(seconds=1.5)),
        ("Sat, 21 Nov 2026 12:00:30 GMT", timedelta(seconds=30)),
        ("Sat, 21 Nov 2026 11:00:00 GMT", timedelta()),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_retry_after(header: str, wait: timedelta | None) -> None:
    assert retry_after({"retry-after": header}, now=NOW) == wait
    limited = refused(429, {"retry-after": header}, paid=True, now=NOW)
    assert isinstance(limited, RateLimited)
    assert limited.retry_after == wait
    away = refused(503, {"retry-after": header}, paid=True, now=NOW)
    assert isinstance(away, ProviderUnavailable)
    assert away.retry_after == wait


@pytest.mark.parametrize(
    ("error", "paid", "ours"),
    [
        (httpx2.ConnectError("x"), True, ProviderUnavailable),
        (httpx2.ConnectTimeout("x"), True, ProviderUnavailable),
        (httpx2.PoolTimeout("x"), True, ProviderUnavailable),
        (httpx2.LocalProtocolError("x"), True, ProviderUnavailable),
        (httpx2.WriteError("x"), True, OutcomeUnknown),
        (httpx2.ReadError("x"), True, OutcomeUnknown),
        (httpx2.ReadTimeout("x"), True, OutcomeUnknown),
        (httpx2.RemoteProtocolError("x"), True, OutcomeUnknown),
        (TimeoutError(), True, OutcomeUnknown),
        (httpx2.ReadTimeout("x"), False, ProviderUnavailable),
    ],
)
def test_no_answer(error: httpx2.RequestError | TimeoutError, paid: bool, ours: type[ProviderError]) -> None:
    found = unanswered(error, paid=paid)
    assert (type(found), found.detail) == (ours, type(error).__name__)


def completed(output: object) -> JobReport:
    return JobReport(status="COMPLETED", output=output, error=None)


def image(name: str, *, type: str = "base64", data: object = "aGk=") -> dict[str, object]:
    return {"filename": name, "type": type, "data": data}


def test_the_image_is_taken_by_its_name() -> None:
    images = [
        image("b-seed1-a_00001_.png", data="bm8="),
        image("seed10-a_00001_.png", data="bm8="),
        image("seed1-a_00004_.png"),
    ]
    assert result_of(completed({"images": images, "errors": ["another was lost"]}), "seed1-") == Inline(b"hi")
    url = image("seed1-a_00001_.png", type="s3_url", data="https://bucket.example/x")
    assert result_of(completed({"images": [url]}), "seed1-") == Remote("https://bucket.example/x")


@pytest.mark.parametrize(
    ("output", "detail"),
    [
        ({"status": "success_no_images", "images": []}, "success_no_images"),
        ({"images": [image("other_00001_.png")]}, "no image of this seed"),
        ({"images": [image("seed1-a_00001_.png", data="%%%")]}, "broken base64"),
        ({"images": [image("seed1-a_00001_.png", data=7)]}, "unknown kind of image"),
        ({"images": [image("seed1-a_00001_.png", type="gcs")]}, "unknown kind of image"),
        ({"images": [], "errors": ["Failed to fetch image data"]}, "image lost on the worker"),
        ({"images": "none"}, "no images"),
        (None, "no images"),
        ("text", "no images"),
    ],
)
def test_an_output_without_our_image(output: object, detail: str) -> None:
    with pytest.raises(ProviderUnavailable) as raised:
        result_of(completed(output), "seed1-")
    assert raised.value.detail == detail


def test_a_worker_that_is_too_old_is_the_operators() -> None:
    with pytest.raises(ProviderMisconfigured) as raised:
        result_of(completed({"message": "aGk=", "status": "success"}), "seed1-")
    assert raised.value.detail == "worker-comfyui before 5.0.0"


@pytest.mark.parametrize("status", ["CANCELLED", "TIMED_OUT", "IN_QUEUE"])
def test_whatever_else_a_job_ended_as(status: str) -> None:
    with pytest.raises(ProviderUnavailable) as raised:
        result_of(JobReport(status=status, output=None, error=None), "seed1-")
    assert raised.value.detail == status


def test_details_that_are_no_texts_are_passed_over() -> None:
    report = JobReport(status="FAILED", output={"details": [7, *ran("out of memory")]}, error="Job processing failed")
    with pytest.raises(DomainError) as raised:
        result_of(report, "a")
    assert isinstance(raised.value, ProviderUnavailable)
    assert raised.value.detail == "out_of_memory: KSampler"

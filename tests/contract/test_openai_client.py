"""The connection to OpenAI: what it may read, import and send, and what it costs to ask how it is."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest

from domain.errors import ProviderMisconfigured, ProviderUnavailable
from providers.openai.client import OpenAIClient
from tests.support.emulators.faults import Fault
from tests.support.emulators.openai import KEY, OpenAIEmulator
from tests.support.emulators.serving import Stand, served


@pytest.fixture
def emulator() -> OpenAIEmulator:
    return OpenAIEmulator()


@pytest.fixture(scope="module")
def stand() -> Iterator[tuple[Stand, str]]:
    stand = Stand()
    with served(stand) as url:
        yield stand, url


@pytest.fixture
async def client(stand: tuple[Stand, str], emulator: OpenAIEmulator) -> AsyncIterator[OpenAIClient]:
    stand[0].app = emulator.app
    client = OpenAIClient(key=KEY, base_url=f"{stand[1]}/v1")
    yield client
    await client.close()


async def test_whether_it_is_there_is_asked_for_free(emulator: OpenAIEmulator, client: OpenAIClient) -> None:
    await client.ping()

    assert [call.path for call in emulator.calls] == ["/v1/models"]
    assert emulator.accepted == 0


async def test_when_models_end(emulator: OpenAIEmulator, client: OpenAIClient) -> None:
    emulator.shutdown_dates = {
        "gpt-image-1.5": "2026-12-01",
        "gpt-image-2": "2027-06-30T00:00:00Z",
        "gpt-6-luna": "some day",
    }

    assert await client.shutdown_dates() == {
        "gpt-image-1.5": date(2026, 12, 1),
        "gpt-image-2": date(2027, 6, 30),
    }


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"data": 3}', b'{"data": [7]}', b"<html>"])
async def test_a_list_of_models_that_is_none(emulator: OpenAIEmulator, client: OpenAIClient, body: bytes) -> None:
    emulator.faults.plan("models", Fault(status=200, body=body))

    with pytest.raises(ProviderUnavailable):
        await client.ping()


async def test_a_wrong_key_is_told_apart_from_no_answer(emulator: OpenAIEmulator, client: OpenAIClient) -> None:
    emulator.key = "sk-another"

    with pytest.raises(ProviderMisconfigured) as raised:
        await client.ping()

    assert KEY not in f"{raised.value!r} {raised.value.detail} {raised.value.message} {client!r}"
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("key", ["", "sk-\nline", "sk-ключ", "sk-end\n"])
async def test_a_key_that_no_header_can_hold_is_the_operators_and_is_not_repeated(key: str) -> None:
    client = OpenAIClient(key=key, base_url="http://127.0.0.1:9/v1")

    with pytest.raises(ProviderMisconfigured) as raised:
        await client.ping()

    assert "sk-" not in f"{raised.value!r} {raised.value.detail}"
    await client.close()


async def test_the_environment_is_not_read(
    emulator: OpenAIEmulator, client: OpenAIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("API_KEY", "ORG_ID", "PROJECT_ID", "ADMIN_KEY", "WEBHOOK_SECRET", "BASE_URL"):
        monkeypatch.setenv(f"OPENAI_{name}", "from-the-environment")
    monkeypatch.setenv(
        "OPENAI_CUSTOM_HEADERS", "x-spy: from-the-environment\nauthorization: Bearer from-the-environment"
    )

    await client.ping()

    (call,) = emulator.calls
    assert "from-the-environment" not in str(call.headers)
    assert call.headers["authorization"] == f"Bearer {KEY}"


async def test_closing_twice_is_fine_and_a_call_afterwards_connects_anew(
    emulator: OpenAIEmulator, client: OpenAIClient
) -> None:
    await client.ping()
    await client.close()
    await client.close()
    await client.ping()

    assert len(emulator.calls) == 2


def test_the_sdk_is_imported_by_whoever_asks_and_nobody_else() -> None:
    code = (
        "import sys, providers.openai.images, providers.openai.words, providers.openai.moderation;"
        "from providers.openai.client import OpenAIClient as Client; Client(key='sk-1');"
        "print('openai' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603

    assert said.stdout == "False\n"

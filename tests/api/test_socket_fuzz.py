"""Whatever is said, the answer is a proper one or 4400: never a crash, which would be 1011 or 1006."""

import json
import logging
import random
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from tests.support.sockets import BALANCES, closed
from tests.support.studio import Studio

ROUNDS = 500
MARK = {"type": "pong", "payload": {"mark": True}}

SCALARS: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**18,
    10**30,
    "",
    "a",
    "1",
    "\0",
    "😀",
    "{",
    [],
    {},
    [[]],
    [None],
]
NAMES = ["type", "id", "payload", "query", "variables", "operationName", "extensions", "documentId", "x"]
TYPES = ["subscribe", "complete", "ping", "pong", "connection_init", "connection_ack", "next", "error", "start", "stop"]
QUERIES = ["{ __typename }", BALANCES, "{", "", "{ nothing }", "query A { __typename }", "mutation { x }", "\0", "#"]


def anything(chance: random.Random, depth: int = 0) -> Any:
    lot = chance.random()
    if depth > 3 or lot < 0.6:
        return chance.choice(SCALARS)
    if lot < 0.7:
        return chance.choice(QUERIES + TYPES)
    if lot < 0.8:
        return [anything(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    return {chance.choice(NAMES): anything(chance, depth + 1) for _ in range(chance.randint(0, 4))}


def nearly_good(chance: random.Random) -> Any:
    """A message as it should be, but for a few places."""
    words: dict[str, Any] = {
        "query": chance.choice(QUERIES),
        "variables": {},
        "operationName": None,
        "extensions": None,
    }
    message: dict[str, Any] = {"type": chance.choice(TYPES), "id": chance.choice(["1", "2", "😀"]), "payload": words}
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        place = chance.choice([message, words])
        name = chance.choice(list(place))
        if chance.random() < 0.3:
            del place[name]
        else:
            place[name] = anything(chance)
    return message


def utterance(chance: random.Random) -> str | bytes:
    lot = chance.random()
    if lot < 0.05:
        return chance.randbytes(chance.randint(0, 50))
    text = json.dumps(nearly_good(chance) if lot < 0.8 else anything(chance), ensure_ascii=chance.random() < 0.5)
    if lot < 0.15:
        at = chance.randrange(len(text))
        return text[:at] + chance.choice(["", "\0", '"', "}", "\\ud800", "9" * 50]) + text[at + chance.randint(0, 2) :]
    return text


def is_proper(message: dict[str, Any]) -> bool:
    match message:
        case {"type": "pong", **more}:
            return set(more) <= {"payload"}
        case {"type": "next", "id": str(), "payload": {"data": dict()}, **more}:
            return not more
        case {"type": "error", "id": str(), "payload": [{"message": str(), "extensions": {"code": str(code)}}, *_]}:
            return code != "INTERNAL"
        case {"type": "complete", "id": str(), **more}:
            return not more
    return False


async def reaction(ws: aiohttp.ClientWebSocketResponse, said: str | bytes) -> int | None:
    """The close code; None when the socket stays open and answers properly."""
    await (ws.send_bytes(said) if isinstance(said, bytes) else ws.send_str(said))
    await ws.send_json({"type": "ping", "payload": MARK["payload"]})
    while True:
        message = await ws.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            return ws.close_code
        found = json.loads(message.data)
        if found == MARK:
            return None
        assert is_proper(found), (said, found)


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_that_is_said_breaks_a_socket(
    studio: Studio, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(seed)  # noqa: S311 - to be the same in every run
    codes = dict.fromkeys([None, 4400, 4409, 4429], 0)
    left = ROUNDS // 4
    with capture_logs() as logs, caplog.at_level(logging.WARNING):
        while left:
            async with studio.socket() as socket:
                code: int | None = None
                while left and code is None:
                    left -= 1
                    code = await reaction(socket.ws, said := utterance(chance))
                    assert code in codes, (said, code)
                    codes[code] += 1
    assert min(codes[None], codes[4400]) > 20  # both were tried
    assert [entry for entry in logs if entry["log_level"] != "info"] == []
    assert caplog.records == []


async def test_nothing_that_is_said_first_breaks_a_socket(studio: Studio) -> None:
    chance = random.Random(7)  # noqa: S311 - likewise
    for _ in range(100):
        async with studio.raw_socket() as ws:
            said = utterance(chance)
            await (ws.send_bytes(said) if isinstance(said, bytes) else ws.send_str(said))
            await ws.send_str("that is the end of it")
            assert (await closed(ws))[0] in {4400, 4401, 4403}, said

"""Whatever is sent over HTTP is answered with 2xx or 4xx, or the connection is closed: never a 5xx, never an error in the log.

`make fuzz` tries far more (LIKENESS_FUZZ=long).
"""

import asyncio
import json
import logging
import os
import random
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from tests.api.test_socket_fuzz import anything
from tests.support.operations import operations
from tests.support.studio import Studio

ROUNDS = 20_000 if os.environ.get("LIKENESS_FUZZ") == "long" else 300
SEED = random.randrange(2**32) if os.environ.get("LIKENESS_FUZZ") == "long" else 3  # noqa: S311 - not for secrets
PATIENCE = 10  # seconds

METHODS = ["POST"] * 12 + ["GET"] * 4 + ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FOO", ""]
PATHS = ["/graphql"] * 10 + [
    "/graphql/",
    "/",
    "/healthz",
    "/files/x",
    "/%67raphql",
    "/graphql?query={__typename}",
    "/graphql?%ff",
    "/\0",
]
ACCEPTS = [
    "*/*",
    "application/json",
    "application/graphql-response+json",
    "text/event-stream",
    "text/html",
    "a",
    ";q=x",
    "*/*;q=0",
]
TYPES = ["application/json"] * 6 + [
    "application/json; charset=latin-1",
    "text/plain",
    "multipart/form-data; boundary=x",
    "",
    "\xff",
]
ENCODINGS = ["gzip", "identity", "br, gzip", "\xff"]
ORIGINS = ["null", "http://evil.example", "http://[", "http://127.0.0.1:99999", "", "\xff"]
SPOILS = [
    b"\0",
    b"\xff",
    b'"',
    b"{",
    b"}",
    b"[",
    b"\\u0000",
    b"\\ud800",
    b"\r\n",
    b"1e999",
    b"$",
    b"...",
    b"@",
    b"#",
    b"9" * 400,
]


def document(chance: random.Random) -> str:
    """One of the contract, with a few characters lost, doubled or put elsewhere."""
    text = chance.choice(list(operations().values()))
    for _ in range(chance.choice([0, 1, 1, 2, 8])):
        at, length = chance.randrange(len(text)), chance.randint(1, 12)
        text = (
            text[:at]
            + chance.choice(["", text[at : at + length] * 2, chance.choice('{}()[]!$@:"#\\é😀\0 ')])
            + text[at + length :]
        )
        text = text or "{"
    return text


def body(chance: random.Random) -> bytes:
    names = ["query", "variables", "operationName", "extensions", "documentId"]
    words = {name: anything(chance) for name in names if chance.random() < 0.3}
    if chance.random() < 0.8:
        words["query"] = document(chance)
    found = json.dumps(words if chance.random() < 0.95 else anything(chance)).encode()
    for _ in range(chance.choice([0, 0, 0, 1, 3])):
        at = chance.randrange(len(found) + 1)
        found = found[:at] + chance.choice(SPOILS) + found[at + chance.randint(0, 2) :]
    return found


def request(chance: random.Random, studio: Studio) -> bytes:
    content = body(chance)
    lines = [f"{chance.choice(METHODS)} {chance.choice(PATHS)} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines.append(f"Content-Type: {chance.choice(TYPES)}")
    some: list[tuple[float, Callable[[], str]]] = [
        (0.6, lambda: f"Authorization: Bearer {studio.token}"),
        (0.05, lambda: f"Authorization: {chance.choice(['Bearer', 'Bearer a.b.c', 'Basic eDp5', chr(255)])}"),
        (0.5, lambda: f"Accept: {','.join(chance.choices(ACCEPTS, k=chance.randint(1, 3)))}"),
        (0.1, lambda: f"Content-Encoding: {chance.choice(ENCODINGS)}"),
        (0.1, lambda: f"Origin: {chance.choice(ORIGINS)}"),
        (0.1, lambda: f"X-Request-Id: {chance.choice(['a' * 64, 'é', '', '1234567890'])}"),
        (0.02, lambda: "Expect: 100-continue"),
        (0.02, lambda: "nonsense"),
    ]
    lines += [make() for share, make in some if chance.random() < share]
    if chance.random() < 0.2:
        lines.append("Transfer-Encoding: chunked")
        content = b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)
    else:
        wrong = chance.choice([0] * 9 + [-3, 5])
        lines.append(f"Content-Length: {len(content) + wrong if chance.random() < 0.98 else 'x'}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + content


async def status_of(studio: Studio, sent: bytes) -> int:
    """0 where the connection is closed without a word. The client says that nothing more will come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", studio.settings.http.port)
    try:
        async with asyncio.timeout(PATIENCE):
            writer.write(sent)
            writer.write_eof()
            line = await reader.readline()
            if b" 100 " in line:
                await reader.readline()
                line = await reader.readline()
            return int(line.split()[1]) if line else 0
    except ConnectionResetError:
        return 0
    finally:
        writer.transport.abort()


async def test_nothing_that_is_sent_is_our_mistake(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    chance, statuses = random.Random(SEED), set()  # noqa: S311 - not for secrets; a failure tells the seed
    with capture_logs() as logs:
        for number in range(ROUNDS):
            sent = request(chance, studio)
            status = await status_of(studio, sent)
            assert status < 500, (SEED, number, sent)
            statuses.add(status)
    assert {200, 400, 403, 405, 415} <= statuses
    assert [line for line in logs if line["log_level"] in {"error", "critical"}] == []
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert (await studio.post("{ __typename }"))["data"] == {"__typename": "Query"}

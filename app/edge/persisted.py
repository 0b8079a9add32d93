"""Documents that clients name instead of sending them: by `documentId`, or by Apollo's `extensions.persistedQuery`.

A library turns what a request names into the text that is to run. There are two: `AutomaticDocuments` learns from its clients
(APQ), `TrustedDocuments` knows a manifest and nothing else. https://github.com/graphql/graphql-over-http, appendix A;
https://www.apollographql.com/docs/apollo-server/performance/apq
"""

import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.edge.manifest import SHA256, document_key, hash_of
from app.edge.refusals import malformed
from schema.execution.refusals import refusal

log = structlog.get_logger("likeness.documents")

KEPT_FOR = timedelta(days=1)
PAUSE = 5.0  # seconds without Redis after it could not be asked
LARGEST_KEPT = 32 * 1024  # characters; the limit of documents is the same
MOST_SHARED = 1_000
"""Of one process in the time that Redis keeps them: nobody fills it with documents."""

PREFIX = "likeness:document:"
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Named:
    """What a request says of its document: the text, a name for it, or both."""

    text: str | None
    key: str | None


class Library(Protocol):
    async def text_of(self, named: Named) -> str:
        """Raises `RequestRefused` where there is no such document, or none that may run."""
        ...

    async def learn(self, named: Named, *, is_known: bool) -> None:
        """Of a document that was found good. `is_known` says whether its sender is signed in."""
        ...


def named_in(words: Mapping[str, object]) -> Named:
    """Raises `RequestRefused` for names of the wrong form, and for a hash that is not the document's."""
    text = words.get("query")
    if not isinstance(text, str | None):
        raise malformed("Send the document as `query`, a text.")
    key = _key_of(words)
    if key is None and not text:
        raise malformed("Send the document as `query`, a text, or name it by `documentId`.")
    if text and key and HASH.fullmatch(key) and hash_of(text) != key:
        raise malformed("provided sha does not match query")  # Apollo's own words
    return Named(text or None, key)


def _key_of(words: Mapping[str, object]) -> str | None:
    document_id, extensions = words.get("documentId"), words.get("extensions")
    if document_id is not None:
        if not isinstance(document_id, str) or not document_id:
            raise malformed("`documentId` is a text.")
        if document_id.startswith(SHA256) and not HASH.fullmatch(document_key(document_id)):
            raise malformed("After `sha256:`, `documentId` has 64 hexadecimal characters in lower case.")
        return document_key(document_id)
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    return None if persisted is None else _hash_in(persisted)


def _hash_in(persisted: object) -> str:
    if not isinstance(persisted, dict) or persisted.get("version") != 1:
        raise malformed("`extensions.persistedQuery` is an object with `version` 1.")
    found = persisted.get("sha256Hash")
    if not isinstance(found, str) or not HASH.fullmatch(found):
        raise malformed("`sha256Hash` has 64 hexadecimal characters in lower case.")
    return found


class TrustedDocuments:
    """Those of a manifest, by name or in full; nothing else runs."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        self._documents, self._texts = documents, frozenset(documents.values())

    async def text_of(self, named: Named) -> str:
        text = named.text or self._documents.get(named.key or "")
        if text is None or text not in self._texts:
            raise refusal("This document is not one of those that may run here.", "DOCUMENT_NOT_TRUSTED")
        return text

    async def learn(self, named: Named, *, is_known: bool) -> None:
        """Nothing is learnt from clients."""


@dataclass(slots=True)
class Shelf:
    """Documents by hash, in memory, the latest used ones."""

    most: int
    most_characters: int
    _texts: OrderedDict[str, str] = field(default_factory=OrderedDict)
    _characters: int = 0

    def get(self, key: str) -> str | None:
        if key not in self._texts:
            return None
        self._texts.move_to_end(key)
        return self._texts[key]

    def put(self, key: str, text: str) -> None:
        if key in self._texts:
            return
        self._texts[key] = text
        self._characters += len(text)
        while len(self._texts) > self.most or self._characters > self.most_characters:
            _, dropped = self._texts.popitem(last=False)
            self._characters -= len(dropped)


@dataclass(slots=True)
class Allowance:
    """So many in a period, the first of which begins with the first."""

    most: int
    period: timedelta
    _left: int = 0
    _until: float = 0.0

    def take(self) -> bool:
        if time.monotonic() >= self._until:
            self._left, self._until = self.most, time.monotonic() + self.period.total_seconds()
        self._left -= 1
        return self._left >= 0


class AutomaticDocuments:
    """What signed-in callers send is kept here and in Redis, for every process; of others only a little, and only here.

    Without Redis, memory alone serves: a client that names what is not known is told to send it, and does.
    """

    def __init__(self, redis: Redis | None) -> None:
        self._redis, self._not_before = redis, 0.0
        self._sharing = Allowance(MOST_SHARED, KEPT_FOR)
        self._shelf = Shelf(1_000, 4 * 2**20)
        self._strangers = Shelf(100, 2**18)

    async def text_of(self, named: Named) -> str:
        text = named.text
        if text is None and named.key is not None:
            text = self._shelf.get(named.key) or self._strangers.get(named.key) or await self._shared(named.key)
        if text is None:
            raise refusal("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        return text

    async def learn(self, named: Named, *, is_known: bool) -> None:
        key, text = named.key, named.text
        if key is None or text is None or len(text) > LARGEST_KEPT or not HASH.fullmatch(key):
            return
        if not is_known:
            self._strangers.put(key, text)
        elif self._shelf.get(key) is None:
            self._shelf.put(key, text)
            await self._share(key, text)

    async def _shared(self, key: str) -> str | None:
        """What another process has learnt. Believed only when it is what its name says."""
        if self._redis is None or time.monotonic() < self._not_before:
            return None
        try:
            found = await self._redis.get(PREFIX + key)
            text = found.decode() if isinstance(found, bytes) else None
        except (RedisError, OSError, UnicodeDecodeError) as error:
            self._pause(error)
            return None
        if text is None or hash_of(text) != key:
            return None
        self._shelf.put(key, text)
        return text

    async def _share(self, key: str, text: str) -> None:
        if self._redis is None or time.monotonic() < self._not_before or not self._sharing.take():
            return
        try:
            await self._redis.set(PREFIX + key, text, ex=KEPT_FOR)
        except (RedisError, OSError) as error:
            self._pause(error)

    def _pause(self, error: Exception) -> None:
        self._not_before = time.monotonic() + PAUSE
        log.warning("documents are not shared", reason=type(error).__name__)

"""Files in a private bucket of Supabase Storage, with one service identity, over storage3.

storage3 keeps of a refusal only what it can parse, and no headers, so every answer is looked at before it gets there
(`_look_at`). Its own client is not used either: it follows redirects, and would take our key along. Pictures are never
transformed by the vendor: what is stored is what is served.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import FileIO
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

import jwt

from domain.errors import (
    Conflict,
    DomainError,
    NotFound,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
)
from domain.images.image import StoredFile
from domain.ports.object_store import (
    CONTENT_KEY,
    UPLOAD_KEY,
    Download,
    UploadSlot,
    check_announced,
    is_key,
)
from providers.supabase.errors import AWAY, MISCONFIGURED, NO_BUCKET, Answer, error_of, failure_of
from providers.supabase.shelves import MOST, STORED, Shelf, shelf_of
from providers.supabase.signed_urls import SignedUrls

if TYPE_CHECKING:
    import httpx
    from storage3 import AsyncStorageClient
    from storage3.types import CreateOrUpdateBucketOptions

QUICK = timedelta(seconds=8)
"""For calls that somebody waits for: signing, slots, the bucket."""
SLOW = timedelta(seconds=60)
"""For calls that carry a file."""

CONNECT = 5.0  # seconds
CONNECTIONS = 64
REMOVED_AT_ONCE = 500
SLOWEST = 1_000_000  # bytes in a second; what is slower is given up
CACHED = "600"  # seconds; no address of a file lives longer

SHORTEST_SLOT = timedelta(seconds=60)
"""Of a token that does not say: the storage server's own default (`UPLOAD_SIGNED_URL_EXPIRATION_TIME`)."""


class SupabaseFiles:
    """See `domain.ports.object_store.ObjectStore`. Belongs to one event loop.

    It knows no files but those of its `shelves`. The first one says how large they may be, and of which types.
    """

    def __init__(
        self,
        *,
        url: str,
        key: str,
        bucket: str,
        now: Callable[[], datetime],
        shelves: Sequence[Shelf] = (Shelf.ORDINARY, Shelf.WEIGHTS),
    ) -> None:
        self._url, self._key, self._bucket, self._now = f"{url.rstrip('/')}/storage/v1/", key, bucket, now
        self._shelves, self._most, self._stored = shelves, MOST[shelves[0]], STORED[shelves[0]]
        self._client: AsyncStorageClient | None = None
        self._is_ready = False
        self._signed = SignedUrls(self._ask_for_urls, now=now)

    async def put(self, file: StoredFile, data: bytes) -> None:
        self._check_place(file.key)
        await self._ready()
        options = {"content-type": file.content_type, "cache-control": CACHED, "x-upsert": "true"}
        async with self._calling(SLOW) as client:
            await client.from_(self._bucket).upload(file.key, data, options)  # type: ignore[arg-type] # a TypedDict of these

    async def put_stream(self, file: StoredFile, stream: BinaryIO) -> None:
        """storage3 takes a file of the operating system for what it is; it is read in pieces while it is sent."""
        self._check_place(file.key)
        await self._ready()
        options = {"content-type": file.content_type, "cache-control": CACHED, "x-upsert": "true"}
        stream.seek(0)
        with FileIO(stream.fileno(), closefd=False) as raw:
            async with self._calling(SLOW + timedelta(seconds=file.size_bytes / SLOWEST)) as client:
                await client.from_(self._bucket).upload(file.key, raw, options)  # type: ignore[arg-type] # as above

    async def get(self, key: str) -> bytes:
        if not self._is_ours(key):
            raise NotFound("There is no such file.")
        async with self._calling(SLOW) as client:
            return await client.from_(self._bucket).download(key)

    async def sign(self, keys: Sequence[str]) -> Mapping[str, str]:
        signed = await self._signed.of([key for key in keys if CONTENT_KEY.fullmatch(key) and self._is_ours(key)])
        if all(key in signed for key in keys):
            return signed
        return {key: signed.get(key) or self._url_of_nothing(key) for key in keys}

    async def sign_for(self, key: str, life: timedelta) -> str:
        if not CONTENT_KEY.fullmatch(key) or not self._is_ours(key):
            return self._url_of_nothing(key)
        found = await self._ask_for_urls([key], int(life.total_seconds()))
        return found.get(key) or self._url_of_nothing(key)

    async def sign_downloads(self, files: Sequence[Download]) -> Sequence[str]:
        """The name is no part of what the server signs: it is the address alone that is."""
        signed = await self.sign([file.key for file in files])
        urls = (signed[file.key] for file in files)
        named = (f"download={quote(file.name, safe='')}" for file in files)
        return [f"{url}{'&' if '?' in url else '?'}{name}" for url, name in zip(urls, named, strict=True)]

    async def slot(self, key: str, *, content_type: str, size_bytes: int) -> UploadSlot:
        """Held to the bucket's own limits. Hosted, the address lives two hours; otherwise as long as its server says."""
        check_announced(content_type, size_bytes)
        if not UPLOAD_KEY.fullmatch(key) or not self._is_ours(key):
            raise NotFound("There is no such place for a file.")
        await self._ready()
        async with self._calling(QUICK) as client:
            made = await client.from_(self._bucket).create_signed_upload_url(key)
        headers = {"Content-Type": content_type}
        return UploadSlot(url=made["signed_url"], headers=headers, expires_at=self._end_of(made["token"]))

    async def remove(self, keys: Sequence[str]) -> None:
        ours = list(dict.fromkeys(filter(self._is_ours, keys)))
        for start in range(0, len(ours), REMOVED_AT_ONCE):
            async with self._calling(QUICK) as client:
                await client.from_(self._bucket).remove(ours[start : start + REMOVED_AT_ONCE])

    async def prepare(self) -> None:
        """Makes the bucket where there is none. Of one that is there nothing is changed: see `ping` for what it must be.

        Nothing is put before this went well once: whoever has not called it has it called by their first file.
        """
        try:
            await self.ping()
        except ProviderMisconfigured as error:
            if error.detail != NO_BUCKET:
                raise
            await self._make_bucket()
            await self.ping()
        self._is_ready = True

    async def ping(self) -> None:
        """Whether it answers, knows our key, and the bucket is private and takes our files. Raises what all calls raise."""
        async with self._calling(QUICK) as client:
            bucket = await client.get_bucket(self._bucket)
        if bucket.public:
            raise ProviderMisconfigured(MISCONFIGURED, detail=f"the bucket '{self._bucket}' is public: make it private")
        if bucket.allowed_mime_types and not _takes(bucket.allowed_mime_types, self._stored):
            detail = f"the bucket '{self._bucket}' has to take {', '.join(self._stored)}"
            raise ProviderMisconfigured(MISCONFIGURED, detail=detail)
        if bucket.file_size_limit and bucket.file_size_limit < self._most and Shelf.WEIGHTS is self._shelves[0]:
            raise self._too_small(f"takes files of {bucket.file_size_limit:,} bytes")

    async def close(self) -> None:
        """A second call is fine; a call after it begins anew."""
        await self._signed.close()
        client, self._client = self._client, None
        if client is not None:
            await client.session.aclose()

    def _is_ours(self, key: str) -> bool:
        return is_key(key) and shelf_of(key) in self._shelves

    def _check_place(self, key: str) -> None:
        """Adult content that has no bucket is not kept at all."""
        if shelf_of(key) not in self._shelves:
            raise ProviderMisconfigured(MISCONFIGURED, detail=f"the bucket '{self._bucket}' is not for such files")

    async def _ready(self) -> None:
        """Many at once may find that out together: that is no more than their files would have asked."""
        if not self._is_ready:
            await self.prepare()

    async def _make_bucket(self) -> None:
        """Another process may do so at the same time."""
        options: CreateOrUpdateBucketOptions = {
            "public": False,
            "file_size_limit": self._most,
            "allowed_mime_types": list(self._stored),
        }
        try:
            async with self._calling(QUICK) as client:
                await client.create_bucket(self._bucket, options=options)
        except Conflict:
            return
        except ProviderRequestInvalid as error:
            if Shelf.WEIGHTS is self._shelves[0]:
                raise self._too_small("cannot be made") from error
            raise

    def _too_small(self, what: str) -> ProviderRequestInvalid:
        """The free plan takes 50 MB, whatever a bucket says. No `ProviderMisconfigured`: that would have nobody ask this store for
        anything, and pictures are kept all the same."""
        said = f"the bucket '{self._bucket}' {what}, and LoRAs have up to {self._most:,}: raise the limit of the project and of the bucket"
        return ProviderRequestInvalid(MISCONFIGURED, detail=said)

    async def _ask_for_urls(self, keys: Sequence[str], life: int) -> Mapping[str, str]:
        async with self._calling(QUICK) as client:
            answers = await client.from_(self._bucket).create_signed_urls(list(keys), life)
        return {answer["path"]: url for answer in answers if (url := answer["signedURL"]) and not answer["error"]}

    def _url_of_nothing(self, key: str) -> str:
        """Without a token: 400. Another answer than a file that is there gets, and soon asked for again."""
        return f"{self._url}object/sign/{self._bucket}/{key}"

    def _end_of(self, token: str) -> datetime:
        """As the server that will judge it has written it down. Whether it is signed is that server's to ask."""
        try:
            told = jwt.decode(token, options={"verify_signature": False})["exp"]
            return datetime.fromtimestamp(int(told), UTC)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError, OSError):
            return self._now() + SHORTEST_SLOT

    @asynccontextmanager
    async def _calling(self, limit: timedelta) -> AsyncIterator["AsyncStorageClient"]:
        """For one call. What goes wrong inside, `limit` included, comes out as our errors, without what caused them: that
        repeats the vendor's bodies, and the headers that it could not send.
        """
        from httpx import HTTPError, InvalidURL  # noqa: PLC0415 - with storage3, 0.14 s that only whoever stores there pays
        from storage3.utils import StorageException  # noqa: PLC0415

        try:
            async with asyncio.timeout(limit.total_seconds()):
                self._client = self._client or self._built()
                yield self._client
        except TimeoutError:
            raise ProviderUnavailable(AWAY, detail="no answer in time") from None
        except (HTTPError, InvalidURL, StorageException, ValueError, KeyError, TypeError) as error:
            raise failure_of(error) from None

    def _built(self) -> "AsyncStorageClient":
        import httpx  # noqa: PLC0415
        from storage3 import AsyncStorageClient  # noqa: PLC0415

        headers = {"apikey": self._key, "Authorization": f"Bearer {self._key}"}
        http = httpx.AsyncClient(
            timeout=httpx.Timeout(SLOW.total_seconds(), connect=CONNECT),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS // 2),
            follow_redirects=False,
            event_hooks={"response": [self._look_at]},
        )
        return AsyncStorageClient(self._url, headers, http_client=http)

    async def _look_at(self, response: "httpx.Response") -> None:
        if not response.is_success:
            raise await self._refusal(response)

    async def _refusal(self, response: "httpx.Response") -> DomainError:
        body = await response.aread()
        answer = Answer(status=response.status_code, headers=dict(response.headers), body=body)
        return error_of(answer, now=self._now())


def _takes(allowed: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(one in allowed or f"{one.partition('/')[0]}/*" in allowed for one in wanted)

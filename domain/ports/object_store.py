"""Where files are kept. Private: the only way to one is a signed URL that expires.

Two sorts of keys. What we made or have checked is named by its content and never changes (archives by whose attempt they
are); what of it is adult content (`adult/…`) has a bucket of its own. What an owner sent by themselves (`uploads/…`) may be
anything: it is read and removed by us, and no URL ever opens it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import BinaryIO, NamedTuple, Protocol
from uuid import UUID

from domain.brands.source import MOST_DOCUMENT_BYTES
from domain.errors import InvalidInput
from domain.ids import UserId
from domain.images.image import StoredFile

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}

PDF = "application/pdf"
"""Only ever sent, never kept: what is read of a document is drawn anew."""
SENT = {**EXTENSIONS, PDF: "pdf"}

ZIP, WEIGHTS, JSON = "application/zip", "application/octet-stream", "application/json"
"""Of archives, and of what trainings learn from and make. They are ours alone: nobody sends one."""

ADULT = "adult"
"""What keys of adult content begin with. Nothing else lies where they do, and they lie nowhere else."""

UPLOADS = "uploads"
LARGEST_UPLOAD = 10 * 1024 * 1024  # bytes; Product, section 3: a photo has at most 10 MB
LARGEST_DOCUMENT = MOST_DOCUMENT_BYTES

ENDINGS = "|".join(EXTENSIONS.values())
CONTENT_KEY = re.compile(
    rf"(?:{ADULT}/)?(?!{UPLOADS}/|{ADULT}/)[a-z]+/[0-9a-f-]{{36}}/[0-9a-f]{{64}}\.(?:{ENDINGS}|zip|safetensors|json)"
)
"""What `file_of` and `archive_file` make. Only these are ever opened by a URL."""
UPLOAD_KEY = re.compile(rf"{UPLOADS}/[0-9a-f-]{{36}}/[0-9a-f-]{{36}}\.(?:{ENDINGS}|pdf)")
"""What `upload_key` makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSlot:
    """Room for one file: PUT its bytes to `url` with these headers, no others are needed."""

    url: str
    headers: Mapping[str, str]
    expires_at: datetime


class Download(NamedTuple):
    """A file, and what it is called where it is kept."""

    key: str
    name: str


def file_of(user_id: UserId, folder: str, data: bytes, content_type: str, *, adult: bool = False) -> StoredFile:
    """What these bytes are called: by owner, so that equal bytes of two users stay two files, and by their hash."""
    digest = sha256(data).hexdigest()
    key = f"{f'{ADULT}/' if adult else ''}{folder}/{user_id}/{digest}.{EXTENSIONS[content_type]}"
    return StoredFile(key=key, sha256=digest, content_type=content_type, size_bytes=len(data))


def type_of(key: str) -> str:
    """MIME type of a file with a name of ours."""
    return next(kind for kind, ending in EXTENSIONS.items() if key.endswith(f".{ending}"))


def upload_key(user_id: UserId, upload_id: UUID, content_type: str) -> str:
    """What a file is called before anybody has seen it. Raises `InvalidInput` for a type that is not taken."""
    check_announced(content_type, 1)
    return f"{UPLOADS}/{user_id}/{upload_id}.{SENT[content_type]}"


def check_announced(content_type: str, size_bytes: int) -> None:
    """Raises `InvalidInput` for an upload that no store would take."""
    if content_type not in SENT:
        raise InvalidInput(
            f"Files of type '{content_type[:40]}' are not taken. Send JPEG, PNG or WebP, or a PDF for a brand."
        )
    most = LARGEST_DOCUMENT if content_type == PDF else LARGEST_UPLOAD
    if not 1 <= size_bytes <= most:
        raise InvalidInput(f"A file has 1 to {most:,} bytes, and this one is announced with {size_bytes:,}.")


def is_key(key: str) -> bool:
    """Whether this is a name of ours. Nothing else is ever looked for, in any store."""
    return bool(CONTENT_KEY.fullmatch(key) or UPLOAD_KEY.fullmatch(key))


def is_adult_key(key: str) -> bool:
    return key.startswith(f"{ADULT}/")


def archive_file(user_id: UserId, archive_id: UUID, attempt: int, *, digest: str, size_bytes: int) -> StoredFile:
    """What the ZIP of one attempt is called: by whose attempt it is and not by its bytes, so that one that nobody heard of again
    can be found and removed (`db.repositories.archives.KEYS` says the same in SQL)."""
    name = sha256(f"{archive_id}:{attempt}".encode()).hexdigest()
    return StoredFile(key=f"archives/{user_id}/{name}.zip", sha256=digest, content_type=ZIP, size_bytes=size_bytes)


class ObjectStore(Protocol):
    """All raise `ProviderUnavailable` or `RateLimited` while the store is away, `ProviderMisconfigured` when it does not
    let us in. All can be called again after that. None belongs in a transaction: a store may be a network away.
    """

    async def put(self, file: StoredFile, data: bytes) -> None:
        """A second call with the same file changes nothing."""
        ...

    async def put_stream(self, file: StoredFile, stream: BinaryIO) -> None:
        """As `put`, of what is too large for memory: read from its beginning, in pieces."""
        ...

    async def get(self, key: str) -> bytes:
        """Raises `NotFound`."""
        ...

    async def sign(self, keys: Sequence[str]) -> Mapping[str, str]:
        """A URL for each key, good for 5 to 10 minutes and the same for 5. Only call it for files whose owner is asking.

        The URL of what is not there, or is an upload, opens nothing: a lost file must not take a page of others with it.
        """
        ...

    async def sign_for(self, key: str, life: timedelta) -> str:
        """A URL for one file that is good for so long: for a provider that fetches it, not for browsers."""
        ...

    async def slot(self, key: str, *, content_type: str, size_bytes: int) -> UploadSlot:
        """For a file that its owner sends past us, under a key of `upload_key`.

        To be relied on: it is kept whole or not at all, under this key, and while it is there no other replaces it.
        Not to be relied on: that it is what was announced. A store may hold it to `content_type` and `size_bytes` or only
        to its own limits, and the bytes may be anything: check them before they are used. Raises `InvalidInput` for what
        no store takes, `Conflict` where a file is there already.
        """
        ...

    async def sign_downloads(self, files: Sequence[Download]) -> Sequence[str]:
        """As `sign`, in the order given, for browsers to keep: what a URL opens is saved under its name, and not shown."""
        ...

    async def remove(self, keys: Sequence[str]) -> None:
        """What is not there is no error. A slot that has not expired may be filled again."""
        ...

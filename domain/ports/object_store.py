"""Where finished files are kept. Private: the only way to one is a signed URL that expires."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Protocol

from domain.ids import UserId
from domain.images.image import StoredFile

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


def file_of(user_id: UserId, folder: str, data: bytes, content_type: str) -> StoredFile:
    """What these bytes are called: by owner, so that equal bytes of two users stay two files, and by their hash."""
    digest = sha256(data).hexdigest()
    key = f"{folder}/{user_id}/{digest}.{EXTENSIONS[content_type]}"
    return StoredFile(key=key, sha256=digest, content_type=content_type, size_bytes=len(data))


class ObjectStore(Protocol):
    """All raise `ProviderUnavailable` while the store is away, `ProviderMisconfigured` when it does not let us in."""

    async def put(self, file: StoredFile, data: bytes) -> None:
        """A second call with the same file changes nothing."""
        ...

    async def get(self, key: str) -> bytes:
        """Raises `NotFound`."""
        ...

    async def sign(self, keys: Sequence[str]) -> Mapping[str, str]:
        """A URL for each key, good for minutes. Only call it for files whose owner is asking."""
        ...

    async def remove(self, keys: Sequence[str]) -> None:
        """What is not there is no error."""
        ...

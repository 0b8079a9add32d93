"""The storage of the emulated project: buckets, files in memory, signed addresses, and its refusals word for word.

Read off github.com/supabase/storage at 4fa61fb (routes under `src/http/routes`, `src/storage/uploader.ts`). The transport
says 400 whatever the body says, but for 500. Stricter than the real one where it forgives us: fields it does not know.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, Protocol
from urllib.parse import quote
from uuid import uuid4

import jwt
from starlette.responses import JSONResponse, Response

from tests.support.emulators.multipart import NotAForm, parts_of

GOOD_KEY = re.compile(r"[A-Za-z0-9_/!.*'() &$=@;:+,?-]+")
NOT_THERE = "Either the object does not exist or you do not have access to it"
MOST_AT_ONCE = 1000
LARGEST = 52_428_800
"""Bytes; of a project of the free plan."""


class Request(Protocol):
    @property
    def parts(self) -> Mapping[str, str]: ...
    @property
    def query(self) -> Mapping[str, str]: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


class Refusal(Exception):
    def __init__(self, status: int, code: str, error: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.said = {"statusCode": str(status), "code": code, "error": error, "message": message}

    def answer(self) -> Response:
        return JSONResponse(self.said, status_code=500 if self.status == 500 else 400)


@dataclass(frozen=True, slots=True)
class Stored:
    data: bytes
    content_type: str
    cache_control: str
    owner: str | None = None


@dataclass(slots=True)
class Bucket:
    id: str
    public: bool
    file_size_limit: int | None
    allowed_mime_types: list[str] | None
    objects: dict[str, Stored] = field(default_factory=dict)


class EmulatedStorage:
    def __init__(self, *, now: Callable[[], datetime], slot_life: timedelta) -> None:
        self.buckets: dict[str, Bucket] = {}
        self.largest = LARGEST
        self.slot_life = slot_life
        self._now, self._secret = now, uuid4().bytes * 2

    def make_bucket(self, request: Request) -> Response:
        said = _fields(request.body, {"name"}, {"id", "public", "file_size_limit", "allowed_mime_types"})
        found = Bucket(
            said.get("id") or said["name"],
            said.get("public", False),
            said.get("file_size_limit"),
            said.get("allowed_mime_types"),
        )
        if found.id in self.buckets:
            raise Refusal(409, "BucketAlreadyExists", "Duplicate", "The resource already exists")
        if (found.file_size_limit or 0) > self.largest:
            raise _too_large()
        self.buckets[found.id] = found
        return JSONResponse({"name": found.id})

    def bucket(self, request: Request) -> Response:
        found = self._bucket(request)
        at = self._now().isoformat()
        limits = {"file_size_limit": found.file_size_limit, "allowed_mime_types": found.allowed_mime_types}
        told = {"id": found.id, "name": found.id, "owner": "", "public": found.public, "type": "STANDARD"}
        return JSONResponse({**told, **limits, "created_at": at, "updated_at": at})

    def put(self, request: Request) -> Response:
        bucket, path = self._bucket(request), _path(request)
        key = self._keep(bucket, path, request, upsert=request.headers.get("x-upsert") == "true")
        return JSONResponse({"Id": str(uuid4()), "Key": key})

    def get(self, request: Request) -> Response:
        found = self._bucket(request).objects.get(_path(request))
        if found is None:
            raise _no_key()
        return _asset(found, {"Cache-Control": found.cache_control})

    def remove(self, request: Request) -> Response:
        bucket, paths = self._bucket(request), _fields(request.body, {"prefixes"})["prefixes"]
        _check_list("prefixes", paths)
        gone = [path for path in dict.fromkeys(paths) if bucket.objects.pop(path, None)]
        return JSONResponse([{"name": path, "bucket_id": bucket.id} for path in gone])

    def sign(self, request: Request) -> Response:
        """Of a bucket that is not there it says the same as of a file."""
        said = _fields(request.body, {"paths", "expiresIn"})
        _check_list("paths", said["paths"])
        if not re.fullmatch(r"[1-9]\d{0,9}", str(said["expiresIn"])):
            raise _invalid("body/expiresIn must be integer")
        bucket = request.parts["bucket"]
        there = self.buckets[bucket].objects if bucket in self.buckets else {}
        life = timedelta(seconds=int(said["expiresIn"]))
        return JSONResponse([self._signed(bucket, path, life, is_there=path in there) for path in said["paths"]])

    def open(self, request: Request) -> Response:
        claims = self._verified(request, "download")
        found = self._bucket(request).objects.get(_path(request))
        if found is None:
            raise _no_key()
        expires = format_datetime(datetime.fromtimestamp(claims["exp"], tz=self._now().tzinfo))
        name = quote(request.query["download"], safe="") if "download" in request.query else None
        saved = {"Content-Disposition": f"attachment; filename={name}; filename*=UTF-8''{name};"} if name else {}
        return _asset(found, {"Expires": expires, **saved})

    def slot(self, request: Request) -> Response:
        bucket, path = self._bucket(request), _path(request)
        upsert = request.headers.get("x-upsert") == "true"
        if path in bucket.objects and not upsert:
            raise _taken()
        token = self._token(bucket.id, path, self.slot_life, scope="upload", upsert=upsert)
        return JSONResponse({"url": f"/object/upload/sign/{bucket.id}/{path}?token={token}", "token": token})

    def fill(self, request: Request) -> Response:
        """The token is not used up: it is the file that is there which keeps a second one out."""
        claims = self._verified(request, "upload")
        return JSONResponse(
            {"Key": self._keep(self._bucket(request), _path(request), request, upsert=claims["upsert"])}
        )

    def _keep(self, bucket: Bucket, path: str, request: Request, *, upsert: bool) -> str:
        if not GOOD_KEY.fullmatch(path):
            raise Refusal(400, "InvalidKey", "InvalidKey", f"Invalid key: {path}")
        found = _file_of(request)
        if bucket.allowed_mime_types and found.content_type not in bucket.allowed_mime_types:
            message = f"mime type {found.content_type} is not supported"
            raise Refusal(415, "InvalidMimeType", "invalid_mime_type", message)
        if len(found.data) > min(bucket.file_size_limit or self.largest, self.largest):
            raise _too_large()
        if path in bucket.objects and not upsert:
            raise _taken()
        bucket.objects[path] = found
        return f"{bucket.id}/{path}"

    def _bucket(self, request: Request) -> Bucket:
        found = self.buckets.get(request.parts["bucket"])
        if found is None:
            raise Refusal(404, "NoSuchBucket", "Bucket not found", "Bucket not found")
        return found

    def _signed(self, bucket: str, path: str, life: timedelta, *, is_there: bool) -> Mapping[str, str | None]:
        if not is_there:
            return {"error": NOT_THERE, "path": path, "signedURL": None}
        token = self._token(bucket, path, life, scope="download")
        return {"error": None, "path": path, "signedURL": f"/object/sign/{bucket}/{path}?token={token}"}

    def _token(self, bucket: str, path: str, life: timedelta, **more: object) -> str:
        now = self._now()
        claims = {"url": f"{bucket}/{path}", "iat": int(now.timestamp()), "exp": int((now + life).timestamp()), **more}
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def _verified(self, request: Request, scope: str) -> Mapping[str, Any]:
        if "token" not in request.query:
            raise _invalid("querystring must have required property 'token'")
        try:
            claims: Mapping[str, Any] = jwt.decode(
                request.query["token"],
                self._secret,
                algorithms=["HS256"],
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise Refusal(400, "InvalidJWT", "InvalidJWT", "signature verification failed") from error
        if claims["exp"] < self._now().timestamp():
            raise Refusal(400, "InvalidJWT", "InvalidJWT", '"exp" claim timestamp check failed')
        if claims["scope"] != scope:
            raise Refusal(400, "InvalidSignature", "InvalidSignature", f"Token is not scoped for {scope}")
        if claims["url"] != f"{request.parts['bucket']}/{_path(request)}":
            raise Refusal(400, "InvalidSignature", "InvalidSignature", "Invalid signature")
        return claims


def _file_of(request: Request) -> Stored:
    """A form as storage3 sends it, or the bytes themselves."""
    content_type = request.headers.get("content-type", "application/octet-stream")
    if not content_type.startswith("multipart/form-data"):
        return Stored(request.body, content_type, request.headers.get("cache-control", "no-cache"))
    try:
        parts = list(parts_of(content_type, request.body))
    except NotAForm as error:
        raise _invalid(str(error)) from error
    files = [part for part in parts if part.file_name is not None]
    fields = {part.name: part.data.decode() for part in parts if part.file_name is None}
    if len(files) != 1 or set(fields) - {"cacheControl", "metadata"}:
        raise _invalid("No content provided")
    cache = f"max-age={fields['cacheControl']}" if "cacheControl" in fields else "no-cache"
    return Stored(files[0].data, files[0].content_type or "text/plain", cache)


def _asset(found: Stored, headers: Mapping[str, str]) -> Response:
    """As bytes with their own type: Starlette adds a charset to text alone."""
    return Response(found.data, headers={"Content-Type": found.content_type, "X-Robots-Tag": "none", **headers})


def _path(request: Request) -> str:
    return request.parts["path"]


def _fields(body: bytes, needed: set[str], known: Sequence[str] | set[str] = ()) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        raise _invalid("Body is not valid JSON but content-type is set to 'application/json'") from None
    for name in sorted(needed):
        if name not in said:
            raise _invalid(f"body must have required property '{name}'")
    if set(said) - needed - set(known):
        raise _invalid("body must NOT have additional properties")
    found: Mapping[str, Any] = said
    return found


def _check_list(name: str, paths: object) -> None:
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise _invalid(f"body/{name} must be array")
    if not paths:
        raise _invalid(f"body/{name} must NOT have fewer than 1 items")
    if len(paths) > MOST_AT_ONCE:
        raise _invalid(f"body/{name} must NOT have more than {MOST_AT_ONCE} items")


def _invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidRequest", "Error", message)


def _no_key() -> Refusal:
    return Refusal(404, "NoSuchKey", "not_found", "Object not found")


def _taken() -> Refusal:
    return Refusal(409, "KeyAlreadyExists", "Duplicate", "The resource already exists")


def _too_large() -> Refusal:
    return Refusal(413, "EntityTooLarge", "Payload too large", "The object exceeded the maximum allowed size")

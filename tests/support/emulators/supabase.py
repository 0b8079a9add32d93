"""A Supabase project on loopback: its gateway, its storage and what of its auth a verifier of tokens asks.

    emulator = SupabaseEmulator(key="sb_secret_…")
    with served(emulator.app) as emulator.url:
        SupabaseFiles(url=emulator.url, key=emulator.key, bucket="likeness", now=…)

Operations, as faults and calls name them: `bucket`, `make_bucket`, `put`, `get`, `remove`, `sign`, `open` (a signed
address), `slot`, `fill` (a signed upload), `jwks`, `user`. Nothing is kept when it stops.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from providers.local.tokens import user_id_of
from tests.support.emulators.faults import Faults
from tests.support.emulators.supabase_storage import EmulatedStorage, Refusal
from tests.support.tokens import SigningKey

JWKS_CACHED = "public, max-age=600"


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came."""

    operation: str
    method: str
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def bearer(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


Handler = Callable[[Call], Response]


class SupabaseEmulator:
    def __init__(
        self,
        *,
        key: str = "sb_secret_of-the-emulator",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        slot_life: timedelta = timedelta(hours=2),
    ) -> None:
        self.key, self.url = key, "http://emulator.invalid"
        self.faults = Faults()
        self.calls: list[Call] = []
        self.storage = EmulatedStorage(now=now, slot_life=slot_life)
        self.signing_keys = [SigningKey("ES256", "first")]
        """Those that the JWKS lists; the first one signs."""
        # As the gateway's `cors` plugin without settings, which storage is behind (supabase/supabase, docker/volumes/api/kong.yml).
        pages = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
        self.app = Starlette(routes=self._routes(), middleware=[pages])

    def count(self, operation: str) -> int:
        return sum(call.operation == operation for call in self.calls)

    def rotate(self, *, keep: int = 1) -> SigningKey:
        """A new key signs from now on; so many of the older ones are still listed."""
        key = SigningKey("ES256", f"key-{uuid4()}")
        self.signing_keys = [key, *self.signing_keys[:keep]]
        return key

    def user_token(
        self, name: str, *, life: timedelta = timedelta(hours=1), is_admin: bool = False, **changes: Any
    ) -> str:
        """An access token as a signed-in person's; the same name is the same user. A change to None leaves a claim out."""
        claims = {
            "sub": str(user_id_of(name)),
            "iss": f"{self.url}/auth/v1",
            "exp": int(time.time() + life.total_seconds()),
            "session_id": str(uuid4()),
            "aal": "aal1",
            "amr": [{"method": "password", "timestamp": int(time.time())}],
            "email": f"{name}@example.com",
            "phone": "",
            "is_anonymous": False,
            "app_metadata": {"provider": "email", "providers": ["email"], **({"role": "admin"} if is_admin else {})},
            "user_metadata": {"full_name": name.capitalize()},
        }
        return self.signing_keys[0].sign(**{**claims, **changes})

    def _routes(self) -> list[Route]:
        storage, known, anyone = self.storage, self._for_services, _for_anyone
        return [
            self._route("make_bucket", "POST", "/storage/v1/bucket", known(storage.make_bucket)),
            self._route("bucket", "GET", "/storage/v1/bucket/{bucket}", known(storage.bucket)),
            self._route("slot", "POST", "/storage/v1/object/upload/sign/{bucket}/{path:path}", known(storage.slot)),
            self._route("fill", "PUT", "/storage/v1/object/upload/sign/{bucket}/{path:path}", anyone(storage.fill)),
            self._route("sign", "POST", "/storage/v1/object/sign/{bucket}", known(storage.sign)),
            self._route("open", "GET", "/storage/v1/object/sign/{bucket}/{path:path}", anyone(storage.open)),
            self._route("remove", "DELETE", "/storage/v1/object/{bucket}", known(storage.remove)),
            self._route("put", "POST", "/storage/v1/object/{bucket}/{path:path}", known(storage.put)),
            self._route("get", "GET", "/storage/v1/object/{bucket}/{path:path}", known(storage.get)),
            self._route("jwks", "GET", "/auth/v1/.well-known/jwks.json", self._jwks),
            self._route("user", "GET", "/auth/v1/user", self._user),
        ]

    def _route(self, operation: str, method: str, path: str, handler: Handler) -> Route:
        async def answer(request: Request) -> Response:
            call = Call(
                operation,
                request.method,
                request.url.path,
                request.path_params,
                dict(request.query_params),
                dict(request.headers),
                await request.body(),
            )
            self.calls.append(call)
            fault = self.faults.take(operation)
            if fault is None:
                return handler(call)
            if fault.after_accepting:
                handler(call)
            return await fault.befall()

        return Route(path, answer, methods=[method])

    def _for_services(self, handler: Callable[[Call], Response]) -> Handler:
        """Behind the gateway, which knows keys, and the storage, which lets only this one identity in."""

        def answer(call: Call) -> Response:
            if (refused := self._at_the_gate(call)) is not None:
                return refused
            if call.bearer != self.key:
                return Refusal(403, "AccessDenied", "Unauthorized", "Invalid Compact JWS").answer()
            return _for_anyone(handler)(call)

        return answer

    def _at_the_gate(self, call: Call) -> Response | None:
        match call.headers.get("apikey"):
            case None:
                said = {"message": "No API key found in request", "hint": "No `apikey` request header was found."}
            case key if key != self.key:
                said = {"message": "Invalid API key", "hint": "Double check your API key."}
            case _:
                return None
        return JSONResponse(said, status_code=401)

    def _jwks(self, _: Call) -> Response:
        keys = [{**key.public, "key_ops": ["verify"], "ext": True} for key in self.signing_keys]
        return JSONResponse({"keys": keys}, headers={"Cache-Control": JWKS_CACHED})

    def _user(self, call: Call) -> Response:
        if (refused := self._at_the_gate(call)) is not None:
            return refused
        try:
            claims = self._claims(call.bearer)
        except jwt.PyJWTError as error:
            said = {"code": 403, "error_code": "bad_jwt", "msg": f"invalid JWT: {error}"}
            return JSONResponse(said, status_code=403)
        kept = ("aud", "role", "email", "phone", "app_metadata", "user_metadata", "is_anonymous")
        return JSONResponse({"id": claims["sub"], **{name: claims.get(name) for name in kept}})

    def _claims(self, token: str) -> Mapping[str, Any]:
        """Raises `jwt.PyJWTError`."""
        key_id = jwt.get_unverified_header(token).get("kid")
        key = next((key for key in self.signing_keys if key.id == key_id), self.signing_keys[0])
        claims: Mapping[str, Any] = jwt.decode(
            token, jwt.PyJWK(key.public).key, algorithms=["ES256"], audience="authenticated"
        )
        return claims


def _for_anyone(handler: Callable[[Call], Response]) -> Handler:
    """With a signed address, or at one's own risk."""

    def answer(call: Call) -> Response:
        try:
            return handler(call)
        except Refusal as refusal:
            return refusal.answer()

    return answer

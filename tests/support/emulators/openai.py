"""OpenAI on loopback: pictures that stream, structured answers, verdicts, models. Point the SDK's `base_url` at `<url>/v1`.

What it cannot know it makes up: pictures are our own sketches, answers follow from a hash of the question, verdicts from a
few words. Operations for `faults`: `generations`, `edits`, `responses`, `moderations`, `models`.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.models.model import Ability, Model, Provider
from domain.models.registry import MODELS
from tests.support.emulators.faults import Faults
from tests.support.emulators.openai_calls import Call, Work, call_of
from tests.support.emulators.openai_fields import Complained
from tests.support.emulators.openai_images import StreamFault, edit, generate
from tests.support.emulators.openai_words import Told, moderate, respond

KEY = "sk-emulated-0123456789"

Look = Callable[["OpenAIEmulator", Request, Call], Work]
"""Looks at a call, raises `Complained`, and returns what does the work: between the two lies what can befall it."""

PAID = {"generations", "edits", "responses"}


@dataclass(slots=True)
class OpenAIEmulator:
    """`seconds` is how long a picture takes; `longest` how large it is drawn before it is enlarged, to be quick."""

    key: str = KEY
    seconds: float = 0.1
    longest: int = 512
    today: date = date(2026, 11, 21)
    faults: Faults = field(default_factory=Faults)
    stream_faults: deque[StreamFault] = field(default_factory=deque)
    told: deque[Told] = field(default_factory=deque)
    saying: deque[str] = field(default_factory=deque)
    """What the next answers in words are, in place of ones made up."""
    failure: str = "server_error"
    """The code of an answer that is told to fail."""
    scores: dict[str, float] = field(default_factory=dict)
    """What verdicts say from now on, by category, whatever they are about."""
    shutdown_dates: dict[str, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    accepted: int = 0
    """Paid calls that were begun: what would be billed."""
    abandoned: int = 0
    """Streams whose reader left before the picture."""
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        self.app = Starlette(
            routes=[
                Route("/v1/images/generations", self._serving("generations", generate), methods=["POST"]),
                Route("/v1/images/edits", self._serving("edits", edit), methods=["POST"]),
                Route("/v1/responses", self._serving("responses", respond), methods=["POST"]),
                Route("/v1/moderations", self._serving("moderations", moderate), methods=["POST"]),
                Route("/v1/models", self._serving("models", models), methods=["GET"]),
            ]
        )

    def model(self, name: object, ability: Ability) -> Model:
        """One that lives and can do it. Raises `Complained`."""
        for model in MODELS.values():
            if model.provider is Provider.OPENAI and model.endpoint == name and not model.has_ended(self.today):
                if ability in model.abilities:
                    return model
                raise Complained(f"The model '{name}' is not supported here.", "invalid_value", "model")
        message = f"The model `{name}` does not exist or you do not have access to it."
        raise Complained(message, "model_not_found", "model", status=404)

    def _serving(self, operation: str, look: Look) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            try:
                response = await self._served(operation, look, request)
            except Complained as complained:
                response = complained.response()
            response.headers["x-request-id"] = f"req_{len(self.calls):032x}"
            response.headers["openai-version"] = "2020-10-01"
            return response

        return serve

    async def _served(self, operation: str, look: Look, request: Request) -> Response:
        call = await call_of(request)
        self.calls.append(call)
        self._let_in(request)
        work = look(self, request, call)
        fault = self.faults.take(operation)
        if fault and not fault.after_accepting:
            return await fault.befall()
        self.accepted += operation in PAID
        return await fault.befall() if fault else await work()

    def _let_in(self, request: Request) -> None:
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not key:
            raise Complained("You didn't provide an API key.", None, status=401)
        if key != self.key:
            told = f"Incorrect API key provided: {key[:8]}***{key[-4:]}."
            raise Complained(told, "invalid_api_key", status=401)


def models(emulator: OpenAIEmulator, request: Request, call: Call) -> Work:
    async def work() -> Response:
        names = [model.endpoint for model in MODELS.values() if model.provider is Provider.OPENAI]
        rows = [
            {
                "id": name,
                "object": "model",
                "created": 1_700_000_000,
                "owned_by": "system",
                "shutdown_date": emulator.shutdown_dates.get(name),
            }
            for name in names
        ]
        return JSONResponse({"object": "list", "data": rows})

    return work

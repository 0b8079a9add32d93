"""Headers of whatever a browser might take for a page, errors and redirects as well: it may load nothing and guess nothing."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

STRICT = {
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
}


class StrictPages:
    """What an answer says of itself stays: GraphiQL has a policy of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                said = {name for name, _ in headers}
                message["headers"] = headers + [pair for pair in STRICT.items() if pair[0] not in said]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)

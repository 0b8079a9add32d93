"""What stands where packages lead to while no shop is named: how to come by credits without one."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.settings import Settings

NO_SHOP = """\
No credits are sold here: this deployment names no shop (PURCHASE_URL).

Whoever operates it can give some, on the machine it runs on:

    likeness credits grant 5000 --user NAME

{who}
They are in viewer.creditBalance at once. Then ask for the pictures again, under a new idempotencyKey.
"""
OF_OURS = "NAME is what the token was made for: demo, for the token that GraphiQL opens with.\n"
OF_OTHERS = "NAME is the user's id, as their token says it (sub).\n"


def shop_routes(settings: Settings) -> list[Route]:
    """None where `PURCHASE_URL` leads elsewhere."""
    if settings.purchase_url != f"{settings.http.public_url}/buy":
        return []
    words = NO_SHOP.format(who=OF_OURS if settings.tokens.development else OF_OTHERS)

    async def tell(_: Request) -> Response:
        return PlainTextResponse(words, headers={"Cache-Control": "no-store"})

    return [Route("/buy", tell)]

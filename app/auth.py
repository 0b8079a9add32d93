"""From a token to a caller with an account, on HTTP and on sockets alike."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from db.engine import Database
from domain.accounts.account import provision
from domain.errors import SignInRequired
from domain.ids import UserId
from domain.ports.token_verifier import SignedIn, TokenVerifier

MOST_REMEMBERED = 50_000
"""Users this process has seen an account of; the others cost one statement more."""

MOST_TOKENS = 5_000
LONGEST_TOKEN = 2_048
"""Characters of a token that is worth remembering; Supabase's have about a thousand."""

TOKEN_KEPT = timedelta(seconds=60)
"""How long a verified token is believed without a look: so soon a signing key that was taken back counts no more."""


class Authenticator:
    def __init__(
        self, tokens: TokenVerifier, database: Database, *, signup_credits: int, now: Callable[[], datetime]
    ) -> None:
        self._tokens, self._database = tokens, database
        self._signup_credits, self._now = signup_credits, now
        self._seen: OrderedDict[UserId, None] = OrderedDict()
        self._verified: OrderedDict[str, tuple[SignedIn, datetime]] = OrderedDict()

    async def sign_in(self, token: str) -> SignedIn:
        """Raises `SignInRequired`. A user's first time makes the account and grants its credits, once."""
        known = self._verified.get(token)
        if known is not None and self._now() < known[1]:
            self._verified.move_to_end(token)
            return known[0]
        signed_in = await self._tokens.verify(token)
        await self._provide(signed_in)
        self._remember(token, signed_in)
        return signed_in

    async def _provide(self, signed_in: SignedIn) -> None:
        """An account, where this process has not seen it yet."""
        user_id = signed_in.actor.user_id
        if user_id not in self._seen:
            async with self._database.unit_of_work(user_id) as uow:
                await provision(uow, signed_in.actor, signup_credits=self._signup_credits, now=self._now())
            self._seen[user_id] = None
            if len(self._seen) > MOST_REMEMBERED:
                self._seen.popitem(last=False)

    def _remember(self, token: str, signed_in: SignedIn) -> None:
        """Good tokens alone, and none beyond its own expiry."""
        if len(token) > LONGEST_TOKEN:
            return
        self._verified[token] = signed_in, min(signed_in.expires_at, self._now() + TOKEN_KEPT)
        self._verified.move_to_end(token)
        if len(self._verified) > MOST_TOKENS:
            self._verified.popitem(last=False)


def bearer_token(header: str) -> str:
    """The token of an `Authorization` header. Raises `SignInRequired` for any other scheme."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SignInRequired("Send the access token as 'Authorization: Bearer <token>'.")
    return token.strip()


def token_of_params(params: Mapping[str, object] | None) -> str:
    """The token of a `connection_init` payload: `Authorization`, in any case, as on HTTP. Raises `SignInRequired`."""
    for name, value in (params or {}).items():
        if name.lower() == "authorization" and isinstance(value, str):
            return bearer_token(value)
    raise SignInRequired('Send {"Authorization": "Bearer <token>"} with connection_init.')

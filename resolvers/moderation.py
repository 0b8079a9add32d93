"""People's words before a judge outside of this code, where a deployment has one: after our own lists, before anything is reserved.

No transaction is open meanwhile. Without a verdict nothing is accepted.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from db.queries.answers import was_answered
from db.unit_of_work import SqlUnitOfWork
from domain.errors import PromptRefused, ProviderUnavailable
from domain.safety.judging import Judged, Words, judged
from domain.safety.screening import screen
from domain.wishes import Wish
from resolvers.context import Context
from resolvers.words_judge import AWAY

T = TypeVar("T")

Judgement = Judged | PromptRefused | None
"""None: nobody was asked, as the wish was answered before."""


async def moderated(ctx: Context, words: Words, *, wish: Wish | None = None) -> Judgement:
    """Outside of any transaction. `wish` is the one they belong to: a replay is not judged again.

    Raises `ProviderUnavailable` where no verdict is to be had. A refusal is returned: who logs it raises it (`with_judgement`).
    """
    judge = ctx.services.words_judge
    if judge is None or not words.pieces:
        return Judged()
    try:
        screen(words.operation, words.fields, adult_allowed=words.adult_allowed)
        if not judge.knows(words.pieces) and wish and await _is_replay(ctx, wish):
            return None
        return judged(words, await judge.verdicts(words.pieces), at=ctx.now())
    except PromptRefused as refusal:
        return refusal


async def with_judgement(
    ctx: Context, uow: SqlUnitOfWork, judgement: Judgement, work: Callable[[SqlUnitOfWork], Awaitable[T]]
) -> T:
    """Work under the user's lock that only begins when the words were allowed, and logs that they were, if it comes to an end.

    What was allowed in a wish that is then refused for something else leaves no decision, as nothing is made of it.
    """
    if judgement is None:
        raise ProviderUnavailable(AWAY, detail="the answer that this would have repeated is gone")
    if isinstance(judgement, PromptRefused):
        raise judgement
    answer = await work(uow)
    for decision in judgement.decisions:
        await uow.safety.log(ctx.user_id, decision)
    return answer


async def _is_replay(ctx: Context, wish: Wish) -> bool:
    async with ctx.read() as connection:
        return await was_answered(connection, ctx.user_id, wish.key)

"""When credits run low: told when a reservation takes them from the threshold, or above it, to below it.

Only a reservation makes fewer of them available. One that begins below the threshold tells nothing: it was told before, or there never
were more. So nothing has to be remembered: to fall below it again they must have been at or above it.
"""

from datetime import datetime

from domain.credits.ledger import Balance
from domain.ids import UserId
from domain.notifications.words import credits_low
from domain.ports.unit_of_work import UnitOfWork

LOW = 50
"""A default pack in draft quality. A deployment may say otherwise; 0 tells nobody."""


def falls_below(threshold: int, *, before: int, after: int) -> bool:
    return after < threshold <= before


async def tell_if_low(
    uow: UnitOfWork, user_id: UserId, balance: Balance, *, reserved: int, threshold: int, now: datetime
) -> None:
    """In the transaction that reserved so much, and left this balance."""
    if falls_below(threshold, before=balance.available + reserved, after=balance.available):
        notice = credits_low(user_id, available=balance.available, threshold=threshold, entry=balance.number)
        await uow.notifications.add(user_id, notice, now=now)

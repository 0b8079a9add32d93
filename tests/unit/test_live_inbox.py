"""A subscriber's bounded memory."""

import pytest

from domain.events import BalanceChanged, ImageProgress
from live.inbox import BoundedInbox
from tests.support.values import JOB, USER


def balance(number: int) -> BalanceChanged:
    return BalanceChanged(user_id=USER, available=number, reserved=0, number=number)


@pytest.mark.parametrize("order", [(5, 6), (6, 5)])
async def test_of_two_balances_the_newer_stays_whatever_order_they_come_in(order: tuple[int, int]) -> None:
    inbox = BoundedInbox()
    for number in order:
        inbox.put(balance(number))

    assert (await inbox.take()).latest == [balance(6)]


async def test_of_two_percents_of_an_image_the_last_stays() -> None:
    inbox = BoundedInbox()
    for percent in (10, 40):
        inbox.put(ImageProgress(job_id=JOB, index=0, attempt=1, percent=percent))

    (kept,) = (await inbox.take()).latest

    assert isinstance(kept, ImageProgress)
    assert kept.percent == 40

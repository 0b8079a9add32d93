"""Prices and quotes."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.credits.prices import PRICES
from domain.credits.quotes import QUOTE_LIFE, Quote, seal, unseal
from domain.errors import Conflict, InvalidInput
from domain.ids import UserId
from tests.support.values import NOW, USER

SECRET = b"s" * 32
QUOTE = Quote(per_image=10, image_count=5)


def a_token() -> str:
    return seal(QUOTE, user_id=USER, fingerprint="pack", now=NOW, secret=SECRET)


@pytest.mark.parametrize(
    ("model", "images", "credits"),
    [("Z_IMAGE_TURBO", 5, 20_000), ("Z_IMAGE_TURBO", 10, 25_000), ("FLUX_DEV", 7, 32_000)],
)
def test_the_examples_of_the_product_hold(model: str, images: int, credits: int) -> None:
    price = PRICES.training[model]

    assert price.base + images * price.per_image == credits


def test_a_quote_comes_back_as_it_was_given() -> None:
    found = unseal(a_token(), user_id=USER, fingerprint="pack", now=NOW + QUOTE_LIFE, secret=SECRET)

    assert found == QUOTE
    assert found.credits == 50


def test_a_quote_binds_for_its_time_only() -> None:
    late = NOW + QUOTE_LIFE + timedelta(seconds=1)

    with pytest.raises(Conflict, match="expired"):
        unseal(a_token(), user_id=USER, fingerprint="pack", now=late, secret=SECRET)


def test_a_quote_is_for_one_user_and_one_request() -> None:
    stranger = UserId(UUID(int=99))

    with pytest.raises(Conflict):
        unseal(a_token(), user_id=stranger, fingerprint="pack", now=NOW, secret=SECRET)
    with pytest.raises(Conflict):
        unseal(a_token(), user_id=USER, fingerprint="another", now=NOW, secret=SECRET)


@pytest.mark.parametrize(
    "forge", [lambda t: "x" + t, lambda t: t[:-2], lambda t: "", lambda t: "a.b.c", lambda t: t + "ä"]
)
def test_a_forged_quote_is_refused(forge: object) -> None:
    assert callable(forge)

    with pytest.raises(InvalidInput):
        unseal(forge(a_token()), user_id=USER, fingerprint="pack", now=NOW, secret=SECRET)


def test_a_quote_of_another_secret_is_refused() -> None:
    with pytest.raises(InvalidInput):
        unseal(a_token(), user_id=USER, fingerprint="pack", now=NOW, secret=b"t" * 32)

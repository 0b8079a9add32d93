"""The chain of decisions: whatever is changed in it, or taken out, is found, and where."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from uuid import UUID

import pytest

from domain.ids import UserId
from domain.safety.decisions import BEGINNING, Break, Chain, Outcome, Record, first_break, follow, hash_of
from tests.support.values import NOW, USER, a_decision

SOMEBODY_ELSE = UserId(UUID(int=99))


def a_chain(length: int) -> tuple[Chain, list[Record]]:
    chain, records = Chain(USER, 0, BEGINNING), []
    for number in range(length):
        records.append(follow(chain, a_decision(input_sha256=f"{number:064x}")))
        chain = Chain(USER, records[-1].number, records[-1].hash)
    return chain, records


def test_a_chain_that_nobody_touched_is_whole() -> None:
    for length in (0, 1, 5):
        chain, records = a_chain(length)
        assert [record.number for record in records] == list(range(1, length + 1))
        assert first_break(chain, records) is None


def changed(record: Record, **changes: object) -> Record:
    return replace(record, decision=replace(record.decision, **changes))  # type: ignore[arg-type] # by the field's own type


def with_third(change: Callable[[Record], Record]) -> Callable[[list[Record]], list[Record]]:
    return lambda records: [*records[:2], change(records[2]), *records[3:]]


def made_anew(record: Record) -> Record:
    """By someone who knows how hashes are made, and changes one record."""
    lie = changed(record, rule="ANOTHER")
    return replace(lie, hash=hash_of(USER, lie.number, lie.decision, lie.previous_hash))


@pytest.mark.parametrize(
    ("harm", "number"),
    [
        (with_third(lambda record: changed(record, operation="quotePack")), 3),
        (with_third(lambda record: changed(record, field=None)), 3),
        (with_third(lambda record: changed(record, outcome=Outcome.ALLOWED)), 3),
        (with_third(lambda record: changed(record, rule="ANOTHER")), 3),
        (with_third(lambda record: changed(record, policy="older")), 3),
        (with_third(lambda record: changed(record, judge="nobody")), 3),
        (with_third(lambda record: changed(record, input_sha256="b" * 64)), 3),
        (with_third(lambda record: changed(record, at=NOW + timedelta(microseconds=1))), 3),
        (with_third(lambda record: replace(record, hash="c" * 64)), 3),
        (with_third(lambda record: replace(record, previous_hash="c" * 64)), 3),
        (with_third(made_anew), 4),
        (lambda records: records[1:], 1),
        (lambda records: [*records[:2], *records[3:]], 3),
        (lambda records: records[:-1], 5),
        (lambda _: [], 1),
        (lambda records: [*records, records[-1]], 6),
        (lambda records: [records[1], records[0], *records[2:]], 1),
    ],
)
def test_harm_is_found_where_it_was_done(harm: Callable[[list[Record]], list[Record]], number: int) -> None:
    chain, records = a_chain(5)
    found = first_break(chain, harm(records))
    assert isinstance(found, Break)
    assert (found.user_id, found.number) == (USER, number)


def test_the_records_of_one_are_no_records_of_another() -> None:
    chain, (record,) = a_chain(1)
    assert hash_of(SOMEBODY_ELSE, 1, record.decision, BEGINNING) != record.hash
    assert first_break(
        Chain(SOMEBODY_ELSE, chain.length, chain.end), [replace(record, user_id=SOMEBODY_ELSE, hash="d" * 64)]
    )


def test_a_time_is_the_same_in_every_zone() -> None:
    here = a_decision(at=NOW.astimezone(timezone(timedelta(hours=5))))
    assert hash_of(USER, 1, here, BEGINNING) == hash_of(USER, 1, a_decision(), BEGINNING)

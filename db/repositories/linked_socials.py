"""Linked accounts. One that is unlinked loses its handle; the roles that serve delete nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from db.statements import Statement
from db.transaction import Transaction
from domain.ids import LinkedSocialId, UserId
from domain.linked_socials.handles import key_of
from domain.linked_socials.linked_social import LinkedSocial
from domain.linked_socials.networks import SocialNetwork

COLUMNS = "s.id, s.user_id, s.network, s.handle, s.linked_at"
LINKED = "s.handle IS NOT NULL"
OF_USER = Statement(
    f"SELECT {COLUMNS} FROM linked_socials s WHERE s.user_id = :user_id AND {LINKED} ORDER BY s.linked_at, s.id"  # noqa: S608
)
ADD = Statement("""
INSERT INTO linked_socials (id, user_id, network, handle, handle_key, linked_at)
VALUES (:id, :user_id, :network, :handle, :handle_key, :linked_at)
""")
CHANGE = Statement(
    "UPDATE linked_socials SET network = :network, handle = :handle, handle_key = :handle_key WHERE id = :id"
)
FORGET = Statement("UPDATE linked_socials SET handle = NULL, handle_key = NULL WHERE id = :id")


def linked_social_of(row: Mapping[str, Any]) -> LinkedSocial:
    """From a row with `COLUMNS`, its values by name."""
    return LinkedSocial(
        id=LinkedSocialId(row["id"]),
        user_id=UserId(row["user_id"]),
        network=SocialNetwork(row["network"]),
        handle=row["handle"],
        linked_at=row["linked_at"],
    )


class SqlLinkedSocials:
    """See `domain.ports.linked_socials.LinkedSocials`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of_user(self, user_id: UserId) -> Sequence[LinkedSocial]:
        return [linked_social_of(dict(row)) for row in await self._transaction.rows(OF_USER, {"user_id": user_id})]

    async def add(self, social: LinkedSocial) -> None:
        await self._transaction.run(ADD, {"user_id": social.user_id, "linked_at": social.linked_at, **_values(social)})

    async def change(self, social: LinkedSocial) -> None:
        await self._transaction.run(CHANGE, _values(social))

    async def forget(self, social: LinkedSocial) -> None:
        await self._transaction.run(FORGET, {"id": social.id})


def _values(social: LinkedSocial) -> dict[str, object]:
    return {
        "id": social.id,
        "network": social.network,
        "handle": social.handle,
        "handle_key": key_of(social.network, social.handle),
    }

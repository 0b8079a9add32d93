"""Accounts are linked, corrected, unlinked. Each function is one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.errors import LimitReached, NotFound
from domain.ids import LinkedSocialId, UserId
from domain.linked_socials.handles import NetworkUnsaid, key_of, named
from domain.linked_socials.linked_social import MOST_LINKED, LinkedSocial, SocialDuplicate
from domain.linked_socials.networks import NETWORKS, SocialNetwork
from domain.ports.unit_of_work import UnitOfWork
from domain.user_events import UserEventKind


async def link(
    uow: UnitOfWork,
    user_id: UserId,
    given: str,
    network: SocialNetwork | None,
    *,
    social_id: LinkedSocialId,
    now: datetime,
) -> LinkedSocial:
    """Raises `HandleInvalid`, `SocialDuplicate`, `LimitReached`."""
    found, handle = named(given, network)
    await uow.lock_user(user_id)
    linked = await uow.linked_socials.of_user(user_id)
    _check_new(linked, found, handle)
    if len(linked) >= MOST_LINKED:
        raise LimitReached(f"There may be {MOST_LINKED} linked accounts. Unlink one first.", limit=MOST_LINKED)
    social = LinkedSocial(id=social_id, user_id=user_id, network=found, handle=handle, linked_at=now)
    await uow.linked_socials.add(social)
    await uow.outbox.tell(user_id, UserEventKind.ONBOARDING_CHANGED)
    return social


async def update(
    uow: UnitOfWork, user_id: UserId, social_id: LinkedSocialId, given: str, network: SocialNetwork | None
) -> LinkedSocial:
    """A name alone is one on the network it was on. Raises `HandleInvalid`, `SocialDuplicate`, `NotFound`."""
    await uow.lock_user(user_id)
    linked = await uow.linked_socials.of_user(user_id)
    old = _one_of(linked, social_id)
    try:
        found, handle = named(given, network)
    except NetworkUnsaid:
        found, handle = named(given, old.network)
    _check_new([one for one in linked if one.id != social_id], found, handle)
    changed = replace(old, network=found, handle=handle)
    await uow.linked_socials.change(changed)
    await uow.outbox.tell(user_id, UserEventKind.ONBOARDING_CHANGED)
    return changed


async def unlink(uow: UnitOfWork, user_id: UserId, social_id: LinkedSocialId) -> None:
    """Raises `NotFound`, for one that was unlinked before too."""
    await uow.lock_user(user_id)
    await uow.linked_socials.forget(_one_of(await uow.linked_socials.of_user(user_id), social_id))
    await uow.outbox.tell(user_id, UserEventKind.ONBOARDING_CHANGED)


def _one_of(linked: Sequence[LinkedSocial], social_id: LinkedSocialId) -> LinkedSocial:
    for social in linked:
        if social.id == social_id:
            return social
    raise NotFound("There is no such linked account.")


def _check_new(linked: Sequence[LinkedSocial], network: SocialNetwork, handle: str) -> None:
    for one in linked:
        if one.network is network and key_of(network, one.handle) == key_of(network, handle):
            raise SocialDuplicate(f"{one.handle} on {NETWORKS[network].label} is linked already.", field="handle")

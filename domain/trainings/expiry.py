"""A LoRA that nobody uses is given up after a while, and its weights are removed: with a week's notice, and never one in use."""

from datetime import datetime, timedelta

from domain.ids import UserId, expiry_notification_id_of, training_notification_id_of
from domain.notifications.notification import NewNotification
from domain.ports.unit_of_work import UnitOfWork
from domain.trainings.aging import AgingLora, Fate, fate_of

LOOKED_AT_ONCE = 100


async def expire_loras(uow: UnitOfWork, user_id: UserId, *, keep: timedelta, now: datetime) -> int:
    """Of this user, as far as it is time to look at them. Returns how many are gone now. Twice is once."""
    await uow.lock_user(user_id)
    aging = await uow.loras.to_look_at(user_id, limit=LOOKED_AT_ONCE, now=now)
    fates = [(lora, *fate_of(lora, keep=keep, now=now)) for lora in aging]
    warned = {lora.model.id: _warning(lora, look) for lora, fate, look in fates if fate is Fate.TELL}
    looks = {lora.model.id: look for lora, fate, look in fates if fate is not Fate.EXPIRE}
    gone = [lora for lora, fate, _ in fates if fate is Fate.EXPIRE]
    await uow.loras.look_again(looks, told=warned, now=now)
    await uow.loras.expire(user_id, [lora.model.id for lora in gone], now=now)
    for lora in gone:
        await uow.outbox.forget_lora(user_id, lora.model.id)  # a note that is written with the others at the end
    if notices := [*warned.values(), *(_farewell(lora) for lora in gone if lora.is_drawn_with)]:
        await uow.notifications.add_all(user_id, notices, now=now)
    return len(gone)


def _warning(lora: AgingLora, ends_at: datetime) -> NewNotification:
    return NewNotification(
        id=expiry_notification_id_of(lora.model.id, lora.unused_since),
        type="lora.expiring",
        title=f"The LoRA of {lora.subject_name} expires soon",
        body=f"Nothing was made with it since {lora.unused_since:%d %B %Y}. It is removed on {ends_at:%d %B %Y} unless you make an image "
        "with it before.",
        href=_href(lora),
    )


def _farewell(lora: AgingLora) -> NewNotification:
    return NewNotification(
        id=training_notification_id_of(lora.model.id, "lora.expired"),
        type="lora.expired",
        title=f"The LoRA of {lora.subject_name} has expired",
        body="Nobody used it, and its weights were removed. New images take the face from the base image; train it again for HD.",
        href=_href(lora),
    )


def _href(lora: AgingLora) -> str:
    return lora.model.href

"""A LoRA that nobody uses is given up after a while, and its weights are removed: with a week's notice, and never one in use."""

from datetime import datetime, timedelta

from domain.ids import UserId
from domain.notifications.words import lora_expired, lora_expiring
from domain.ports.unit_of_work import UnitOfWork
from domain.trainings.aging import Fate, fate_of
from domain.user_events import UserEventKind

LOOKED_AT_ONCE = 100


async def expire_loras(uow: UnitOfWork, user_id: UserId, *, keep: timedelta, now: datetime) -> int:
    """Of this user, as far as it is time to look at them. Returns how many are gone now. Twice is once."""
    await uow.lock_user(user_id)
    aging = await uow.loras.to_look_at(user_id, limit=LOOKED_AT_ONCE, now=now)
    fates = [(lora, *fate_of(lora, keep=keep, now=now)) for lora in aging]
    warned = {lora.model.id: lora_expiring(lora, look) for lora, fate, look in fates if fate is Fate.TELL}
    looks = {lora.model.id: look for lora, fate, look in fates if fate is not Fate.EXPIRE}
    gone = [lora for lora, fate, _ in fates if fate is Fate.EXPIRE]
    await uow.loras.look_again(looks, told=warned, now=now)
    await uow.loras.expire(user_id, [lora.model.id for lora in gone], now=now)
    for lora in gone:
        await uow.outbox.forget_lora(user_id, lora.model.id)  # notes that are written with the others at the end
        await uow.outbox.tell(user_id, UserEventKind.TRAINING_CHANGED, lora.model.id)
    if notices := [*warned.values(), *(lora_expired(lora) for lora in gone if lora.is_drawn_with)]:
        await uow.notifications.add_all(user_id, notices, now=now)
    return len(gone)

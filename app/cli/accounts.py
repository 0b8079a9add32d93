"""`likeness accounts`: what the operator knows of a user's age. Done as the owner of the tables, for no role that serves may."""

import asyncio
from collections.abc import Mapping

from app.cli.credits import user_id_of_words
from app.cli.errors import CommandError
from app.cli.servers import reached_servers
from app.settings import Settings
from app.wiring import utc_now
from db.engine import Database
from domain.ids import UserId
from domain.safety.adult import decision_on_account
from domain.safety.policy import AgeAssurance

RULES = {
    AgeAssurance.NONE: "AGE_ASSURANCE_REVOKED",
    AgeAssurance.SELF_DECLARED: "AGE_SELF_DECLARED",
    AgeAssurance.ASSURED: "AGE_ASSURED",
}
"""What the audit log calls it."""


def set_age_assurance(env: Mapping[str, str], user: str, level: AgeAssurance, *, by: str, reference: str) -> None:
    """Written down with who decided it, and with a hash of `reference`: where the operator's own process keeps its evidence."""
    if not by.strip() or not reference.strip():
        raise CommandError("Say who decided it (--by) and where the evidence is kept (--reference).")
    with reached_servers(env) as environment:
        owner = Settings.from_env(environment).database.owner
        print(asyncio.run(_set(owner, user_id_of_words(user), level, by=by.strip(), reference=reference.strip())))


async def _set(url: str, user_id: UserId, level: AgeAssurance, *, by: str, reference: str) -> str:
    database = Database(url, application_name="likeness-operator", pool_size=1)
    now, is_assured = utc_now(), level is AgeAssurance.ASSURED
    said = decision_on_account(
        "assureAge", RULES[level], allowed=is_assured, judge=f"operator {by}", said=reference, at=now
    )
    try:
        async with database.unit_of_work(user_id) as uow:
            await uow.lock_user(user_id)
            await uow.accounts.add_if_new(user_id, email=None, display_name=None, now=now)
            before = (await uow.adult.get(user_id)).age_assurance
            kept = None if level is AgeAssurance.NONE else reference
            await uow.adult.assure(user_id, level, reference=kept, at=now)
            await uow.safety.log(user_id, said)
    finally:
        await database.close()
    return f"The age of {user_id} is {level} now; it was {before}. Written down as decided by {by}."

"""Who may have adult content: what is told of it, the account's own switch, and filters that ask for it."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import AdultContentRefused
from domain.images.gallery import AdultFilter
from domain.safety import adult
from domain.safety.policy import AdultAccount, AgeAssurance, Unmet, unmet
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class AdultStanding:
    """A caller's. `lacking` is empty in exactly one case."""

    age_assurance: AgeAssurance
    opted_in_at: datetime | None
    lacking: tuple[Unmet, ...]


async def standing(ctx: Context) -> AdultStanding:
    return _standing(ctx, await _account(ctx))


async def check_filter(ctx: Context, wish: AdultFilter, *, field: str) -> None:
    """Costs nothing where adult images are left out. Raises `AdultContentRefused` for a caller who may not see them."""
    if wish is not AdultFilter.EXCLUDE:
        adult.check("images", adult.to_see(ctx.adult_offer, await _account(ctx)), field=field)


async def set_opt_in(ctx: Context, *, wanted: bool) -> AdultStanding:
    """A second call changes nothing. Raises `AdultContentRefused`, which is logged before it is answered."""
    try:
        async with ctx.unit_of_work() as uow:
            await uow.lock_user(ctx.user_id)
            account = await adult.set_opt_in(uow, ctx.user_id, ctx.adult_offer, wanted=wanted, now=ctx.now())
    except AdultContentRefused as refusal:
        async with ctx.unit_of_work() as uow:
            await uow.lock_user(ctx.user_id)
            await uow.safety.log(ctx.user_id, adult.refusal_of_adult(refusal, at=ctx.now()))
        raise
    return _standing(ctx, account)


async def _account(ctx: Context) -> AdultAccount:
    return await ctx.loaders.adult_accounts.load(ctx.user_id) or AdultAccount()


def _standing(ctx: Context, account: AdultAccount) -> AdultStanding:
    lacking = unmet(adult.to_see(ctx.adult_offer, account))
    return AdultStanding(account.age_assurance, account.opted_in_at, lacking)

"""The facts behind adult content: what a deployment offers, what is known of an account; and the questions asked of both.

`domain.safety.policy` is the rule. This puts together what it is asked with, and nowhere else is that done: making an
influencer, accepting a job, beginning an image, showing one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from domain.errors import AdultContentRefused
from domain.ids import UserId
from domain.influencers.influencer import Influencer
from domain.models.model import Ability, Provider
from domain.models.registry import MODELS
from domain.personas.persona import Persona
from domain.ports.adult import AdultAccounts
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.models import BaseModel
from domain.safety.decisions import Decision, Outcome
from domain.safety.policy import (
    ADULT_CONTENT_AGE,
    AdultAccount,
    AdultConditions,
    Unmet,
    allows_adult,
    unmet,
)
from domain.safety.rules import POLICY
from domain.user_events import UserEventKind

BY_POLICY = "adult policy"
"""The judge behind decisions made by the conditions alone."""

BY_USER = "user"
"""Of one's own switch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultOffer:
    """What the operator offers to this caller, where they are. Without being told otherwise, nothing."""

    is_on: bool = False
    acquirer_agreed: bool = False
    has_second_detector: bool = False
    region_allows: bool = False
    providers: frozenset[Provider] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether it depends on the account alone."""
        return self.is_on and self.acquirer_agreed and self.has_second_detector and self.region_allows


NOT_OFFERED = AdultOffer()
"""Until a deployment says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultDeployment:
    """What the operator has set up. `regions` are as the operator's proxy says them."""

    is_on: bool = False
    acquirer_agreed: bool = False
    has_second_detector: bool = False
    regions: frozenset[str] = frozenset()
    providers: frozenset[Provider] = field(default=frozenset())

    def offer_in(self, region: str) -> AdultOffer:
        """`region` is empty where nobody said: it is allowed nowhere then."""
        return self._offer(region_allows=region in self.regions)

    @property
    def offer_behind(self) -> AdultOffer:
        """For what was accepted where it was allowed, and is carried out by a worker that nobody calls."""
        return self._offer(region_allows=bool(self.regions))

    def may_use(self, family: BaseModel) -> bool:
        """For lists of choices: whether anybody at all could have adult content made with it."""
        return self.offer_behind.is_open and has_adult_model(self.providers, family=family)

    def _offer(self, *, region_allows: bool) -> AdultOffer:
        return AdultOffer(
            is_on=self.is_on,
            acquirer_agreed=self.acquirer_agreed,
            has_second_detector=self.has_second_detector,
            region_allows=region_allows,
            providers=self.providers,
        )


NOT_SET_UP = AdultDeployment()


def has_adult_model(
    providers: frozenset[Provider], *, family: BaseModel | None = None, ability: Ability = Ability.TEXT_TO_IMAGE
) -> bool:
    """Whether provider and licence of one that is configured here allow it."""
    return any(
        model.adult
        and model.provider in providers
        and ability in model.abilities
        and (family is None or model.family is family)
        for model in MODELS.values()
    )


def to_see(offer: AdultOffer, account: AdultAccount) -> AdultConditions:
    """For somebody who looks: that an image is of a synthetic adult was settled, and by the database, when it was kept."""
    return AdultConditions(
        deployment_allows=offer.is_on,
        acquirer_agreed=offer.acquirer_agreed,
        has_second_detector=offer.has_second_detector,
        region_allows=offer.region_allows,
        is_synthetic=True,
        descends_from_real_person=False,
        declared_age=ADULT_CONTENT_AGE,
        age_assurance=account.age_assurance,
        opted_in=account.opted_in_at is not None,
        model_allows=True,
    )


def to_create(offer: AdultOffer, account: AdultAccount, *, age: int, base_model: BaseModel) -> AdultConditions:
    """For an influencer that is to be meant for it."""
    return replace(
        to_see(offer, account),
        declared_age=age,
        model_allows=has_adult_model(offer.providers, family=base_model),
    )


def to_make(
    offer: AdultOffer, account: AdultAccount, influencer: Influencer, *, ability: Ability, descends_from_upload: bool
) -> AdultConditions:
    """For a job of an influencer. `descends_from_upload` is of anything it works with: references, parents, LoRAs."""
    return replace(
        to_see(offer, account),
        descends_from_real_person=descends_from_upload,
        declared_age=influencer.appearance.age,
        model_allows=has_adult_model(offer.providers, ability=ability),
    )


def adult_of(influencer: Influencer, conditions: AdultConditions) -> bool:
    """Whether a job is adult: it is wanted of the influencer, and every condition holds. Otherwise it is an ordinary one."""
    return influencer.nsfw_enabled and allows_adult(conditions)


async def is_adult_job(
    accounts: AdultAccounts,
    user_id: UserId,
    subject: Influencer | Persona,
    offer: AdultOffer,
    *,
    ability: Ability,
    made_from: Sequence[UUID],
    descends_from_upload: bool = False,
) -> bool:
    """`made_from` are images the job works with; `descends_from_upload` is of anything else, an upload or a LoRA.

    Never of a real person. Costs no statement for an influencer that is not meant for it, nor where it is not offered.
    """
    if isinstance(subject, Persona) or not subject.nsfw_enabled or not offer.is_open:
        return False
    is_tainted = descends_from_upload or await accounts.descend_from_uploads(made_from)
    account = await accounts.get(user_id)
    return adult_of(subject, to_make(offer, account, subject, ability=ability, descends_from_upload=is_tainted))


async def still_lacking(
    accounts: AdultAccounts, user_id: UserId, influencer: Influencer, offer: AdultOffer, *, ability: Ability
) -> Unmet | None:
    """For a job that was accepted as adult and is carried out now: the first condition that is not met any more."""
    account = await accounts.get(user_id)
    now = to_make(offer, account, influencer, ability=ability, descends_from_upload=False)
    return next(iter(unmet(now)), None)


def check(operation: str, conditions: AdultConditions, *, field: str, ignored: Sequence[Unmet] = ()) -> None:
    """Raises `AdultContentRefused`, which names every condition that lacks, but for those `ignored`."""
    lacking = [condition for condition in unmet(conditions) if condition not in ignored]
    if lacking:
        raise AdultContentRefused(
            lacking[0].value,
            operation=operation,
            unmet=[(condition.name, condition.value) for condition in lacking],
            field=field,
        )


def refusal_of_adult(refusal: AdultContentRefused, *, at: datetime) -> Decision:
    """For the audit log: the rule is the first condition that lacks, the input all of them by name."""
    names = [name for name, _ in refusal.unmet]
    return Decision(
        operation=refusal.operation,
        field=refusal.field,
        outcome=Outcome.REFUSED,
        rule=f"ADULT_{names[0]}",
        policy=POLICY,
        judge=BY_POLICY,
        input_sha256=sha256(",".join(names).encode()).hexdigest(),
        at=at,
    )


async def set_opt_in(
    uow: UnitOfWork, user_id: UserId, offer: AdultOffer, *, wanted: bool, now: datetime
) -> AdultAccount:
    """Under the user's lock. Off is always possible. Raises `AdultContentRefused` where on would open nothing."""
    account = await uow.adult.get(user_id)
    if wanted:
        check("setAdultContent", to_see(offer, account), field="optIn", ignored=(Unmet.OPT_IN,))
    if wanted == (account.opted_in_at is not None):
        return account
    await uow.adult.opt_in(user_id, at=now if wanted else None)
    rule = "ADULT_OPTED_IN" if wanted else "ADULT_OPTED_OUT"
    said = decision_on_account("setAdultContent", rule, allowed=wanted, judge=BY_USER, said=rule, at=now)
    await uow.safety.log(user_id, said)
    await uow.outbox.tell(user_id, UserEventKind.SETTINGS_CHANGED)
    return replace(account, opted_in_at=now if wanted else None)


def decision_on_account(operation: str, rule: str, *, allowed: bool, judge: str, said: str, at: datetime) -> Decision:
    """What changes who may have it: assurance by the operator, the account's own switch. `said` is kept as its hash."""
    return Decision(
        operation=operation,
        field=None,
        outcome=Outcome.ALLOWED if allowed else Outcome.REFUSED,
        rule=rule,
        policy=POLICY,
        judge=judge,
        input_sha256=sha256(said.encode()).hexdigest(),
        at=at,
    )

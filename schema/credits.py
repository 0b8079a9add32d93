"""Balance, ledger and packages."""

from datetime import datetime

import strawberry
from strawberry.types import Info

from domain.credits.ledger import Balance, Entry, EntryType
from domain.credits.prices import CreditPackage as Package
from domain.ids import JobId, LoraModelId, UserId
from resolvers.context import Context
from schema.ids import Node, global_id
from schema.job_types import GenerationJob
from schema.lora import LoraModel


@strawberry.type(description="Credits a user has. Whole numbers; one credit is worth about $0.001.")
class CreditBalance(Node):
    available: int = strawberry.field(description="Can be spent.")
    reserved: int = strawberry.field(description="Held for work that is not settled yet.")
    total: int = strawberry.field(description="`available` and `reserved` together.")

    @classmethod
    def of(cls, balance: Balance, user_id: UserId) -> "CreditBalance":
        """Its id is the same each time, so that clients' caches put what `creditBalanceChanged` tells where it belongs."""
        return cls(
            id=global_id("CreditBalance", user_id),
            available=balance.available,
            reserved=balance.reserved,
            total=balance.total,
        )


@strawberry.type(description="One movement of credits. It is never changed.")
class CreditTransaction(Node):
    type: EntryType = strawberry.field(description="Which way the credits moved.")
    amount: int = strawberry.field(description="How many, always positive; `type` says which way.")
    available_after: int = strawberry.field(description="`available` after this movement.")
    reserved_after: int = strawberry.field(description="`reserved` after this movement.")
    description: str = strawberry.field(description="What it was for, in words.")
    created_at: datetime = strawberry.field(description="When.")
    job_id: strawberry.Private[JobId | None]
    training_id: strawberry.Private[LoraModelId | None]

    @strawberry.field(description="The job it was for; null for movements without one.")
    async def job(self, info: Info[Context, None]) -> GenerationJob | None:
        if self.job_id is None:
            return None
        job = await info.context.loaders.jobs.load(self.job_id)
        return GenerationJob.of(job) if job else None

    @strawberry.field(description="The training it was for; null for movements without one.")
    async def lora_model(self, info: Info[Context, None]) -> LoraModel | None:
        found = await info.context.loaders.lora_models.load(self.training_id) if self.training_id else None
        return LoraModel.of(found) if found else None

    @classmethod
    def of(cls, entry: Entry) -> "CreditTransaction":
        return cls(
            id=global_id("CreditTransaction", entry.id),
            type=entry.type,
            amount=entry.amount,
            available_after=entry.available_after,
            reserved_after=entry.reserved_after,
            description=entry.description,
            created_at=entry.created_at,
            job_id=entry.job_id,
            training_id=entry.lora_model_id,
        )


@strawberry.type(description="Credits on offer. They are paid for outside of this API.")
class CreditPackage:
    key: str = strawberry.field(description="Stable.")
    credits: int = strawberry.field(description="How many credits it brings.")
    price_cents: int = strawberry.field(description="Its price, in hundredths of `currency`.")
    currency: str = strawberry.field(description="ISO 4217.")
    purchase_url: str = strawberry.field(
        description="A page for a browser: where a user buys it, or how else to get credits."
    )

    @classmethod
    def of(cls, package: Package, purchase_url: str) -> "CreditPackage":
        return cls(
            key=package.key,
            credits=package.credits,
            price_cents=package.price_cents,
            currency=package.currency,
            purchase_url=f"{purchase_url}?package={package.key}",
        )

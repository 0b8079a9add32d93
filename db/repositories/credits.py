"""The ledger in SQL. A balance changes in one conditional statement with its entry beside it; the database's constraints
and triggers say the same thing again, so that a mistake here is refused and not written.

The statement that moves credits reads the hold, resolves it, changes the balance and appends the entry at once: a hold
that is resolved already matches nothing, and then nothing at all happens. Whether it ran out is asked of the database's
clock at that moment: `now()` would be the time the transaction began, which may have waited long since.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from db.codec import json_text
from db.statements import Statement
from db.transaction import Transaction
from domain.credits.ledger import Balance, NewHold
from domain.errors import InsufficientCredits
from domain.ids import HoldId, JobId, LoraModelId, UserId

FIND_BALANCE = Statement("SELECT available, reserved, entry_count FROM credit_accounts WHERE user_id = :user_id")
BALANCE = text(FIND_BALANCE.text)

GRANT = Statement("""
WITH account AS (
  UPDATE credit_accounts SET available = available + :amount, entry_count = entry_count + 1
   WHERE user_id = :user_id
     AND NOT EXISTS (SELECT FROM credit_entries WHERE user_id = :user_id AND movement_key = :movement_key)
  RETURNING available, reserved, entry_count
)
INSERT INTO credit_entries (user_id, number, type, amount, available_delta, reserved_delta, available_after, reserved_after,
                            movement_key, description, created_at)
SELECT :user_id, entry_count, 'GRANT', :amount, :amount, 0, available, reserved, :movement_key, :description, :now FROM account
RETURNING available_after, reserved_after, number
""")

RESERVED_IF = """
account AS (
  UPDATE credit_accounts SET available = available - :amount, reserved = reserved + :amount, entry_count = entry_count + 1
   WHERE user_id = :user_id AND available >= :amount {condition}
  RETURNING available, reserved, entry_count
), wanted AS (
  SELECT hold.* FROM account, jsonb_to_recordset(CAST(:holds AS jsonb)) AS hold (id uuid, image_index integer, amount bigint)
), holds AS (
  INSERT INTO credit_holds (id, user_id, job_id, image_index, amount, expires_at, created_at)
  SELECT id, :user_id, :job_id, image_index, amount, :expires_at, :now FROM wanted
), entry AS (
  INSERT INTO credit_entries (user_id, number, type, amount, available_delta, reserved_delta, available_after, reserved_after,
                              movement_key, job_id, description, created_at)
  SELECT :user_id, entry_count, 'RESERVE', :amount, -CAST(:amount AS bigint), :amount, available, reserved, :movement_key, :job_id, :description, :now
    FROM account
)
"""
"""For a statement that reserves, and perhaps does more. `account` and `wanted` are empty where there are too few credits, or a
further `condition` does not hold."""

RESERVE = Statement(f"WITH {RESERVED_IF.format(condition='')} SELECT available, reserved, entry_count FROM account")  # noqa: S608 - our own words

RESERVE_TRAINING = Statement("""
WITH account AS (
  UPDATE credit_accounts SET available = available - :amount, reserved = reserved + :amount, entry_count = entry_count + 1
   WHERE user_id = :user_id AND available >= :amount
  RETURNING available, reserved, entry_count
), hold AS (
  INSERT INTO credit_holds (id, user_id, lora_model_id, amount, expires_at, created_at)
  SELECT :hold_id, :user_id, :training_id, :amount, :expires_at, :now FROM account
)
INSERT INTO credit_entries (user_id, number, type, amount, available_delta, reserved_delta, available_after, reserved_after,
                            movement_key, lora_model_id, description, created_at)
SELECT :user_id, entry_count, 'RESERVE', :amount, -CAST(:amount AS bigint), :amount, available, reserved, :movement_key, :training_id,
       'LoRA training', :now
  FROM account
RETURNING available_after, reserved_after, number
""")

CAPTURE = Statement("""
WITH hold AS (
  UPDATE credit_holds SET resolution = 'CAPTURED', captured = coalesce(:amount, amount), resolved_at = :now
   WHERE id = :hold_id AND user_id = :user_id AND resolution IS NULL AND expires_at > clock_timestamp()
  RETURNING id, job_id, lora_model_id, amount, captured
), account AS (
  UPDATE credit_accounts a
     SET available = a.available + hold.amount - hold.captured, reserved = a.reserved - hold.amount, entry_count = a.entry_count + 1
    FROM hold WHERE a.user_id = :user_id
  RETURNING a.available, a.reserved, a.entry_count
)
INSERT INTO credit_entries (user_id, number, type, amount, available_delta, reserved_delta, available_after, reserved_after,
                            movement_key, hold_id, job_id, lora_model_id, description, created_at)
SELECT :user_id, entry_count, 'CAPTURE', hold.captured, hold.amount - hold.captured, -hold.amount, available, reserved,
       'hold:' || hold.id, hold.id, hold.job_id, hold.lora_model_id, :description, :now
  FROM account, hold
RETURNING available_after, reserved_after, number
""")

GIVE_BACK = """
WITH hold AS (
  UPDATE credit_holds SET resolution = '{resolution}', resolved_at = :now
   WHERE id = ANY(:hold_ids) AND user_id = :user_id AND resolution IS NULL {condition}
  RETURNING id, job_id, lora_model_id, image_index, amount
), in_turn AS (
  SELECT hold.*, row_number() OVER w AS place, sum(amount) OVER w AS running FROM hold WINDOW w AS (ORDER BY image_index, id)
), account AS (
  UPDATE credit_accounts a
     SET available = a.available + given.total, reserved = a.reserved - given.total, entry_count = a.entry_count + given.places
    FROM (SELECT sum(amount) AS total, count(*) AS places FROM hold HAVING count(*) > 0) given
   WHERE a.user_id = :user_id
  RETURNING a.available - given.total AS available_before, a.reserved + given.total AS reserved_before, a.entry_count - given.places AS entries_before
)
INSERT INTO credit_entries (user_id, number, type, amount, available_delta, reserved_delta, available_after, reserved_after,
                            movement_key, hold_id, job_id, lora_model_id, description, created_at)
SELECT :user_id, entries_before + place, '{type}', amount, amount, -amount, available_before + running, reserved_before - running,
       'hold:' || id, id, job_id, lora_model_id, :description, :now
  FROM account, in_turn ORDER BY place
RETURNING available_after, reserved_after, number
"""
RELEASE = Statement(GIVE_BACK.format(resolution="RELEASED", type="RELEASE", condition=""))
EXPIRE = Statement(GIVE_BACK.format(resolution="EXPIRED", type="EXPIRE", condition="AND expires_at <= now()"))


def reservation(
    user_id: UserId,
    holds: Sequence[NewHold],
    *,
    job_id: JobId,
    movement_key: str,
    description: str,
    expires_at: datetime,
    now: datetime,
) -> dict[str, object]:
    """The values of `RESERVED`."""
    return {
        "user_id": user_id,
        "job_id": job_id,
        "amount": sum(hold.amount for hold in holds),
        "holds": json_text(holds),
        "movement_key": movement_key,
        "description": description,
        "expires_at": expires_at,
        "now": now,
    }


class SqlCredits:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def balance(self, user_id: UserId) -> Balance:
        found = await self._transaction.row(FIND_BALANCE, {"user_id": user_id})
        return Balance(*found) if found else Balance(available=0, reserved=0, number=0)

    async def grant(
        self, user_id: UserId, amount: int, *, movement_key: str, description: str, now: datetime
    ) -> Balance | None:
        return await self._move(
            GRANT, user_id=user_id, amount=amount, movement_key=movement_key, description=description, now=now
        )

    async def reserve(
        self,
        user_id: UserId,
        holds: Sequence[NewHold],
        *,
        job_id: JobId,
        movement_key: str,
        description: str,
        expires_at: datetime,
        now: datetime,
    ) -> Balance:
        values = reservation(
            user_id,
            holds,
            job_id=job_id,
            movement_key=movement_key,
            description=description,
            expires_at=expires_at,
            now=now,
        )
        balance = await self._move(RESERVE, **values)
        if balance is None:
            raise await self.too_few(user_id, sum(hold.amount for hold in holds))
        return balance

    async def reserve_training(
        self,
        user_id: UserId,
        hold_id: HoldId,
        amount: int,
        *,
        training_id: LoraModelId,
        expires_at: datetime,
        now: datetime,
    ) -> Balance:
        balance = await self._move(
            RESERVE_TRAINING,
            user_id=user_id,
            hold_id=hold_id,
            amount=amount,
            training_id=training_id,
            movement_key=f"reserve:{training_id}",
            expires_at=expires_at,
            now=now,
        )
        if balance is None:
            raise await self.too_few(user_id, amount)
        return balance

    async def too_few(self, user_id: UserId, required: int) -> InsufficientCredits:
        return InsufficientCredits(required=required, available=(await self.balance(user_id)).available)

    async def capture(
        self, user_id: UserId, hold_id: HoldId, *, amount: int | None = None, description: str, now: datetime
    ) -> Balance | None:
        return await self._move(
            CAPTURE, user_id=user_id, hold_id=hold_id, amount=amount, description=description, now=now
        )

    async def release(
        self, user_id: UserId, hold_ids: Sequence[HoldId], *, description: str, now: datetime
    ) -> Balance | None:
        return await self._move(RELEASE, user_id=user_id, hold_ids=list(hold_ids), description=description, now=now)

    async def expire(self, user_id: UserId, hold_id: HoldId, *, description: str, now: datetime) -> Balance | None:
        return await self._move(EXPIRE, user_id=user_id, hold_ids=[hold_id], description=description, now=now)

    async def _move(self, statement: Statement, **values: object) -> Balance | None:
        """The balance after the last entry this wrote, or None when it matched nothing."""
        rows = await self._transaction.rows(statement, values)
        balances = [Balance(available, reserved, number) for available, reserved, number in rows]
        return max(balances, key=lambda balance: balance.number, default=None)

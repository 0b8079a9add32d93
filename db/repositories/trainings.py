"""Trainings. Leases and waits are measured by the database's clock, which all workers share."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from db.codec import json_text
from db.repositories.files import ASK
from db.statements import Statement
from db.transaction import Transaction
from domain.calls.call import CallState
from domain.errors import NotFound
from domain.ids import CallId, LoraModelId, SubjectId, UserId
from domain.ports.image_provider import Submitted
from domain.presets.models import BaseModel
from domain.trainings.retrying import RetryRight
from domain.trainings.training import LoraModel, TrainingAttempt, TrainingCall, TrainingStatus, TrainingTask

FIELDS = tuple(LoraModel.__dataclass_fields__)
COLUMNS = ", ".join(f"m.{name}" for name in FIELDS)
"""The columns have the fields' names."""
CALL = ("call_id", "call_state", "call_endpoint", "call_request_id", "call_intended_at")
CLAIMED = f"{COLUMNS}, m.claims, m.tries, {', '.join(f'm.{name}' for name in CALL)}"

HISTORY: TypeAdapter[tuple[TrainingAttempt, ...]] = TypeAdapter(tuple[TrainingAttempt, ...])

ADD = Statement(f"""
INSERT INTO lora_models ({", ".join(FIELDS)}, sent_at) VALUES ({", ".join(":" + name for name in FIELDS)}, now())
""")  # noqa: S608 - our own field names
GET = Statement(f"SELECT {COLUMNS} FROM lora_models m WHERE m.id = :id")  # noqa: S608
NEWEST = Statement(f"""
SELECT {COLUMNS} FROM lora_models m WHERE m.subject_id = :subject_id ORDER BY m.created_at DESC, m.id DESC LIMIT 1
""")  # noqa: S608
# The lease counts from this moment: now() is when the transaction began, which may have waited for its user's lock since.
CLAIM = Statement(f"""
WITH was AS (
  SELECT id, status FROM lora_models
   WHERE id = :id AND (status = 'PENDING'
                         OR (status = 'TRAINING' AND CASE WHEN lease_until IS NULL THEN sent_at <= now() ELSE lease_until < now() END))
)
UPDATE lora_models m SET status = 'TRAINING', claims = claims + 1, tries = tries + 1, lease_until = clock_timestamp() + :lease
  FROM was WHERE m.id = was.id
RETURNING {CLAIMED}, was.status AS was
""")  # noqa: S608
HOLDS_LEASE = Statement("""
SELECT id FROM lora_models WHERE id = :id AND claims = :claim AND status = 'TRAINING' AND lease_until > clock_timestamp()
""")
BEGIN = Statement("""
UPDATE lora_models SET attempt = :attempt, started_at = :started_at, attempt_started_at = :attempt_started_at, event_count = :event_count
 WHERE id = :id
""")
BEAT = Statement("""
UPDATE lora_models SET lease_until = clock_timestamp() + :lease
 WHERE id = :id AND claims = :claim AND status = 'TRAINING' AND lease_until > now()
RETURNING id
""")
PUT_BACK = Statement("""
UPDATE lora_models
   SET tries = :tries, sent_at = now() + :wait, lease_until = NULL, history = :history, attempt_started_at = :attempt_started_at,
       current_step = :current_step, tells_steps = :tells_steps, event_count = :event_count
 WHERE id = :id
""")
# Whoever is in the midst of a step when it is cancelled may be storing its pictures: they go when that lease is over.
ENDED = """
WITH asked AS (
  INSERT INTO file_removals (user_id, key, asked_at)
  SELECT user_id, dataset_key, CASE :status WHEN 'CANCELLED' THEN greatest(now(), lease_until) ELSE now() END
    FROM lora_models WHERE id = :id AND dataset_key IS NOT NULL
    ON CONFLICT (user_id, key) DO UPDATE SET asked_at = excluded.asked_at, claimed_until = NULL, removed_at = NULL
)
UPDATE lora_models
   SET status = :status, credits_reserved = 0, history = :history, completed_at = :completed_at, event_count = :event_count,
       lease_until = NULL, dataset_key = NULL, {more}
 WHERE id = :id
"""
FINISH = Statement(
    ENDED.format(
        more="credits_captured = :credits_captured, current_step = :current_step, weights_key = :weights_key, "
        "weights_name = :weights_name, weights_size = :weights_size, config_key = :config_key"
    )
)
END = Statement(
    ENDED.format(more="is_retry_free = :is_retry_free, error_code = :error_code, error_message = :error_message")
)
NOTE_DATASET = Statement(f"""
WITH before AS (
  SELECT dataset_key FROM lora_models WHERE id = :id AND dataset_key <> :key
), unshared AS (
  SELECT dataset_key AS key FROM before
), asked AS (
  {ASK}
)
UPDATE lora_models SET dataset_key = :key WHERE id = :id
""")  # noqa: S608
DROP_DATASET = Statement(f"WITH unshared AS (SELECT CAST(:key AS text) AS key) {ASK}")
INTEND = Statement("""
UPDATE lora_models SET call_id = :call_id, call_state = 'INTENDED', call_endpoint = :endpoint, call_request_id = NULL,
                       call_intended_at = :now, call_hinted_at = NULL
 WHERE id = :id
""")
SUBMIT = Statement("""
UPDATE lora_models SET call_state = CASE call_state WHEN 'INTENDED' THEN 'SUBMITTED' ELSE call_state END, call_request_id = :request_id
 WHERE call_id = :call_id
RETURNING call_state = 'SUBMITTED' AND status = 'TRAINING' AS is_open
""")
HINT = Statement("""
UPDATE lora_models SET call_state = 'SUBMITTED', call_request_id = :request_id, call_hinted_at = now(), sent_at = now()
 WHERE call_id = :call_id AND call_state IN ('INTENDED', 'SUBMITTED') AND call_hinted_at IS NULL
   AND coalesce(call_request_id, :request_id) = :request_id
RETURNING id
""")
CALL_OF = Statement(f"SELECT {', '.join(CALL)} FROM lora_models WHERE id = :id AND call_id IS NOT NULL")  # noqa: S608
KNOWN_CALL = Statement("SELECT call_request_id FROM lora_models WHERE call_id = :call_id")
END_CALL = Statement("""
UPDATE lora_models SET call_state = :state WHERE call_id = :call_id AND call_state IN ('INTENDED', 'SUBMITTED')
""")
UNWANTED = Statement(f"""
SELECT {CLAIMED} FROM lora_models m
 WHERE m.id = :id AND m.status IN ('READY', 'FAILED', 'CANCELLED') AND m.call_state IN ('INTENDED', 'SUBMITTED')
""")  # noqa: S608
RUNNING_OF = Statement(f"""
SELECT {COLUMNS} FROM lora_models m WHERE m.subject_id = ANY(:ids) AND m.status IN ('PENDING', 'TRAINING') ORDER BY m.id
""")  # noqa: S608
READY_OF = Statement(
    f"SELECT {COLUMNS} FROM lora_models m WHERE m.subject_id = ANY(:ids) AND m.weights_key IS NOT NULL ORDER BY m.id"  # noqa: S608
)
IS_DRAWN_WITH = Statement("""
SELECT 1 FROM jobs j JOIN lora_models m ON m.subject_id = j.subject_id
 WHERE m.id = :id AND j.finished_at IS NULL AND j.recipe -> 'lora' ->> 'model_id' = CAST(m.id AS text) LIMIT 1
""")
# The same pictures may have made the same file twice. What has no weights is nowhere else either.
DELETE = Statement(f"""
WITH due AS (
  SELECT id, weights_key, config_key FROM lora_models WHERE id = ANY(:ids) AND deleted_at IS NULL
), unshared AS (
  SELECT key FROM due, LATERAL (VALUES (weights_key), (config_key)) file (key)
   WHERE key IS NOT NULL
     AND NOT EXISTS (SELECT FROM lora_models o
                      WHERE o.user_id = :user_id AND key IN (o.weights_key, o.config_key) AND o.id NOT IN (SELECT id FROM due))
   GROUP BY key
), asked AS (
  {ASK}
)
UPDATE lora_models m
   SET deleted_at = CAST(:now AS timestamptz),
       forgotten_at = CASE WHEN m.weights_key IS NULL AND m.expired_at IS NULL THEN CAST(:now AS timestamptz) ELSE m.forgotten_at END,
       sent_at = now(), weights_key = NULL, config_key = NULL
  FROM due WHERE m.id = due.id
""")  # noqa: S608
UNFORGOTTEN = Statement(f"""
SELECT {CLAIMED} FROM lora_models m WHERE m.id = :id AND coalesce(m.deleted_at, m.expired_at) IS NOT NULL AND m.forgotten_at IS NULL
""")  # noqa: S608
FORGOTTEN = Statement("UPDATE lora_models SET forgotten_at = now() WHERE id = :id AND forgotten_at IS NULL")
RETRY_RIGHT = Statement("""
SELECT m.id, m.base_model, m.image_count FROM lora_models m
 WHERE m.subject_id = :subject_id AND m.base_model = :base_model AND m.status = 'FAILED' AND m.is_retry_free
 ORDER BY m.created_at DESC LIMIT 1
""")
USE_RETRY = Statement("UPDATE lora_models SET is_retry_free = false WHERE id = :id")
SETTLE_SAMPLES = Statement("UPDATE lora_models SET wants_samples = false WHERE id = :id")
SET_WISHES = Statement("""
UPDATE influencers SET training_enabled = coalesce(:training_enabled, training_enabled), auto_start = coalesce(:auto_start, auto_start)
 WHERE subject_id = :id
""")


def lora_model_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> LoraModel:
    """From a row with `COLUMNS`, or its values by name."""
    values = dict(row._mapping if isinstance(row, Row) else row)
    values["status"] = TrainingStatus(values["status"])
    values["base_model"] = BaseModel(values["base_model"])
    values["image_ids"] = tuple(values["image_ids"])
    history = values["history"]
    values["history"] = HISTORY.validate_json(history) if isinstance(history, str) else HISTORY.validate_python(history)
    return LoraModel(**values)


def right_of(row: Mapping[str, Any]) -> RetryRight:
    return RetryRight(training_id=row["id"], base_model=BaseModel(row["base_model"]), image_count=row["image_count"])


def _task_of(row: Mapping[str, Any]) -> TrainingTask:
    values = dict(row)
    claim, tries = values.pop("claims"), values.pop("tries")
    was = values.pop("was", None)
    call = {name: values.pop(name) for name in CALL}
    return TrainingTask(
        model=lora_model_of({**values, "status": was or values["status"]}),
        claim=claim,
        tries=tries,
        call=_call_of(call) if call["call_id"] else None,
    )


def _call_of(row: Mapping[str, Any]) -> TrainingCall:
    return TrainingCall(
        id=row["call_id"],
        state=CallState(row["call_state"]),
        endpoint=row["call_endpoint"],
        request_id=row["call_request_id"],
        intended_at=row["call_intended_at"],
    )


class SqlTrainings:
    """See `domain.ports.trainings.Trainings`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, model: LoraModel) -> None:
        await self._transaction.run(ADD, _values(model))

    async def get(self, training_id: LoraModelId) -> LoraModel:
        row = await self._transaction.row(GET, {"id": training_id})
        if row is None:
            raise NotFound("There is no such training.")
        return lora_model_of(dict(row))

    async def newest_of(self, subject_id: SubjectId) -> LoraModel | None:
        row = await self._transaction.row(NEWEST, {"subject_id": subject_id})
        return lora_model_of(dict(row)) if row else None

    async def retry_right(self, subject_id: SubjectId, base_model: BaseModel) -> RetryRight | None:
        row = await self._transaction.row(RETRY_RIGHT, {"subject_id": subject_id, "base_model": base_model})
        return right_of(dict(row)) if row else None

    async def use_retry(self, training_id: LoraModelId) -> None:
        await self._transaction.run(USE_RETRY, {"id": training_id})

    async def settle_samples(self, training_id: LoraModelId) -> None:
        await self._transaction.run(SETTLE_SAMPLES, {"id": training_id})

    async def claim(self, training_id: LoraModelId, *, lease: timedelta) -> TrainingTask | None:
        row = await self._transaction.row(CLAIM, {"id": training_id, "lease": lease})
        return _task_of(dict(row)) if row else None

    async def holds_lease(self, task: TrainingTask) -> bool:
        return await self._transaction.row(HOLDS_LEASE, {"id": task.model.id, "claim": task.claim}) is not None

    async def begin(self, model: LoraModel) -> None:
        await self._transaction.run(BEGIN, _values(model))

    async def beat(self, task: TrainingTask, *, lease: timedelta) -> bool:
        told = {"id": task.model.id, "claim": task.claim, "lease": lease}
        return await self._transaction.row(BEAT, told) is not None

    async def put_back(self, model: LoraModel, *, wait: timedelta, tries: int) -> None:
        await self._transaction.run(PUT_BACK, {**_values(model), "wait": wait, "tries": tries})

    async def finish(self, model: LoraModel) -> None:
        await self._transaction.run(FINISH, _values(model))

    async def end(self, model: LoraModel) -> None:
        await self._transaction.run(END, _values(model))

    async def note_dataset(self, user_id: UserId, training_id: LoraModelId, key: str) -> None:
        await self._transaction.run(NOTE_DATASET, {"user_id": user_id, "id": training_id, "key": key})

    async def drop_dataset(self, user_id: UserId, key: str) -> None:
        await self._transaction.run(DROP_DATASET, {"user_id": user_id, "key": key})

    async def intend(self, training_id: LoraModelId, call_id: CallId, *, endpoint: str, now: datetime) -> None:
        await self._transaction.run(INTEND, {"id": training_id, "call_id": call_id, "endpoint": endpoint, "now": now})

    async def submit(self, call_id: CallId, *, request_id: str) -> bool:
        row = await self._transaction.row(SUBMIT, {"call_id": call_id, "request_id": request_id})
        return bool(row and row["is_open"])

    async def hint(self, call_id: CallId, *, request_id: str) -> LoraModelId | None:
        row = await self._transaction.row(HINT, {"call_id": call_id, "request_id": request_id})
        return row["id"] if row else None

    async def knows(self, call_id: CallId, *, request_id: str) -> bool:
        known = await self._transaction.row(KNOWN_CALL, {"call_id": call_id})
        return known is not None and known["call_request_id"] in {None, request_id}

    async def call_of(self, training_id: LoraModelId) -> TrainingCall | None:
        row = await self._transaction.row(CALL_OF, {"id": training_id})
        return _call_of(dict(row)) if row else None

    async def end_call(self, call_id: CallId, state: CallState) -> None:
        await self._transaction.run(END_CALL, {"call_id": call_id, "state": state})

    async def unwanted(self, training_id: LoraModelId) -> TrainingTask | None:
        row = await self._transaction.row(UNWANTED, {"id": training_id})
        return _task_of(dict(row)) if row else None

    async def running_of(self, subject_ids: Sequence[SubjectId]) -> Sequence[LoraModel]:
        return [
            lora_model_of(dict(row)) for row in await self._transaction.rows(RUNNING_OF, {"ids": list(subject_ids)})
        ]

    async def ready_of(self, subject_ids: Sequence[SubjectId]) -> Sequence[LoraModel]:
        return [lora_model_of(dict(row)) for row in await self._transaction.rows(READY_OF, {"ids": list(subject_ids)})]

    async def is_drawn_with(self, model_id: LoraModelId) -> bool:
        return await self._transaction.row(IS_DRAWN_WITH, {"id": model_id}) is not None

    async def delete(self, user_id: UserId, ids: Sequence[LoraModelId], *, now: datetime) -> None:
        await self._transaction.run(DELETE, {"user_id": user_id, "ids": list(ids), "now": now})

    async def unforgotten(self, model_id: LoraModelId) -> tuple[LoraModel, Submitted] | None:
        row = await self._transaction.row(UNFORGOTTEN, {"id": model_id})
        found = _task_of(dict(row)) if row else None
        submitted = found.call.submitted(found.model.trainer) if found and found.call else None
        return (found.model, submitted) if found and submitted else None

    async def forgotten(self, model_id: LoraModelId) -> None:
        await self._transaction.run(FORGOTTEN, {"id": model_id})

    async def set_wishes(
        self, subject_id: SubjectId, *, training_enabled: bool | None, auto_start: bool | None
    ) -> None:
        wishes = {"id": subject_id, "training_enabled": training_enabled, "auto_start": auto_start}
        await self._transaction.run(SET_WISHES, wishes)


def _values(model: LoraModel) -> dict[str, object]:
    values = {name: getattr(model, name) for name in FIELDS}
    return {**values, "image_ids": list(model.image_ids), "history": json_text(model.history)}

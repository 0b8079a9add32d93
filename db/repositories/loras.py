"""LoRAs that are ready: what was liked since, and whether anybody uses them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from db.repositories.files import ASK
from db.repositories.trainings import COLUMNS, lora_model_of
from db.statements import Statement
from db.transaction import Transaction
from domain.ids import LoraModelId, SubjectId, UserId
from domain.trainings.aging import AgingLora
from domain.trainings.liking import NewlyLiked
from domain.trainings.retrains import PastTrainings

LIKED_SINCE = """
i.liked AND NOT i.nsfw AND i.deleted_at IS NULL AND coalesce(i.liked_at, i.created_at) > since.at
  AND NOT EXISTS (SELECT FROM lora_models m WHERE m.subject_id = i.subject_id AND m.status = 'READY' AND i.id = ANY (m.image_ids))
"""
"""Of an image `i`, and a moment `since.at`. What was liked before anybody noted when counts from when it was made."""

NEWLY_LIKED = Statement(f"""
SELECT since.id AS training_id, s.id AS subject_id, s.name AS subject_name,
       (SELECT count(*) FROM images i WHERE i.subject_id = s.id AND {LIKED_SINCE}) AS count
  FROM subjects s JOIN LATERAL (SELECT m.id, m.created_at AS at FROM lora_models m
                                 WHERE m.subject_id = s.id AND m.weights_key IS NOT NULL
                                 ORDER BY m.completed_at DESC LIMIT 1) since ON true
 WHERE s.id = ANY(:subject_ids) AND s.type = 'INFLUENCER' -- persons are trained on photos, not on what was made of them
""")  # noqa: S608 - our own words
TO_LOOK_AT = Statement(f"""
SELECT {COLUMNS}, m.expiry_told_at AS told_at, s.name AS subject_name, used.at AS used_at, coalesce(used.is_running, false) AS is_in_use,
       NOT EXISTS (SELECT FROM lora_models n WHERE n.subject_id = m.subject_id AND n.weights_key IS NOT NULL
                      AND n.completed_at > m.completed_at) AS is_drawn_with
  FROM lora_models m JOIN subjects s ON s.id = m.subject_id, LATERAL (
    SELECT max(coalesce(j.finished_at, j.created_at)) AS at, bool_or(j.finished_at IS NULL) AS is_running
      FROM jobs j WHERE j.subject_id = m.subject_id AND j.recipe -> 'lora' ->> 'model_id' = CAST(m.id AS text)) used
 WHERE m.user_id = :user_id AND m.weights_key IS NOT NULL AND m.look_at <= :now
 ORDER BY m.look_at LIMIT :limit
""")  # noqa: S608
LOOK_AGAIN = Statement("""
UPDATE lora_models m SET look_at = l.at, expiry_told_at = CASE WHEN l.id = ANY(:told) THEN :now ELSE m.expiry_told_at END
  FROM unnest(CAST(:ids AS uuid[]), CAST(:ats AS timestamptz[])) AS l (id, at) WHERE m.id = l.id
""")
# Weights are named by their content: another training may have come to the same.
EXPIRE = Statement(f"""
WITH gone AS (
  SELECT weights_key, config_key FROM lora_models WHERE id = ANY(:ids) AND weights_key IS NOT NULL
), unshared AS (
  SELECT DISTINCT file.key FROM gone, LATERAL (VALUES (gone.weights_key), (gone.config_key)) file (key)
   WHERE file.key IS NOT NULL
     AND NOT EXISTS (SELECT FROM lora_models o WHERE o.user_id = :user_id AND o.id <> ALL(:ids) AND file.key IN (o.weights_key, o.config_key))
), asked AS (
  {ASK}
)
UPDATE lora_models SET expired_at = :now, weights_key = NULL, config_key = NULL, event_count = event_count + 1, sent_at = now()
 WHERE id = ANY(:ids) AND weights_key IS NOT NULL
""")  # noqa: S608


# Free retrains that count: see `domain.trainings.retrains`. The index `lora_models_retrains` says the same.
PAST_TRAININGS = """
SELECT p.id, coalesce(bool_or(m.status = 'READY'), false) AS is_trained,
       array_agg(m.retrain) FILTER (WHERE m.status <> 'FAILED' AND (m.status <> 'CANCELLED' OR m.call_id IS NOT NULL)) AS used,
       max(m.completed_at) FILTER (WHERE m.status = 'READY' AND m.retrain IS NOT NULL) AS last_retrained_at,
       (array_agg(m.photo_set ORDER BY m.completed_at DESC) FILTER (WHERE m.weights_key IS NOT NULL))[1] AS photo_set
  FROM unnest(CAST(:ids AS uuid[])) p (id) LEFT JOIN lora_models m ON m.subject_id = p.id
 GROUP BY p.id
"""
PAST = Statement(PAST_TRAININGS)


def past_trainings_of(row: Mapping[str, Any]) -> PastTrainings:
    return PastTrainings(
        is_trained=row["is_trained"],
        used=frozenset(number for number in row["used"] or [] if number),
        last_retrained_at=row["last_retrained_at"],
        photo_set=row["photo_set"],
    )


class SqlLoras:
    """See `domain.ports.loras.Loras`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def past_trainings(self, persona_ids: Sequence[SubjectId]) -> Mapping[SubjectId, PastTrainings]:
        rows = await self._transaction.rows(PAST, {"ids": list(persona_ids)})
        return {row["id"]: past_trainings_of(dict(row)) for row in rows}

    async def newly_liked(self, subject_ids: Sequence[SubjectId]) -> Sequence[NewlyLiked]:
        rows = await self._transaction.rows(NEWLY_LIKED, {"subject_ids": list(subject_ids)})
        return [NewlyLiked(**row) for row in rows]

    async def to_look_at(self, user_id: UserId, *, limit: int, now: datetime) -> Sequence[AgingLora]:
        rows = await self._transaction.rows(TO_LOOK_AT, {"user_id": user_id, "limit": limit, "now": now})
        about = set(AgingLora.__dataclass_fields__) - {"model"}
        return [
            AgingLora(
                model=lora_model_of({name: value for name, value in row.items() if name not in about}),
                **{name: row[name] for name in about},
            )
            for row in map(dict, rows)
        ]

    async def look_again(
        self, looks: Mapping[LoraModelId, datetime], *, told: Collection[LoraModelId], now: datetime
    ) -> None:
        if looks:
            values = {"ids": list(looks), "ats": list(looks.values()), "told": list(told), "now": now}
            await self._transaction.run(LOOK_AGAIN, values)

    async def expire(self, user_id: UserId, training_ids: Collection[LoraModelId], *, now: datetime) -> None:
        if training_ids:
            await self._transaction.run(EXPIRE, {"user_id": user_id, "ids": list(training_ids), "now": now})

"""What onboarding is computed from: one statement that looks at every table a step stands for."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from db.statements import Statement
from db.transaction import Transaction
from domain.ids import UserId
from domain.onboarding.progress import Facts
from domain.onboarding.steps import Fact, PartKey, StepKey

# Of each fact, since when it is there; null while it is not. Each is found by an index, by way of what a user has few of.
THERE: Mapping[Fact, str] = {
    Fact.PROFILE_KNOWN: (
        "CASE WHEN coalesce(p.display_name, u.display_name) IS NOT NULL AND p.occupation IS NOT NULL THEN p.saved_at END"
    ),
    Fact.PREFERENCES_SAVED: "CASE WHEN p.topics <> '{}' OR p.tone IS NOT NULL THEN p.preferences_at END",
    Fact.PLATFORMS_CHOSEN: "CASE WHEN p.platforms <> '{}' THEN p.platforms_at END",
    Fact.FACE_MADE: """least(
      (SELECT min(i.created_at) FROM subjects s JOIN personas o ON o.subject_id = s.id AND o.deleted_at IS NULL
         JOIN images i ON i.subject_id = s.id AND i.kind = 'PORTRAITS' AND i.deleted_at IS NULL
        WHERE s.user_id = u.id AND s.type = 'PERSONA'),
      (SELECT min(s.created_at) FROM subjects s JOIN influencers f ON f.subject_id = s.id AND f.base_image_id IS NOT NULL
        WHERE s.user_id = u.id AND s.type = 'INFLUENCER'))""",
    Fact.BRAND_SAVED: "(SELECT b.created_at FROM brands b WHERE b.user_id = u.id AND b.deleted_at IS NULL)",
    Fact.BRAND_REVIEWED: "(SELECT b.reviewed_at FROM brands b WHERE b.user_id = u.id AND b.deleted_at IS NULL)",
    Fact.AVATAR_REVIEWED: """CASE WHEN EXISTS (
      SELECT FROM personas o JOIN images i ON i.subject_id = o.subject_id AND i.kind = 'PORTRAITS' AND i.deleted_at IS NULL
       WHERE o.subject_id = p.avatar_subject_id AND o.deleted_at IS NULL)
      OR EXISTS (SELECT FROM influencers f WHERE f.subject_id = p.avatar_subject_id AND f.base_image_id IS NOT NULL)
      THEN p.avatar_reviewed_at END""",
    Fact.SOCIAL_LINKED: "(SELECT min(s.linked_at) FROM linked_socials s WHERE s.user_id = u.id AND s.handle IS NOT NULL)",
    Fact.PROJECT_MADE: "(SELECT min(j.created_at) FROM projects j WHERE j.user_id = u.id AND j.deleted_at IS NULL)",
}
FACTS_SELECTED = f"""
  {", ".join(f"{since} AS {fact.lower()}" for fact, since in THERE.items())},
  (SELECT CAST(jsonb_object_agg(m.key, m.marked_at) AS text) FROM onboarding_marks m WHERE m.user_id = u.id) AS marks
"""  # noqa: S608 - our own names, here and below
FACTS_FROM = "FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = ANY(:ids)"
FACTS = Statement(f"SELECT {FACTS_SELECTED} {FACTS_FROM}")
MARK = Statement("""
INSERT INTO onboarding_marks (user_id, key, marked_at) SELECT :user_id, key, :now FROM unnest(CAST(:keys AS text[])) AS new (key)
ON CONFLICT (user_id, key) DO NOTHING
""")


def facts_of(row: Mapping[str, Any]) -> Facts:
    """From a row of `FACTS`, its values by name."""
    marks = {key: datetime.fromisoformat(at) for key, at in json.loads(row["marks"] or "{}").items()}
    return Facts(
        there={fact: row[fact.lower()] for fact in THERE if row[fact.lower()] is not None},
        skipped={part: marks[part] for part in PartKey if part in marks},
        completed={step: marks[step] for step in StepKey if step in marks},
    )


class SqlOnboarding:
    """See `domain.ports.onboarding.OnboardingFacts`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def facts(self, user_id: UserId) -> Facts:
        row = await self._transaction.row(FACTS, {"ids": [user_id]})
        return facts_of(dict(row)) if row else Facts()

    async def complete(self, user_id: UserId, steps: Sequence[StepKey], *, now: datetime) -> None:
        await self._transaction.run(MARK, {"user_id": user_id, "keys": list(steps), "now": now})

    async def skip(self, user_id: UserId, part: PartKey, *, now: datetime) -> None:
        await self._transaction.run(MARK, {"user_id": user_id, "keys": [part], "now": now})

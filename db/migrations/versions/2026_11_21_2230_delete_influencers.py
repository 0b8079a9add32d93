"""Influencers are deleted as personas are: hidden at once, emptied, and accounted for by a receipt.

A worker hides what the API does not see: adult images of an owner to whom they are closed now (docs/decisions/0022).
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

DELETED = """
ALTER TABLE influencers
  ADD COLUMN deleted_at timestamptz,
  ADD CONSTRAINT influencers_deleted_have_no_face CHECK (deleted_at IS NULL OR base_image_id IS NULL);
GRANT UPDATE (deleted_at, restorable_until) ON images TO likeness_worker;
GRANT UPDATE (image_count) ON deletions TO likeness_worker;
ALTER TABLE deletions
  DROP CONSTRAINT deletions_reason_check,
  ADD CONSTRAINT deletions_reason_check CHECK (reason IN
    ('CONSENT_WITHDRAWN', 'PERSONA_DELETED', 'PHOTOS_REMOVED', 'LORA_DELETED', 'PROJECT_DELETED', 'STILLS_REMOVED', 'INFLUENCER_DELETED'));
"""

BACK = """
ALTER TABLE deletions
  DROP CONSTRAINT deletions_reason_check,
  ADD CONSTRAINT deletions_reason_check CHECK (reason IN
    ('CONSENT_WITHDRAWN', 'PERSONA_DELETED', 'PHOTOS_REMOVED', 'LORA_DELETED', 'PROJECT_DELETED', 'STILLS_REMOVED'));
REVOKE UPDATE (image_count) ON deletions FROM likeness_worker;
REVOKE UPDATE (deleted_at, restorable_until) ON images FROM likeness_worker;
ALTER TABLE influencers DROP COLUMN deleted_at;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(DELETED)


def downgrade() -> None:
    """Only where no influencer was ever deleted."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

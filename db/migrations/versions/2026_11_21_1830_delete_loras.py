"""LoRAs that were deleted, and trainings that nobody holds between two steps.

A deleted LoRA keeps its row, for the ledger and for the images that were made with it, and loses its weights; `forgotten_at` is
when its trainer had nothing of it left (docs/decisions/0030). `sent_at` becomes the time of a training's next step, which a
webhook brings forward.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

DELETED = """
ALTER TABLE lora_models DROP CONSTRAINT lora_models_check9,
  ADD COLUMN deleted_at timestamptz,
  ADD COLUMN forgotten_at timestamptz,
  ADD CONSTRAINT lora_models_weights_are_kept CHECK ((status = 'READY' AND deleted_at IS NULL) = (weights_key IS NOT NULL)),
  ADD CONSTRAINT lora_models_deleted_after_its_end CHECK (deleted_at IS NULL OR (completed_at IS NOT NULL AND config_key IS NULL)),
  ADD CONSTRAINT lora_models_forgotten_when_deleted CHECK (forgotten_at IS NULL OR deleted_at IS NOT NULL);
DROP INDEX lora_models_ready;
CREATE INDEX lora_models_ready ON lora_models (subject_id, completed_at DESC) WHERE weights_key IS NOT NULL;
CREATE INDEX lora_models_unforgotten ON lora_models (sent_at) WHERE deleted_at IS NOT NULL AND forgotten_at IS NULL;
GRANT UPDATE (deleted_at, forgotten_at, weights_key, config_key, sent_at) ON lora_models TO likeness_api;
GRANT SELECT (call_id, deleted_at, forgotten_at) ON lora_models TO likeness_dispatch;

ALTER TABLE deletions DROP CONSTRAINT deletions_reason_check,
  ADD COLUMN training_count integer NOT NULL DEFAULT 0 CHECK (training_count >= 0),
  ADD COLUMN lora_count integer NOT NULL DEFAULT 0 CHECK (lora_count >= 0),
  ADD CONSTRAINT deletions_reason_check CHECK (reason IN ('CONSENT_WITHDRAWN', 'PERSONA_DELETED', 'PHOTOS_REMOVED', 'LORA_DELETED'));
"""

BACK = """
ALTER TABLE deletions DROP CONSTRAINT deletions_reason_check, DROP COLUMN training_count, DROP COLUMN lora_count,
  ADD CONSTRAINT deletions_reason_check CHECK (reason IN ('CONSENT_WITHDRAWN', 'PERSONA_DELETED', 'PHOTOS_REMOVED'));
REVOKE UPDATE (weights_key, config_key, sent_at) ON lora_models FROM likeness_api;
REVOKE SELECT (call_id) ON lora_models FROM likeness_dispatch;
DROP INDEX lora_models_ready;
ALTER TABLE lora_models DROP COLUMN deleted_at, DROP COLUMN forgotten_at,
  ADD CONSTRAINT lora_models_check9 CHECK ((status = 'READY') = (weights_key IS NOT NULL));
CREATE INDEX lora_models_ready ON lora_models (subject_id, completed_at DESC) WHERE status = 'READY';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(DELETED)


def downgrade() -> None:
    """Only where no LoRA was ever deleted: weights do not come back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

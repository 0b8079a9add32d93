"""Trainings of personas: which photos, which free retrain, and whether display samples follow by themselves.

The index decides where two retrains would have one number, beside the user's lock (docs/decisions/0035). Workers begin a job
for the first time: the display samples.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TRAININGS = """
ALTER TABLE lora_models
  ADD COLUMN photo_set text CHECK (photo_set ~ '^[0-9a-f]{64}$'),
  ADD COLUMN retrain integer CHECK (retrain >= 1),
  ADD COLUMN wants_samples boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT lora_models_retrains_are_free CHECK (retrain IS NULL OR (photo_set IS NOT NULL AND price = 0)),
  ADD CONSTRAINT lora_models_samples_of_persons CHECK (photo_set IS NOT NULL OR NOT wants_samples);
CREATE UNIQUE INDEX lora_models_retrains ON lora_models (subject_id, retrain)
  WHERE retrain IS NOT NULL AND status <> 'FAILED' AND (status <> 'CANCELLED' OR call_id IS NOT NULL);
CREATE INDEX lora_models_to_be_shown ON lora_models (sent_at) WHERE wants_samples AND status = 'READY';

GRANT SELECT (wants_samples) ON lora_models TO likeness_dispatch;
GRANT INSERT ON jobs, job_images, idempotency_keys TO likeness_worker;
"""

IMAGES = """
DROP INDEX images_of_personas;
CREATE INDEX images_of_personas ON images (subject_id, kind, style, created_at DESC, id DESC)
  WHERE kind IN ('PORTRAITS', 'PREVIEW_SAMPLES', 'DISPLAY_SAMPLES') AND deleted_at IS NULL;
"""

BACK = """
REVOKE INSERT ON jobs, job_images, idempotency_keys FROM likeness_worker;
DROP INDEX images_of_personas;
CREATE INDEX images_of_personas ON images (subject_id, kind, style, created_at DESC, id DESC)
  WHERE kind IN ('PORTRAITS', 'PREVIEW_SAMPLES') AND deleted_at IS NULL;
ALTER TABLE lora_models DROP COLUMN photo_set, DROP COLUMN retrain, DROP COLUMN wants_samples;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (TRAININGS, IMAGES):
        run_script(script)


def downgrade() -> None:
    """LoRAs of personas stay, as far as the code before knows them: it draws nobody with them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

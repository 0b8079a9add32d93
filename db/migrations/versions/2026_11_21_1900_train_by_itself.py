"""What goes on by itself: from the chosen face to a LoRA, and from one that nobody uses to its removal (docs/decisions/0029).

A training is begun by a worker too, from now on: so workers may reserve credits, and still mint none. An expired LoRA stays a
training that succeeded (`status` is READY, and it was paid for): `expired_at` says that its weights are gone.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CHAINS = """
CREATE TABLE training_chains (
  sheet_job_id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  base_image_id uuid NOT NULL,
  training_id uuid,
  stopped_by text,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  sent_at timestamptz NOT NULL,
  CHECK ((ended_at IS NULL) = (num_nulls(training_id, stopped_by) = 2)),
  CHECK (num_nulls(training_id, stopped_by) >= 1),
  FOREIGN KEY (sheet_job_id, user_id) REFERENCES jobs (id, user_id),
  FOREIGN KEY (subject_id, user_id) REFERENCES subjects (id, user_id),
  FOREIGN KEY (training_id, user_id) REFERENCES lora_models (id, user_id)
);
CREATE UNIQUE INDEX training_chains_under_way ON training_chains (subject_id) WHERE ended_at IS NULL;
CREATE INDEX training_chains_waiting ON training_chains (sent_at) WHERE ended_at IS NULL;

GRANT SELECT, INSERT, UPDATE (training_id, stopped_by, ended_at) ON training_chains TO likeness_api;
GRANT SELECT, UPDATE (training_id, stopped_by, ended_at) ON training_chains TO likeness_worker;
GRANT SELECT (sheet_job_id, user_id, ended_at, sent_at), UPDATE (sent_at) ON training_chains TO likeness_dispatch;

ALTER TABLE training_chains ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_chains FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON training_chains TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON training_chains TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON training_chains TO likeness_dispatch USING (true) WITH CHECK (true);
"""

BEGUN_BY_WORKERS = """
GRANT INSERT ON lora_models, credit_holds TO likeness_worker;
ALTER POLICY worker_movements ON credit_entries WITH CHECK (type IN ('RESERVE', 'CAPTURE', 'RELEASE', 'EXPIRE'));
"""

EXPIRY = """
ALTER TABLE lora_models
  ADD COLUMN expired_at timestamptz,
  ADD COLUMN expiry_told_at timestamptz,
  ADD COLUMN look_at timestamptz NOT NULL DEFAULT '-infinity',
  DROP CONSTRAINT lora_models_weights_are_kept,
  DROP CONSTRAINT lora_models_forgotten_when_deleted,
  ADD CONSTRAINT lora_models_weights_are_kept
    CHECK ((status = 'READY' AND deleted_at IS NULL AND expired_at IS NULL) = (weights_key IS NOT NULL)),
  ADD CONSTRAINT lora_models_forgotten_when_gone CHECK (forgotten_at IS NULL OR coalesce(deleted_at, expired_at) IS NOT NULL),
  ADD CONSTRAINT lora_models_expired CHECK (expired_at IS NULL OR (status = 'READY' AND config_key IS NULL));
CREATE INDEX lora_models_to_look_at ON lora_models (look_at) WHERE status = 'READY' AND expired_at IS NULL AND deleted_at IS NULL;
DROP INDEX lora_models_unforgotten;
CREATE INDEX lora_models_unforgotten ON lora_models (sent_at) WHERE coalesce(deleted_at, expired_at) IS NOT NULL AND forgotten_at IS NULL;
GRANT SELECT (expired_at, look_at) ON lora_models TO likeness_dispatch;
"""

LIKED = """
ALTER TABLE images ADD COLUMN liked_at timestamptz;
GRANT UPDATE (liked_at) ON images TO likeness_api;
"""

CALLS = """
ALTER TABLE provider_calls ADD COLUMN fallback text;
"""

BACK = """
ALTER TABLE provider_calls DROP COLUMN fallback;
ALTER TABLE images DROP COLUMN liked_at;
ALTER POLICY worker_movements ON credit_entries WITH CHECK (type IN ('CAPTURE', 'RELEASE', 'EXPIRE'));
REVOKE INSERT ON lora_models, credit_holds FROM likeness_worker;
DROP TABLE training_chains;
DROP INDEX lora_models_unforgotten;
ALTER TABLE lora_models DROP CONSTRAINT lora_models_weights_are_kept, DROP CONSTRAINT lora_models_forgotten_when_gone,
  DROP COLUMN expired_at, DROP COLUMN expiry_told_at, DROP COLUMN look_at,
  ADD CONSTRAINT lora_models_weights_are_kept CHECK ((status = 'READY' AND deleted_at IS NULL) = (weights_key IS NOT NULL)),
  ADD CONSTRAINT lora_models_forgotten_when_deleted CHECK (forgotten_at IS NULL OR deleted_at IS NOT NULL);
CREATE INDEX lora_models_unforgotten ON lora_models (sent_at) WHERE deleted_at IS NOT NULL AND forgotten_at IS NULL;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (CHAINS, BEGUN_BY_WORKERS, EXPIRY, LIKED, CALLS):
        run_script(script)


def downgrade() -> None:
    """Only where no LoRA has expired: its weights do not come back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

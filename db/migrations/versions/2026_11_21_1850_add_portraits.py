"""Portraits and preview samples: a first set that is free, and rounds of approval.

A free image has a hold and entries like any other, of 0 credits: one way for all of them, and the ledger shows what was given
(docs/decisions/0032). An index, beside the user's lock, sees to it that there is one such set.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FREE_SET = """
ALTER TABLE credit_holds
  DROP CONSTRAINT credit_holds_amount_check, ADD CONSTRAINT credit_holds_amount_check CHECK (amount >= 0),
  DROP CONSTRAINT credit_holds_check, ADD CONSTRAINT credit_holds_check CHECK ((captured > 0 OR amount = 0) AND captured <= amount);
ALTER TABLE credit_entries
  DROP CONSTRAINT credit_entries_amount_check,
  ADD CONSTRAINT credit_entries_amount_check CHECK (amount > 0 OR (amount = 0 AND type IN ('RESERVE', 'CAPTURE', 'RELEASE', 'EXPIRE')));

ALTER TABLE jobs
  ADD COLUMN free_because text CHECK (free_because IN ('FIRST_PORTRAITS')),
  ADD CONSTRAINT jobs_free_cost_nothing CHECK (free_because IS NULL OR price_per_image = 0);
CREATE UNIQUE INDEX jobs_first_portraits ON jobs (user_id)
  WHERE free_because = 'FIRST_PORTRAITS' AND status <> 'FAILED' AND (status <> 'CANCELLED' OR started_at IS NOT NULL);
"""

IMAGES = """
CREATE INDEX images_of_personas ON images (subject_id, kind, style, created_at DESC, id DESC)
  WHERE kind IN ('PORTRAITS', 'PREVIEW_SAMPLES') AND deleted_at IS NULL;
"""

ROUNDS = """
CREATE TABLE approval_rounds (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  persona_id uuid NOT NULL,
  job_id uuid NOT NULL,
  photo_set text NOT NULL CHECK (photo_set ~ '^[0-9a-f]{64}$'),
  approved boolean NOT NULL,
  issues text[] NOT NULL CHECK (cardinality(issues) <= 20),
  comment text NOT NULL CHECK (length(comment) <= 1000),
  should_proceed boolean NOT NULL,
  recommendations text[] NOT NULL,
  read_by text NOT NULL CHECK (read_by IN ('LOCAL', 'OPENAI')),
  is_being_read boolean NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (id, user_id),
  FOREIGN KEY (persona_id, user_id) REFERENCES personas (subject_id, user_id),
  FOREIGN KEY (job_id, user_id) REFERENCES jobs (id, user_id)
);
CREATE INDEX approval_rounds_of_persona ON approval_rounds (persona_id, created_at DESC, id DESC);
CREATE TRIGGER never_deleted BEFORE DELETE ON approval_rounds FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE approval_rounds ENABLE ROW LEVEL SECURITY;
ALTER TABLE approval_rounds FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON approval_rounds TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON approval_rounds TO CURRENT_USER USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE (comment, recommendations, is_being_read) ON approval_rounds TO likeness_api;
GRANT SELECT, UPDATE (should_proceed, recommendations, read_by, is_being_read) ON approval_rounds TO likeness_worker;
"""

BACK = """
DROP TABLE approval_rounds;
DROP INDEX images_of_personas, jobs_first_portraits;
ALTER TABLE jobs DROP COLUMN free_because;
ALTER TABLE credit_entries DROP CONSTRAINT credit_entries_amount_check,
  ADD CONSTRAINT credit_entries_amount_check CHECK (amount > 0) NOT VALID;
ALTER TABLE credit_holds DROP CONSTRAINT credit_holds_check, ADD CONSTRAINT credit_holds_check CHECK (captured > 0 AND captured <= amount) NOT VALID,
  DROP CONSTRAINT credit_holds_amount_check, ADD CONSTRAINT credit_holds_amount_check CHECK (amount > 0) NOT VALID;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (FREE_SET, IMAGES, ROUNDS):
        run_script(script)


def downgrade() -> None:
    """Free images stay as they were given; rounds of approval are forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

"""Brands are read off files and answers: uploads for them, what was read off each, and drafts that wait for a review.

`uploads.reading` says what was measured when a file was drawn anew, and goes with the file. A draft is a row before it is a task;
what it was made from is forgotten when it is made.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0030"
down_revision = "0026"
branch_labels = None
depends_on = None

UPLOADS = """
ALTER TABLE uploads DROP CONSTRAINT uploads_purpose_check;
ALTER TABLE uploads ADD CONSTRAINT uploads_purpose_check
  CHECK (purpose IN ('PERSONA_PHOTO', 'STYLE_IMAGE', 'MASK', 'PROJECT_STILL', 'BRAND_DOCUMENT', 'BRAND_IMAGE', 'LOGO')) NOT VALID;
ALTER TABLE uploads VALIDATE CONSTRAINT uploads_purpose_check;
ALTER TABLE uploads ADD COLUMN reading jsonb;
GRANT UPDATE (reading) ON uploads TO likeness_api, likeness_worker;
"""

DRAFTS = """
CREATE TABLE brand_drafts (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  source text NOT NULL CHECK (source IN ('FILES', 'QUESTIONS')),
  material jsonb NOT NULL CHECK (jsonb_typeof(material) = 'object'),
  status text NOT NULL CHECK (status IN ('QUEUED', 'RUNNING', 'READY', 'FAILED', 'CANCELLED')),
  attempt integer NOT NULL DEFAULT 0,
  tries integer NOT NULL DEFAULT 0,
  is_asking boolean NOT NULL DEFAULT false,
  result jsonb,
  error_code text,
  requested_at timestamptz NOT NULL,
  sent_at timestamptz NOT NULL,
  lease_until timestamptz,
  finished_at timestamptz,
  confirmed_at timestamptz,
  CHECK ((status = 'RUNNING') = (lease_until IS NOT NULL)),
  CHECK ((status = 'READY') = (result IS NOT NULL)),
  CHECK ((status = 'FAILED') = (error_code IS NOT NULL)),
  CHECK ((status IN ('QUEUED', 'RUNNING')) = (finished_at IS NULL)),
  CHECK (finished_at IS NULL OR material = '{}')
);
CREATE INDEX brand_drafts_of_user ON brand_drafts (user_id, requested_at DESC, id DESC);
CREATE UNIQUE INDEX brand_drafts_one_at_a_time ON brand_drafts (user_id) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX brand_drafts_unfinished ON brand_drafts (sent_at) WHERE status IN ('QUEUED', 'RUNNING');

GRANT SELECT, INSERT, UPDATE (status, result, material, error_code, lease_until, finished_at, confirmed_at) ON brand_drafts TO likeness_api;
GRANT SELECT, UPDATE (status, attempt, tries, is_asking, result, material, error_code, sent_at, lease_until, finished_at)
  ON brand_drafts TO likeness_worker;
GRANT SELECT (id, user_id, status, sent_at, lease_until), UPDATE (sent_at) ON brand_drafts TO likeness_dispatch;

ALTER TABLE brand_drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE brand_drafts FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON brand_drafts TO likeness_api, likeness_worker USING (user_id = app_user_id()) WITH CHECK (user_id = app_user_id());
CREATE POLICY owner ON brand_drafts TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON brand_drafts TO likeness_dispatch USING (true) WITH CHECK (true);
"""

BACK = """
DROP TABLE brand_drafts;
UPDATE brands SET logo_upload_id = NULL WHERE logo_upload_id IS NOT NULL;
DELETE FROM uploads WHERE purpose IN ('BRAND_DOCUMENT', 'BRAND_IMAGE', 'LOGO');
ALTER TABLE uploads DROP COLUMN reading;
ALTER TABLE uploads DROP CONSTRAINT uploads_purpose_check;
ALTER TABLE uploads ADD CONSTRAINT uploads_purpose_check CHECK (purpose IN ('PERSONA_PHOTO', 'STYLE_IMAGE', 'MASK', 'PROJECT_STILL'));
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (UPLOADS, DRAFTS):
        run_script(script)


def downgrade() -> None:
    """Files of brands that were sent stay in their store: nothing refers to them any more."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

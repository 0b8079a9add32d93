"""Faces that were found on photos, and analyses of a persona's whole set.

A photo from before has no faces: null, which is not "none". An analysis is written down before it is asked for, and so is the
one paid call that it may make: whoever takes over an analysis whose call was begun and never ended does not ask again
(docs/decisions/0031). What was said of a set goes when its consent or its persona does.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

FACES = """
ALTER TABLE uploads ADD COLUMN faces jsonb CHECK (faces IS NULL OR measures IS NOT NULL);
GRANT UPDATE (faces) ON uploads TO likeness_api, likeness_worker;
"""

ANALYSES = """
CREATE TABLE persona_analyses (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  persona_id uuid NOT NULL,
  consent_id uuid NOT NULL,
  photo_set text NOT NULL CHECK (photo_set ~ '^[0-9a-f]{64}$'),
  status text NOT NULL CHECK (status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
  attempt integer NOT NULL DEFAULT 0,
  tries integer NOT NULL DEFAULT 0,
  is_asking boolean NOT NULL DEFAULT false,
  result jsonb,
  error_code text,
  requested_at timestamptz NOT NULL,
  sent_at timestamptz NOT NULL,
  lease_until timestamptz,
  finished_at timestamptz,
  CHECK ((status = 'RUNNING') = (lease_until IS NOT NULL)),
  CHECK ((status = 'DONE') = (result IS NOT NULL)),
  CHECK ((status = 'FAILED') = (error_code IS NOT NULL)),
  CHECK ((status IN ('QUEUED', 'RUNNING')) = (finished_at IS NULL)),
  UNIQUE (id, user_id),
  FOREIGN KEY (persona_id, user_id) REFERENCES personas (subject_id, user_id),
  FOREIGN KEY (consent_id, user_id) REFERENCES consents (id, user_id)
);
CREATE INDEX persona_analyses_of_persona ON persona_analyses (persona_id, requested_at DESC, id DESC);
CREATE INDEX persona_analyses_of_user ON persona_analyses (user_id, requested_at);
CREATE UNIQUE INDEX persona_analyses_one_at_a_time ON persona_analyses (persona_id) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX persona_analyses_unfinished ON persona_analyses (sent_at) WHERE status IN ('QUEUED', 'RUNNING');

GRANT SELECT, INSERT, UPDATE (status, result, error_code, lease_until, finished_at) ON persona_analyses TO likeness_api;
GRANT SELECT, UPDATE (status, attempt, tries, is_asking, result, error_code, sent_at, lease_until, finished_at)
  ON persona_analyses TO likeness_worker;
GRANT SELECT (id, user_id, status, sent_at, lease_until), UPDATE (sent_at) ON persona_analyses TO likeness_dispatch;
GRANT UPDATE (status) ON personas TO likeness_worker;

ALTER TABLE persona_analyses ENABLE ROW LEVEL SECURITY;
ALTER TABLE persona_analyses FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON persona_analyses TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON persona_analyses TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON persona_analyses TO likeness_dispatch USING (true) WITH CHECK (true);
"""

BACK = """
REVOKE UPDATE (status) ON personas FROM likeness_worker;
DROP TABLE persona_analyses;
ALTER TABLE uploads DROP COLUMN faces;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(FACES)
    run_script(ANALYSES)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

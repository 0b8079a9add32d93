"""Projects, their stills, and what was read out of them.

A still may show the person whose video it is from. So it comes under a live consent as a photo does, by the same reference and the
same triggers, and goes with it. Words of a deleted project are emptied, as nothing here can be deleted by the API or a worker. Jobs and
threads name the project that they are for; old code leaves that null.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0028"
down_revision = "0025"
branch_labels = None
depends_on = None

UPLOADS = """
ALTER TABLE uploads
  DROP CONSTRAINT uploads_purpose_check,
  ADD CONSTRAINT uploads_purpose_check CHECK (purpose IN ('PERSONA_PHOTO', 'STYLE_IMAGE', 'MASK', 'PROJECT_STILL')),
  DROP CONSTRAINT uploads_photos_name_their_consent,
  ADD CONSTRAINT uploads_photos_name_their_consent CHECK ((purpose IN ('PERSONA_PHOTO', 'PROJECT_STILL')) = (consent_id IS NOT NULL));
ALTER TABLE deletions
  DROP CONSTRAINT deletions_reason_check,
  ADD CONSTRAINT deletions_reason_check CHECK (reason IN
    ('CONSENT_WITHDRAWN', 'PERSONA_DELETED', 'PHOTOS_REMOVED', 'LORA_DELETED', 'PROJECT_DELETED', 'STILLS_REMOVED'));
"""

PROJECTS = """
CREATE TABLE projects (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  title text NOT NULL CHECK (length(title) <= 120),
  transcript text CHECK (length(transcript) BETWEEN 1 AND 80000),
  summary text CHECK (length(summary) BETWEEN 1 AND 4000),
  created_at timestamptz NOT NULL,
  deleted_at timestamptz,
  CHECK ((deleted_at IS NULL) = (title <> '' AND num_nonnulls(transcript, summary) > 0)),
  CHECK (deleted_at IS NULL OR (title = '' AND num_nonnulls(transcript, summary) = 0)),
  UNIQUE (id, user_id)
);
CREATE INDEX projects_of_user ON projects (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;

CREATE TABLE project_stills (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  project_id uuid NOT NULL,
  upload_id uuid UNIQUE,
  added_at timestamptz NOT NULL,
  removed_at timestamptz,
  CHECK (upload_id IS NOT NULL OR removed_at IS NOT NULL),
  FOREIGN KEY (project_id, user_id) REFERENCES projects (id, user_id),
  FOREIGN KEY (upload_id, user_id) REFERENCES uploads (id, user_id)
);
CREATE INDEX project_stills_present ON project_stills (project_id, added_at, id) WHERE removed_at IS NULL;

CREATE TABLE project_analyses (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  project_id uuid NOT NULL,
  content text NOT NULL CHECK (content ~ '^[0-9a-f]{64}$'),
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
  FOREIGN KEY (project_id, user_id) REFERENCES projects (id, user_id)
);
CREATE INDEX project_analyses_of_project ON project_analyses (project_id, requested_at DESC, id DESC);
CREATE INDEX project_analyses_of_user ON project_analyses (user_id, requested_at);
CREATE UNIQUE INDEX project_analyses_one_at_a_time ON project_analyses (project_id) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX project_analyses_unfinished ON project_analyses (sent_at) WHERE status IN ('QUEUED', 'RUNNING');

GRANT SELECT, INSERT, UPDATE (title, transcript, summary, deleted_at) ON projects TO likeness_api;
GRANT SELECT ON projects TO likeness_worker;
GRANT SELECT, INSERT (id, user_id, project_id, upload_id, added_at), UPDATE (removed_at) ON project_stills TO likeness_api;
GRANT SELECT, UPDATE (upload_id) ON project_stills TO likeness_worker;
GRANT SELECT, INSERT, UPDATE (status, result, error_code, lease_until, finished_at) ON project_analyses TO likeness_api;
GRANT SELECT, UPDATE (status, attempt, tries, is_asking, result, error_code, sent_at, lease_until, finished_at)
  ON project_analyses TO likeness_worker;
GRANT SELECT (id, user_id, status, sent_at, lease_until), UPDATE (sent_at) ON project_analyses TO likeness_dispatch;
"""

NAMED = """
ALTER TABLE jobs ADD COLUMN project_id uuid, ADD FOREIGN KEY (project_id, user_id) REFERENCES projects (id, user_id);
CREATE INDEX jobs_of_project ON jobs (project_id, created_at DESC, id DESC) WHERE project_id IS NOT NULL;
ALTER TABLE thumbnail_threads ADD COLUMN project_id uuid, ADD FOREIGN KEY (project_id, user_id) REFERENCES projects (id, user_id);
CREATE INDEX thumbnail_threads_of_project ON thumbnail_threads (project_id, created_at DESC, id DESC) WHERE project_id IS NOT NULL;
GRANT INSERT (project_id) ON thumbnail_threads TO likeness_api;
"""

SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
"""
SWEEP = "CREATE POLICY sweep ON project_analyses TO likeness_dispatch USING (true) WITH CHECK (true)"

BACK = """
ALTER TABLE thumbnail_threads DROP COLUMN project_id;
ALTER TABLE jobs DROP COLUMN project_id;
DROP TABLE project_analyses, project_stills, projects;
ALTER TABLE deletions
  DROP CONSTRAINT deletions_reason_check,
  ADD CONSTRAINT deletions_reason_check CHECK (reason IN ('CONSENT_WITHDRAWN', 'PERSONA_DELETED', 'PHOTOS_REMOVED', 'LORA_DELETED'));
ALTER TABLE uploads
  DROP CONSTRAINT uploads_photos_name_their_consent,
  ADD CONSTRAINT uploads_photos_name_their_consent CHECK ((purpose = 'PERSONA_PHOTO') = (consent_id IS NOT NULL)),
  DROP CONSTRAINT uploads_purpose_check,
  ADD CONSTRAINT uploads_purpose_check CHECK (purpose IN ('PERSONA_PHOTO', 'STYLE_IMAGE', 'MASK'));
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (UPLOADS, PROJECTS, NAMED):
        run_script(script)
    for table in ("projects", "project_stills", "project_analyses"):
        run_script(SECURITY.format(table=table))
    run_script(SWEEP)


def downgrade() -> None:
    """Refused by the constraints while there are stills or receipts of projects: the schema before this one knows neither."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

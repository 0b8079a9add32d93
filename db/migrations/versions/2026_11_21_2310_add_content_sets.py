"""Content sets: which two jobs were asked for as one. What becomes of them stands with the jobs; old code knows no sets and makes them alike."""

from alembic import op

from db.migrations.sql import run_script

revision = "0036"
down_revision = "0024"
branch_labels = None
depends_on = None

SETS = """
CREATE TABLE content_sets (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  project_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  thumbnails_job_id uuid UNIQUE,
  social_job_id uuid UNIQUE,
  created_at timestamptz NOT NULL,
  CHECK (num_nonnulls(thumbnails_job_id, social_job_id) > 0),
  FOREIGN KEY (project_id, user_id) REFERENCES projects (id, user_id),
  FOREIGN KEY (subject_id, user_id) REFERENCES subjects (id, user_id),
  FOREIGN KEY (thumbnails_job_id, user_id) REFERENCES jobs (id, user_id),
  FOREIGN KEY (social_job_id, user_id) REFERENCES jobs (id, user_id)
);
CREATE INDEX content_sets_of_user ON content_sets (user_id, created_at DESC, id DESC);

GRANT SELECT, INSERT ON content_sets TO likeness_api;

ALTER TABLE content_sets ENABLE ROW LEVEL SECURITY;
ALTER TABLE content_sets FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON content_sets TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON content_sets TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT ON content_sets TO likeness_worker;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(SETS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script("DROP TABLE content_sets")

"""Threads of thumbnails, and their versions: each is an image of a job. A version's prompt is written once more, by a worker.

Old code knows neither table and goes on as before. Nothing of them is ever deleted: what they tell of is hidden with its subject.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

THREADS = """
CREATE TABLE thumbnail_threads (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  subject_id uuid NOT NULL,
  final_version_id uuid,
  created_at timestamptz NOT NULL,
  UNIQUE (id, user_id),
  FOREIGN KEY (subject_id, user_id) REFERENCES subjects (id, user_id)
);
CREATE INDEX thumbnail_threads_of_user ON thumbnail_threads (user_id, created_at DESC, id DESC);
CREATE INDEX thumbnail_threads_of_subject ON thumbnail_threads (subject_id, created_at DESC, id DESC);

GRANT SELECT, INSERT (id, user_id, subject_id, created_at), UPDATE (final_version_id) ON thumbnail_threads TO likeness_api;
GRANT SELECT ON thumbnail_threads TO likeness_worker;
"""

VERSIONS = """
CREATE TABLE thumbnail_versions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  thread_id uuid NOT NULL,
  number integer NOT NULL CHECK (number BETWEEN 1 AND 50),
  job_id uuid NOT NULL,
  image_index integer NOT NULL CHECK (image_index >= 0),
  brief jsonb NOT NULL CHECK (jsonb_typeof(brief) = 'object'),
  prompt text NOT NULL,
  prompt_by text NOT NULL DEFAULT 'LOCAL' CHECK (prompt_by IN ('LOCAL', 'LANGUAGE_MODEL')),
  created_at timestamptz NOT NULL,
  UNIQUE (thread_id, number),
  UNIQUE (job_id, image_index),
  UNIQUE (id, thread_id, user_id),
  FOREIGN KEY (thread_id, user_id) REFERENCES thumbnail_threads (id, user_id),
  FOREIGN KEY (job_id, user_id) REFERENCES jobs (id, user_id)
);
ALTER TABLE thumbnail_threads ADD FOREIGN KEY (final_version_id, id, user_id) REFERENCES thumbnail_versions (id, thread_id, user_id);

GRANT SELECT, INSERT (id, user_id, thread_id, number, job_id, image_index, brief, prompt, created_at) ON thumbnail_versions TO likeness_api;
GRANT SELECT, UPDATE (prompt, prompt_by) ON thumbnail_versions TO likeness_worker;
"""

SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} TO likeness_api, likeness_worker USING (user_id = app_user_id()) WITH CHECK (user_id = app_user_id());
CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
"""

BACK = """
ALTER TABLE thumbnail_threads DROP COLUMN final_version_id;
DROP TABLE thumbnail_versions;
DROP TABLE thumbnail_threads;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (THREADS, VERSIONS):
        run_script(script)
    for table in ("thumbnail_threads", "thumbnail_versions"):
        run_script(SECURITY.format(table=table))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

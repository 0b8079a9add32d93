"""Profiles, accounts on social networks, and the little that is kept of onboarding.

Which steps are done is computed from what there is; kept is when a step was first seen done, and which parts were skipped: rows
that never change. An account that is unlinked loses its name, as nothing here is deleted by the API or a worker.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0026"
down_revision = "0028"
branch_labels = None
depends_on = None

PROFILES = """
CREATE TABLE profiles (
  user_id uuid PRIMARY KEY REFERENCES users,
  display_name text CHECK (char_length(display_name) BETWEEN 1 AND 80),
  occupation text CHECK (char_length(occupation) BETWEEN 1 AND 200),
  saved_at timestamptz,
  topics text[] NOT NULL DEFAULT '{}' CHECK (cardinality(topics) <= 10),
  tone text,
  preferences_at timestamptz,
  platforms text[] NOT NULL DEFAULT '{}',
  platforms_at timestamptz,
  avatar_subject_id uuid,
  avatar_image_id uuid,
  avatar_reviewed_at timestamptz,
  CHECK ((avatar_subject_id IS NULL) = (avatar_reviewed_at IS NULL) AND (avatar_image_id IS NULL OR avatar_subject_id IS NOT NULL)),
  FOREIGN KEY (avatar_subject_id, user_id) REFERENCES subjects (id, user_id),
  FOREIGN KEY (avatar_image_id, user_id) REFERENCES images (id, user_id)
);
GRANT SELECT, INSERT ON profiles TO likeness_api;
GRANT UPDATE (display_name, occupation, saved_at, topics, tone, preferences_at, platforms, platforms_at, avatar_subject_id,
  avatar_image_id, avatar_reviewed_at) ON profiles TO likeness_api;
GRANT SELECT ON profiles TO likeness_worker;
"""

SOCIALS = """
CREATE TABLE linked_socials (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  network text NOT NULL,
  handle text CHECK (char_length(handle) BETWEEN 1 AND 120),
  handle_key text,
  linked_at timestamptz NOT NULL,
  CHECK ((handle IS NULL) = (handle_key IS NULL)),
  UNIQUE (user_id, network, handle_key)
);
GRANT SELECT, INSERT, UPDATE (network, handle, handle_key) ON linked_socials TO likeness_api;
GRANT SELECT ON linked_socials TO likeness_worker;
"""

MARKS = """
CREATE TABLE onboarding_marks (
  user_id uuid NOT NULL REFERENCES users,
  key text NOT NULL,
  marked_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, key)
);
GRANT SELECT, INSERT ON onboarding_marks TO likeness_api, likeness_worker;
"""

TABLES = ("profiles", "linked_socials", "onboarding_marks")
SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} TO likeness_api, likeness_worker USING (user_id = app_user_id()) WITH CHECK (user_id = app_user_id());
CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (PROFILES, SOCIALS, MARKS):
        run_script(script)
    for table in TABLES:
        run_script(SECURITY.format(table=table))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(f"DROP TABLE {', '.join(TABLES)}")

"""Files that owners send by themselves: what was announced, what was found of it, what was made of it.

Nothing here can be deleted by the API or a worker: an upload that has ended stays for a while, empty. No photo of a person can
be announced before consents are kept: then `uploads_no_photo_before_consent` gives way to a reference to one.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UPLOADS = """
CREATE TABLE uploads (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  purpose text NOT NULL CHECK (purpose IN ('PERSONA_PHOTO', 'STYLE_IMAGE', 'MASK')),
  status text NOT NULL CHECK (status IN ('PENDING', 'READY', 'REJECTED', 'EXPIRED')),
  file_name text NOT NULL,
  announced_type text NOT NULL,
  announced_size_bytes integer NOT NULL CHECK (announced_size_bytes > 0),
  original_key text NOT NULL UNIQUE,
  issue_code text,
  issue_message text,
  storage_key text,
  sha256 text,
  content_type text,
  size_bytes integer,
  width integer CHECK (width > 0),
  height integer CHECK (height > 0),
  coverage double precision CHECK (coverage > 0 AND coverage < 1),
  created_at timestamptz NOT NULL,
  slot_expires_at timestamptz NOT NULL,
  usable_until timestamptz NOT NULL CHECK (usable_until > slot_expires_at),
  used_at timestamptz,
  ended_at timestamptz,
  CONSTRAINT uploads_no_photo_before_consent CHECK (purpose <> 'PERSONA_PHOTO'),
  CHECK ((status = 'READY') = (storage_key IS NOT NULL)),
  CHECK (storage_key IS NULL OR num_nulls(sha256, content_type, size_bytes, width, height) = 0),
  CHECK (storage_key IS NULL OR (purpose = 'MASK') = (coverage IS NOT NULL)),
  CHECK ((status = 'REJECTED') = (issue_code IS NOT NULL) AND (issue_code IS NULL) = (issue_message IS NULL)),
  CHECK (status <> 'EXPIRED' OR (ended_at IS NOT NULL AND used_at IS NULL)),
  CHECK (used_at IS NULL OR status = 'READY'),
  UNIQUE (id, user_id)
);
CREATE INDEX uploads_open ON uploads (user_id) WHERE used_at IS NULL AND status IN ('PENDING', 'READY');
CREATE INDEX uploads_due ON uploads (usable_until, user_id) WHERE ended_at IS NULL;
CREATE INDEX uploads_ended ON uploads (ended_at) WHERE status = 'EXPIRED';
-- Who else has this file?
CREATE INDEX uploads_by_file ON uploads USING hash (storage_key) WHERE storage_key IS NOT NULL;

GRANT SELECT, INSERT, UPDATE (status, issue_code, issue_message, storage_key, sha256, content_type, size_bytes, width, height, coverage,
  used_at) ON uploads TO likeness_api;
GRANT SELECT, UPDATE (status, issue_code, issue_message, storage_key, used_at, ended_at) ON uploads TO likeness_worker;
GRANT SELECT (user_id, status, usable_until, ended_at), DELETE ON uploads TO likeness_dispatch;

ALTER TABLE uploads ENABLE ROW LEVEL SECURITY;
ALTER TABLE uploads FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON uploads TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON uploads TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON uploads TO likeness_dispatch USING (true) WITH CHECK (true);

-- What was sent goes as soon as it has been looked at, and the API looks at it.
GRANT SELECT, INSERT, UPDATE (asked_at, claimed_until, removed_at) ON file_removals TO likeness_api;
"""

BACK = """
REVOKE ALL ON file_removals FROM likeness_api;
REVOKE ALL (asked_at, claimed_until, removed_at) ON file_removals FROM likeness_api;
DROP TABLE uploads;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(UPLOADS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

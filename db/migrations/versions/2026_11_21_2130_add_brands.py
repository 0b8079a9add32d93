"""Brands: one for each user.

A brand that is deleted leaves an empty row behind: no role that serves deletes rows. A logo is an upload, whose file is the one
that we drew.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None

BRANDS = """
CREATE TABLE brands (
  user_id uuid PRIMARY KEY REFERENCES users,
  colors jsonb NOT NULL CHECK (jsonb_typeof(colors) = 'array'),
  heading_font text CHECK (char_length(heading_font) BETWEEN 1 AND 60),
  body_font text CHECK (char_length(body_font) BETWEEN 1 AND 60),
  voice text CHECK (char_length(voice) BETWEEN 1 AND 600),
  audience text CHECK (char_length(audience) BETWEEN 1 AND 600),
  logo_upload_id uuid,
  reviewed_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  CHECK (deleted_at IS NULL
         OR (colors = '[]' AND num_nonnulls(heading_font, body_font, voice, audience, logo_upload_id, reviewed_at) = 0)),
  FOREIGN KEY (logo_upload_id, user_id) REFERENCES uploads (id, user_id)
);
CREATE INDEX brands_of_logos ON brands (logo_upload_id) WHERE logo_upload_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE (colors, heading_font, body_font, voice, audience, logo_upload_id, reviewed_at, created_at, updated_at,
  deleted_at) ON brands TO likeness_api;
GRANT SELECT ON brands TO likeness_worker;
-- A logo that a brand lets go.
GRANT UPDATE (ended_at) ON uploads TO likeness_api;

ALTER TABLE brands ENABLE ROW LEVEL SECURITY;
ALTER TABLE brands FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON brands TO likeness_api, likeness_worker USING (user_id = app_user_id()) WITH CHECK (user_id = app_user_id());
CREATE POLICY owner ON brands TO CURRENT_USER USING (true) WITH CHECK (true);
"""

BACK = """
REVOKE UPDATE (ended_at) ON uploads FROM likeness_api;
DROP TABLE brands;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BRANDS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

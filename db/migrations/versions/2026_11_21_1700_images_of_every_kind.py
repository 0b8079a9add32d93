"""What the other kinds of images bring: a style or view, a mask, whether a picture from outside had a part in it.

A mask belongs to the image that was changed by it, and goes with it. Jobs of one kind make up to twenty images.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

THERE = """
ALTER TABLE images
  ADD COLUMN style text,
  ADD COLUMN mask_key text,
  ADD COLUMN mask_coverage double precision CHECK (mask_coverage > 0 AND mask_coverage < 1),
  ADD COLUMN descends_from_upload boolean NOT NULL DEFAULT false,
  ADD CHECK (mask_key IS NULL OR mask_coverage IS NOT NULL),
  ADD CONSTRAINT images_purged_have_no_mask CHECK (purged_at IS NULL OR mask_key IS NULL);
CREATE INDEX images_by_mask ON images USING hash (mask_key) WHERE mask_key IS NOT NULL AND purged_at IS NULL;
CREATE INDEX images_of_sheets ON images (subject_id, created_at DESC) WHERE kind = 'CHARACTER_SHEET' AND deleted_at IS NULL;
GRANT UPDATE (mask_key) ON images TO likeness_worker;

ALTER TABLE jobs DROP CONSTRAINT jobs_image_count_check, ADD CONSTRAINT jobs_image_count_check CHECK (image_count BETWEEN 1 AND 20);
"""

BACK = """
ALTER TABLE jobs DROP CONSTRAINT jobs_image_count_check, ADD CONSTRAINT jobs_image_count_check CHECK (image_count BETWEEN 1 AND 10) NOT VALID;
DROP INDEX images_of_sheets, images_by_mask;
ALTER TABLE images DROP COLUMN descends_from_upload, DROP COLUMN mask_coverage, DROP COLUMN mask_key, DROP COLUMN style;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(THERE)


def downgrade() -> None:
    """Masks are forgotten; their files stay."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

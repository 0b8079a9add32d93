"""Archives of everything there is of a user or a subject, beside those of images; receipts that count archives and name copies.

What is taken back takes the archives along that it lies in, in the transaction that hides it: so the API may end them
(docs/decisions/0033). Old code goes on making archives of images; it would fail one of everything as one without images.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SCOPES = """
ALTER TABLE archives
  ADD COLUMN scope text NOT NULL DEFAULT 'IMAGES' CHECK (scope IN ('IMAGES', 'SUBJECT', 'EVERYTHING')),
  ADD COLUMN subject_id uuid,
  ADD FOREIGN KEY (subject_id, user_id) REFERENCES subjects (id, user_id),
  ADD CONSTRAINT archives_of_a_subject_name_it CHECK ((scope = 'SUBJECT') = (subject_id IS NOT NULL)),
  DROP CONSTRAINT archives_image_count_check,
  DROP CONSTRAINT archives_check1,
  ADD CONSTRAINT archives_image_count_check CHECK (CASE scope WHEN 'IMAGES' THEN image_count BETWEEN 1 AND 500 ELSE image_count >= 0 END),
  ADD CONSTRAINT archives_name_their_images CHECK (
    cardinality(image_ids) = CASE WHEN scope <> 'IMAGES' OR status IN ('FAILED', 'EXPIRED') THEN 0 ELSE image_count END);
CREATE UNIQUE INDEX archives_one_export ON archives (user_id) WHERE scope <> 'IMAGES' AND status IN ('QUEUED', 'BUILDING');

GRANT UPDATE (status, packed_count, sent_at, lease_until, expires_at) ON archives TO likeness_api;
GRANT UPDATE (image_count) ON archives TO likeness_worker;
"""

RECEIPTS = """
ALTER TABLE deletions
  ADD COLUMN archive_count integer NOT NULL DEFAULT 0 CHECK (archive_count >= 0),
  ADD COLUMN copies jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(copies) = 'array');
"""

BACK = """
ALTER TABLE deletions DROP COLUMN copies, DROP COLUMN archive_count;
REVOKE UPDATE (image_count) ON archives FROM likeness_worker;
REVOKE UPDATE (status, packed_count, sent_at, lease_until, expires_at) ON archives FROM likeness_api;
DROP INDEX archives_one_export;
ALTER TABLE archives
  DROP CONSTRAINT archives_name_their_images,
  DROP CONSTRAINT archives_image_count_check,
  DROP COLUMN subject_id,
  DROP COLUMN scope,
  ADD CONSTRAINT archives_image_count_check CHECK (image_count BETWEEN 1 AND 500),
  ADD CONSTRAINT archives_check1 CHECK (cardinality(image_ids) = CASE WHEN status IN ('FAILED', 'EXPIRED') THEN 0 ELSE image_count END);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (SCOPES, RECEIPTS):
        run_script(script)


def downgrade() -> None:
    """Refused by the constraint while there are archives of everything: the code before this one would list them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

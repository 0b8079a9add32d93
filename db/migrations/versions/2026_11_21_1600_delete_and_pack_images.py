"""Images are deleted, restored and purged; files are removed; images are packed into archives; images know what they were made from.

A row of an image is never deleted: it is the ledger's proof that what was captured was delivered. What purging leaves is
empty, and the constraints here say so (docs/decisions/0017).

Pages leave deleted images out, so their indexes do too; else a page might have to step over all that was ever deleted. The
new indexes take the place of the old ones here, and not in a later release, because nothing is deployed yet.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

IMAGES = """
ALTER TABLE images
  ADD COLUMN source_image_id uuid CHECK (source_image_id <> id),
  ADD COLUMN deleted_at timestamptz,
  ADD COLUMN restorable_until timestamptz,
  ADD COLUMN purged_at timestamptz,
  ADD FOREIGN KEY (source_image_id, user_id) REFERENCES images (id, user_id),
  ADD CHECK ((deleted_at IS NULL) = (restorable_until IS NULL)),
  ADD CONSTRAINT images_purged_after_their_grace CHECK (purged_at IS NULL OR (restorable_until IS NOT NULL AND purged_at >= restorable_until)),
  ADD CONSTRAINT images_purged_are_empty CHECK (purged_at IS NULL OR
    (storage_key, thumbnail_key, sha256, prompt, negative_prompt, coalesce(scene, environment, outfit, ''), seed) = ('', '', '', '', '', '', 0));

DROP INDEX images_newest, images_favourites, images_of_subject;
CREATE INDEX images_newest ON images (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX images_favourites ON images (user_id, liked DESC, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX images_of_subject ON images (user_id, subject_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX images_made_from ON images (source_image_id, created_at DESC, id DESC) WHERE source_image_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX images_due ON images (restorable_until, user_id) WHERE restorable_until IS NOT NULL AND purged_at IS NULL;
-- Who else has this file? A hash of a key takes a third of the key's room, and a key names its owner.
CREATE INDEX images_by_file ON images USING hash (storage_key) WHERE purged_at IS NULL;
CREATE INDEX images_by_thumbnail ON images USING hash (thumbnail_key) WHERE purged_at IS NULL;

CREATE INDEX influencers_by_base_image ON influencers (base_image_id) WHERE base_image_id IS NOT NULL;
CREATE INDEX jobs_running ON jobs (user_id) WHERE finished_at IS NULL;

GRANT UPDATE (deleted_at, restorable_until) ON images TO likeness_api;
GRANT UPDATE (purged_at, storage_key, thumbnail_key, sha256, prompt, negative_prompt, scene, environment, outfit, seed, liked)
  ON images TO likeness_worker;
GRANT SELECT (user_id, restorable_until, purged_at) ON images TO likeness_dispatch;
CREATE POLICY sweep ON images FOR SELECT TO likeness_dispatch USING (true);
"""

FILE_REMOVALS = """
CREATE TABLE file_removals (
  user_id uuid NOT NULL REFERENCES users,
  key text NOT NULL,
  asked_at timestamptz NOT NULL,
  claimed_until timestamptz,
  removed_at timestamptz,
  PRIMARY KEY (user_id, key)
);
CREATE INDEX file_removals_open ON file_removals (asked_at) WHERE removed_at IS NULL;
CREATE INDEX file_removals_done ON file_removals (removed_at) WHERE removed_at IS NOT NULL;

GRANT SELECT, INSERT, UPDATE (asked_at, claimed_until, removed_at) ON file_removals TO likeness_worker;
GRANT SELECT (user_id, asked_at, removed_at), DELETE ON file_removals TO likeness_dispatch;
"""

ARCHIVES = """
CREATE TABLE archives (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  status text NOT NULL CHECK (status IN ('QUEUED', 'BUILDING', 'READY', 'FAILED', 'EXPIRED')),
  image_ids uuid[] NOT NULL,
  image_count integer NOT NULL CHECK (image_count BETWEEN 1 AND 500),
  packed_count integer NOT NULL DEFAULT 0 CHECK (packed_count BETWEEN 0 AND image_count),
  attempt integer NOT NULL DEFAULT 0,
  tries integer NOT NULL DEFAULT 0,
  sent_at timestamptz NOT NULL,
  lease_until timestamptz,
  storage_key text,
  size_bytes bigint,
  error_code text,
  error_message text,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  expires_at timestamptz,
  CHECK (cardinality(image_ids) = CASE WHEN status IN ('FAILED', 'EXPIRED') THEN 0 ELSE image_count END),
  CHECK ((status = 'BUILDING') = (lease_until IS NOT NULL)),
  CHECK ((status = 'READY') = (storage_key IS NOT NULL)),
  CHECK ((status IN ('READY', 'EXPIRED')) = (expires_at IS NOT NULL)),
  CHECK ((status IN ('READY', 'EXPIRED')) = (size_bytes IS NOT NULL)),
  CHECK ((status = 'FAILED') = (error_code IS NOT NULL)),
  CHECK ((status IN ('QUEUED', 'BUILDING')) = (finished_at IS NULL)),
  UNIQUE (id, user_id)
);
CREATE INDEX archives_of_user ON archives (user_id, created_at DESC, id DESC);
CREATE INDEX archives_unfinished ON archives (sent_at) WHERE status IN ('QUEUED', 'BUILDING');
CREATE INDEX archives_ready ON archives (expires_at, user_id) WHERE status = 'READY';

GRANT SELECT, INSERT ON archives TO likeness_api;
GRANT SELECT, UPDATE (status, image_ids, packed_count, attempt, tries, sent_at, lease_until, storage_key, size_bytes, error_code,
  error_message, finished_at, expires_at) ON archives TO likeness_worker;
GRANT SELECT (id, user_id, status, sent_at, lease_until, expires_at), UPDATE (sent_at) ON archives TO likeness_dispatch;
"""

SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON {table} TO likeness_dispatch USING (true) WITH CHECK (true);
"""

BACK = """
DROP TABLE archives, file_removals;
DROP POLICY sweep ON images;
REVOKE ALL (user_id, restorable_until, purged_at) ON images FROM likeness_dispatch;
REVOKE UPDATE (purged_at, storage_key, thumbnail_key, sha256, prompt, negative_prompt, scene, environment, outfit, seed, liked)
  ON images FROM likeness_worker;
DROP INDEX jobs_running, influencers_by_base_image, images_by_thumbnail, images_by_file, images_due, images_made_from,
  images_of_subject, images_favourites, images_newest;
ALTER TABLE images DROP CONSTRAINT images_purged_are_empty, DROP COLUMN purged_at, DROP COLUMN restorable_until, DROP COLUMN deleted_at,
  DROP COLUMN source_image_id;
CREATE INDEX images_newest ON images (user_id, created_at DESC, id DESC);
CREATE INDEX images_favourites ON images (user_id, liked DESC, created_at DESC, id DESC);
CREATE INDEX images_of_subject ON images (user_id, subject_id, created_at DESC, id DESC);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (IMAGES, FILE_REMOVALS, ARCHIVES):
        run_script(script)
    for table in ("file_removals", "archives"):
        run_script(SECURITY.format(table=table))


def downgrade() -> None:
    """What was deleted is listed again, empty where it was purged."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

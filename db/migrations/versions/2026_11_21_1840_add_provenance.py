"""Images say what their files say of themselves, workers why they can sign none, and files are announced before they are stored.

See docs/decisions/0028.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Nothing is filled in: the files of images from before are not signed, and null says so. Not validated, as that would read them all.
PROVENANCE = """
ALTER TABLE images ADD COLUMN provenance jsonb;
ALTER TABLE images ADD CONSTRAINT images_provenance_says_by_whom
  CHECK (provenance IS NULL OR (provenance ->> 'signed_by' <> '' AND provenance ->> 'source_type' <> '') IS TRUE) NOT VALID;
GRANT UPDATE (provenance) ON images TO likeness_worker;
"""
# A worker announces the removal of what it is about to store, and takes that back in the transaction that keeps it.
FILES = """
GRANT DELETE ON file_removals TO likeness_worker;
CREATE POLICY takes_back ON file_removals AS RESTRICTIVE FOR DELETE TO likeness_worker USING (removed_at IS NULL AND claimed_until IS NULL);
"""
HEARTBEATS = "ALTER TABLE worker_heartbeats ADD COLUMN signer_fault text;"

BACK = """
ALTER TABLE worker_heartbeats DROP COLUMN signer_fault;
DROP POLICY takes_back ON file_removals;
REVOKE DELETE ON file_removals FROM likeness_worker;
ALTER TABLE images DROP COLUMN provenance;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (PROVENANCE, FILES, HEARTBEATS):
        run_script(script)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

"""Events of a user that are of no job, numbered with those that are."""

from alembic import op

from db.migrations.sql import run_script

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

EVENTS = """
ALTER TABLE events
  ALTER COLUMN job_id DROP NOT NULL,
  ALTER COLUMN job_number DROP NOT NULL,
  ADD CONSTRAINT events_of_jobs_have_their_number CHECK ((job_id IS NULL) = (job_number IS NULL));
"""
BACK = """
DELETE FROM events WHERE job_id IS NULL;
ALTER TABLE events
  DROP CONSTRAINT events_of_jobs_have_their_number,
  ALTER COLUMN job_id SET NOT NULL,
  ALTER COLUMN job_number SET NOT NULL;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(EVENTS)


def downgrade() -> None:
    """Those of no job are lost: streams of users tell of a gap where they were."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

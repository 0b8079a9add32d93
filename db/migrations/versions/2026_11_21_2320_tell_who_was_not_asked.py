"""A receipt says which trainers nobody could ask to forget a LoRA, because nothing here speaks to them any more."""

from alembic import op

revision = "0043"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE deletions ADD COLUMN unasked_trainers text[] NOT NULL DEFAULT '{}'")
    op.execute("GRANT UPDATE (unasked_trainers) ON deletions TO likeness_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE deletions DROP COLUMN unasked_trainers")

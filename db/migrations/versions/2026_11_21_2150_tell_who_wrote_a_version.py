"""A version of a thumbnail that is made again keeps the prompt of the one before, and says who wrote that. Old code leaves it out."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT INSERT (prompt_by) ON thumbnail_versions TO likeness_api")


def downgrade() -> None:
    op.execute("REVOKE INSERT (prompt_by) ON thumbnail_versions FROM likeness_api")

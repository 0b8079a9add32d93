"""For which platform an image is a graphic."""

from alembic import op

revision = "0024"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        "ALTER TABLE images ADD COLUMN platform text CHECK (platform ~ '^[A-Z][A-Z_]{0,39}$'), "
        "ADD CONSTRAINT images_graphics_have_platforms CHECK (platform IS NULL OR kind = 'SOCIAL')"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE images DROP COLUMN platform")

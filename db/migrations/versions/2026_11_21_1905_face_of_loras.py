"""LoRAs know the face they were trained on: one of another face than the influencer has now is not drawn with.

Nothing is filled in: of those from before nobody knows, and they are drawn with as they were.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script("ALTER TABLE lora_models ADD COLUMN base_image_id uuid")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script("ALTER TABLE lora_models DROP COLUMN base_image_id")

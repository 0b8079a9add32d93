"""Row security asks for the current user once per statement, not once per row.

A function in a policy is called for every row that is looked at. Inside of a sub-select it is worked out once; and the
planner, which cannot know the user when it plans, reckons with an average one. Before, a statement that names its user itself
(`db.engine.Database.fetch`) was planned as if nobody had any rows, and joined the jobs of a gallery's page by reading all that
the user ever had.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OWNED = (
    "credit_accounts", "subjects", "jobs", "credit_holds", "credit_entries", "job_images", "images", "influencers", "events",
    "outbox", "idempotency_keys", "notifications",
)  # fmt: skip


def upgrade() -> None:
    _ask_by("(SELECT app_user_id())")


def downgrade() -> None:
    _ask_by("app_user_id()")


def _ask_by(me: str) -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in OWNED:
        op.execute(f"ALTER POLICY own ON {table} USING (user_id = {me}) WITH CHECK (user_id = {me})")
    op.execute(f"ALTER POLICY own ON users USING (id = {me}) WITH CHECK (id = {me})")

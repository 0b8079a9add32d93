"""The audit log of safety decisions: append-only, a chain of hashes per user (see `domain.safety.decisions`).

And the age floor of adult content, which is 21: beside the constraint that keeps it off everywhere, for the day that one goes.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE safety_chains (
  user_id uuid PRIMARY KEY REFERENCES users,
  length bigint NOT NULL CHECK (length > 0),
  hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$')
);

CREATE TABLE safety_decisions (
  user_id uuid NOT NULL REFERENCES users,
  number bigint NOT NULL CHECK (number > 0),
  operation text NOT NULL,
  field text,
  outcome text NOT NULL CHECK (outcome IN ('REFUSED', 'ALLOWED')),
  rule text NOT NULL,
  policy text NOT NULL,
  judge text NOT NULL,
  input_sha256 text NOT NULL CHECK (input_sha256 ~ '^[0-9a-f]{64}$'),
  at timestamptz NOT NULL,
  previous_hash text NOT NULL CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
  hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  PRIMARY KEY (user_id, number)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON safety_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON safety_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON safety_chains FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON safety_chains FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE influencers ADD CONSTRAINT adult_content_from_21 CHECK (NOT nsfw_enabled OR age >= 21);
"""

SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON {table} TO likeness_api, likeness_worker;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(TABLES)
    for table in ("safety_chains", "safety_decisions"):
        run_script(SECURITY.format(table=table))
    run_script("GRANT UPDATE (length, hash) ON safety_chains TO likeness_api, likeness_worker")


def downgrade() -> None:
    op.execute("ALTER TABLE influencers DROP CONSTRAINT adult_content_from_21")
    op.execute("DROP TABLE safety_decisions, safety_chains")

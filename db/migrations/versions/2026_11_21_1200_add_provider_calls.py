"""Paid calls to providers, and how the providers are.

A call is written down before it is made. An image has one open call at the most: whoever would make a second, in whatever
race, is refused here.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE provider_calls (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  job_id uuid NOT NULL,
  index integer NOT NULL,
  round integer NOT NULL,
  attempt integer NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  endpoint text NOT NULL,
  request_id text CHECK (length(request_id) BETWEEN 1 AND 200),
  state text NOT NULL CHECK (state IN ('INTENDED', 'SUBMITTED', 'DONE', 'FAILED', 'CANCELLED', 'LOST')),
  error_code text,
  error_detail text,
  intended_at timestamptz NOT NULL,
  submitted_at timestamptz,
  hinted_at timestamptz,
  ended_at timestamptz,
  CHECK ((ended_at IS NULL) = (state IN ('INTENDED', 'SUBMITTED'))),
  CHECK (state <> 'INTENDED' OR request_id IS NULL),
  CHECK (state <> 'SUBMITTED' OR request_id IS NOT NULL),
  UNIQUE (id, user_id),
  FOREIGN KEY (job_id, user_id) REFERENCES jobs (id, user_id)
);
CREATE UNIQUE INDEX provider_calls_one_open ON provider_calls (job_id, index) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX provider_calls_by_number ON provider_calls (provider, endpoint, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX provider_calls_of_job ON provider_calls (job_id, index, round);
CREATE INDEX provider_calls_open ON provider_calls (intended_at) WHERE ended_at IS NULL;

CREATE TABLE provider_health (
  provider text PRIMARY KEY,
  breaker text NOT NULL CHECK (breaker IN ('CLOSED', 'OPEN')),
  opened_by text CHECK (opened_by IN ('OPERATOR', 'OUTAGE')),
  open_until timestamptz,
  openings integer NOT NULL DEFAULT 0,
  last_ok_at timestamptz,
  latency_ms integer,
  last_error_at timestamptz,
  last_error_code text,
  last_error text,
  CHECK ((breaker = 'OPEN') = (open_until IS NOT NULL)),
  CHECK ((breaker = 'OPEN') = (opened_by IS NOT NULL))
);
"""

SECURITY = """
ALTER TABLE provider_calls ENABLE ROW LEVEL SECURITY;
ALTER TABLE provider_calls FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON provider_calls TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON provider_calls TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON provider_calls FOR SELECT TO likeness_dispatch USING (true);
GRANT SELECT ON provider_calls TO likeness_api, likeness_worker;
GRANT UPDATE (state, request_id, submitted_at, hinted_at) ON provider_calls TO likeness_api;
GRANT INSERT ON provider_calls TO likeness_worker;
GRANT UPDATE (state, request_id, submitted_at, hinted_at, ended_at, error_code, error_detail) ON provider_calls TO likeness_worker;
GRANT SELECT (id, user_id, job_id, index, state, intended_at, ended_at) ON provider_calls TO likeness_dispatch;

ALTER TABLE provider_health ENABLE ROW LEVEL SECURITY;
ALTER TABLE provider_health FORCE ROW LEVEL SECURITY;
CREATE POLICY sweep ON provider_health TO likeness_dispatch USING (true) WITH CHECK (true);
CREATE POLICY status ON provider_health FOR SELECT TO likeness_api USING (true);
CREATE POLICY owner ON provider_health TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON provider_health TO likeness_dispatch;
GRANT SELECT ON provider_health TO likeness_api;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(TABLES)
    run_script(SECURITY)


def downgrade() -> None:
    op.execute("DROP TABLE provider_health, provider_calls")

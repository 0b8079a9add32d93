"""What the studio is used for: events that nobody else keeps, how far events are counted, and the counts of each day.

Counts hold no user. `job_facts` is what may be counted of the durable events, and nothing else of them: it reads with the
rights of its owner, so that the role of the sweeps need not read what an event holds (docs/decisions/0023).
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE studio_events (
  user_id uuid NOT NULL REFERENCES users,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 120),
  type text NOT NULL CHECK (length(type) BETWEEN 1 AND 60),
  label text NOT NULL DEFAULT '' CHECK (length(label) <= 60),
  subject_id uuid,
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  counted boolean NOT NULL DEFAULT false,
  PRIMARY KEY (user_id, key),
  FOREIGN KEY (subject_id, user_id) REFERENCES subjects (id, user_id) ON DELETE SET NULL (subject_id)
);
CREATE INDEX studio_events_uncounted ON studio_events (received_at) WHERE NOT counted;
CREATE INDEX studio_events_by_age ON studio_events (received_at);
CREATE INDEX studio_events_opened ON studio_events (user_id, at) WHERE type = 'STUDIO_OPENED' AND counted;

CREATE TABLE metrics_progress (
  user_id uuid PRIMARY KEY REFERENCES users,
  counted_to bigint NOT NULL CHECK (counted_to > 0)
);

CREATE TABLE studio_metrics (
  day date NOT NULL,
  measure text NOT NULL,
  kind text NOT NULL,
  label text NOT NULL,
  count bigint NOT NULL CHECK (count > 0),
  total bigint NOT NULL,
  PRIMARY KEY (day, measure, kind, label)
);

CREATE VIEW job_facts WITH (security_barrier = true) AS
  SELECT e.user_id, e.number, e.created_at AS at, e.kind AS event,
         e.payload #>> '{job,kind}' AS kind, e.payload #>> '{job,status}' AS status, e.payload #>> '{job,mode}' AS mode,
         CAST(e.payload #>> '{job,round}' AS integer) AS round, CAST(e.payload #>> '{job,credits_reserved}' AS bigint) AS credits_reserved,
         e.payload #>> '{job,recipe,scene}' AS scene, e.payload #>> '{job,recipe,environment}' AS environment,
         CAST(e.payload ->> 'will_retry' AS boolean) AS will_retry, e.payload #>> '{image,model}' AS model,
         CAST(e.payload #>> '{image,generation_ms}' AS bigint) AS generation_ms,
         CAST(e.payload #>> '{image,credits_charged}' AS bigint) AS credits_charged,
         CAST(e.payload #>> '{image,width}' AS bigint) * CAST(e.payload #>> '{image,height}' AS bigint) AS pixels
    FROM events e;
"""

PAGES = """
CREATE INDEX images_of_kind ON images (user_id, kind, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX images_of_scene ON images (user_id, scene, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX images_of_scene_and_environment ON images (user_id, scene, environment, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX images_of_environment ON images (user_id, environment, created_at DESC, id DESC) WHERE deleted_at IS NULL;
"""
"""A page of a kind, a scene or an environment that is rare, or of a rare pair of them, stepped over all that is not. In this migration, and not one by one beside
the running product, because nothing is deployed yet."""

SECURITY = """
ALTER TABLE studio_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio_events FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON studio_events TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON studio_events TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON studio_events TO likeness_dispatch USING (true) WITH CHECK (true);
GRANT SELECT, INSERT (user_id, key, type, label, subject_id, at, received_at) ON studio_events TO likeness_api, likeness_worker;
GRANT SELECT, UPDATE (counted), DELETE ON studio_events TO likeness_dispatch;

ALTER TABLE metrics_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE metrics_progress FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON metrics_progress TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON metrics_progress TO likeness_dispatch USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON metrics_progress TO likeness_dispatch;

ALTER TABLE studio_metrics ENABLE ROW LEVEL SECURITY;
ALTER TABLE studio_metrics FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON studio_metrics TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON studio_metrics TO likeness_dispatch USING (true) WITH CHECK (true);
CREATE POLICY figures ON studio_metrics FOR SELECT TO likeness_api USING (true);
GRANT SELECT, INSERT, UPDATE ON studio_metrics TO likeness_dispatch;
GRANT SELECT ON studio_metrics TO likeness_api;

GRANT SELECT ON job_facts TO likeness_dispatch;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(TABLES)
    run_script(PAGES)
    run_script(SECURITY)


def downgrade() -> None:
    op.execute("DROP INDEX images_of_environment, images_of_scene_and_environment, images_of_scene, images_of_kind")
    op.execute("DROP VIEW job_facts")
    op.execute("DROP TABLE studio_metrics, metrics_progress, studio_events")

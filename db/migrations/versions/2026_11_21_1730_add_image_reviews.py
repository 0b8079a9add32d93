"""No image without a verdict on its exact bytes; and pictures that wait for theirs.

A worker inserts an image only beside a decision of its owner's that allows just these bytes (docs/decisions/0021). This binds
workers of before as well, and not from a later release on, because nothing is deployed yet, and because it has to fail closed:
what they make is refused here, costs nobody anything, and is made again by one that asks. Images of before have no decision.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

IMAGES = """
ALTER TABLE images
  ADD COLUMN decision bigint,
  ADD CONSTRAINT images_decided FOREIGN KEY (decision, user_id) REFERENCES safety_decisions (number, user_id);
CREATE POLICY judged ON images AS RESTRICTIVE FOR INSERT TO likeness_api, likeness_worker
  WITH CHECK (EXISTS (SELECT FROM safety_decisions d
                       WHERE d.user_id = images.user_id AND d.number = images.decision
                         AND d.outcome = 'ALLOWED' AND d.input_sha256 = images.sha256));
"""

PAUSES = """
ALTER TABLE job_images DROP CONSTRAINT job_images_paused_by_check;
ALTER TABLE job_images ADD CONSTRAINT job_images_paused_by_check
  CHECK (paused_by IN ('PROVIDER_BUSY', 'PROVIDER_DOWN', 'RETRY_PAUSE', 'REVIEW'));
"""

REVIEWS = """
CREATE TABLE image_reviews (
  user_id uuid NOT NULL,
  job_id uuid NOT NULL,
  index integer NOT NULL,
  round integer NOT NULL,
  key text NOT NULL,
  content_type text NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  seed bigint NOT NULL,
  generation_ms integer NOT NULL,
  since timestamptz NOT NULL,
  stored_at timestamptz,
  cleared_at timestamptz,
  PRIMARY KEY (job_id, index, round),
  FOREIGN KEY (job_id, user_id) REFERENCES jobs (id, user_id)
);
CREATE INDEX image_reviews_open ON image_reviews (since) WHERE cleared_at IS NULL;

ALTER TABLE image_reviews ENABLE ROW LEVEL SECURITY;
ALTER TABLE image_reviews FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON image_reviews TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON image_reviews TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON image_reviews TO likeness_dispatch USING (true) WITH CHECK (true);
GRANT SELECT (user_id, job_id, index, round, since, stored_at, cleared_at) ON image_reviews TO likeness_api;
GRANT SELECT, INSERT ON image_reviews TO likeness_worker;
GRANT UPDATE (key, content_type, provider, model, seed, generation_ms, since, stored_at, cleared_at) ON image_reviews TO likeness_worker;
GRANT SELECT (user_id, job_id, index, since, cleared_at), DELETE ON image_reviews TO likeness_dispatch;
"""


BACK = """
UPDATE job_images SET paused_by = 'RETRY_PAUSE' WHERE paused_by = 'REVIEW';
ALTER TABLE job_images DROP CONSTRAINT job_images_paused_by_check;
ALTER TABLE job_images ADD CONSTRAINT job_images_paused_by_check CHECK (paused_by IN ('PROVIDER_BUSY', 'PROVIDER_DOWN', 'RETRY_PAUSE'));
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(IMAGES)
    run_script(PAUSES)
    run_script(REVIEWS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)
    op.execute("DROP TABLE image_reviews")
    op.execute("DROP POLICY judged ON images")
    op.execute("ALTER TABLE images DROP COLUMN decision")

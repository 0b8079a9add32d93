"""Trainings of LoRAs, and the credits that are held for them.

A hold belongs to an image of a job or to a training, never to both. One training of a subject runs at a time: the index
`lora_models_running` decides between two that begin together (docs/decisions/0024).
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LORA_MODELS = """
CREATE TABLE lora_models (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  subject_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('PENDING', 'TRAINING', 'READY', 'FAILED', 'CANCELLED')),
  base_model text NOT NULL,
  trainer text NOT NULL,
  trigger_word text NOT NULL CHECK (length(trigger_word) BETWEEN 1 AND 40),
  training_steps integer NOT NULL CHECK (training_steps > 0),
  image_ids uuid[] NOT NULL,
  image_count integer NOT NULL CHECK (image_count >= 5),
  price bigint NOT NULL CHECK (price >= 0),
  is_free_retry boolean NOT NULL,
  hold_id uuid,
  credits_reserved bigint NOT NULL CHECK (credits_reserved IN (0, price)),
  credits_captured bigint NOT NULL DEFAULT 0 CHECK (credits_captured IN (0, price)),
  descends_from_upload boolean NOT NULL,
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt BETWEEN 0 AND 2),
  history jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(history) = 'array'),
  current_step integer NOT NULL DEFAULT 0 CHECK (current_step BETWEEN 0 AND training_steps),
  tells_steps boolean NOT NULL DEFAULT false,
  error_code text,
  error_message text,
  is_retry_free boolean NOT NULL DEFAULT false,
  weights_key text,
  weights_name text,
  weights_size bigint CHECK (weights_size > 0),
  config_key text,
  event_count bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  attempt_started_at timestamptz,
  completed_at timestamptz,
  claims integer NOT NULL DEFAULT 0,
  tries integer NOT NULL DEFAULT 0,
  sent_at timestamptz NOT NULL,
  lease_until timestamptz,
  dataset_key text,
  call_state text CHECK (call_state IN ('INTENDED', 'SUBMITTED', 'DONE', 'FAILED', 'CANCELLED', 'LOST')),
  call_id uuid UNIQUE,
  call_endpoint text,
  call_request_id text,
  call_intended_at timestamptz,
  call_hinted_at timestamptz,
  CHECK (cardinality(image_ids) = image_count),
  CHECK ((price = 0) = (hold_id IS NULL)),
  CHECK (status = 'TRAINING' OR lease_until IS NULL),
  CHECK ((completed_at IS NOT NULL) = (status IN ('READY', 'FAILED', 'CANCELLED'))),
  CHECK (completed_at IS NULL OR credits_reserved = 0),
  CHECK (completed_at IS NULL OR dataset_key IS NULL),
  CHECK ((status = 'READY') = (weights_key IS NOT NULL)),
  CHECK (weights_key IS NULL OR num_nulls(weights_name, weights_size) = 0),
  CHECK (credits_captured = CASE status WHEN 'READY' THEN price ELSE 0 END),
  CHECK ((status = 'FAILED') = (error_code IS NOT NULL) AND (error_code IS NULL) = (error_message IS NULL)),
  CHECK (num_nulls(call_state, call_id, call_endpoint, call_intended_at) IN (0, 4)),
  UNIQUE (id, user_id),
  FOREIGN KEY (subject_id, user_id) REFERENCES subjects (id, user_id)
);
CREATE UNIQUE INDEX lora_models_running ON lora_models (subject_id) WHERE status IN ('PENDING', 'TRAINING');
CREATE INDEX lora_models_of_subject ON lora_models (subject_id, created_at DESC, id DESC);
CREATE INDEX lora_models_ready ON lora_models (subject_id, completed_at DESC) WHERE status = 'READY';
CREATE INDEX lora_models_unfinished ON lora_models (sent_at) WHERE status IN ('PENDING', 'TRAINING') OR call_state IN ('INTENDED', 'SUBMITTED');

GRANT SELECT, INSERT ON lora_models TO likeness_api;
GRANT UPDATE (status, credits_reserved, history, is_retry_free, error_code, error_message, event_count, completed_at, lease_until, dataset_key,
  call_state, call_request_id, call_hinted_at) ON lora_models TO likeness_api;
GRANT SELECT, UPDATE ON lora_models TO likeness_worker;
GRANT SELECT (id, user_id, status, sent_at, lease_until, call_state, completed_at), UPDATE (sent_at) ON lora_models TO likeness_dispatch;

ALTER TABLE lora_models ENABLE ROW LEVEL SECURITY;
ALTER TABLE lora_models FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON lora_models TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON lora_models TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY sweep ON lora_models TO likeness_dispatch USING (true) WITH CHECK (true);

CREATE INDEX images_liked ON images (subject_id, created_at) WHERE liked AND deleted_at IS NULL;
ALTER TABLE images ADD COLUMN mode_reason text;
ALTER TABLE image_reviews ADD COLUMN fallback text;
GRANT UPDATE (fallback) ON image_reviews TO likeness_worker;
"""

CREDITS = """
ALTER TABLE credit_holds ALTER COLUMN job_id DROP NOT NULL, ALTER COLUMN image_index DROP NOT NULL,
  ADD COLUMN lora_model_id uuid,
  ADD CONSTRAINT credit_holds_of_one_work CHECK (num_nonnulls(job_id, lora_model_id) = 1 AND (job_id IS NULL) = (image_index IS NULL)),
  ADD FOREIGN KEY (lora_model_id, user_id) REFERENCES lora_models (id, user_id) DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX credit_holds_of_training ON credit_holds (lora_model_id) WHERE lora_model_id IS NOT NULL;
ALTER TABLE credit_entries ADD COLUMN lora_model_id uuid, ADD CHECK (num_nonnulls(job_id, lora_model_id) <= 1);
"""

RESOLVES_ONCE = """
CREATE OR REPLACE FUNCTION hold_resolves_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.resolution IS NOT NULL THEN
    RAISE EXCEPTION 'hold % was % already', OLD.id, OLD.resolution USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW.id, NEW.user_id, NEW.job_id, NEW.lora_model_id, NEW.image_index, NEW.amount) IS DISTINCT FROM
     (OLD.id, OLD.user_id, OLD.job_id, OLD.lora_model_id, OLD.image_index, OLD.amount) THEN
    RAISE EXCEPTION 'hold % may only be resolved', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.resolution = 'CAPTURED' AND OLD.expires_at <= now() THEN
    RAISE EXCEPTION 'hold % ran out and cannot be captured', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.resolution = 'EXPIRED' AND OLD.expires_at > clock_timestamp() THEN
    RAISE EXCEPTION 'hold % has not run out', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""

VIOLATIONS = """
CREATE OR REPLACE VIEW ledger_violations WITH (security_invoker = true) AS
  SELECT a.user_id, 'balance differs from the sum of entries' AS violation,
         format('available %s, entries say %s; reserved %s, entries say %s', a.available, coalesce(e.available, 0), a.reserved, coalesce(e.reserved, 0)) AS detail
    FROM credit_accounts a
    LEFT JOIN (SELECT user_id, sum(available_delta) AS available, sum(reserved_delta) AS reserved FROM credit_entries GROUP BY user_id) e USING (user_id)
   WHERE (a.available, a.reserved) IS DISTINCT FROM (coalesce(e.available, 0), coalesce(e.reserved, 0))
  UNION ALL
  SELECT user_id, 'balance below zero', format('available %s, reserved %s', available, reserved)
    FROM credit_accounts WHERE least(available, reserved) < 0
  UNION ALL
  SELECT user_id, 'entry does not follow the one before it', format('entry %s', number)
    FROM (SELECT user_id, number, available_after, reserved_after, available_delta, reserved_delta,
                 lag(number, 1, 0::bigint) OVER w AS n, lag(available_after, 1, 0::bigint) OVER w AS av, lag(reserved_after, 1, 0::bigint) OVER w AS re
            FROM credit_entries WINDOW w AS (PARTITION BY user_id ORDER BY number)) chain
   WHERE number <> n + 1 OR available_after <> av + available_delta OR reserved_after <> re + reserved_delta
  UNION ALL
  SELECT a.user_id, 'entry count differs', format('account says %s, ledger has %s', a.entry_count, count(e.number))
    FROM credit_accounts a LEFT JOIN credit_entries e USING (user_id) GROUP BY a.user_id, a.entry_count HAVING a.entry_count <> count(e.number)
  UNION ALL
  SELECT a.user_id, 'reserved differs from open holds', format('reserved %s, open holds %s', a.reserved, coalesce(h.open, 0))
    FROM credit_accounts a
    LEFT JOIN (SELECT user_id, sum(amount) AS open FROM credit_holds WHERE resolution IS NULL GROUP BY user_id) h USING (user_id)
   WHERE a.reserved <> coalesce(h.open, 0)
  UNION ALL
  SELECT h.user_id, 'hold and its resolving entry disagree', format('hold %s is %s, entry says %s', h.id, coalesce(h.resolution, 'open'), coalesce(e.type, 'nothing'))
    FROM credit_holds h LEFT JOIN credit_entries e ON e.hold_id = h.id
   WHERE coalesce(h.resolution, '') <> CASE e.type WHEN 'CAPTURE' THEN 'CAPTURED' WHEN 'RELEASE' THEN 'RELEASED' WHEN 'EXPIRE' THEN 'EXPIRED' ELSE '' END
      OR (e.type = 'CAPTURE' AND (e.amount <> h.captured OR e.reserved_delta <> -h.amount))
      OR (e.type IN ('RELEASE', 'EXPIRE') AND e.amount <> h.amount)
  UNION ALL
  SELECT r.user_id, 'reservation differs from its holds', format('%s reserved %s, holds %s', r.work, r.reserved, coalesce(h.held, 0))
    FROM (SELECT user_id, coalesce('job ' || job_id, 'training ' || lora_model_id) AS work, sum(amount) AS reserved
            FROM credit_entries WHERE type = 'RESERVE' GROUP BY user_id, work) r
    LEFT JOIN (SELECT coalesce('job ' || job_id, 'training ' || lora_model_id) AS work, sum(amount) AS held FROM credit_holds GROUP BY 1) h USING (work)
   WHERE r.reserved <> coalesce(h.held, 0)
  UNION ALL
  SELECT j.user_id, 'open hold on an ended job', format('job %s is %s, hold %s', j.id, j.status, h.id)
    FROM credit_holds h JOIN jobs j ON j.id = h.job_id WHERE h.resolution IS NULL AND j.finished_at IS NOT NULL
  UNION ALL
  SELECT j.user_id, 'job totals differ from its holds', format('job %s says reserved %s captured %s, holds say %s and %s', j.id, j.credits_reserved, j.credits_captured, coalesce(h.open, 0), coalesce(h.captured, 0))
    FROM jobs j
    LEFT JOIN (SELECT job_id, coalesce(sum(amount) FILTER (WHERE resolution IS NULL), 0) AS open, coalesce(sum(captured), 0) AS captured FROM credit_holds GROUP BY job_id) h ON h.job_id = j.id
   WHERE (j.credits_reserved, j.credits_captured) IS DISTINCT FROM (coalesce(h.open, 0), coalesce(h.captured, 0))
  UNION ALL
  SELECT h.user_id, 'captured without an image', format('hold %s of job %s, image %s', h.id, h.job_id, h.image_index)
    FROM credit_holds h LEFT JOIN images i ON i.job_id = h.job_id AND i.index = h.image_index
   WHERE h.resolution = 'CAPTURED' AND h.job_id IS NOT NULL AND i.id IS NULL
  UNION ALL
  SELECT i.user_id, 'image price differs from its captures', format('image %s says %s, captured %s', i.id, i.credits_charged, coalesce(h.captured, 0))
    FROM images i
    LEFT JOIN (SELECT job_id, image_index, sum(captured) AS captured FROM credit_holds WHERE resolution = 'CAPTURED' GROUP BY job_id, image_index) h
      ON h.job_id = i.job_id AND h.image_index = i.index
   WHERE i.credits_charged <> coalesce(h.captured, 0)
  UNION ALL
  SELECT ji.user_id, 'image state differs from its hold', format('image %s of job %s is %s, its hold %s', ji.index, ji.job_id, ji.state, coalesce(h.resolution, 'open'))
    FROM job_images ji JOIN credit_holds h ON h.id = ji.hold_id
   WHERE NOT coalesce(h.resolution, 'OPEN') = ANY (CASE ji.state
           WHEN 'COMPLETED' THEN '{CAPTURED}' WHEN 'FAILED' THEN '{RELEASED,EXPIRED}' WHEN 'CANCELLED' THEN '{RELEASED,EXPIRED}' ELSE '{OPEN}' END::text[])
  UNION ALL
  SELECT m.user_id, 'open hold on an ended training', format('training %s is %s, hold %s', m.id, m.status, h.id)
    FROM credit_holds h JOIN lora_models m ON m.id = h.lora_model_id WHERE h.resolution IS NULL AND m.completed_at IS NOT NULL
  UNION ALL
  SELECT m.user_id, 'training totals differ from its holds', format('training %s says reserved %s captured %s, holds say %s and %s', m.id, m.credits_reserved, m.credits_captured, coalesce(h.open, 0), coalesce(h.captured, 0))
    FROM lora_models m
    LEFT JOIN (SELECT lora_model_id, coalesce(sum(amount) FILTER (WHERE resolution IS NULL), 0) AS open, coalesce(sum(captured), 0) AS captured FROM credit_holds GROUP BY lora_model_id) h ON h.lora_model_id = m.id
   WHERE (m.credits_reserved, m.credits_captured) IS DISTINCT FROM (coalesce(h.open, 0), coalesce(h.captured, 0))
  UNION ALL
  SELECT h.user_id, 'captured without weights', format('hold %s of training %s', h.id, h.lora_model_id)
    FROM credit_holds h JOIN lora_models m ON m.id = h.lora_model_id
   WHERE h.resolution = 'CAPTURED' AND m.status <> 'READY';
"""

RESOLVED_ONCE_BEFORE = """
CREATE OR REPLACE FUNCTION hold_resolves_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.resolution IS NOT NULL THEN
    RAISE EXCEPTION 'hold % was % already', OLD.id, OLD.resolution USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW.id, NEW.user_id, NEW.job_id, NEW.image_index, NEW.amount) IS DISTINCT FROM
     (OLD.id, OLD.user_id, OLD.job_id, OLD.image_index, OLD.amount) THEN
    RAISE EXCEPTION 'hold % may only be resolved', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.resolution = 'CAPTURED' AND OLD.expires_at <= now() THEN
    RAISE EXCEPTION 'hold % ran out and cannot be captured', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.resolution = 'EXPIRED' AND OLD.expires_at > clock_timestamp() THEN
    RAISE EXCEPTION 'hold % has not run out', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""

VIOLATIONS_BEFORE = """
CREATE OR REPLACE VIEW ledger_violations WITH (security_invoker = true) AS
  SELECT a.user_id, 'balance differs from the sum of entries' AS violation,
         format('available %s, entries say %s; reserved %s, entries say %s', a.available, coalesce(e.available, 0), a.reserved, coalesce(e.reserved, 0)) AS detail
    FROM credit_accounts a
    LEFT JOIN (SELECT user_id, sum(available_delta) AS available, sum(reserved_delta) AS reserved FROM credit_entries GROUP BY user_id) e USING (user_id)
   WHERE (a.available, a.reserved) IS DISTINCT FROM (coalesce(e.available, 0), coalesce(e.reserved, 0))
  UNION ALL
  SELECT user_id, 'balance below zero', format('available %s, reserved %s', available, reserved)
    FROM credit_accounts WHERE least(available, reserved) < 0
  UNION ALL
  SELECT user_id, 'entry does not follow the one before it', format('entry %s', number)
    FROM (SELECT user_id, number, available_after, reserved_after, available_delta, reserved_delta,
                 lag(number, 1, 0::bigint) OVER w AS n, lag(available_after, 1, 0::bigint) OVER w AS av, lag(reserved_after, 1, 0::bigint) OVER w AS re
            FROM credit_entries WINDOW w AS (PARTITION BY user_id ORDER BY number)) chain
   WHERE number <> n + 1 OR available_after <> av + available_delta OR reserved_after <> re + reserved_delta
  UNION ALL
  SELECT a.user_id, 'entry count differs', format('account says %s, ledger has %s', a.entry_count, count(e.number))
    FROM credit_accounts a LEFT JOIN credit_entries e USING (user_id) GROUP BY a.user_id, a.entry_count HAVING a.entry_count <> count(e.number)
  UNION ALL
  SELECT a.user_id, 'reserved differs from open holds', format('reserved %s, open holds %s', a.reserved, coalesce(h.open, 0))
    FROM credit_accounts a
    LEFT JOIN (SELECT user_id, sum(amount) AS open FROM credit_holds WHERE resolution IS NULL GROUP BY user_id) h USING (user_id)
   WHERE a.reserved <> coalesce(h.open, 0)
  UNION ALL
  SELECT h.user_id, 'hold and its resolving entry disagree', format('hold %s is %s, entry says %s', h.id, coalesce(h.resolution, 'open'), coalesce(e.type, 'nothing'))
    FROM credit_holds h LEFT JOIN credit_entries e ON e.hold_id = h.id
   WHERE coalesce(h.resolution, '') <> CASE e.type WHEN 'CAPTURE' THEN 'CAPTURED' WHEN 'RELEASE' THEN 'RELEASED' WHEN 'EXPIRE' THEN 'EXPIRED' ELSE '' END
      OR (e.type = 'CAPTURE' AND (e.amount <> h.captured OR e.reserved_delta <> -h.amount))
      OR (e.type IN ('RELEASE', 'EXPIRE') AND e.amount <> h.amount)
  UNION ALL
  SELECT r.user_id, 'reservation differs from its holds', format('job %s reserved %s, holds %s', r.job_id, r.reserved, coalesce(h.held, 0))
    FROM (SELECT user_id, job_id, sum(amount) AS reserved FROM credit_entries WHERE type = 'RESERVE' GROUP BY user_id, job_id) r
    LEFT JOIN (SELECT job_id, sum(amount) AS held FROM credit_holds GROUP BY job_id) h USING (job_id)
   WHERE r.reserved <> coalesce(h.held, 0)
  UNION ALL
  SELECT j.user_id, 'open hold on an ended job', format('job %s is %s, hold %s', j.id, j.status, h.id)
    FROM credit_holds h JOIN jobs j ON j.id = h.job_id WHERE h.resolution IS NULL AND j.finished_at IS NOT NULL
  UNION ALL
  SELECT j.user_id, 'job totals differ from its holds', format('job %s says reserved %s captured %s, holds say %s and %s', j.id, j.credits_reserved, j.credits_captured, coalesce(h.open, 0), coalesce(h.captured, 0))
    FROM jobs j
    LEFT JOIN (SELECT job_id, coalesce(sum(amount) FILTER (WHERE resolution IS NULL), 0) AS open, coalesce(sum(captured), 0) AS captured FROM credit_holds GROUP BY job_id) h ON h.job_id = j.id
   WHERE (j.credits_reserved, j.credits_captured) IS DISTINCT FROM (coalesce(h.open, 0), coalesce(h.captured, 0))
  UNION ALL
  SELECT h.user_id, 'captured without an image', format('hold %s of job %s, image %s', h.id, h.job_id, h.image_index)
    FROM credit_holds h LEFT JOIN images i ON i.job_id = h.job_id AND i.index = h.image_index
   WHERE h.resolution = 'CAPTURED' AND i.id IS NULL
  UNION ALL
  SELECT i.user_id, 'image price differs from its captures', format('image %s says %s, captured %s', i.id, i.credits_charged, coalesce(h.captured, 0))
    FROM images i
    LEFT JOIN (SELECT job_id, image_index, sum(captured) AS captured FROM credit_holds WHERE resolution = 'CAPTURED' GROUP BY job_id, image_index) h
      ON h.job_id = i.job_id AND h.image_index = i.index
   WHERE i.credits_charged <> coalesce(h.captured, 0)
  UNION ALL
  SELECT ji.user_id, 'image state differs from its hold', format('image %s of job %s is %s, its hold %s', ji.index, ji.job_id, ji.state, coalesce(h.resolution, 'open'))
    FROM job_images ji JOIN credit_holds h ON h.id = ji.hold_id
   WHERE NOT coalesce(h.resolution, 'OPEN') = ANY (CASE ji.state
           WHEN 'COMPLETED' THEN '{CAPTURED}' WHEN 'FAILED' THEN '{RELEASED,EXPIRED}' WHEN 'CANCELLED' THEN '{RELEASED,EXPIRED}' ELSE '{OPEN}' END::text[]);
"""

BACK = """
ALTER TABLE credit_holds DROP CONSTRAINT credit_holds_of_one_work, DROP COLUMN lora_model_id,
  ALTER COLUMN job_id SET NOT NULL, ALTER COLUMN image_index SET NOT NULL;
ALTER TABLE credit_entries DROP COLUMN lora_model_id;
DROP TABLE lora_models;
DROP INDEX images_liked;
ALTER TABLE images DROP COLUMN mode_reason;
ALTER TABLE image_reviews DROP COLUMN fallback;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (LORA_MODELS, CREDITS, RESOLVES_ONCE, VIOLATIONS):
        run_script(script)


def downgrade() -> None:
    """Only where no training was ever paid for: the ledger is never shortened."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (VIOLATIONS_BEFORE, RESOLVED_ONCE_BEFORE, BACK):
        run_script(script)

"""The first tables: accounts, the credit ledger, influencers, jobs, images, events, outbox; row security on all of them.

Roles (created if missing, they belong to the whole cluster):
  likeness_api       what the API signs in as: only its caller's rows, no way to mint credits beyond the sign-up grant
  likeness_worker    what workers sign in as: acts for one named owner at a time
  likeness_dispatch  what a worker becomes (SET LOCAL ROLE) for its sweeps across owners: outbox, leases, hold expiry

A foreign key carries the owner along, so a row can only ever point at rows of the same owner.

Whoever runs the migrations owns the tables; row security is forced, so even the owner sees rows only through the policies
made for it here (`likeness credits verify` and `credits grant` run as the owner).
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = """
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'likeness_dispatch') THEN
    CREATE ROLE likeness_dispatch NOLOGIN NOINHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'likeness_api') THEN
    CREATE ROLE likeness_api LOGIN NOINHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'likeness_worker') THEN
    CREATE ROLE likeness_worker LOGIN NOINHERIT;
  END IF;
  IF NOT pg_has_role('likeness_worker', 'likeness_dispatch', 'MEMBER') THEN
    GRANT likeness_dispatch TO likeness_worker;
  END IF;
END $$;
"""

TABLES = """
CREATE FUNCTION app_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog
  AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text,
  display_name text,
  event_count bigint NOT NULL DEFAULT 0,
  events_pruned_to bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  CHECK (events_pruned_to <= event_count)
);

CREATE TABLE credit_accounts (
  user_id uuid PRIMARY KEY REFERENCES users,
  available bigint NOT NULL DEFAULT 0 CHECK (available >= 0),
  reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  entry_count bigint NOT NULL DEFAULT 0
);

CREATE TABLE subjects (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  type text NOT NULL CHECK (type IN ('INFLUENCER', 'PERSONA')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  created_at timestamptz NOT NULL,
  UNIQUE (id, user_id)
);
CREATE INDEX subjects_of_user ON subjects (user_id, type, created_at DESC, id DESC);

CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  subject_id uuid NOT NULL,
  kind text NOT NULL,
  status text NOT NULL CHECK (status IN ('QUEUED', 'PROCESSING', 'COMPLETED', 'PARTIAL', 'FAILED', 'CANCELLED')),
  mode text CHECK (mode IN ('FACE_SWAP', 'LORA')),
  mode_reason text NOT NULL,
  recipe jsonb NOT NULL,
  image_count integer NOT NULL CHECK (image_count BETWEEN 1 AND 10),
  completed_count integer NOT NULL DEFAULT 0,
  failed_count integer NOT NULL DEFAULT 0,
  cancelled_count integer NOT NULL DEFAULT 0,
  price_per_image integer NOT NULL CHECK (price_per_image >= 0),
  credits_reserved bigint NOT NULL CHECK (credits_reserved >= 0),
  credits_captured bigint NOT NULL DEFAULT 0,
  round integer NOT NULL DEFAULT 1,
  error_code text,
  error_message text,
  event_count bigint NOT NULL DEFAULT 0,
  events_pruned_to bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  CHECK (completed_count + failed_count + cancelled_count <= image_count),
  CHECK (least(completed_count, failed_count, cancelled_count) >= 0),
  CHECK ((finished_at IS NOT NULL) = (status NOT IN ('QUEUED', 'PROCESSING'))),
  CHECK (finished_at IS NULL OR credits_reserved = 0),
  UNIQUE (id, user_id),
  FOREIGN KEY (subject_id, user_id) REFERENCES subjects (id, user_id)
);
CREATE INDEX jobs_of_user ON jobs (user_id, created_at DESC, id DESC);
CREATE INDEX jobs_of_subject ON jobs (subject_id, created_at DESC);

CREATE TABLE credit_holds (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES credit_accounts,
  job_id uuid NOT NULL,
  image_index integer NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  captured bigint CHECK (captured > 0 AND captured <= amount),
  resolution text CHECK (resolution IN ('CAPTURED', 'RELEASED', 'EXPIRED')),
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  resolved_at timestamptz,
  CHECK ((resolution IS NOT DISTINCT FROM 'CAPTURED') = (captured IS NOT NULL)),
  CHECK ((resolution IS NULL) = (resolved_at IS NULL)),
  UNIQUE (id, user_id),
  FOREIGN KEY (job_id, user_id) REFERENCES jobs (id, user_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX credit_holds_of_job ON credit_holds (job_id);
CREATE INDEX credit_holds_open ON credit_holds (expires_at) WHERE resolution IS NULL;

CREATE TABLE credit_entries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES credit_accounts,
  number bigint NOT NULL CHECK (number > 0),
  type text NOT NULL CHECK (type IN ('GRANT', 'RESERVE', 'CAPTURE', 'RELEASE', 'EXPIRE', 'REFUND')),
  amount bigint NOT NULL CHECK (amount > 0),
  available_delta bigint NOT NULL,
  reserved_delta bigint NOT NULL,
  available_after bigint NOT NULL CHECK (available_after >= 0),
  reserved_after bigint NOT NULL CHECK (reserved_after >= 0),
  movement_key text NOT NULL,
  hold_id uuid,
  job_id uuid,
  description text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (user_id, number),
  UNIQUE (user_id, movement_key),
  FOREIGN KEY (hold_id, user_id) REFERENCES credit_holds (id, user_id),
  CHECK (CASE type
    WHEN 'GRANT' THEN available_delta = amount AND reserved_delta = 0
    WHEN 'REFUND' THEN available_delta = amount AND reserved_delta = 0
    WHEN 'RESERVE' THEN available_delta = -amount AND reserved_delta = amount
    WHEN 'CAPTURE' THEN reserved_delta <= -amount AND available_delta = -reserved_delta - amount
    ELSE available_delta = amount AND reserved_delta = -amount END),
  CHECK ((hold_id IS NOT NULL) = (type IN ('CAPTURE', 'RELEASE', 'EXPIRE')))
);
CREATE UNIQUE INDEX credit_entries_one_resolution ON credit_entries (hold_id) WHERE hold_id IS NOT NULL;
CREATE INDEX credit_entries_of_job ON credit_entries (job_id);

CREATE TABLE job_images (
  job_id uuid NOT NULL,
  index integer NOT NULL CHECK (index >= 0),
  user_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('QUEUED', 'RENDERING', 'COMPLETED', 'FAILED', 'CANCELLED')),
  hold_id uuid NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  tries integer NOT NULL DEFAULT 0,
  waits integer NOT NULL DEFAULT 0,
  run_after timestamptz NOT NULL,
  sent_at timestamptz,
  leased_by uuid,
  lease_until timestamptz,
  error_code text,
  error_message text,
  PRIMARY KEY (job_id, index),
  FOREIGN KEY (job_id, user_id) REFERENCES jobs (id, user_id),
  FOREIGN KEY (hold_id, user_id) REFERENCES credit_holds (id, user_id),
  CHECK ((state = 'RENDERING') = (lease_until IS NOT NULL))
);
CREATE INDEX job_images_due ON job_images (run_after) WHERE state = 'QUEUED';
CREATE INDEX job_images_leased ON job_images (lease_until) WHERE state = 'RENDERING';

CREATE TABLE images (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  job_id uuid NOT NULL,
  index integer NOT NULL,
  kind text NOT NULL,
  storage_key text NOT NULL,
  thumbnail_key text NOT NULL,
  sha256 text NOT NULL,
  content_type text NOT NULL,
  size_bytes integer NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  scene text,
  environment text,
  outfit text,
  aspect_ratio text NOT NULL,
  quality text NOT NULL,
  nsfw boolean NOT NULL CHECK (NOT nsfw),
  mode text,
  prompt text NOT NULL,
  negative_prompt text NOT NULL,
  seed bigint NOT NULL,
  steps integer NOT NULL,
  model text NOT NULL,
  provider text NOT NULL,
  credits_charged integer NOT NULL,
  generation_ms integer NOT NULL,
  liked boolean NOT NULL DEFAULT false,
  download_count integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  UNIQUE (job_id, index),
  UNIQUE (id, user_id),
  FOREIGN KEY (subject_id, user_id) REFERENCES subjects (id, user_id),
  FOREIGN KEY (job_id, user_id) REFERENCES jobs (id, user_id)
);
CREATE INDEX images_newest ON images (user_id, created_at DESC, id DESC);
CREATE INDEX images_favourites ON images (user_id, liked DESC, created_at DESC, id DESC);
CREATE INDEX images_of_subject ON images (user_id, subject_id, created_at DESC, id DESC);

CREATE TABLE influencers (
  subject_id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  style text NOT NULL,
  gender text NOT NULL,
  age integer NOT NULL CHECK (age >= 18),
  ethnicity text NOT NULL,
  hair_color text NOT NULL,
  hair_style text NOT NULL,
  eye_color text NOT NULL,
  body_type text NOT NULL,
  default_outfit text NOT NULL,
  nsfw_enabled boolean NOT NULL DEFAULT false CHECK (NOT nsfw_enabled),
  base_model text NOT NULL,
  base_image_id uuid,
  identity_seed bigint NOT NULL,
  training_enabled boolean NOT NULL DEFAULT true,
  auto_start boolean NOT NULL DEFAULT true,
  FOREIGN KEY (subject_id, user_id) REFERENCES subjects (id, user_id),
  FOREIGN KEY (base_image_id, user_id) REFERENCES images (id, user_id)
);

CREATE TABLE events (
  user_id uuid NOT NULL REFERENCES users,
  number bigint NOT NULL,
  job_id uuid NOT NULL,
  job_number bigint NOT NULL,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, number),
  UNIQUE (job_id, job_number),
  FOREIGN KEY (job_id, user_id) REFERENCES jobs (id, user_id)
);
CREATE INDEX events_by_age ON events (created_at);

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('task', 'live')),
  topic text NOT NULL,
  payload jsonb NOT NULL,
  run_after timestamptz NOT NULL,
  claimed_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_due ON outbox (run_after, id);

CREATE TABLE idempotency_keys (
  user_id uuid NOT NULL REFERENCES users,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
  fingerprint text NOT NULL,
  answer jsonb,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE notifications (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  type text NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  href text NOT NULL,
  job_id uuid,
  read_at timestamptz,
  created_at timestamptz NOT NULL,
  FOREIGN KEY (job_id, user_id) REFERENCES jobs (id, user_id)
);
CREATE INDEX notifications_of_user ON notifications (user_id, created_at DESC, id DESC);
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_at IS NULL;

CREATE TABLE worker_heartbeats (
  worker_id uuid PRIMARY KEY,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL
);
"""

LEDGER = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: the ledger is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON credit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON credit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON credit_holds FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON credit_holds FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION hold_resolves_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
CREATE TRIGGER resolves_once BEFORE UPDATE ON credit_holds FOR EACH ROW EXECUTE FUNCTION hold_resolves_once();

-- At commit the cached balance is what the last entry says, and each entry follows from the one before it.
-- Tables are named with their schema: a caller's temporary table of the same name would otherwise be read in their place.
CREATE FUNCTION account_follows_entries() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE account record; entry record; previous record;
BEGIN
  SELECT * INTO account FROM public.credit_accounts WHERE user_id = NEW.user_id;
  SELECT * INTO entry FROM public.credit_entries WHERE user_id = NEW.user_id ORDER BY number DESC LIMIT 1;
  IF (account.entry_count, account.available, account.reserved) IS DISTINCT FROM
     (coalesce(entry.number, 0), coalesce(entry.available_after, 0), coalesce(entry.reserved_after, 0)) THEN
    RAISE EXCEPTION 'the balance of % does not follow from its ledger', NEW.user_id USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_TABLE_NAME = 'credit_entries' THEN
    SELECT * INTO previous FROM public.credit_entries WHERE user_id = NEW.user_id AND number = NEW.number - 1;
    IF (NEW.available_after, NEW.reserved_after) IS DISTINCT FROM
       (coalesce(previous.available_after, 0) + NEW.available_delta, coalesce(previous.reserved_after, 0) + NEW.reserved_delta)
       OR (previous IS NULL) <> (NEW.number = 1) THEN
      RAISE EXCEPTION 'entry % of % does not follow the one before it', NEW.number, NEW.user_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER follows_entries AFTER INSERT OR UPDATE ON credit_accounts DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION account_follows_entries();
CREATE CONSTRAINT TRIGGER follows_entries AFTER INSERT ON credit_entries DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION account_follows_entries();

CREATE VIEW ledger_violations WITH (security_invoker = true) AS
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

OWNED = (
    "credit_accounts", "subjects", "jobs", "credit_holds", "credit_entries", "job_images", "images", "influencers",
    "events", "outbox", "idempotency_keys", "notifications",
)  # fmt: skip
"""Tables whose `user_id` says whose row it is."""

GRANTS = """
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO likeness_api, likeness_worker, likeness_dispatch;

GRANT SELECT ON users, credit_accounts, subjects, jobs, credit_holds, credit_entries, job_images, images, influencers, events,
  idempotency_keys, notifications TO likeness_api, likeness_worker;
GRANT SELECT ON ledger_violations TO likeness_api, likeness_worker;

GRANT INSERT (id, email, display_name, created_at), UPDATE (email, display_name, event_count) ON users TO likeness_api;
GRANT INSERT (user_id), UPDATE (available, reserved, entry_count) ON credit_accounts TO likeness_api;
GRANT INSERT ON credit_entries, credit_holds, outbox, jobs, job_images, subjects, influencers, events, idempotency_keys, notifications TO likeness_api;
GRANT UPDATE (resolution, captured, resolved_at) ON credit_holds TO likeness_api;
GRANT UPDATE ON jobs, job_images TO likeness_api;
GRANT UPDATE (name) ON subjects TO likeness_api;
GRANT UPDATE ON influencers TO likeness_api;
GRANT UPDATE (liked, download_count) ON images TO likeness_api;
GRANT UPDATE (answer) ON idempotency_keys TO likeness_api;
GRANT UPDATE (read_at) ON notifications TO likeness_api;

GRANT UPDATE (event_count) ON users TO likeness_worker;
GRANT UPDATE (available, reserved, entry_count) ON credit_accounts TO likeness_worker;
GRANT INSERT ON credit_entries, outbox, events, images, notifications TO likeness_worker;
GRANT UPDATE (resolution, captured, resolved_at) ON credit_holds TO likeness_worker;
GRANT UPDATE ON jobs, job_images TO likeness_worker;

GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO likeness_dispatch;
GRANT SELECT (job_id, index, user_id, state, attempt, tries, run_after, sent_at, leased_by, lease_until), UPDATE (lease_until, sent_at) ON job_images TO likeness_dispatch;
GRANT SELECT (id, user_id, job_id, image_index, resolution, expires_at) ON credit_holds TO likeness_dispatch;
GRANT SELECT (user_id, number, job_id, job_number, created_at), DELETE ON events TO likeness_dispatch;
GRANT SELECT (id, event_count, events_pruned_to), UPDATE (events_pruned_to) ON users, jobs TO likeness_dispatch;
GRANT SELECT (user_id, key, created_at), DELETE ON idempotency_keys TO likeness_dispatch;
GRANT SELECT, INSERT, UPDATE, DELETE ON worker_heartbeats TO likeness_dispatch;
GRANT SELECT ON worker_heartbeats TO likeness_api;
GRANT SELECT ON alembic_version TO likeness_api, likeness_worker;
"""

POLICIES = """
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON users TO likeness_api, likeness_worker USING (id = app_user_id()) WITH CHECK (id = app_user_id());
CREATE POLICY sweep ON users TO likeness_dispatch USING (true) WITH CHECK (true);

-- Who may move credits, and how: an API that is taken over cannot mint them beyond the one sign-up grant of each user.
CREATE POLICY api_movements ON credit_entries AS RESTRICTIVE FOR INSERT TO likeness_api
  WITH CHECK (type IN ('RESERVE', 'RELEASE') OR (type = 'GRANT' AND movement_key = 'signup'));
CREATE POLICY worker_movements ON credit_entries AS RESTRICTIVE FOR INSERT TO likeness_worker
  WITH CHECK (type IN ('CAPTURE', 'RELEASE', 'EXPIRE'));

CREATE POLICY sweep ON outbox TO likeness_dispatch USING (true) WITH CHECK (true);
CREATE POLICY sweep ON job_images TO likeness_dispatch USING (true) WITH CHECK (true);
CREATE POLICY sweep ON credit_holds FOR SELECT TO likeness_dispatch USING (true);
CREATE POLICY sweep ON events TO likeness_dispatch USING (true);
CREATE POLICY sweep ON jobs TO likeness_dispatch USING (true) WITH CHECK (true);
CREATE POLICY sweep ON idempotency_keys TO likeness_dispatch USING (true);

ALTER TABLE worker_heartbeats ENABLE ROW LEVEL SECURITY;
ALTER TABLE worker_heartbeats FORCE ROW LEVEL SECURITY;
CREATE POLICY sweep ON worker_heartbeats TO likeness_dispatch USING (true) WITH CHECK (true);
CREATE POLICY readiness ON worker_heartbeats FOR SELECT TO likeness_api USING (true);
"""


def upgrade() -> None:
    run_script(ROLES)
    run_script(TABLES)
    run_script(LEDGER)
    for table in OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own ON {table} TO likeness_api, likeness_worker "
            f"USING (user_id = app_user_id()) WITH CHECK (user_id = app_user_id())"
        )
        op.execute(f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)")
    op.execute("CREATE POLICY owner ON users TO CURRENT_USER USING (true) WITH CHECK (true)")
    op.execute("CREATE POLICY owner ON worker_heartbeats TO CURRENT_USER USING (true) WITH CHECK (true)")
    run_script(POLICIES)
    run_script(GRANTS)


def downgrade() -> None:
    op.execute("DROP VIEW ledger_violations")
    op.execute(
        "DROP TABLE worker_heartbeats, notifications, idempotency_keys, outbox, events, influencers, images, job_images, "
        "credit_entries, credit_holds, jobs, subjects, credit_accounts, users CASCADE"
    )
    op.execute("DROP FUNCTION account_follows_entries, hold_resolves_once, refuse_change, app_user_id")
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM likeness_api, likeness_worker, likeness_dispatch")
    op.execute("REVOKE USAGE ON SCHEMA public FROM likeness_api, likeness_worker, likeness_dispatch")

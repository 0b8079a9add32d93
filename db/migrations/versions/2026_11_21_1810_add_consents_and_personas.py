"""Consents, what stands under them (personas and their photos), and what is said of each deletion.

A photo is announced, taken in and used only under a live consent: the reference and a trigger take the place of the
constraint that refused every photo until now. Nothing here is deleted by the API or a worker: what has to go is emptied, and a
consent can only ever be withdrawn, once (docs/decisions/0025).
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CONSENTS = """
CREATE TABLE consents (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  purpose text NOT NULL CHECK (purpose IN ('LIKENESS_TRAINING')),
  text_version text NOT NULL,
  text_sha256 text NOT NULL CHECK (text_sha256 ~ '^[0-9a-f]{64}$'),
  signature text NOT NULL CHECK (length(signature) BETWEEN 2 AND 120),
  given_at timestamptz NOT NULL,
  withdrawn_at timestamptz CHECK (withdrawn_at >= given_at),
  UNIQUE (id, user_id)
);
CREATE UNIQUE INDEX consents_live ON consents (user_id, purpose, text_version) WHERE withdrawn_at IS NULL;
CREATE INDEX consents_of_user ON consents (user_id, given_at DESC, id DESC);

CREATE FUNCTION consents_are_withdrawn_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
     OR to_jsonb(NEW) - 'withdrawn_at' IS DISTINCT FROM to_jsonb(OLD) - 'withdrawn_at' THEN
    RAISE EXCEPTION 'consent % may only be withdrawn, once', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER withdrawn_once BEFORE UPDATE ON consents FOR EACH ROW EXECUTE FUNCTION consents_are_withdrawn_once();
CREATE TRIGGER never_deleted BEFORE DELETE ON consents FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON consents FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT (id, user_id, purpose, text_version, text_sha256, signature, given_at), UPDATE (withdrawn_at) ON consents TO likeness_api;
GRANT SELECT ON consents TO likeness_worker;
"""

UPLOADS = """
ALTER TABLE uploads
  ADD COLUMN consent_id uuid,
  ADD COLUMN measures jsonb,
  ADD FOREIGN KEY (consent_id, user_id) REFERENCES consents (id, user_id),
  DROP CONSTRAINT uploads_no_photo_before_consent,
  ADD CONSTRAINT uploads_photos_name_their_consent CHECK ((purpose = 'PERSONA_PHOTO') = (consent_id IS NOT NULL));
CREATE INDEX uploads_of_consent ON uploads (consent_id) WHERE consent_id IS NOT NULL;

CREATE FUNCTION photos_need_a_live_consent() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.consents WHERE id = NEW.consent_id AND user_id = NEW.user_id AND withdrawn_at IS NULL) THEN
    RAISE EXCEPTION 'photo % has no live consent', NEW.id USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER announced_under_a_consent BEFORE INSERT ON uploads FOR EACH ROW
  WHEN (NEW.consent_id IS NOT NULL) EXECUTE FUNCTION photos_need_a_live_consent();
CREATE TRIGGER taken_in_under_a_consent BEFORE UPDATE ON uploads FOR EACH ROW
  WHEN (NEW.consent_id IS NOT NULL AND (NEW.consent_id IS DISTINCT FROM OLD.consent_id OR (NEW.status = 'READY' AND OLD.status <> 'READY')
        OR (NEW.used_at IS NOT NULL AND OLD.used_at IS NULL)))
  EXECUTE FUNCTION photos_need_a_live_consent();

GRANT UPDATE (measures) ON uploads TO likeness_api;
GRANT UPDATE (file_name, sha256, measures, usable_until) ON uploads TO likeness_worker;
"""

PERSONAS = """
CREATE TABLE personas (
  subject_id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  consent_id uuid NOT NULL,
  description text NOT NULL CHECK (length(description) <= 500),
  tags text[] NOT NULL CHECK (cardinality(tags) <= 20),
  status text NOT NULL CHECK (status IN ('PENDING_UPLOAD', 'ANALYZING', 'READY', 'FAILED')),
  is_default boolean NOT NULL DEFAULT false,
  deleted_at timestamptz,
  CHECK (deleted_at IS NULL OR (description = '' AND tags = '{}' AND NOT is_default)),
  UNIQUE (subject_id, user_id),
  FOREIGN KEY (subject_id, user_id) REFERENCES subjects (id, user_id),
  FOREIGN KEY (consent_id, user_id) REFERENCES consents (id, user_id)
);
CREATE UNIQUE INDEX personas_default ON personas (user_id) WHERE is_default;
CREATE INDEX personas_of_consent ON personas (consent_id);

CREATE TABLE persona_photos (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  persona_id uuid NOT NULL,
  upload_id uuid UNIQUE,
  added_at timestamptz NOT NULL,
  removed_at timestamptz,
  CHECK (upload_id IS NOT NULL OR removed_at IS NOT NULL),
  FOREIGN KEY (persona_id, user_id) REFERENCES personas (subject_id, user_id),
  FOREIGN KEY (upload_id, user_id) REFERENCES uploads (id, user_id)
);
CREATE INDEX persona_photos_present ON persona_photos (persona_id, added_at, id) WHERE removed_at IS NULL;

GRANT SELECT, INSERT, UPDATE (consent_id, description, tags, status, is_default, deleted_at) ON personas TO likeness_api;
GRANT SELECT ON personas TO likeness_worker;
GRANT SELECT, INSERT (id, user_id, persona_id, upload_id, added_at), UPDATE (removed_at) ON persona_photos TO likeness_api;
GRANT SELECT, UPDATE (upload_id) ON persona_photos TO likeness_worker;
"""

DELETIONS = """
CREATE TABLE deletions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  reason text NOT NULL CHECK (reason IN ('CONSENT_WITHDRAWN', 'PERSONA_DELETED', 'PHOTOS_REMOVED')),
  consent_id uuid,
  persona_ids uuid[] NOT NULL,
  photo_count integer NOT NULL CHECK (photo_count >= 0),
  image_count integer NOT NULL CHECK (image_count >= 0),
  job_count integer NOT NULL CHECK (job_count >= 0),
  credits_released bigint NOT NULL CHECK (credits_released >= 0),
  requested_at timestamptz NOT NULL,
  sent_at timestamptz NOT NULL,
  finished_at timestamptz,
  FOREIGN KEY (consent_id, user_id) REFERENCES consents (id, user_id)
);
CREATE INDEX deletions_of_user ON deletions (user_id, requested_at DESC, id DESC);
CREATE INDEX deletions_unfinished ON deletions (sent_at) WHERE finished_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON deletions FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON deletions TO likeness_api;
GRANT SELECT, UPDATE (finished_at) ON deletions TO likeness_worker;
GRANT SELECT (id, user_id, sent_at, finished_at), UPDATE (sent_at) ON deletions TO likeness_dispatch;
"""

SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} TO likeness_api, likeness_worker
  USING (user_id = (SELECT app_user_id())) WITH CHECK (user_id = (SELECT app_user_id()));
CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
"""
SWEEP = "CREATE POLICY sweep ON deletions TO likeness_dispatch USING (true) WITH CHECK (true)"

BACK = """
DROP TABLE deletions, persona_photos, personas;
REVOKE UPDATE (file_name, sha256, measures, usable_until) ON uploads FROM likeness_worker;
DROP TRIGGER taken_in_under_a_consent ON uploads;
DROP TRIGGER announced_under_a_consent ON uploads;
DROP FUNCTION photos_need_a_live_consent;
ALTER TABLE uploads DROP COLUMN measures, DROP COLUMN consent_id, ADD CONSTRAINT uploads_no_photo_before_consent CHECK (purpose <> 'PERSONA_PHOTO');
DROP TABLE consents;
DROP FUNCTION consents_are_withdrawn_once;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (CONSENTS, UPLOADS, PERSONAS, DELETIONS):
        run_script(script)
    for table in ("consents", "personas", "persona_photos", "deletions"):
        run_script(SECURITY.format(table=table))
    run_script(SWEEP)


def downgrade() -> None:
    """Refused by the constraint while there are photos: the schema before this one takes none."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(BACK)

"""The gate of adult content: who may see it, what it may be made of, and where it lies (docs/decisions/0022).

Off everywhere until now by two constraints; in their place come the conditions themselves, as far as SQL can know them:
- an adult image is of an influencer that is meant for it and 21 or older, and nothing behind it is of a real person or uploaded;
- the API sees one only in a transaction that says so (`app.adult`), of an account that is assured and has opted in;
- no role that serves may write that an age is assured.

Pages leave adult images out unless they are asked for, so the indexes of pages do too, and those images have their own. The
new indexes take the place of the old ones here, and not in a later release, because nothing is deployed yet.
"""

from alembic import op

from db.migrations.sql import run_script

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ACCOUNTS = """
ALTER TABLE users
  ADD COLUMN age_assurance text NOT NULL DEFAULT 'NONE' CHECK (age_assurance IN ('NONE', 'SELF_DECLARED', 'ASSURED')),
  ADD COLUMN age_assured_at timestamptz,
  ADD COLUMN age_assurance_reference text,
  ADD COLUMN adult_opted_in_at timestamptz,
  ADD CONSTRAINT age_assurance_has_a_date CHECK ((age_assurance = 'NONE') = (age_assured_at IS NULL)),
  ADD CONSTRAINT age_assurance_has_a_reference CHECK ((age_assurance = 'NONE') = (age_assurance_reference IS NULL) AND age_assurance_reference <> '');
GRANT UPDATE (adult_opted_in_at) ON users TO likeness_api;

-- `app.adult` says that the deployment offers it where the caller is; the account is asked at every look.
CREATE FUNCTION app_sees_adult() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT coalesce(current_setting('app.adult', true), '') = 'on' AND EXISTS (
    SELECT FROM public.users WHERE id = public.app_user_id() AND age_assurance = 'ASSURED' AND adult_opted_in_at IS NOT NULL)
$$;
"""

IMAGES = """
ALTER TABLE images DROP CONSTRAINT images_nsfw_check;
ALTER TABLE influencers DROP CONSTRAINT influencers_nsfw_enabled_check;
ALTER TABLE images
  ADD CONSTRAINT adult_images_descend_from_no_upload CHECK (NOT (nsfw AND descends_from_upload)),
  ADD CONSTRAINT adult_images_lie_apart CHECK (purged_at IS NOT NULL OR
    ((storage_key LIKE 'adult/%') = nsfw AND (thumbnail_key LIKE 'adult/%') = nsfw));

-- Whether one of these images, or of those they were made from, is of a real person or of something uploaded.
CREATE FUNCTION images_of_real_people(ids uuid[]) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  WITH RECURSIVE behind (id) AS (
    SELECT unnest(ids)
    UNION
    SELECT parent.id FROM behind JOIN public.images i ON i.id = behind.id LEFT JOIN public.jobs j ON j.id = i.job_id,
      LATERAL (VALUES (i.source_image_id), ((j.recipe ->> 'base_image_id')::uuid), ((j.recipe ->> 'source_image_id')::uuid)) parent (id)
     WHERE parent.id IS NOT NULL
  )
  SELECT EXISTS (
    SELECT FROM behind JOIN public.images i ON i.id = behind.id JOIN public.subjects s ON s.id = i.subject_id
     WHERE i.descends_from_upload OR s.type <> 'INFLUENCER')
$$;

CREATE FUNCTION taint_travels() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  NEW.descends_from_upload := public.images_of_real_people(ARRAY[NEW.source_image_id]);
  RETURN NEW;
END $$;
CREATE TRIGGER a_taint_travels BEFORE INSERT ON images FOR EACH ROW
  WHEN (NEW.source_image_id IS NOT NULL AND NOT NEW.descends_from_upload) EXECUTE FUNCTION taint_travels();

CREATE FUNCTION adult_images_are_synthetic() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE made_from uuid[];
BEGIN
  IF NOT EXISTS (SELECT FROM public.influencers f JOIN public.subjects s ON s.id = f.subject_id
                  WHERE f.subject_id = NEW.subject_id AND s.type = 'INFLUENCER' AND f.age >= 21 AND f.nsfw_enabled) THEN
    RAISE EXCEPTION 'image % is no adult content: its subject is no influencer of 21 or older that is meant for it', NEW.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT ARRAY[NEW.source_image_id, (recipe ->> 'base_image_id')::uuid, (recipe ->> 'source_image_id')::uuid] INTO made_from
    FROM public.jobs WHERE id = NEW.job_id;
  IF public.images_of_real_people(made_from) THEN
    RAISE EXCEPTION 'image % is no adult content: it descends from a real person or an upload', NEW.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER adult_images_are_synthetic BEFORE INSERT OR UPDATE OF nsfw, subject_id, job_id, source_image_id, descends_from_upload
  ON images FOR EACH ROW WHEN (NEW.nsfw) EXECUTE FUNCTION adult_images_are_synthetic();

CREATE FUNCTION adults_stay_adults() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.images WHERE subject_id = NEW.subject_id AND nsfw AND purged_at IS NULL) THEN
    RAISE EXCEPTION 'influencer % has adult images and stays 21 or older', NEW.subject_id USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER adults_stay_adults BEFORE UPDATE OF age ON influencers FOR EACH ROW
  WHEN (NEW.age < 21) EXECUTE FUNCTION adults_stay_adults();

CREATE FUNCTION adult_wish_is_allowed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF current_user = 'likeness_api' AND NOT public.app_sees_adult() THEN
    RAISE EXCEPTION 'influencer % may not be meant for adult content', NEW.subject_id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER adult_wish_is_allowed BEFORE UPDATE OF nsfw_enabled ON influencers FOR EACH ROW
  WHEN (NEW.nsfw_enabled AND NOT OLD.nsfw_enabled) EXECUTE FUNCTION adult_wish_is_allowed();

CREATE POLICY adult ON images AS RESTRICTIVE FOR SELECT TO likeness_api USING (NOT nsfw OR (SELECT app_sees_adult()));
CREATE POLICY adult ON influencers AS RESTRICTIVE FOR INSERT TO likeness_api
  WITH CHECK (NOT nsfw_enabled OR (SELECT app_sees_adult()));
"""

PAGES = """
DROP INDEX images_newest, images_favourites, images_of_subject;
CREATE INDEX images_newest ON images (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL AND NOT nsfw;
CREATE INDEX images_favourites ON images (user_id, liked DESC, created_at DESC, id DESC) WHERE deleted_at IS NULL AND NOT nsfw;
CREATE INDEX images_of_subject ON images (user_id, subject_id, created_at DESC, id DESC) WHERE deleted_at IS NULL AND NOT nsfw;
CREATE INDEX adult_images_newest ON images (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL AND nsfw;
CREATE INDEX adult_images_favourites ON images (user_id, liked DESC, created_at DESC, id DESC) WHERE deleted_at IS NULL AND nsfw;
CREATE INDEX adult_images_of_subject ON images (user_id, subject_id, created_at DESC, id DESC) WHERE deleted_at IS NULL AND nsfw;
"""

PAGES_AS_BEFORE = """
DROP INDEX adult_images_of_subject, adult_images_favourites, adult_images_newest, images_of_subject, images_favourites, images_newest;
CREATE INDEX images_newest ON images (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX images_favourites ON images (user_id, liked DESC, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX images_of_subject ON images (user_id, subject_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
"""

BACK = """
DROP POLICY adult ON influencers;
DROP POLICY adult ON images;
DROP TRIGGER adult_wish_is_allowed ON influencers;
DROP TRIGGER adults_stay_adults ON influencers;
DROP TRIGGER adult_images_are_synthetic ON images;
DROP TRIGGER a_taint_travels ON images;
DROP FUNCTION adult_wish_is_allowed, adults_stay_adults, adult_images_are_synthetic, taint_travels, images_of_real_people(uuid[]);
ALTER TABLE images DROP CONSTRAINT adult_images_lie_apart, DROP CONSTRAINT adult_images_descend_from_no_upload,
  ADD CONSTRAINT images_nsfw_check CHECK (NOT nsfw);
ALTER TABLE influencers ADD CONSTRAINT influencers_nsfw_enabled_check CHECK (NOT nsfw_enabled);
DROP FUNCTION app_sees_adult;
ALTER TABLE users DROP COLUMN adult_opted_in_at, DROP COLUMN age_assurance_reference, DROP COLUMN age_assured_at, DROP COLUMN age_assurance;
"""

NO_WAY_BACK = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM images WHERE nsfw) OR EXISTS (SELECT FROM influencers WHERE nsfw_enabled) THEN
    RAISE EXCEPTION 'there is adult content: the schema before this one has no way to keep it from anybody';
  END IF;
END $$;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (ACCOUNTS, IMAGES, PAGES):
        run_script(script)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for script in (NO_WAY_BACK, PAGES_AS_BEFORE, BACK):
        run_script(script)

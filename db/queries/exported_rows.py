"""What an export tells of each table's rows: which columns, under the API's names, in which order. What is not named stays here."""

# ruff: noqa: S608 - statements are put together of our own names

from collections.abc import Mapping
from dataclasses import dataclass

OF_JOBS = "{0}.job_id IN (SELECT id FROM jobs WHERE subject_id = :subject_id)"
OF_WORK = f"({OF_JOBS} OR {{0}}.lora_model_id IN (SELECT id FROM lora_models WHERE subject_id = :subject_id))"
NEVER = "false"

RECIPE = (
    "ability, adult, appearance, aspect_ratio, base_image_id, descends_from_upload, environment, height, negative_prompt, outfit, "
    "overlay, prompt, quality, reference_image_ids, restyle, scene, seed, shots, source_image_id, steps, width, model"
)
"""Of a job's recipe all but what our files are called."""

BEGINNINGS = {"uuid": "00000000-0000-0000-0000-000000000000", "timestamptz": "-infinity", "bigint": "0", "text": ""}
"""Smaller than any value of these types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`order` are unique together, each with its type. `of_subject` says which rows an export of one subject holds."""

    rows: str
    order: Mapping[str, str]
    fields: Mapping[str, str]
    of_subject: str = NEVER

    @property
    def beginning(self) -> tuple[str, ...]:
        return tuple(BEGINNINGS[type_] for type_ in self.order.values())

    @property
    def sql(self) -> str:
        named = ", ".join(f"'{name}', {column}" for name, column in self.fields.items())
        order = ", ".join(self.order)
        places = ", ".join(f"CAST({column} AS text) AS place_{n}" for n, column in enumerate(self.order))
        after = ", ".join(f"CAST(CAST(:after_{n} AS text) AS {type_})" for n, type_ in enumerate(self.order.values()))
        return (
            f"SELECT CAST(jsonb_build_object({named}) AS text) AS row, {places} FROM {self.rows}"
            f" AND (CAST(:subject_id AS uuid) IS NULL OR {self.of_subject}) AND ({order}) > ({after}) ORDER BY {order} LIMIT :limit"
        )


def _same(alias: str, columns: str) -> dict[str, str]:
    """Columns by their names in the API."""
    return {_camel(name): f"{alias}.{name}" for name in columns.split()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


SOURCES: Mapping[str, Source] = {
    "users": Source(
        rows="users t WHERE t.id = :user_id",
        order={"t.id": "uuid"},
        fields=_same("t", "id email display_name age_assurance age_assured_at adult_opted_in_at created_at"),
    ),
    "profiles": Source(
        rows="profiles t WHERE t.user_id = :user_id",
        order={"t.user_id": "uuid"},
        fields=_same("t", "display_name occupation saved_at topics tone preferences_at platforms platforms_at")
        | _same("t", "avatar_subject_id avatar_image_id avatar_reviewed_at"),
    ),
    "linked_socials": Source(
        rows="linked_socials t WHERE t.user_id = :user_id",
        order={"t.linked_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id network handle linked_at"),
    ),
    "onboarding_marks": Source(
        rows="onboarding_marks t WHERE t.user_id = :user_id",
        order={"t.key": "text"},
        fields=_same("t", "key marked_at"),
    ),
    "personas": Source(
        rows="personas t JOIN subjects s ON s.id = t.subject_id WHERE t.user_id = :user_id AND t.deleted_at IS NULL",
        order={"s.created_at": "timestamptz", "s.id": "uuid"},
        fields=_same("s", "id name created_at") | _same("t", "consent_id description tags status is_default"),
        of_subject="t.subject_id = :subject_id",
    ),
    "influencers": Source(
        rows="influencers t JOIN subjects s ON s.id = t.subject_id WHERE t.user_id = :user_id AND t.deleted_at IS NULL",
        order={"s.created_at": "timestamptz", "s.id": "uuid"},
        fields=_same("s", "id name created_at")
        | _same(
            "t",
            "style gender age ethnicity hair_color hair_style eye_color body_type default_outfit nsfw_enabled base_model",
        )
        | _same("t", "base_image_id training_enabled auto_start"),
        of_subject="t.subject_id = :subject_id",
    ),
    "persona_analyses": Source(
        rows="persona_analyses t WHERE t.user_id = :user_id",
        order={"t.requested_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id persona_id consent_id status result error_code requested_at finished_at"),
        of_subject="t.persona_id = :subject_id",
    ),
    "approval_rounds": Source(
        rows="approval_rounds t WHERE t.user_id = :user_id",
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same(
            "t", "id persona_id job_id approved issues comment should_proceed recommendations read_by created_at"
        ),
        of_subject="t.persona_id = :subject_id",
    ),
    "jobs": Source(
        rows="jobs t WHERE t.user_id = :user_id",
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same(
            "t",
            "id subject_id project_id kind status mode mode_reason image_count completed_count failed_count cancelled_count",
        )
        | _same(
            "t",
            "price_per_image free_because credits_captured error_code error_message created_at started_at finished_at",
        )
        | {
            "recipe": f"(SELECT jsonb_object_agg(key, value) FROM jsonb_each(t.recipe) WHERE key = ANY (string_to_array('{RECIPE}', ', ')))",
            "images": (
                "(SELECT jsonb_agg(jsonb_build_object('index', i.index, 'state', i.state, 'errorCode', i.error_code, 'errorMessage', "
                "i.error_message) ORDER BY i.index) FROM job_images i WHERE i.job_id = t.id)"
            ),
        },
        of_subject="t.subject_id = :subject_id",
    ),
    "lora_models": Source(
        rows="lora_models t WHERE t.user_id = :user_id",
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same(
            "t",
            "id subject_id status base_model trainer trigger_word training_steps image_ids price is_free_retry retrain",
        )
        | _same("t", "credits_captured attempt error_code error_message created_at started_at completed_at")
        | {"attempts": "t.history"},
        of_subject="t.subject_id = :subject_id",
    ),
    "projects": Source(
        rows="projects t WHERE t.user_id = :user_id AND t.deleted_at IS NULL",
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id title transcript summary created_at"),
    ),
    "project_stills": Source(
        rows="project_stills t WHERE t.user_id = :user_id AND t.removed_at IS NULL",
        order={"t.added_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id project_id upload_id added_at"),
    ),
    "project_analyses": Source(
        rows="project_analyses t WHERE t.user_id = :user_id",
        order={"t.requested_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id project_id status result error_code requested_at finished_at"),
    ),
    "content_sets": Source(
        rows="content_sets t WHERE t.user_id = :user_id",
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id project_id subject_id thumbnails_job_id social_job_id created_at"),
        of_subject="t.subject_id = :subject_id",
    ),
    "thumbnail_threads": Source(
        rows="thumbnail_threads t WHERE t.user_id = :user_id",
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id subject_id project_id final_version_id created_at"),
        of_subject="t.subject_id = :subject_id",
    ),
    "thumbnail_versions": Source(
        rows="thumbnail_versions t WHERE t.user_id = :user_id",
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id thread_id number job_id image_index brief prompt prompt_by created_at"),
        of_subject=OF_JOBS.format("t"),
    ),
    "brands": Source(
        rows="brands t WHERE t.user_id = :user_id AND t.deleted_at IS NULL",
        order={"t.user_id": "uuid"},
        fields=_same(
            "t", "colors heading_font body_font voice audience logo_upload_id reviewed_at created_at updated_at"
        ),
    ),
    "brand_drafts": Source(
        rows="brand_drafts t WHERE t.user_id = :user_id",
        order={"t.requested_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id source status result error_code requested_at finished_at confirmed_at")
        | {"answers": "t.material -> 'answers'"},
    ),
    "archives": Source(
        rows="archives t WHERE t.user_id = :user_id",
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id scope subject_id status image_count packed_count created_at finished_at expires_at"),
    ),
    "consents": Source(
        rows="consents t WHERE t.user_id = :user_id",
        order={"t.given_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id purpose text_version text_sha256 signature given_at withdrawn_at"),
        of_subject="t.id IN (SELECT consent_id FROM personas WHERE subject_id = :subject_id)",
    ),
    "deletions": Source(
        rows="deletions t WHERE t.user_id = :user_id",
        order={"t.requested_at": "timestamptz", "t.id": "uuid"},
        fields=_same(
            "t", "id reason consent_id persona_ids photo_count image_count job_count archive_count credits_released"
        )
        | {"providerCopies": "t.copies", "trainersNotAsked": "t.unasked_trainers"}
        | {"requestedAt": "t.requested_at", "completedAt": "t.finished_at"},
        of_subject=":subject_id = ANY (t.persona_ids)",
    ),
    "credit_accounts": Source(
        rows="credit_accounts t WHERE t.user_id = :user_id",
        order={"t.user_id": "uuid"},
        fields=_same("t", "available reserved entry_count"),
    ),
    "credit_entries": Source(
        rows="credit_entries t WHERE t.user_id = :user_id",
        order={"t.number": "bigint"},
        fields=_same(
            "t",
            "number created_at type amount available_delta reserved_delta available_after reserved_after description",
        )
        | {"jobId": "t.job_id", "trainingId": "t.lora_model_id", "reservationId": "t.hold_id"},
        of_subject=OF_WORK.format("t"),
    ),
    "credit_holds": Source(
        rows="credit_holds t WHERE t.user_id = :user_id",
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id job_id image_index amount captured resolution expires_at created_at resolved_at")
        | {"trainingId": "t.lora_model_id"},
        of_subject=OF_WORK.format("t"),
    ),
    "notifications": Source(
        rows="notifications t WHERE t.user_id = :user_id AND t.title <> ''",
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same(
            "t",
            "id type title body href job_id lora_model_id subject_id archive_id project_id read_at dismissed_at created_at",
        ),
        of_subject=f"({OF_JOBS.format('t')} OR t.subject_id = :subject_id)",
    ),
    "safety_decisions": Source(
        rows="safety_decisions t WHERE t.user_id = :user_id",
        order={"t.number": "bigint"},
        fields=_same("t", "number operation field outcome rule policy judge input_sha256 at previous_hash hash"),
    ),
    "studio_events": Source(
        rows="studio_events t WHERE t.user_id = :user_id",
        order={"t.key": "text"},
        fields=_same("t", "key type label subject_id at"),
        of_subject="t.subject_id = :subject_id",
    ),
}

FILES: Mapping[str, Source] = {
    "persona_photos": Source(
        rows=(
            "persona_photos t JOIN uploads u ON u.id = t.upload_id JOIN subjects s ON s.id = t.persona_id "
            "WHERE t.user_id = :user_id AND t.removed_at IS NULL"
        ),
        order={"t.added_at": "timestamptz", "t.id": "uuid"},
        fields=_same("t", "id persona_id upload_id added_at")
        | _same("u", "storage_key content_type sha256 width height measures")
        | {"name": "s.name", "at": "t.added_at"},
        of_subject="t.persona_id = :subject_id",
    ),
    "uploads": Source(
        rows=(
            "uploads t LEFT JOIN persona_photos p ON p.upload_id = t.id LEFT JOIN project_stills s ON s.upload_id = t.id "
            "WHERE t.user_id = :user_id AND t.file_name <> '' AND t.status <> 'EXPIRED' AND p.removed_at IS NULL AND s.removed_at IS NULL"
        ),
        order={"t.created_at": "timestamptz", "t.id": "uuid"},
        fields=_same(
            "t", "id purpose status file_name announced_type announced_size_bytes created_at consent_id issue_code"
        )
        | _same("t", "content_type sha256 width height reading")
        | {
            "storageKey": "CASE WHEN p.id IS NULL THEN t.storage_key END",
            "photoId": "p.id",
            "name": "t.purpose",
            "at": "t.created_at",
        },
    ),
}
"""Those whose files are packed as well. `storageKey`, `name` and `at` are for packing, and are not told."""

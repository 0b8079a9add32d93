"""Builders of domain values for tests. Everything has a sensible default; a test names what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from domain.archives.archive import Archive, ArchiveStatus
from domain.brands.brand import Brand, BrandLook
from domain.brands.colors import BrandColor, BrandColorRole
from domain.brands.draft import BrandDraft, BrandDraftStatus, BrandSource, DraftMaterial
from domain.ids import (
    AnalysisId,
    ArchiveId,
    BrandDraftId,
    ConsentId,
    DeletionId,
    ImageId,
    JobId,
    LinkedSocialId,
    LoraModelId,
    PhotoId,
    ProjectId,
    RoundId,
    SubjectId,
    UploadId,
    UserId,
)
from domain.images.image import Image, StoredFile
from domain.images.provenance import Provenance, SourceType
from domain.influencers.appearance import Appearance, Gender, Style
from domain.influencers.influencer import Influencer
from domain.jobs.job import GenerationMode, Job, JobKind, JobStatus
from domain.jobs.kinds.pack import PackRequest
from domain.jobs.recipe import Recipe
from domain.linked_socials.linked_social import LinkedSocial
from domain.linked_socials.networks import SocialNetwork
from domain.personas.analysis import Analysis, AnalysisStatus
from domain.personas.approval import ApprovalRound, Feedback, photo_set_of
from domain.personas.persona import Persona, PersonaPhoto, PersonaStatus, words_of
from domain.personas.samples import ReadBy, Reading
from domain.ports.object_store import upload_key
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality
from domain.presets.models import BaseModel
from domain.privacy.deletion import Deletion, DeletionReason
from domain.projects.project import Project, ProjectAnalysis
from domain.safety.decisions import Decision, Outcome
from domain.trainings.chain import Chain
from domain.trainings.training import LoraModel, TrainingStatus
from domain.uploads.measures import PhotoMeasures
from domain.uploads.upload import Upload, UploadPurpose
from domain.wishes import Wish

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
USER = UserId(UUID(int=1))
SUBJECT = SubjectId(UUID(int=2))
JOB = JobId(UUID(int=3))
BASE_IMAGE = ImageId(UUID(int=4))

LOOK = Appearance(
    style=Style.REALISTIC,
    gender=Gender.FEMALE,
    age=27,
    ethnicity="mediterranean",
    hair_color="auburn",
    hair_style="long_wavy",
    eye_color="green",
    body_type="athletic",
)


def a_decision(**changes: Any) -> Decision:
    """A refusal by words."""
    return replace(
        Decision(
            operation="startPack",
            field="negativePrompt",
            outcome=Outcome.REFUSED,
            rule="NO_MINORS",
            policy="2026-11-21/test",
            judge="words",
            input_sha256="a" * 64,
            at=NOW,
        ),
        **changes,
    )


def an_influencer(**changes: Any) -> Influencer:
    return replace(
        Influencer(
            id=SUBJECT,
            user_id=USER,
            name="Mara Voss",
            appearance=LOOK,
            default_outfit=Outfit.STREETWEAR,
            nsfw_enabled=False,
            base_model=BaseModel.Z_IMAGE_TURBO,
            base_image_id=BASE_IMAGE,
            identity_seed=7,
            training_enabled=True,
            auto_start=True,
            created_at=NOW,
        ),
        **changes,
    )


def a_persona(**changes: Any) -> Persona:
    """Under a living consent."""
    return replace(
        Persona(
            id=SUBJECT,
            user_id=USER,
            consent_id=ConsentId(UUID(int=8)),
            has_consent=True,
            words=words_of("Ada", "", []),
            status=PersonaStatus.PENDING_UPLOAD,
            is_default=True,
            photo_count=1,
            created_at=NOW,
        ),
        **changes,
    )


def a_look(number: int) -> str:
    """None near another: that would be a photo of the same moment."""
    return sha256(str(number).encode()).hexdigest()[:16]


def a_photo(number: int = 1, **changes: Any) -> PersonaPhoto:
    """A good one; its file's name tells its number."""
    file = StoredFile(
        key=f"photos/{number}.jpg", sha256=f"{number:064x}", content_type="image/jpeg", size_bytes=1_000_000
    )
    return replace(
        PersonaPhoto(
            id=PhotoId(UUID(int=100 + number)),
            persona_id=SUBJECT,
            file=file,
            width=1024,
            height=1024,
            sent_type="image/jpeg",
            sent_size_bytes=1024 * 1024,
            measures=PhotoMeasures(brightness=0.5, dark=0.0, light=0.0, sharpness=300.0, look=a_look(number)),
            added_at=NOW + timedelta(minutes=number),
        ),
        **changes,
    )


def a_round(**changes: Any) -> ApprovalRound:
    """Approved, of no photos at all."""
    return replace(
        ApprovalRound(
            id=RoundId(uuid4()),
            user_id=USER,
            persona_id=SUBJECT,
            job_id=JOB,
            photo_set=photo_set_of([]),
            feedback=Feedback(approved=True, issues=(), comment=""),
            reading=Reading(should_proceed=True, recommendations=("Go on.",), read_by=ReadBy.LOCAL),
            is_being_read=False,
            created_at=NOW,
        ),
        **changes,
    )


def a_lora_model(user_id: UserId = USER, subject_id: SubjectId = SUBJECT, **changes: Any) -> LoraModel:
    """A free one, not begun."""
    return replace(
        LoraModel(
            id=LoraModelId(uuid4()),
            user_id=user_id,
            subject_id=subject_id,
            status=TrainingStatus.PENDING,
            base_model=BaseModel.Z_IMAGE_TURBO,
            trainer="local/palette-trainer",
            trigger_word="maravoss000000",
            training_steps=700,
            image_ids=tuple(uuid4() for _ in range(5)),
            image_count=5,
            price=0,
            is_free_retry=True,
            hold_id=None,
            credits_reserved=0,
            descends_from_upload=False,
            created_at=NOW,
        ),
        **changes,
    )


def a_ready_lora(user_id: UserId, subject_id: SubjectId, *, now: datetime, **changes: Any) -> LoraModel:
    """Nobody has its weights."""
    about = {
        "status": TrainingStatus.READY,
        "weights_key": f"weights/{user_id}/{uuid4().hex * 2}.safetensors",
        "weights_name": "x.safetensors",
        "weights_size": 1,
        "created_at": now,
        "completed_at": now,
    }
    return a_lora_model(user_id, subject_id, **(about | changes))


def a_chain(user_id: UserId = USER, subject_id: SubjectId = SUBJECT, sheet_job_id: JobId = JOB) -> Chain:
    return Chain(
        sheet_job_id=sheet_job_id, user_id=user_id, subject_id=subject_id, base_image_id=BASE_IMAGE, created_at=NOW
    )


def a_wish() -> Wish:
    return Wish(uuid4().hex, "wish")


def a_pack_request(**changes: Any) -> PackRequest:
    return replace(
        PackRequest(
            subject_id=SUBJECT,
            scene=Scene.CANDID_LIFESTYLE,
            environment=Environment.CAFE,
            outfit=None,
            aspect_ratio=AspectRatio.PORTRAIT_9_16,
            quality=Quality.DRAFT,
            image_count=5,
        ),
        **changes,
    )


def a_recipe(**changes: Any) -> Recipe:
    return replace(
        Recipe(
            appearance=LOOK,
            identity_seed=7,
            base_image_id=BASE_IMAGE,
            scene=Scene.CANDID_LIFESTYLE,
            environment=Environment.CAFE,
            outfit=Outfit.STREETWEAR,
            aspect_ratio=AspectRatio.PORTRAIT_9_16,
            quality=Quality.DRAFT,
            width=768,
            height=1365,
            steps=20,
            seed=42,
            model="Z_IMAGE_TURBO",
            prompt="a prompt",
            negative_prompt="a negative prompt",
        ),
        **changes,
    )


def an_image(**changes: Any) -> Image:
    return replace(
        Image(
            id=BASE_IMAGE,
            user_id=USER,
            subject_id=SUBJECT,
            job_id=JOB,
            index=0,
            kind=JobKind.PACK,
            storage_key="images/one.jpg",
            thumbnail_key="thumbnails/one.webp",
            sha256="0" * 64,
            content_type="image/jpeg",
            size_bytes=1000,
            width=768,
            height=1365,
            scene=Scene.CANDID_LIFESTYLE,
            environment=Environment.CAFE,
            outfit=Outfit.STREETWEAR,
            aspect_ratio=AspectRatio.PORTRAIT_9_16,
            quality=Quality.DRAFT,
            nsfw=False,
            mode=GenerationMode.FACE_SWAP,
            prompt="a prompt",
            negative_prompt="a negative prompt",
            seed=42,
            steps=20,
            model="local-sketch-1",
            provider="local",
            credits_charged=10,
            generation_ms=5,
            liked=False,
            download_count=0,
            created_at=NOW,
        ),
        **changes,
    )


def a_job(**changes: Any) -> Job:
    return replace(
        Job(
            id=JOB,
            user_id=USER,
            subject_id=SUBJECT,
            kind=JobKind.PACK,
            status=JobStatus.QUEUED,
            mode=GenerationMode.FACE_SWAP,
            mode_reason="because",
            recipe=a_recipe(),
            image_count=3,
            price_per_image=10,
            credits_reserved=30,
            created_at=NOW,
        ),
        **changes,
    )


def an_upload(user_id: UserId, **changes: Any) -> Upload:
    """A mask that waits for its file."""
    upload_id = UploadId(uuid4())
    upload = Upload(
        id=upload_id,
        user_id=user_id,
        purpose=UploadPurpose.MASK,
        file_name="mask.png",
        announced_type="image/png",
        announced_size_bytes=1000,
        original_key=upload_key(user_id, upload_id, "image/png"),
        created_at=NOW,
        slot_expires_at=NOW + timedelta(minutes=15),
        usable_until=NOW + timedelta(days=1),
    )
    return replace(upload, **changes)


def a_brand(user_id: UserId, **changes: Any) -> Brand:
    """With a colour and a voice."""
    look = BrandLook(colors=(BrandColor(hex="#0b3d3a", role=BrandColorRole.PRIMARY),), voice="Warm and plain.")
    brand = Brand(user_id=user_id, look=look, logo=None, reviewed_at=None, created_at=NOW, updated_at=NOW)
    return replace(brand, **changes)


def a_linked_social(user_id: UserId) -> LinkedSocial:
    return LinkedSocial(
        id=LinkedSocialId(uuid4()), user_id=user_id, network=SocialNetwork.X, handle="mara", linked_at=NOW
    )


def a_brand_draft(user_id: UserId, **changes: Any) -> BrandDraft:
    """Asked for, of nothing."""
    draft = BrandDraft(
        id=BrandDraftId(uuid4()),
        user_id=user_id,
        source=BrandSource.FILES,
        status=BrandDraftStatus.QUEUED,
        material=DraftMaterial(),
        result=None,
        error_code=None,
        requested_at=NOW,
        finished_at=None,
        confirmed_at=None,
    )
    return replace(draft, **changes)


def an_archive(user_id: UserId) -> Archive:
    return Archive(id=ArchiveId(uuid4()), user_id=user_id, status=ArchiveStatus.QUEUED, image_count=1, created_at=NOW)


def an_analysis(user_id: UserId, persona_id: SubjectId, consent_id: ConsentId) -> Analysis:
    """Asked for, of no photos."""
    return Analysis(
        id=AnalysisId(uuid4()),
        user_id=user_id,
        persona_id=persona_id,
        consent_id=consent_id,
        photo_set=photo_set_of([]),
        status=AnalysisStatus.QUEUED,
        result=None,
        error_code=None,
        requested_at=NOW,
        finished_at=None,
    )


def a_project(user_id: UserId, **changes: Any) -> Project:
    return replace(
        Project(
            id=ProjectId(uuid4()),
            user_id=user_id,
            title="Compound interest",
            transcript="Start early. Compound interest rewards patience.",
            summary=None,
            stills=(),
            analysis=None,
            created_at=NOW,
        ),
        **changes,
    )


def a_project_analysis(project: Project, **changes: Any) -> ProjectAnalysis:
    """Asked for."""
    return replace(
        ProjectAnalysis(
            id=AnalysisId(uuid4()),
            user_id=project.user_id,
            project_id=project.id,
            content=project.content,
            status=AnalysisStatus.QUEUED,
            result=None,
            error_code=None,
            requested_at=NOW,
            finished_at=None,
        ),
        **changes,
    )


def a_deletion(user_id: UserId, persona_id: SubjectId) -> Deletion:
    """Of a persona without anything."""
    return Deletion(
        id=DeletionId(uuid4()),
        user_id=user_id,
        reason=DeletionReason.PERSONA_DELETED,
        consent_id=None,
        persona_ids=[persona_id],
        photo_count=0,
        image_count=0,
        job_count=0,
        credits_released=0,
        requested_at=NOW,
    )


def a_provenance() -> Provenance:
    """Of a picture that nobody signed."""
    return Provenance(
        source_type=SourceType.ALGORITHMIC_MEDIA,
        signed_by="a test",
        signed_at=datetime(2026, 11, 21, tzinfo=UTC),
        manifest="urn:c2pa:0",
        ingredient_ids=(),
    )

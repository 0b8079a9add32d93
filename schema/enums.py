"""The domain's enums in GraphQL. They stay plain where they live; their descriptions are given here."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry

from domain.analytics.events import ClientEvent, StudioEvent
from domain.archives.archive import ArchiveStatus
from domain.brands.colors import BrandColorRole, ContrastLevel
from domain.brands.draft import BrandDraftStatus, BrandMaker, BrandPart, BrandSource, LocalBrandBecause
from domain.brands.questions import BrandQuestionKey
from domain.calls.breaker import OpenedBy
from domain.consents.texts import ConsentPurpose
from domain.credits.ledger import EntryType
from domain.events import EventKind
from domain.images.gallery import AdultFilter, ImageOrder
from domain.images.provenance import SourceType
from domain.influencers.appearance import Gender, Style
from domain.jobs.job import GenerationMode, JobKind, JobStatus
from domain.jobs.waiting import WaitingReason
from domain.linked_socials.networks import NETWORKS, SocialNetwork
from domain.models.model import Ability, Provider
from domain.onboarding.progress import PartStatus, StepStatus
from domain.onboarding.steps import PARTS, PartKey
from domain.personas.analysis import (
    AnalysisStatus,
    Analyst,
    LocalBecause,
    SetAdviceCode,
    SetAspect,
    SetQuality,
)
from domain.personas.approval import ApprovalStatus
from domain.personas.faces import FaceAngle
from domain.personas.next_step import NextStepCode
from domain.personas.persona import PersonaStatus
from domain.personas.quality import PhotoIssue
from domain.personas.references import ReferenceReason
from domain.personas.samples import REMEDIES, ReadBy, SampleIssue
from domain.presets.catalogue import ENVIRONMENTS, OUTFITS, SCENES, Environment, Outfit, Scene
from domain.presets.formats import ENLARGED, SIZES, STEPS, AspectRatio, Quality, Resolution
from domain.presets.models import BASE_MODELS, BaseModel
from domain.privacy.deletion import DeletionReason
from domain.profiles.profile import TONE_WORDS, Tone
from domain.projects.content import Sentiment
from domain.prompts.edits import OVERLAY_PLACES, RESTYLES, OverlayPosition, Restyle
from domain.prompts.headshots import HEADSHOTS, HeadshotStyle
from domain.safety.policy import AgeAssurance, Unmet
from domain.social.platforms import PLATFORMS, Platform
from domain.thumbnails.thread import HeadlineBy, PromptAuthor
from domain.trainings.chain import HeldBackBy
from domain.uploads.issues import IssueCode
from domain.uploads.upload import UploadPurpose, UploadStatus

E = TypeVar("E", bound=Enum)


def _register(enum: type[E], description: str, values: Mapping[E, str], *, name: str | None = None) -> None:
    strawberry.enum(enum, name=name, description=description)
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined] # strawberry puts it there
        value.description = values[enum[value.name]]


class LoraStatus(Enum):
    """Declared here until LoRAs are a noun of the domain."""

    NONE = "NONE"
    PENDING = "PENDING"
    TRAINING = "TRAINING"
    READY = "READY"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


_register(
    SourceType,
    "How the pixels of an image came about: codes of the IPTC's Digital Source Type.",
    {
        SourceType.TRAINED_ALGORITHMIC_MEDIA: "Made by a model that was trained on pictures.",
        SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA: "Changed by such a model: part of it is another picture's.",
        SourceType.ALGORITHMIC_MEDIA: "Drawn by an algorithm that was trained on nothing: the offline sketch.",
        SourceType.ALGORITHMICALLY_ENHANCED: "Changed by such an algorithm: filters, and text laid over it.",
        SourceType.COMPOSITE_SYNTHETIC: "Put together from several, of which one at least was made by an algorithm.",
    },
    name="DigitalSourceType",
)
_register(Scene, "What happens in a picture.", {key: p.description for key, p in SCENES.items()})
_register(Environment, "Where a picture is taken.", {key: p.description for key, p in ENVIRONMENTS.items()})
_register(Outfit, "What the character wears.", {key: p.description for key, p in OUTFITS.items()})
_register(HeadshotStyle, "What a business headshot is for.", {key: p.description for key, p in HEADSHOTS.items()})
_register(Restyle, "A style an image can be redone in.", {key: p.description for key, p in RESTYLES.items()})
_register(
    OverlayPosition,
    "Where text is laid over an image.",
    {key: p.description for key, p in OVERLAY_PLACES.items()},
)
_register(
    Platform,
    "A social platform, and what is posted there.",
    {key: f"{its.label}, {its.width} by {its.height} pixels." for key, its in PLATFORMS.items()},
    name="SocialPlatform",
)
_register(
    AspectRatio,
    "Width to height. Social graphics have their platform's own size: see `socialPlatforms`.",
    {key: f"{size.width} by {size.height} pixels." for key, size in SIZES.items()},
)
_register(
    Resolution,
    "How many pixels a portrait has.",
    {key: f"{1024 * times} by {1024 * times} pixels, or as many in another shape." for key, times in ENLARGED.items()},
)
_register(
    ApprovalStatus,
    "Whether somebody has looked at preview samples of a persona's photos.",
    {
        ApprovalStatus.NOT_REVIEWED: "Nobody has said anything of samples of these photos.",
        ApprovalStatus.APPROVED: "Approved, for exactly these photos.",
        ApprovalStatus.CHANGES_REQUESTED: "Something is wrong with the samples: see the recommendations.",
        ApprovalStatus.VOID: "Approved once, for other photos: they have changed since.",
        ApprovalStatus.NOT_REQUIRED: "Not approved, and this deployment trains without.",
    },
)
_register(ReadBy, "Who reads feedback.", {ReadBy.LOCAL: "Our own rules, from the issues.", ReadBy.OPENAI: "OpenAI."})
_register(SampleIssue, "What can be wrong with a sample.", {issue: remedy.words for issue, remedy in REMEDIES.items()})
_register(Quality, "How much work goes into an image.", {key: f"{steps} steps." for key, steps in STEPS.items()})
_register(
    BaseModel,
    "The image model a subject is drawn with and trained on.",
    {key: f"{facts.label}." for key, facts in BASE_MODELS.items()},
)
_register(HeadshotStyle, "What a headshot is for.", {key: p.description for key, p in HEADSHOTS.items()})
_register(OverlayPosition, "Where a text stands.", {key: p.description for key, p in OVERLAY_PLACES.items()})
_register(Restyle, "A look to give to an image.", {key: p.description for key, p in RESTYLES.items()})
_register(
    Provider,
    "Whoever makes pixels or words, or keeps them.",
    {
        Provider.LOCAL: "The offline sketch, in this process.",
        Provider.FAL: "fal.",
        Provider.OPENAI: "OpenAI.",
        Provider.RUNPOD: "RunPod, with ComfyUI.",
        Provider.SUPABASE: "Supabase: keeps files.",
    },
)
_register(
    Ability,
    "What a model may be asked for.",
    {
        Ability.TEXT_TO_IMAGE: "A picture from words.",
        Ability.FACE: "A picture that keeps the face of a reference, without training.",
        Ability.SHEET: "As FACE, in the pose of a second reference.",
        Ability.EDIT: "A picture from references and an instruction.",
        Ability.INPAINT: "A picture changed where its mask is white.",
        Ability.WRITE: "Words from words.",
        Ability.SEE: "Words from pictures.",
        Ability.TRAIN: "A LoRA of a subject.",
        Ability.MODERATE: "A verdict on words or a picture.",
    },
)
_register(
    OpenedBy,
    "Why a provider is not asked for a while.",
    {
        OpenedBy.OPERATOR: "Bad key, no quota, a closed account: its operator has to act.",
        OpenedBy.OUTAGE: "Many calls in a row failed.",
    },
    name="BreakerCause",
)
_register(Style, "How a character is drawn.", {Style.REALISTIC: "Like a photograph.", Style.ANIME: "Like anime."})
_register(
    Gender,
    "How a character presents.",
    {Gender.FEMALE: "A woman.", Gender.MALE: "A man.", Gender.NON_BINARY: "Neither, or in between."},
)
_register(
    JobKind,
    "What a job makes.",
    {
        JobKind.PACK: "1 to 10 images of a subject in one scene.",
        JobKind.BASE_IMAGES: "Portraits that propose a face for an influencer; one of them is chosen.",
        JobKind.CHARACTER_SHEET: "7 to 10 images of a subject from all sides, on a plain background.",
        JobKind.HEADSHOTS: "Business headshots of a subject.",
        JobKind.PORTRAITS: "Five portraits of a persona, one of each style.",
        JobKind.PREVIEW_SAMPLES: "Five samples that show what a persona's photos are good for.",
        JobKind.DISPLAY_SAMPLES: "Five samples that show what a persona's LoRA can do.",
        JobKind.VARIATIONS: "Four images of a subject in the style of each picture that was sent.",
        JobKind.INPAINT: "A new image that differs from an old one where a mask is white.",
        JobKind.THUMBNAIL: "Thumbnails for videos, 1920 by 1080, that are seen while they form.",
        JobKind.SOCIAL: "A graphic for each of some social platforms, in exactly its size.",
        JobKind.EDIT: "A new image from an old one: by an instruction, with a text on it, or in another look.",
    },
)
_register(
    JobStatus,
    "Where a job is. QUEUED and PROCESSING move on by themselves, the others are final.",
    {
        JobStatus.QUEUED: "Accepted and paid for in advance; no image was begun yet.",
        JobStatus.PROCESSING: "Images are being made.",
        JobStatus.COMPLETED: "Every image was made.",
        JobStatus.PARTIAL: "Some images were made, some failed; `retryJob` makes the failed ones again.",
        JobStatus.FAILED: "No image was made and nothing was charged; `retryJob` tries again.",
        JobStatus.CANCELLED: "Cancelled. What was done is kept and paid, the rest was released.",
    },
)
_register(
    GenerationMode,
    "How a face is kept the same.",
    {
        GenerationMode.FACE_SWAP: "From the base image, or a persona's photos, at once; about 80 % alike.",
        GenerationMode.LORA: "HD: by the subject's own LoRA; over 95 % alike.",
    },
)
_register(
    EntryType,
    "Which way credits moved.",
    {
        EntryType.GRANT: "Given: at sign-up, with a purchase, or by an operator.",
        EntryType.RESERVE: "Held for work that was accepted: from available to reserved.",
        EntryType.CAPTURE: "Paid for work that succeeded: leaves reserved.",
        EntryType.RELEASE: "Given back for work that failed or was cancelled: from reserved to available.",
        EntryType.EXPIRE: "Given back because the work took too long: from reserved to available.",
        EntryType.REFUND: "Given back after it was paid.",
    },
    name="CreditTransactionType",
)
_register(
    ArchiveStatus,
    "Where an archive is. QUEUED and BUILDING move on by themselves.",
    {
        ArchiveStatus.QUEUED: "Waits for a worker.",
        ArchiveStatus.BUILDING: "Its images are being packed.",
        ArchiveStatus.READY: "Can be fetched.",
        ArchiveStatus.FAILED: "Could not be made; ask for another.",
        ArchiveStatus.EXPIRED: "Was kept for its time, and is gone.",
    },
)
_register(
    UploadPurpose,
    "What a file is sent for. It is good for nothing else.",
    {
        UploadPurpose.PERSONA_PHOTO: "A photo of a real person. Each side has at least 512 pixels.",
        UploadPurpose.STYLE_IMAGE: "A picture whose style is taken over. Each side has at least 256 pixels.",
        UploadPurpose.PROJECT_STILL: (
            "A still frame of a video, for a project. It may show the person that your consent is of, and nobody else: it needs a live "
            "consent, as a photo does, and goes with it. Each side has at least 256 pixels."
        ),
        UploadPurpose.BRAND_DOCUMENT: (
            "A PDF that shows a brand, for `readBrand`: up to 20 MB and 40 pages, without a password. Of it are kept a rough sheet of its pages, "
            "colours, names of fonts and the first 20,000 characters of its text, for a day."
        ),
        UploadPurpose.BRAND_IMAGE: "A picture that shows a brand, for `readBrand`: each side at least 64 pixels. Kept for a day.",
        UploadPurpose.LOGO: "A brand's logo, for `updateBrand`: each side at least 32 pixels. What is transparent stays so.",
        UploadPurpose.MASK: (
            "Which part of an image changes: white changes, black stays. Exactly as large as the image, each side at least 64 "
            "pixels; PNG keeps its edges. Grey is white from 128 of 255 on. Transparency does not count, unless every pixel is "
            "black and some are clear: then what was painted, the opaque part, changes."
        ),
    },
)
_register(
    UploadStatus,
    "Where an upload is.",
    {
        UploadStatus.PENDING: "Its file has not been looked at; it may not have arrived.",
        UploadStatus.READY: "Its file is fine and can be used.",
        UploadStatus.REJECTED: "Its file is not taken: see `issue`. Request another upload.",
        UploadStatus.EXPIRED: "Nothing used it in time, and its file is gone.",
    },
)
_register(
    IssueCode,
    "Why a file is not taken.",
    {
        IssueCode.SIZE_MISMATCH: "It has another size than was announced.",
        IssueCode.NOT_AN_IMAGE: "It is no picture.",
        IssueCode.SVG: "SVG is not taken.",
        IssueCode.UNSUPPORTED_FORMAT: "It is a picture, but no JPEG, PNG or WebP: a GIF or HEIC, for example.",
        IssueCode.TYPE_MISMATCH: "It has another type than was announced.",
        IssueCode.POLYGLOT: "There is something before or behind the picture, or it is an archive as well.",
        IssueCode.TRUNCATED: "Its end is missing.",
        IssueCode.DAMAGED: "It cannot be read.",
        IssueCode.ANIMATED: "It moves.",
        IssueCode.TOO_MANY_PIXELS: "It has more than 40 megapixels.",
        IssueCode.TOO_COMPLEX: "It would take far too long to read.",
        IssueCode.TOO_SMALL: "One of its sides is shorter than its purpose asks for.",
        IssueCode.MASK_EMPTY: "Nothing in the mask is white.",
        IssueCode.MASK_FULL: "All of the mask is white.",
        IssueCode.MASK_NOT_BLACK_AND_WHITE: "The mask has colours, or is mostly grey.",
        IssueCode.NOT_A_PDF: "It was announced as a PDF and is none.",
        IssueCode.DOCUMENT_ENCRYPTED: "The PDF opens with a password alone.",
        IssueCode.DOCUMENT_DAMAGED: "The PDF cannot be read.",
        IssueCode.DOCUMENT_EMPTY: "The PDF has no page.",
        IssueCode.DOCUMENT_TOO_COMPLEX: "The PDF would take far too long to read.",
        IssueCode.TOO_MANY_PAGES: "The PDF has more than 40 pages.",
    },
    name="UploadIssueCode",
)
_register(
    ImageOrder,
    "In which order images come.",
    {ImageOrder.NEWEST: "Newest first.", ImageOrder.FAVOURITES: "Liked ones first, each part newest first."},
)
_register(
    AdultFilter,
    "Whether adult images are listed.",
    {
        AdultFilter.EXCLUDE: "They are left out.",
        AdultFilter.INCLUDE: "They are listed with the others.",
        AdultFilter.ONLY: "The others are left out.",
    },
)
_register(
    AgeAssurance,
    "How the operator knows that an account is of an adult.",
    {
        AgeAssurance.NONE: "Nothing is known.",
        AgeAssurance.SELF_DECLARED: "They say so themselves, which opens nothing.",
        AgeAssurance.ASSURED: "The operator's own process has found it.",
    },
)
_register(
    Unmet,
    "What adult content depends on.",
    {condition: condition.value for condition in Unmet},
    name="AdultConditionCode",
)
_register(
    LoraStatus,
    "Where a subject's LoRA is.",
    {
        LoraStatus.NONE: "There is none.",
        LoraStatus.PENDING: "Accepted, not begun.",
        LoraStatus.TRAINING: "Being trained.",
        LoraStatus.READY: "Used for new jobs.",
        LoraStatus.FAILED: "Training failed; nothing was charged.",
        LoraStatus.CANCELLED: "Training was cancelled.",
        LoraStatus.EXPIRED: "Nobody used it, so its weights were removed. Train again to get HD back.",
    },
)
_register(
    HeldBackBy,
    "What keeps a training from beginning by itself.",
    {
        HeldBackBy.SWITCHED_OFF: "`autoStart` or `trainingEnabled` is off.",
        HeldBackBy.ALREADY_TRAINED: "It was trained before: from then on you start trainings yourself.",
        HeldBackBy.UNDER_WAY: "Its sheets, or those of the face before, are being made.",
        HeldBackBy.TOO_FEW_CREDITS: "There are too few credits for what is left of it.",
        HeldBackBy.NOT_OFFERED: "This deployment has nobody who makes the sheets, or trains for the base model.",
        HeldBackBy.REFUSED: "Something refused it: the reason says what.",
        HeldBackBy.SHEETS_FAILED: "Fewer than 5 images are there. Retry the job of the sheets, and it goes on.",
        HeldBackBy.SHEETS_CANCELLED: "The sheets were cancelled.",
        HeldBackBy.FACE_CHANGED: "Another face was chosen while the sheets were made.",
    },
    name="AutomaticTrainingHeldBackBy",
)
_register(
    ClientEvent,
    "What a frontend tells of.",
    CLIENT_EVENTS := {
        ClientEvent.STUDIO_OPENED: "The studio was opened.",
        ClientEvent.SCENE_SELECTED: "A scene was selected.",
        ClientEvent.ENVIRONMENT_SELECTED: "An environment was selected.",
        ClientEvent.OUTFIT_CHANGED: "An outfit was changed for another.",
        ClientEvent.IMAGE_EDIT_OPENED: "An image was opened to be edited.",
    },
)
_register(
    StudioEvent,
    "What is counted. What happens to a job is counted by its kind: a character sheet that is begun is JOB_STARTED of that kind.",
    {
        StudioEvent.JOB_STARTED: "A job was accepted.",
        StudioEvent.JOB_RETRIED: "What failed of a job was started again.",
        StudioEvent.JOB_COMPLETED: "A job ended with all of its images.",
        StudioEvent.JOB_PARTIAL: "A job ended with some of its images.",
        StudioEvent.JOB_FAILED: "A job ended without any image.",
        StudioEvent.JOB_CANCELLED: "A job was cancelled.",
        StudioEvent.IMAGE_COMPLETED: "An image was made.",
        StudioEvent.IMAGE_FAILED: "An image was given up.",
        StudioEvent.LORA_MODE_ACTIVATED: "A job was accepted that works with its subject's LoRA.",
        StudioEvent.TRAINING_STARTED: "A training was started.",
        StudioEvent.TRAINING_COMPLETED: "A training was completed.",
        StudioEvent.HD_NOTICE_SHOWN: "A user was told that HD is unlocked.",
        StudioEvent.ONBOARDING_STEP_COMPLETED: "A user did a step of onboarding for the first time; counted by step.",
        **{StudioEvent(event): f"{words} Told by the frontend." for event, words in CLIENT_EVENTS.items()},
    },
)
_register(
    WaitingReason,
    "Why no image of a job is being made at this moment.",
    {
        WaitingReason.STARTING: "It was handed to a worker, which begins within a moment.",
        WaitingReason.FIRST_IN_LINE: "Nobody is ahead of it: it begins as soon as a worker has room.",
        WaitingReason.YOUR_OTHER_JOBS: (
            "Other images of yours come first: as many as you may have are being made, or wait ahead of it. It helps to cancel those."
        ),
        WaitingReason.OTHER_USERS: "Workers are busy, and others have their turn first. Everybody has one image made in turn.",
        WaitingReason.PROVIDER_BUSY: "The provider asked us to wait (`waitingUntil`). That is no failure.",
        WaitingReason.PROVIDER_DOWN: "The provider fails, and is asked again at `waitingUntil`.",
        WaitingReason.RETRY_PAUSE: "An image failed, and is tried again at `waitingUntil`.",
        WaitingReason.REVIEW: "An image is made, and what checks pictures is away: it is checked at `waitingUntil`, and not charged before.",
        WaitingReason.WORKERS_AWAY: (
            "Nothing is being made for anybody right now: no worker has been heard of for 30 seconds. It goes on by itself."
        ),
    },
)
_register(
    PersonaStatus,
    "Where a persona is.",
    {
        PersonaStatus.PENDING_UPLOAD: "Waits for photos.",
        PersonaStatus.ANALYZING: "Its photos are being analyzed, or are and nothing was made from them yet: see `nextStep`.",
        PersonaStatus.READY: "Portraits of it were made.",
        PersonaStatus.FAILED: "Its photos could not be analyzed, through a fault of ours. Ask again.",
    },
)
_register(
    ConsentPurpose,
    "What a consent is for.",
    {
        ConsentPurpose.LIKENESS_TRAINING: "To keep a person's photos, make pictures of them, and train a model of their likeness."
    },
)
_register(
    DeletionReason,
    "What led to a deletion.",
    {
        DeletionReason.CONSENT_WITHDRAWN: "The consent for it was withdrawn.",
        DeletionReason.PERSONA_DELETED: "Its persona was deleted.",
        DeletionReason.INFLUENCER_DELETED: "Its influencer was deleted.",
        DeletionReason.PHOTOS_REMOVED: "Photos were removed from a persona.",
        DeletionReason.LORA_DELETED: "A LoRA was deleted.",
        DeletionReason.PROJECT_DELETED: "A project was deleted.",
        DeletionReason.STILLS_REMOVED: "Stills were removed from a project.",
    },
)
_register(
    PhotoIssue,
    "What could be better about a photo. It is advice: none of it bars the photo from anything.",
    {
        PhotoIssue.NO_FACE: "No face was found. That can be an error: look at it, and keep it if a face is plain to see.",
        PhotoIssue.SEVERAL_FACES: "There is more than one face.",
        PhotoIssue.FACE_TOO_SMALL: "The face is less than 100 pixels wide, or less than a tenth of the photo.",
        PhotoIssue.FACE_CUT_OFF: "The face is cut off at the edge.",
        PhotoIssue.LYING: "It lies on its side or its head.",
        PhotoIssue.BELOW_BEST_SIZE: "Its shorter side has less than 1024 pixels.",
        PhotoIssue.UNUSUAL_SHAPE: "It is far from square.",
        PhotoIssue.TOO_DARK: "It is dark.",
        PhotoIssue.TOO_BRIGHT: "It is overexposed.",
        PhotoIssue.BLURRED: "It is blurred.",
    },
)
_register(
    FaceAngle,
    "How a face is turned.",
    {
        FaceAngle.FRONT: "Into the camera, or nearly: less than about 35 degrees away.",
        FaceAngle.THREE_QUARTER: "Turned, with both sides of it to be seen.",
        FaceAngle.PROFILE: "Seen from the side.",
    },
)
_register(
    AnalysisStatus,
    "Where the newest analysis of a persona's photos, or of a project, is.",
    {
        AnalysisStatus.QUEUED: "Asked for.",
        AnalysisStatus.RUNNING: "Under way.",
        AnalysisStatus.DONE: "Done: see `analysis`.",
        AnalysisStatus.FAILED: "It could not be done, through a fault of ours. Ask again.",
        AnalysisStatus.CANCELLED: "Given up: what was to be analyzed changed, or the consent was withdrawn.",
    },
)
_register(
    Analyst,
    "Who judged a set of photos, or read a project.",
    {
        Analyst.OPENAI: "A model of OpenAI's that reads and sees.",
        Analyst.LOCAL: "Our own measurement and word lists: an estimate, without anybody who reads or sees.",
    },
)
_register(
    LocalBecause,
    "Why it was only done by ourselves.",
    {
        LocalBecause.NOT_CONFIGURED: "This deployment has nobody who reads and sees.",
        LocalBecause.UNAVAILABLE: "Whoever sees and reads did not answer. Analyze again later.",
        LocalBecause.REFUSED: "Whoever sees and reads would not judge this.",
        LocalBecause.UNFIT_ANSWER: "What was answered could not be used: it was about the person, say. Analyze again if you like.",
        LocalBecause.OUTCOME_UNKNOWN: "The question was sent and its answer got lost. Analyze again if you like.",
    },
)
_register(
    EventKind,
    "What happened to a job.",
    {
        EventKind.JOB_STATE_CHANGED: "Its status changed: accepted, begun, cancelled, or to be made again.",
        EventKind.IMAGE_COMPLETED: "An image is finished and paid.",
        EventKind.IMAGE_FAILED: "An image failed.",
        EventKind.IMAGE_DELAYED: "An image waits for its provider's rate limit.",
    },
    name="JobEventKind",
)
_register(
    Sentiment,
    "The mood of a project.",
    {
        Sentiment.POSITIVE: "Glad, hopeful, encouraging.",
        Sentiment.NEUTRAL: "Neither, or nothing to tell it by.",
        Sentiment.NEGATIVE: "Worried, sad, angry.",
        Sentiment.MIXED: "Much of both.",
    },
)
_register(
    SetQuality,
    "What a set of photos is worth.",
    {
        SetQuality.EXCELLENT: "Nothing is missing.",
        SetQuality.GOOD: "It will do.",
        SetQuality.NEEDS_IMPROVEMENT: "It should be better first.",
    },
)
_register(
    SetAspect,
    "A side of a set of photos.",
    {
        SetAspect.FACIAL_CONSISTENCY: "Whether it is one face on all of them.",
        SetAspect.LIGHTING: "How well they are lit.",
        SetAspect.EXPRESSION_VARIETY: "Whether expressions differ.",
        SetAspect.BACKGROUND_CONSISTENCY: "How alike the backgrounds are.",
    },
)
_register(
    SetAdviceCode,
    "What would make a set of photos better.",
    {
        SetAdviceCode.TAKE_AGAIN: "Some photos have faults of their own: see their `advice`.",
        SetAdviceCode.CHECK_FACES: "The faces may not all be one person's. An estimate.",
        SetAdviceCode.ADD_PHOTOS: "There are fewer than ten.",
        SetAdviceCode.ADD_FRONT_VIEWS: "There are fewer than three from the front.",
        SetAdviceCode.ADD_THREE_QUARTER_VIEWS: "There are fewer than two in three-quarter view.",
        SetAdviceCode.VARY_EXPRESSIONS: "The expressions are much the same.",
        SetAdviceCode.EVEN_LIGHT: "Many are badly lit.",
        SetAdviceCode.CALMER_BACKGROUNDS: "The backgrounds differ a lot.",
    },
)
_register(
    ReferenceReason,
    "Why a photo is one of those that pictures are made from.",
    {
        ReferenceReason.FIRST_OF_ITS_ANGLE: "It shows the face from a side that no better one shows.",
        ReferenceReason.WELL_SEEN_FACE: "The face is large, whole and plain to see.",
        ReferenceReason.SHARP: "It is sharp.",
        ReferenceReason.WELL_LIT: "It is well lit.",
        ReferenceReason.BEST_THERE_IS: "It is the best of those that are left.",
    },
)
_register(
    NextStepCode,
    "What to do now with a persona.",
    {
        NextStepCode.GIVE_CONSENT: "Its consent was withdrawn: give consent, then name it with `updatePersona`.",
        NextStepCode.ADD_PHOTOS: "There are too few photos.",
        NextStepCode.FIX_PHOTOS: "Too many photos cannot be relied on: take those again.",
        NextStepCode.ANALYZE: "The photos are in: see `analyzePersona`.",
        NextStepCode.WAIT: "They are being analyzed.",
        NextStepCode.REVIEW: "They were analyzed, and the set could be better: see `analysis`. Nothing bars you from `startPortraits`.",
        NextStepCode.MAKE_PORTRAITS: "The photos will do: `startPortraits`.",
        NextStepCode.MAKE_SAMPLES: "Portraits are there. On the way to a LoRA: `startPreviewSamples`.",
        NextStepCode.REVIEW_SAMPLES: "Samples of these photos are there: `reviewPreviewSamples`.",
        NextStepCode.FOLLOW_ADVICE: "The samples were not approved: see what is recommended.",
        NextStepCode.TRAIN: "Nothing is in the way of a training: `startTraining`.",
        NextStepCode.WAIT_FOR_TRAINING: "It is being trained: `trainingProgress`.",
        NextStepCode.RETRAIN: "The photos are other ones than its LoRA was trained on, and a free retrain is left: `startTraining`.",
        NextStepCode.MAKE_IMAGES: "Its LoRA is ready: make what you came for.",
    },
)
_register(
    HeadlineBy,
    "Who sets a headline on a thumbnail.",
    {
        HeadlineBy.TEXT: "We do, as real text on the finished picture: always spelled as it was written, and easy to read.",
        HeadlineBy.MODEL: "The model draws it with the picture. It may misspell it.",
    },
)
_register(
    PromptAuthor,
    "Who wrote a prompt.",
    {
        PromptAuthor.LANGUAGE_MODEL: "A language model, from the wish and the feedback.",
        PromptAuthor.LOCAL: "Our own rules: there is no language model, it was away, or what it wrote was not let through.",
    },
)
_register(
    BrandColorRole,
    "What a colour of a brand is for.",
    {
        BrandColorRole.PRIMARY: "The one it is known by.",
        BrandColorRole.SECONDARY: "The one beside it.",
        BrandColorRole.ACCENT: "For what is to stand out.",
        BrandColorRole.BACKGROUND: "The ground.",
        BrandColorRole.TEXT: "Letters on that ground.",
    },
)
_register(
    ContrastLevel,
    "What text of these colours is good for (WCAG 2.2).",
    {
        ContrastLevel.AAA: "Any text, and easily: 7 or more.",
        ContrastLevel.AA: "Any text: 4.5 or more.",
        ContrastLevel.LARGE_ONLY: "Large text alone (24 pixels, or 19 in bold): 3 or more.",
        ContrastLevel.FAILS: "No text at all: less than 3. Make one of them lighter, or the other one darker.",
    },
)
_register(
    StepStatus,
    "Where a step is.",
    {
        StepStatus.OPEN: "To be done now.",
        StepStatus.LOCKED: "Opens when the steps before it are done. What it asks for can be done all the same.",
        StepStatus.DONE: "Done, and it stays so.",
        StepStatus.SKIPPED: "There is nothing to do: what it is about was skipped in the first step. Doing it still completes it.",
    },
    name="OnboardingStepStatus",
)
_register(
    PartStatus,
    "Where a part of the first step is.",
    {
        PartStatus.OPEN: "To be done. Parts have no order.",
        PartStatus.DONE: "What it stands for is there now.",
        PartStatus.SKIPPED: "Left out, until it is done.",
    },
    name="OnboardingPartStatus",
)
_register(
    PartKey, "A part of the first step.", {part.key: f"{part.title}." for part in PARTS}, name="OnboardingPartKey"
)
_register(
    Tone,
    "How what is made for you should feel.",
    {tone: f"{words.capitalize()}." for tone, words in TONE_WORDS.items()},
    name="ContentTone",
)
_register(SocialNetwork, "A social network.", {key: f"{known.label}." for key, known in NETWORKS.items()})
_register(
    BrandSource,
    "What a draft of a brand is made from.",
    {BrandSource.FILES: "Documents and pictures.", BrandSource.QUESTIONS: "Answers to the five questions."},
)
_register(
    BrandDraftStatus,
    "How far a draft of a brand is.",
    {
        BrandDraftStatus.QUEUED: "It waits for a worker.",
        BrandDraftStatus.RUNNING: "It is being made.",
        BrandDraftStatus.READY: "Look at it, put right what is not, and confirm it.",
        BrandDraftStatus.FAILED: "It could not be made, by our fault. Ask again.",
        BrandDraftStatus.CANCELLED: "It was given up for a newer one, or deleted.",
    },
)
_register(
    BrandMaker,
    "Who made a draft of a brand.",
    {BrandMaker.OPENAI: "A model of OpenAI's.", BrandMaker.LOCAL: "Our own rules, without anybody who reads."},
)
_register(
    LocalBrandBecause,
    "Why a draft was made by our own rules.",
    {
        LocalBrandBecause.NOT_CONFIGURED: "This deployment has nobody who reads.",
        LocalBrandBecause.UNAVAILABLE: "Whoever reads did not answer. Ask again later.",
        LocalBrandBecause.REFUSED: "Whoever reads would not do so.",
        LocalBrandBecause.UNFIT_ANSWER: "What was answered could not be used: colours that were not found, say. Ask again if you like.",
        LocalBrandBecause.OUTCOME_UNKNOWN: "The question was sent and its answer got lost. Ask again if you like.",
    },
)
_register(
    BrandPart,
    "A part of a brand.",
    {
        BrandPart.COLORS: "Its colours.",
        BrandPart.HEADING_FONT: "The font of its headlines.",
        BrandPart.BODY_FONT: "The font of everything else.",
        BrandPart.VOICE: "How it speaks.",
        BrandPart.AUDIENCE: "Whom it speaks to.",
    },
)
_register(
    BrandQuestionKey,
    "One of the five questions.",
    {
        BrandQuestionKey.ABOUT: "What is made.",
        BrandQuestionKey.AUDIENCE: "For whom.",
        BrandQuestionKey.MOOD: "How it feels.",
        BrandQuestionKey.VOICE: "How it talks.",
        BrandQuestionKey.COLORS: "Its colours.",
    },
)

"""Query and Mutation: where an operation begins."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader
from strawberry.types import Info

from domain.credits.prices import CREDIT_PACKAGES
from domain.errors import InvalidInput, NotFound
from domain.ids import ArchiveId, ImageId, JobId, SubjectId
from resolvers import analytics, archives, images, influencers, jobs, providers
from resolvers import credits as credit_resolvers
from resolvers.context import Context
from resolvers.loaders import Loaders
from schema import presets
from schema.accounts import Viewer
from schema.adult import AdultMutations
from schema.analytics import AnalyticsMutations, MetricsRangeInput, StudioMetrics
from schema.approvals import ApprovalMutations
from schema.archives import Archive, ArchiveMutations
from schema.brand_drafts import BrandDraft, BrandDraftMutations, BrandQueries
from schema.brand_edits import BrandMutations
from schema.brand_types import Brand
from schema.changes import ChangeMutations
from schema.consent_types import Consent, DeletionReceipt
from schema.consents import ConsentMutations, ConsentQueries
from schema.content_sets import ContentSet, ContentSetMutations, ContentSetQueries
from schema.credits import CreditBalance, CreditPackage, CreditTransaction
from schema.exports import Export, ExportMutations, ExportQueries
from schema.ids import Node, id_of, parse_id
from schema.images import ImageMutations
from schema.influencer_deletion import InfluencerDeletion
from schema.influencers import InfluencerMutations
from schema.job_types import GenerationJob, ImageAsset
from schema.jobs import JobMutations
from schema.linked_socials import LinkedSocial, LinkedSocialMutations
from schema.lora import LoraModel
from schema.lora_deletion import LoraMutations
from schema.notifications import Notification, NotificationMutations
from schema.onboarding import OnboardingMutations
from schema.permissions import Admin, Public, SignedIn
from schema.persona_photos import PersonaPhoto
from schema.personas import PersonaMutations, PersonaQueries
from schema.portraits import PortraitMutations
from schema.profiles import ProfileMutations
from schema.project_types import Project
from schema.projects import ProjectMutations, ProjectQueries
from schema.prompts import PromptQueries
from schema.providers import ProviderStatus
from schema.quotes import QuoteQueries
from schema.social import SocialMutations, SocialQueries
from schema.subject_jobs import SubjectJobMutations
from schema.subjects import Influencer, influencer_of, persona_of
from schema.thumbnails import ThumbnailMutations, ThumbnailQueries, ThumbnailThread, ThumbnailVersion
from schema.training_chain import ChainQueries
from schema.trainings import TrainingMutations, TrainingQueries
from schema.uploads import Upload, UploadMutations

MOST_NODES = 100
T = TypeVar("T")
Find = Callable[[Context, UUID], Awaitable[Node | None]]
Id = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]


async def _node(ctx: Context, value: str) -> Node | None:
    """Null for what does not exist or is not the caller's, without a difference."""
    try:
        name, id_ = parse_id(value)
    except NotFound:
        return None
    if name == "Viewer":
        return Viewer.of(ctx) if id_ == ctx.user_id else None
    return await NODES[name](ctx, id_) if name in NODES else None


def _loaded(loader: Callable[[Loaders], DataLoader[UUID, T | None]], dress: Callable[[T], Node]) -> Find:
    async def find(ctx: Context, id_: UUID) -> Node | None:
        found = await loader(ctx.loaders).load(id_)
        return None if found is None else dress(found)

    return find


async def _balance(ctx: Context, id_: UUID) -> Node | None:
    return CreditBalance.of(await credit_resolvers.balance(ctx), ctx.user_id) if id_ == ctx.user_id else None


NODES: dict[str, Find] = {
    "CreditBalance": _balance,
    "Influencer": _loaded(lambda loaders: loaders.influencers, influencer_of),
    "GenerationJob": _loaded(lambda loaders: loaders.jobs, GenerationJob.of),
    "ImageAsset": _loaded(lambda loaders: loaders.images, ImageAsset.of),
    "CreditTransaction": _loaded(lambda loaders: loaders.entries, CreditTransaction.of),
    "Archive": _loaded(lambda loaders: loaders.archives, Archive.of),
    "Export": _loaded(lambda loaders: loaders.exports, Export.of),
    "LoraModel": _loaded(lambda loaders: loaders.lora_models, LoraModel.of),
    "Persona": _loaded(lambda loaders: loaders.personas, persona_of),
    "PersonaPhoto": _loaded(lambda loaders: loaders.photos, PersonaPhoto.of),
    "Consent": _loaded(lambda loaders: loaders.consents, Consent.of),
    "DeletionReceipt": _loaded(lambda loaders: loaders.deletions, DeletionReceipt.of),
    "Upload": _loaded(lambda loaders: loaders.uploads, Upload.of),
    "ThumbnailThread": _loaded(lambda loaders: loaders.threads, ThumbnailThread.of),
    "ThumbnailVersion": _loaded(lambda loaders: loaders.versions, ThumbnailVersion.of),
    "ContentSet": _loaded(lambda loaders: loaders.content_sets, ContentSet.of),
    "Project": _loaded(lambda loaders: loaders.projects, Project.of),
    "Brand": _loaded(lambda loaders: loaders.brands, Brand.of),
    "LinkedSocial": _loaded(lambda loaders: loaders.linked_socials, LinkedSocial.of),
    "BrandDraft": _loaded(lambda loaders: loaders.brand_drafts, BrandDraft.of),
    "Notification": _loaded(lambda loaders: loaders.notifications, Notification.of),
}
"""How to find what an id names. A type of `Node` that is missing here could not be asked for; a test looks for such."""


@strawberry.type(
    description=(
        "What can be read. Lists of choices are for anyone, the rest is for who is signed in.\n\n"
        "What goes wrong here or with a request as a whole stands in GraphQL's own `errors`, with a stable "
        "`extensions.code`. `TOO_MUCH`: one request asks for more than it may, at any time; ask for smaller pages or for "
        "less. `RATE_LIMITED`: this minute's points are used up; wait `extensions.retryAfterSeconds`, then send the same "
        "again. `INTERNAL`: our fault; report `extensions.errorId`.\n\n"
        "An answer says in `extensions.cost` how many points it was counted for (`requested`), roughly one for each object "
        "that could have come, and how many one operation may ask for (`limit`)."
    )
)
class Query(
    QuoteQueries,
    PromptQueries,
    TrainingQueries,
    ChainQueries,
    ConsentQueries,
    PersonaQueries,
    ExportQueries,
    ThumbnailQueries,
    ProjectQueries,
    ContentSetQueries,
    BrandQueries,
    SocialQueries,
):
    @strawberry.field(permission_classes=[SignedIn], description="The signed-in user.")
    def viewer(self, info: Info[Context, None]) -> Viewer:
        return Viewer.of(info.context)

    @strawberry.field(permission_classes=[SignedIn], description="Anything of yours by its id; null for anything else.")
    async def node(self, info: Info[Context, None], id: Id) -> Node | None:
        return await _node(info.context, id)

    @strawberry.field(
        permission_classes=[SignedIn],
        description="Things of yours by their ids, in that order; null for anything else.",
    )
    async def nodes(
        self,
        info: Info[Context, None],
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Up to 100 global ids.")],
    ) -> list[Node | None]:
        return await _nodes(info.context, ids)

    @strawberry.field(
        permission_classes=[SignedIn], description="An influencer of yours; null, with an error, for anything else."
    )
    async def influencer(self, info: Info[Context, None], id: Id) -> Influencer | None:
        return influencer_of(await influencers.get(info.context, SubjectId(id_of(id, "Influencer", field="id"))))

    @strawberry.field(
        permission_classes=[SignedIn], description="A job of yours; null, with an error, for anything else."
    )
    async def job(self, info: Info[Context, None], id: Id) -> GenerationJob | None:
        return GenerationJob.of(await jobs.get(info.context, JobId(id_of(id, "GenerationJob", field="id"))))

    @strawberry.field(
        permission_classes=[SignedIn], description="An image of yours; null, with an error, for anything else."
    )
    async def image(self, info: Info[Context, None], id: Id) -> ImageAsset | None:
        return ImageAsset.of(await images.get(info.context, ImageId(id_of(id, "ImageAsset", field="id"))))

    @strawberry.field(
        permission_classes=[SignedIn],
        description="An archive of yours, to be asked for now and then until it is ready; null, with an error, for anything else.",
    )
    async def archive(self, info: Info[Context, None], id: Id) -> Archive | None:
        return Archive.of(await archives.get(info.context, ArchiveId(id_of(id, "Archive", field="id"))))

    @strawberry.field(
        permission_classes=[Admin],
        description="How each provider is, as far as our own calls tell. For administrators.",
    )
    async def provider_status(self, info: Info[Context, None]) -> list[ProviderStatus]:
        return [ProviderStatus.of(status) for status in await providers.status(info.context)]

    @strawberry.field(
        permission_classes=[Admin],
        description="What the studio was used for on some days, by all users together. For administrators.",
    )
    async def studio_metrics(
        self,
        info: Info[Context, None],
        range: Annotated[MetricsRangeInput, strawberry.argument(description="The days.")],
    ) -> StudioMetrics:
        return StudioMetrics.of(await analytics.figures(info.context, range.to_days()))

    @strawberry.field(permission_classes=[Public], description="Scenes to choose from.")
    def scene_presets(self) -> list[presets.ScenePreset]:
        return presets.scene_presets()

    @strawberry.field(permission_classes=[Public], description="Environments to choose from.")
    def environment_presets(self) -> list[presets.EnvironmentPreset]:
        return presets.environment_presets()

    @strawberry.field(permission_classes=[Public], description="Outfits to choose from.")
    def outfit_presets(self) -> list[presets.OutfitPreset]:
        return presets.outfit_presets()

    @strawberry.field(permission_classes=[Public], description="Image models to choose from.")
    def base_models(self, info: Info[Context, None]) -> list[presets.BaseModelInfo]:
        return presets.base_models(info.context.services.adult)

    @strawberry.field(permission_classes=[Public], description="Sizes images come in.")
    def aspect_ratios(self) -> list[presets.AspectRatioInfo]:
        return presets.aspect_ratios()

    @strawberry.field(permission_classes=[Public], description="Qualities images come in.")
    def qualities(self) -> list[presets.QualityInfo]:
        return presets.qualities()

    @strawberry.field(permission_classes=[Public], description="What the character wizard offers.")
    def appearance_options(self) -> presets.AppearanceOptions:
        return presets.appearance_options()

    @strawberry.field(permission_classes=[Public], description="Advice for taking photos of oneself.")
    def photo_guidelines(self) -> list[presets.PhotoGuideline]:
        return presets.photo_guidelines()

    @strawberry.field(permission_classes=[Public], description="Credits on offer, smallest first.")
    def credit_packages(self, info: Info[Context, None]) -> list[CreditPackage]:
        return [CreditPackage.of(package, info.context.services.purchase_url) for package in CREDIT_PACKAGES]


async def _nodes(ctx: Context, ids: list[strawberry.ID]) -> list[Node | None]:
    """All at once, so that the loaders can batch them."""
    if len(ids) > MOST_NODES:
        raise InvalidInput(f"Ask for at most {MOST_NODES} nodes at once.", field="ids")
    return list(await asyncio.gather(*(_node(ctx, id_) for id_ in ids)))


@strawberry.type(
    description=(
        "What can be changed. Each takes one input and answers with what it made, or with typed errors.\n\n"
        "What makes images costs credits: the query of the same name (`quoteEdit` for `startEdit`) says how many, and spends "
        "nothing. "
        "Where the input has an `idempotencyKey` it can be sent again when no answer came: all that spends takes one, but for `chooseBaseImage`, "
        "which pays for the sheets of an image once. What takes none says what a second call does, or makes something of its own. "
        "`extensions.idempotentReplay` is true beside an answer that was given before. Each field counts as one change of "
        "the caller's minute; a `RateLimitedError` says how long to wait."
    )
)
class Mutation(
    InfluencerMutations,
    JobMutations,
    SubjectJobMutations,
    ChangeMutations,
    ImageMutations,
    ArchiveMutations,
    ExportMutations,
    UploadMutations,
    ConsentMutations,
    PersonaMutations,
    PortraitMutations,
    ApprovalMutations,
    NotificationMutations,
    AnalyticsMutations,
    AdultMutations,
    TrainingMutations,
    LoraMutations,
    InfluencerDeletion,
    ThumbnailMutations,
    ProjectMutations,
    ContentSetMutations,
    BrandMutations,
    ProfileMutations,
    OnboardingMutations,
    LinkedSocialMutations,
    BrandDraftMutations,
    SocialMutations,
):
    pass

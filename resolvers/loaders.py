"""One question for many keys at once. Each opens one short read; none keeps an answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry.dataloader import DataLoader

from db.engine import Database
from db.queries.adult import adult_accounts_by_id
from db.queries.approvals import newest_of_styles, previewed_sets, rounds_of_personas
from db.queries.archives import archives_by_id, exports_by_id
from db.queries.brand_drafts import brand_drafts_by_id, newest_brand_drafts
from db.queries.brands import brands_by_user
from db.queries.content_sets import content_sets_by_id
from db.queries.credits import entries_by_id
from db.queries.images import images_by_id, images_made_from, images_of_jobs
from db.queries.influencers import influencers_by_id
from db.queries.jobs import jobs_by_id, newest_sheet_jobs
from db.queries.notifications import notifications_by_id
from db.queries.onboarding import Standing, linked_socials_by_id, linked_socials_of_users, standings_of_users
from db.queries.personas import (
    analyses_of_personas,
    consents_by_id,
    deletions_by_id,
    personas_by_id,
    photos_by_id,
    photos_of_personas,
)
from db.queries.projects import projects_by_id
from db.queries.subjects import subject_names
from db.queries.thumbnails import threads_by_id, versions_by_id, versions_of_threads
from db.queries.trainings import images_offered, lora_models_by_id, lora_models_of, past_trainings, retrain_facts
from db.queries.uploads import uploads_by_id
from db.queries.usage import usage_of_subjects
from db.queries.waiting import waiting_of_jobs
from domain.archives.archive import Archive
from domain.brands.brand import Brand
from domain.brands.draft import BrandDraft
from domain.consents.consent import Consent
from domain.content_sets.content_set import ContentSet
from domain.credits.ledger import Entry
from domain.errors import InvalidInput
from domain.ids import ImageId, UserId
from domain.images.gallery import AdultFilter
from domain.images.image import Image
from domain.influencers.influencer import Influencer
from domain.jobs.job import Job, JobKind
from domain.jobs.waiting import Waiting
from domain.linked_socials.linked_social import LinkedSocial
from domain.notifications.notification import Notification
from domain.pages import Page
from domain.personas.analysis import Analysis
from domain.personas.approval import ApprovalRound
from domain.personas.persona import Persona, PersonaPhoto
from domain.ports.object_store import Download, ObjectStore
from domain.privacy.deletion import Deletion
from domain.projects.project import Project
from domain.safety.policy import AdultAccount
from domain.subjects.usage import SubjectUsage
from domain.thumbnails.thread import ThumbnailThread, ThumbnailVersion
from domain.trainings.liking import RetrainFacts
from domain.trainings.retrains import PastTrainings
from domain.trainings.training import LoraModel
from domain.uploads.upload import Upload

T = TypeVar("T")
Load = Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, T]]]
Query = Callable[[AsyncConnection, Sequence[UUID]], Awaitable[Mapping[UUID, T]]]


@dataclass(frozen=True, slots=True)
class ImageView:
    """An image with addresses that whoever asked may open for some minutes."""

    image: Image
    url: str
    thumbnail_url: str


async def view_images(files: ObjectStore, images: Sequence[Image]) -> list[ImageView]:
    """Signs all addresses in one go."""
    urls = await files.sign([key for image in images for key in (image.storage_key, image.thumbnail_key)])
    return [ImageView(image, urls[image.storage_key], urls[image.thumbnail_key]) for image in images]


@dataclass(frozen=True, slots=True)
class PhotoView:
    """Likewise, of a photo: the file that we made of it."""

    photo: PersonaPhoto
    url: str


@dataclass(frozen=True, slots=True)
class BrandView:
    """Likewise, with the address of its logo; None where it has none."""

    brand: Brand
    logo_url: str | None


class EditsWanted(NamedTuple):
    """A page of what was made from an image."""

    image_id: UUID
    first: int
    after: str | None
    adult: AdultFilter = AdultFilter.EXCLUDE


class TrainingsWanted(NamedTuple):
    """A page of a subject's trainings."""

    subject_id: UUID
    first: int
    after: str | None


class Loaders:
    def __init__(
        self,
        database: Database,
        files: ObjectStore,
        user_id: UserId,
        *,
        renders_per_user: int,
        sees_adult: bool = False,
    ) -> None:
        self._database, self._files, self._user_id = database, files, user_id
        self._renders_per_user, self._sees_adult = renders_per_user, sees_adult
        self.adult_accounts: DataLoader[UUID, AdultAccount | None] = _loader(self._rows(adult_accounts_by_id))
        self.jobs: DataLoader[UUID, Job | None] = _loader(self._rows(jobs_by_id))
        self.sheet_jobs: DataLoader[UUID, Job | None] = _loader(self._rows(newest_sheet_jobs))
        self.influencers: DataLoader[UUID, Influencer | None] = _loader(self._rows(influencers_by_id))
        self.entries: DataLoader[UUID, Entry | None] = _loader(self._rows(entries_by_id))
        self.notifications: DataLoader[UUID, Notification | None] = _loader(self._rows(notifications_by_id))
        self.images: DataLoader[UUID, ImageView | None] = _loader(self._images)
        self.images_of_jobs: DataLoader[UUID, list[ImageView] | None] = _loader(self._images_of_jobs)
        self.archives: DataLoader[UUID, Archive | None] = _loader(self._rows(archives_by_id))
        self.exports: DataLoader[UUID, Archive | None] = _loader(self._rows(exports_by_id))
        self.lora_models: DataLoader[UUID, LoraModel | None] = _loader(self._rows(lora_models_by_id))
        self.trainings: DataLoader[TrainingsWanted, Page[LoraModel]] = DataLoader(load_fn=self._trainings, cache=False)
        self.images_offered: DataLoader[UUID, list[ImageView] | None] = _loader(self._images_offered)
        self.retrains: DataLoader[UUID, RetrainFacts | None] = _loader(self._rows(retrain_facts))
        self.uploads: DataLoader[UUID, Upload | None] = _loader(self._rows(uploads_by_id))
        self.personas: DataLoader[UUID, Persona | None] = _loader(self._rows(personas_by_id))
        self.photos: DataLoader[UUID, PhotoView | None] = _loader(self._photos)
        self.photos_of_personas: DataLoader[UUID, list[PhotoView] | None] = _loader(self._photos_of_personas)
        self.analyses: DataLoader[UUID, list[Analysis] | None] = _loader(self._rows(analyses_of_personas))
        self.portraits: DataLoader[UUID, list[ImageView] | None] = _loader(self._newest_of_styles(JobKind.PORTRAITS))
        self.previews: DataLoader[UUID, list[ImageView] | None] = _loader(
            self._newest_of_styles(JobKind.PREVIEW_SAMPLES)
        )
        self.samples: DataLoader[UUID, list[ImageView] | None] = _loader(
            self._newest_of_styles(JobKind.DISPLAY_SAMPLES)
        )
        self.past_trainings: DataLoader[UUID, PastTrainings | None] = _loader(self._rows(past_trainings))
        self.approval_rounds: DataLoader[UUID, list[ApprovalRound] | None] = _loader(self._rows(rounds_of_personas))
        self.previewed_sets: DataLoader[UUID, frozenset[str] | None] = _loader(self._rows(previewed_sets))
        self.consents: DataLoader[UUID, Consent | None] = _loader(self._rows(consents_by_id))
        self.deletions: DataLoader[UUID, Deletion | None] = _loader(self._rows(deletions_by_id))
        self.usage: DataLoader[UUID, SubjectUsage | None] = _loader(self._rows(usage_of_subjects))
        self.threads: DataLoader[UUID, ThumbnailThread | None] = _loader(self._rows(threads_by_id))
        self.versions: DataLoader[UUID, ThumbnailVersion | None] = _loader(self._rows(versions_by_id))
        self.versions_of_threads: DataLoader[UUID, list[ThumbnailVersion] | None] = _loader(
            self._rows(versions_of_threads)
        )
        self.brands: DataLoader[UUID, BrandView | None] = _loader(self._brands)
        self.content_sets: DataLoader[UUID, ContentSet | None] = _loader(self._rows(content_sets_by_id))
        self.projects: DataLoader[UUID, Project | None] = _loader(self._rows(projects_by_id))
        self.brand_drafts: DataLoader[UUID, BrandDraft | None] = _loader(self._rows(brand_drafts_by_id))
        self.newest_brand_drafts: DataLoader[UUID, BrandDraft | None] = _loader(self._rows(newest_brand_drafts))
        self.subject_names: DataLoader[UUID, str | None] = _loader(self._rows(subject_names))
        self.standings: DataLoader[UUID, Standing | None] = _loader(self._rows(standings_of_users))
        self.linked_socials: DataLoader[UUID, LinkedSocial | None] = _loader(self._rows(linked_socials_by_id))
        self.linked_socials_of_users: DataLoader[UUID, list[LinkedSocial] | None] = _loader(
            self._rows(linked_socials_of_users)
        )
        self.waiting: DataLoader[UUID, Waiting | None] = _loader(self._waiting)
        self.edits: DataLoader[EditsWanted, Page[ImageView]] = DataLoader(load_fn=self._edits, cache=False)
        self.downloads: DataLoader[Download, str] = DataLoader(load_fn=self._downloads, cache=False)
        self.addresses: DataLoader[str, str] = DataLoader(load_fn=self._addresses, cache=False)

    def _rows(self, query: Query[T]) -> Load[T]:
        """For what needs no more than its row."""

        async def load(ids: Sequence[UUID]) -> Mapping[UUID, T]:
            async with self._read() as connection:
                return await query(connection, ids)

        return load

    def _read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._database.read(self._user_id, adult=self._sees_adult)

    async def _images(self, ids: Sequence[UUID]) -> Mapping[UUID, ImageView]:
        async with self._read() as connection:
            found = await images_by_id(connection, ids)
        views = await view_images(self._files, list(found.values()))
        return {view.image.id: view for view in views}

    async def _images_of_jobs(self, job_ids: Sequence[UUID]) -> Mapping[UUID, list[ImageView]]:
        async with self._read() as connection:
            found = await images_of_jobs(connection, job_ids)
        views = await view_images(self._files, [image for images in found.values() for image in images])
        by_id = {view.image.id: view for view in views}
        return {job_id: [by_id[image.id] for image in images] for job_id, images in found.items()}

    def _newest_of_styles(self, kind: JobKind) -> Load[list[ImageView]]:
        async def load(subject_ids: Sequence[UUID]) -> Mapping[UUID, list[ImageView]]:
            async with self._read() as connection:
                found = await newest_of_styles(connection, subject_ids, kind)
            return await self._views_of_each(found)

        return load

    async def _views_of_each(self, found: Mapping[UUID, list[Image]]) -> Mapping[UUID, list[ImageView]]:
        views = await view_images(self._files, [image for images in found.values() for image in images])
        by_id = {view.image.id: view for view in views}
        return {key: [by_id[image.id] for image in images] for key, images in found.items()}

    async def _photos(self, ids: Sequence[UUID]) -> Mapping[UUID, PhotoView]:
        async with self._read() as connection:
            found = await photos_by_id(connection, ids)
        return {view.photo.id: view for view in await self._photo_views(list(found.values()))}

    async def _photos_of_personas(self, ids: Sequence[UUID]) -> Mapping[UUID, list[PhotoView]]:
        async with self._read() as connection:
            found = await photos_of_personas(connection, ids)
        views = await self._photo_views([photo for photos in found.values() for photo in photos])
        by_id = {view.photo.id: view for view in views}
        return {persona_id: [by_id[photo.id] for photo in photos] for persona_id, photos in found.items()}

    async def _photo_views(self, photos: Sequence[PersonaPhoto]) -> list[PhotoView]:
        """Signs all addresses in one go."""
        if not photos:
            return []
        urls = await self._files.sign([photo.file.key for photo in photos])
        return [PhotoView(photo, urls[photo.file.key]) for photo in photos]

    async def _brands(self, user_ids: Sequence[UUID]) -> Mapping[UUID, BrandView]:
        async with self._read() as connection:
            found = await brands_by_user(connection, user_ids)
        keys = [brand.logo_key for brand in found.values() if brand.logo_key]
        urls = await self._files.sign(keys) if keys else {}
        return {user: BrandView(brand, urls.get(brand.logo_key or "")) for user, brand in found.items()}

    async def _waiting(self, job_ids: Sequence[UUID]) -> Mapping[UUID, Waiting]:
        async with self._database.read(self._user_id) as connection:
            return await waiting_of_jobs(connection, job_ids, limit=self._renders_per_user)

    async def _trainings(self, wanted: list[TrainingsWanted]) -> list[Page[LoraModel] | Exception]:
        """As `_edits`: pages of one size from one place are one question."""
        found: dict[TrainingsWanted, Page[LoraModel]] = {}
        refused: dict[TrainingsWanted, Exception] = {}
        async with self._read() as connection:
            for first, after in dict.fromkeys(one[1:] for one in wanted):
                alike = dict.fromkeys(one for one in wanted if one[1:] == (first, after))
                try:
                    pages = await lora_models_of(
                        connection, [one.subject_id for one in alike], first=first, after=after
                    )
                    found |= {one: pages[one.subject_id] for one in alike}
                except InvalidInput as refusal:
                    refused |= dict.fromkeys(alike, refusal)
        return [refused.get(one) or found[one] for one in wanted]

    async def _images_offered(self, subject_ids: Sequence[UUID]) -> Mapping[UUID, list[ImageView]]:
        async with self._read() as connection:
            found = await images_offered(connection, subject_ids)
        return await self._views_of_each(found)

    async def _edits(self, wanted: list[EditsWanted]) -> list[Page[ImageView] | Exception]:
        """Pages of one size that begin at one place, as one operation asks for them, are one question."""
        found: dict[EditsWanted, Page[Image]] = {}
        refused: dict[EditsWanted, Exception] = {}
        async with self._read() as connection:
            for first, after, adult in dict.fromkeys(one[1:] for one in wanted):
                alike = dict.fromkeys(one for one in wanted if one[1:] == (first, after, adult))
                try:
                    ids = [one.image_id for one in alike]
                    pages = await images_made_from(connection, ids, first=first, after=after, adult=adult)
                    found |= {one: pages[one.image_id] for one in alike}
                except InvalidInput as refusal:  # only of those: others may have asked for others
                    refused |= dict.fromkeys(alike, refusal)
        views = await view_images(self._files, [image for page in found.values() for image in page.items])
        by_id = {view.image.id: view for view in views}
        return [refused.get(one) or _viewed(found[one], by_id) for one in wanted]

    async def _downloads(self, files: list[Download]) -> list[str]:
        return [*await self._files.sign_downloads(files)]

    async def _addresses(self, keys: list[str]) -> list[str]:
        """Of files that belong to images whose owner is asking."""
        signed = await self._files.sign(keys)
        return [signed[key] for key in keys]


def _viewed(page: Page[Image], by_id: Mapping[ImageId, ImageView]) -> Page[ImageView]:
    return Page([by_id[image.id] for image in page.items], page.cursors, page.has_next)


def _loader(load: Load[T]) -> DataLoader[UUID, T | None]:
    async def in_order(keys: list[UUID]) -> list[T | None]:
        found = await load(list(dict.fromkeys(keys)))
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=in_order, cache=False)

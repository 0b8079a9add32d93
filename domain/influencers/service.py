"""An influencer is made, and given its face."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import Conflict, InvalidInput
from domain.ids import ImageId, SubjectId, UserId
from domain.influencers.appearance import Appearance
from domain.influencers.influencer import Influencer
from domain.jobs.job import JobKind
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.catalogue import Outfit
from domain.presets.models import BaseModel
from domain.safety import adult
from domain.safety.adult import AdultOffer
from domain.safety.screening import Kind, screen
from domain.user_events import UserEventKind

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluencerRequest:
    """What the wizard collected."""

    name: str
    appearance: Appearance
    default_outfit: Outfit
    base_model: BaseModel
    nsfw_enabled: bool
    auto_start: bool = True
    """Whether choosing a base image has sheets made and a LoRA trained, credits allowing (`domain.trainings.chain`)."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= LONGEST_NAME:
            raise InvalidInput(f"A name has 1 to {LONGEST_NAME} characters.", field="name")


async def create_influencer(
    uow: UnitOfWork,
    user_id: UserId,
    request: InfluencerRequest,
    *,
    subject_id: SubjectId,
    now: datetime,
    offer: AdultOffer = adult.NOT_OFFERED,
) -> Influencer:
    """Raises `PromptRefused`, and `AdultContentRefused` where it is to be meant for adult content and may not be."""
    screen("createInfluencer", {"name": (Kind.WISH, request.name)})
    if request.nsfw_enabled:
        account = await uow.adult.get(user_id)
        wanted = adult.to_create(offer, account, age=request.appearance.age, base_model=request.base_model)
        adult.check("createInfluencer", wanted, field="nsfwEnabled")
    influencer = Influencer(
        id=subject_id,
        user_id=user_id,
        name=request.name.strip(),
        appearance=request.appearance,
        default_outfit=request.default_outfit,
        nsfw_enabled=request.nsfw_enabled,
        base_model=request.base_model,
        base_image_id=None,
        identity_seed=0,
        training_enabled=True,
        auto_start=request.auto_start,
        created_at=now,
    )
    await uow.influencers.add(influencer)
    await uow.outbox.tell(influencer.user_id, UserEventKind.SUBJECT_CHANGED, influencer.id)
    return influencer


async def choose_base_image(uow: UnitOfWork, user_id: UserId, subject_id: SubjectId, image_id: ImageId) -> Influencer:
    """From now on the influencer has this face. Raises `NotFound`, and `Conflict` for an image that proposes none."""
    await uow.lock_user(user_id)
    influencer = await uow.influencers.get(subject_id)
    image = await uow.images.get(image_id)
    if image.subject_id != influencer.id or image.kind is not JobKind.BASE_IMAGES:
        raise Conflict("This image is not one of this influencer's base images. Choose one of those.")
    await uow.influencers.choose_base_image(subject_id, image.id, image.seed)
    await uow.outbox.tell(user_id, UserEventKind.SUBJECT_CHANGED, subject_id)
    return await uow.influencers.get(subject_id)

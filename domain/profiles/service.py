"""A user says who they are. Each function is one transaction, and answers with the profile and how far onboarding is then."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from domain.errors import Conflict, InvalidInput
from domain.ids import ImageId, SubjectId, UserId
from domain.influencers.influencer import Influencer
from domain.jobs.subjects import Subject, check_may_be_changed, subject_with
from domain.onboarding.progress import Progress
from domain.onboarding.service import notice
from domain.personas.persona import Persona, PersonaStatus
from domain.ports.unit_of_work import UnitOfWork
from domain.profiles.profile import Avatar, ContentPreferences, Profile, Tone, topics_of
from domain.safety.judging import Words
from domain.safety.screening import Kind, screen
from domain.social.platforms import Platform
from domain.user_events import UserEventKind

Saved = tuple[Profile, Progress]


class ProfileChanges(TypedDict, total=False):
    """What is not in it stays; None is removed."""

    display_name: str | None
    occupation: str | None


class PreferenceChanges(TypedDict, total=False):
    """Likewise; of topics all of them."""

    topics: Sequence[str]
    tone: Tone | None


def profile_words(changes: ProfileChanges) -> Words:
    """For whoever judges words, each by its path in the input."""
    fields = {
        "displayName": (Kind.WISH, changes.get("display_name")),
        "occupation": (Kind.WISH, changes.get("occupation")),
    }
    return Words(operation="updateProfile", fields=fields)


def preference_words(changes: PreferenceChanges) -> Words:
    topics: Mapping[str, tuple[Kind, str | None]] = {
        f"topics.{index}": (Kind.WISH, topic) for index, topic in enumerate(changes.get("topics", ()))
    }
    return Words(operation="updateContentPreferences", fields=topics)


async def update_profile(uow: UnitOfWork, user_id: UserId, changes: ProfileChanges, *, now: datetime) -> Saved:
    """Raises `PromptRefused`, `InvalidInput`."""
    words = profile_words(changes)
    screen(words.operation, words.fields)
    await uow.lock_user(user_id)
    return await _saved(uow, replace(await uow.profiles.get(user_id), **_trimmed(changes), saved_at=now), now=now)


def _trimmed(changes: ProfileChanges) -> ProfileChanges:
    """Nothing but spaces is nothing."""
    found = ProfileChanges()
    if "display_name" in changes:
        found["display_name"] = " ".join((changes["display_name"] or "").split()) or None
    if "occupation" in changes:
        found["occupation"] = " ".join((changes["occupation"] or "").split()) or None
    return found


async def update_preferences(uow: UnitOfWork, user_id: UserId, changes: PreferenceChanges, *, now: datetime) -> Saved:
    """Raises `PromptRefused`, `InvalidInput`."""
    words = preference_words(changes)
    screen(words.operation, words.fields)
    await uow.lock_user(user_id)
    profile = await uow.profiles.get(user_id)
    old = profile.preferences
    new = ContentPreferences(topics=topics_of(changes.get("topics", old.topics)), tone=changes.get("tone", old.tone))
    return await _saved(uow, replace(profile, preferences=new, preferences_at=now), now=now)


async def choose_platforms(uow: UnitOfWork, user_id: UserId, platforms: Sequence[Platform], *, now: datetime) -> Saved:
    """All of them, each once."""
    await uow.lock_user(user_id)
    profile = await uow.profiles.get(user_id)
    return await _saved(uow, replace(profile, platforms=tuple(dict.fromkeys(platforms)), platforms_at=now), now=now)


async def review_avatar(
    uow: UnitOfWork, user_id: UserId, subject_id: SubjectId, image_id: ImageId | None, *, now: datetime
) -> Saved:
    """This subject is the user's face from now on; a persona becomes the default one too, so that what names no persona draws it.

    Raises `NotFound`, `ConsentRequired`, `Conflict` for a subject that has no face yet, `InvalidInput` for a picture that is not one of its own.
    """
    await uow.lock_user(user_id)
    subject = await subject_with(uow, subject_id)
    check_may_be_changed(subject)
    _check_has_face(subject)
    if image_id is not None:
        await _check_shows(uow, image_id, subject)
    if isinstance(subject, Persona) and not subject.is_default:
        await uow.personas.make_default(user_id, subject_id)
    avatar = Avatar(subject_id=subject_id, image_id=image_id, reviewed_at=now)
    return await _saved(uow, replace(await uow.profiles.get(user_id), avatar=avatar), now=now)


def _check_has_face(subject: Subject) -> None:
    if isinstance(subject, Influencer) and subject.base_image_id is None:
        raise Conflict("This influencer has no face yet. Choose one of its base images first.")
    if isinstance(subject, Persona) and subject.status is not PersonaStatus.READY:
        raise Conflict("This persona has no portraits yet. Make some first.")


async def _check_shows(uow: UnitOfWork, image_id: ImageId, subject: Subject) -> None:
    image = await uow.images.get(image_id)
    if image.subject_id != subject.id:
        raise InvalidInput("This picture is of another subject.", field="imageId")
    if image.nsfw:
        raise InvalidInput("An adult picture cannot stand for you. Choose another one.", field="imageId")


async def _saved(uow: UnitOfWork, profile: Profile, *, now: datetime) -> Saved:
    await uow.profiles.save(profile)
    await uow.outbox.tell(profile.user_id, UserEventKind.ONBOARDING_CHANGED)
    return profile, await notice(uow, profile.user_id, now=now)

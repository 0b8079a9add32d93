"""The profile: who the user is, what they make, where it goes, and whose face stands for them."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import ImageId, SubjectId
from domain.onboarding.progress import Progress
from domain.profiles.profile import Profile as ProfileValue
from domain.profiles.profile import Tone
from domain.profiles.service import PreferenceChanges, ProfileChanges
from domain.social.platforms import Platform
from resolvers import onboarding
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_types import ImageAsset
from schema.job_words import ERRORS
from schema.onboarding import Onboarding
from schema.permissions import SignedIn
from schema.subjects import Subject, subject_with

REMOVED = "Left out, it stays; null removes it."
ANSWER = "The whole of it as it is now; null when it was refused."
SCREENED = "Screened as all words are."


@strawberry.type(description="The subject that is your face here, as you confirmed.")
class Avatar:
    reviewed_at: datetime = strawberry.field(description="When you did.")
    subject_id: strawberry.Private[SubjectId]
    image_id: strawberry.Private[ImageId | None]

    @strawberry.field(description="A persona or an influencer; null when it was deleted.")
    async def subject(self, info: Info[Context, None]) -> Subject | None:
        return await subject_with(info.context, self.subject_id)

    @strawberry.field(description="The picture you chose to stand for it; null when you chose none, or it was deleted.")
    async def image(self, info: Info[Context, None]) -> ImageAsset | None:
        found = await info.context.loaders.images.load(self.image_id) if self.image_id else None
        return ImageAsset.of(found) if found else None


@strawberry.type(
    description="What you said of yourself. `occupation`, `topics` and `tone` are told to the language model that writes prompts of "
    "thumbnails, where a deployment has one; our own rules do without them."
)
class Profile:
    display_name: str | None = strawberry.field(description="What you are called here; null while you said nothing.")
    occupation: str | None = strawberry.field(description="What you do; null while you said nothing.")
    topics: list[str] = strawberry.field(description="What your content is about.")
    tone: Tone | None = strawberry.field(description="How it should feel; null for as it comes.")
    platforms: list[Platform] = strawberry.field(
        description="Where you publish: `startSocialGraphics` takes them as they are."
    )
    avatar: Avatar | None = strawberry.field(description="Null until `reviewAvatar`.")

    @classmethod
    def of(cls, value: ProfileValue) -> "Profile":
        avatar = value.avatar
        return cls(
            display_name=value.display_name,
            occupation=value.occupation,
            topics=list(value.preferences.topics),
            tone=value.preferences.tone,
            platforms=list(value.platforms),
            avatar=Avatar(reviewed_at=avatar.reviewed_at, subject_id=avatar.subject_id, image_id=avatar.image_id)
            if avatar
            else None,
        )


@strawberry.input(description="What `updateProfile` takes.")
class UpdateProfileInput:
    display_name: str | None = strawberry.field(
        default=strawberry.UNSET, description=f"1 to 80 characters. {REMOVED} {SCREENED}"
    )
    occupation: str | None = strawberry.field(
        default=strawberry.UNSET, description=f"What you do, in 1 to 200 characters. {REMOVED} {SCREENED}"
    )

    def to_changes(self) -> ProfileChanges:
        changes = ProfileChanges()
        if self.display_name is not strawberry.UNSET:
            changes["display_name"] = self.display_name
        if self.occupation is not strawberry.UNSET:
            changes["occupation"] = self.occupation
        return changes


@strawberry.input(description="What `updateContentPreferences` takes.")
class UpdateContentPreferencesInput:
    topics: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"All of them: up to 10, of 1 to 60 characters each. Left out, they stay; null removes them. {SCREENED}",
    )
    tone: Tone | None = strawberry.field(default=strawberry.UNSET, description=f"How it should feel. {REMOVED}")

    def to_changes(self) -> PreferenceChanges:
        changes = PreferenceChanges()
        if self.topics is not strawberry.UNSET:
            changes["topics"] = self.topics or []
        if self.tone is not strawberry.UNSET:
            changes["tone"] = self.tone
        return changes


@strawberry.input(description="What `choosePlatforms` takes.")
class ChoosePlatformsInput:
    platforms: list[Platform] = strawberry.field(description="All of them; none takes them back.")


@strawberry.input(description="What `reviewAvatar` takes.")
class ReviewAvatarInput:
    subject_id: strawberry.ID = strawberry.field(
        description="A persona that has portraits, or an influencer that has a face."
    )
    image_id: strawberry.ID | None = strawberry.field(
        default=None, description="A picture of it that stands for you; null for none in particular. No adult one."
    )


@strawberry.type(
    description="What `updateProfile`, `updateContentPreferences`, `choosePlatforms` and `reviewAvatar` answer."
)
class ProfilePayload:
    profile: Profile | None = strawberry.field(default=None, description=ANSWER)
    onboarding: Onboarding | None = strawberry.field(default=None, description=ANSWER)
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)

    @classmethod
    def of(cls, done: tuple[ProfileValue, Progress]) -> "ProfilePayload":
        profile, progress = done
        return cls(profile=Profile.of(profile), onboarding=Onboarding.of(progress))


@strawberry.type
class ProfileMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Say what you are called and what you do: a part of onboarding, saved as you go. A second call changes nothing.",
    )
    @user_errors(ProfilePayload)
    async def update_profile(
        self,
        info: Info[Context, None],
        input: Annotated[UpdateProfileInput, strawberry.argument(description="What changes.")],
    ) -> ProfilePayload:
        return ProfilePayload.of(await onboarding.update_profile(info.context, input.to_changes()))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Say what your content is about and how it should feel: a part of onboarding, saved as you go. The language "
            "model that writes prompts for you is told. A second call changes nothing."
        ),
    )
    @user_errors(ProfilePayload)
    async def update_content_preferences(
        self,
        info: Info[Context, None],
        input: Annotated[UpdateContentPreferencesInput, strawberry.argument(description="What changes.")],
    ) -> ProfilePayload:
        return ProfilePayload.of(await onboarding.update_preferences(info.context, input.to_changes()))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Say where you publish: a part of onboarding. Nothing is ever published by us. A second call changes nothing.",
    )
    @user_errors(ProfilePayload)
    async def choose_platforms(
        self,
        info: Info[Context, None],
        input: Annotated[ChoosePlatformsInput, strawberry.argument(description="Which.")],
    ) -> ProfilePayload:
        return ProfilePayload.of(await onboarding.choose_platforms(info.context, input.platforms))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Confirm whose face is yours here: a step of onboarding, and at any time after it. A persona becomes the default one "
            "with it. A `ConflictError`: it has no face yet."
        ),
    )
    @user_errors(ProfilePayload)
    async def review_avatar(
        self,
        info: Info[Context, None],
        input: Annotated[ReviewAvatarInput, strawberry.argument(description="Whose.")],
    ) -> ProfilePayload:
        subject = SubjectId(id_of(input.subject_id, "Persona", "Influencer", field="subjectId"))
        image = ImageId(id_of(input.image_id, "ImageAsset", field="imageId")) if input.image_id is not None else None
        return ProfilePayload.of(await onboarding.review_avatar(info.context, subject, image))

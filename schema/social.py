"""Graphics for social platforms: priced, and begun."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import SubjectId
from domain.jobs.kinds.social import SocialRequest
from domain.social.graphic import LONGEST_DESCRIPTION, LONGEST_TEXT
from domain.social.platforms import Platform
from resolvers import jobs
from resolvers.context import Context
from schema.errors import user_errors
from schema.ids import id_of
from schema.job_types import GenerationJob
from schema.job_words import AVOID, KEY, QUOTE, SEED, JobPayload
from schema.permissions import Public, SignedIn
from schema.quotes import BINDING, JobQuote
from schema.social_types import SocialPlatformInfo, social_platforms


@strawberry.input(description="A graphic for each of some platforms.")
class SocialGraphicsInput:
    persona_id: strawberry.ID = strawberry.field(
        description=(
            "Who is on them: a persona with a living consent and at least one photo, or an influencer that has its base image. A "
            "persona is drawn from the portrait or sample that suits each platform (`SocialPlatformInfo.sampleStyles`), and its photos "
            "beside it; where there is none yet, from its photos alone."
        )
    )
    platforms: list[Platform] = strawberry.field(
        description="Each once. One job, with an image for each in this order: see `socialPlatforms` for their sizes."
    )
    description: str = strawberry.field(
        description=f"What they are about, in words: 'New video is out'. 1 to {LONGEST_DESCRIPTION} characters. It is shown, not written on them."
    )
    text_overlay: str | None = strawberry.field(
        default=None,
        description=(
            f"Words to set on each of them as real text, inside its safe area and readable: 1 to {LONGEST_TEXT} characters in Latin, "
            "Greek or Cyrillic letters; null for none."
        ),
    )
    apply_brand: bool = strawberry.field(
        default=True,
        description=(
            "Whether your brand (`viewer.brand`) is applied: its colours in the picture and under the words, its logo inside the safe area, "
            "its voice and audience in what the model is told. Without a saved brand the graphics are made without, and the quote's and "
            "the job's `modeReason` say so; what was applied is in `SocialGraphic.brand`."
        ),
    )
    negative_prompt: str | None = strawberry.field(default=None, description=AVOID)
    seed: int | None = strawberry.field(default=None, description=SEED)

    def to_request(self) -> SocialRequest:
        return SocialRequest(
            subject_id=SubjectId(id_of(self.persona_id, "Persona", "Influencer", field="personaId")),
            platforms=tuple(self.platforms),
            description=self.description,
            text=self.text_overlay,
            apply_brand=self.apply_brand,
            negative_prompt=self.negative_prompt,
            seed=self.seed,
        )


@strawberry.input(description="What `startSocialGraphics` takes.")
class StartSocialGraphicsInput(SocialGraphicsInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.type(description="What `startSocialGraphics` answers.")
class StartSocialGraphicsPayload(JobPayload):
    pass


@strawberry.type
class SocialQueries:
    @strawberry.field(permission_classes=[Public], description="Platforms that graphics are made for.")
    def social_platforms(self) -> list[SocialPlatformInfo]:
        return social_platforms()

    @strawberry.field(permission_classes=[SignedIn], description=f"What social graphics would cost. {BINDING}")
    async def quote_social_graphics(
        self,
        info: Info[Context, None],
        input: Annotated[SocialGraphicsInput, strawberry.argument(description="The graphics.")],
    ) -> JobQuote:
        return JobQuote.of(await jobs.quote(info.context, input.to_request(), operation="quoteSocialGraphics"))


@strawberry.type
class SocialMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Make a graphic for each platform that is named: in exactly its size, with few enough bytes for it, paid image by image. "
            "`ImageAsset.platform` says which is which; any one of them can be made again by `regenerateImage`."
        ),
    )
    @user_errors(StartSocialGraphicsPayload)
    async def start_social_graphics(
        self,
        info: Info[Context, None],
        input: Annotated[StartSocialGraphicsInput, strawberry.argument(description="The graphics.")],
    ) -> StartSocialGraphicsPayload:
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        return StartSocialGraphicsPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))

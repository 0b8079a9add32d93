"""Events of a frontend, and key figures for an operator."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.analytics.costs import Costs, ModelCosts
from domain.analytics.counts import DayRange
from domain.analytics.events import ClientEvent, NewClientEvent
from domain.analytics.events import StudioEvent as Event
from domain.analytics.figures import DayFigures, StudioFigures, Use
from domain.analytics.figures import EventCount as Counted
from domain.analytics.figures import ImageTimes as Times
from domain.ids import SubjectId
from domain.jobs.job import JobKind
from domain.presets.catalogue import Environment, Outfit, Scene
from resolvers import analytics
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_words import ERRORS
from schema.permissions import SignedIn


@strawberry.input(description="Something that a user did in the frontend. It holds nothing else about them.")
class StudioEventInput:
    client_event_id: str = strawberry.field(
        description="Your own name for this event, 1 to 100 characters, such as a UUID. Sent again, it is recorded once."
    )
    type: ClientEvent = strawberry.field(description="What happened.")
    at: datetime = strawberry.field(
        description="When, by the client's clock. A time in the future is taken to be now, one more than a day ago to be a day ago."
    )
    subject_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The subject it was about; null for none. One that is not there is left out, without an error.",
    )
    scene: Scene | None = strawberry.field(default=None, description="For SCENE_SELECTED, which; else null.")
    environment: Environment | None = strawberry.field(
        default=None, description="For ENVIRONMENT_SELECTED, which; else null."
    )
    outfit: Outfit | None = strawberry.field(default=None, description="For OUTFIT_CHANGED, the new one; else null.")

    def to_event(self, place: int) -> NewClientEvent:
        field = f"events.{place}.subjectId"
        return NewClientEvent(
            client_id=self.client_event_id,
            type=self.type,
            at=self.at,
            subject_id=SubjectId(id_of(self.subject_id, "Influencer", "Persona", field=field))
            if self.subject_id
            else None,
            scene=self.scene,
            environment=self.environment,
            outfit=self.outfit,
        )


@strawberry.input(description="What `recordEvents` takes.")
class RecordEventsInput:
    events: list[StudioEventInput] = strawberry.field(description="1 to 50 events, in any order.")


@strawberry.type(description="What `recordEvents` answers.")
class RecordEventsPayload:
    recorded_count: int | None = strawberry.field(
        default=None,
        description="How many were new; the others had been recorded before. Null when nothing was recorded.",
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class AnalyticsMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Tell what a user did in the frontend. All of them are recorded or none. Events are kept for 30 days; after that only "
            "the day's counts are left, which say nothing about anyone."
        ),
    )
    @user_errors(RecordEventsPayload)
    async def record_events(
        self,
        info: Info[Context, None],
        input: Annotated[RecordEventsInput, strawberry.argument(description="The events.")],
    ) -> RecordEventsPayload:
        events = [event.to_event(place) for place, event in enumerate(input.events)]
        return RecordEventsPayload(recorded_count=await analytics.record(info.context, events))


@strawberry.input(description="Days of UTC.")
class MetricsRangeInput:
    from_: date = strawberry.field(name="from", description="The first day.")
    to: date = strawberry.field(description="The last day, included; at most 365 days after the first.")

    def to_days(self) -> DayRange:
        return DayRange(self.from_, self.to)


@strawberry.type(description="How often something happened.")
class EventCount:
    event: Event = strawberry.field(description="What.")
    kind: JobKind | None = strawberry.field(
        description="The kind of job it happened to; null for what is not of a job."
    )
    count: int = strawberry.field(description="How often.")

    @classmethod
    def of(cls, counted: Counted) -> "EventCount":
        return cls(event=counted.event, kind=counted.kind, count=counted.count)


@strawberry.type(description="How much a scene is used.")
class SceneUse:
    scene: Scene = strawberry.field(description="Which.")
    started: int = strawberry.field(description="Jobs that were accepted with it.")
    share: float | None = strawberry.field(description="Of all accepted jobs that have a scene; null without any.")
    selected: int = strawberry.field(description="How often SCENE_SELECTED named it.")

    @classmethod
    def of(cls, use: Use) -> "SceneUse":
        return cls(scene=Scene(use.key), started=use.started, share=use.share, selected=use.selected)


@strawberry.type(description="How much an environment is used.")
class EnvironmentUse:
    environment: Environment = strawberry.field(description="Which.")
    started: int = strawberry.field(description="Jobs that were accepted with it.")
    share: float | None = strawberry.field(
        description="Of all accepted jobs that have an environment; null without any."
    )
    selected: int = strawberry.field(description="How often ENVIRONMENT_SELECTED named it.")

    @classmethod
    def of(cls, use: Use) -> "EnvironmentUse":
        return cls(environment=Environment(use.key), started=use.started, share=use.share, selected=use.selected)


@strawberry.type(
    description=(
        "How long images took, in milliseconds: what `generationMs` says of each image that was made, deleted ones too. "
        "Null where none was made."
    )
)
class ImageTimes:
    count: int = strawberry.field(description="Images made.")
    mean_ms: float | None = strawberry.field(description="All times added up, through their number: exact.")
    p50_ms: int | None = strawberry.field(
        description=(
            "Half of the images took no longer. Times are kept in buckets, each 25 % wider than the last, and this is the end of "
            "one: never too low, and at most 25 % too high (50 ms among the shortest). An hour stands for whatever took longer."
        )
    )
    p95_ms: int | None = strawberry.field(description="19 of 20 images took no longer; as `p50Ms`.")

    @classmethod
    def of(cls, times: Times) -> "ImageTimes":
        return cls(count=times.count, mean_ms=times.mean_ms, p50_ms=times.p50_ms, p95_ms=times.p95_ms)


@strawberry.type(description="Images of one model, and what they cost.")
class ModelCost:
    model: str = strawberry.field(description="As images name it.")
    images: int = strawberry.field(description="Images made with it.")
    credits_captured: int = strawberry.field(description="Credits users paid for them.")
    provider_usd: float | None = strawberry.field(
        description=(
            "Dollars, at the provider's list price as this release knows it, by image or by begun megapixel of the finished image. "
            "0 for what runs here; null where the price is by the second or by the token, or the model is not known."
        )
    )

    @classmethod
    def of(cls, cost: ModelCosts) -> "ModelCost":
        usd = cost.provider_usd
        return cls(
            model=cost.model,
            images=cost.images,
            credits_captured=cost.credits_captured,
            provider_usd=None if usd is None else float(usd),
        )


@strawberry.type(description="Trainings by one trainer that ended well, and what they cost.")
class TrainingCost:
    trainer: str = strawberry.field(description="Its key.")
    trainings: int = strawberry.field(description="LoRAs that it made.")
    provider_usd: float | None = strawberry.field(
        description="Dollars, at its list price by the step; 0 for what runs here; null where a machine is rented by the second."
    )


@strawberry.type(
    description=(
        "What users paid against what providers take. What providers ask for failed calls and trainings is not known here, so their "
        "bill may be higher."
    )
)
class CostFigures:
    credits_reserved: int = strawberry.field(description="Credits held when jobs were accepted or retried.")
    credits_captured: int = strawberry.field(description="Credits paid for images that were made.")
    captured_share: float | None = strawberry.field(
        description="Captured through reserved: how much of what was quoted was delivered; null when nothing was reserved."
    )
    provider_usd: float = strawberry.field(description="Dollars for the images whose price is known.")
    known_share: float | None = strawberry.field(
        description="Of all images made, those whose provider's price is known; null without any."
    )
    credits_per_usd: float | None = strawberry.field(
        description=(
            "Credits paid for images whose price is known, for each of their provider's dollars; null where those are 0. A credit is "
            "sold for about $0.001, so that 1,000 is what just pays the provider."
        )
    )
    models: list[ModelCost] = strawberry.field(description="By model, the most used first.")
    trainings: list[TrainingCost] = strawberry.field(description="By trainer, the most used first.")
    training_usd: float = strawberry.field(description="Dollars for the trainings whose price is known.")

    @classmethod
    def of(cls, costs: Costs) -> "CostFigures":
        return cls(
            credits_reserved=costs.credits_reserved,
            credits_captured=costs.credits_captured,
            captured_share=costs.captured_share,
            provider_usd=float(costs.provider_usd),
            known_share=costs.known_share,
            credits_per_usd=costs.credits_per_usd,
            models=[ModelCost.of(model) for model in costs.models],
            trainings=[
                TrainingCost(
                    trainer=one.trainer,
                    trainings=one.trainings,
                    provider_usd=None if one.provider_usd is None else float(one.provider_usd),
                )
                for one in costs.trainings
            ],
            training_usd=float(costs.training_usd),
        )


@strawberry.type(description="One day of UTC, for charts.")
class StudioDay:
    day: date = strawberry.field(description="Which.")
    studio_users: int = strawberry.field(description="Users who opened the studio on that day.")
    mean_image_ms: float | None = strawberry.field(description="Of images made on that day; null without any.")
    events: list[EventCount] = strawberry.field(description="What happened on that day; what did not is left out.")

    @classmethod
    def of(cls, day: DayFigures) -> "StudioDay":
        return cls(
            day=day.day,
            studio_users=day.studio_users,
            mean_image_ms=day.mean_image_ms,
            events=[EventCount.of(event) for event in day.events],
        )


@strawberry.type(
    description=(
        "Key figures of all users together, from counts that are kept by day. They are some 15 seconds behind, and still right: an "
        "event that comes late is added to its own day. What a job does counts on the day it does it, by the server's clock."
    )
)
class StudioMetrics:
    studio_opens: int = strawberry.field(description="STUDIO_OPENED events.")
    opens_per_user: float | None = strawberry.field(
        description=(
            "Studio opens through users, each user counted once for each day on which they opened it: opens per user and day. Null "
            "without any."
        )
    )
    success_rate: float | None = strawberry.field(
        description=(
            "Images made, through images made or given up. Cancelled ones are neither; one that was given up and then made by "
            "`retryJob` is both. Null without any."
        )
    )
    outfit_change_rate: float | None = strawberry.field(
        description="OUTFIT_CHANGED events for each studio open; null without opens."
    )
    training_adoption: float | None = strawberry.field(
        description="Accepted jobs in LORA mode, through all accepted jobs that keep a face; null without any."
    )
    training_completion: float | None = strawberry.field(
        description="Trainings completed in this range, through those started in it; null when none was started."
    )
    image_times: ImageTimes = strawberry.field(description="How long images took.")
    scenes: list[SceneUse] = strawberry.field(description="All scenes, the most used first.")
    environments: list[EnvironmentUse] = strawberry.field(description="All environments, the most used first.")
    events: list[EventCount] = strawberry.field(
        description="Everything that happened, by kind of job; what did not is left out."
    )
    costs: CostFigures = strawberry.field(description="What users paid against what providers take.")
    days: list[StudioDay] = strawberry.field(description="Days on which anything happened, oldest first.")

    @classmethod
    def of(cls, figures: StudioFigures) -> "StudioMetrics":
        return cls(
            studio_opens=figures.studio_opens,
            opens_per_user=figures.opens_per_user,
            success_rate=figures.success_rate,
            outfit_change_rate=figures.outfit_change_rate,
            training_adoption=figures.lora_share,
            training_completion=figures.training_completion,
            image_times=ImageTimes.of(figures.times),
            scenes=[SceneUse.of(use) for use in figures.scenes],
            environments=[EnvironmentUse.of(use) for use in figures.environments],
            events=[EventCount.of(event) for event in figures.events],
            costs=CostFigures.of(figures.costs),
            days=[StudioDay.of(day) for day in figures.days],
        )

"""Training, as the contract names it. Nothing trains yet: fields that would hold a LoRA are null and their lists empty."""

from datetime import datetime

import strawberry

from domain.presets.models import BaseModel
from schema.enums import LoraStatus
from schema.ids import Node


@strawberry.type(description="A trained adapter of a subject.")
class LoraModel(Node):
    status: LoraStatus = strawberry.field(description="Where its training is.")
    base_model: BaseModel = strawberry.field(description="The model it adapts.")
    trigger_word: str = strawberry.field(description="The word that calls it in a prompt.")
    training_steps: int = strawberry.field(description="Steps of the whole training.")
    current_step: int = strawberry.field(description="Steps done.")
    progress_percent: int = strawberry.field(description="0 to 100.")
    estimated_seconds_remaining: int | None = strawberry.field(description="Null when it cannot be said.")
    image_count: int = strawberry.field(description="Images it is trained on.")
    credits_reserved: int = strawberry.field(description="Credits held for it now.")
    credits_cost: int = strawberry.field(description="Credits it costs when it succeeds.")
    is_free_retry: bool = strawberry.field(description="Whether it is made again at no charge.")
    error_message: str | None = strawberry.field(description="Why it failed; null otherwise.")
    started_at: datetime | None = strawberry.field(description="Null before it begins.")
    completed_at: datetime | None = strawberry.field(description="Null before it ends.")


@strawberry.type(description="What an influencer's owner wants of training.")
class LoraSettings:
    training_enabled: bool = strawberry.field(description="Whether a LoRA may be trained at all.")
    auto_start: bool = strawberry.field(description="Whether it starts by itself after creation, credits allowing.")


@strawberry.type(description="Whether training again is worth it.")
class RetrainSuggestion:
    has_new_liked_images: bool = strawberry.field(description="Whether images were liked since the last training.")
    new_liked_image_count: int = strawberry.field(description="How many.")
    last_training_at: datetime | None = strawberry.field(description="Null when nothing was trained yet.")
    suggestion: str = strawberry.field(description="In words.")
    is_free: bool = strawberry.field(description="Whether it would cost nothing.")
    credits: int = strawberry.field(description="What it would cost.")

"""The catalogue."""

import strawberry

from domain.credits.prices import PRICES
from domain.influencers.appearance import ADULT_AGE, OLDEST_AGE, TRAITS
from domain.presets.catalogue import ENVIRONMENTS, OUTFITS, SCENES, Environment, Outfit, Scene
from domain.presets.formats import SIZES, STEPS, AspectRatio, Quality
from domain.presets.guidelines import PHOTO_GUIDELINES
from domain.presets.models import BASE_MODELS, BaseModel


@strawberry.type(description="A scene to choose.")
class ScenePreset:
    key: Scene = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="For people, a sentence.")
    prompt_context: str = strawberry.field(description="The words it puts into a prompt.")
    is_default: bool = strawberry.field(description="Used where none is named.")


@strawberry.type(description="An environment to choose.")
class EnvironmentPreset:
    key: Environment = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="For people, a sentence.")
    prompt_context: str = strawberry.field(description="The words it puts into a prompt.")
    is_default: bool = strawberry.field(description="Used where none is named.")


@strawberry.type(description="An outfit to choose.")
class OutfitPreset:
    key: Outfit = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="For people, a sentence.")
    prompt_context: str = strawberry.field(description="The words it puts into a prompt.")
    is_default: bool = strawberry.field(description="Used where none is named.")


@strawberry.type(description="An image model to choose.")
class BaseModelInfo:
    key: BaseModel = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    supports_lora: bool = strawberry.field(description="Whether LoRAs can be trained for it.")
    supports_nsfw: bool = strawberry.field(description="Whether it may make adult content in this deployment.")
    is_default: bool = strawberry.field(description="Used where none is named.")
    lora_base_credits: int = strawberry.field(description="What a training costs, before its images.")
    lora_credits_per_image: int = strawberry.field(description="What each image of a training adds.")


@strawberry.type(description="Advice for whoever takes photos of themselves.")
class PhotoGuideline:
    topic: str = strawberry.field(description="What it is about.")
    advice: str = strawberry.field(description="What to do.")


@strawberry.type(description="A size images come in.")
class AspectRatioInfo:
    key: AspectRatio = strawberry.field(description="What inputs take.")
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")


@strawberry.type(description="A quality images come in.")
class QualityInfo:
    key: Quality = strawberry.field(description="What inputs take.")
    steps: int = strawberry.field(description="Sampling steps.")
    credits_per_image: int = strawberry.field(description="What an image of a pack costs.")


@strawberry.type(description="A trait to choose.")
class AppearanceOption:
    key: str = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")


@strawberry.type(description="A question of the wizard, with its answers.")
class AppearanceQuestion:
    field: str = strawberry.field(description="Name of the field in `AppearanceInput`.")
    options: list[AppearanceOption] = strawberry.field(description="Allowed answers.")


@strawberry.type(description="What a character's wizard offers.")
class AppearanceOptions:
    questions: list[AppearanceQuestion] = strawberry.field(description="One for each trait.")
    youngest_age: int = strawberry.field(description="Every character is an adult.")
    oldest_age: int = strawberry.field(description="The highest age.")


def scene_presets() -> list[ScenePreset]:
    return [
        ScenePreset(
            key=key,
            label=p.label,
            description=p.description,
            prompt_context=p.prompt_context,
            is_default=p.is_default,
        )
        for key, p in SCENES.items()
    ]


def environment_presets() -> list[EnvironmentPreset]:
    return [
        EnvironmentPreset(
            key=key,
            label=p.label,
            description=p.description,
            prompt_context=p.prompt_context,
            is_default=p.is_default,
        )
        for key, p in ENVIRONMENTS.items()
    ]


def outfit_presets() -> list[OutfitPreset]:
    return [
        OutfitPreset(
            key=key,
            label=p.label,
            description=p.description,
            prompt_context=p.prompt_context,
            is_default=p.is_default,
        )
        for key, p in OUTFITS.items()
    ]


def base_models() -> list[BaseModelInfo]:
    return [
        BaseModelInfo(
            key=key,
            label=facts.label,
            supports_lora=facts.supports_lora,
            supports_nsfw=facts.supports_nsfw,
            is_default=facts.is_default,
            lora_base_credits=PRICES.training[key].base,
            lora_credits_per_image=PRICES.training[key].per_image,
        )
        for key, facts in BASE_MODELS.items()
    ]


def photo_guidelines() -> list[PhotoGuideline]:
    return [PhotoGuideline(topic=g.topic, advice=g.advice) for g in PHOTO_GUIDELINES]


def aspect_ratios() -> list[AspectRatioInfo]:
    return [AspectRatioInfo(key=key, width=size.width, height=size.height) for key, size in SIZES.items()]


def qualities() -> list[QualityInfo]:
    return [
        QualityInfo(key=key, steps=steps, credits_per_image=PRICES.studio_image[key]) for key, steps in STEPS.items()
    ]


def appearance_options() -> AppearanceOptions:
    return AppearanceOptions(
        questions=[
            AppearanceQuestion(
                field=field, options=[AppearanceOption(key=t.key, label=t.label) for t in traits.values()]
            )
            for field, traits in TRAITS.items()
        ],
        youngest_age=ADULT_AGE,
        oldest_age=OLDEST_AGE,
    )

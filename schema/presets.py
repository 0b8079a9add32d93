"""The catalogue."""

from datetime import date

import strawberry

from domain.credits.prices import PRICES
from domain.influencers.appearance import ADULT_AGE, OLDEST_AGE, TRAITS
from domain.models.families import Terms, end_of, terms_of
from domain.models.model import Provider
from domain.presets.catalogue import ENVIRONMENTS, OUTFITS, SCENES, Environment, Outfit, Scene
from domain.presets.formats import ASPECT_RATIOS, QUALITIES, SIZES, STEPS, AspectRatio, Quality
from domain.presets.guidelines import PHOTO_GUIDELINES
from domain.presets.models import BASE_MODELS, BaseModel
from domain.safety.adult import AdultDeployment


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


@strawberry.type(description="Under which licence a provider runs an image model.")
class ModelLicence:
    provider: Provider = strawberry.field(description="Who runs it.")
    name: str = strawberry.field(description="The licence.")
    allows_commercial_use: bool | None = strawberry.field(
        description="Whether pictures may be sold as it comes; null when that depends on an agreement the operator has to have."
    )
    note: str | None = strawberry.field(description="What a deployment has to see to; null when nothing.")

    @classmethod
    def of(cls, terms: Terms) -> "ModelLicence":
        licence = terms.licence
        return cls(
            provider=terms.provider,
            name=licence.name,
            allows_commercial_use=licence.commercial,
            note=licence.note or None,
        )


@strawberry.type(description="An image model to choose.")
class BaseModelInfo:
    key: BaseModel = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="For people, a sentence.")
    supports_lora: bool = strawberry.field(description="Whether LoRAs can be trained for it.")
    supports_nsfw: bool = strawberry.field(description="Whether it may make adult content in this deployment.")
    is_default: bool = strawberry.field(description="Used where none is named.")
    lora_base_credits: int = strawberry.field(description="What a training costs, before its images.")
    lora_credits_per_image: int = strawberry.field(description="What each image of a training adds.")
    licences: list[ModelLicence] = strawberry.field(
        description="One for each provider and way of running it; none where nobody runs it yet."
    )
    ends_on: date | None = strawberry.field(
        description="When the last provider stops running it; null when that is not known."
    )
    replaced_by: str | None = strawberry.field(
        description="The model to take then, by its key in the registry; null when it goes on."
    )


@strawberry.type(description="Advice for whoever takes photos of themselves.")
class PhotoGuideline:
    topic: str = strawberry.field(description="What it is about.")
    advice: str = strawberry.field(description="What to do.")


@strawberry.type(description="A size images come in.")
class AspectRatioInfo:
    key: AspectRatio = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="For people, a sentence.")
    is_default: bool = strawberry.field(description="Used where none is named.")
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")


@strawberry.type(description="A quality images come in.")
class QualityInfo:
    key: Quality = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="For people, a sentence.")
    is_default: bool = strawberry.field(description="Used where none is named.")
    steps: int = strawberry.field(description="Sampling steps; models made for a few steps keep to their own number.")
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


def base_models(adult: AdultDeployment) -> list[BaseModelInfo]:
    return [_base_model(key, adult) for key in BASE_MODELS]


def _base_model(key: BaseModel, adult: AdultDeployment) -> BaseModelInfo:
    facts, training, end = BASE_MODELS[key], PRICES.training[key], end_of(key)
    return BaseModelInfo(
        key=key,
        label=facts.label,
        description=facts.description,
        supports_lora=facts.supports_lora,
        supports_nsfw=adult.may_use(key),
        is_default=facts.is_default,
        lora_base_credits=training.base,
        lora_credits_per_image=training.per_image,
        licences=[ModelLicence.of(terms) for terms in terms_of(key)],
        ends_on=end.on if end else None,
        replaced_by=end.replaced_by if end else None,
    )


def photo_guidelines() -> list[PhotoGuideline]:
    return [PhotoGuideline(topic=g.topic, advice=g.advice) for g in PHOTO_GUIDELINES]


def aspect_ratios() -> list[AspectRatioInfo]:
    return [
        AspectRatioInfo(
            key=key,
            label=its.label,
            description=its.description,
            is_default=its.is_default,
            width=SIZES[key].width,
            height=SIZES[key].height,
        )
        for key, its in ASPECT_RATIOS.items()
    ]


def qualities() -> list[QualityInfo]:
    return [
        QualityInfo(
            key=key,
            label=its.label,
            description=its.description,
            is_default=its.is_default,
            steps=STEPS[key],
            credits_per_image=PRICES.studio_image[key],
        )
        for key, its in QUALITIES.items()
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

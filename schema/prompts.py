"""Choices that are only words to a model: styles of headshots, what variations may change, restyles, places for text."""

import strawberry

from domain.influencers.appearance import HAIR_COLORS
from domain.presets.catalogue import Environment, Outfit, Preset
from domain.prompts.edits import OVERLAY_PLACES, RESTYLES, OverlayPosition, Restyle
from domain.prompts.headshots import HEADSHOTS, HeadshotStyle
from domain.prompts.person import hair_words
from domain.prompts.variations import BACKGROUNDS, IMAGES_PER_STYLE, STYLES, VARIATION_HAIR_STYLES
from schema.permissions import Public


@strawberry.type(description="A style of business headshots to choose.")
class HeadshotPreset:
    key: HeadshotStyle = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="For people, a sentence.")
    prompt_context: str = strawberry.field(description="The words it puts into a prompt.")
    is_default: bool = strawberry.field(description="Used where none is named.")
    environment: Environment = strawberry.field(description="The environment nearest to it.")
    outfit: Outfit = strawberry.field(description="What is worn.")


@strawberry.type(description="A style to redo an image in.")
class RestylePreset:
    key: Restyle = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="For people, a sentence.")
    prompt_context: str = strawberry.field(description="The words it puts into the instruction.")


@strawberry.type(description="A place to lay text.")
class OverlayPlace:
    key: OverlayPosition = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="For people, a sentence.")
    prompt_context: str = strawberry.field(description="The words it puts into the instruction.")
    is_default: bool = strawberry.field(description="Used where none is named.")


@strawberry.type(description="One thing a variation may change, or be set in.")
class VariationChoice:
    key: str = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="For people, a sentence.")
    prompt_context: str = strawberry.field(description="The words it puts into the instruction.")

    @classmethod
    def of(cls, choice: Preset) -> "VariationChoice":
        return cls(
            key=choice.key,
            label=choice.label,
            description=choice.description,
            prompt_context=choice.prompt_context,
        )

    @classmethod
    def of_hair(cls, key: str, label: str, words: str) -> "VariationChoice":
        return cls(key=key, label=label, description=f"{words.capitalize()}.", prompt_context=words)


@strawberry.type(description="What variations offer, beside an aspect ratio and glasses on or off.")
class VariationOptions:
    images_per_style: int = strawberry.field(description="How many images are made for each style image.")
    hair_colors: list[VariationChoice] = strawberry.field(description="Colours of hair; one can be chosen.")
    hair_styles: list[VariationChoice] = strawberry.field(description="Styles of hair; one can be chosen.")
    backgrounds: list[VariationChoice] = strawberry.field(
        description="Backgrounds. Several can be chosen: they are combined with the styles, and taken in turn."
    )
    styles: list[VariationChoice] = strawberry.field(
        description="Styles. Several can be chosen: they are combined with the backgrounds, and taken in turn."
    )


@strawberry.type(description="Choices that are words to a model.")
class PromptQueries:
    @strawberry.field(permission_classes=[Public], description="Styles of business headshots to choose from.")
    def headshot_styles(self) -> list[HeadshotPreset]:
        return [
            HeadshotPreset(
                key=key,
                label=p.label,
                description=p.description,
                prompt_context=p.prompt_context,
                is_default=p.is_default,
                environment=p.environment,
                outfit=p.outfit,
            )
            for key, p in HEADSHOTS.items()
        ]

    @strawberry.field(permission_classes=[Public], description="What variations can change and be set in.")
    def variation_options(self) -> VariationOptions:
        colors = [(trait, hair_words(trait.words, None)) for trait in HAIR_COLORS.values()]
        styles = [(trait, hair_words(None, trait.words)) for trait in VARIATION_HAIR_STYLES.values()]
        return VariationOptions(
            images_per_style=IMAGES_PER_STYLE,
            hair_colors=[VariationChoice.of_hair(trait.key, trait.label, words) for trait, words in colors],
            hair_styles=[VariationChoice.of_hair(trait.key, trait.label, words) for trait, words in styles],
            backgrounds=[VariationChoice.of(choice) for choice in BACKGROUNDS.values()],
            styles=[VariationChoice.of(choice) for choice in STYLES.values()],
        )

    @strawberry.field(permission_classes=[Public], description="Styles to redo an image in.")
    def restyles(self) -> list[RestylePreset]:
        return [
            RestylePreset(key=key, label=p.label, description=p.description, prompt_context=p.prompt_context)
            for key, p in RESTYLES.items()
        ]

    @strawberry.field(permission_classes=[Public], description="Places to lay text over an image.")
    def overlay_positions(self) -> list[OverlayPlace]:
        return [
            OverlayPlace(
                key=key,
                label=p.label,
                description=p.description,
                prompt_context=p.prompt_context,
                is_default=p.is_default,
            )
            for key, p in OVERLAY_PLACES.items()
        ]

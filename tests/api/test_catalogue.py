"""What a studio offers, as it is served to anyone: each choice with its label, its description and its words."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.models import families
from domain.models.model import EndOfLife
from domain.models.registry import IMAGE_MODELS
from domain.presets.models import BaseModel
from domain.prompts.edits import OVERLAY_PLACES, RESTYLES
from domain.prompts.headshots import HEADSHOTS
from domain.prompts.variations import BACKGROUNDS, STYLES
from schema import presets
from tests.support.operations import operations
from tests.support.studio import Studio

CHOICES = operations()["StudioChoices"]


@pytest.fixture
async def choices(studio: Studio) -> Any:
    answer = await studio.post(CHOICES, token="")
    assert "errors" not in answer, answer
    return answer["data"]


async def test_sizes_and_qualities(choices: Any) -> None:
    assert choices["aspectRatios"] == [
        {
            "key": "SQUARE_1_1",
            "label": "Square, 1:1",
            "description": "For profiles and feeds.",
            "isDefault": False,
            "width": 1024,
            "height": 1024,
        },
        {
            "key": "PORTRAIT_9_16",
            "label": "Portrait, 9:16",
            "description": "A whole phone screen: stories, reels, shorts.",
            "isDefault": True,
            "width": 768,
            "height": 1365,
        },
        {
            "key": "PORTRAIT_2_3",
            "label": "Portrait, 2:3",
            "description": "As prints and pins are.",
            "isDefault": False,
            "width": 819,
            "height": 1228,
        },
    ]
    assert [
        (its["key"], its["label"], its["isDefault"], its["steps"], its["creditsPerImage"])
        for its in choices["qualities"]
    ] == [("DRAFT", "Draft", True, 20, 10), ("HQ", "High quality", False, 40, 20)]


async def test_base_models_say_under_which_licence_and_until_when(choices: Any) -> None:
    z_image, flux, *others = choices["baseModels"]

    assert z_image == {
        "key": "Z_IMAGE_TURBO",
        "label": "Z-Image Turbo",
        "description": "Quick: it takes 8 or 9 steps in any quality.",
        "licences": [
            {"provider": "RUNPOD", "name": "Apache 2.0", "allowsCommercialUse": True, "note": None},
            {"provider": "FAL", "name": "Apache 2.0", "allowsCommercialUse": True, "note": None},
        ],
        "endsOn": None,
        "replacedBy": None,
    }
    assert [(its["provider"], its["name"], its["allowsCommercialUse"]) for its in flux["licences"]] == [
        ("RUNPOD", "FLUX.1 [dev] Non-Commercial", None),
        ("RUNPOD", "FLUX.1 [dev]; InsightFace antelopev2", False),
        ("FAL", "FLUX.1 [dev], hosted by fal", True),
        ("FAL", "FLUX.1 [dev] and PuLID, hosted by fal", None),
    ]
    assert [(its["key"], its["licences"], its["endsOn"]) for its in others] == [
        ("ONE_2_1", [], None),
        ("ONE_2_2", [], None),
    ]


async def test_a_base_model_that_ends_says_when_and_what_comes_after(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = EndOfLife(on=date(2027, 3, 1), replaced_by="fal/flux-lora", source="a page")
    ending = [replace(model, ends=end) for model in IMAGE_MODELS]
    monkeypatch.setattr(presets, "end_of", lambda base: families.end_of(base, ending))

    answer = await studio.post("{ baseModels { key endsOn replacedBy } }", token="")

    assert answer["data"]["baseModels"][0] == {
        "key": BaseModel.Z_IMAGE_TURBO,
        "endsOn": "2027-03-01",
        "replacedBy": "fal/flux-lora",
    }


async def test_headshots_restyles_and_places_for_text(choices: Any) -> None:
    def told(name: str) -> list[tuple[str, str, str, str]]:
        return [(its["key"], its["label"], its["description"], its["promptContext"]) for its in choices[name]]

    for name, offered in (
        ("headshotStyles", list(HEADSHOTS.values())),
        ("restyles", list(RESTYLES.values())),
        ("overlayPositions", list(OVERLAY_PLACES.values())),
    ):
        assert told(name) == [(p.key, p.label, p.description, p.prompt_context) for p in offered]
    assert [len(choices[name]) for name in ("headshotStyles", "restyles", "overlayPositions")] == [5, 8, 3]
    assert choices["headshotStyles"][4]["environment"] == "URBAN_STREET"
    assert choices["headshotStyles"][4]["outfit"] == "TRENCH_COAT"
    assert [its["key"] for its in choices["headshotStyles"] if its["isDefault"]] == ["CORPORATE_GRAY"]
    assert [its["key"] for its in choices["overlayPositions"] if its["isDefault"]] == ["BOTTOM"]


async def test_what_variations_offer(choices: Any) -> None:
    offered = choices["variationOptions"]

    assert offered["imagesPerStyle"] == 4
    assert [its["key"] for its in offered["backgrounds"]] == list(BACKGROUNDS)
    assert [its["key"] for its in offered["styles"]] == list(STYLES)
    assert offered["backgrounds"][1] == {
        "key": "office",
        "label": "Office",
        "description": "A modern place of work, out of focus.",
        "promptContext": "modern office softly out of focus in the background",
    }
    assert offered["hairColors"][2] == {
        "key": "brown",
        "label": "Brown",
        "description": "Brown hair.",
        "promptContext": "brown hair",
    }
    assert [(its["key"], its["promptContext"]) for its in offered["hairStyles"]] == [
        ("bald", "bald"),
        ("buzz_cut", "hair in a buzz cut"),
        ("short", "short hair"),
        ("pixie", "hair in a pixie cut"),
        ("bob", "hair in a bob cut"),
        ("shoulder_length", "shoulder-length hair"),
        ("long_straight", "long straight hair"),
        ("long_wavy", "long wavy hair"),
        ("curly", "curly hair"),
        ("afro", "hair in an afro"),
        ("ponytail", "hair in a ponytail"),
        ("bun", "hair in a bun"),
        ("braids", "braided hair"),
        ("medium", "medium-length hair"),
        ("long", "long hair"),
        ("straight", "straight hair"),
        ("wavy", "wavy hair"),
    ]

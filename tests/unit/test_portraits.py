"""What portraits and preview samples are made of: words, photos, sizes, prices, and who can make them."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from domain.credits.prices import PRICES
from domain.credits.quotes import FreeBecause, Quote, seal, unseal
from domain.errors import Conflict, NotOffered
from domain.jobs.job import JobKind
from domain.jobs.kinds.portraits import PortraitsRequest
from domain.jobs.kinds.preview_samples import PreviewSamplesRequest
from domain.jobs.kinds.regeneration import RegenerationRequest, price_of
from domain.jobs.needs import check_offered, needs_of
from domain.jobs.plan import JobRequest, Plan
from domain.models.model import Ability, Provider
from domain.models.registry import MODELS
from domain.models.routing import Choices, route
from domain.personas.approval import photo_set_of
from domain.personas.choosing import photos_for
from domain.personas.errors import TooFewPhotos
from domain.personas.faces import FaceAngle
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.formats import ASPECT_RATIOS, ENLARGED, AspectRatio, Quality, Resolution, Size, size_in
from domain.prompts.portraits import (
    PORTRAITS,
    PREVIEWS,
    PortraitStyle,
    PreviewStyle,
    portrait_prompt,
    portrait_shot,
    preview_prompt,
    preview_shot,
)
from domain.prompts.shots import prompt_of
from domain.safety.screening import Kind, screen
from domain.uploads.errors import ConsentRequired
from tests.support.values import NOW, SUBJECT, USER, a_persona, a_photo, a_recipe, an_image

PHOTOS = [a_photo(number) for number in range(1, 8)]
FRONT, TURNED, SIDE = FaceAngle.FRONT, FaceAngle.THREE_QUARTER, FaceAngle.PROFILE


def portraits(resolution: Resolution = Resolution.RESOLUTION_1K, **more: Any) -> PortraitsRequest:
    return PortraitsRequest(
        persona_id=SUBJECT, resolution=resolution, **{"aspect_ratio": AspectRatio.SQUARE_1_1, **more}
    )


async def planned(
    request: JobRequest,
    *,
    persona: Any = None,
    photos: Any = None,
    free: bool = True,
    image: Any = None,
    job: Any = None,
) -> Plan:
    async def given(value: Any) -> Any:
        return value

    subject = persona or a_persona()
    uow = SimpleNamespace(
        personas=SimpleNamespace(
            get=lambda _: given(subject),
            find=lambda _: given(subject),
            photos=lambda _: given(PHOTOS if photos is None else photos),
        ),
        influencers=SimpleNamespace(find=lambda _: given(None)),
        images=SimpleNamespace(get=lambda _: given(image), count_present=lambda ids: given(len(ids) - 1)),
        jobs=SimpleNamespace(has_free_portraits=lambda _: given(not free), get=lambda _: given(job)),
    )
    return await request.plan(cast(UnitOfWork, uow), PRICES, seed=5)


# --- words -----------------------------------------------------------------------------------------------------------

SAID = {
    PortraitStyle.PROFESSIONAL_HEADSHOT: ["neutral expression", "studio light", "gray background", "eye contact"],
    PortraitStyle.CASUAL_FRIENDLY: ["warm friendly smile", "outdoors", "daylight", "three-quarter view"],
    PortraitStyle.DYNAMIC_ACTION: ["enthusiastic", "rim light", "colourful city"],
    PortraitStyle.THOUGHTFUL_CLOSE_UP: ["contemplative", "from the side", "dark blurred background"],
    PortraitStyle.ENVIRONMENTAL_PORTRAIT: ["at work", "modern workspace", "daylight mixed with warm lamps"],
}
"""Product, section 3."""


@pytest.mark.parametrize("style", PortraitStyle)
def test_a_portrait_says_what_its_scene_is_and_whose_it_stays(style: PortraitStyle) -> None:
    said = prompt_of(portrait_prompt(), portrait_shot(style, 0, (0, 1)))
    assert said.startswith(
        "Make a new photograph of the person in the reference photos, who is the same in all of them. The person is an adult. "
        "Keep the person's face, age and identity unchanged. "
    )
    assert said.endswith(f"In this picture: {PORTRAITS[style].prompt_context}.")
    assert [words for words in SAID[style] if words not in said] == []
    screen("startPortraits", {"prompt": (Kind.WISH, said)})


@pytest.mark.parametrize("style", PreviewStyle)
def test_a_sample_is_drawn_from_words_that_name_an_adult(style: PreviewStyle) -> None:
    said = prompt_of(preview_prompt(), preview_shot(style, 0))
    assert said.startswith("portrait photograph of an adult, fully clothed, ")
    assert said.endswith(f", {PREVIEWS[style].prompt_context}")
    screen("startPreviewSamples", {"prompt": (Kind.WISH, said)})


# --- photos ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "angles", "chosen"),
    [
        (PortraitStyle.PROFESSIONAL_HEADSHOT, [SIDE, TURNED, FRONT, TURNED, FRONT, SIDE], (2, 4, 1)),
        (PortraitStyle.CASUAL_FRIENDLY, [FRONT, FRONT, TURNED, SIDE, TURNED, FRONT], (2, 4, 0)),
        (PortraitStyle.DYNAMIC_ACTION, [FRONT, FRONT, FRONT, FRONT, FRONT, SIDE], (0, 1, 2, 3)),
        (PortraitStyle.THOUGHTFUL_CLOSE_UP, [None, None, SIDE, None, None, FRONT], (5, 2)),
        (PortraitStyle.ENVIRONMENTAL_PORTRAIT, [None] * 6, (0, 1, 2, 3)),
    ],
)
def test_each_scene_is_shown_the_faces_that_suit_it_and_of_these_the_best(
    style: PortraitStyle, angles: list[FaceAngle | None], chosen: tuple[int, ...]
) -> None:
    assert photos_for(PORTRAITS[style], angles) == chosen


def test_each_portrait_is_shown_two_to_four_photos() -> None:
    assert {2 <= scenario.references <= 4 for scenario in PORTRAITS.values()} == {True}


# --- plans -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resolution", "ratio", "size", "price"),
    [
        (Resolution.RESOLUTION_1K, AspectRatio.SQUARE_1_1, Size(1024, 1024), 150),
        (Resolution.RESOLUTION_2K, AspectRatio.PORTRAIT_2_3, Size(1638, 2456), 150),
        (Resolution.RESOLUTION_4K, AspectRatio.PORTRAIT_9_16, Size(3072, 5460), 300),
    ],
)
async def test_a_set_of_portraits(resolution: Resolution, ratio: AspectRatio, size: Size, price: int) -> None:
    plan = await planned(portraits(resolution, aspect_ratio=ratio), free=False)
    recipe = plan.recipe
    assert (plan.kind, plan.quote) == (JobKind.PORTRAITS, Quote(per_image=price, image_count=5))
    assert (recipe.width, recipe.height) == (size.width, size.height)
    assert recipe.photo_keys == tuple(f"photos/{number}.jpg" for number in (7, 6, 5, 4, 3, 2)), "the best six"
    assert [recipe.style_of(index) for index in range(5)] == list(PortraitStyle)
    assert [len(recipe.photo_keys_of(index)) for index in range(5)] == [3, 3, 4, 2, 4]
    assert (recipe.appearance, recipe.descends_from_upload, recipe.adult) == (None, True, False)
    assert recipe.request_for(0, attempt_key="a").look is None


async def test_the_first_set_is_free_at_any_size() -> None:
    for resolution in Resolution:
        plan = await planned(portraits(resolution))
        assert plan.quote == Quote(per_image=0, image_count=5, free_because=FreeBecause.FIRST_PORTRAITS)


async def test_samples_are_bound_to_their_photos() -> None:
    plan = await planned(PreviewSamplesRequest(persona_id=SUBJECT))
    assert (plan.kind, plan.quote) == (JobKind.PREVIEW_SAMPLES, Quote(per_image=10, image_count=5))
    assert plan.recipe.photo_set == photo_set_of(PHOTOS) == photo_set_of([*reversed(PHOTOS), PHOTOS[0]])
    assert plan.recipe.photo_set != photo_set_of(PHOTOS[1:])
    assert [plan.recipe.style_of(index) for index in range(5)] == list(PreviewStyle)
    assert plan.recipe.wanted_ability is Ability.FACE


@pytest.mark.parametrize("request_", [portraits(), PreviewSamplesRequest(persona_id=SUBJECT)])
async def test_without_consent_or_enough_photos_there_are_none(request_: JobRequest) -> None:
    with pytest.raises(ConsentRequired):
        await planned(request_, persona=a_persona(has_consent=False))
    with pytest.raises(TooFewPhotos, match="Add 1 more photo first") as refused:
        await planned(request_, photos=PHOTOS[:4])
    assert refused.value.extensions == {"code": "TOO_FEW_PHOTOS", "missingPhotoCount": 1}


def test_a_quote_tells_that_it_is_free() -> None:
    quote = Quote(per_image=0, image_count=5, free_because=FreeBecause.FIRST_PORTRAITS)
    token = seal(quote, user_id=USER, fingerprint="f", now=NOW, secret=b"s")
    assert unseal(token, user_id=USER, fingerprint="f", now=NOW + timedelta(minutes=1), secret=b"s") == quote


# --- who makes them --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resolution", "providers", "model"),
    [
        (Resolution.RESOLUTION_1K, {Provider.FAL, Provider.OPENAI}, "fal/nano-banana-pro-edit"),
        (Resolution.RESOLUTION_4K, {Provider.FAL, Provider.OPENAI}, "fal/nano-banana-pro-edit"),
        (Resolution.RESOLUTION_1K, {Provider.OPENAI}, "openai/gpt-image-2.6-flare"),
        (Resolution.RESOLUTION_2K, {Provider.OPENAI}, None),
        (Resolution.RESOLUTION_1K, {Provider.RUNPOD}, None),
        (Resolution.RESOLUTION_4K, {Provider.LOCAL}, "local/sketch"),
    ],
)
async def test_portraits_go_to_the_model_that_the_product_names_and_are_never_enlarged(
    resolution: Resolution, providers: set[Provider], model: str | None
) -> None:
    recipe = (await planned(portraits(resolution))).recipe
    today = NOW.date()
    if model is None:
        with pytest.raises(NotOffered):
            check_offered(recipe, providers=providers, today=today)
        return
    for index in range(5):
        (need,) = needs_of(recipe, index)
        assert need.references == len(recipe.photo_keys_of(index))
        assert route(need, providers=providers, choices=Choices(), today=today).key == model


async def test_samples_go_to_the_model_that_takes_a_face() -> None:
    recipe = (await planned(PreviewSamplesRequest(persona_id=SUBJECT))).recipe
    (need,) = needs_of(recipe, 0)
    found = route(need, providers={Provider.FAL, Provider.OPENAI}, choices=Choices(), today=NOW.date())
    assert (found.key, need.references) == ("fal/flux-pulid", 1)


def test_every_model_says_how_large_it_draws() -> None:
    sizes = [size_in(ratio, resolution) for ratio in ASPECT_RATIOS for resolution in ENLARGED]
    largest = max(size.width * size.height for size in sizes)
    able = {model.key for model in MODELS.values() if Ability.EDIT in model.abilities and model.draws_pixels >= largest}
    assert able == {"local/sketch", "fal/nano-banana-pro-edit"}


# --- once more -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes", "price"),
    [
        (JobKind.PORTRAITS, {"aspect_ratio": AspectRatio.SQUARE_1_1, "width": 1024}, 150),
        (JobKind.PORTRAITS, {"aspect_ratio": AspectRatio.SQUARE_1_1, "width": 4096}, 300),
        (JobKind.PREVIEW_SAMPLES, {}, 10),
        (JobKind.BASE_IMAGES, {}, 10),
        (JobKind.CHARACTER_SHEET, {}, 10),
        (JobKind.PACK, {}, 10),
        (JobKind.PACK, {"quality": Quality.HQ}, 20),
        (JobKind.HEADSHOTS, {}, 40),
        (JobKind.VARIATIONS, {}, 40),
        (JobKind.INPAINT, {}, 20),
        (JobKind.EDIT, {}, 80),
    ],
)
def test_an_image_costs_once_more_what_its_kind_costs_today(kind: JobKind, changes: Any, price: int) -> None:
    assert price_of(kind, a_recipe(**changes), PRICES) == price


async def test_one_image_of_a_set_is_planned_alone() -> None:
    whole = (await planned(portraits())).recipe
    job = SimpleNamespace(
        kind=JobKind.PORTRAITS, recipe=whole, subject_id=SUBJECT, project_id=None, mode=None, mode_reason=""
    )
    image = an_image(index=3, seed=5, descends_from_upload=True)

    plan = await planned(RegenerationRequest(image_id=image.id), image=image, job=job)

    assert (plan.quote, plan.recipe.shots) == (Quote(per_image=150, image_count=1), (whole.shots[3],))
    assert plan.recipe.photo_keys_of(0) == whole.photo_keys_of(3)
    assert (plan.recipe.seed, plan.recipe.made_again_from) == (6, image.id), "chance gave the very seed it had"
    same = await planned(RegenerationRequest(image_id=image.id, seed=5), image=image, job=job)
    assert same.recipe.seed == 5


async def test_what_is_gone_is_not_made_from_once_more() -> None:
    job = SimpleNamespace(
        kind=JobKind.PACK, recipe=a_recipe(), subject_id=SUBJECT, project_id=None, mode=None, mode_reason=""
    )
    with pytest.raises(Conflict, match="was deleted"):
        await planned(RegenerationRequest(image_id=an_image().id), image=an_image(), job=job)
    recipe = (await planned(portraits())).recipe
    job = SimpleNamespace(
        kind=JobKind.PORTRAITS, recipe=recipe, subject_id=SUBJECT, project_id=None, mode=None, mode_reason=""
    )
    request = RegenerationRequest(image_id=an_image().id)
    with pytest.raises(Conflict, match="photo that this job works with was removed"):
        await planned(request, image=an_image(), job=job, photos=PHOTOS[:-1])
    with pytest.raises(ConsentRequired):
        await planned(request, image=an_image(), job=job, persona=a_persona(has_consent=False))

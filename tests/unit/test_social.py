"""What platforms take, which picture suits them, what models are told, and how a job of graphics is planned."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from db.codec import RECIPE, json_text
from domain.brands.brand import Brand, BrandLogo, BrandLook
from domain.brands.colors import BrandColor, BrandColorRole
from domain.credits.prices import PRICES
from domain.errors import Conflict, InvalidInput, PromptRefused
from domain.ids import ImageId, UploadId
from domain.images.image import Image
from domain.jobs.job import JobKind
from domain.jobs.kinds.social import SocialRequest
from domain.jobs.needs import needs_of
from domain.jobs.plan import Plan
from domain.models.model import Ability
from domain.models.routing import Need
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.formats import AspectRatio, Size
from domain.prompts.portraits import PORTRAITS, PREVIEWS
from domain.social.platforms import PLATFORMS, VERSION, Platform
from domain.social.samples import reference_for
from domain.uploads.errors import ConsentRequired
from tests.support.values import BASE_IMAGE, NOW, SUBJECT, USER, a_persona, a_photo, an_image, an_influencer

WISH = SocialRequest(subject_id=SUBJECT, platforms=(Platform.LINKEDIN, Platform.X), description="New video is out")
BRAND = Brand(
    user_id=USER,
    look=BrandLook(
        colors=(
            BrandColor(hex="#112233", role=BrandColorRole.TEXT),
            BrandColor(hex="#ffcc00", role=BrandColorRole.PRIMARY),
        ),
        heading_font="Futura",
        voice="Warm and short",
        audience="Makers.",
    ),
    logo=BrandLogo(upload_id=UploadId(uuid4()), key="logos/1.png", content_type="image/png", width=90, height=40),
    reviewed_at=None,
    created_at=NOW,
    updated_at=NOW,
)


def a_sample(style: str, kind: JobKind = JobKind.PORTRAITS, *, age: int = 0, **changes: Any) -> Image:
    return an_image(id=ImageId(uuid4()), style=style, kind=kind, created_at=NOW - timedelta(days=age), **changes)


async def planned(request: SocialRequest, subject: Any, *samples: Image, photos: int = 4, brand: Any = None) -> Plan:
    async def given(value: Any) -> Any:
        return value

    is_person = hasattr(subject, "words")
    uow = SimpleNamespace(
        influencers=SimpleNamespace(find=lambda _: given(None if is_person else subject)),
        personas=SimpleNamespace(
            find=lambda _: given(subject),
            photos=lambda _: given([a_photo(number) for number in range(1, photos + 1)]),
        ),
        images=SimpleNamespace(samples_of=lambda _: given(samples), of_sheets=lambda _, *, limit: given(samples)),
        brands=SimpleNamespace(get=lambda _: given(brand)),
    )
    return await request.plan(cast(UnitOfWork, uow), PRICES, seed=5)


def test_the_registry_says_what_each_platform_takes() -> None:
    assert VERSION == 1
    assert {key: (its.width, its.height, its.most_bytes) for key, its in PLATFORMS.items()} == {
        "INSTAGRAM_SQUARE": (1024, 1024, 8_000_000),
        "INSTAGRAM_CAROUSEL": (1024, 1024, 8_000_000),
        "INSTAGRAM_STORY": (1080, 1920, 8_000_000),
        "LINKEDIN": (1200, 627, 5_000_000),
        "X": (1024, 512, 5_000_000),
        "YOUTUBE_COMMUNITY": (1024, 1024, 16_000_000),
        "FACEBOOK_LINK": (1200, 630, 8_000_000),
        "FACEBOOK_SQUARE": (1080, 1080, 4_000_000),
    }
    assert list(PLATFORMS) == list(Platform)
    known = {*PORTRAITS, *PREVIEWS}
    for its in PLATFORMS.values():
        assert known.issuperset(its.styles)
        assert its.content_type == "image/jpeg"
        margins = its.margins
        assert margins.left + margins.right < its.width / 3
        assert margins.top + margins.bottom < 0.35 * its.height


SAMPLES = [
    a_sample("PROFESSIONAL_HEADSHOT", age=9),
    a_sample("CASUAL_FRIENDLY"),
    a_sample("PROFESSIONAL_HEADSHOT", JobKind.PREVIEW_SAMPLES),
    a_sample("SOCIAL_PROFILE", JobKind.DISPLAY_SAMPLES),
]


@pytest.mark.parametrize(
    ("platform", "number", "words"),
    [
        (Platform.LINKEDIN, 0, "LinkedIn is read at work, and a professional headshot is what one expects there."),
        (Platform.INSTAGRAM_SQUARE, 1, "Taken: casual friendly, of the portraits."),
        (Platform.X, 3, "Taken: social profile, of the display samples."),
        (Platform.YOUTUBE_COMMUNITY, 1, "Taken: casual friendly, of the portraits."),
    ],
)
def test_the_style_that_suits_a_platform_comes_first_and_then_the_likest(
    platform: Platform, number: int, words: str
) -> None:
    found = reference_for(platform, SAMPLES)
    assert found.image_id == SAMPLES[number].id
    assert words in found.reason


def test_of_one_style_what_is_liked_comes_before_what_is_newer_and_anything_before_nothing() -> None:
    older, liked, newer = (
        a_sample("CREATIVE_ARTISTIC", age=3),
        a_sample("CREATIVE_ARTISTIC", age=2, liked=True),
        a_sample("CREATIVE_ARTISTIC", age=1),
    )
    assert reference_for(Platform.INSTAGRAM_SQUARE, [older, liked, newer]).image_id == liked.id
    assert reference_for(Platform.INSTAGRAM_SQUARE, [newer, older]).image_id == newer.id
    other = reference_for(Platform.LINKEDIN, [older])
    assert (other.image_id, "but there is none of that kind" in other.reason) == (older.id, True)
    assert reference_for(Platform.LINKEDIN, []).image_id is None


async def test_each_platform_is_an_image_of_its_own_size_from_its_own_sample_and_the_best_photos() -> None:
    plan = await planned(WISH, a_persona(), *SAMPLES)
    recipe = plan.recipe
    assert (plan.kind, plan.quote.per_image, plan.quote.image_count) == (JobKind.SOCIAL, 40, 2)
    assert plan.mode_reason.endswith("You have saved no brand, so none is applied.")
    assert [recipe.size_of(index) for index in range(2)] == [Size(1200, 627), Size(1024, 512)]
    assert [recipe.reference_images_of(index) for index in range(2)] == [(SAMPLES[0].id,), (SAMPLES[3].id,)]
    assert recipe.needed_images == {SAMPLES[0].id, SAMPLES[3].id}
    assert needs_of(recipe, 1) == (Need(ability=Ability.EDIT, dearest="openai/gpt-image-2.6-flare", references=4),)
    request = recipe.request_for(1, attempt_key="x")
    assert (request.width, request.height, request.crop_to_face, request.quality) == (1024, 512, True, "high")
    assert request.prompt.startswith(
        "Make a picture for social media (X post), with the person in the reference pictures."
    )
    assert "The person is an adult. Keep the person's face, age and identity unchanged." in request.prompt
    assert RECIPE.validate_json(json_text(recipe)) == recipe

    alone = recipe.alone(1, seed=9, made_again_from=UUID(int=1))
    assert (alone.reference_image_ids, alone.size_of(0)) == ((SAMPLES[3].id,), Size(1024, 512))
    assert (alone.aspect_ratio, alone.prompt) == (AspectRatio.LANDSCAPE_2_1, request.prompt)


async def test_without_samples_photos_are_shown_and_an_influencer_by_its_base_image_and_sheet() -> None:
    person = (await planned(WISH, a_persona())).recipe
    assert (person.reference_image_ids, len(person.photo_keys_of(0)), person.descends_from_upload) == ((), 4, True)
    drawn = (await planned(WISH, an_influencer(), *SAMPLES[:2])).recipe
    assert (drawn.base_image_id, drawn.reference_images_of(1)) == (BASE_IMAGE, (SAMPLES[0].id, SAMPLES[1].id))
    assert needs_of(drawn, 0)[0].references == 3
    graphic = drawn.shot(0).graphic
    assert graphic
    assert (graphic.reference.image_id, drawn.descends_from_upload) == (BASE_IMAGE, False)


async def test_a_brand_is_pinned_and_told_and_words_need_room() -> None:
    plan = await planned(replace(WISH, text="Out now"), an_influencer(), brand=BRAND)
    graphic, prompt = plan.recipe.shot(0).graphic, plan.recipe.prompt_of(0)
    assert graphic
    assert graphic.brand
    assert (graphic.text, graphic.brand.heading_font, graphic.brand.drawn_with) == (
        "Out now",
        "Futura",
        "DejaVu Sans Condensed Bold",
    )
    assert graphic.brand.plate == BRAND.colors[1]
    assert graphic.brand.inks == (BRAND.colors[0],)
    assert "pick up the brand's colours: #112233 (text), #ffcc00 (primary)." in prompt
    assert "The brand speaks like this: Warm and short. It speaks to these: Makers." in prompt
    assert "calm space in the left half for words that are set later" in prompt
    assert plan.mode_reason.endswith("Your brand is applied.")
    assert plan.recipe.descends_from_upload, "somebody sent the logo"

    without = await planned(replace(WISH, apply_brand=False), an_influencer(), brand=BRAND)
    assert without.recipe.shot(0).graphic == replace(graphic, text=None, brand=None)
    assert "brand" not in without.recipe.prompt_of(0).lower() + without.mode_reason.lower()


async def test_what_is_refused() -> None:
    for change in (
        {"platforms": ()},
        {"platforms": (Platform.X, Platform.X)},
        {"description": " "},
        {"description": "x" * 1001},
        {"text": "x" * 81},
        {"text": " "},
    ):
        with pytest.raises(InvalidInput):
            replace(WISH, **cast(dict[str, Any], change))
    with pytest.raises(ConsentRequired):
        await planned(WISH, a_persona(has_consent=False))
    with pytest.raises(Conflict, match="no base image yet"):
        await planned(WISH, an_influencer(base_image_id=None))
    speaks_of_children = replace(BRAND, look=replace(BRAND.look, voice="Like a naked child"))
    with pytest.raises(PromptRefused):
        await planned(WISH, an_influencer(), brand=speaks_of_children)

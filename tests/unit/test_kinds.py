"""What each kind of request becomes: a recipe, a mode with its reason, a price; and what has to be able to make it."""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from domain.credits.prices import PRICES
from domain.errors import Conflict, InvalidInput, NotOffered
from domain.ids import ImageId, UploadId
from domain.images.image import StoredFile
from domain.jobs.job import GenerationMode, JobKind
from domain.jobs.kinds.base_images import BaseImagesRequest
from domain.jobs.kinds.changes import EditRequest, InpaintRequest
from domain.jobs.kinds.character_sheet import CharacterSheetRequest
from domain.jobs.kinds.headshots import HeadshotsRequest
from domain.jobs.kinds.variations import VariationsRequest
from domain.jobs.needs import check_offered, needs_of
from domain.jobs.plan import JobRequest, Plan
from domain.jobs.recipe import Mask
from domain.jobs.text_overlay import TextOverlay
from domain.models.model import Ability, Provider
from domain.models.routing import Need
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality
from domain.presets.models import BaseModel
from domain.prompts.edits import Restyle
from domain.prompts.headshots import HeadshotStyle
from domain.prompts.variations import VariationOptions
from domain.uploads.upload import TakenUpload, UploadPurpose
from tests.support.values import BASE_IMAGE, NOW, SUBJECT, a_pack_request, a_recipe, an_image, an_influencer

SHEET = CharacterSheetRequest(subject_id=SUBJECT, image_count=8)
HEADSHOTS = HeadshotsRequest(
    subject_id=SUBJECT,
    styles=(HeadshotStyle.EXECUTIVE_DARK, HeadshotStyle.OUTDOOR_PROFESSIONAL),
    aspect_ratio=AspectRatio.SQUARE_1_1,
    image_count=3,
)
STYLES = (UploadId(uuid4()), UploadId(uuid4()))
VARIATIONS = VariationsRequest(
    subject_id=SUBJECT,
    style_uploads=STYLES,
    aspect_ratio=AspectRatio.PORTRAIT_2_3,
    options=VariationOptions(glasses=True, hair_color="black", backgrounds=("office",), styles=("editorial",)),
)
SOURCE = an_image(width=640, height=800, scene=Scene.BEACH_DAY, environment=Environment.BEACH, outfit=Outfit.SWIMWEAR)
INPAINT = InpaintRequest(image_id=SOURCE.id, prompt="a vase of tulips.", mask_upload=UploadId(uuid4()))
EDIT = EditRequest(image_id=SOURCE.id, restyle=Restyle.NOIR)


@dataclass
class Studio:
    """As much of a unit of work as planning asks: one influencer, one image, some images of character sheets."""

    influencer: Any
    image: Any
    sheets: list[Any]

    async def plan(self, request: JobRequest) -> Plan:
        async def given(value: Any) -> Any:
            return value

        uow = SimpleNamespace(
            influencers=SimpleNamespace(get=lambda _: given(self.influencer), find=lambda _: given(self.influencer)),
            images=SimpleNamespace(
                get=lambda _: given(self.image), of_sheets=lambda _, *, limit: given(self.sheets[:limit])
            ),
        )
        return await request.plan(cast(UnitOfWork, uow), PRICES, seed=5)


@pytest.fixture
def studio() -> Studio:
    return Studio(an_influencer(), SOURCE, [])


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (a_pack_request(), (JobKind.PACK, 10, 5, GenerationMode.FACE_SWAP)),
        (a_pack_request(quality=Quality.HQ, image_count=1), (JobKind.PACK, 20, 1, GenerationMode.FACE_SWAP)),
        (BaseImagesRequest(subject_id=SUBJECT, image_count=3), (JobKind.BASE_IMAGES, 10, 3, None)),
        (SHEET, (JobKind.CHARACTER_SHEET, 10, 8, GenerationMode.FACE_SWAP)),
        (HEADSHOTS, (JobKind.HEADSHOTS, 40, 3, GenerationMode.FACE_SWAP)),
        (VARIATIONS, (JobKind.VARIATIONS, 40, 8, GenerationMode.FACE_SWAP)),
        (INPAINT, (JobKind.INPAINT, 20, 1, None)),
        (EDIT, (JobKind.EDIT, 80, 1, None)),
    ],
)
async def test_each_kind_has_its_price_its_count_and_its_mode(
    studio: Studio, request_: JobRequest, expected: tuple[JobKind, int, int, GenerationMode | None]
) -> None:
    plan = await studio.plan(request_)

    assert (plan.kind, plan.quote.per_image, plan.quote.image_count, plan.mode) == expected
    assert plan.mode_reason
    assert len(plan.recipe.shots) in {0, plan.quote.image_count}


@pytest.mark.parametrize("request_", [a_pack_request(), SHEET, HEADSHOTS, VARIATIONS])
async def test_without_a_face_there_is_none_to_keep(studio: Studio, request_: JobRequest) -> None:
    studio.influencer = an_influencer(base_image_id=None)
    with pytest.raises(Conflict, match="no base image yet"):
        await studio.plan(request_)


async def test_a_pack_varies_its_poses_and_keeps_the_face(studio: Studio) -> None:
    varied = (await studio.plan(a_pack_request(image_count=10))).recipe
    same = (await studio.plan(a_pack_request(image_count=10, vary_pose=False))).recipe

    assert len({varied.prompt_of(index) for index in range(10)}) == 10
    assert len({same.prompt_of(index) for index in range(10)}) == 1
    assert {varied.identity_of(index) for index in range(10)} == {7}
    assert {varied.request_for(index, attempt_key="x").pose for index in range(10)} == set(range(10))


async def test_a_locked_seed_makes_the_same_recipe_again(studio: Studio) -> None:
    first, second = [(await studio.plan(a_pack_request(seed=99))).recipe for _ in range(2)]

    assert first == second
    assert (first.seed, (await studio.plan(a_pack_request())).recipe.seed) == (99, 5)


async def test_an_outfit_is_for_this_job_only(studio: Studio) -> None:
    plan = await studio.plan(a_pack_request(outfit=Outfit.TUXEDO))

    assert (plan.recipe.outfit, studio.influencer.default_outfit) == (Outfit.TUXEDO, Outfit.STREETWEAR)


async def test_base_images_have_no_face_to_keep(studio: Studio) -> None:
    recipe = (await studio.plan(BaseImagesRequest(subject_id=SUBJECT, image_count=2, seed=5))).recipe

    assert (recipe.base_image_id, recipe.wanted_ability) == (None, Ability.TEXT_TO_IMAGE)
    assert [recipe.identity_of(index) for index in range(2)] == [5, 6]


async def test_a_sheet_is_told_by_its_views(studio: Studio) -> None:
    recipe = (await studio.plan(SHEET)).recipe

    assert [recipe.style_of(index) for index in range(8)] == [
        "FRONT",
        "THREE_QUARTER_LEFT",
        "THREE_QUARTER_RIGHT",
        "SIDE_LEFT",
        "SIDE_RIGHT",
        "BACK",
        "FULL_BODY",
        "EXPRESSION_SMILE",
    ]


async def test_headshots_take_their_styles_in_turn_and_show_the_model_the_sheet(studio: Studio) -> None:
    studio.sheets = [an_image(id=ImageId(UUID(int=number))) for number in range(1, 6)]
    recipe = (await studio.plan(HEADSHOTS)).recipe
    request = recipe.request_for(1, attempt_key="x")

    assert [recipe.style_of(index) for index in range(3)] == [
        "EXECUTIVE_DARK",
        "OUTDOOR_PROFESSIONAL",
        "EXECUTIVE_DARK",
    ]
    assert (request.environment, request.outfit) == (Environment.URBAN_STREET, Outfit.TRENCH_COAT)
    assert request.scene is Scene.PROFESSIONAL_PORTRAIT  # drawn anew, also where nobody reads the prompt
    assert recipe.reference_image_ids == tuple(UUID(int=number) for number in (1, 2, 3))
    assert needs_of(recipe, 0) == (Need(ability=Ability.EDIT, dearest="fal/nano-banana-edit", references=4),)


async def test_variations_change_the_look_and_follow_their_style_image(studio: Studio) -> None:
    taken = tuple(a_taken_upload(upload, UploadPurpose.STYLE_IMAGE) for upload in STYLES)
    plan = await studio.plan(replace(VARIATIONS, styles=taken))
    request = plan.recipe.request_for(5, attempt_key="x")

    assert request.look
    assert (request.look.appearance.hair_color, request.look.appearance.hair_style) == ("black", "long_wavy")
    assert request.extras == ("glasses",)
    assert [plan.recipe.shot(index).style for index in range(8)] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert plan.recipe.style_keys == tuple(upload.file.key for upload in taken)
    assert plan.recipe.descends_from_upload
    assert (plan.uploads, plan.uploads_field) == (taken, "styleUploadIds")
    assert needs_of(plan.recipe, 0) == (Need(ability=Ability.EDIT, dearest="fal/nano-banana-edit", references=2),)


async def test_an_inpaint_carries_over_what_is_known_of_its_source(studio: Studio) -> None:
    mask = a_taken_upload(INPAINT.mask_upload, UploadPurpose.MASK, width=640, height=800, coverage=0.25)
    plan = await studio.plan(replace(INPAINT, mask=mask))
    recipe = plan.recipe

    assert (recipe.scene, recipe.environment, recipe.outfit) == (Scene.BEACH_DAY, Environment.BEACH, Outfit.SWIMWEAR)
    assert (recipe.width, recipe.height, recipe.source_image_id, recipe.base_image_id) == (640, 800, SOURCE.id, None)
    assert recipe.mask == Mask(key=mask.file.key, coverage=0.25)
    assert plan.uploads == (mask,)
    assert recipe.needed_images == {SOURCE.id}
    assert needs_of(recipe, 0) == (
        Need(ability=Ability.INPAINT, dearest="fal/flux-lora-fill", references=1, mask=True),
    )


async def test_a_mask_of_another_size_is_refused_with_both_sizes(studio: Studio) -> None:
    mask = a_taken_upload(INPAINT.mask_upload, UploadPurpose.MASK, width=800, height=640, coverage=0.25)
    with pytest.raises(InvalidInput, match="800 by 640 pixels and the image 640 by 800") as refusal:
        await studio.plan(replace(INPAINT, mask=mask))
    assert refusal.value.field == "maskUploadId"


@pytest.mark.parametrize("request_", [HEADSHOTS, INPAINT, EDIT])
async def test_what_came_from_an_upload_stays_marked(studio: Studio, request_: JobRequest) -> None:
    assert not (await studio.plan(request_)).recipe.descends_from_upload

    tainted = an_image(descends_from_upload=True)
    studio.image, studio.sheets = tainted, [an_image(), tainted]
    assert (await studio.plan(request_)).recipe.descends_from_upload


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"instruction": "make it golden hour"}, "make it golden hour. Keep"),
        ({"overlay": TextOverlay(text="Out now")}, 'Add the text "Out now" across the bottom'),
        ({"restyle": Restyle.WATERCOLOR}, "Restyle this picture as a watercolour painting"),
    ],
)
async def test_an_edit_is_one_of_three(studio: Studio, wish: dict[str, Any], words: str) -> None:
    recipe = (await studio.plan(EditRequest(image_id=SOURCE.id, **wish))).recipe

    assert recipe.prompt.startswith(words)
    assert (recipe.scene, recipe.request_for(0, attempt_key="x").scene) == (Scene.BEACH_DAY, None)
    assert "Keep the person's face, age and identity unchanged. The person is a 27 year old adult" in recipe.prompt
    assert needs_of(recipe, 0) == (Need(ability=Ability.EDIT, dearest="fal/kontext-max", references=1),)


@pytest.mark.parametrize(
    "wish", [{}, {"instruction": "warmer", "restyle": Restyle.NOIR}, {"instruction": "  "}, {"instruction": "x" * 2001}]
)
def test_an_edit_of_none_or_several_or_nothing_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        EditRequest(image_id=SOURCE.id, **wish)


@pytest.mark.parametrize("wish", [{}, {"instruction": "warmer", "restyle": Restyle.NOIR}])
def test_an_edit_says_that_it_takes_exactly_one_wish(wish: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"^Give exactly one of instruction, overlay and restyle\.$"):
        EditRequest(image_id=SOURCE.id, **wish)


@pytest.mark.parametrize("count", [6, 11])
def test_a_sheet_has_seven_to_ten_images(count: int) -> None:
    with pytest.raises(InvalidInput, match="makes 7 to 10 images"):
        CharacterSheetRequest(subject_id=SUBJECT, image_count=count)


def test_a_sheet_is_made_from_the_face_alone_where_nobody_reads_skeletons() -> None:
    recipe = a_recipe(ability=Ability.SHEET, model="FLUX_DEV")

    assert needs_of(recipe, 0) == (
        Need(ability=Ability.SHEET, family=BaseModel.FLUX_DEV, references=2),
        Need(ability=Ability.FACE, family=BaseModel.FLUX_DEV, references=1),
    )


def test_a_recipe_from_before_abilities_were_pinned_is_still_understood() -> None:
    assert a_recipe(ability=None).wanted_ability is Ability.FACE
    assert a_recipe(ability=None, base_image_id=None).wanted_ability is Ability.TEXT_TO_IMAGE
    assert a_recipe().needed_images == {BASE_IMAGE}


def a_taken_upload(
    id_: UploadId, purpose: UploadPurpose, *, width: int = 900, height: int = 700, coverage: float | None = None
) -> TakenUpload:
    file = StoredFile(
        key=f"styles/{id_}/{id_.hex * 2}.jpg", sha256=id_.hex * 2, content_type="image/jpeg", size_bytes=9
    )
    return TakenUpload(id=id_, purpose=purpose, file=file, width=width, height=height, coverage=coverage)


@pytest.mark.parametrize(
    ("request_", "providers", "is_offered"),
    [
        (a_pack_request(), {Provider.RUNPOD}, True),
        (a_pack_request(), {Provider.OPENAI}, False),
        (SHEET, {Provider.FAL}, True),
        (HEADSHOTS, {Provider.RUNPOD}, False),
        (INPAINT, {Provider.RUNPOD}, True),
        (EDIT, {Provider.RUNPOD}, False),
        (EDIT, {Provider.LOCAL}, True),
    ],
)
async def test_what_no_provider_of_a_deployment_can_make_is_not_accepted(
    studio: Studio, request_: JobRequest, providers: set[Provider], is_offered: bool
) -> None:
    recipe = (await studio.plan(request_)).recipe
    with nullcontext() if is_offered else pytest.raises(NotOffered):
        check_offered(recipe, providers=providers, today=NOW.date())

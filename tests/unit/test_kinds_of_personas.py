"""What each kind becomes when a real person is asked for: their best photos, no description, and never without a consent."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from db.codec import RECIPE, json_text
from domain.credits.prices import PRICES
from domain.errors import Conflict, NotFound
from domain.ids import UploadId
from domain.influencers.appearance import BODY_TYPES, ETHNICITIES, EYE_COLORS
from domain.jobs.control import retry_job
from domain.jobs.job import GenerationMode, JobKind, JobStatus
from domain.jobs.kinds.changes import EditRequest, InpaintRequest
from domain.jobs.kinds.character_sheet import CharacterSheetRequest
from domain.jobs.kinds.headshots import HeadshotsRequest
from domain.jobs.kinds.variations import VariationsRequest
from domain.jobs.needs import needs_of
from domain.jobs.plan import JobRequest, Plan
from domain.jobs.retry import GiveUp, after_error
from domain.jobs.subjects import best_photos
from domain.models.model import Ability
from domain.models.registry import MODELS
from domain.models.routing import Need
from domain.personas.errors import NoPhotos, PhotoGone
from domain.personas.persona import Persona, PersonaPhoto
from domain.ports.image_provider import LoraUse
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.catalogue import Outfit, Scene
from domain.presets.formats import AspectRatio
from domain.presets.models import BaseModel
from domain.prompts.edits import Restyle
from domain.prompts.headshots import HeadshotStyle
from domain.prompts.person import GENDER_WORDS
from domain.prompts.variations import VariationOptions
from domain.safety import adult
from domain.safety.adult import AdultDeployment
from domain.uploads.errors import ConsentRequired
from tasks.references import photos_shown
from tests.support.values import NOW, SUBJECT, USER, a_job, a_pack_request, a_persona, a_photo, a_recipe, an_image

HEADSHOTS = HeadshotsRequest(
    subject_id=SUBJECT, styles=tuple(HeadshotStyle), aspect_ratio=AspectRatio.SQUARE_1_1, image_count=5
)
VARIATIONS = VariationsRequest(
    subject_id=SUBJECT,
    style_uploads=(UploadId(uuid4()),),
    aspect_ratio=AspectRatio.PORTRAIT_2_3,
    options=VariationOptions(glasses=True, hair_color="black", hair_style="long"),
)
SOURCE = an_image(width=640, height=800, scene=Scene.BEACH_DAY, outfit=Outfit.TUXEDO, descends_from_upload=True)
INPAINT = InpaintRequest(image_id=SOURCE.id, prompt="a vase of tulips", mask_upload=UploadId(uuid4()))
EDIT = EditRequest(image_id=SOURCE.id, restyle=Restyle.NOIR)
DRAWN: list[JobRequest] = [a_pack_request(), HEADSHOTS, VARIATIONS]
CHANGED: list[JobRequest] = [INPAINT, EDIT]


@dataclass
class Studio:
    """As much of a unit of work as planning and retrying ask: one persona, its photos, one image. Nothing may be reserved."""

    persona: Persona | None = field(default_factory=a_persona)
    photos: Sequence[PersonaPhoto] = field(default_factory=lambda: [a_photo(number) for number in range(1, 7)])
    job: Any = None

    @property
    def uow(self) -> UnitOfWork:
        async def given(value: Any) -> Any:
            if isinstance(value, Exception):
                raise value
            return value

        there = self.persona or NotFound("There is no such persona.")
        return cast(
            UnitOfWork,
            SimpleNamespace(
                lock_user=lambda _: given(None),
                influencers=SimpleNamespace(
                    find=lambda _: given(None), get=lambda _: given(NotFound("There is no such influencer."))
                ),
                personas=SimpleNamespace(
                    find=lambda _: given(self.persona), get=lambda _: given(there), photos=lambda _: given(self.photos)
                ),
                images=SimpleNamespace(get=lambda _: given(SOURCE)),
                jobs=SimpleNamespace(get=lambda _: given(self.job)),
            ),
        )

    async def plan(self, request: JobRequest) -> Plan:
        return await request.plan(self.uow, PRICES, seed=5)


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (a_pack_request(), (JobKind.PACK, 10, 5, GenerationMode.FACE_SWAP)),
        (HEADSHOTS, (JobKind.HEADSHOTS, 40, 5, GenerationMode.FACE_SWAP)),
        (VARIATIONS, (JobKind.VARIATIONS, 40, 4, GenerationMode.FACE_SWAP)),
        (INPAINT, (JobKind.INPAINT, 20, 1, None)),
        (EDIT, (JobKind.EDIT, 80, 1, None)),
    ],
)
async def test_each_kind_costs_what_it_costs_of_anybody(
    studio: Studio, request_: JobRequest, expected: tuple[JobKind, int, int, GenerationMode | None]
) -> None:
    plan = await studio.plan(request_)

    assert (plan.kind, plan.quote.per_image, plan.quote.image_count, plan.mode) == expected
    assert plan.subject is studio.persona
    assert plan.mode is None or plan.mode_reason == (
        "No LoRA is trained for this persona: the face is taken from its best photos."
    )


@pytest.mark.parametrize("request_", DRAWN)
async def test_what_is_drawn_is_drawn_from_the_best_four_photos(studio: Studio, request_: JobRequest) -> None:
    recipe = (await studio.plan(request_)).recipe

    assert recipe.photo_keys == ("photos/6.jpg", "photos/5.jpg", "photos/4.jpg", "photos/3.jpg")
    assert (recipe.appearance, recipe.identity_seed, recipe.base_image_id, recipe.needed_images) == (
        None,
        None,
        None,
        frozenset(),
    )
    assert recipe.descends_from_upload
    assert recipe.request_for(0, attempt_key="x").look is None
    assert RECIPE.validate_json(json_text(recipe)) == recipe


@pytest.mark.parametrize("request_", CHANGED)
async def test_what_is_changed_is_changed_without_a_photo(studio: Studio, request_: JobRequest) -> None:
    studio.photos = []
    recipe = (await studio.plan(request_)).recipe

    assert (len(recipe.photo_keys), recipe.needed_images) == (0, frozenset({SOURCE.id}))
    assert (recipe.appearance, recipe.outfit, recipe.scene) == (None, Outfit.TUXEDO, Scene.BEACH_DAY)
    sent = recipe.request_for(0, attempt_key="x")
    assert (sent.scene, sent.environment) == (None, None), "nothing is composed anew behind the person"
    assert recipe.descends_from_upload


async def test_each_kind_needs_what_can_take_its_photos(studio: Studio) -> None:
    needs = [needs_of((await studio.plan(request)).recipe, 0) for request in (*DRAWN, *CHANGED)]

    assert needs == [
        (Need(ability=Ability.FACE, family=BaseModel.FLUX_DEV, references=1),),
        (Need(ability=Ability.EDIT, dearest="fal/nano-banana-edit", references=4),),
        (Need(ability=Ability.EDIT, dearest="fal/nano-banana-edit", references=5),),
        (Need(ability=Ability.INPAINT, dearest="fal/flux-lora-fill", references=1),),
        (Need(ability=Ability.EDIT, dearest="fal/kontext-max", references=1),),
    ]


@pytest.mark.parametrize("request_", [*DRAWN, *CHANGED])
async def test_nothing_is_said_about_the_person_but_that_they_are_an_adult(
    studio: Studio, request_: JobRequest
) -> None:
    asked = replace(request_, options=VariationOptions()) if isinstance(request_, VariationsRequest) else request_
    recipe = (await studio.plan(asked)).recipe
    prompt = recipe.prompt_of(0)
    traits = [trait.words for table in (ETHNICITIES, BODY_TYPES) for trait in table.values()]
    traits += [f"{trait.words} eyes" for trait in EYE_COLORS.values()]
    said = set(prompt.replace(",", " ").replace(".", " ").split())

    assert "an adult" in prompt
    assert [trait for trait in traits if trait in prompt] == []
    assert said.isdisjoint({*GENDER_WORDS.values(), "year", "old", "years"})


async def test_a_person_wears_something_plain_unless_a_job_says_otherwise(studio: Studio) -> None:
    plain, dressed = [
        (await studio.plan(a_pack_request(outfit=outfit))).recipe for outfit in (None, Outfit.WINTER_COAT)
    ]

    assert (plain.outfit, dressed.outfit) == (Outfit.CASUAL_TEE, Outfit.WINTER_COAT)
    assert plain.prompt.startswith("the person in the reference photos, an adult, ")


async def test_only_what_is_asked_for_is_changed_about_the_person(studio: Studio) -> None:
    recipe = (await studio.plan(VARIATIONS)).recipe

    assert "The person is an adult." in recipe.prompt
    assert recipe.prompt.endswith("Change only this about the person: long black hair and glasses.")


@pytest.mark.parametrize("request_", [*DRAWN, *CHANGED])
async def test_without_a_living_consent_nothing_is_planned(studio: Studio, request_: JobRequest) -> None:
    studio.persona = a_persona(has_consent=False)
    with pytest.raises(ConsentRequired, match="consent for this persona was withdrawn"):
        await studio.plan(request_)


@pytest.mark.parametrize("request_", DRAWN)
async def test_without_a_photo_nobody_is_drawn(studio: Studio, request_: JobRequest) -> None:
    studio.photos = []
    with pytest.raises(NoPhotos, match="add them with `addPersonaPhotos`") as refusal:
        await studio.plan(request_)
    assert refusal.value.code == "CONFLICT"


@pytest.mark.parametrize("request_", [*DRAWN, *CHANGED])
async def test_nobody_is_nobody(studio: Studio, request_: JobRequest) -> None:
    studio.persona = None
    with pytest.raises(NotFound, match="no such subject"):
        await studio.plan(request_)


async def test_a_character_sheet_is_of_influencers_only(studio: Studio) -> None:
    with pytest.raises(NotFound, match="no such influencer"):
        await studio.plan(CharacterSheetRequest(subject_id=SUBJECT, image_count=7))


def test_the_best_photos_have_the_best_score_and_of_equals_the_newest() -> None:
    small, old, new = a_photo(9, width=600, height=600), a_photo(1), a_photo(2)

    assert best_photos([small, old, new]) == [new, old, small]


async def test_a_persona_is_never_adult_whatever_is_offered() -> None:
    class Unasked:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was asked for")

    open_to_all = AdultDeployment(
        is_on=True, acquirer_agreed=True, has_second_detector=True, regions=frozenset({"AT"})
    ).offer_in("AT")
    assert open_to_all.is_open
    assert not await adult.is_adult_job(
        cast(Any, Unasked()), USER, a_persona(), open_to_all, ability=Ability.FACE, made_from=[]
    )


@pytest.mark.parametrize(
    ("persona", "photos", "error", "words"),
    [
        (None, [a_photo(1)], NotFound, "no such persona"),
        (a_persona(has_consent=False), [a_photo(1)], ConsentRequired, "was withdrawn"),
        (a_persona(), [a_photo(2)], Conflict, "A photo that this job works with was removed"),
    ],
)
async def test_a_retry_wants_its_consent_and_its_photos_again(
    persona: Persona | None, photos: Sequence[PersonaPhoto], error: type[Exception], words: str
) -> None:
    recipe = a_recipe(appearance=None, base_image_id=None, identity_seed=None, photo_keys=("photos/1.jpg",))
    job = a_job(recipe=recipe, status=JobStatus.PARTIAL, failed_count=1, completed_count=2, credits_reserved=0)
    studio = Studio(persona, photos, job)  # its unit of work has no credits: to ask for them would fail

    with pytest.raises(error, match=words):
        await retry_job(studio.uow, USER, job.id, now=NOW)


def test_a_photo_that_is_gone_ends_its_image_at_once() -> None:
    assert after_error(PhotoGone(), tries=1, waits=0) == GiveUp(
        "NOT_FOUND",
        "A photo that this image was to be made from was removed. Nothing was charged for this image; start a new job with "
        "the photos that are there.",
    )


def test_a_lora_is_shown_no_photo_but_our_own_composition_has_nothing_else() -> None:
    keys = tuple(f"photos/{number}.jpg" for number in range(4))
    recipe, plain = (
        a_recipe(appearance=None, photo_keys=keys),
        a_recipe(appearance=None).request_for(0, attempt_key="x"),
    )
    trained = replace(plain, loras=(LoraUse(url=None, file_name="w", trigger="ohwx"),))
    local, vendor = (MODELS[key] for key in ("local/sketch", "fal/nano-banana-edit"))
    shown = [photos_shown(recipe, asked, model, style=False) for asked in (plain, trained) for model in (local, vendor)]
    assert shown == [keys, keys, keys, ()]
    assert photos_shown(recipe, plain, replace(local, references=(0, 3)), style=True) == keys[:2]

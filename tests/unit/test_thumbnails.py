"""What a thumbnail's prompt says, how feedback is read, what cursors remember, and how pictures are cut and made small."""

import random
from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from db.queries.thumbnails import FormingImage
from domain.errors import InvalidInput
from domain.ids import ImageId, JobId, UserId
from domain.images.picture import Picture
from domain.jobs.job import GenerationMode, ImageState
from domain.jobs.kinds.thumbnail import Concept, ThumbnailRequest
from domain.jobs.needs import needs_of
from domain.models.model import Ability
from domain.models.routing import Need
from domain.personas.faces import Face, FaceAngle
from domain.presets.models import BaseModel
from domain.profiles.profile import ContentPreferences, Profile, Tone
from domain.prompts.creator import creator_words
from domain.prompts.thumbnail_writing import WrittenPrompt, prompt_question, prompt_written
from domain.prompts.thumbnails import thumbnail_negative_prompt, thumbnail_prompt
from domain.thumbnails.feedback import read_feedback
from domain.thumbnails.preview import MOST_BYTES, ThumbnailPreview, sequence_of
from domain.thumbnails.thread import Brief, HeadlineBy, check_headline, check_scale
from domain.trainings.lora import ReadyLora
from live.inbox import BoundedInbox
from providers.pixels import brought_to, cut_around
from providers.previews import made_small
from resolvers.thumbnail_previews import Told, told_before
from tests.support.values import LOOK, NOW, SUBJECT, an_image, an_influencer
from tests.unit.test_kinds import Studio

BRIEF = Brief(wish="Make me look excited about crypto")
JOB = JobId(uuid4())


def a_preview(sequence: int, index: int = 0, data: str = "data:image/webp;base64,") -> ThumbnailPreview:
    return ThumbnailPreview(job_id=JOB, index=index, sequence=sequence, width=640, height=360, data_url=data, at=NOW)


def test_a_prompt_with_a_lora_begins_with_its_trigger_and_shows_a_face_of_the_right_size() -> None:
    prompt = thumbnail_prompt(BRIEF, LOOK, trigger="maravoss12")
    assert prompt.startswith("maravoss12, a 27 year old adult Mediterranean woman, ")
    assert "the face fills 30 to 40 percent of the frame, direct eye contact with the camera" in prompt
    assert prompt.endswith("no letters, words or logos in the picture")


def test_without_a_lora_the_person_of_the_pictures_is_kept_and_stays_an_adult() -> None:
    prompt = thumbnail_prompt(BRIEF, None)
    assert prompt.startswith(
        "Make a video thumbnail of the person in the reference pictures: Make me look excited about crypto. The person is an adult. "
        "Keep the person's face, age and identity unchanged. Composition: "
    )


def test_feedback_is_read_and_kept_as_it_was_said_the_newest_last() -> None:
    said = ("More dramatic lighting", 'Say "hi" and be brighter')
    assert read_feedback(said) == (
        "dramatic side lighting, deep shadows, strong contrast",
        "bright, even light, lifted shadows",
    )
    assert read_feedback((*said, "more dramatic lighting again"))[-1].startswith("dramatic")
    prompt = thumbnail_prompt(replace(BRIEF, feedback=said), None)
    assert "changed as asked: \"Say 'hi' and be brighter\"" in prompt


@pytest.mark.parametrize(
    ("brief", "words", "kept_out"),
    [
        (replace(BRIEF, headline="Out now"), "calm space along the bottom edge for a headline that is set later", True),
        (replace(BRIEF, headline="Out now", headline_by=HeadlineBy.MODEL), 'the headline "Out now"', False),
    ],
)
def test_a_headline_is_given_room_or_left_to_the_model(brief: Brief, words: str, kept_out: bool) -> None:
    assert words in thumbnail_prompt(brief, None)
    assert ("text, logo" in thumbnail_negative_prompt([brief])) is kept_out
    assert "child, teenager, underage, nude" in thumbnail_negative_prompt([brief])


def test_of_what_a_model_writes_only_words_are_taken_and_the_rest_is_ours() -> None:
    brief = BRIEF.refined("More dramatic lighting", None)
    question = prompt_question(brief, asker="somebody")
    assert question.text.endswith("1. More dramatic lighting\n---")
    told = creator_words(
        Profile(user_id=UserId(uuid4()), occupation="Cook", preferences=ContentPreferences(tone=Tone.CALM))
    )
    asked = prompt_question(brief, asker="somebody", creator=told)
    assert asked.text == f"{question.text}\n\nWho this is for:\n---\nDoes: Cook\nTone: calm, quiet, uncluttered\n---"
    assert creator_words(Profile(user_id=UserId(uuid4()), display_name="Mara")) == ""
    written = prompt_written(WrittenPrompt(prompt=" Arms up,\n coins raining. "), brief, None)
    assert written == (
        "Make a video thumbnail of the person in the reference pictures: Arms up, coins raining. The person is an adult. "
        "Keep the person's face, age and identity unchanged. Composition: the face fills 30 to 40 percent of the frame, direct eye "
        "contact with the camera, no letters, words or logos in the picture."
    )
    assert prompt_written(WrittenPrompt(prompt="arms up"), brief, LOOK, trigger="mara").startswith("mara, ")  # type: ignore[union-attr]
    for words in ("", " . ", "with a ten year old girl"):
        assert prompt_written(WrittenPrompt(prompt=words), brief, None) is None


def test_limits_of_scale_and_headline() -> None:
    for scale in (0.5, 1.5):
        check_scale(scale)
    for scale in (0.49, 1.51, float("nan")):
        with pytest.raises(InvalidInput):
            check_scale(scale)
    check_headline("x" * 60, field="headline")
    with pytest.raises(InvalidInput):
        check_headline(" ", field="headline")


def test_a_subscriber_is_told_each_image_once_and_the_newest_of_what_forms() -> None:
    told = Told(JOB, round=1)
    for sequence in (1, 3, 2):
        told.hear(a_preview(sequence))
    told.hear(a_preview(1, index=1))
    assert [told.next_partial().sequence for _ in range(2)] == [3, 1]
    told.hear(a_preview(3))
    assert told.pending == {}
    told.settle(FormingImage(0, ImageState.COMPLETED, None))
    told.settle(FormingImage(1, ImageState.FAILED, "No."))
    told.hear(a_preview(9))
    again = told_before(JOB, told.cursor)
    assert (again.done, again.failed, again.round, told.pending) == ({0}, {1}, 1, {})
    again.enter(2)
    assert (again.done, again.failed) == ({0}, set())
    with pytest.raises(InvalidInput):
        told_before(JobId(uuid4()), told.cursor)


async def test_whoever_does_not_read_has_one_preview_of_each_image_waiting_whatever_came() -> None:
    inbox = BoundedInbox()
    for number in range(1, 1001):
        inbox.put(a_preview(number, index=number % 3))
    inbox.put(a_preview(5, index=0))
    arrivals = await inbox.take()
    assert sorted(item.sequence for item in arrivals.latest if isinstance(item, ThumbnailPreview)) == [998, 999, 1000]
    assert sequence_of(2, 1) > sequence_of(1, 999)


def test_a_preview_keeps_to_its_size_and_its_bytes_whatever_is_on_it() -> None:
    chance = random.Random(1)  # noqa: S311 - nobody has to guess it
    noise = Image.frombytes("RGB", (1536, 1024), chance.randbytes(3 * 1536 * 1024))
    for image in (noise, Image.new("RGB", (300, 200), "red"), Image.new("RGB", (20, 3000), "red")):
        file = BytesIO()
        image.save(file, "PNG")
        small = made_small(Picture(file.getvalue(), "image/png"))
        assert len(small.data) <= MOST_BYTES
        assert small.width <= min(640, image.width)
        assert Image.open(BytesIO(small.data)).size == (small.width, small.height)


def test_what_is_cut_off_is_not_the_face() -> None:
    """Of 1536 by 1024, a picture of 16:9 keeps 864 rows: 160 go."""
    size, wide = (1536, 1024), (1920, 1080)
    face = Face(left=700, top=0, width=200, height=200, angle=FaceAngle.FRONT, confidence=1.0)
    assert cut_around(face, size, *wide) == (0.5, 0.0)
    assert cut_around(replace(face, top=824), size, *wide) == (0.5, 1.0)
    _, share = cut_around(replace(face, top=350), size, *wide)
    assert 450 - share * 160 == pytest.approx(0.45 * 864)
    assert cut_around(replace(face, left=0), (2000, 1080), 1080, 1080) == (0.0, 0.5)


async def test_a_picture_without_a_face_is_cut_evenly_and_one_that_fits_is_not_touched() -> None:
    file = BytesIO()
    Image.linear_gradient("L").resize((1536, 1024)).convert("RGB").save(file, "PNG")
    plain = await brought_to(file.getvalue(), width=1920, height=1080)
    assert await brought_to(file.getvalue(), width=1920, height=1080, around_face=True) == plain
    assert await brought_to(plain[0], width=1920, height=1080, around_face=True) == plain


LORA = ReadyLora(
    id=uuid4(),
    base_model=BaseModel.FLUX_DEV,
    trigger_word="maravoss12",
    weights_key="weights/x",
    weights_name="x.safetensors",
    completed_at=NOW,
    descends_from_upload=True,
)
WISH = ThumbnailRequest(subject_id=SUBJECT, concepts=(Concept(prompt="Excited", headline="Now"),))


async def test_with_a_lora_it_is_drawn_at_the_scale_asked_for_and_else_the_model_is_shown_the_face() -> None:
    studio = Studio(an_influencer(lora=LORA), None, [an_image(id=ImageId(uuid4())) for _ in range(2)])
    with_lora = await studio.plan(replace(WISH, use_lora=True, lora_scale=1.5))
    assert (with_lora.mode, with_lora.mode_reason) == (GenerationMode.LORA, "A LoRA was asked for, and it is ready.")
    assert (with_lora.quote.credits, with_lora.recipe.lora and with_lora.recipe.lora.scale) == (40, 1.5)
    assert with_lora.recipe.prompt_of(0).startswith("maravoss12, ")
    assert with_lora.recipe.descends_from_upload
    drawn, shown = needs_of(with_lora.recipe, 0)
    assert drawn == Need(ability=Ability.TEXT_TO_IMAGE, family=BaseModel.FLUX_DEV, loras=1)
    assert shown.ability is Ability.FACE

    without = await studio.plan(WISH)
    assert (without.mode, without.recipe.lora) == (GenerationMode.FACE_SWAP, None)
    assert needs_of(without.recipe, 0) == (
        Need(ability=Ability.EDIT, dearest="openai/gpt-image-2.6-flare", references=3),
    )
    assert (without.recipe.width, without.recipe.height, without.recipe.crop_to_face) == (1920, 1080, True)
    headline = without.recipe.shot(0).headline
    assert headline is not None
    assert headline.text == "Now"
    assert without.also is not None

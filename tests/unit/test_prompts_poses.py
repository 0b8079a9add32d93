"""Poses inside a pack: another in each image, none that the scene would not allow, and the same again from the same seed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.presets.catalogue import Environment, Outfit, Scene
from domain.prompts.build import build_prompt
from domain.prompts.poses import BEARINGS, FRAMINGS, MOST_DISTINCT, pack_shots
from domain.prompts.shots import Shot, prompt_of
from providers.local.sketch.pose import SHOTS
from tests.support.values import LOOK

seeds = st.integers(0, 2**31 - 1)
scenes = st.sampled_from(Scene)
counts = st.integers(1, MOST_DISTINCT)


def bearings_of(scene: Scene) -> list[str]:
    return [words for ways in BEARINGS[scene] for words in ways]


@pytest.mark.parametrize(
    ("seed", "words"),
    [
        (
            0,
            [
                "chest-up shot, body turned slightly to one side, laughing at something out of frame",
                "waist-up shot, three-quarter angle, one hand raised in mid-gesture, glancing aside",
                "close-up of the face, head tilted a little, thoughtful look past the camera",
                "medium shot, shoulders turned away, face turned back towards the camera, turning round as if called",
                "waist-up shot, facing the camera, head leaning to one side, arms loose, unposed smile",
                "chest-up shot, body turned slightly to one side, caught mid-sentence, easy smile",
                "waist-up shot, three-quarter angle, walking by, smiling to oneself",
            ],
        ),
        (
            0b00101,
            [
                "chest-up shot, body turned slightly to one side, caught mid-sentence, easy smile",
                "waist-up shot, three-quarter angle, one hand raised in mid-gesture, glancing aside",
                "close-up of the face, head tilted a little, eyes crinkled in a laugh",
                "medium shot, shoulders turned away, face turned back towards the camera, turning round as if called",
                "waist-up shot, facing the camera, head leaning to one side, arms loose, unposed smile",
                "chest-up shot, body turned slightly to one side, laughing at something out of frame",
                "waist-up shot, three-quarter angle, walking by, smiling to oneself",
            ],
        ),
    ],
)
def test_a_pack(seed: int, words: list[str]) -> None:
    shots = pack_shots(Scene.CANDID_LIFESTYLE, 7, seed, vary_pose=True)

    assert shots == tuple(Shot(words=said, pose=index) for index, said in enumerate(words))


@given(scene=scenes, count=counts, seed=seeds)
def test_no_two_images_of_a_pack_have_one_pose(scene: Scene, count: int, seed: int) -> None:
    shots = pack_shots(scene, count, seed, vary_pose=True)

    assert len({shot.words for shot in shots}) == count
    assert [shot.pose for shot in shots] == list(range(count))


@given(scene=scenes, count=counts, seed=seeds)
def test_an_image_made_again_alone_is_the_same(scene: Scene, count: int, seed: int) -> None:
    whole = pack_shots(scene, MOST_DISTINCT, seed, vary_pose=True)

    assert pack_shots(scene, count, seed, vary_pose=True) == whole[:count]


@given(scene=scenes, count=counts, seed=seeds)
def test_without_variation_all_are_the_first(scene: Scene, count: int, seed: int) -> None:
    (first,) = pack_shots(scene, 1, seed, vary_pose=True)

    assert pack_shots(scene, count, seed, vary_pose=False) == (first,) * count


def test_there_are_32_packs_of_five_in_each_scene() -> None:
    for scene in Scene:
        packs = {pack_shots(scene, 5, seed, vary_pose=True) for seed in range(200)}
        assert len(packs) == 32


@given(scene=scenes, seed=seeds)
def test_the_prompt_begins_with_trigger_and_person_in_every_pose(scene: Scene, seed: int) -> None:
    prompt = build_prompt(LOOK, outfit=Outfit.BOHO, environment=Environment.CAFE, scene=scene, trigger="maravoss")

    for shot in pack_shots(scene, MOST_DISTINCT, seed, vary_pose=True):
        whole = prompt_of(prompt, shot)
        assert whole == f"{prompt}, {shot.words}"
        assert whole.startswith("maravoss, a 27 year old adult Mediterranean woman, ")


def test_words_and_sketch_take_the_same_distance() -> None:
    distances = {"bust": "chest-up", "half body": "waist-up", "close-up": "close-up", "medium": "medium"}

    assert [framing.split()[0] for framing in FRAMINGS] == [distances[shot.crop] for shot in SHOTS]


@pytest.mark.parametrize(
    ("scene", "contradictions"),
    [
        (Scene.PROFESSIONAL_PORTRAIT, "aside|away|past the camera|closed|laugh"),  # eye contact
        (Scene.CANDID_LIFESTYLE, "posed?,|steady|direct gaze|hip"),  # natural
        (Scene.FASHION_EDITORIAL, "smile|laugh|relaxed|loose"),  # dramatic
        (Scene.FITNESS_MOTIVATION, "relaxed|calm|sleepy|loose"),  # energetic
        (Scene.MORNING_VIBES, "fierce|intense|dramatic|stance"),  # relaxed
        (Scene.NIGHT_OUT, "fierce|sleepy|sweat|laughing"),  # elegant
        (Scene.COZY_HOME, "fierce|intense|stance|piercing"),  # relaxed
        (Scene.BEACH_DAY, "fierce|intense|stance|piercing"),  # relaxed
    ],
)
def test_no_pose_takes_back_what_its_scene_says(scene: Scene, contradictions: str) -> None:
    assert [words for words in bearings_of(scene) if re.search(rf"\b({contradictions})\b", words)] == []


def test_no_pose_speaks_of_what_may_be_missing() -> None:
    """A bald head, a dress without pockets, a beach without furniture: every pose goes with every person, outfit and place."""
    missing = r"\b(hair|pockets?|collar|sleeves?|window|cushions?|sofa|chair|wall|barefoot|left|right)\b"

    assert [words for scene in Scene for words in bearings_of(scene) if re.search(missing, words)] == []
    assert [words for words in FRAMINGS if re.search(missing, words)] == []


def test_every_scene_has_ways_of_its_own() -> None:
    every = [words for scene in Scene for words in bearings_of(scene)]

    assert len(every) == 8 * 5 * 2
    assert [words for words in every if every.count(words) > 1] == []

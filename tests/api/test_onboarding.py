"""`viewer.onboarding` and what moves it: from nothing to a hundred percent, and what stays when things go."""

from typing import Any

from providers.local.tokens import user_id_of
from schema.ids import global_id, parse_id
from tests.support.operations import operations, variables_of
from tests.support.owner import Owner
from tests.support.studio import Json, Studio

OPERATIONS = operations()
EVENTS = "SELECT label FROM studio_events WHERE user_id = :id AND type = 'ONBOARDING_STEP_COMPLETED' ORDER BY label"
DEFAULT = "SELECT is_default FROM personas WHERE subject_id = :id"


async def did(studio: Studio, name: str, **wish: object) -> Json:
    """The onboarding that it answers."""
    answer = await studio.ask(OPERATIONS[name], input=wish)
    assert answer["errors"] == []
    assert answer["onboarding"] == (await studio.ask(OPERATIONS["Onboarding"]))["onboarding"]
    found: Json = answer["onboarding"]
    return found


def standing(onboarding: Json) -> tuple[int, str, str]:
    """Percent, the first letters of the steps' states, and of the parts'."""
    steps = onboarding["steps"]
    return (
        onboarding["percentComplete"],
        "".join(step["status"][0] for step in steps),
        "".join(part["status"][0] for part in steps[0]["parts"]),
    )


async def test_a_new_user_is_at_the_beginning(studio: Studio) -> None:
    viewer = await studio.ask(OPERATIONS["Onboarding"])

    assert standing(viewer["onboarding"]) == (0, "OLLLL", "OOOOO")
    current = viewer["onboarding"]["currentStep"]
    assert (current["key"], current["title"]) == ("complete_onboarding", "Complete onboarding")
    assert {part["completedAt"] for part in viewer["onboarding"]["steps"][0]["parts"]} == {None}
    assert viewer["displayName"] == studio.user.capitalize()
    assert viewer["profile"] == {
        "displayName": None, "occupation": None, "topics": [], "tone": None, "platforms": [], "avatar": None
    }  # fmt: skip
    assert viewer["linkedSocials"] == []


async def test_it_is_walked_step_by_step_and_nothing_that_goes_later_sends_anyone_back(
    studio: Studio, owner: Owner
) -> None:
    await did(studio, "ChoosePlatforms", platforms=["YOUTUBE_COMMUNITY", "X", "YOUTUBE_COMMUNITY"])
    await did(studio, "UpdateContentPreferences", topics=[" camping  gear ", "camping gear"], tone="CALM")
    named = await did(studio, "UpdateProfile", occupation="Reviewer")
    assert standing(named) == (12, "OLLLL", "DOODD")
    skipped = await did(studio, "SkipOnboardingPart", part="BRAND_IDENTITY")
    assert standing(skipped) == (16, "OLLLL", "DSODD")

    influencer = await owner.influencer_with_face(studio)
    faced = (await studio.ask(OPERATIONS["Onboarding"]))["onboarding"]
    assert standing(faced) == (40, "DSOLL", "DSDDD")
    assert (
        await owner.rows(EVENTS, id=user_id_of(studio.user)) == []
    )  # nobody has noticed yet: the face came by the back door
    reviewed = await did(studio, "ReviewAvatar", subjectId=influencer)
    assert standing(reviewed) == (60, "DSDOL", "DSDDD")
    branded = await studio.ask(OPERATIONS["UpdateBrand"], input={"voice": "Warm"})
    assert branded["errors"] == []
    linked = await did(studio, "LinkSocial", handle="https://www.youtube.com/@Mara")
    assert standing(linked) == (80, "DSDDO", "DDDDD")  # a brand after the first step asks for no review
    viewer = await studio.ask(OPERATIONS["Onboarding"])
    assert viewer["profile"]["topics"] == ["camping gear"]
    assert viewer["profile"]["platforms"] == ["YOUTUBE_COMMUNITY", "X"]
    assert viewer["profile"]["avatar"]["subject"]["id"] == influencer

    assert (await studio.ask(OPERATIONS["CreateProject"], **variables_of("CreateProject")))["errors"] == []
    (social,) = viewer["linkedSocials"]
    gone = await did(studio, "UnlinkSocial", linkedSocialId=social["id"])
    assert standing(gone) == (100, "DSDDD", "DDDDD")
    assert [step["stillHolds"] for step in gone["steps"]] == [True, True, True, False, True]
    assert gone["steps"][3]["completedAt"] == linked["steps"][3]["completedAt"]
    nothing = await did(studio, "UpdateProfile", occupation=None)
    assert standing(nothing) == (100, "DSDDD", "ODDDD")
    assert await owner.rows(EVENTS, id=user_id_of(studio.user)) == [
        ("complete_onboarding",), ("connect_socials",), ("review_avatar",), ("upload_first_video",)
    ]  # fmt: skip


async def test_a_brand_is_reviewed_and_its_deletion_sends_nobody_back(studio: Studio, owner: Owner) -> None:
    for part in ("CONTENT_PREFERENCES", "PLATFORMS"):
        await did(studio, "SkipOnboardingPart", part=part)
    await did(studio, "UpdateProfile", occupation="Cook")
    await owner.influencer_with_face(studio)
    assert (await studio.ask(OPERATIONS["UpdateBrand"], input={"voice": "Warm"}))["errors"] == []
    made = (await studio.ask(OPERATIONS["Onboarding"]))["onboarding"]
    assert standing(made) == (20, "DOLLL", "DDDSS")
    assert (await studio.ask(OPERATIONS["ConfirmBrand"], input={}))["errors"] == []
    assert await studio.ask(OPERATIONS["DeleteBrand"]) == {"deleted": True, "errors": []}
    gone = (await studio.ask(OPERATIONS["Onboarding"]))["onboarding"]
    assert standing(gone) == (40, "DDOLL", "DODSS")
    assert [step["stillHolds"] for step in gone["steps"]] == [False, False, True, True, True]


async def test_only_what_may_be_skipped_is_and_only_while_it_is_not_done(studio: Studio) -> None:
    needed = await studio.refusal(OPERATIONS["SkipOnboardingPart"], input={"part": "PROFILE"})
    assert (needed["__typename"], needed["path"]) == ("ValidationError", ["input", "part"])
    await did(studio, "ChoosePlatforms", platforms=["X"])
    done = await studio.refusal(OPERATIONS["SkipOnboardingPart"], input={"part": "PLATFORMS"})
    assert done["__typename"] == "ConflictError"
    once = await did(studio, "SkipOnboardingPart", part="CONTENT_PREFERENCES")
    assert await did(studio, "SkipOnboardingPart", part="CONTENT_PREFERENCES") == once
    assert standing(once) == (8, "OLLLL", "OOOSD")
    assert standing(await did(studio, "UpdateContentPreferences", tone="WARM")) == (8, "OLLLL", "OOODD")
    assert standing(await did(studio, "UpdateContentPreferences", tone=None)) == (8, "OLLLL", "OOOSD")


async def test_what_is_left_out_of_a_profile_stays_and_null_removes(studio: Studio) -> None:
    async def profile(name: str, **wish: object) -> Any:
        answer = await studio.ask(OPERATIONS[name], input=wish)
        return answer["profile"], (await studio.ask(OPERATIONS["Onboarding"]))["displayName"]

    said, shown = await profile("UpdateProfile", displayName="  Mara   Voss ", occupation="Cook")
    assert (said["displayName"], said["occupation"], shown) == ("Mara Voss", "Cook", "Mara Voss")
    said, shown = await profile("UpdateProfile", displayName=None)
    assert (said["displayName"], said["occupation"], shown) == (None, "Cook", studio.user.capitalize())
    said, _ = await profile("UpdateProfile", occupation="   ")
    assert said["occupation"] is None
    await profile("UpdateContentPreferences", topics=["a", "b"], tone="WARM")
    said, _ = await profile("UpdateContentPreferences", tone=None)
    assert (said["topics"], said["tone"]) == (["a", "b"], None)
    said, _ = await profile("UpdateContentPreferences", topics=None)
    assert said["topics"] == []


async def test_words_that_are_too_long_too_many_or_not_allowed_change_nothing(studio: Studio, owner: Owner) -> None:
    for name, wish, path in (
        ("UpdateProfile", {"displayName": "m" * 81}, ["displayName"]),
        ("UpdateProfile", {"occupation": "m" * 201}, ["occupation"]),
        ("UpdateContentPreferences", {"topics": ["m" * 61]}, ["topics", "0"]),
        ("UpdateContentPreferences", {"topics": [str(n) for n in range(11)]}, ["topics"]),
        ("UpdateContentPreferences", {"topics": ["camping", "naked teen"]}, ["topics", "1"]),
    ):
        refusal = await studio.refusal(OPERATIONS[name], input=wish)
        assert refusal["path"] == ["input", *path]
    assert refusal["__typename"] == "ContentPolicyError"
    assert await owner.value("SELECT count(*) FROM profiles") == 0
    (decision,) = await owner.rows("SELECT operation, field, outcome FROM safety_decisions")
    assert decision == ("updateContentPreferences", "topics.1", "REFUSED")


async def test_an_avatar_is_a_subject_with_a_face_and_a_picture_of_its_own(studio: Studio, owner: Owner) -> None:
    faceless, other = await studio.influencer(), await owner.influencer_with_face(studio)
    mine, foreign = await owner.influencer_with_face(studio), await owner.influencer_with_face(studio.another())
    (picture,) = await owner.give_images(studio, mine, 1)
    for wish, code in (
        ({"subjectId": faceless}, "CONFLICT"),
        ({"subjectId": foreign}, "NOT_FOUND"),
        ({"subjectId": other, "imageId": picture}, "INVALID_INPUT"),
        ({"subjectId": global_id("Persona", parse_id(foreign)[1])}, "NOT_FOUND"),
    ):
        assert (await studio.refusal(OPERATIONS["ReviewAvatar"], input=wish))["code"] == code
    await did(studio, "ReviewAvatar", subjectId=mine, imageId=picture)
    avatar = (await studio.ask(OPERATIONS["Onboarding"]))["profile"]["avatar"]
    assert (avatar["subject"]["id"], avatar["image"]["id"]) == (mine, picture)
    await did(studio, "ReviewAvatar", subjectId=other)
    avatar = (await studio.ask(OPERATIONS["Onboarding"]))["profile"]["avatar"]
    assert (avatar["subject"]["id"], avatar["image"]) == (other, None)

"""`linkSocial`, `updateSocial`, `unlinkSocial`, `viewer.linkedSocials`."""

from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.studio import Json, Studio

OPERATIONS = operations()
LINK, UPDATE, UNLINK = (OPERATIONS[name] for name in ("LinkSocial", "UpdateSocial", "UnlinkSocial"))


async def link(studio: Studio, handle: str, network: str | None = None) -> Json:
    answer = await studio.ask(LINK, input={"handle": handle, "network": network})
    assert answer["errors"] == []
    found: Json = answer["linkedSocial"]
    return found


async def linked(studio: Studio) -> list[str]:
    return [one["url"] for one in (await studio.ask(OPERATIONS["Onboarding"]))["linkedSocials"]]


async def test_accounts_are_linked_corrected_and_forgotten(studio: Studio, owner: Owner) -> None:
    tube = await link(studio, "https://m.youtube.com/@MaraVoss/videos")
    assert (tube["network"], tube["handle"]) == ("YOUTUBE", "MaraVoss")
    gram = await link(studio, "@Mara.Voss", "INSTAGRAM")
    assert await linked(studio) == ["https://www.youtube.com/@MaraVoss", "https://www.instagram.com/mara.voss/"]

    changed = await studio.ask(UPDATE, input={"linkedSocialId": gram["id"], "handle": "mara_voss"})
    assert changed["linkedSocial"] == {**gram, "handle": "mara_voss", "url": "https://www.instagram.com/mara_voss/"}
    moved = await studio.ask(UPDATE, input={"linkedSocialId": gram["id"], "handle": "x.com/MaraVoss"})
    assert (moved["linkedSocial"]["network"], moved["linkedSocial"]["id"]) == ("X", gram["id"])
    assert (await studio.ask(OPERATIONS["Node"], id=gram["id"]))["__typename"] == "LinkedSocial"

    assert (await studio.ask(UNLINK, input={"linkedSocialId": gram["id"]}))["errors"] == []
    assert await linked(studio) == ["https://www.youtube.com/@MaraVoss"]
    assert await owner.rows("SELECT network, handle FROM linked_socials ORDER BY linked_at") == [
        ("YOUTUBE", "MaraVoss"), ("X", None)
    ]  # fmt: skip
    assert (await studio.refusal(UNLINK, input={"linkedSocialId": gram["id"]}))["code"] == "NOT_FOUND"
    assert await studio.ask(OPERATIONS["Node"], id=gram["id"]) is None
    assert (await link(studio, "@MaraVoss", "X"))["id"] != gram["id"]


async def test_what_cannot_be_linked_says_what_can(studio: Studio) -> None:
    await link(studio, "https://www.facebook.com/Mara.Voss")
    for wish, code, path, said in (
        (
            {"handle": "mara voss", "network": "X"},
            "HANDLE_INVALID",
            "handle",
            "1 to 15 letters, digits and underscores",
        ),
        ({"handle": "@mara"}, "HANDLE_INVALID", "network", "paste the address"),
        (
            {"handle": "maravoss", "network": "FACEBOOK"},
            "SOCIAL_DUPLICATE",
            "handle",
            "Mara.Voss on Facebook is linked already.",
        ),
    ):
        refusal = await studio.refusal(LINK, input=wish)
        assert (refusal["__typename"], refusal["code"]) == ("ValidationError", code)
        assert refusal["path"] == ["input", path]
        assert said in refusal["message"]
    again = await link(studio, "@mara", "X")
    theirs = await link(studio.another(), "@mara", "X")
    for id_, code in ((theirs["id"], "NOT_FOUND"), (again["id"], "SOCIAL_DUPLICATE")):
        wish = {"linkedSocialId": id_, "handle": "mara.voss", "network": "FACEBOOK"}
        assert (await studio.refusal(UPDATE, input=wish))["code"] == code
    assert len(await linked(studio)) == 2


async def test_there_are_twenty_at_the_most(studio: Studio) -> None:
    for number in range(20):
        await link(studio, f"mara{number}", "X")
    refusal = await studio.refusal(LINK, input={"handle": "one_more", "network": "X"})
    assert (refusal["__typename"], refusal["code"]) == ("LimitReachedError", "LIMIT_REACHED")

"""Every operation that clients send, one after the other, with its example variables: the main job as a frontend does it."""

from typing import Any

from app.worker import RunningWorker
from db.engine import Database
from db.metrics import SqlMetrics
from tests.support.operations import kind_of, operations, variables_of
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import Json, Studio

OPERATIONS = operations()
KINDS = (
    ("CharacterSheet", 70, 7),
    ("Headshots", 160, 4),
    ("Variations", 160, 4),
    ("Inpaint", 20, 1),
    ("Edit", 80, 1),
)
"""What the examples of their variables cost, and how many images they ask for."""
OTHERS = (
    {"QuoteTraining", "StartTraining", "CancelTraining", "UpdateLoraSettings", "TrainingProgress"}
    | {"DeleteLoraModel", "QuoteAutomaticTraining", "DeleteInfluencer"}
    | {"ConsentText", "GiveConsent", "WithdrawConsent", "CreatePersona", "AddPersonaPhotos"}
    | {"AnalyzePersona", "Persona"}
    | {"QuoteThumbnail", "QuoteThumbnails", "StartThumbnail", "StartThumbnails", "RefineThumbnail", "FinalizeThumbnail"}
    | {"CompareThumbnails", "ThumbnailThreads", "ThumbnailPreview"}
    | {"SocialPlatforms", "QuoteSocialGraphics", "StartSocialGraphics", "SocialGraphics"}
    | {"StartExport", "ExportProgress", "Export", "Exports"}
    | {"QuotePortraits", "StartPortraits", "RegenerateImage", "StartPreviewSamples", "ReviewPreviewSamples"}
    | {
        "Onboarding",
        "UpdateProfile",
        "UpdateContentPreferences",
        "ChoosePlatforms",
        "SkipOnboardingPart",
        "ReviewAvatar",
    }
    | {"LinkSocial", "UpdateSocial", "UnlinkSocial"}
    | {"StartDisplaySamples", "StartPersonaTraining"}
    | {"CreateProject", "UpdateProject", "AddProjectStills", "RemoveProjectStills", "AnalyzeProject", "ProjectProgress"}
    | {"Project", "Projects", "DeleteProject", "QuoteContentSet", "CreateContentSet", "CancelContentSet", "ContentSet"}
    | {"ContentSets", "ContentSetProgress"}
    | {
        "Brand",
        "UpdateBrand",
        "DeleteBrand",
        "BrandQuestions",
        "BrandDraft",
        "ReadBrand",
        "AnswerBrandQuestions",
        "ConfirmBrand",
    }
    | {
        "Notifications",
        "MarkNotificationsRead",
        "DismissNotifications",
        "NotificationAdded",
        "ViewerEvents",
        "StudioEvents",
    }
    | {"Catalogue", "StudioChoices", "QuoteBaseImages", "RequestUploads", "CheckUploads"}
    | {f"{verb}{kind}" for verb in ("Quote", "Start") for kind, _, _ in KINDS}
)
"""Documents that the main job does not send; they have tests of their own, below or by the name of what they ask for."""


class Client:
    """Sends the documents as they stand, and notes which were sent."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.sent: set[str] = set()

    async def send(self, name: str, **ids: str) -> Json:
        value = await self.ask(name, **ids)
        assert isinstance(value, dict)
        assert value.get("errors", []) == []
        return value

    async def ask(self, name: str, **ids: str) -> Any:
        self.sent.add(name)
        answer = await self._studio.post(OPERATIONS[name], variables_of(name, **ids))
        assert "errors" not in answer, answer["errors"]
        (value,) = answer["data"].values()
        return value

    async def watch(self, name: str, *, events: int | None = None, **ids: str) -> list[Json]:
        """All events, or the first few."""
        self.sent.add(name)
        found: list[Json] = []
        async with self._studio.socket() as socket:
            async for event in socket.events(OPERATIONS[name], **variables_of(name, **ids)):
                found.append(event)
                if len(found) == events:
                    break
        return found


async def test_the_contract_runs_from_end_to_end(
    studio: Studio, quick_worker: RunningWorker, quick_images: QuickImages, owner: Owner, worker_database: Database
) -> None:
    client = Client(studio)
    viewer = (await client.send("Viewer"))["creditBalance"]
    assert viewer == {"available": 100, "reserved": 0, "total": 100}

    influencer = (await client.send("CreateInfluencer"))["influencer"]
    assert influencer["appearance"]["hairStyle"] == "long_wavy"
    assert (influencer["defaultOutfit"], influencer["loraStatus"]) == ("STREETWEAR", "NONE")
    subject = influencer["id"]

    base = (await client.send("StartBaseImages", influencer_id=subject))["job"]
    assert (base["kind"], base["imageCount"], base["creditsReserved"]) == ("BASE_IMAGES", 3, 30)
    await studio.ended(base["id"])
    portraits = (await client.send("Job", job_id=base["id"]))["images"]["edges"]
    chosen = portraits[1]["node"]["id"]
    assert (await client.send("ChooseBaseImage", influencer_id=subject, image_id=chosen))["influencer"]["baseImage"][
        "id"
    ] == chosen

    quote = await client.send("QuotePack", influencer_id=subject)
    assert quote == {
        "credits": 50,
        "perImage": 10,
        "imageCount": 5,
        "available": 70,
        "isAffordable": True,
        "mode": "FACE_SWAP",
    }

    quick_images.failing_poses = {3}
    job = (await client.send("StartPack", influencer_id=subject))["job"]
    assert job["subject"] == {"__typename": "Influencer", "id": subject, "name": "Mara Voss"}
    events = await client.watch("JobProgress", job_id=job["id"])
    assert events[-1]["job"]["status"] == "PARTIAL"
    assert events[-1]["job"]["failedCount"] == 1

    quick_images.failing_poses = set()
    quick_images.hold()
    again = (await client.send("RetryJob", job_id=job["id"]))["job"]
    assert (again["status"], again["completedCount"], again["creditsReserved"]) == ("QUEUED", 4, 10)
    cancelled = (await client.send("CancelJob", job_id=job["id"]))["job"]
    assert (cancelled["status"], cancelled["creditsReserved"], cancelled["creditsCaptured"]) == ("CANCELLED", 0, 40)
    quick_images.let_go()

    gallery = (await client.send("Gallery"))["images"]["edges"]
    assert sorted(edge["node"]["seed"] for edge in gallery) == [42, 43, 44, 46]
    assert {edge["node"]["job"]["id"] for edge in gallery} == {job["id"]}
    liked = await client.send("LikeImages", image_id=gallery[0]["node"]["id"])
    assert liked["images"] == [{"id": gallery[0]["node"]["id"], "liked": True}]

    image = gallery[0]["node"]["id"]
    assert (await client.send("RecordDownload", image_id=image))["image"] == {"id": image, "downloadCount": 1}
    (saved,) = await client.ask("Downloads", image_id=image)
    assert saved["downloadUrl"].startswith(f"{studio.url}/files/images/")
    lineage = await client.send("Lineage", image_id=image)
    assert (lineage["source"], lineage["edits"]) == (None, {"edges": []})
    manifest = lineage["provenance"].pop("manifestUrl")
    assert manifest.startswith(f"{studio.url}/manifests/images/")
    assert lineage["provenance"] == {"isAiGenerated": True, "generator": "quick/quick-1"}
    archive = (await client.send("RequestArchive", image_id=image))["archive"]
    while archive["status"] != "READY":
        archive = await client.send("Archive", archive_id=archive["id"])
    assert (archive["percent"], archive["packedCount"]) == (100, 1)
    archives = (await client.send("Archives"))["archives"]["edges"]
    assert [edge["node"]["id"] for edge in archives] == [archive["id"]]
    assert (await client.send("DeleteImages", image_id=image))["deletedIds"] == [image]
    assert len((await client.send("Gallery"))["images"]["edges"]) == 3
    assert (await client.send("RestoreImages", image_id=image))["images"] == [{"id": image}]

    found = await client.send("Influencer", influencer_id=subject)
    assert (found["baseImage"]["id"], found["loraModel"], found["loraHistory"]) == (chosen, None, {"edges": []})
    assert await client.send("Node", influencer_id=subject) == {"__typename": "Influencer", "id": subject}

    history = (await client.send("CreditHistory"))["creditTransactions"]["edges"]
    assert [edge["node"]["type"] for edge in reversed(history)].count("CAPTURE") == 7
    assert (history[0]["node"]["availableAfter"], history[0]["node"]["reservedAfter"]) == (30, 0)
    assert await client.watch("CreditBalanceChanged", events=1) == [{"available": 30, "reserved": 0, "total": 30}]

    standing = await client.send("AdultContent")
    assert (standing["ageAssurance"], standing["adultContent"]["allowed"]) == ("NONE", False)
    assert [lacking["code"] for lacking in standing["adultContent"]["unmet"]] == [
        "DEPLOYMENT",
        "ACQUIRER",
        "DETECTOR",
        "REGION",
        "ASSURANCE",
        "OPT_IN",
    ]
    assert (await client.send("SetAdultContent"))["adultContent"]["optedIn"] is False

    assert (await client.send("RecordEvents", influencer_id=subject))["recordedCount"] == 2
    assert await SqlMetrics(worker_database).count_everyone() > 0
    studio.is_admin = True
    figures = await client.send("StudioMetrics")
    assert (figures["studioOpens"], figures["costs"]["creditsCaptured"]) == (1, 70)

    assert client.sent | OTHERS == set(OPERATIONS)
    assert await owner.violations() == []


async def test_the_catalogue_is_served_to_anyone(studio: Studio) -> None:
    answer = await studio.post(OPERATIONS["Catalogue"], token="")
    found = {name: len(values) for name, values in answer["data"].items()}
    assert found == {
        "scenePresets": 8,
        "environmentPresets": 7,
        "outfitPresets": 20,
        "baseModels": 4,
        "photoGuidelines": len(answer["data"]["photoGuidelines"]),
        "creditPackages": 3,
    }
    assert found["photoGuidelines"] >= 6
    assert {(m["key"], m["loraBaseCredits"], m["loraCreditsPerImage"]) for m in answer["data"]["baseModels"]} == {
        ("Z_IMAGE_TURBO", 15_000, 1_000),
        ("FLUX_DEV", 25_000, 1_000),
        ("ONE_2_1", 25_000, 1_000),
        ("ONE_2_2", 25_000, 1_000),
    }


def test_every_example_of_variables_belongs_to_an_operation() -> None:
    with_variables = {name for name in OPERATIONS if "$" in OPERATIONS[name]}
    assert {name for name in OPERATIONS if variables_of(name)} == with_variables
    assert {kind_of(document) for document in OPERATIONS.values()} == {"query", "mutation", "subscription"}

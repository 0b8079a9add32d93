"""What a worker is asked for: sizes, names, words, pictures."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import ExifTags, Image

from domain.errors import ProviderRequestInvalid
from domain.images.picture import Picture
from domain.models.model import Sizes
from domain.models.registry import FLUX_SIZES
from domain.ports.image_provider import RenderRequest
from domain.presets.formats import SIZES
from providers.runpod.sizes import size_to_make
from providers.runpod.uploads import Frame
from providers.runpod.worker_request import result_frame, result_name, worker_request
from providers.runpod.workflows.files import WorkerFiles
from tests.support.emulators.comfy_validation import Server, strict
from tests.support.emulators.comfy_worker import FOLDERS
from tests.support.render_requests import LORA, a_picture, a_render_request

FACE = a_picture(80, 80, "red")
REQUESTS: dict[str, RenderRequest] = {
    "z-image": a_render_request(model="runpod/z-image-turbo"),
    "flux": a_render_request(),
    "pulid": a_render_request(model="runpod/flux-pulid", references=(FACE,)),
    "sheet": a_render_request(model="runpod/flux-sheet", references=(FACE, a_picture())),
    "fill": a_render_request(model="runpod/flux-fill", references=(FACE,), mask=a_picture(80, 80, "white", mode="L")),
}


def built(request: RenderRequest, **files: Any) -> dict[str, Any]:
    return worker_request(request, WorkerFiles(**files)).as_json()


def nodes(request: RenderRequest, class_type: str, **files: Any) -> list[dict[str, Any]]:
    workflow = built(request, **files)["workflow"]
    return [node["inputs"] for node in workflow.values() if node["class_type"] == class_type]


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        ((1024, 1024), (1024, 1024)),
        ((768, 1365), (768, 1376)),
        ((819, 1228), (832, 1232)),
        ((100, 100), (256, 256)),
        ((4096, 2048), (2048, 1024)),
        ((2040, 2040), (2048, 2048)),
        ((8000, 100), (2048, 256)),
    ],
)
def test_sizes_cover_the_wish_as_far_as_the_model_goes(asked: tuple[int, int], made: tuple[int, int]) -> None:
    assert size_to_make(*asked, FLUX_SIZES) == made


def test_a_limit_of_pixels_keeps_the_proportions() -> None:
    assert size_to_make(2000, 1000, Sizes(multiple_of=16, most_pixels=500_000)) == (1008, 512)


@pytest.mark.parametrize("ratio", SIZES)
def test_studio_sizes_are_never_enlarged_nor_much_too_large(ratio: str) -> None:
    size = next(size for key, size in SIZES.items() if key == ratio)
    (latent,) = nodes(a_render_request(width=size.width, height=size.height), "EmptySD3LatentImage")
    assert 0 <= latent["width"] - size.width < 16
    assert 0 <= latent["height"] - size.height < 16
    assert (latent["width"] % 16, latent["height"] % 16) == (0, 0)


@pytest.mark.parametrize(
    ("workflow", "with_lora"),
    [*((name, False) for name in REQUESTS), *((name, True) for name in REQUESTS if name != "fill")],
)
def test_every_workflow_is_what_a_server_takes(workflow: str, with_lora: bool) -> None:
    request = REQUESTS[workflow]
    body = built(replace(request, loras=(LORA,) if with_lora else ()))
    server = Server(
        folders={**FOLDERS, "loras": {LORA.file_name}}, inputs={image["name"] for image in body.get("images", ())}
    )
    assert strict(body["workflow"], server) == []
    classes = [node["class_type"] for node in body["workflow"].values()]
    assert classes.count("SaveImage") == 1
    assert [name for name in classes if name.startswith("Lora")] == (
        [] if not with_lora else ["LoraLoaderModelOnly"] if workflow == "z-image" else ["LoraLoader"]
    )


def test_z_image_has_its_own_steps_and_flux_those_asked_for() -> None:
    asked = {name: nodes(replace(request, steps=40), "KSampler")[0]["steps"] for name, request in REQUESTS.items()}
    assert asked == {"z-image": 9, "flux": 40, "pulid": 40, "sheet": 40, "fill": 40}


def test_a_lora_is_between_the_weights_and_the_face() -> None:
    workflow = built(replace(REQUESTS["pulid"], loras=(LORA,)))["workflow"]
    by_class = {node["class_type"]: (node_id, node["inputs"]) for node_id, node in workflow.items()}
    lora, face = by_class["LoraLoader"], by_class["ApplyPulidFlux"]
    assert face[1]["model"] == [lora[0], 0]
    assert by_class["CLIPTextEncode"][1]["clip"] == [lora[0], 1]
    assert by_class["KSampler"][1]["model"] == [face[0], 0]


def test_a_sheet_follows_its_pose_and_gives_it_the_vae() -> None:
    workflow = built(REQUESTS["sheet"])["workflow"]
    by_class = {node["class_type"]: (node_id, node["inputs"]) for node_id, node in workflow.items()}
    apply_id, apply = by_class["ControlNetApplyAdvanced"]
    assert workflow[apply["image"][0]]["_meta"] == {"title": "Pose"}
    assert apply["vae"] == [by_class["VAELoader"][0], 0]
    assert (apply["strength"], apply["end_percent"]) == (0.9, 0.65)
    assert by_class["KSampler"][1]["positive"] == [apply_id, 0]
    assert by_class["KSampler"][1]["negative"] == [apply_id, 1]


def test_one_file_of_weights_takes_the_place_of_three() -> None:
    (checkpoint,) = nodes(REQUESTS["flux"], "CheckpointLoaderSimple", flux_checkpoint="one.safetensors")
    assert checkpoint == {"ckpt_name": "one.safetensors"}
    assert nodes(REQUESTS["flux"], "VAELoader", flux_checkpoint="one.safetensors") == []


def test_the_mask_is_grown_only_where_the_deployment_says_so() -> None:
    assert nodes(REQUESTS["fill"], "GrowMask") == []
    (grown,) = nodes(REQUESTS["fill"], "GrowMask", mask_growth=8)
    assert (grown["expand"], grown["tapered_corners"]) == (8, True)


def test_triggers_stand_first_and_only_once() -> None:
    said = a_render_request(loras=(LORA,), prompt="ohwx woman, a portrait")
    forgot = a_render_request(loras=(LORA,), prompt="ohwx womanly, a portrait")
    assert nodes(said, "CLIPTextEncode")[0]["text"] == "ohwx woman, a portrait"
    assert nodes(forgot, "CLIPTextEncode")[0]["text"] == "ohwx woman, ohwx womanly, a portrait"


def test_without_loras_is_the_same_wish_without_its_trigger() -> None:
    plain = a_render_request(model="runpod/z-image-turbo", prompt="a portrait")
    asked = replace(plain, loras=(LORA,), prompt="ohwx woman, a portrait")
    assert asked.without_loras() == plain
    assert plain.without_loras() == plain
    assert built(asked.without_loras()) == built(plain)


def test_names_tell_attempts_and_seeds_apart() -> None:
    one, again = a_render_request(), a_render_request(attempt_key="image-1:1:2")
    first, second = (nodes(request, "SaveImage")[0]["filename_prefix"] for request in (one, again))
    assert first != second
    assert first.startswith("likeness-seed42-")
    assert result_name(one) == result_name(again) == "likeness-seed42-"
    names = {
        image["name"]
        for key in ("a/b:1:1", "a/b:1:2")
        for workflow in ("pulid", "sheet", "fill")
        for image in built(replace(REQUESTS[workflow], attempt_key=f"{workflow}{key}"))["images"]
    }
    assert len(names) == 10
    assert not any("/" in name for name in names)


@pytest.mark.parametrize(
    ("request_", "detail"),
    [
        (replace(REQUESTS["flux"], references=(FACE,)), "runpod/flux-dev takes 0 to 0 references"),
        (replace(REQUESTS["sheet"], references=(FACE,)), "runpod/flux-sheet takes 2 to 2 references"),
        (replace(REQUESTS["fill"], mask=None), "runpod/flux-fill needs a mask"),
        (replace(REQUESTS["flux"], mask=FACE), "runpod/flux-dev takes no mask"),
        (replace(REQUESTS["fill"], loras=(LORA,)), "runpod/flux-fill takes 0 LoRAs"),
        (replace(REQUESTS["flux"], loras=(LORA, LORA)), "runpod/flux-dev takes 1 LoRAs"),
        (replace(REQUESTS["flux"], width=0), "runpod/flux-dev needs a size"),
        (replace(REQUESTS["flux"], model="local/sketch"), "local/sketch is not RunPod's"),
        (replace(REQUESTS["flux"], model="nothing"), "no such model"),
        (
            replace(REQUESTS["flux"], steps=0),
            "flux: steps must be a whole number from 1 to 10000.",
        ),
        (
            replace(REQUESTS["flux"], loras=(replace(LORA, file_name="../x"),)),
            "flux: lora_name must name a file below its folder.",
        ),
        (replace(REQUESTS["pulid"], references=(Picture(b"GIF89a", "image/gif"),)), "reference_unreadable"),
        (replace(REQUESTS["pulid"], references=(Picture(FACE.data[:60], "image/png"),)), "reference_unreadable"),
    ],
)
def test_what_cannot_be_made_is_refused_before_it_is_sent(request_: RenderRequest, detail: str) -> None:
    with pytest.raises(ProviderRequestInvalid) as raised:
        worker_request(request_, WorkerFiles())
    assert raised.value.detail == detail


def uploaded(request: RenderRequest) -> dict[str, Image.Image]:
    uploads = worker_request(request, WorkerFiles()).uploads
    return {u.name.split("-")[-1]: Image.open(BytesIO(u.data)) for u in uploads}


def test_a_face_is_upright_small_and_tells_nothing_of_its_camera() -> None:
    photo = Image.new("RGB", (3000, 1500), "red")
    photo.paste("blue", (0, 0, 1500, 1500))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # turned to the right
    exif[ExifTags.Base.Make] = "Camera"
    file = BytesIO()
    photo.save(file, "JPEG", exif=exif)
    face = uploaded(replace(REQUESTS["pulid"], references=(Picture(file.getvalue(), "image/jpeg"),)))["face.jpg"]
    assert face.size == (512, 1024)
    assert face.getexif() == {}
    assert [round(c / 16) for c in face.getpixel((256, 100))] == [0, 0, 16]  # type: ignore[union-attr]


def test_a_pose_keeps_its_colours_exactly() -> None:
    pose = uploaded(replace(REQUESTS["sheet"], references=(FACE, a_picture(50, 70, "#ff5500"))))["pose.png"]
    assert (pose.size, pose.getpixel((3, 3))) == ((50, 70), (255, 85, 0))


def test_a_source_is_widened_by_its_edge_and_its_mask_by_black() -> None:
    request = replace(
        REQUESTS["fill"], references=(a_picture(819, 1228, "#102030"),), mask=a_picture(819, 1228, "white", mode="L")
    )
    pictures = uploaded(request)
    source, mask = pictures["source.png"], pictures["mask.png"]
    assert (source.size, mask.size) == ((832, 1232), (832, 1232))
    assert source.getpixel((831, 1231)) == (0x10, 0x20, 0x30)
    assert [mask.getpixel(at) for at in ((818, 1227), (819, 1227), (818, 1228))] == [255, 0, 0]
    assert result_frame(request) == Frame(819, 1228, 832, 1232)


def test_a_source_beyond_the_model_is_made_smaller_with_its_mask() -> None:
    request = replace(
        REQUESTS["fill"], references=(a_picture(4000, 1000),), mask=a_picture(400, 100, "white", mode="L")
    )
    assert result_frame(request) == Frame(2048, 512, 2048, 512)
    assert {picture.size for picture in uploaded(request).values()} == {(2048, 512)}


def test_noise_becomes_small_enough_for_the_body() -> None:
    noise = Image.effect_noise((2048, 2048), 90).convert("RGB")
    file = BytesIO()
    noise.save(file, "PNG")
    picture = Picture(file.getvalue(), "image/png")
    request = replace(REQUESTS["fill"], references=(picture,), mask=picture)
    assert sum(len(u.data) for u in worker_request(request, WorkerFiles()).uploads) < 7_000_000

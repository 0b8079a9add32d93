"""One wish for every combination that makes a graph of its own, on made-up pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from domain.images.picture import Picture
from domain.influencers.appearance import Appearance, Gender, Style
from domain.models.model import Ability, Model, Provider
from domain.models.registry import IMAGE_MODELS
from domain.ports.image_provider import Look, LoraUse, RenderRequest
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import ASPECT_RATIOS, SIZES, STEPS, AspectRatio, Quality
from domain.presets.models import BaseModel
from domain.prompts.build import build_negative_prompt, build_prompt
from providers.runpod.workflows.files import WorkerFiles

LOOK = Look(
    appearance=Appearance(
        style=Style.REALISTIC,
        gender=Gender.FEMALE,
        age=27,
        ethnicity="mediterranean",
        hair_color="auburn",
        hair_style="long_wavy",
        eye_color="green",
        body_type="athletic",
    ),
    identity_seed=7,
)
TRIGGER = "dnrs woman"
LORA_FILES = {
    BaseModel.Z_IMAGE_TURBO: "denrisi_z_image.safetensors",
    BaseModel.FLUX_DEV: "denrisi_flux.safetensors",
}
FIRST_SEED = 1000
USUAL = WorkerFiles()
CHECKPOINT = WorkerFiles(flux_checkpoint="flux1-dev-fp8.safetensors")
GROWN_MASK = WorkerFiles(mask_growth=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    model: Model
    aspect_ratio: AspectRatio
    quality: Quality | None
    """None where the workflow has its own number of steps."""
    variant: str
    files: WorkerFiles
    request: RenderRequest

    @property
    def file_name(self) -> str:
        parts = (
            self.model.endpoint,
            self.variant,
            "lora" if self.request.loras else "",
            self.aspect_ratio.lower().replace("_", "-"),
            self.quality.lower() if self.quality else "",
        )
        return f"{'-'.join(filter(None, parts))}.json"

    @property
    def what(self) -> str:
        with_lora = " with a LoRA" if self.request.loras else ""
        return f"{self.model.label.removesuffix(' on your RunPod endpoint')}{with_lora}: {min(self.model.abilities)}"


def all_samples() -> Iterator[Sample]:
    """In one order, each with a seed of its own."""
    seed = FIRST_SEED
    for model, variant, files in _setups():
        for with_lora in (False, True)[: 1 + min(model.most_loras, 1)]:
            for ratio in ASPECT_RATIOS:
                for quality in _qualities(model):
                    yield _sample(model, variant, files, ratio, quality, with_lora=with_lora, seed=seed)
                    seed += 1


def _setups() -> Iterator[tuple[Model, str, WorkerFiles]]:
    """Each model as it usually is, then with what else a deployment can set."""
    for model in IMAGE_MODELS:
        if model.provider is not Provider.RUNPOD:
            continue
        yield model, "", USUAL
        if model.masks:
            yield model, "grown-mask", GROWN_MASK
        elif model.family is BaseModel.FLUX_DEV:
            yield model, "checkpoint", CHECKPOINT


def _qualities(model: Model) -> tuple[Quality | None, ...]:
    return (None,) if model.family is BaseModel.Z_IMAGE_TURBO else tuple(Quality)


def _sample(
    model: Model,
    variant: str,
    files: WorkerFiles,
    ratio: AspectRatio,
    quality: Quality | None,
    *,
    with_lora: bool,
    seed: int,
) -> Sample:
    size = SIZES[ratio]
    prompt = build_prompt(
        LOOK.appearance, outfit=Outfit.STREETWEAR, environment=Environment.CAFE, scene=Scene.CANDID_LIFESTYLE
    )
    request = RenderRequest(
        attempt_key=f"sample:{seed}",
        model=model.key,
        ability=min(model.abilities),
        prompt=f"{TRIGGER}, {prompt}" if with_lora else prompt,
        negative_prompt=build_negative_prompt(None),
        width=size.width,
        height=size.height,
        steps=STEPS[quality or Quality.DRAFT],
        seed=seed,
        look=LOOK,
        scene=Scene.CANDID_LIFESTYLE,
        environment=Environment.CAFE,
        outfit=Outfit.STREETWEAR,
        pose=0,
        references=_references(model, size.width, size.height),
        mask=_mask(size.width, size.height) if model.masks else None,
        loras=_loras(model) if with_lora else (),
    )
    return Sample(model=model, aspect_ratio=ratio, quality=quality, variant=variant, files=files, request=request)


def _loras(model: Model) -> tuple[LoraUse, ...]:
    if model.family is None:
        return ()
    return (LoraUse(url=None, file_name=LORA_FILES[model.family], trigger=TRIGGER),)


def _references(model: Model, width: int, height: int) -> tuple[Picture, ...]:
    if Ability.SHEET in model.abilities:
        return _face(), _pose(width, height)
    if Ability.FACE in model.abilities:
        return (_face(),)
    return (_scenery(width, height),) if model.masks else ()


def _face() -> Picture:
    image = Image.new("RGB", (256, 256), (196, 202, 208))
    pen = ImageDraw.Draw(image)
    pen.ellipse((68, 40, 188, 208), fill=(222, 184, 160))
    pen.ellipse((98, 104, 114, 116), fill=(60, 80, 60))
    pen.ellipse((142, 104, 158, 116), fill=(60, 80, 60))
    pen.arc((104, 140, 152, 180), 20, 160, fill=(150, 60, 60), width=5)
    return _png(image)


def _pose(width: int, height: int) -> Picture:
    """A standing figure in the colours of an OpenPose skeleton."""
    image = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(image)
    bones = (
        (0.50, 0.22, 0.40, 0.22, (255, 0, 0)),
        (0.50, 0.22, 0.60, 0.22, (255, 85, 0)),
        (0.40, 0.22, 0.34, 0.40, (255, 170, 0)),
        (0.60, 0.22, 0.66, 0.40, (170, 255, 0)),
        (0.50, 0.22, 0.45, 0.52, (0, 255, 0)),
        (0.50, 0.22, 0.55, 0.52, (0, 255, 255)),
        (0.45, 0.52, 0.44, 0.90, (0, 255, 85)),
        (0.55, 0.52, 0.56, 0.90, (0, 170, 255)),
        (0.50, 0.22, 0.50, 0.10, (0, 0, 255)),
    )
    for left, top, right, bottom, colour in bones:
        pen.line((left * width, top * height, right * width, bottom * height), fill=colour, width=10)
    return _png(image)


def _scenery(width: int, height: int) -> Picture:
    image = Image.new("RGB", (width, height), (150, 190, 220))
    ImageDraw.Draw(image).rectangle((0, height * 2 // 3, width, height), fill=(90, 120, 80))
    return _png(image)


def _mask(width: int, height: int) -> Picture:
    image = Image.new("L", (width, height))
    ImageDraw.Draw(image).ellipse((width // 4, height // 3, width * 3 // 4, height * 2 // 3), fill=255)
    return _png(image)


def _png(image: Image.Image) -> Picture:
    file = BytesIO()
    image.save(file, "PNG")
    return Picture(file.getvalue(), "image/png")

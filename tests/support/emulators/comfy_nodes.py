"""ComfyUI's node classes as a server of version 0.8.0 (January 2026) knows them, with the packs our workflows may use.

Each input as the server checks it. Steps and usual values are left out: it neither enforces the one nor fills in the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Linked:
    """An output of another node, of this type."""

    type: str


@dataclass(frozen=True, slots=True)
class Whole:
    least: int
    most: int
    type: str = "INT"


@dataclass(frozen=True, slots=True)
class Number:
    least: float
    most: float
    type: str = "FLOAT"


@dataclass(frozen=True, slots=True)
class Text:
    type: str = "STRING"


@dataclass(frozen=True, slots=True)
class Flag:
    type: str = "BOOLEAN"


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[str, ...]
    type: str = "COMBO"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A choice among the files in a folder of models, as they are now."""

    folder: str
    type: str = "COMBO"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file in the input folder, looked for by the node itself."""

    type: str = "COMBO"


Kind = Linked | Whole | Number | Text | Flag | Choice | ModelFile | InputFile


@dataclass(frozen=True, slots=True)
class NodeClass:
    outputs: tuple[str, ...]
    required: Mapping[str, Kind] = field(default_factory=dict)
    optional: Mapping[str, Kind] = field(default_factory=dict)
    is_output: bool = False
    pack: str = ""


def choice(options: str) -> Choice:
    """Separated by `|`."""
    return Choice(tuple(options.split("|")))


MODEL, CLIP, VAE = Linked("MODEL"), Linked("CLIP"), Linked("VAE")
CONDITIONING, LATENT = Linked("CONDITIONING"), Linked("LATENT")
IMAGE, MASK = Linked("IMAGE"), Linked("MASK")
CONTROL_NET, MODEL_PATCH = Linked("CONTROL_NET"), Linked("MODEL_PATCH")

SEED = Whole(0, 2**64 - 1)
STEPS = Whole(1, 10000)
SIDE = Whole(16, 16384)
UNIT = Number(0, 1)
HUNDRED = Number(0, 100)
LORA_STRENGTH = Number(-100, 100)
FACE_WEIGHT = Number(-1, 5)
TEXT_ENCODER = ModelFile("text_encoders")
DEVICE = choice("default|cpu")
ON_OFF = choice("enable|disable")
RESOLUTION = Whole(64, 16384)

SAMPLERS = choice(
    "euler|euler_cfg_pp|euler_ancestral|euler_ancestral_cfg_pp|heun|heunpp2|exp_heun_2_x0|exp_heun_2_x0_sde|dpm_2|"
    "dpm_2_ancestral|lms|dpm_fast|dpm_adaptive|dpmpp_2s_ancestral|dpmpp_2s_ancestral_cfg_pp|dpmpp_sde|dpmpp_sde_gpu|"
    "dpmpp_2m|dpmpp_2m_cfg_pp|dpmpp_2m_sde|dpmpp_2m_sde_gpu|dpmpp_2m_sde_heun|dpmpp_2m_sde_heun_gpu|dpmpp_3m_sde|"
    "dpmpp_3m_sde_gpu|ddpm|lcm|ipndm|ipndm_v|deis|res_multistep|res_multistep_cfg_pp|res_multistep_ancestral|"
    "res_multistep_ancestral_cfg_pp|gradient_estimation|gradient_estimation_cfg_pp|er_sde|seeds_2|seeds_3|sa_solver|"
    "sa_solver_pece|ddim|uni_pc|uni_pc_bh2"
)
SCHEDULERS = choice("simple|sgm_uniform|karras|exponential|ddim_uniform|beta|normal|linear_quadratic|kl_optimal")
DUAL_CLIP_TYPES = choice(
    "sdxl|sd3|flux|hunyuan_video|hidream|hunyuan_image|hunyuan_video_15|kandinsky5|kandinsky5_image|ltxv|newbie"
)
CLIP_TYPES = choice(
    "stable_diffusion|stable_cascade|sd3|stable_audio|mochi|ltxv|pixart|cosmos|lumina2|wan|hidream|chroma|ace|omnigen2|"
    "qwen_image|hunyuan_image|flux2|ovis"
)
FACEID_PRESETS = choice(
    "FACEID|FACEID PLUS - SD1.5 only|FACEID PLUS V2|FACEID PORTRAIT (style transfer)|"
    "FACEID PORTRAIT UNNORM - SDXL only (strong)"
)
FACEID_WEIGHTS = choice(
    "linear|ease in|ease out|ease in-out|reverse in-out|weak input|weak output|weak middle|strong middle|style transfer|"
    "composition|strong style transfer|style and composition|style transfer precise|composition precise"
)
PULID = "lldacing/ComfyUI_PuLID_Flux_ll"
IPADAPTER = "cubiq/ComfyUI_IPAdapter_plus"
INSTANTX = "Shakker-Labs/ComfyUI-IPAdapter-Flux"
PREPROCESSORS = "Fannovel16/comfyui_controlnet_aux"

LOADERS = {
    "UNETLoader": NodeClass(
        ("MODEL",),
        {
            "unet_name": ModelFile("diffusion_models"),
            "weight_dtype": choice("default|fp8_e4m3fn|fp8_e4m3fn_fast|fp8_e5m2"),
        },
    ),
    "CheckpointLoaderSimple": NodeClass(("MODEL", "CLIP", "VAE"), {"ckpt_name": ModelFile("checkpoints")}),
    "DualCLIPLoader": NodeClass(
        ("CLIP",),
        {"clip_name1": TEXT_ENCODER, "clip_name2": TEXT_ENCODER, "type": DUAL_CLIP_TYPES},
        {"device": DEVICE},
    ),
    "CLIPLoader": NodeClass(("CLIP",), {"clip_name": TEXT_ENCODER, "type": CLIP_TYPES}, {"device": DEVICE}),
    "VAELoader": NodeClass(("VAE",), {"vae_name": ModelFile("vae")}),
    "LoraLoader": NodeClass(
        ("MODEL", "CLIP"),
        {
            "model": MODEL,
            "clip": CLIP,
            "lora_name": ModelFile("loras"),
            "strength_model": LORA_STRENGTH,
            "strength_clip": LORA_STRENGTH,
        },
    ),
    "LoraLoaderModelOnly": NodeClass(
        ("MODEL",), {"model": MODEL, "lora_name": ModelFile("loras"), "strength_model": LORA_STRENGTH}
    ),
}

SETTINGS = {
    "CLIPTextEncode": NodeClass(("CONDITIONING",), {"text": Text(), "clip": CLIP}),
    "CLIPTextEncodeFlux": NodeClass(
        ("CONDITIONING",), {"clip": CLIP, "clip_l": Text(), "t5xxl": Text(), "guidance": HUNDRED}
    ),
    "FluxGuidance": NodeClass(("CONDITIONING",), {"conditioning": CONDITIONING, "guidance": HUNDRED}),
    "ConditioningZeroOut": NodeClass(("CONDITIONING",), {"conditioning": CONDITIONING}),
    "EmptySD3LatentImage": NodeClass(("LATENT",), {"width": SIDE, "height": SIDE, "batch_size": Whole(1, 4096)}),
    "EmptyLatentImage": NodeClass(("LATENT",), {"width": SIDE, "height": SIDE, "batch_size": Whole(1, 4096)}),
    "ModelSamplingAuraFlow": NodeClass(("MODEL",), {"model": MODEL, "shift": HUNDRED}),
    "ModelSamplingFlux": NodeClass(
        ("MODEL",), {"model": MODEL, "max_shift": HUNDRED, "base_shift": HUNDRED, "width": SIDE, "height": SIDE}
    ),
}

SAMPLING = {
    "KSampler": NodeClass(
        ("LATENT",),
        {
            "model": MODEL,
            "seed": SEED,
            "steps": STEPS,
            "cfg": HUNDRED,
            "sampler_name": SAMPLERS,
            "scheduler": SCHEDULERS,
            "positive": CONDITIONING,
            "negative": CONDITIONING,
            "latent_image": LATENT,
            "denoise": UNIT,
        },
    ),
    "RandomNoise": NodeClass(("NOISE",), {"noise_seed": SEED}),
    "BasicGuider": NodeClass(("GUIDER",), {"model": MODEL, "conditioning": CONDITIONING}),
    "KSamplerSelect": NodeClass(("SAMPLER",), {"sampler_name": SAMPLERS}),
    "BasicScheduler": NodeClass(
        ("SIGMAS",), {"model": MODEL, "scheduler": SCHEDULERS, "steps": STEPS, "denoise": UNIT}
    ),
    "SamplerCustomAdvanced": NodeClass(
        ("LATENT", "LATENT"),
        {
            "noise": Linked("NOISE"),
            "guider": Linked("GUIDER"),
            "sampler": Linked("SAMPLER"),
            "sigmas": Linked("SIGMAS"),
            "latent_image": LATENT,
        },
    ),
    "VAEDecode": NodeClass(("IMAGE",), {"samples": LATENT, "vae": VAE}),
    "VAEEncode": NodeClass(("LATENT",), {"pixels": IMAGE, "vae": VAE}),
    "SaveImage": NodeClass((), {"images": IMAGE, "filename_prefix": Text()}, is_output=True),
    "PreviewImage": NodeClass((), {"images": IMAGE}, is_output=True),
}

PICTURES = {
    "LoadImage": NodeClass(("IMAGE", "MASK"), {"image": InputFile()}),
    "LoadImageMask": NodeClass(("MASK",), {"image": InputFile(), "channel": choice("alpha|red|green|blue")}),
    "ImageToMask": NodeClass(("MASK",), {"image": IMAGE, "channel": choice("red|green|blue|alpha")}),
    "GrowMask": NodeClass(("MASK",), {"mask": MASK, "expand": Whole(-16384, 16384), "tapered_corners": Flag()}),
    "ImageScale": NodeClass(
        ("IMAGE",),
        {
            "image": IMAGE,
            "upscale_method": choice("nearest-exact|bilinear|area|bicubic|lanczos"),
            "width": Whole(0, 16384),
            "height": Whole(0, 16384),
            "crop": choice("disabled|center"),
        },
    ),
    "InpaintModelConditioning": NodeClass(
        ("CONDITIONING", "CONDITIONING", "LATENT"),
        {
            "positive": CONDITIONING,
            "negative": CONDITIONING,
            "vae": VAE,
            "pixels": IMAGE,
            "mask": MASK,
            "noise_mask": Flag(),
        },
    ),
    "DifferentialDiffusion": NodeClass(("MODEL",), {"model": MODEL}, {"strength": UNIT}),
    "SetLatentNoiseMask": NodeClass(("LATENT",), {"samples": LATENT, "mask": MASK}),
}

PULID_NODES = {
    "PulidFluxModelLoader": NodeClass(("PULIDFLUX",), {"pulid_file": ModelFile("pulid")}, pack=PULID),
    "PulidFluxEvaClipLoader": NodeClass(("EVA_CLIP",), pack=PULID),
    "PulidFluxInsightFaceLoader": NodeClass(("FACEANALYSIS",), {"provider": choice("CPU|CUDA|ROCM")}, pack=PULID),
    "ApplyPulidFlux": NodeClass(
        ("MODEL",),
        {
            "model": MODEL,
            "pulid_flux": Linked("PULIDFLUX"),
            "eva_clip": Linked("EVA_CLIP"),
            "face_analysis": Linked("FACEANALYSIS"),
            "image": IMAGE,
            "weight": FACE_WEIGHT,
            "start_at": UNIT,
            "end_at": UNIT,
        },
        {"attn_mask": MASK, "options": Linked("OPTIONS")},
        pack=PULID,
    ),
    "PulidFluxOptions": NodeClass(
        ("OPTIONS",),
        {
            "input_faces_order": choice("left-right|right-left|top-bottom|bottom-top|small-large|large-small"),
            "input_faces_index": Whole(0, 1000),
            "input_faces_align_mode": Whole(0, 1),
        },
        pack=PULID,
    ),
    "PulidFluxFaceDetector": NodeClass(
        ("IMAGE", "IMAGE", "IMAGE"),
        {"face_analysis": Linked("FACEANALYSIS"), "image": IMAGE, "options": Linked("OPTIONS")},
        pack=PULID,
    ),
}

IPADAPTER_NODES = {
    "IPAdapterUnifiedLoaderFaceID": NodeClass(
        ("MODEL", "IPADAPTER"),
        {
            "model": MODEL,
            "preset": FACEID_PRESETS,
            "lora_strength": UNIT,
            "provider": choice("CPU|CUDA|ROCM|DirectML|OpenVINO|CoreML"),
        },
        {"ipadapter": Linked("IPADAPTER")},
        pack=IPADAPTER,
    ),
    "IPAdapterFaceID": NodeClass(
        ("MODEL", "IMAGE"),
        {
            "model": MODEL,
            "ipadapter": Linked("IPADAPTER"),
            "image": IMAGE,
            "weight": Number(-1, 3),
            "weight_faceidv2": Number(-1, 5),
            "weight_type": FACEID_WEIGHTS,
            "combine_embeds": choice("concat|add|subtract|average|norm average"),
            "start_at": UNIT,
            "end_at": UNIT,
            "embeds_scaling": choice("V only|K+V|K+V w/ C penalty|K+mean(V) w/ C penalty"),
        },
        {
            "image_negative": IMAGE,
            "attn_mask": MASK,
            "clip_vision": Linked("CLIP_VISION"),
            "insightface": Linked("INSIGHTFACE"),
        },
        pack=IPADAPTER,
    ),
    "IPAdapterFluxLoader": NodeClass(
        ("IP_ADAPTER_FLUX_INSTANTX",),
        {
            "ipadapter": ModelFile("ipadapter-flux"),
            "clip_vision": choice("google/siglip-so400m-patch14-384"),
            "provider": choice("cuda|cpu|mps"),
        },
        pack=INSTANTX,
    ),
    "ApplyIPAdapterFlux": NodeClass(
        ("MODEL",),
        {
            "model": MODEL,
            "ipadapter_flux": Linked("IP_ADAPTER_FLUX_INSTANTX"),
            "image": IMAGE,
            "weight": FACE_WEIGHT,
            "start_percent": UNIT,
            "end_percent": UNIT,
        },
        pack=INSTANTX,
    ),
}

CONTROL = {
    "ControlNetLoader": NodeClass(("CONTROL_NET",), {"control_net_name": ModelFile("controlnet")}),
    "SetUnionControlNetType": NodeClass(
        ("CONTROL_NET",),
        {
            "control_net": CONTROL_NET,
            "type": choice(
                "auto|openpose|depth|hed/pidi/scribble/ted|canny/lineart/anime_lineart/mlsd|normal|segment|tile|repaint"
            ),
        },
    ),
    "ControlNetApplyAdvanced": NodeClass(
        ("CONDITIONING", "CONDITIONING"),
        {
            "positive": CONDITIONING,
            "negative": CONDITIONING,
            "control_net": CONTROL_NET,
            "image": IMAGE,
            "strength": Number(0, 10),
            "start_percent": UNIT,
            "end_percent": UNIT,
        },
        {"vae": VAE},
    ),
    "Canny": NodeClass(
        ("IMAGE",), {"image": IMAGE, "low_threshold": Number(0.01, 0.99), "high_threshold": Number(0.01, 0.99)}
    ),
    "DWPreprocessor": NodeClass(
        ("IMAGE", "POSE_KEYPOINT"),
        {"image": IMAGE},
        {
            "detect_hand": ON_OFF,
            "detect_body": ON_OFF,
            "detect_face": ON_OFF,
            "resolution": RESOLUTION,
            "bbox_detector": choice(
                "None|yolox_l.torchscript.pt|yolox_l.onnx|yolo_nas_l_fp16.onnx|yolo_nas_m_fp16.onnx|yolo_nas_s_fp16.onnx"
            ),
            "pose_estimator": choice("dw-ll_ucoco_384_bs5.torchscript.pt|dw-ll_ucoco_384.onnx|dw-ll_ucoco.onnx"),
            "scale_stick_for_xinsr_cn": choice("disable|enable"),
        },
        pack=PREPROCESSORS,
    ),
    "DepthAnythingV2Preprocessor": NodeClass(
        ("IMAGE",),
        {"image": IMAGE},
        {
            "ckpt_name": choice(
                "depth_anything_v2_vitg.pth|depth_anything_v2_vitl.pth|depth_anything_v2_vitb.pth|"
                "depth_anything_v2_vits.pth"
            ),
            "resolution": RESOLUTION,
        },
        pack=PREPROCESSORS,
    ),
    "ModelPatchLoader": NodeClass(("MODEL_PATCH",), {"name": ModelFile("model_patches")}),
    "QwenImageDiffsynthControlnet": NodeClass(
        ("MODEL",),
        {"model": MODEL, "model_patch": MODEL_PATCH, "vae": VAE, "image": IMAGE, "strength": Number(-10, 10)},
        {"mask": MASK},
    ),
    "ZImageFunControlnet": NodeClass(
        ("MODEL",),
        {"model": MODEL, "model_patch": MODEL_PATCH, "vae": VAE, "strength": Number(-10, 10)},
        {"image": IMAGE, "inpaint_image": IMAGE, "mask": MASK},
    ),
}

NODE_CLASSES: Mapping[str, NodeClass] = {
    **LOADERS,
    **SETTINGS,
    **SAMPLING,
    **PICTURES,
    **PULID_NODES,
    **IPADAPTER_NODES,
    **CONTROL,
}

"""The graph builder: the API format it gives, and what it refuses before anything is sent."""

import pytest

from providers.runpod.workflows.drawing import Drawing, Lora
from providers.runpod.workflows.files import WorkerFiles
from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.links import ConditioningLink, LatentLink, ModelLink, VaeLink
from providers.runpod.workflows.nodes.loaders import lora_loader_model_only, unet_loader, vae_loader
from providers.runpod.workflows.nodes.pictures import grow_mask, load_image, load_image_mask
from providers.runpod.workflows.nodes.sampling import empty_sd3_latent_image, k_sampler, vae_decode
from providers.runpod.workflows.z_image import z_image_graph

DRAWING = Drawing(prompt="a portrait", width=768, height=1376, steps=20, seed=42, name="likeness-x-seed42")


def sampled(graph: Graph, *, seed: int = 1, steps: int = 9, sampler: str = "euler") -> LatentLink:
    model = unet_loader(graph, unet_name="m.safetensors", weight_dtype="default")
    words = ConditioningLink(graph.add("CLIPTextEncode", "Prompt", text="x"))
    return k_sampler(
        graph,
        model=model,
        positive=words,
        negative=words,
        latent_image=empty_sd3_latent_image(graph, width=64, height=64),
        seed=seed,
        steps=steps,
        sampler_name=sampler,
        scheduler="simple",
    )


def test_the_api_format() -> None:
    graph = Graph()
    model = unet_loader(graph, unet_name="styles/m.safetensors", weight_dtype="fp8_e4m3fn")
    lora_loader_model_only(graph, model=model, lora_name="l.safetensors", strength=-0.5)
    assert graph.as_json() == {
        "1": {
            "class_type": "UNETLoader",
            "inputs": {"unet_name": "styles/m.safetensors", "weight_dtype": "fp8_e4m3fn"},
            "_meta": {"title": "Diffusion model"},
        },
        "2": {
            "class_type": "LoraLoaderModelOnly",
            "inputs": {"model": ["1", 0], "lora_name": "l.safetensors", "strength_model": -0.5},
            "_meta": {"title": "LoRA"},
        },
    }


def test_z_image_with_a_lora_from_the_first_node_to_the_last() -> None:
    lora = Lora(file_name="denrisi.safetensors", scale=0.8)
    graph = z_image_graph(
        Drawing(prompt="dnrs, a portrait", width=768, height=1376, steps=40, seed=42, name="n", loras=(lora,)),
        WorkerFiles(),
    ).as_json()
    assert [(node["class_type"], node["inputs"]) for node in graph.values()] == [  # type: ignore[index]
        ("UNETLoader", {"unet_name": "z_image_turbo_bf16.safetensors", "weight_dtype": "default"}),
        ("LoraLoaderModelOnly", {"model": ["1", 0], "lora_name": "denrisi.safetensors", "strength_model": 0.8}),
        ("VAELoader", {"vae_name": "ae.safetensors"}),
        ("CLIPLoader", {"clip_name": "qwen_3_4b.safetensors", "type": "lumina2"}),
        ("CLIPTextEncode", {"text": "dnrs, a portrait", "clip": ["4", 0]}),
        ("ModelSamplingAuraFlow", {"model": ["2", 0], "shift": 3.0}),
        ("ConditioningZeroOut", {"conditioning": ["5", 0]}),
        ("EmptySD3LatentImage", {"width": 768, "height": 1376, "batch_size": 1}),
        (
            "KSampler",
            {
                "model": ["6", 0],
                "seed": 42,
                "steps": 9,
                "cfg": 1.0,
                "sampler_name": "res_multistep",
                "scheduler": "simple",
                "positive": ["5", 0],
                "negative": ["7", 0],
                "latent_image": ["8", 0],
                "denoise": 1.0,
            },
        ),
        ("VAEDecode", {"samples": ["9", 0], "vae": ["3", 0]}),
        ("SaveImage", {"images": ["10", 0], "filename_prefix": "n"}),
    ]


def test_wrong_links_do_not_type_check() -> None:
    """Each of these is an error to mypy: were it none, its `type: ignore` would be unused, which is one."""
    graph = Graph()
    vae = vae_loader(graph, vae_name="v.safetensors")
    model = unet_loader(graph, unet_name="m.safetensors", weight_dtype="default")
    lora_loader_model_only(graph, model=vae, lora_name="l.safetensors", strength=1)  # type: ignore[arg-type]
    vae_decode(graph, samples=model, vae=vae)  # type: ignore[arg-type]
    grow_mask(graph, mask=load_image(graph, image="a.png", title="Face"), expand=1)  # type: ignore[arg-type]
    assert [type(vae), type(model)] == [VaeLink, ModelLink]


def test_a_link_from_another_graph_is_refused() -> None:
    other, graph = Graph(), Graph()
    vae = vae_loader(other, vae_name="v.safetensors")
    latent = LatentLink(graph.add("EmptySD3LatentImage", "Size"))
    other.add("VAELoader", "VAE")
    with pytest.raises(ValueError, match=r"VAEDecode\.vae is linked to node 2"):
        vae_decode(graph, samples=latent, vae=VaeLink("2"))
    assert vae == VaeLink("1", 0)


@pytest.mark.parametrize(("seed", "steps"), [(0, 1), (2**64 - 1, 10000)])
def test_the_ends_of_ranges_are_taken(seed: int, steps: int) -> None:
    assert sampled(Graph(), seed=seed, steps=steps) == LatentLink("4", 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seed": -1}, "seed must be a whole number from 0 to 18446744073709551615"),
        ({"seed": 2**64}, "seed must be"),
        ({"seed": True}, "seed must be"),
        ({"steps": 0}, "steps must be a whole number from 1 to 10000"),
        ({"steps": 10001}, "steps must be"),
        ({"sampler": "eulr"}, "sampler_name must be one of euler, res_multistep"),
    ],
)
def test_a_sampler_out_of_range_is_refused(changes: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sampled(Graph(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("width", "words"),
    [(15, "from 16"), (16400, "to 16384"), (1365, "a multiple of 16"), (1368, "a multiple of 16")],
)
def test_a_size_that_would_be_floored_is_refused(width: int, words: str) -> None:
    with pytest.raises(ValueError, match=f"width must be.*{words}"):
        empty_sd3_latent_image(Graph(), width=width, height=64)


@pytest.mark.parametrize("strength", [-100.5, 101.0, float("nan"), float("inf")])
def test_a_strength_out_of_range_is_refused(strength: float) -> None:
    graph = Graph()
    model = unet_loader(graph, unet_name="m.safetensors", weight_dtype="default")
    with pytest.raises(ValueError, match="strength_model must be a number from -100 to 100"):
        lora_loader_model_only(graph, model=model, lora_name="l.safetensors", strength=strength)


@pytest.mark.parametrize("name", ["", "a/b.png", "a\\b.png", " a.png"])
def test_an_upload_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="image must be a plain file name"):
        load_image_mask(Graph(), image=name)


@pytest.mark.parametrize("name", ["", "../m", "a//m", "/m", "a\\m", "m "])
def test_weights_lie_below_their_folder(name: str) -> None:
    with pytest.raises(ValueError, match="vae_name must name a file"):
        vae_loader(Graph(), vae_name=name)


def test_a_dtype_the_server_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="weight_dtype must be one of"):
        unet_loader(Graph(), unet_name="m.safetensors", weight_dtype="fp4")

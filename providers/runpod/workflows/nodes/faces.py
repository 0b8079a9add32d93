"""PuLID for Flux, by `lldacing/ComfyUI_PuLID_Flux_ll`. Of the packs with these class names it is the one that still runs."""

from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.links import EvaClipLink, FaceAnalysisLink, ImageLink, ModelLink, PulidLink
from providers.runpod.workflows.ranges import model_file, number, one_of

PROVIDERS = ("CPU", "CUDA", "ROCM")


def pulid_flux_model_loader(graph: Graph, *, pulid_file: str) -> PulidLink:
    return PulidLink(graph.add("PulidFluxModelLoader", "PuLID", pulid_file=model_file("pulid_file", pulid_file)))


def pulid_flux_eva_clip_loader(graph: Graph) -> EvaClipLink:
    return EvaClipLink(graph.add("PulidFluxEvaClipLoader", "EVA CLIP"))


def pulid_flux_insight_face_loader(graph: Graph, *, provider: str) -> FaceAnalysisLink:
    node = graph.add("PulidFluxInsightFaceLoader", "InsightFace", provider=one_of("provider", provider, PROVIDERS))
    return FaceAnalysisLink(node)


def apply_pulid_flux(
    graph: Graph,
    *,
    model: ModelLink,
    pulid_flux: PulidLink,
    eva_clip: EvaClipLink,
    face_analysis: FaceAnalysisLink,
    image: ImageLink,
    weight: float,
) -> ModelLink:
    """From the first step to the last. Where it finds no face, it passes the model on unchanged and only the log says so."""
    node = graph.add(
        "ApplyPulidFlux",
        "Keep the face",
        model=model,
        pulid_flux=pulid_flux,
        eva_clip=eva_clip,
        face_analysis=face_analysis,
        image=image,
        weight=number("weight", weight, -1, 5),
        start_at=0.0,
        end_at=1.0,
    )
    return ModelLink(node)

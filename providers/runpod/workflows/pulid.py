"""A face kept from one photo, without training: PuLID on FLUX.1 [dev], with or without LoRAs below it."""

from providers.runpod.workflows.drawing import Drawing, save
from providers.runpod.workflows.files import WorkerFiles
from providers.runpod.workflows.flux import Flux, load_flux, sample, with_loras, words
from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.links import ModelLink
from providers.runpod.workflows.nodes.faces import (
    apply_pulid_flux,
    pulid_flux_eva_clip_loader,
    pulid_flux_insight_face_loader,
    pulid_flux_model_loader,
)
from providers.runpod.workflows.nodes.pictures import load_image

FACE_WEIGHT = 0.9


def pulid_graph(drawing: Drawing, files: WorkerFiles, *, face: str) -> Graph:
    """`face` names a picture that is uploaded with the request."""
    graph = Graph()
    flux = with_loras(graph, load_flux(graph, files), drawing.loras)
    model = keep_face(graph, flux, files, face=face)
    positive, negative = words(graph, flux, drawing.prompt)
    save(graph, drawing, sample(graph, drawing, model, positive, negative), flux.vae)
    return graph


def keep_face(graph: Graph, flux: Flux, files: WorkerFiles, *, face: str) -> ModelLink:
    return apply_pulid_flux(
        graph,
        model=flux.model,
        pulid_flux=pulid_flux_model_loader(graph, pulid_file=files.pulid),
        eva_clip=pulid_flux_eva_clip_loader(graph),
        face_analysis=pulid_flux_insight_face_loader(graph, provider=files.pulid_provider),
        image=load_image(graph, image=face, title="Face"),
        weight=FACE_WEIGHT,
    )

"""One picture of a character sheet: PuLID keeps the face, a ControlNet follows a ready pose skeleton.

FLUX.1-dev-ControlNet-Union-Pro-2.0 has no mode embedding: no `SetUnionControlNetType`, whose order of modes is SDXL's.
"""

from providers.runpod.workflows.drawing import Drawing, save
from providers.runpod.workflows.files import WorkerFiles
from providers.runpod.workflows.flux import load_flux, sample, with_loras, words
from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.nodes.conditioning import control_net_apply_advanced, control_net_loader
from providers.runpod.workflows.nodes.pictures import load_image
from providers.runpod.workflows.pulid import keep_face

POSE_STRENGTH = 0.9
POSE_END = 0.65
"""The part of the steps that follow the pose. Both as Shakker-Labs suggest for poses."""


def sheet_graph(drawing: Drawing, files: WorkerFiles, *, face: str, pose: str) -> Graph:
    """`face` and `pose` name pictures that are uploaded with the request."""
    graph = Graph()
    flux = with_loras(graph, load_flux(graph, files), drawing.loras)
    model = keep_face(graph, flux, files, face=face)
    positive, negative = words(graph, flux, drawing.prompt)
    positive, negative = control_net_apply_advanced(
        graph,
        positive=positive,
        negative=negative,
        control_net=control_net_loader(graph, control_net_name=files.control_net),
        image=load_image(graph, image=pose, title="Pose"),
        vae=flux.vae,
        strength=POSE_STRENGTH,
        end_percent=POSE_END,
    )
    save(graph, drawing, sample(graph, drawing, model, positive, negative), flux.vae)
    return graph

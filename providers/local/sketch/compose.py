"""One picture from one request, in stages from the background to the grain. Nothing here knows about files or threads."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from PIL import Image, ImageChops, ImageFilter

from domain.errors import ProviderRefused
from domain.ports.image_provider import Look, RenderRequest
from providers.local.sketch.backdrops import backdrop
from providers.local.sketch.body import Frame
from providers.local.sketch.ears import paint_earrings, paint_ears, paint_near_ear
from providers.local.sketch.face import Figure, paint_face
from providers.local.sketch.figure import dress, dresser_for, paint_skin, pieces_of
from providers.local.sketch.finish import finished, graded, with_glow
from providers.local.sketch.geometry import polygon_mask
from providers.local.sketch.glasses import paint_glasses
from providers.local.sketch.hair import Layer, draw_layers, hair_of
from providers.local.sketch.head import HeadForm
from providers.local.sketch.identity import identity_of
from providers.local.sketch.learned import learned_from, with_colours, with_soft_light
from providers.local.sketch.light import Lights
from providers.local.sketch.lower import paint_hands, paint_lower, upper_mask
from providers.local.sketch.mood import mood_of
from providers.local.sketch.pose import HeadPlace, camera_of, pose_of
from providers.local.sketch.solid import FROM_YAW, Solid
from providers.local.sketch.views import WHOLE, camera_in_view, mood_in_view, pose_in_view
from providers.local.sketch.watching import Watching

FINE_STEPS = 30
"""From so many sampling steps on, a picture gets a last pass that brings out lashes, strands and stitches."""
SHARPER = ImageFilter.Kernel((3, 3), [-0.7, -1.4, -0.7, -1.4, 24.4, -1.4, -0.7, -1.4, -0.7], scale=16)

Report = Callable[[int], None]
"""Told the percent after each stage. May raise, which ends the drawing there."""


def draw_sketch(request: RenderRequest, report: Report) -> Image.Image:
    image = Image.new("RGB", (request.width, request.height))
    for percent, drawn in _stages(request):
        report(percent)
        if isinstance(report, Watching):
            report.look(percent, drawn)
        image = drawn
    return image


def look_of(request: RenderRequest) -> Look:
    """Raises `ProviderRefused` for a real person: whom nothing is known of cannot be drawn."""
    if request.look is None:
        raise ProviderRefused(
            "The offline sketch draws only characters that are described: it cannot draw a real person."
        )
    return request.look


def figure_of(request: RenderRequest) -> Figure:
    identity, learned = identity_of(look_of(request)), learned_from(request)
    if learned:
        identity = with_colours(identity, learned)
    if request.view:
        pose, mood = pose_in_view(request.view), mood_in_view(request.view)
        camera = camera_in_view(request, pose)
    else:
        pose, mood = pose_of(request), mood_of(request.scene, request.environment)
        camera = camera_of(request, pose)
    if learned:
        mood = with_soft_light(mood, learned.scale)
    form, place = HeadForm.of(identity), HeadPlace.of(pose)
    return Figure(
        identity=identity,
        pose=pose,
        camera=camera,
        lights=Lights.of(mood, pose.light_side),
        form=form,
        place=place,
        solid=Solid.of(form, identity, place, pose.expression) if abs(pose.yaw) > FROM_YAW else None,
        fine=learned.scale if learned else 0.0,
    )


def _stages(request: RenderRequest) -> Iterator[tuple[int, Image.Image]]:
    figure = figure_of(request)
    mood = figure.lights.mood
    image = backdrop(_before_the_wall(request), mood, figure.pose.crop)
    yield 18, image
    hair = hair_of(figure)
    for layer in draw_layers(figure, hair.back):
        _paste(image, layer)
    yield 30, image
    frame = Frame.of(figure.identity, figure.pose, figure.camera)
    below = image.copy() if figure.pose.crop == WHOLE else None
    dresser = dresser_for(image, figure, frame)
    pieces = pieces_of(dresser, figure, request.outfit)
    dress(dresser, pieces, behind=True)
    paint_skin(dresser, figure)
    yield 42, image
    dress(dresser, pieces, behind=False)
    if below is not None:
        paint_lower(below, figure, frame, request.outfit, pieces)
        image = Image.composite(image, below, upper_mask(figure, frame, request.outfit))
        paint_hands(image, figure, frame)
    yield 58, image
    paint_ears(image, figure)
    paint_face(image, figure)
    paint_near_ear(image, figure)
    paint_earrings(image, figure)
    if "glasses" in request.extras:
        paint_glasses(image, figure)
    yield 68, image
    front = draw_layers(figure, hair.front)
    yield 76, image
    for layer in front:
        _shadow_on_face(image, figure, layer)
    for layer in front:
        _paste(image, layer)
    yield 82, image
    image = with_glow(image, mood)
    yield 88, image
    image = graded(image, mood)
    if request.steps >= FINE_STEPS:
        image = image.filter(SHARPER)
    if figure.fine > 0:
        image = image.filter(_crisp(figure.fine))
    yield 93, image
    yield 98, finished(image, mood, seed=request.seed)


def _crisp(fine: float) -> ImageFilter.Kernel:
    """Brings out what was drawn finely. The grain comes after it and stays as it is."""
    edge, corner = -1.0 * fine, -0.5 * fine
    middle = 16 - 4 * (edge + corner)
    return ImageFilter.Kernel((3, 3), [corner, edge, corner, edge, middle, edge, corner, edge, corner], scale=16)


def _before_the_wall(request: RenderRequest) -> RenderRequest:
    """The pictures of a sheet share one plain wall, the character's own."""
    if request.view is None:
        return request
    return replace(request, scene=None, environment=None, pose=0, seed=look_of(request).identity_seed)


def _paste(image: Image.Image, layer: Layer) -> None:
    picture, box = layer
    image.paste(picture, box.corner, picture)


def _shadow_on_face(image: Image.Image, figure: Figure, layer: Layer) -> None:
    """The soft shadow that the front hair throws on skin: without it hair looks glued on."""
    picture, box = layer
    scale = figure.camera.scale
    side = float(figure.lights.key[0])
    shrink = 3
    alpha = picture.getchannel("A").reduce(shrink).filter(ImageFilter.GaussianBlur(scale * 0.035 / shrink))
    soft = alpha.point(lambda v: int(v * 0.42)).resize(picture.size, Image.Resampling.BILINEAR)
    moved = Image.new("L", soft.size)  # ImageChops.offset would bring in at the top what leaves at the bottom.
    moved.paste(soft, (round(-side * scale * 0.05), round(scale * 0.05)))
    face = polygon_mask(box, [figure.camera.pixels(figure.outline())], fine=1)
    shadow = tuple(int(c * 110) for c in figure.identity.skin)
    image.paste((shadow[0], int(shadow[1] * 0.66), int(shadow[2] * 0.62)), box.corner, ImageChops.multiply(moved, face))

"""Pose variation inside a pack (`VARY_POSE`): another pose in each image, while the face stays.

Image i is taken as the local sketch takes its pose i (`providers.local.sketch.pose.SHOTS`): five distances and turns, which
come again after five. For each there are two ways to hold oneself that fit the scene, and no image repeats another's until
the eleventh. No side is named: the sketch chooses it, and models mix up left and right.
"""

from domain.presets.catalogue import Scene
from domain.prompts.shots import Shot

MOST_DISTINCT = 10

FRAMINGS = (
    "chest-up shot, body turned slightly to one side",
    "waist-up shot, three-quarter angle",
    "close-up of the face, head tilted a little",
    "medium shot, shoulders turned away, face turned back towards the camera",
    "waist-up shot, facing the camera, head leaning to one side",
)

Ways = tuple[str, str]

BEARINGS: dict[Scene, tuple[Ways, Ways, Ways, Ways, Ways]] = {
    Scene.PROFESSIONAL_PORTRAIT: (
        ("shoulders relaxed, soft smile", "chin slightly raised, calm look"),
        ("arms crossed, assured smile", "hands folded, soft smile"),
        ("steady direct gaze, composed expression", "steady direct gaze, warm smile"),
        (
            "looking across the shoulder into the lens, soft smile",
            "standing tall, looking into the lens, assured smile",
        ),
        ("hands clasped in front, approachable smile", "hands on the hips, composed expression"),
    ),
    Scene.CANDID_LIFESTYLE: (
        ("laughing at something out of frame", "caught mid-sentence, easy smile"),
        ("one hand raised in mid-gesture, glancing aside", "walking by, smiling to oneself"),
        ("thoughtful look past the camera", "eyes crinkled in a laugh"),
        ("turning round as if called", "looking back over the shoulder, mid-laugh"),
        ("arms loose, unposed smile", "leaning against something, looking away"),
    ),
    Scene.FASHION_EDITORIAL: (
        ("chin lifted, cool gaze", "shoulder pushed forward, lips parted"),
        ("one hand on the hip, elbow out, intense gaze", "arms raised around the head, steady gaze"),
        ("fingertips along the jaw, piercing gaze", "chin down, cool gaze"),
        ("long neck, looking over the shoulder, intense gaze", "one hand at the throat, distant gaze"),
        ("shoulders squared, hands on the hips, cool gaze", "angular pose, one arm across the body, piercing gaze"),
    ),
    Scene.FITNESS_MOTIVATION: (
        ("breathing out after effort, determined look", "rolling the shoulders back, proud smile"),
        ("flexing one arm, fierce look", "arms stretched across the chest, focused look"),
        ("sweat on the brow, determined eyes", "bright eyes after a workout, wide smile"),
        ("warming up with a torso twist, focused look", "looking back mid-stride, energetic smile"),
        ("hands on the hips, catching breath, proud smile", "fists up in a boxing stance, fierce look"),
    ),
    Scene.MORNING_VIBES: (
        ("eyes just opened to the light, soft smile", "face turned to the light, calm look"),
        ("holding a warm mug in both hands, soft smile", "stretching the arms overhead, easy smile"),
        ("eyes narrowed in the light, peaceful look", "rested look, soft smile"),
        ("looking back into the light, calm look", "chin on the shoulder, soft smile"),
        ("arms loosely folded, awake and at ease", "one hand at the back of the neck, sleepy smile"),
    ),
    Scene.NIGHT_OUT: (
        ("poised, knowing smile", "chin lowered, eyes up, soft smile"),
        ("one arm folded, hand at the chin, charming smile", "one hand at the shoulder, warm gaze"),
        ("light playing on the face, subtle smile", "bright eyes, lips parted"),
        ("glancing back over the shoulder, charming smile", "turning round, poised look"),
        ("one hand on the hip, graceful stance", "arms lightly crossed, elegant line of the neck"),
    ),
    Scene.COZY_HOME: (
        ("shoulders drawn up, soft smile", "shoulders loose, contented look"),
        ("hands around a warm mug, soft smile", "arms wrapped around oneself, easy smile"),
        ("cheek resting on one hand, gentle look", "eyes smiling, gentle laugh"),
        ("looking up from a book, soft smile", "leaning back, contented look"),
        ("hands drawn together under the chin, warm smile", "arms loosely folded, gentle smile"),
    ),
    Scene.BEACH_DAY: (
        ("shoulders loose in the wind, laughing", "face turned to the sun, easy smile"),
        ("one hand shading the eyes, smiling", "arms spread to the breeze, laughing"),
        ("sun on the face, eyes half closed, soft smile", "bright eyes, wide smile"),
        ("looking back while walking, carefree smile", "turning into the breeze, calm look"),
        ("hands behind the head, unhurried smile", "strolling, easy smile"),
    ),
}
"""By scene, in the order of `FRAMINGS`. They take nothing back that the scene says (eye contact, a relaxed pose), and speak of
nothing that may be missing: hair, pockets, furniture."""


def pack_shots(scene: Scene, count: int, seed: int, *, vary_pose: bool) -> tuple[Shot, ...]:
    """Shot i depends on the scene, the seed and i alone, so that one image can be made again; without `vary_pose` all are shot 0.

    `seed` is the job's, not the image's.
    """
    return tuple(_shot(scene, index if vary_pose else 0, seed) for index in range(count))


def _shot(scene: Scene, index: int, seed: int) -> Shot:
    turn, framing = divmod(index, len(FRAMINGS))
    first_way = seed >> framing & 1  # a bit of the seed for each framing: 32 different packs of five
    words = BEARINGS[scene][framing][(first_way + turn) % 2]
    return Shot(words=f"{FRAMINGS[framing]}, {words}", pose=index)

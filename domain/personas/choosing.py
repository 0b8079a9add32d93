"""Which of the best photos each scene is shown: those whose face is turned as the picture asks for come first."""

from collections.abc import Sequence

from domain.personas.faces import FaceAngle
from domain.prompts.portraits import Scenario


def photos_for(scenario: Scenario, angles: Sequence[FaceAngle | None]) -> tuple[int, ...]:
    """Places in `angles`, which are of the best photos, the best first; None where no face was measured.

    As many as the scenario is shown, as far as there are any. Of photos turned alike the better one comes first.
    """
    ranked = sorted(range(len(angles)), key=lambda place: _rank(scenario, angles[place]))
    return tuple(ranked[: scenario.references])


def _rank(scenario: Scenario, angle: FaceAngle | None) -> int:
    return scenario.angles.index(angle) if angle in scenario.angles else len(scenario.angles)

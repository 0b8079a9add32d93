"""What a thumbnail is given of the project that it is for: the words that were read out, and stills to take the setting from."""

from collections.abc import Sequence

from domain.errors import Conflict, InvalidInput, NotFound
from domain.ids import ConceptId, StillId
from domain.jobs.subjects import Subject
from domain.personas.persona import Persona
from domain.projects.content import ContentConcept
from domain.projects.project import Project, ProjectStill
from domain.projects.snippet import Snippet, snippet_of

MOST_STILLS_SHOWN = 2
"""To a model that is shown photos too."""


def concept_of(project: Project | None, concept_id: ConceptId) -> ContentConcept:
    """Of the newest analysis that is done. Raises `NotFound`."""
    found = project.analysis.concept(concept_id) if project and project.analysis else None
    if found is None:
        raise NotFound(
            "The project's newest analysis has no such concept. Read `project.analysis.concepts` again.",
            field="conceptIds",
        )
    return found


def snippet_for(project: Project, concept: ContentConcept | None) -> Snippet:
    """Where nobody has analyzed it, only its title is told."""
    found = project.analysis.result if project.analysis else None
    return snippet_of(
        project.title,
        found.keywords if found else (),
        concept.visual_elements if concept else (),
        saw_stills=bool(found and found.still_count),
    )


def stills_shown(project: Project | None, still_ids: Sequence[StillId], subject: Subject) -> tuple[ProjectStill, ...]:
    """A still may show a person: so it is only shown beside photos of one, under the very consent that they stand under.

    Raises `NotFound`, `InvalidInput`, `Conflict`.
    """
    if not still_ids:
        return ()
    if len(still_ids) > MOST_STILLS_SHOWN:
        raise InvalidInput(f"Name at most {MOST_STILLS_SHOWN} stills.", field="stillIds")
    there = {still.id: still for still in project.stills} if project else {}
    if not there.keys() >= set(still_ids):
        raise NotFound("One of these stills is not of this project.", field="stillIds")
    if not isinstance(subject, Persona):
        raise InvalidInput("Stills are only shown for a persona: they may show a real person.", field="stillIds")
    stills = tuple(there[still_id] for still_id in dict.fromkeys(still_ids))
    if any(still.consent_id != subject.consent_id for still in stills):
        raise Conflict(
            "A still came under another consent than the persona stands under. Send it anew. Nothing was charged."
        )
    return stills

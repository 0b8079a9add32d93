"""A project: a video in words and still frames. What is made for it names it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.ids import AnalysisId, ConceptId, ConsentId, ProjectId, StillId, UploadId, UserId, concept_id_of
from domain.images.image import StoredFile
from domain.personas.analysis import AnalysisStatus
from domain.projects.content import ContentConcept, ContentFound

MOST_PROJECTS = 200
"""Of one user."""
MOST_STILLS = 12
"""Of one project."""
LONGEST_TITLE, LONGEST_SUMMARY = 120, 4_000
LONGEST_TRANSCRIPT = 80_000
"""Characters: about an hour and a half of speech."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectStill:
    """A still frame, drawn anew by us. It may show the person that its consent is of."""

    id: StillId
    upload_id: UploadId
    consent_id: ConsentId
    file: StoredFile
    width: int
    height: int
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectAnalysis:
    """`content` is the fingerprint of what was analyzed (`Project.content`)."""

    id: AnalysisId
    user_id: UserId
    project_id: ProjectId
    content: str
    status: AnalysisStatus
    result: ContentFound | None
    error_code: str | None
    requested_at: datetime
    finished_at: datetime | None

    def concept(self, concept_id: ConceptId) -> ContentConcept | None:
        concepts = self.result.concepts if self.result else ()
        return next((one for index, one in enumerate(concepts) if concept_id_of(self.id, index) == concept_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """`analysis` is the newest that is done, `newest` the newest of all: they differ while another one is made."""

    id: ProjectId
    user_id: UserId
    title: str
    transcript: str | None
    summary: str | None
    stills: tuple[ProjectStill, ...]
    analysis: ProjectAnalysis | None
    created_at: datetime
    deleted_at: datetime | None = None
    newest: ProjectAnalysis | None = None

    @property
    def content(self) -> str:
        """The same for the same words and stills only."""
        stills = sorted(still.file.sha256 for still in self.stills)
        told = "\0".join((self.title, self.transcript or "", self.summary or "", *stills))
        return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def is_analyzed(self) -> bool:
        """Whether what was found is of what the project holds now."""
        return self.analysis is not None and self.analysis.content == self.content

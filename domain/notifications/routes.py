"""Where in the studio something is shown: paths that a frontend has. The only place that knows them."""

from uuid import UUID

CREDITS = "/credits"
BRAND = "/brand"


def job_route(job_id: UUID) -> str:
    return f"/jobs/{job_id}"


def archive_route(archive_id: UUID, *, is_export: bool) -> str:
    return f"/{'exports' if is_export else 'archives'}/{archive_id}"


def project_route(project_id: UUID) -> str:
    return f"/projects/{project_id}"


def training_route(subject_id: UUID, *, is_person: bool) -> str:
    return f"/{'personas' if is_person else 'influencers'}/{subject_id}/training"

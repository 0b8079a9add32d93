"""What the events benchmark tells: an image is finished, the event that carries most."""

from dataclasses import replace

from benchmarks.people import LONG_AGO, PROMPT
from domain.events import EventKind, JobEvent
from domain.ids import JobId, SubjectId, UserId, image_id_of
from domain.images.image import Image
from domain.jobs.job import Job, JobStatus
from tests.support.values import a_job, a_recipe


def finished_image(job_id: JobId, user_id: UserId, subject_id: SubjectId, number: int) -> JobEvent:
    job = a_job(
        id=job_id,
        user_id=user_id,
        subject_id=subject_id,
        recipe=replace(a_recipe(), prompt=PROMPT),
        status=JobStatus.PROCESSING,
        image_count=10,
        completed_count=1,
        credits_reserved=90,
        credits_captured=10,
        event_count=number,
        started_at=LONG_AGO,
    )
    return JobEvent(kind=EventKind.IMAGE_COMPLETED, job=job, at=LONG_AGO, number=number, index=0, image=_image(job))


def _image(job: Job) -> Image:
    id_, recipe = image_id_of(job.id, 0), job.recipe
    return Image(
        id=id_,
        user_id=job.user_id,
        subject_id=job.subject_id,
        job_id=job.id,
        index=0,
        kind=job.kind,
        storage_key=f"images/{job.user_id}/{id_.hex * 2}.jpg",
        thumbnail_key=f"thumbnails/{job.user_id}/{id_.hex * 2}.webp",
        sha256=id_.hex * 2,
        content_type="image/jpeg",
        size_bytes=250_000,
        width=recipe.width,
        height=recipe.height,
        scene=recipe.scene,
        environment=recipe.environment,
        outfit=recipe.outfit,
        aspect_ratio=recipe.aspect_ratio,
        quality=recipe.quality,
        nsfw=False,
        mode=job.mode,
        prompt=recipe.prompt,
        negative_prompt=recipe.negative_prompt,
        seed=recipe.seed,
        steps=recipe.steps,
        model="likeness-sketch-1",
        provider="local",
        credits_charged=10,
        generation_ms=1800,
        liked=False,
        download_count=0,
        created_at=LONG_AGO,
    )

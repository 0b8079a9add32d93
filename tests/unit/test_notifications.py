"""What users are told: every type, once for each happening; and when credits run low."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.archives.archive import Archive, ArchiveScope, ArchiveStatus
from domain.credits.low import falls_below
from domain.ids import AnalysisId, ArchiveId, BrandDraftId, LoraModelId, ProjectId, SubjectId
from domain.jobs.job import JobStatus
from domain.notifications import words
from domain.notifications.notification import About, NewNotification
from domain.notifications.types import KEPT, LIVE_ONLY, TOLD_WHEN, NotificationType
from domain.trainings.aging import AgingLora
from domain.trainings.liking import NewlyLiked
from tests.support.values import NOW, SUBJECT, USER, a_job, a_lora_model, an_influencer

ARCHIVE = Archive(id=ArchiveId(UUID(int=9)), user_id=USER, status=ArchiveStatus.BUILDING, image_count=3, created_at=NOW)
MODEL = a_lora_model()
EXPORT = replace(ARCHIVE, id=ArchiveId(UUID(int=10)), scope=ArchiveScope.EVERYTHING)
AGING = AgingLora(model=MODEL, subject_name="Mara Voss", used_at=NOW, told_at=None, is_in_use=False, is_drawn_with=True)


def everything() -> list[NewNotification]:
    model, job, mara = MODEL, replace(a_job(), status=JobStatus.FAILED), an_influencer()
    liked = NewlyLiked(training_id=LoraModelId(UUID(int=7)), subject_id=SUBJECT, subject_name="Mara Voss", count=10)
    return [
        words.job_settled(job),
        words.job_settled(replace(job, completed_count=1)),
        words.archive_ready(ARCHIVE, 2),
        words.archive_failed(ARCHIVE, "NOT_FOUND"),
        words.archive_ready(EXPORT, 0),
        words.archive_failed(EXPORT, "INTERNAL"),
        words.training_started(model),
        words.training_ready(model, ""),
        words.hd_unlocked(model),
        words.training_failed(model, "The machine was lost. A retry is free."),
        words.samples_not_started(model, "Too few credits.", "Add credits, then start them"),
        words.training_not_started(mara, "Too few credits.", by="TOO_FEW_CREDITS", job=None),
        words.retrain_available(liked, 10),
        words.lora_expiring(AGING, NOW + timedelta(days=7)),
        words.lora_expired(AGING),
        words.credits_low(USER, available=40, threshold=50, entry=3),
        words.project_analyzed(AnalysisId(UUID(int=5)), ProjectId(UUID(int=6)), 3, 8),
        words.brand_read(BrandDraftId(UUID(int=11))),
        words.brand_not_read(BrandDraftId(UUID(int=11))),
    ]


def test_each_kept_type_is_written_and_has_words() -> None:
    assert {notice.type for notice in everything()} == set(KEPT)
    assert set(TOLD_WHEN) == set(NotificationType) == {*KEPT, *LIVE_ONLY}
    assert all(notice.title and notice.body.endswith(".") and notice.href.startswith("/") for notice in everything())


def test_the_product_s_own_types_are_there() -> None:
    """PRODUCT, section 7."""
    assert {
        "lora.training.started",
        "lora.training.progress",
        "lora.training.completed",
        "lora.training.failed",
        "lora.retrain.available",
        "hd_mode.unlocked",
        "job.completed",
        "job.failed",
        "credits.low",
    } <= {str(one) for one in NotificationType}
    assert {str(one) for one in LIVE_ONLY} == {"lora.training.progress"}


def test_the_same_happening_has_the_same_id_and_another_one_another() -> None:
    first, again = everything(), everything()
    assert [notice.id for notice in first] == [notice.id for notice in again]
    ids = {notice.id for notice in first}
    assert len(ids) == len(first) - 4  # a job, an archive, an export and a draft end once, whichever way
    job = a_job()
    assert words.job_settled(job).id != words.job_settled(replace(job, round=job.round + 1)).id
    low = {words.credits_low(USER, available=0, threshold=50, entry=entry).id for entry in (1, 2)}
    assert len(low) == 2


def test_what_it_is_about_is_said_in_ids_and_as_a_path() -> None:
    model = a_lora_model()
    assert words.hd_unlocked(model).about == About(lora_model_id=model.id, subject_id=model.subject_id)
    assert words.hd_unlocked(model).href == f"/influencers/{model.subject_id}/training"
    assert words.hd_unlocked(replace(model, photo_set="0" * 64)).href == f"/personas/{model.subject_id}/training"
    assert words.archive_ready(EXPORT, 0).href == f"/exports/{EXPORT.id}"
    assert words.archive_ready(ARCHIVE, 3).about == About(archive_id=ARCHIVE.id)
    assert words.archive_ready(ARCHIVE, 2).body == "2 images, kept for 24 hours. 1 deleted since were left out."
    assert words.credits_low(USER, available=40, threshold=50, entry=3).href == "/credits"
    of_subject = replace(EXPORT, subject_id=SubjectId(UUID(int=4)))
    assert words.archive_ready(of_subject, 0).about == About(archive_id=EXPORT.id, subject_id=SubjectId(UUID(int=4)))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [(60, 50, False), (60, 49, True), (50, 49, True), (49, 40, False), (100, 0, True), (49, 0, False)],
)
def test_credits_are_low_once_each_time_they_fall_below(before: int, after: int, told: bool) -> None:
    assert falls_below(50, before=before, after=after) is told


def test_nobody_is_told_where_there_is_no_threshold() -> None:
    assert not any(falls_below(0, before=before, after=after) for before, after in ((10, 0), (0, 0)))


def test_paths_of_the_studio_are_written_in_one_place() -> None:
    told = Path("domain/notifications/words.py").read_text(encoding="utf-8")
    assert 'href=f"' not in told
    assert 'href="' not in told

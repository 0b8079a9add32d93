"""A project is read by a model where there is one: what is asked, what of the answer is kept, and what stands where there is none."""

from typing import Any, cast

from app.settings import Settings
from app.worker import running_worker
from domain.errors import OutcomeUnknown, ProviderRefused
from domain.ports.language_model import Question
from domain.projects.content import Sentiment
from domain.projects.question import ConceptSaid, ContentSaid
from tests.api.test_projects import analyzed, consent, created, with_still
from tests.support.owner import Owner
from tests.support.studio import Studio
from tests.support.words import asking

IDEA = ConceptSaid(title="Tree", headline="Plant it", visual_elements=("a tree",), prompt="Beside a small tree")
SAID = ContentSaid(sentiment=Sentiment.POSITIVE, sentiment_score=0.7, keywords=("patience",), concepts=(IDEA,))


class Reader:
    """Answers in turn, and keeps what it was asked."""

    def __init__(self, *answers: ContentSaid | Exception) -> None:
        self.answers, self.asked = list(answers), list[Question[Any]]()

    async def answer(self, question: Question[Any]) -> Any:
        self.asked.append(question)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return cast("Any", answer)


async def test_whatever_becomes_of_the_question_a_project_is_read(
    studio: Studio, owner: Owner, settings: Settings
) -> None:
    await consent(studio)
    project = (await created(studio))["id"]
    await with_still(studio, project)
    bad = ContentSaid(sentiment=Sentiment.NEUTRAL, sentiment_score=0.0, keywords=(), concepts=())
    reader = Reader(ProviderRefused("No.", detail="no"), OutcomeUnknown("Lost.", detail="lost"), bad, SAID)
    async with running_worker(settings, words=asking(reader)):
        for because in ("REFUSED", "OUTCOME_UNKNOWN", "UNFIT_ANSWER"):
            found = (await analyzed(studio, project))["analysis"]
            assert (found["analyzedBy"], found["localBecause"], found["stillCount"]) == ("LOCAL", because, 0)
        found = (await analyzed(studio, project))["analysis"]
        assert (found["analyzedBy"], found["localBecause"], found["stillCount"]) == ("OPENAI", None, 1)
        assert (found["sentiment"], found["sentimentScore"], found["keywords"]) == ("POSITIVE", 0.7, ["patience"])
        assert [(one["title"], one["visualElements"]) for one in found["concepts"]] == [("Tree", ["a tree"])]
        assert (await analyzed(studio, project))["analysis"] == found
    assert len(reader.asked) == 4, "what was read there stays the answer"
    assert all(len(question.pictures) == 1 for question in reader.asked)
    assert reader.asked[0].text.endswith("The pictures are stills of the video.")
    states = await owner.rows("SELECT status, is_asking FROM project_analyses")
    assert states == [("DONE", False)] * 4

"""What is told of a project: how long it may be, and which words are not taken.

It is an account of a video and no wish for a picture: that somebody's child is spoken of refuses nothing here. What is drawn from it
goes through the screening of wishes on its way into a prompt (`domain.projects.snippet`).
"""

import re
from dataclasses import dataclass

from domain.errors import InvalidInput, PromptRefused
from domain.projects.project import LONGEST_SUMMARY, LONGEST_TITLE, LONGEST_TRANSCRIPT
from domain.safety.decisions import BY_WORDS
from domain.safety.judging import Words
from domain.safety.rules import MESSAGES, POLICY, Rule
from domain.safety.screening import Kind, fingerprint_of, rule_against

SENTENCES = re.compile(r"[.!?\n\u3002\uff01\uff1f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectWords:
    title: str
    transcript: str | None
    summary: str | None

    @property
    def told(self) -> str:
        """All of it, for whoever reads it."""
        return "\n".join(part for part in (self.title, self.summary, self.transcript) if part)


def words_of(title: str, transcript: str | None, summary: str | None) -> ProjectWords:
    """Raises `InvalidInput`. What is empty counts as none."""
    words = ProjectWords(
        title=" ".join(title.split()),
        transcript=(transcript or "").strip() or None,
        summary=(summary or "").strip() or None,
    )
    if not 1 <= len(words.title) <= LONGEST_TITLE:
        raise InvalidInput(f"A title has 1 to {LONGEST_TITLE} characters.", field="title")
    _check_length(words.transcript, LONGEST_TRANSCRIPT, "transcript")
    _check_length(words.summary, LONGEST_SUMMARY, "summary")
    if words.transcript is None and words.summary is None:
        raise InvalidInput("Give a transcript or a summary, or both.", field="transcript")
    if any("\0" in part for part in (words.title, words.transcript or "", words.summary or "")):
        raise InvalidInput("Text has no NUL characters.", field="transcript")
    return words


def _check_length(text: str | None, longest: int, field: str) -> None:
    if text is not None and len(text) > longest:
        raise InvalidInput(f"A {field} has at most {longest:,} characters; this one has {len(text):,}.", field=field)


def judged_words(operation: str, words: ProjectWords) -> Words:
    """For a judge outside. The transcript is not among them: it is read here, and what comes of it is judged."""
    return Words(operation=operation, fields={"title": (Kind.WISH, words.title), "summary": (Kind.WISH, words.summary)})


def check_told(operation: str, words: ProjectWords) -> None:
    """Sentence by sentence. Takes up to 0.3 s for the longest transcript. Raises `PromptRefused`."""
    told = {"title": words.title, "summary": words.summary, "transcript": words.transcript}
    for field, text in told.items():
        for sentence in SENTENCES.split(text or ""):
            if sentence.strip() and rule_against(Kind.WISH, sentence) is Rule.NO_SEXUALISED_MINORS:
                raise PromptRefused(
                    MESSAGES[Rule.NO_SEXUALISED_MINORS],
                    operation=operation,
                    field=field,
                    rule=Rule.NO_SEXUALISED_MINORS,
                    policy=POLICY,
                    judge=BY_WORDS,
                    sha256=fingerprint_of(sentence),
                )

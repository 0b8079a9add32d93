"""The word lists as they are looked up: each step takes as long for a thousand words as for one.

A second vocabulary holds the same in skeletons, for words written with figures and signs (see `reading.skeleton`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeVar

from domain.safety.ages import Ages, ages_of
from domain.safety.language import Language, entries
from domain.safety.reading import VOWELS, folded, marked, skeleton, tokens_of, without_vowels
from domain.safety.words import LANGUAGES

SURE = 8
"""Letters from which on a word is found across spaces, anywhere: shorter ones come about by chance, at the seams of others."""
STEM = 4


class Topic(Enum):
    MINOR = auto()
    SEXUAL = auto()
    ADULTHOOD = auto()
    CLOTHING = auto()


K = TypeVar("K")
T = TypeVar("T")
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    phrase: Phrase
    topic: Topic
    fine_before: tuple[Phrase, ...] = ()
    fine_after: tuple[Phrase, ...] = ()

    def stands_at(self, words: Sequence[str], place: int) -> bool:
        """Whether it is here, in company that does not make it harmless."""
        end = place + len(self.phrase)
        if tuple(words[place:end]) != self.phrase:
            return False
        if any(tuple(words[end : end + len(next_)]) == next_ for next_ in self.fine_before):
            return False
        return not any(
            place >= len(last) and tuple(words[place - len(last) : place]) == last for last in self.fine_after
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    singles: Mapping[str, tuple[Entry, ...]]
    phrases: Mapping[tuple[str, str], tuple[Entry, ...]]
    """By their first two words."""
    stems: Mapping[str, tuple[tuple[str, Topic], ...]]
    """By their first letters, as `pieces` are."""
    pieces: Mapping[str, tuple[tuple[str, Topic], ...]]
    sure: Mapping[str, tuple[tuple[str, Topic], ...]]
    joined: Mapping[str, Topic]
    """What two or three neighbours make when they are put together."""
    seams: frozenset[Phrase]
    short: tuple[tuple[str, Topic], ...]
    """Words of three letters, too short for `pieces`."""
    masked: Mapping[str, Topic]
    """With stars for vowels, and no other letter hidden."""
    anywhere: Mapping[str, tuple[tuple[str, Topic], ...]]
    """By their first character."""
    excused: frozenset[str]
    """Last words of what is harmless in company."""
    marked: frozenset[str]
    people: frozenset[str]
    young: frozenset[str]
    young_after: frozenset[str]
    ages: Ages


def compiled(languages: Iterable[Language], fold: Callable[[str], str]) -> Vocabulary:
    every = list(languages)
    before = {word: near for language in every for word, near in _company(language.fine_before, fold)}
    after = {word: near for language in every for word, near in _company(language.fine_after, fold)}
    found = [
        Entry(phrase, topic, before.get(phrase, ()), after.get(phrase, ()))
        for language in every
        for phrase, topic in _entries_of(language, fold)
    ]
    single = {entry.phrase[0]: entry.topic for entry in found if len(entry.phrase) == 1}
    whole = {"".join(entry.phrase): entry.topic for entry in found}
    stems = dict(stem for language in every for stem in _stems_of(language, fold))
    return Vocabulary(
        singles=_grouped((entry.phrase[0], entry) for entry in found if len(entry.phrase) == 1),
        phrases=_grouped(((entry.phrase[0], entry.phrase[1]), entry) for entry in found if len(entry.phrase) > 1),
        stems=_by_beginning(stems),
        pieces=_by_beginning({word: topic for word, topic in (single | whole).items() if len(word) >= STEM}),
        sure=_by_beginning({word: topic for word, topic in (whole | stems).items() if len(word) >= SURE}),
        masked={without_vowels(word): topic for word, topic in single.items() if VOWELS.search(word)},
        seams=frozenset(phrase for language in every for phrase in _phrases(language.seams, fold)),
        short=tuple((word, topic) for word, topic in single.items() if len(word) == STEM - 1),
        joined={word: topic for word, topic in single.items() if len(word) >= STEM},
        anywhere=_grouped((text[0], (text, topic)) for language in every for text, topic in _anywhere(language, fold)),
        excused=frozenset(entry.phrase[-1] for entry in found if entry.fine_before or entry.fine_after),
        marked=frozenset(marked(word) for language in every for word in entries(language.marked_minors)),
        people=_all_of(every, "people", fold),
        young=_all_of(every, "young", fold),
        young_after=_all_of(every, "young_after", fold),
        ages=ages_of(every, fold),
    )


def _company(near: Mapping[str, str], fold: Callable[[str], str]) -> Iterable[tuple[Phrase, tuple[Phrase, ...]]]:
    """It counts for the word in whatever language it is listed."""
    return [(_phrase(word, fold), _phrases(text, fold)) for word, text in near.items()]


def _entries_of(language: Language, fold: Callable[[str], str]) -> Iterable[tuple[Phrase, Topic]]:
    for text, topic in (
        (language.minors, Topic.MINOR),
        (language.sexual, Topic.SEXUAL),
        (language.adults, Topic.ADULTHOOD),
        (language.clothes, Topic.CLOTHING),
    ):
        yield from ((phrase, topic) for phrase in dict.fromkeys(_phrases(text, fold)))


def _stems_of(language: Language, fold: Callable[[str], str]) -> Iterable[tuple[str, Topic]]:
    for text, topic in ((language.minor_stems, Topic.MINOR), (language.sexual_stems, Topic.SEXUAL)):
        for stem in entries(text):
            yield _squeezed(stem, fold), topic
    for pattern in entries(language.compounds):
        for number in entries(language.numbers):
            for way in number.split("/"):
                yield _squeezed(pattern.format(way), fold), Topic.MINOR


def _anywhere(language: Language, fold: Callable[[str], str]) -> Iterable[tuple[str, Topic]]:
    for text, topic in (
        (language.anywhere, Topic.MINOR),
        (language.anywhere_sexual, Topic.SEXUAL),
        (language.adults_anywhere, Topic.ADULTHOOD),
        (language.clothes_anywhere, Topic.CLOTHING),
    ):
        for word in entries(text):
            yield _squeezed(word, fold), topic


def _all_of(languages: Iterable[Language], name: str, fold: Callable[[str], str]) -> frozenset[str]:
    """The last words, of phrases: what stands before one of them may be anything."""
    return frozenset(_phrase(entry, fold)[-1] for language in languages for entry in entries(getattr(language, name)))


def _phrases(text: str, fold: Callable[[str], str]) -> tuple[Phrase, ...]:
    return tuple(_phrase(entry, fold) for entry in entries(text))


def _phrase(entry: str, fold: Callable[[str], str]) -> Phrase:
    return tuple(tokens_of(fold(entry)))


def _squeezed(text: str, fold: Callable[[str], str]) -> str:
    return "".join(fold(text).split())


def _by_beginning(topics: Mapping[str, Topic]) -> dict[str, tuple[tuple[str, Topic], ...]]:
    return _grouped((word[:STEM], (word, topic)) for word, topic in topics.items())


def _grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, tuple[T, ...]]:
    groups: defaultdict[K, list[T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _in_skeleton(text: str) -> str:
    return skeleton(folded(text))


PLAIN = compiled(LANGUAGES, folded)
SKELETONS = compiled([language for language in LANGUAGES if folded(language.minors).isascii()], _in_skeleton)

"""Of what a text speaks, looked for in each of its readings."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from domain.safety.ages import with_figures, written_ages
from domain.safety.lookalikes import APOSTROPHES
from domain.safety.reading import (
    folded,
    in_bits,
    leet_words,
    marked,
    masked_words,
    put_together,
    readings,
    skeleton,
    spelled_out,
    tokens_of,
    with_stops,
)
from domain.safety.vocabulary import PLAIN, SKELETONS, STEM, Topic, Vocabulary

NEAR = 3
"""How many words may stand between a youthful word and the person it is said of, itself included."""


def topics_of(text: str) -> frozenset[Topic]:
    plain = with_figures(folded(text))
    found: set[Topic] = set()
    if written_ages(plain):
        found.add(Topic.MINOR)
    apart = tokens_of(plain)
    if not PLAIN.excused.isdisjoint(apart):
        found.update(_named(with_stops(plain), PLAIN))
    for words in readings(text, plain, apart):
        found |= _topics_in(words, PLAIN)
        found |= _hidden_topics(words)
    found |= {PLAIN.masked[piece] for piece in masked_words(plain) & PLAIN.masked.keys()}
    if mixed := leet_words(plain):
        found |= _topics_in(mixed, SKELETONS) | _in_neighbours(mixed, SKELETONS)
    if not text.isascii():
        found |= _topics_of_other_scripts(text, plain)
    return frozenset(found)


def _topics_in(words: Sequence[str], vocabulary: Vocabulary) -> set[Topic]:
    found = set(_named(words, vocabulary))
    if Topic.MINOR not in found and (_are_young(words, vocabulary) or vocabulary.ages.are_minors(words)):
        found.add(Topic.MINOR)
    return found


def _named(words: Sequence[str], vocabulary: Vocabulary) -> Iterable[Topic]:
    seen = set(words)
    if heads := vocabulary.singles.keys() & seen:
        for place, word in enumerate(words):
            if word in heads:
                yield from (entry.topic for entry in vocabulary.singles[word] if entry.stands_at(words, place))
    if pairs := vocabulary.phrases.keys() & set(pairwise(words)):
        for place, pair in enumerate(pairwise(words)):
            if pair in pairs:
                yield from (entry.topic for entry in vocabulary.phrases[pair] if entry.stands_at(words, place))
    if beginnings := vocabulary.stems.keys() & {word[:STEM] for word in seen}:
        for word in seen:
            if word[:STEM] in beginnings:
                yield from (topic for stem, topic in vocabulary.stems[word[:STEM]] if word.startswith(stem))


def _are_young(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    if vocabulary.people.isdisjoint(words):
        return False
    return any(
        not vocabulary.young.isdisjoint(words[max(0, place - NEAR) : place])
        or not vocabulary.young_after.isdisjoint(words[place + 1 : place + 2])
        for place, word in enumerate(words)
        if word in vocabulary.people
    )


def _hidden_topics(words: Sequence[str]) -> set[Topic]:
    """Of words that were cut into pieces or into letters."""
    found = _in_neighbours(words, PLAIN)
    for bits in in_bits(words):
        found |= set(_inside("".join(bits), PLAIN.sure)) | _spelled_topics(bits)
    return found


def _spelled_topics(bits: Sequence[str]) -> set[Topic]:
    found: set[Topic] = set()
    for run in spelled_out(bits):
        found |= set(_short_inside(run))
        found |= set(_inside(run, PLAIN.pieces)) | set(_inside(skeleton(run), SKELETONS.pieces))
        if not (run.isascii() and run.isalpha()):
            found |= _topics_in(tokens_of(run), PLAIN)
    return found


def _in_neighbours(words: Sequence[str], vocabulary: Vocabulary) -> set[Topic]:
    hits = vocabulary.joined.keys() & put_together(words)
    if not hits:
        return set()
    pairs = {a + b for a, b in pairwise(words) if (a, b) not in vocabulary.seams}
    threes = {a + b + c for a, b, c in zip(words, words[1:], words[2:], strict=False)}
    return {vocabulary.joined[word] for word in hits & (pairs | threes)}


def _inside(text: str, pieces: Mapping[str, tuple[tuple[str, Topic], ...]]) -> Iterable[Topic]:
    beginnings = {text[place : place + STEM] for place in range(len(text) - STEM + 1)} & pieces.keys()
    for beginning in beginnings:
        for word, topic in pieces[beginning]:
            if word in text:
                yield topic


def _short_inside(run: str) -> Iterable[Topic]:
    """Also what is refused in company only: in a row of letters there is no telling where its company ends."""
    yield from (topic for word, topic in PLAIN.short if word in run)
    if any(word in run for word in PLAIN.people) and any(word in run for word in PLAIN.young):
        yield Topic.MINOR


def _topics_of_other_scripts(text: str, plain: str) -> set[Topic]:
    words = tokens_of(marked(text).translate(APOSTROPHES))
    squeezed = "".join(tokens_of(plain))
    found = set(_anywhere(plain, squeezed))
    if not PLAIN.marked.isdisjoint([*words, *spelled_out(words)]) or written_ages(squeezed):
        found.add(Topic.MINOR)
    return found


def _anywhere(plain: str, squeezed: str) -> Iterable[Topic]:
    """The longest first, and taken out when it was found: 未成年 has 成年 in it, and is its opposite."""
    firsts = PLAIN.anywhere.keys() & set(plain)
    for word, topic in sorted((entry for first in firsts for entry in PLAIN.anywhere[first]), key=_shortness):
        if word in squeezed or word in plain:
            squeezed, plain = squeezed.replace(word, " "), plain.replace(word, " ")
            yield topic


def _shortness(entry: tuple[str, Topic]) -> int:
    return -len(entry[0])

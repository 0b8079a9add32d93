"""Keywords without a model: RAKE (Rose et al., "Automatic keyword extraction from individual documents", 2010).

Candidates are what stands between stop words and punctuation. A word counts as its degree over its frequency, a phrase as the sum of its
words. RAKE was made for abstracts; in speech, what is said once in a long phrase would win. So a phrase also counts by how often it is
said, more where it stands in the title, and of a long text what is said only once is left out while there is enough else.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log1p

from domain.projects.content import LONGEST_KEYWORD, MOST_KEYWORDS
from domain.projects.stop_words import STOP_WORDS, language_of

WORDS = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
PIECES = re.compile(r"[^\w\s'\u2019-]+|\n+|\s[-\u2013]\s")
LONGEST_PHRASE = 3
SHORTEST_WORD = 3
LONG_TEXT = 300
"""Words."""
IN_TITLE = 2.0


def words_in(text: str) -> list[str]:
    return WORDS.findall(text.casefold())


def keywords_of(title: str, text: str, *, most: int = MOST_KEYWORDS) -> tuple[str, ...]:
    """In lower case, the best first. `text` holds the title or not."""
    words = words_in(text)
    stops = STOP_WORDS.get(language_of(words) or "", frozenset())
    phrases = _said(list(_runs(text, stops)))
    counts = Counter(phrases)
    scores = _scored(phrases, counts, frozenset(words_in(title)))
    ranked = sorted(counts, key=lambda phrase: (-scores[phrase], phrases.index(phrase)))
    if len(words) > LONG_TEXT:
        repeated = [phrase for phrase in ranked if counts[phrase] > 1]
        ranked = repeated if len(repeated) >= most // 2 else ranked
    return tuple(" ".join(phrase) for phrase in _apart(ranked, most))


def _runs(text: str, stops: frozenset[str]) -> Iterable[tuple[str, ...]]:
    """Words that follow one another without a stop word or a sign between them."""
    for piece in PIECES.split(text.casefold()):
        run: list[str] = []
        for word in WORDS.findall(piece):
            if _is_stop(word, stops):
                yield tuple(run)
                run = []
            else:
                run.append(word)
        yield tuple(run)


def _said(runs: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Phrases. Nobody says a keyword of four words: of longer runs only those two that are said elsewhere too."""
    whole = [run for run in runs if 1 <= len(run) <= LONGEST_PHRASE]
    pairs = [pair for run in runs if len(run) > LONGEST_PHRASE for pair in pairwise(run)]
    counts = Counter([*whole, *pairs])
    return whole + [pair for pair in pairs if counts[pair] > 1]


def _is_stop(word: str, stops: frozenset[str]) -> bool:
    """As `don't` of `don`. In a language whose stop words are not known, short words are taken for them."""
    stem = re.split("['\u2019]", word)[0]
    shortest = SHORTEST_WORD if stops else SHORTEST_WORD + 1
    is_short = len(stem) < shortest and word.isascii()
    return word in stops or stem in stops or is_short or stem.isdigit()


def _scored(
    phrases: Sequence[tuple[str, ...]], counts: Counter[tuple[str, ...]], title: frozenset[str]
) -> dict[tuple[str, ...], float]:
    frequency = Counter(word for phrase in phrases for word in phrase)
    degree: Counter[str] = Counter()
    for phrase in phrases:
        for word in phrase:
            degree[word] += len(phrase)

    def score(phrase: tuple[str, ...]) -> float:
        rake = sum(degree[word] / frequency[word] for word in phrase)
        said = sum(frequency[word] for word in phrase) / len(phrase)
        return rake * log1p(counts[phrase]) * log1p(said) * (IN_TITLE if title & set(phrase) else 1)

    return {phrase: score(phrase) for phrase in counts}


def _apart(ranked: Iterable[tuple[str, ...]], most: int) -> list[tuple[str, ...]]:
    """Without those that say the same as a better one: that share half of their words or more with it."""
    chosen: list[tuple[str, ...]] = []
    for phrase in ranked:
        alike = any(2 * len(_stems(phrase) & _stems(one)) >= min(len(phrase), len(one)) for one in chosen)
        if not alike and len(" ".join(phrase)) <= LONGEST_KEYWORD:
            chosen.append(phrase)
        if len(chosen) == most:
            break
    return chosen


def _stems(phrase: tuple[str, ...]) -> set[str]:
    return {word.removesuffix("s") for word in phrase}

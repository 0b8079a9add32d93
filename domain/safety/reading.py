"""A text as its reader would take it, whatever it is written with. One text has several readings; each is looked through.

Everything here takes time in proportion to the text: no pattern looks back or repeats inside of a repetition.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from operator import add

from domain.safety.language import entries
from domain.safety.lookalikes import APOSTROPHES, BLANKS, ENCLOSED, LEET, OWN_BASE, TO_CYRILLIC, TO_LATIN

TOKENS = re.compile(r"\d+|(?:[^\W\d_]|[\u0900-\u0963\u0970-\u0dff\u0e30-\u0e4e])+")
"""Of Indian and Thai vowels some are no letters to `re`."""
ASCII_TOKENS = re.compile(r"\d+|[A-Za-z]+")
"""The same, in a third of the time."""
STRETCHED = re.compile(r"(\w)\1\1")
CYRILLIC = re.compile(r"[Ѐ-ӿ]")
ARABIC = re.compile(r"[؀-ۿ]")
LEET_CHARACTERS = frozenset("0123456789@$!|€£§")
LEET_SIGNS = re.compile(r"[0-9@$!|€£§]")
MEASURE = re.compile(r"\(*f?[\d.,:/%x-]*(?:mm|cm|m|k|s|st|nd|rd|th|d|p|px|fps|yo|kg|in|s-style|/4)?\)*")
"""What has figures and is no word: 85mm, f/1.8, 4k, 1950s, (1.2)."""
STOPPED = re.compile(r"\d+|[^\W\d_]+|[,;.!?|()\n。、，；]")
STARS = frozenset("*#?%•·")
STOPS = ".,;:!?()[]"
HIDDEN = re.compile(r"(?<=\w)[*#?%•·]+(?=\w)")
VOWELS = re.compile(r"[aeiou]")

ARTICLES = ("وال", "بال", "فال", "كال", "ال", "لل", "و", "ب", "ل", "ف", "ك")
"""What Arabic writes in one with the word behind it, longest first."""

Tokens = Sequence[str]


class _Folds(dict[int, str | int | None]):
    """What becomes of each character: marks and what is not seen go, figures of every script become 0 to 9.

    Filled as characters are met; there are no more than Unicode has.
    """

    def __missing__(self, code: int) -> str | int | None:
        self[code] = found = _fold(code)
        return found


def _fold(code: int) -> str | int | None:
    character = chr(code)
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf"}:
        return None
    if category == "Nd":
        return str(unicodedata.digit(character))
    return code


FOLDS = _Folds({**ENCLOSED, **OWN_BASE, **BLANKS, **APOSTROPHES})
ASCII_FOLDS = {**BLANKS, **APOSTROPHES}
ARABIC_FORMS = str.maketrans("ةىی", "هيي", "ـ")


def folded(text: str) -> str:
    """Without case, marks, fonts and what is not seen; every script stays its own."""
    if text.isascii():
        return text.translate(ASCII_FOLDS).lower()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(FOLDS)
    return unicodedata.normalize("NFC", plain).translate(ARABIC_FORMS)


def words_of(text: str) -> frozenset[str]:
    """A list of single words, folded."""
    return frozenset(folded(entry) for entry in entries(text))


def marked(text: str) -> str:
    """As `folded`, with the marks."""
    return unicodedata.normalize("NFKC", text).casefold()


def tokens_of(text: str) -> list[str]:
    """Words and numbers, apart even where they are written in one."""
    found: list[str] = (ASCII_TOKENS if text.isascii() else TOKENS).findall(text)
    return found


def with_stops(plain: str) -> list[str]:
    """Words, with what parts them: company across a comma is none."""
    found: list[str] = STOPPED.findall(plain)
    return found


def readings(text: str, plain: str, words: Tokens) -> Iterator[Tokens]:
    """Of a text, its folded form and that one's words; those first. They overlap: what is found in two was written once."""
    yield words
    yield from _of_pieces(plain.split(), words)
    if not text.isascii():
        yield from _of_other_scripts(text, plain, words)
    if STRETCHED.search(plain):
        yield [_once(word) for word in words]
        yield [_twice(word) for word in words]


def _of_pieces(pieces: Sequence[str], words: Tokens) -> Iterator[Tokens]:
    """What stands between two spaces in one, where signs cut it up. All of the text only where a piece is of single letters."""
    if len(pieces) == len(words):
        return
    odd = [piece for piece in pieces if not piece.strip(STOPS).isalnum()]
    cut = [found for piece in odd if len(found := tokens_of(piece)) > 1]
    if any(len(found) > 2 and all(len(bit) == 1 and bit.isalpha() for bit in found) for found in cut):
        yield tokens_of(" ".join(["".join(tokens_of(piece)) for piece in pieces]))
    elif cut:
        yield tokens_of(" ".join(map("".join, cut)))


def _of_other_scripts(text: str, plain: str, words: Tokens) -> Iterator[Tokens]:
    latin = folded(_compatible(text).translate(TO_LATIN))
    if latin != plain:
        yield tokens_of(latin)
    if CYRILLIC.search(plain):
        yield tokens_of(plain.translate(TO_CYRILLIC))
    if ARABIC.search(plain):
        yield [_without_article(word) for word in words]


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def leet_words(plain: str) -> list[str]:
    """All of it, where any piece mixes letters with figures or signs; to be compared with words in the same `skeleton`."""
    if LEET_CHARACTERS.isdisjoint(plain):
        return []
    pieces = [piece.rstrip(".,;:!?") for piece in plain.split()]
    if not any(not piece.isalpha() and LEET_SIGNS.search(piece) and not MEASURE.fullmatch(piece) for piece in pieces):
        return []
    return tokens_of(" ".join([piece if piece.isdigit() else skeleton(piece) for piece in pieces]))


def masked_words(plain: str) -> set[str]:
    """Pieces with stars for letters; to be compared with words `without_vowels`."""
    if STARS.isdisjoint(plain):
        return set()
    return {re.sub(r"[*#?%•·]", "*", piece.strip(STOPS)) for piece in plain.split() if HIDDEN.search(piece)}


def without_vowels(word: str) -> str:
    return VOWELS.sub("*", word)


def skeleton(word: str) -> str:
    return word.translate(LEET)


def spelled_out(words: Tokens) -> list[str]:
    """Runs of three and more single letters or figures, put together: t e e n."""
    return ["".join(run) for run in _runs(words, 1) if len(run) > 2 or not run[0].isascii()]


def in_bits(words: Tokens) -> list[Tokens]:
    """Runs of pieces of up to three letters: te en ag er."""
    return _runs(words, 3)


def _runs(words: Tokens, longest: int) -> list[Tokens]:
    runs: list[Tokens] = []
    run: list[str] = []
    for word in (*words, "    "):
        if len(word) <= longest:
            run.append(word)
        elif run:
            if len(run) > 1:
                runs.append(run)
            run = []
    return runs


def put_together(words: Tokens) -> set[str]:
    """Two or three neighbours in one: a word that was cut."""
    pairs = list(map(add, words, words[1:]))
    return {*pairs, *map(add, pairs, words[2:])}


def _once(word: str) -> str:
    return re.sub(r"(\w)\1\1+", r"\1", word)


def _twice(word: str) -> str:
    return re.sub(r"(\w)\1\1+", r"\1\1", word)


def _without_article(word: str) -> str:
    for article in ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 3:
            return word.removeprefix(article)
    return word

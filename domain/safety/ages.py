"""Ages below eighteen in a text: in figures and words, before and behind what makes an age of a number.

Words come folded and apart (`domain.safety.reading.tokens_of`). Numbers in words are made into figures first; then one
pattern looks for figures beside units. It starts at figures only and repeats nothing, so it takes no more than one walk.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.safety.language import Language, entries
from domain.safety.reading import words_of

MINOR_AGES = frozenset(f"{zeros}{age}" for age in range(18) for zeros in ("", "0", "00"))
WEAK = "~"
"""Before figures that were a word of `COMMON`."""
WEAK_AGES = frozenset(f"{WEAK}{age}" for age in range(18))
ANY_AGES = MINOR_AGES | WEAK_AGES
LONGEST = 4
"""Words of a unit, or of what stands before an age."""
Words = tuple[str, ...]

THINGS = words_of("""
    experience, dexperience, expertise, dexpertise, danciennete, desperienza, career, business, service, warranty,
    guarantee, anniversary, jubilee, whisky, whiskey, scotch, bourbon, wine, rum, malt, cheddar, bonsai, beard, stubble,
    car, house, building, oak, experiencia, experienza, erfahrung, berufserfahrung, ervaring, doswiadczenia, опыта,
    стажа, досвіду, deneyim, carriere, carrera, carreira, carriera, garantia, garantie, garanzia, existence, mariage,
    jubilaum, firmenjubilaum, aniversario, anniversaire, experiencias, praktik, praxis, خبره,
    تجربه, अनुभव, pengalaman, kinh, experienta, zkusenosti, tapasztalat, kokemus, erfarenhet, erfaring,
    εμπειριας
""")
"""What has years without being a person: a number of years before one of these is no age."""
LINKS = words_of("""
    of, de, d, di, in, von, van, a, la, het, का, के, की, the
""")
FILLERS = words_of("""
    about, around, like, only, just, exactly, is, of, aged
""")
AND = words_of("y, e, et, si, and, und, en, i, و")
"""Between tens and ones."""
COMMON = words_of("""
    on, to, fire, fem, en, et, ni, um, un, una, uno, une, ein, eine, eins, one, once, hat, het, set, sei, sex, mot, ba, hai, tam, pet, due
""")
"""Numbers of one language that are everyday words of another: ages only with a unit behind them."""
COUNTED = words_of("""
    feet, foot, ft, cm, m, meters, metres, inches, inch, percent, pct, minutes, minute, min, hours, hour, seconds, days,
    weeks, months, out, times, x, k, am, pm, dollars, euros, usd, eur, of, th, st, nd, rd, titanium, steel, images,
    pictures, photos, shots, looks, outfits, colors, colours, rings, bags
""")
"""What is counted or measured: a number before one of these is no age, whatever stands before it."""

KANJI = re.compile(
    r"(?<![〇一二三四五六七八九十百千廿卅])(?:十[一二三四五六七]?|[一二三四五六七八九])(?:周|週)?(?:岁|歲|歳|才)"
)
FIGURE = re.compile(r"\d")
SPAN = re.compile(
    r"(?:0?\d|1[0-7])\s?(?:-|–|—|~|/|to|bis)\s?\d{1,2}[\s-]?(?:yo|y/o|yrs?\b|years?[\s-]old|jahre|ans|anos|anni|лет|歳|岁|세|살)"
)
LETTERED = re.compile(r"[il|](?<![^\W_][il|])(?=\d(?!\d))|1[os](?<!\d1[os])(?=\W|y)")
"""A letter in the place of a figure: l5, 1o."""
FEMALE_TAG = re.compile(r"(?:1[0-7]f|f1[0-7])(?![\w/.])")
FIGURES = re.compile(r"\d+")
BORN = re.compile(r"born (?:in )?(?:2009|201\d|202\d)(?!\d)")
"""Those who are under 18 on the day these rules were written, and who are not yet born."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    numbers: Mapping[str, str]
    """By a word that is a number, its figures."""
    tens: frozenset[str]
    phrases: tuple[tuple[str, str], ...]
    """Numbers of two words, the same way, each with a space on either side."""
    units: frozenset[Words]
    beginnings: tuple[str, ...]
    """Of units with any ending."""
    aged: frozenset[Words]

    def are_minors(self, words: Sequence[str]) -> bool:
        is_number = not self.numbers.keys().isdisjoint(words)
        if is_number:
            words = self._in_figures(words)
        if ANY_AGES.isdisjoint(words):
            return False
        return any(self._is_age(words, place) for place, word in enumerate(words) if word in ANY_AGES)

    def _in_figures(self, words: Sequence[str]) -> Sequence[str]:
        text = f" {' '.join(words)} "
        for phrase, figures in self.phrases:
            if phrase in text:
                text = text.replace(phrase, figures)
        apart = text.split()
        if self.tens.isdisjoint(apart):
            return [self.numbers.get(word, word) for word in apart]
        return list(self._after_tens(apart))

    def _after_tens(self, words: Sequence[str]) -> Iterable[str]:
        last = ""
        for word in words:
            figures = self.numbers.get(word, word)
            yield word if last in self.tens and len(figures.removeprefix(WEAK)) == 1 else figures
            last = last if word in AND else word

    def _is_age(self, words: Sequence[str], place: int) -> bool:
        for end in range(place + 2, place + 2 + LONGEST):
            unit = tuple(words[place + 1 : end])
            if unit in self.units and not _are_things(words[end : end + 4]):
                return True
        following = words[place + 1 : place + 2]
        if following and following[0].startswith(self.beginnings):
            return not _are_things(words[place + 2 : place + 6])
        return not (words[place] in WEAK_AGES or (following and following[0] in COUNTED)) and (
            self._is_said_before(words, place)
            or (place > 1 and words[place - 1] in FILLERS and self._is_said_before(words, place - 1))
        )

    def _is_said_before(self, words: Sequence[str], place: int) -> bool:
        return any(tuple(words[max(0, place - length) : place]) in self.aged for length in range(1, LONGEST + 1))


def written_ages(plain: str) -> bool:
    """Ages that are told by more than words: with signs between figures, or in figures of another script."""
    if BORN.search(plain) or (not plain.isascii() and KANJI.search(plain)):
        return True
    return any(
        SPAN.match(plain, found.start()) or _is_tag(plain, found.start()) or _is_tag(plain, found.start() - 1)
        for found in FIGURES.finditer(plain)
    )


def _is_tag(plain: str, start: int) -> bool:
    begins = start == 0 or (start > 0 and not plain[start - 1].isalnum())
    return begins and FEMALE_TAG.match(plain, start) is not None


def with_figures(plain: str) -> str:
    """Letters among figures as the figures they pass for."""
    if not FIGURE.search(plain):
        return plain
    return LETTERED.sub(lambda found: "1" if found[0] in "il|" else "10" if found[0] == "1o" else "15", plain)


def ages_of(languages: Iterable[Language], fold: Callable[[str], str]) -> Ages:
    every = list(languages)
    numbers = {
        _spaced(way, fold): str(number)
        for language in every
        for number, ways in enumerate(entries(language.numbers), 1)
        for way in ways.split("/")
    }
    common = {fold(word) for word in COMMON}
    units = [entry for language in every for entry in entries(language.years)]
    aged = [entry for language in every for entry in (*entries(language.aged), *entries(language.people))]
    return Ages(
        numbers={
            word: f"{WEAK}{figures}" if word in common else figures
            for word, figures in numbers.items()
            if " " not in word
        },
        tens=frozenset(fold(word) for language in every for word in entries(language.tens)),
        phrases=tuple(
            (f" {word} ", f" {figures} ") for word, figures in sorted(numbers.items(), reverse=True) if " " in word
        ),
        units=frozenset(tuple(fold(unit).split()) for unit in units if not unit.endswith("*")),
        beginnings=tuple(fold(unit[:-1]) for unit in units if unit.endswith("*")),
        aged=frozenset(tuple(fold(words).split()) for words in [*aged, "boy", "female", "male", "teen"]),
    )


def _spaced(text: str, fold: Callable[[str], str]) -> str:
    return " ".join(fold(text).split())


def _are_things(following: Sequence[str]) -> bool:
    return next((word for word in following if word not in LINKS), "") in THINGS

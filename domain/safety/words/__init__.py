"""The word lists, a file for each family of languages. Data only: what is done with them is `domain.safety.vocabulary`."""

from domain.safety.words.adults import ADULTS
from domain.safety.words.asian import BENGALI, CHINESE, HINDI, JAPANESE, KOREAN, THAI
from domain.safety.words.de import GERMAN
from domain.safety.words.en import ENGLISH
from domain.safety.words.germanic import DANISH_NORWEGIAN, DUTCH, SWEDISH
from domain.safety.words.others import FINNISH, GREEK, HUNGARIAN, INDONESIAN, TURKISH, VIETNAMESE
from domain.safety.words.romance import FRENCH, ITALIAN, PORTUGUESE, ROMANIAN, SPANISH
from domain.safety.words.semitic import ARABIC, HEBREW, PERSIAN
from domain.safety.words.slavic import CZECH, POLISH, RUSSIAN, SPELLED_AGES, UKRAINIAN

LANGUAGES = (
    ENGLISH,
    GERMAN,
    FRENCH,
    SPANISH,
    PORTUGUESE,
    ITALIAN,
    ROMANIAN,
    DUTCH,
    SWEDISH,
    DANISH_NORWEGIAN,
    RUSSIAN,
    UKRAINIAN,
    POLISH,
    CZECH,
    SPELLED_AGES,
    TURKISH,
    GREEK,
    HUNGARIAN,
    FINNISH,
    INDONESIAN,
    VIETNAMESE,
    ARABIC,
    HEBREW,
    PERSIAN,
    CHINESE,
    JAPANESE,
    KOREAN,
    HINDI,
    BENGALI,
    THAI,
    ADULTS,
)

"""A user's brand. There is one each, and it may lack any of its parts."""

from dataclasses import dataclass
from datetime import datetime

from domain.brands.colors import BrandColor, check_colors
from domain.errors import InvalidInput
from domain.ids import UploadId, UserId

LONGEST_FONT, LONGEST_TEXT = 60, 600
"""Characters of a font's name, and of the voice or the audience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandLogo:
    """`key` names the file that we drew of what was sent. It may be transparent where it is a PNG."""

    upload_id: UploadId
    key: str
    content_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandLook:
    """What can be read off somewhere, and written by hand. Raises `InvalidInput` for what is too long or too much.

    Words are without spaces around them; None where nothing is said.
    """

    colors: tuple[BrandColor, ...] = ()
    heading_font: str | None = None
    body_font: str | None = None
    voice: str | None = None
    audience: str | None = None

    def __post_init__(self) -> None:
        check_colors(self.colors)
        _check_words(self.heading_font, LONGEST_FONT, field="headingFont", is_one_line=True)
        _check_words(self.body_font, LONGEST_FONT, field="bodyFont", is_one_line=True)
        _check_words(self.voice, LONGEST_TEXT, field="voice")
        _check_words(self.audience, LONGEST_TEXT, field="audience")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """`reviewed_at` is when its owner last said of the whole that it is right; None while they have not."""

    user_id: UserId
    look: BrandLook
    logo: BrandLogo | None
    reviewed_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def colors(self) -> tuple[BrandColor, ...]:
        return self.look.colors

    @property
    def heading_font(self) -> str | None:
        return self.look.heading_font

    @property
    def body_font(self) -> str | None:
        return self.look.body_font

    @property
    def voice(self) -> str | None:
        return self.look.voice

    @property
    def audience(self) -> str | None:
        return self.look.audience

    @property
    def logo_key(self) -> str | None:
        return self.logo.key if self.logo else None


def words_or_none(words: str | None) -> str | None:
    """Without spaces around them; None for nothing but spaces."""
    return (words or "").strip() or None


def _check_words(words: str | None, most: int, *, field: str, is_one_line: bool = False) -> None:
    if words is None:
        return
    if not 1 <= len(words) <= most:
        raise InvalidInput(f"This has 1 to {most} characters.", field=field)
    if not all(letter.isprintable() or (letter == "\n" and not is_one_line) for letter in words):
        kind = "one line of plain text" if is_one_line else "plain text"
        raise InvalidInput(f"This is {kind}: take out what cannot be printed.", field=field)

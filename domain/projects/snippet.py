"""What of a project goes into the prompt of a picture: its title, its keywords, what is to be seen of a chosen concept.

What is read out of a video is nobody's wish, so it is screened here as one: words that are not let through are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.safety.screening import Kind, first_finding

MOST_KEYWORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """`saw_stills`: stills were shown to whoever found it, so that what is made of it descends from an upload."""

    title: str = ""
    keywords: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    saw_stills: bool = False

    @property
    def words(self) -> str:
        """For a prompt; empty where there is nothing to say."""
        title = f'for a video called "{_quoted(self.title)}"' if self.title else ""
        about = f"about {', '.join(self.keywords)}" if self.keywords else ""
        shown = f"showing {'; '.join(self.elements)}" if self.elements else ""
        return ", ".join(part for part in (title, about, shown) if part)


def is_let_through(*texts: str) -> bool:
    """By our own lists, each alone and all together."""
    return first_finding({str(place): (Kind.WISH, text) for place, text in enumerate(texts)}) is None


def snippet_of(title: str, keywords: Sequence[str], elements: Sequence[str], *, saw_stills: bool) -> Snippet:
    """Of what may be said together."""
    kept: list[str] = []

    def taken(texts: Sequence[str]) -> tuple[str, ...]:
        found = []
        for text in texts:
            if is_let_through(*kept, text):
                kept.append(text)
                found.append(text)
        return tuple(found)

    shown = taken(elements)
    about = taken(keywords[:MOST_KEYWORDS])
    return Snippet(title=next(iter(taken([title])), ""), keywords=about, elements=shown, saw_stills=saw_stills)


def _quoted(text: str) -> str:
    """On one line; a double quote in it would end the quotation."""
    return " ".join(text.split()).replace('"', "'")

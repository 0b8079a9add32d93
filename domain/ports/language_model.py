"""Whoever reads and writes: a question in words and pictures, an answer in a given structure."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from domain.images.picture import Picture

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[Answer]):
    """`answer` is a frozen dataclass of strings, numbers, booleans, enums, tuples and such dataclasses; its docstring and
    its fields' names are shown to the model."""

    instructions: str
    text: str
    answer: type[Answer]
    pictures: tuple[Picture, ...] = ()
    asker: str | None = None
    """Who asks, as a hash that says nothing else: vendors ask for it to tell abusers apart."""


class LanguageModel(Protocol):
    """Raises as `domain.ports.image_provider.ImageProvider`. An answer that does not fit the structure is
    `ProviderUnavailable`: another try may give a better one."""

    async def answer(self, question: Question[Answer]) -> Answer: ...

"""Objects for a stage, made by chance from the schema alone; the same seed makes the same ones again, all new."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from schema.job_events import JobEvent
from schema.job_types import ImageAsset
from schema.known import KNOWN_AS, UNKNOWN
from schema.lora import LoraModel
from schema.subjects import Influencer, Persona
from tests.support.stage import NOBODY, Stage
from tests.support.values import a_lora_model, a_persona, a_provenance, an_influencer

KEYS = {"key", "job_key", "subject_key", "source_key", "mask_file_key", "base_image_key", "job_id"}
"""Private attributes, by which resolvers ask the loaders."""

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

LEAVES: dict[str, Callable[[Random], Any]] = {
    "String": lambda chance: chance.choice(["", "a word", 'ü " \\ \n {', "🌊", "x" * 40]),
    "ID": lambda chance: f"id-{chance.randint(0, 9)}",
    "Int": lambda chance: chance.choice([0, 1, -1, 2**31 - 1, -(2**31), chance.randint(0, 1000)]),
    "Float": lambda chance: chance.choice([0.0, -0.0, 0.5, 1e300, -1.25, 3.0]),
    "Boolean": lambda chance: chance.choice([True, False]),
    "DateTime": lambda chance: BEGIN + timedelta(microseconds=chance.randint(0, 10**12)),
    "Date": lambda chance: date(2026, 1, chance.randint(1, 28)),
    "Decimal": lambda chance: Decimal(chance.randint(0, 100)) / 8,
    "UUID": lambda chance: UUID(int=chance.randint(0, 9)),
}


@dataclass(frozen=True, slots=True)
class Place:
    """An attribute that the field of that name is read from."""

    name: str
    owner: Any
    attribute: str
    kind: GraphQLOutputType


@dataclass(slots=True)
class Props:
    schema: GraphQLSchema
    seed: int | str
    nulls: float = 0.25
    places: list[Place] = field(default_factory=list)
    """All that were made, in turn."""
    chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 - nobody has to guess it

    def stage(self) -> Stage:
        stage: Stage = self.certain(self.schema.type_map["Stage"])
        return stage

    def of(self, kind: Any) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._value(kind.of_type)
        return None if self.chance.random() < self.nulls else self._value(kind)

    def certain(self, kind: Any) -> Any:
        """Not null, whatever its type allows."""
        return self._value(kind.of_type if isinstance(kind, GraphQLNonNull) else kind)

    def _value(self, kind: Any) -> Any:
        match kind:
            case GraphQLList():
                return [self.of(kind.of_type) for _ in range(self.chance.randint(0, 2))]
            case GraphQLEnumType():
                members = list(kind.wrapped_cls)  # type: ignore[attr-defined] # Strawberry's own has it
                return self.chance.choice(members)
            case GraphQLInterfaceType():
                return self._object(self.chance.choice(self._possible(kind)))
            case GraphQLObjectType():
                return self._object(kind)
            case _:
                return LEAVES[kind.name](self.chance)

    def _possible(self, kind: GraphQLInterfaceType) -> list[GraphQLObjectType]:
        return sorted(self.schema.get_possible_types(kind), key=lambda possible: possible.name)

    def _object(self, kind: GraphQLObjectType) -> Any:
        definition = kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        made = object.__new__(definition.concrete_of.origin if definition.concrete_of else definition.origin)
        for name, attribute, own, is_known in _attributes(kind):
            value = UNKNOWN if is_known and self.chance.random() < 0.4 else self.of(own)
            setattr(made, attribute, value)
            self.places.append(Place(name, made, attribute, own))
        for attribute in sorted(KEYS & made.__dataclass_fields__.keys() - made.__dict__.keys()):
            setattr(made, attribute, self.chance.choice([NOBODY, UUID(int=7), UUID(int=8)]))
        if isinstance(made, Influencer):
            made.value = an_influencer()
        if isinstance(made, LoraModel):
            made.value = a_lora_model()
        if isinstance(made, Persona):
            made.value = a_persona()
        if isinstance(made, ImageAsset):
            made.file_key = "images/file.jpg"
            made.told = self.chance.choice([None, a_provenance()])
            made.content_type = "image/jpeg"  # a file's name ends with it
        if isinstance(made, JobEvent):
            made.answers = {}
        return made


@cache
def _attributes(kind: GraphQLObjectType) -> list[tuple[str, str, GraphQLOutputType, bool]]:
    """Of each field that is read off an attribute: its name, that of the attribute, its type, and whether it may be unknown."""
    found = []
    for name, own in kind.fields.items():
        ours: StrawberryField = own.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        if ours.base_resolver is None:
            found.append((name, ours.python_name, own.type, False))
        elif KNOWN_AS in ours.metadata:
            found.append((name, ours.metadata[KNOWN_AS], own.type, True))
    return found

"""What may go wrong with a value between a resolver and the wire. Each fault changes one place of a stage."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import Any

from graphql import GraphQLError, GraphQLList, GraphQLNonNull, GraphQLObjectType, Undefined

from domain.errors import InsufficientCredits, NotFound
from domain.personas.persona import PersonaStatus
from domain.presets.catalogue import Outfit, Scene
from schema.known import UNKNOWN, Unknown
from tests.support.stage_props import Place, Props


class Text(str):
    pass


class Number(int):
    pass


class Moment(datetime):
    pass


class Lines(list[Any]):
    pass


class Other(StrEnum):
    BEACH_DAY = "BEACH_DAY"
    ELSEWHERE = "ELSEWHERE"


class Plain(Enum):
    READY = "READY"


class WithWords:
    def __str__(self) -> str:
        return "in words"

    def __repr__(self) -> str:
        return "WithWords"


def raised(error: Exception) -> Exception:
    """With a traceback, as one that was caught has."""
    try:
        raise error
    except Exception as found:  # noqa: BLE001 - it is the value
        return found


VALUES: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "undefined": lambda: Undefined,
    "unknown": lambda: UNKNOWN,
    "another unknown": Unknown,
    "empty text": lambda: "",
    "text": lambda: "text",
    "numeric text": lambda: "12",
    "text of a ratio": lambda: "1.5",
    "text subclass": lambda: Text("text"),
    "half a surrogate": lambda: "\ud800",
    "int": lambda: 5,
    "int subclass": lambda: Number(5),
    "zero": lambda: 0,
    "true": lambda: True,
    "false": lambda: False,
    "largest": lambda: 2**31 - 1,
    "too large": lambda: 2**31,
    "smallest": lambda: -(2**31),
    "too small": lambda: -(2**31) - 1,
    "huge": lambda: 10**400,
    "whole float": lambda: 3.0,
    "float": lambda: 3.5,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "minus inf": lambda: float("-inf"),
    "decimal": lambda: Decimal(3),
    "fraction": lambda: Fraction(1, 2),
    "bytes": lambda: b"bytes",
    "scene": lambda: Scene.BEACH_DAY,
    "scene as text": lambda: "BEACH_DAY",
    "scene as text subclass": lambda: Text("BEACH_DAY"),
    "no scene": lambda: "NOWHERE",
    "member of another enum": lambda: Outfit.CASUAL_TEE,
    "equal member of another enum": lambda: Other.BEACH_DAY,
    "unequal member of another enum": lambda: Other.ELSEWHERE,
    "status": lambda: PersonaStatus.READY,
    "status as text": lambda: "READY",
    "member of another plain enum": lambda: Plain.READY,
    "the enum itself": lambda: Scene,
    "naive datetime": lambda: datetime(2026, 1, 2, 3, 4),  # noqa: DTZ001 - that is the point
    "datetime subclass": lambda: Moment(2026, 1, 2, 3, 4),
    "date": lambda: date(2026, 1, 2),
    "object with words": WithWords,
    "object": lambda: SimpleNamespace(id="x", name="y"),
    "a type": lambda: Scene.__class__,
    "a function": lambda: raised,
    "list": list,
    "list of texts": lambda: ["a", "b"],
    "list of lists": lambda: [[1, 2], [3]],
    "tuple": lambda: ("a", "b"),
    "set": lambda: {"a"},
    "mapping": lambda: {"id": "x", "name": "y"},
    "read-only mapping": lambda: MappingProxyType({"id": "x"}),
    "range": lambda: range(3),
    "generator": lambda: (text for text in ("a", "b")),
    "exception": lambda: ValueError("a secret"),
    "raised exception": lambda: raised(KeyError("a secret")),
    "error of graphql": lambda: GraphQLError("told", extensions={"code": "TOLD"}),
    "error of ours": lambda: NotFound("It is not there."),
    "error of ours with data": lambda: InsufficientCredits(required=5, available=1),
    "class of an exception": lambda: ValueError,
    "keyboard": lambda: KeyError,
}

LIST_PLACES = (0, 6, -1)
"""Of a list of nine."""


@dataclass(slots=True)
class Faults:
    """`begun` are the coroutines that were made, to see afterwards which of them were run."""

    props: Props
    begun: list[Coroutine[Any, Any, Any]] = field(default_factory=list)

    def put(self, name: str, place: Place) -> None:
        FAULTS[name](self, place)

    def coroutine(self, made: Callable[[], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            return await made()

        coroutine = run()
        self.begun.append(coroutine)
        return coroutine

    def fates(self) -> list[str]:
        """How far each coroutine came. Those that nobody ran are closed, so that they warn of nothing."""
        found: list[str] = [inspect.getcoroutinestate(coroutine) for coroutine in self.begun]
        for coroutine in self.begun:
            coroutine.close()
        return found


Fault = Callable[[Faults, Place], None]


def _put(made: Callable[[], Any]) -> Fault:
    return lambda _, place: setattr(place.owner, place.attribute, made())


def _put_in_list(made: Callable[[], Any], index: int) -> Fault:
    """Into a list, nine items long; elsewhere it is put as it is."""

    def put(faults: Faults, place: Place) -> None:
        kind = place.kind.of_type if isinstance(place.kind, GraphQLNonNull) else place.kind
        value = made()
        if isinstance(kind, GraphQLList):
            items = [faults.props.of(kind.of_type) for _ in range(9)]
            items[index] = value
            value = items
        setattr(place.owner, place.attribute, value)

    return put


def _missing(_: Faults, place: Place) -> None:
    place.owner.__dict__.pop(place.attribute, None)


def _property(error: Exception | None) -> Fault:
    """The owner becomes of a subclass, whose attribute raises or is what it was."""

    def put(_: Faults, place: Place) -> None:
        value = place.owner.__dict__.pop(place.attribute, None)

        def read(_: object) -> Any:
            if error is not None:
                raise error
            return value

        place.owner.__class__ = type("Sub", (type(place.owner),), {place.attribute: property(read, lambda *_: None)})

    return put


def _subclass(_: Faults, place: Place) -> None:
    place.owner.__class__ = type("Sub", (type(place.owner),), {})


def _stranger(_: Faults, place: Place) -> None:
    """An object of a class that GraphQL never heard of, with the same attributes, stands in the value's place."""
    value = getattr(place.owner, place.attribute, None)
    if hasattr(value, "__dict__"):
        setattr(place.owner, place.attribute, SimpleNamespace(**value.__dict__))


def _of_type(name: str) -> Fault:
    def put(faults: Faults, place: Place) -> None:
        kind = faults.props.schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        setattr(place.owner, place.attribute, faults.props.certain(kind))

    return put


def _awaitable(wrap: Callable[[Any], Callable[[], Awaitable[Any]]]) -> Fault:
    def put(faults: Faults, place: Place) -> None:
        value = faults.props.certain(place.kind)
        setattr(place.owner, place.attribute, faults.coroutine(wrap(value)))

    return put


def _at_once(value: Any) -> Callable[[], Awaitable[Any]]:
    async def made() -> Any:
        return value

    return made


def _later(value: Any) -> Callable[[], Awaitable[Any]]:
    async def made() -> Any:
        await asyncio.sleep(0)
        return value

    return made


def _raising(_: Any) -> Callable[[], Awaitable[Any]]:
    async def made() -> Any:
        await asyncio.sleep(0)
        raise NotFound("Gone in the meantime.")

    return made


def _future(faults: Faults, place: Place) -> None:
    future = asyncio.get_running_loop().create_future()
    future.set_result(faults.props.certain(place.kind))
    setattr(place.owner, place.attribute, future)


def _awaitable_in_list(wrap: Callable[[Any], Callable[[], Awaitable[Any]]], index: int) -> Fault:
    def put(faults: Faults, place: Place) -> None:
        kind = place.kind.of_type if isinstance(place.kind, GraphQLNonNull) else place.kind
        if isinstance(kind, GraphQLList):
            items = [faults.props.of(kind.of_type) for _ in range(9)]
            items[index] = faults.coroutine(wrap(faults.props.certain(kind.of_type)))
            setattr(place.owner, place.attribute, items)

    return put


def _iterable(made: Callable[[list[Any]], Any]) -> Fault:
    """Of what the list had in it; elsewhere of one value."""

    def put(_: Faults, place: Place) -> None:
        value = getattr(place.owner, place.attribute, None)
        items = value if isinstance(value, list) else [value]
        setattr(place.owner, place.attribute, made(items))

    return put


async def _in_turn(items: list[Any]) -> AsyncIterator[Any]:
    for item in items:
        yield item


def _one_by_one(items: list[Any]) -> Iterator[Any]:
    yield from items


def _breaking_off(items: list[Any]) -> Iterator[Any]:
    yield from items
    raise KeyError("a secret")


FAULTS: dict[str, Fault] = {
    **{name: _put(made) for name, made in VALUES.items()},
    **{f"{name} at {index}": _put_in_list(made, index) for name, made in VALUES.items() for index in LIST_PLACES},
    "missing": _missing,
    "property": _property(None),
    "property that raises": _property(RuntimeError("a secret")),
    "property that raises an error of graphql": _property(GraphQLError("told")),
    "property that raises an error of ours": _property(NotFound("It is not there.")),
    "subclass": _subclass,
    "stranger": _stranger,
    "of type Influencer": _of_type("Influencer"),
    "of type Persona": _of_type("Persona"),
    "of type ImageAsset": _of_type("ImageAsset"),
    "of type LimitReachedError": _of_type("LimitReachedError"),
    "of type ImageFailed": _of_type("ImageFailed"),
    "of type GenerationJobConnection": _of_type("GenerationJobConnection"),
    "coroutine": _awaitable(_at_once),
    "waiting coroutine": _awaitable(_later),
    "coroutine of none": _awaitable(lambda _: _at_once(None)),
    "coroutine that raises": _awaitable(_raising),
    "future": _future,
    **{f"coroutine at {index}": _awaitable_in_list(_later, index) for index in LIST_PLACES},
    **{f"coroutine that raises at {index}": _awaitable_in_list(_raising, index) for index in LIST_PLACES},
    "as a tuple": _iterable(tuple),
    "as a list subclass": _iterable(Lines),
    "as a generator": _iterable(_one_by_one),
    "as a generator that breaks off": _iterable(_breaking_off),
    "as an async generator": _iterable(_in_turn),
    "as keys": _iterable(lambda items: dict.fromkeys(f"item {number}" for number, _ in enumerate(items)).keys()),
}

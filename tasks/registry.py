"""`@task` names a function; nothing is connected by importing one. `tasks.broker` declares them all on a broker."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tasks.services import Services

TaskFunction = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Task:
    """`function` takes the worker's services first, then the message's values by name."""

    name: str
    queue: str
    function: TaskFunction


TASKS: dict[str, Task] = {}
"""By name. A name that has shipped is kept: messages outlive deploys."""


def task(name: str, *, queue: str) -> Callable[[TaskFunction], TaskFunction]:
    def register(function: TaskFunction) -> TaskFunction:
        if name in TASKS:
            raise ValueError(f"There are two tasks named {name}.")
        TASKS[name] = Task(name, queue, function)
        return function

    return register


__all__ = ["TASKS", "Services", "Task", "task"]

"""The tasks of a user class as a tree, each of them once, in the order they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from locust import TaskSet
from locust.user.task import is_markov_taskset
from locust.user.users import PytestUser


class Leaf(msgspec.Struct, frozen=True):
    """A task that is a function: `User.Set.task` and the function."""

    path: str
    task: Any


def is_task_set(task: Any) -> bool:
    """Whether a task is a nested set of tasks."""
    return isinstance(task, type) and issubclass(task, TaskSet)


def tasks_of(holder: type) -> list[tuple[str, Any]]:
    """The tasks of a user class or task set by name, whatever their weights."""
    named: list[tuple[str, Any]] = []
    seen: dict[str, int] = {}
    for task in dict.fromkeys(_listed(holder)):
        name = _name(task)
        seen[name] = seen.get(name, 0) + 1
        named.append((name if seen[name] == 1 else f"{name}#{seen[name]}", task))
    return named


def leaves(holder: type, path: str, above: tuple[type, ...] = ()) -> Iterator[Leaf]:
    """The functions of the tree. A set that is nested in itself is entered once."""
    for name, task in tasks_of(holder):
        if not is_task_set(task):
            yield Leaf(f"{path}.{name}", task)
        elif task not in above:
            yield from leaves(task, f"{path}.{name}", (*above, task))


def _listed(holder: Any) -> list[Any]:
    if is_markov_taskset(holder):
        return _markov_tasks(holder)
    if issubclass(holder, PytestUser):
        return [_pytest_task(function) for function in holder.functions]
    return list(holder.tasks)


def _pytest_task(function: Any) -> Callable[[Any], None]:
    """A function of pytest as a task, called as `PytestUser` calls it."""

    def task(user: Any) -> None:
        function.obj(next(function.fixturedef.func(user)))

    task.__name__ = str(function.name)
    return task


def _markov_tasks(cls: type) -> list[Any]:
    """A MarkovTaskSet has no list of tasks; its functions with transitions are they."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        found |= {name: value for name, value in vars(base).items() if _has_transitions(value)}
    return list(found.values())


def _has_transitions(value: Any) -> bool:
    return callable(value) and hasattr(value, "transitions")


def _name(task: Any) -> str:
    function = getattr(task, "func", task)  # of a functools.partial
    return str(getattr(function, "__name__", type(task).__name__))

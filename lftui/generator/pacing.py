"""Which user classes begin their iterations at fixed times, and how far apart."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any

from locust import TaskSet, User, constant_pacing

from lftui.generator.task_tree import is_task_set, tasks_of


def _code_of(function: Any) -> Any:
    return getattr(function, "__code__", None)


_PACED = _code_of(constant_pacing(1.0))


def pacing_of(cls: type[User]) -> float | None:
    """Seconds from the begin of an iteration to that of the user's next one, where its wait_time is
    Locust's `constant_pacing` or `constant_throughput`; None for any other.

    A task set may have a wait_time of its own: a class whose tasks are not all paced alike is not
    paced. Nor is one with a function around Locust's, which may do anything.
    """
    found: set[float | None] = set()
    _collect(cls, _own(cls), found, ())
    return found.pop() if len(found) == 1 else None


def _collect(
    holder: type, pacing: float | None, found: set[float | None], above: tuple[type, ...]
) -> None:
    """The pacing of whatever has tasks that are functions, in this holder and the sets in it."""
    for _, task in tasks_of(holder):
        if not is_task_set(task):
            found.add(pacing)
        elif task not in above:
            inherits = _wait_time(task) is _INHERITED
            _collect(task, pacing if inherits else _own(task), found, (*above, task))


_INHERITED: Callable[..., Any] = TaskSet.wait_time


def _wait_time(holder: type) -> Any:
    return inspect.getattr_static(holder, "wait_time", None)


def _own(holder: type) -> float | None:
    """The pacing that a holder's own wait_time keeps."""
    function = _wait_time(holder)
    if not isinstance(function, FunctionType) or _code_of(function) is not _PACED:
        return None
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    value = cells["wait_time"].cell_contents
    return float(value) if isinstance(value, int | float) and value > 0 else None

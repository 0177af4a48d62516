"""Where an iteration begins and ends: one task of a user.

A task that is a nested task set is no iteration itself, its tasks are. Locust has no event for
either moment; nothing is put in between until somebody watches.
"""

from __future__ import annotations

import functools
from typing import Any, Protocol

from locust import TaskSet, User


class Gate(Protocol):
    """Who is told of every iteration."""

    def begin(self, user: User) -> None:
        """One is about to begin: may wait, and may raise StopUser."""

    def end(self, user: User) -> None:
        """It is over, or was broken off."""


_gates: list[Gate] = []


def watch(gate: Gate) -> None:
    """Let all users of this process pass this gate, behind those that watch already."""
    if not _gates:
        _teach()
    _gates.append(gate)


def _teach() -> None:
    usual: Any = TaskSet.execute_next_task

    @functools.wraps(usual)
    def execute_next_task(task_set: TaskSet) -> None:
        task = task_set._task_queue[0]
        if isinstance(task, type) and issubclass(task, TaskSet):
            usual(task_set)
            return
        _go_through(0, task_set._user, usual, task_set)

    TaskSet.execute_next_task = execute_next_task  # type: ignore[method-assign]


def _go_through(number: int, user: User, usual: Any, task_set: TaskSet) -> None:
    """The gates from this one on, then the task; each gate that let the user in is told its end."""
    if number == len(_gates):
        usual(task_set)
        return
    gate = _gates[number]
    gate.begin(user)
    try:
        _go_through(number + 1, user, usual, task_set)
    finally:
        gate.end(user)

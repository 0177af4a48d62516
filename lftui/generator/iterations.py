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
        user = task_set._user
        passed = 0
        try:
            for gate in _gates:
                gate.begin(user)
                passed += 1
            usual(task_set)
        finally:
            for gate in _gates[:passed]:
                gate.end(user)

    TaskSet.execute_next_task = execute_next_task  # type: ignore[method-assign]

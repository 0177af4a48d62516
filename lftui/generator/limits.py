"""Runs that end after so many iterations or requests.

An iteration is one task of a user. Each that begins takes one of the number that there may be; a
user that finds none left ends, and when the last one is done the run does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from locust import TaskSet
from locust.exception import StopUser


class Limits:
    """Counts iterations and requests, and ends the run when there were enough.

    Args:
        iterations, requests: how many; None for no end.
        end: is called once, with the reason.
    """

    def __init__(
        self, iterations: int | None, requests: int | None, end: Callable[[str], None]
    ) -> None:
        self._iterations = iterations
        self._requests = requests
        self._end = end
        self._ended = False
        self.begun = 0
        self.done = 0
        self.requests = 0

    def teach(self) -> None:
        """Count the tasks of all users of this process, those of nested task sets one by one."""
        usual = TaskSet.execute_next_task

        @functools.wraps(usual)
        def execute_next_task(task_set: TaskSet) -> None:
            task = task_set._task_queue[0]
            if isinstance(task, type) and issubclass(task, TaskSet):
                usual(task_set)  # type: ignore[no-untyped-call]
                return
            self._take()
            try:
                usual(task_set)  # type: ignore[no-untyped-call]
            finally:
                self._give_back()

        TaskSet.execute_next_task = execute_next_task  # type: ignore[method-assign]

    def on_request(self, **_: Any) -> None:
        """Locust's `request` event."""
        self.saw(iterations=self.done, requests=self.requests + 1)

    def saw(self, iterations: int, requests: int) -> None:
        """There have been so many by now."""
        self.done, self.requests = iterations, requests
        if self._requests is not None and requests >= self._requests:
            self._finish(f"{self._requests:,} requests were made")
        elif self._iterations is not None and iterations >= self._iterations:
            self._finish(f"{self._iterations:,} iterations were made")

    def _take(self) -> None:
        if self._iterations is not None and self.begun >= self._iterations:
            raise StopUser
        self.begun += 1

    def _give_back(self) -> None:
        self.saw(iterations=self.done + 1, requests=self.requests)

    def _finish(self, why: str) -> None:
        if not self._ended:
            self._ended = True
            self._end(why)

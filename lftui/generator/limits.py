"""Runs that end after so many iterations or requests.

Each iteration that begins takes one of the number that there may be; a user that finds none left
ends, and when the last one is done the run does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from locust import User
from locust.exception import StopUser

from lftui.generator import iterations


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
        """Count the iterations of all users of this process."""
        iterations.watch(self)

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

    def begin(self, user: User) -> None:
        """One more, if there may be one. With enough requests none begins while the run ends."""
        if self._ended or (self._iterations is not None and self.begun >= self._iterations):
            raise StopUser
        self.begun += 1

    def end(self, user: User) -> None:
        """One is done."""
        self.saw(iterations=self.done + 1, requests=self.requests)

    def _finish(self, why: str) -> None:
        if not self._ended:
            self._ended = True
            self._end(why)

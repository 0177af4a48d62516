"""Requests that are on their way: how many, how old, and waited for when a user has to go.

By default Locust cuts a user off in the middle of its request: the target serves it, no figure
counts it. Here a user that has to go finishes the request it is in (never longer than the grace),
and goes before it begins another one. `--stop-timeout`, given, keeps Locust's meaning.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import gevent
from gevent import GreenletExit, getcurrent
from gevent.event import Event

from lftui.http import under_way

GRACE_S = 10.0


class InFlight:
    """Knows the requests that Locust's own HTTP clients have under way."""

    def __init__(self) -> None:
        # LeanHttpUser writes down itself what it has under way; the others are watched.
        self._began: dict[Any, float] = under_way.began
        self._leaving: dict[Any, Any] = under_way.leaving
        self._left: set[Any] = under_way.left
        self._cut = 0
        self.known = False

    @property
    def cut(self) -> int:
        """How many requests were cut off."""
        return self._cut + under_way.cut

    def __len__(self) -> int:
        return len(self._began)

    def __contains__(self, greenlet: Any) -> bool:
        return greenlet in self._began

    def oldest_s(self) -> float | None:
        """The age of the oldest request under way, in seconds."""
        return time.perf_counter() - min(self._began.values()) if self._began else None

    def watch(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """A client's request method, watched."""
        began, leaving = self._began, self._leaving
        clock = time.perf_counter

        def request(*args: Any, **kwargs: Any) -> Any:
            current = getcurrent()
            if leaving:
                under_way.turn_away(current)
            began[current] = clock()
            try:
                return method(*args, **kwargs)
            except GreenletExit:
                self._cut += 1
                raise
            finally:
                began.pop(current, None)
                if leaving:
                    under_way.tell_over(current)

        self.known = True
        return request

    def will_be_killed(self, greenlet: Any) -> None:
        """To be called right before a user is killed, which reaches it in a later turn of the hub:
        up to then it begins no request any more, and then its `on_stop` may."""
        if greenlet is None or greenlet.dead or greenlet is getcurrent():
            return
        if greenlet in self._leaving:
            return  # somebody waits for it, and it begins none either
        self._leaving[greenlet] = under_way.KILLED
        # What is called back follows in the order in which it was asked for: the kill is next.
        gevent.get_hub().loop.run_callback(self._leaving.pop, greenlet, None)

    def wait_for(self, greenlet: Any, grace_s: float) -> bool:
        """Wait until this user's request is over; whether the user then began to leave by itself.

        A user that leaves by itself is in its `on_stop` and must not be interrupted there.
        """
        if greenlet not in self._began or greenlet is getcurrent():
            return False
        done = self._leaving[greenlet] = Event()
        try:
            done.wait(grace_s)
            # What the user does with the response, up to the end of its `with` block, comes
            # before the next turn of the hub; only then is the request counted.
            gevent.sleep(0)
        finally:
            self._leaving.pop(greenlet, None)
        left = greenlet in self._left
        self._left.discard(greenlet)
        return left

"""A user that is stopped finishes the request it is in."""

from __future__ import annotations

import functools
from typing import Any

import gevent
from gevent.pool import Group
from locust import User
from locust.runners import STATE_CLEANUP
from locust.user.task import LOCUST_STATE_WAITING

from lftui.generator.in_flight import InFlight


class Patience:
    """Makes `User.stop` wait for the user's request, at most `grace_s` seconds.

    When the whole test stops, the stop waits. When a ramp goes down it must not: users on slow
    requests would stretch it. Those leave in the background and no longer count as users.
    """

    def __init__(self, in_flight: InFlight, grace_s: float) -> None:
        self._in_flight = in_flight
        self.grace_s = grace_s
        self._leaving = Group()
        self._stop_at_once = User.stop

    def teach(self) -> None:
        """Replace `User.stop` in this process."""
        original, patience = self._stop_at_once, self

        @functools.wraps(original)
        def stop(self: User, force: bool = False) -> bool:
            greenlet = self.greenlet
            if not force or greenlet is None or greenlet not in patience._in_flight:
                if force or self._state == LOCUST_STATE_WAITING:
                    patience._in_flight.will_be_killed(greenlet)
                return bool(original(self, force))
            if self.environment.runner.state == STATE_CLEANUP:
                if patience._in_flight.wait_for(greenlet, patience.grace_s):
                    greenlet.join(patience.grace_s)
                patience._in_flight.will_be_killed(greenlet)
                return bool(original(self, True))
            self.group.discard(greenlet)
            patience._leaving.add(greenlet)
            gevent.spawn(patience._see_off, greenlet)
            return True

        User.stop = stop  # type: ignore[method-assign]

    def wait_for_leavers(self) -> None:
        """Until those who left in the background are gone, or the grace is over."""
        self._leaving.join(timeout=self.grace_s)
        self._leaving.kill(block=True, timeout=1)

    def _see_off(self, greenlet: Any) -> None:
        if self._in_flight.wait_for(greenlet, self.grace_s):
            greenlet.join(self.grace_s)
        self._in_flight.will_be_killed(greenlet)
        greenlet.kill(block=True)

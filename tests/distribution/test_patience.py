"""A user that is stopped begins no request that would be cut off, and its `on_stop` may make some."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from gevent.pool import Group
from locust import User, constant, task
from locust.env import Environment
from locust.runners import STATE_CLEANUP

from lftui.generator.in_flight import InFlight
from lftui.generator.patience import Patience

_WAIT_S = 0.01


class Calls:
    """A client whose requests give way to others before they are sent, as FastHttpUser's do."""

    def __init__(self, in_flight: InFlight, lasts_s: float) -> None:
        self.begun: list[str] = []
        self.done: list[str] = []
        self._lasts_s = lasts_s
        self.request = in_flight.watch(self._request)

    def _request(self, name: str) -> None:
        self.begun.append(name)
        gevent.sleep(0)
        gevent.sleep(self._lasts_s)
        self.done.append(name)


@pytest.fixture
def in_flight(monkeypatch: pytest.MonkeyPatch) -> InFlight:
    """What a patient generator has; Locust is as it was afterwards."""
    monkeypatch.setattr(User, "stop", User.stop)
    found = InFlight()
    Patience(found, 5.0).teach()
    return found


def begin(calls: Calls) -> User:
    """A user with one request after the other, and one when it is stopped."""

    class Visitor(User):
        wait_time = constant(_WAIT_S)

        @task
        def visit(self) -> None:
            calls.request("task")

        def on_stop(self) -> None:
            calls.request("on_stop")

    environment: Any = Environment(user_classes=[Visitor])
    environment.runner = SimpleNamespace(state=STATE_CLEANUP)
    user = Visitor(environment)
    user.start(Group())
    return user


def until(condition: Callable[[], object]) -> None:
    """Let the hub go on until this holds."""
    with gevent.Timeout(10):
        while not condition():
            gevent.sleep(0.001)


@pytest.mark.parametrize("force", [True, False])
def test_one_that_wakes_as_it_is_killed_in_its_wait(in_flight: InFlight, force: bool) -> None:
    calls = Calls(in_flight, 0.0)
    user = begin(calls)
    until(lambda: user._state == "waiting")
    begun = len(calls.begun)
    stopping = gevent.spawn_later(_WAIT_S / 4, user.stop, force=force)
    time.sleep(2 * _WAIT_S)  # both are due when the hub looks again: the stop, then the waking
    stopping.join(10)
    assert user.greenlet.dead
    assert calls.begun[begun:] == ["on_stop"]
    assert calls.done[begun:] == ["on_stop"]
    assert in_flight.cut == 0


def test_one_that_is_in_its_request_finishes_it(in_flight: InFlight) -> None:
    calls = Calls(in_flight, 0.02)
    user = begin(calls)
    until(lambda: calls.begun)
    user.stop(force=True)
    assert user.greenlet.dead
    assert calls.begun == calls.done == ["task", "on_stop"]
    assert in_flight.cut == 0


def test_nothing_is_left_of_it(in_flight: InFlight) -> None:
    calls = Calls(in_flight, 0.0)
    user = begin(calls)
    until(lambda: user._state == "waiting")
    user.stop(force=True)
    assert len(in_flight) == 0
    assert not in_flight._leaving
    assert not in_flight._left

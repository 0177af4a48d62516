"""A master's ramp, which can be turned around at any moment.

Locust 2.47's `MasterRunner.start` blocks for the whole ramp (measured), and two of them at once
fail; this one returns at once, and ends the one before where it is. The dispatcher keeps the true
counts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import msgspec
from gevent import getcurrent
from locust import User, argument_parser
from locust.env import Environment
from locust.rpc import Message
from locust.runners import (
    STATE_MISSING,
    STATE_SPAWNING,
    STATE_STOPPED,
    STATE_STOPPING,
    MasterRunner,
    WorkerNode,
)

from lftui.generator.distribution.report import FIELD, Orders

_REPORTED_S = 1.0
_KEPT_OPTIONS = ("expect_workers", "tags", "exclude_tags")

logger = logging.getLogger("lftui.master")


class RampingMaster(MasterRunner):
    """A `MasterRunner` whose `start` does not block."""

    def __init__(self, environment: Environment, host: str, port: int, orders: Orders) -> None:
        self._orders = orders
        self._ramp: Any = None
        self._begun = False
        self._classes: list[type[User]] | None = None
        self._wanted = False
        self._stamp = 0.0
        self.beside: Callable[[int, int], dict[str, Any]] = lambda index, of: {}
        """What the spawn message of the worker with this index, of so many, has beside users."""
        super().__init__(environment, host, port)

    def start(
        self,
        user_count: int,
        spawn_rate: float,
        wait: bool = False,
        user_classes: list[type[User]] | None = None,
    ) -> None:
        """Go to so many users; a ramp that is under way turns around where it is."""
        self.target_user_count, self.spawn_rate = user_count, spawn_rate
        self._classes, self._wanted = user_classes, True
        self.go()

    def go(self) -> None:
        """Begin the wanted ramp anew, with the workers that there are now."""
        if not self._wanted or self.state in (STATE_STOPPING, STATE_STOPPED):
            return
        if self._ramp is not None and self._ramp is not getcurrent():
            self._ramp.kill(block=True)
        self._ramp = self.greenlet.spawn(self._follow_ramp)
        self._ramp.link_exception(self._ramp_failed)

    def _ramp_failed(self, ramp: Any) -> None:
        logger.error("the ramp failed: %r", ramp.exception)

    def _follow_ramp(self) -> None:
        self.spawning_completed = False
        workers = self.present()
        if not workers:
            return  # the next one that comes begins it
        self._begin()
        if self._users_dispatcher is None:
            self._users_dispatcher = self.environment.dispatcher_class(
                worker_nodes=workers, user_classes=self.user_classes
            )
        self.update_state(STATE_SPAWNING)
        self._users_dispatcher.new_dispatch(
            target_user_count=self.target_user_count,
            spawn_rate=self.spawn_rate,
            user_classes=self._classes,
        )
        users: dict[str, dict[str, int]] = {}
        for users in self._dispatched():
            self._send_spawn(users)
        total = _by_class(users)
        self.target_user_classes_count = total
        with gevent.Timeout(_REPORTED_S, False):
            while self.user_count != sum(total.values()):
                gevent.sleep(0.02)
        self.environment.events.spawning_complete.fire(user_count=sum(total.values()))
        self.send_message("spawning_complete", data={"user_count": sum(total.values())})
        self.spawning_completed = True

    def _dispatched(self) -> Iterator[dict[str, dict[str, int]]]:
        assert self._users_dispatcher is not None
        yield from self._users_dispatcher

    def _begin(self) -> None:
        """What Locust does when a test starts, once."""
        if self._begun:
            return
        self._begun = True
        for user_class in self.user_classes:
            if self.environment.host:
                user_class.host = self.environment.host
        self.stats.clear_all()
        self.exceptions = {}
        self.environment._filter_tasks_by_tags()
        self.environment.events.test_start.fire(environment=self.environment)

    def _send_spawn(self, users: dict[str, dict[str, int]]) -> None:
        # A worker throws away what is not newer than what it has, and a clock may be set back.
        self._stamp = max(time.time(), self._stamp + 1e-4)
        options = self._shipped_options()
        clients = [client for client in users if client in {one.id for one in self.present()}]
        for client, classes in users.items():
            data: dict[str, Any] = {
                "timestamp": self._stamp,
                "user_classes_count": classes,
                "host": self.environment.host,
                "stop_timeout": self.environment.stop_timeout,
                "parsed_options": options,
            }
            if client in clients:
                data |= self.beside(clients.index(client), len(clients))
            self.server.send_to_client(Message("spawn", data, client))

    def _shipped_options(self) -> dict[str, Any]:
        """What a worker keeps of the options, and no more: for each of the others Locust's worker
        builds its whole parser anew, 70 to 130 ms a message (measured); and they hold secrets."""
        usual = argument_parser.default_args_dict()
        shipped = {
            name: value
            for name, value in vars(self.environment.parsed_options).items()
            if (name not in usual or name in _KEPT_OPTIONS) and is_plain(value)
        }
        # Those that are shipped must be few: each name is looked up by a stock worker.
        shipped[FIELD] = msgspec.to_builtins(self._orders)
        return shipped

    def asked(self, client: str) -> int:
        """The users that this worker should run."""
        dispatcher = self._users_dispatcher
        if dispatcher is None:
            return 0
        return sum(dispatcher._users_on_workers.get(client, {}).values())

    def present(self) -> list[WorkerNode]:
        """The workers that users can be given to."""
        return [node for node in self.clients.all if node.state != STATE_MISSING]

    def end_ramp(self) -> None:
        """No further users; those that there are stay."""
        self._wanted = False
        if self._ramp is not None and self._ramp is not getcurrent():
            self._ramp.kill(block=True)


def is_plain(value: Any) -> bool:
    """Whether the message format has it; one value that it has not would hold up the whole ramp."""
    if value is None or isinstance(value, bool | int | float | str):
        return True
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return isinstance(value, dict) and all(map(is_plain, [*value, *value.values()]))


def _by_class(users: dict[str, dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for classes in users.values():
        for name, count in classes.items():
            total[name] = total.get(name, 0) + count
    return total

"""Locust's master, hardened: a ramp that can be changed, workers that come and go, garbage.

What Locust 2.47's own does, measured: `start` blocks for the whole ramp, so that it cannot be
turned around; a worker that is gone for a minute makes it begin again from no users; one byte of
garbage on its port ends the test. What is overridden here is that, and nothing else.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterator
from typing import Any, NoReturn, Protocol

import gevent
import zmq
from gevent import getcurrent
from locust import User, argument_parser
from locust.env import Environment
from locust.exception import RPCError
from locust.rpc import Message
from locust.runners import (
    STATE_INIT,
    STATE_MISSING,
    STATE_RUNNING,
    STATE_SPAWNING,
    STATE_STOPPED,
    STATE_STOPPING,
    MasterRunner,
    WorkerNode,
)

from lftui.generator.distribution.report import FIELD, LOST_AFTER_S, Orders
from lftui.generator.distribution.wire import understood
from lftui.plan import PlanError

_LOOK_EVERY_S = 0.5
_STOOD_STILL_S = 2.0
_STOP_LIMIT_S = 15.0
_QUIT_S = 0.3
_REPORTED_S = 1.0
_MESSAGE_LIMIT = 64 << 20
_GREET_EVERY_S = 5.0
_KEPT_OPTIONS = ("expect_workers", "tags", "exclude_tags")

logger = logging.getLogger("lftui.master")


class Watch(Protocol):
    """Who keeps account of the workers. Each is named by Locust's client id."""

    def ready(self, client: str, version: str) -> None:
        """It has connected."""

    def lost(self, client: str, why: str) -> None:
        """It is not there any more, and nobody sent it away."""

    def back(self, client: str) -> None:
        """One that was lost is there again."""

    def left(self, client: str) -> None:
        """It has gone by itself, or was sent away, and has reported everything."""

    def raised(self, client: str, message: str, text: str) -> None:
        """The locustfile raised there."""

    def garbage(self, what: str) -> None:
        """Something came that no worker sends."""

    def is_report(self, data: Any) -> bool:
        """Whether this is what a worker reports."""

    def has_told_all(self, client: str) -> bool:
        """Whether it has reported everything up to its stop."""

    def nobody(self) -> None:
        """The last worker is gone."""


class Master(MasterRunner):
    """A `MasterRunner` whose ramps do not block and whose workers may come and go.

    Attributes:
        late: workers that had not reported their end when a stop gave up waiting.
    """

    def __init__(
        self, environment: Environment, host: str, port: int, watch: Watch, orders: Orders
    ) -> None:
        self._watch = watch
        self._orders = orders
        self._heard: dict[str, float] = {}
        self._greeted: dict[str, float] = {}
        self._stopping: set[str] = set()
        self.late: set[str] = set()
        self._known: set[str] = set()
        self._ramp: Any = None
        self._begun = False
        self._has_quit = False
        self._classes: list[type[User]] | None = None
        self._wanted = False
        self._stamp = 0.0
        super().__init__(environment, host, port)
        self.server.socket.setsockopt(zmq.MAXMSGSIZE, _MESSAGE_LIMIT)

    # --- the load ------------------------------------------------------------------------------

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
        self._go()

    def _go(self) -> None:
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
        workers = self._present()
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
        for client, classes in users.items():
            data = {
                "timestamp": self._stamp,
                "user_classes_count": classes,
                "host": self.environment.host,
                "stop_timeout": self.environment.stop_timeout,
                "parsed_options": options,
            }
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
        shipped[FIELD] = orders_as_dict(self._orders)
        return shipped

    def asked(self, client: str) -> int:
        """The users that this worker should run."""
        dispatcher = self._users_dispatcher
        if dispatcher is None:
            return 0
        return sum(dispatcher._users_on_workers.get(client, {}).values())

    # --- workers come and go -------------------------------------------------------------------

    def _present(self) -> list[WorkerNode]:
        return [node for node in self.clients.all if node.state != STATE_MISSING]

    def _join(self, client: str, version: str) -> None:
        index = self.get_worker_index(client)  # type: ignore[no-untyped-call]
        self.send_message("ack", client_id=client, data={"index": index})
        self.environment.events.worker_connect.fire(client_id=client)
        old = self.clients.get(client)
        self.clients[client] = node = WorkerNode(client)
        self._known.add(client)
        self._watch.ready(client, version)
        if self._users_dispatcher is not None:
            if old is not None:
                self._users_dispatcher.remove_worker(old)
            self._users_dispatcher.add_worker(node)
        self._go()

    def lose(self, client: str, why: str) -> None:
        """A worker is gone without a word: its users move to the others."""
        node = self.clients.get(client)
        if node is None or node.state == STATE_MISSING:
            return
        node.state, node.user_classes_count = STATE_MISSING, {}
        self._stopping.discard(client)
        self._watch.lost(client, why)
        self._without(node)

    def forget(self, client: str) -> None:
        """A worker is gone for good, in order; its users move to the others."""
        node = self.clients.get(client)
        if node is None:
            return
        del self.clients[client]
        self._heard.pop(client, None)
        self._watch.left(client)
        self._without(node)

    def send_away(self, client: str) -> None:
        """Let a worker finish and end; its users move to the others now."""
        node = self.clients.get(client)
        if node is not None and self._users_dispatcher is not None:
            self._users_dispatcher.remove_worker(node)
            if self._present() != [node]:
                self._go()
        self.server.send_to_client(Message("quit", None, client))

    def _without(self, node: WorkerNode) -> None:
        if self._users_dispatcher is not None:
            self._users_dispatcher.remove_worker(node)
        if self._present():
            self._go()
        elif self.state in (STATE_SPAWNING, STATE_RUNNING):
            self._watch.nobody()

    def _returned(self, client: str) -> None:
        node = self.clients[client]
        node.state = STATE_RUNNING
        self._watch.back(client)
        if self._users_dispatcher is not None:
            self._users_dispatcher.add_worker(node)
        self._go()

    def heartbeat_worker(self) -> NoReturn:
        """Miss those of whom nothing has been heard."""
        looked = time.monotonic()
        while True:
            gevent.sleep(_LOOK_EVERY_S)
            now = time.monotonic()
            if now - looked > _STOOD_STILL_S:
                self._heard = dict.fromkeys(
                    self._heard, now
                )  # it was this process that stood still
            looked = now
            for client in list(self.clients):
                silent = now - self._heard.get(client, now)
                if silent > LOST_AFTER_S:
                    self.lose(client, f"nothing was heard of it for {silent:.0f} s")

    # --- messages ------------------------------------------------------------------------------

    def client_listener(self) -> NoReturn:
        """Take messages for ever: one that fails, or that no worker sends, ends nothing."""
        while True:
            try:
                parts = self.server.socket.recv_multipart()
            except zmq.ZMQError as error:
                logger.error("the workers' port failed: %s", error)
                gevent.sleep(_LOOK_EVERY_S)
                continue
            message = understood(parts)
            if isinstance(message, str):
                self._watch.garbage(message)
                continue
            try:
                self.handle_message(message.node_id, message)
            except Exception:
                logger.error("a worker's message failed:\n%s", traceback.format_exc())

    def handle_message(self, client_id: str, msg: Message) -> None:
        """As Locust, but for what makes it lose users or end."""
        known = client_id in self.clients
        if known:
            self._heard[client_id] = time.monotonic()
            if self.clients[client_id].state == STATE_MISSING and msg.type != "client_ready":
                self._returned(client_id)
        match msg.type:
            case "client_ready":
                self._heard[client_id] = time.monotonic()
                self._join(client_id, str(msg.data))
            case "client_stopped":
                self._has_stopped(client_id)
            case "quit":
                self._stopping.discard(client_id)
                self.forget(client_id)
            case "heartbeat" if not known:
                self._greet(client_id)
            case "spawning" | "spawning_complete" if not known:
                pass
            case "exception":
                self._watch.raised(client_id, str(msg.data["msg"]), str(msg.data["traceback"]))
                super().handle_message(client_id, msg)
            case "heartbeat":
                self._beat(client_id, msg)
            case "stats" if client_id not in self._known or not self._watch.is_report(msg.data):
                self._watch.garbage("a report that is none")
            case _:
                super().handle_message(client_id, msg)

    def _beat(self, client: str, msg: Message) -> None:
        node = self.clients[client]
        node.state = msg.data["state"]
        node.cpu_usage = msg.data["current_cpu_usage"]
        node.memory_usage = msg.data.get("current_memory_usage", 0)
        self.environment.events.heartbeat_sent.fire(client_id=client, timestamp=time.time())
        self.server.send_to_client(Message("heartbeat", None, client))

    def _greet(self, client: str) -> None:
        """Of a master that is gone: told to stop, it registers here. One that has stopped for us
        is about to do that anyway."""
        now = time.monotonic()
        if client in self._known or now - self._greeted.get(client, -1e9) < _GREET_EVERY_S:
            self.server.send_to_client(Message("heartbeat", None, client))
            return
        self._greeted[client] = now
        self.server.send_to_client(Message("stop", None, client))

    def _has_stopped(self, client: str) -> None:
        self._stopping.discard(client)
        node = self.clients.get(client)
        if node is not None:
            # It stays ours: Locust would forget it here, and reach nobody when it quits.
            node.state, node.user_classes_count = STATE_INIT, {}

    def check_stopped(self) -> None:
        """Nothing: `stop` knows when all have stopped."""

    # --- the end -------------------------------------------------------------------------------

    def stop(self, send_stop_to_client: bool = True) -> None:
        """Stop all users; when it returns, all workers that are there have reported everything."""
        self._wanted = False
        if self.state in (STATE_INIT, STATE_STOPPED, STATE_STOPPING):
            return
        events = self.environment.events
        events.test_stopping.fire(environment=self.environment)
        self.final_user_classes_count = {**self.reported_user_classes_count}
        self.update_state(STATE_STOPPING)
        if self._ramp is not None and self._ramp is not getcurrent():
            self._ramp.kill(block=True)
        self._users_dispatcher = None
        self._stopping = {node.id for node in self._present()}
        for client in self._stopping:
            self.server.send_to_client(Message("stop", None, client))
        self.late = set(self._stopping)
        with gevent.Timeout(self.environment.stop_timeout + _STOP_LIMIT_S, False):
            while late := {one for one in self.late if self._is_late(one)}:
                self.late = late
                gevent.sleep(0.02)
            self.late = set()
        events.test_stop.fire(environment=self.environment)
        self.update_state(STATE_STOPPED)

    def _is_late(self, client: str) -> bool:
        return client in self._stopping or not self._watch.has_told_all(client)

    def quit(self) -> None:
        """Stop, and send all workers away. Final."""
        if self._has_quit:
            return
        self._has_quit = True
        self.stop()
        for client in self._known:
            self.server.send_to_client(Message("quit", None, client))
        gevent.sleep(_QUIT_S)
        self.greenlet.kill(block=True)


def create_master(
    environment: Environment, host: str, port: int, watch: Watch, orders: Orders
) -> Master:
    """The environment's runner, listening.

    Raises:
        PlanError: it cannot listen there.
    """
    where = f"{host}:{port}"
    try:
        master: Master = environment._create_runner(Master, host, port, watch, orders)
    except SystemExit:
        raise PlanError(
            f"the master's port {where} is taken by another program;"
            " give another one with --master-bind-port"
        ) from None
    except (RPCError, zmq.ZMQError, OSError) as error:
        raise PlanError(
            f"the master cannot listen at {where}: {error}; give an address of this machine"
            " with --master-bind-host"
        ) from None
    return master


def is_plain(value: Any) -> bool:
    """Whether the message format has it; one value that it has not would hold up the whole ramp."""
    if value is None or isinstance(value, bool | int | float | str):
        return True
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return isinstance(value, dict) and all(map(is_plain, [*value, *value.values()]))


def orders_as_dict(orders: Orders) -> dict[str, Any]:
    """The orders in the form in which they are read again."""
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(orders)
    return found


def _by_class(users: dict[str, dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for classes in users.values():
        for name, count in classes.items():
            total[name] = total.get(name, 0) + count
    return total

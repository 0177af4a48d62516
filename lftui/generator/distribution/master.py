"""Locust's master, hardened: workers that come and go, garbage, an end that loses nothing.

What Locust 2.47's own does, measured: a worker that is gone for a minute makes it begin again from
no users; one byte of garbage on its port ends the test; it quits before the last reports are in.
"""

from __future__ import annotations

import logging
import time
import traceback
from typing import Any, NoReturn, Protocol

import gevent
import zmq
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
    WorkerNode,
)

from lftui.generator.distribution.ramping import RampingMaster
from lftui.generator.distribution.report import LOST_AFTER_S, Orders
from lftui.generator.distribution.wire import understood
from lftui.plan import PlanError

_LOOK_EVERY_S = 0.5
_STOOD_STILL_S = 2.0
_STOP_LIMIT_S = 15.0
_QUIT_S = 0.3
_MESSAGE_LIMIT = 64 << 20
_GREET_EVERY_S = 5.0

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


class Master(RampingMaster):
    """A `MasterRunner` whose workers may come and go.

    Attributes:
        late: workers that had not reported their end when a stop gave up waiting.
    """

    def __init__(
        self, environment: Environment, host: str, port: int, watch: Watch, orders: Orders
    ) -> None:
        self._watch = watch
        self._heard: dict[str, float] = {}
        self._greeted: dict[str, float] = {}
        self._stopping: set[str] = set()
        self.late: set[str] = set()
        self._known: set[str] = set()
        self._dismissed: set[str] = set()
        self._has_quit = False
        super().__init__(environment, host, port, orders)
        self.server.socket.setsockopt(zmq.MAXMSGSIZE, _MESSAGE_LIMIT)

    # --- workers come and go -------------------------------------------------------------------

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
        self.go()

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
            if self.present() != [node]:
                self.go()
        self.server.send_to_client(Message("quit", None, client))

    def dismiss(self, client: str) -> None:
        """A lost worker is not waited for any more; where it is heard of again it is sent away."""
        self._dismissed.add(client)
        self.clients.pop(client, None)

    def _without(self, node: WorkerNode) -> None:
        if self._users_dispatcher is not None:
            self._users_dispatcher.remove_worker(node)
        if self.present():
            self.go()
        elif self.state in (STATE_SPAWNING, STATE_RUNNING):
            self._watch.nobody()

    def _returned(self, client: str) -> None:
        node = self.clients[client]
        node.state = STATE_RUNNING
        self._watch.back(client)
        if self._users_dispatcher is not None:
            self._users_dispatcher.add_worker(node)
        self.go()

    def heartbeat_worker(self) -> NoReturn:
        """Miss those of whom nothing has been heard."""
        looked = time.monotonic()
        while True:
            gevent.sleep(_LOOK_EVERY_S)
            now = time.monotonic()
            if now - looked > _STOOD_STILL_S:
                # It was this process that stood still.
                self._heard = dict.fromkeys(self._heard, now)
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
            except Exception as error:
                # Nearly always data of another form than the kind of message has.
                logger.debug("a worker's message failed:\n%s", traceback.format_exc())
                why = f"{type(error).__name__}: {error}"
                self._watch.garbage(f"a message ({message.type[:40]}) that failed: {why}")

    def handle_message(self, client_id: str, msg: Message) -> None:
        """As Locust, but for what makes it lose users or end."""
        if client_id in self._dismissed and msg.type != "stats":
            self.server.send_to_client(Message("quit", None, client_id))
            return
        known = client_id in self.clients
        if known:
            self._heard[client_id] = time.monotonic()
            if self.clients[client_id].state == STATE_MISSING and msg.type != "client_ready":
                self._returned(client_id)
        match msg.type:
            case "client_ready":
                self._heard[client_id] = time.monotonic()
                self._join(client_id, str(msg.data))
            case "heartbeat" if known:
                self._beat(client_id, msg)
            case "heartbeat":
                self._greet(client_id)
            case "locustfile" if isinstance(msg.data["version"], str):
                super().handle_message(client_id, msg)
            case "client_stopped" if known:
                self._has_stopped(client_id)
            case "quit" if known:
                self._stopping.discard(client_id)
                self.forget(client_id)
            case "stats" if client_id in self._known and self._watch.is_report(msg.data):
                super().handle_message(client_id, msg)
            case "exception" if known:
                self._watch.raised(client_id, str(msg.data["msg"]), str(msg.data["traceback"]))
                super().handle_message(client_id, msg)
            case "spawning" | "spawning_complete" if known:
                super().handle_message(client_id, msg)
            case "spawning" | "spawning_complete" | "client_stopped" | "quit" | "logs":
                pass  # of one that was sent away; and logs come with lftui's own reports
            case custom if custom in self.custom_messages and known:
                super().handle_message(client_id, msg)
            case kind:
                self._watch.garbage(f"a message ({kind[:40]}) that is none")

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
        self.end_ramp()
        if self.state in (STATE_INIT, STATE_STOPPED, STATE_STOPPING):
            return
        events = self.environment.events
        events.test_stopping.fire(environment=self.environment)
        self.final_user_classes_count = {**self.reported_user_classes_count}
        self.update_state(STATE_STOPPING)
        self._users_dispatcher = None
        self._stopping = {node.id for node in self.present()}
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
    except (RPCError, zmq.ZMQError, OSError) as error:
        if "already in use" in str(error):
            raise PlanError(
                f"the master's port {where} is taken by another program;"
                " give another one with --master-bind-port"
            ) from None
        raise PlanError(
            f"the master cannot listen at {where}: {error}; give an address of this machine"
            " with --master-bind-host"
        ) from None
    return master

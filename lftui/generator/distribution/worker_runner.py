"""Locust's worker, which reports on the full second and does not outlive its master by much.

Measured with Locust 2.47: a worker that hears nothing from its master goes on for 60 s, with users
that the master has long given to others. Here it lets them go when the master counts it as lost.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import gevent
import msgspec
from gevent.lock import RLock
from locust import User, __version__
from locust.env import Environment
from locust.exception import RPCError
from locust.rpc import Message
from locust.runners import STATE_INIT, STATE_RUNNING, WorkerRunner
from locust.stats import RequestStats, StatsEntry, StatsEntryDict
from locust.user.task import LOCUST_STATE_STOPPING

from lftui.generator.distribution.report import (
    BREATH_S,
    LOST_AFTER_S,
    ORPHANED_AFTER_S,
    PACE,
    PART,
    PIECE,
    REPORT_EVERY_S,
    Pace,
)

if TYPE_CHECKING:
    from lftui.generator.arrivals.pacer import Pacer

_LOOK_EVERY_S = 0.5
_STOOD_STILL_S = 2.0
_STILL = Pace(start=0.0, rate=0.0, slope=None, most=0, phase=0.0)

logger = logging.getLogger("lftui.worker")


class SentInParts(RequestStats):
    """Locust's own statistics, of which a report can be without the entries.

    Attributes:
        without_entries: they went ahead in parts. What came for them since then waits for the next
            report: it would be many again.
    """

    without_entries = False

    def serialize_stats(self) -> list[StatsEntryDict]:
        """What a report has of them."""
        return [] if self.without_entries else super().serialize_stats()


class Worker(WorkerRunner):
    """A `WorkerRunner` with lftui's timing.

    Attributes:
        refuse: what `open` was given.
        pace: its part of the rate, as the master sent it last.
        pacer: keeps it, in an open workload.
    """

    stats: SentInParts

    def __init__(self, environment: Environment, master_host: str, master_port: int) -> None:
        self.refuse: Callable[[str], None] = lambda why: None
        self._is_open = False
        self._early: Message | None = None
        self.pace = _STILL
        self.pacer: Pacer | None = None
        self._heard = time.monotonic()
        self._alone = False
        self._ends = False
        self._stopping = RLock()
        self._reporting = RLock()
        super().__init__(environment, master_host, master_port)

    def stats_reporter(self) -> NoReturn:
        """A report on each full second, so that the master's ticks hold one of each worker."""
        while True:
            self.report_now(whole=False)
            gevent.sleep(REPORT_EVERY_S - time.time() % REPORT_EVERY_S)

    def _send_stats(self, whole: bool = True) -> None:
        """As Locust, in pieces between which the hub goes on: of 1,000 endpoints it would stand
        still for tens of milliseconds, and every response time would show it."""
        with self._reporting:
            entries = list(self.stats.entries.values())
            in_parts = len(entries) > PIECE
            for begin in range(0, len(entries) if in_parts else 0, PIECE):
                self._send_part(entries[begin : begin + PIECE])
                gevent.sleep(BREATH_S)
            self.stats.without_entries = in_parts and not whole
            data: dict[str, Any] = {}
            self.environment.events.report_to_master.fire(client_id=self.client_id, data=data)
            self.client.send(Message("stats", data, self.client_id))

    def _send_part(self, entries: list[StatsEntry]) -> None:
        """Some entries of Locust's own statistics; all else is in the report that follows."""
        stats = [one.get_stripped_report() for one in entries if one.num_requests]
        if not stats:
            return
        none = StatsEntry(self.stats, "Aggregated", "").serialize()
        data = {
            PART: True,
            "stats": stats,
            "stats_total": none,
            "errors": {},
            "user_classes_count": self.user_classes_count,
            "user_count": self.user_count,
        }
        self.client.send(Message("stats", data, self.client_id))

    def report_now(self, whole: bool = True) -> None:
        """Send what is new; where it is not the last report, not `whole` is enough."""
        try:
            self._send_stats(whole)
        except RPCError as error:
            logger.error("the master cannot be reached: %s; it is tried again", error)

    def worker(self) -> NoReturn:
        """Take the master's messages; one that fails does not end the taking."""
        self.last_received_spawn_timestamp = 0
        while True:
            try:
                message = self.client.recv()
            except RPCError as error:
                logger.error("a message of the master cannot be read: %s", error)
                gevent.sleep(_LOOK_EVERY_S)
                continue
            self._heard = time.monotonic()
            try:
                if self._alone:
                    self._take_back()
                self.handle_message(message)
            except Exception:
                logger.error("a message of the master failed:\n%s", traceback.format_exc())

    def handle_message(self, msg: Message) -> None:
        """As Locust, but users of classes that are not there are refused, not tried, and what takes
        long does not keep the worker from hearing its master."""
        match msg.type:
            case "spawn" if self._ends:
                return  # sent before the master heard of it
            case "spawn" if not self._is_open:
                self._early = msg
                return
            case "spawn":
                wanted = msg.data["user_classes_count"]
                missing = sorted(name for name in wanted if name not in self.user_classes_by_name)
                if missing:
                    self.refuse(f"its locustfile has no {', '.join(missing)}")
                    return
                if PACE in msg.data:
                    self.pace = msgspec.convert(msg.data[PACE], Pace)
            case "stop" | "quit" if not self._is_open:
                self._early = None
        match msg.type:
            case "stop":
                gevent.spawn(self._stop_and_wait)
                return
            case "quit":
                gevent.spawn(self._stop_and_end)
                return
        super().handle_message(msg)

    def open(self, refuse: Callable[[str], None]) -> None:
        """Take users from now on. Where the load is on already the master's first wish comes while
        this worker is still being made, before the locustfile's `init`: it waits until here.

        Args:
            refuse: is called with the reason when the master wants what this worker does not have.
        """
        self.refuse = refuse
        self._is_open = True
        early, self._early = self._early, None
        if early is not None:
            self.handle_message(early)

    def _stop_and_wait(self) -> None:
        self.stop()
        self.client.send(Message("client_stopped", None, self.client_id))
        self.worker_state = STATE_INIT
        self.client.send(Message("client_ready", __version__, self.client_id))

    def quit(self) -> None:
        """As Locust, beside whoever calls it: a task that does would be ended with its user before
        the last report is sent."""
        gevent.spawn(self._stop_and_end)

    def _stop_and_end(self) -> None:
        self._ends = True
        self.stop()
        self.report_now()
        self.greenlet.kill(block=True)

    def drop_users(self, limit_s: float) -> None:
        """No users from now on, without a teardown; none that the master still sends either."""
        self._ends = True
        if self.pacer is not None:
            self.pacer.close()
        if self.spawning_greenlet is not None:
            self.spawning_greenlet.kill(block=False)
        self.user_greenlets.kill(block=True, timeout=limit_s)

    def stop(self) -> None:
        """As Locust; a second call waits for the first instead of firing its events again."""
        with self._stopping:
            super().stop()

    def start_worker(self, user_classes_count: dict[str, int], **_: Any) -> None:
        """Go to so many users. Those that are leaving do not count, else a worker that has let its
        users go would have none when they are gone."""
        self.target_user_classes_count = user_classes_count
        self.target_user_count = sum(user_classes_count.values())
        for user_class in self.user_classes:
            if self.environment.host:
                user_class.host = self.environment.host
        self._go_to(user_classes_count, self.pace)

    def _go_to(self, user_classes_count: dict[str, int], pace: Pace) -> None:
        if self.pacer is not None:
            pacer = self.pacer
            user_classes_count = {
                name: users for name, users in user_classes_count.items() if not pacer.has(name)
            }
            pacer.go_to(pace.rate, pace.slope, pace.most, pace.start)
        staying = self._staying()
        missing = {
            name: users - len(staying[name])
            for name, users in user_classes_count.items()
            if users > len(staying[name])
        }
        self.spawn_users(missing)
        too_many = [
            one for name, users in user_classes_count.items() for one in staying[name][users:]
        ]
        if too_many:
            self.greenlet.spawn(self._see_off, too_many)
        self.spawning_complete(sum(self.user_classes_count.values()))  # type: ignore[no-untyped-call]
        self.update_state(STATE_RUNNING)

    def _staying(self) -> dict[str, list[User]]:
        staying: dict[str, list[User]] = {name: [] for name in self.user_classes_by_name}
        for greenlet in self.user_greenlets:
            user = greenlet.args[0] if greenlet.args else None
            if user is not None and user._state != LOCUST_STATE_STOPPING:
                staying[type(user).__name__].append(user)
        return staying

    def _see_off(self, users: list[User]) -> None:
        patience_s = self.environment.stop_timeout
        gevent.joinall([gevent.spawn(user.stop, force=not patience_s) for user in users])
        if patience_s:
            leaving = [user.greenlet for user in users]
            gevent.joinall(leaving, timeout=patience_s)
            gevent.killall(leaving, block=False)

    def heartbeat_timeout_checker(self) -> NoReturn:
        """Let the users go, then end, when nothing is heard of the master."""
        looked = time.monotonic()
        while True:
            gevent.sleep(_LOOK_EVERY_S)
            now = time.monotonic()
            if now - looked > _STOOD_STILL_S:
                self._heard = now  # this process stood still, not the master
            looked = now
            silent = now - self._heard
            if not self.connected:
                continue
            if silent > ORPHANED_AFTER_S:
                logger.error("nothing was heard of the master for %.0f s; this worker ends", silent)
                self.quit()
            elif silent > LOST_AFTER_S and not self._alone:
                self._alone = True
                self._let_go()

    def _let_go(self) -> None:
        logger.warning("nothing is heard of the master; the users are let go until it is back")
        self._change_users(dict.fromkeys(self.user_classes_by_name, 0), _STILL)

    def _take_back(self) -> None:
        """The master is there again. Where it has given the users to others it says so next; where
        it stood still itself it knows of nothing."""
        self._alone = False
        if self.worker_state == STATE_RUNNING:
            self._change_users(self.target_user_classes_count, self.pace)

    def _change_users(self, wanted: dict[str, int], pace: Pace) -> None:
        if self.spawning_greenlet is not None:
            self.spawning_greenlet.kill(block=False)
        self.spawning_greenlet = self.greenlet.spawn(self._go_to, wanted, pace)


def create_worker(environment: Environment, master_host: str, master_port: int) -> Any:
    """The environment's runner. Waits until the master has answered."""
    environment.stats = SentInParts(use_response_times_cache=False)
    return environment._create_runner(Worker, master_host, master_port)

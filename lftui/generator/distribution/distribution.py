"""Master, fleet and local workers of one run, as the session uses them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import gevent
from locust.env import Environment

from lftui.generator.distribution.fleet import SOURCE, Fleet
from lftui.generator.distribution.local import LocalWorkers
from lftui.generator.distribution.master import Master, create_master
from lftui.generator.distribution.pacing import SharedPace
from lftui.generator.distribution.report import BOOT_FILE, Orders
from lftui.generator.in_flight import GRACE_S
from lftui.plan import PlanError, RunPlan
from lftui.records import AnyRecord, EndReason, Level, Logged, WorkerTick
from lftui.safe_text import Redactor

_BOOT = os.path.join(os.path.dirname(__file__), BOOT_FILE)
_LOOK_EVERY_S = 0.05
_NOBODY_LIMIT_S = 30.0
_LOCAL_LIMIT_S = 60.0


class Distribution:
    """What a run with workers has beside one without.

    Args:
        argv, own: the master's command line, which local workers get as well.
        end: is called with a reason when there is nobody left to make load.

    Attributes:
        tick_after_s: the master cuts its ticks so long after the full second on which workers
            report: time for the reports to come, so that each tick holds one of each worker.
        pace: of an open workload.
    """

    tick_after_s = 0.3

    def __init__(
        self,
        plan: RunPlan,
        argv: list[str],
        own: dict[str, bool],
        fleet: Fleet,
        announce: Callable[[AnyRecord], None],
        redactor: Redactor,
        end: Callable[[EndReason, str], None],
    ) -> None:
        self._plan = plan
        self.fleet = fleet
        self._announce = announce
        self._redactor = redactor
        self._end = end
        self._runner: Master | None = None
        self._failed = ""
        self._local = LocalWorkers(argv, own, self._local_says, self._local_is_gone)
        self.pace = SharedPace(lambda: self.runner.go(), fleet.arrivals)
        fleet.needs_pace = plan.open_workload is not None
        fleet.on_refusal = self._refuse
        fleet.on_nobody = self._nobody

    @property
    def runner(self) -> Master:
        """The master."""
        assert self._runner is not None
        return self._runner

    # --- the beginning -------------------------------------------------------------------------

    def create_runner(self, environment: Environment) -> Master:
        """The environment's runner, listening; for `LocustHost`.

        Raises:
            PlanError: it cannot listen.
        """
        plan = self._plan
        orders = Orders(
            grace_s=GRACE_S if plan.stop_timeout_s is None else 0.0,
            headers=plan.headers,
            host=plan.host,
            timings=plan.timings,
            iterations=plan.iterations is not None,
            arrivals=plan.open_workload.arrivals if plan.open_workload else "",
            by_class=plan.open_workload is None,
        )
        files = list(environment.parsed_locustfiles or [])
        # First, so that its listeners are before those of the locustfile.
        environment.parsed_locustfiles = [_BOOT, *files]
        environment.events.worker_report.add_listener(self.fleet.take)
        host, port = plan.master_bind_host, plan.master_bind_port
        self._runner = create_master(environment, host, port, self.fleet, orders)
        self._local.port = self._runner.server.port
        if plan.open_workload is not None:
            self._runner.beside = self.pace.part
        return self._runner

    @property
    def listens(self) -> str:
        """Where workers come in: `HOST:PORT`."""
        return f"{self._plan.master_bind_host}:{self.runner.server.port}"

    def gather(self, wants_end: Callable[[], bool]) -> bool:
        """Start the local workers and wait for as many as the plan expects; whether they came
        before somebody wanted the end.

        Raises:
            PlanError: a local worker could not begin, or not enough came in time.
        """
        plan = self._plan
        for _ in range(plan.processes):
            self._local.add()
        began = time.monotonic()
        limit_s = plan.expect_workers_max_wait_s
        if limit_s is None and not plan.master:
            limit_s = _LOCAL_LIMIT_S
        told = -1
        while (here := self.fleet.present) < plan.expect_workers:
            if self._failed:
                raise PlanError(self._failed)
            if here != told:
                told = here
                self._say_waiting(here)
            if limit_s is not None and time.monotonic() - began > limit_s:
                raise PlanError(
                    f"{here} of {plan.expect_workers} workers came to {self.listens}"
                    f" within {limit_s:g} s"
                )
            if wants_end():
                return False
            gevent.sleep(_LOOK_EVERY_S)
        self.fleet.load_is_on = True
        return True

    def _say_waiting(self, here: int) -> None:
        text = f"{here} of {self._plan.expect_workers} workers are there, at {self.listens}"
        self._say("info", text)

    # --- while it runs -------------------------------------------------------------------------

    def ticks(self) -> list[WorkerTick]:
        """What each worker did since the last call."""
        return self.fleet.ticks(self.runner.clients, self.runner.asked)

    def add_worker(self) -> None:
        """One more local process. It makes load once it has loaded the locustfile."""
        name = self._local.add()
        self._say("info", f"{name} is being started")

    def remove_worker(self, worker: str) -> None:
        """Send a worker away; without a name the local one that came last.

        Raises:
            PlanError: it is not there, or it is the last one.
        """
        worker = worker or self._local.newest
        member = self.fleet.of(worker)
        if member is None and (client := self.fleet.dismiss(worker)):
            self.runner.dismiss(client)
            return
        if member is None:
            raise PlanError(
                f"there is no worker {worker}" if worker else "there is no local worker to remove"
            )
        if self.fleet.present < 2:
            raise PlanError(f"{worker} is the last worker; stop the run instead")
        member.sent_away = True
        self.runner.send_away(member.client)

    # --- local processes -----------------------------------------------------------------------

    def _local_says(self, name: str, line: str) -> None:
        text = self._redactor.block(line, 600)
        self._announce(Logged(source=name, level="warning", text=text))

    def _local_is_gone(self, name: str, status: int, last: str) -> None:
        if self.fleet.has_left(name):
            return
        member = self.fleet.of(name)
        if member is None:
            how = self._redactor.line(last, 300) or f"exit status {status}"
            self._failed = f"the worker {name} could not begin: {how}"
            if self.fleet.load_is_on:
                self._say("error", self._failed)
            return
        if status < 0:
            import signal

            why = f"its process was ended by {signal.Signals(-status).name}"
        else:
            why = f"its process ended with status {status}"
        self.runner.lose(member.client, why)
        self.fleet.dead(member.client, why)

    def _refuse(self, client: str) -> None:
        self.runner.send_away(client)

    def _nobody(self) -> None:
        if self.fleet.all_left:
            self._end(
                "quit_by_script", "the last worker has ended by itself, or was ended in order"
            )
        else:
            gevent.spawn(self._wait_for_somebody)

    def _wait_for_somebody(self) -> None:
        give_up = time.monotonic() + _NOBODY_LIMIT_S
        while not self.fleet.present:
            if time.monotonic() > give_up:
                why = f"no worker was left, and none came within {_NOBODY_LIMIT_S:g} s"
                self._end("generator_lost", why)
                return
            gevent.sleep(_LOOK_EVERY_S * 4)

    # --- the end -------------------------------------------------------------------------------

    def will_stop(self) -> None:
        """The orderly end begins."""
        self.fleet.cut_off(drained=bool(self._plan.stop_timeout_s))

    def has_stopped(self) -> None:
        """All that will report has reported."""
        self._local.may_end()
        for client in self.runner.late:
            self.fleet.unheard(client)
        self.fleet.close()

    def close(self) -> None:
        """End the local workers."""
        self._local.close()

    def _say(self, level: Level, text: str) -> None:
        self._announce(Logged(source=SOURCE, level=level, text=text))

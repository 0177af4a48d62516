"""One generator's life: load, start, obey, stop in order, say how it ended."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

import gevent
import msgspec
from gevent.event import Event

from lftui.generator import native
from lftui.generator.channel import Channel
from lftui.generator.class_iterations import ClassIterations
from lftui.generator.client import choose_client, measure_phases
from lftui.generator.command_line import Parsed
from lftui.generator.commands import Commands
from lftui.generator.describe import describe
from lftui.generator.drivers import driver_of
from lftui.generator.ending import Ending, end_orderly
from lftui.generator.farewell import KILLED, Farewell
from lftui.generator.headers import send_headers
from lftui.generator.health import Health
from lftui.generator.in_flight import GRACE_S, InFlight
from lftui.generator.limits import Limits
from lftui.generator.load import load_of
from lftui.generator.locust_host import LocustHost, prepare, set_up_logging
from lftui.generator.meter import Meter
from lftui.generator.output import Output
from lftui.generator.patience import Patience
from lftui.generator.pilot import Pilot
from lftui.generator.scenario import Scenario
from lftui.generator.smoke import SmokeWalk
from lftui.generator.ticker import Ticker
from lftui.generator.waiting import Waiting
from lftui.generator.watchdog import Watchdog
from lftui.plan import RunPlan
from lftui.records import (
    RESET_STATS,
    Command,
    EndReason,
    Finished,
    Kill,
    Level,
    Load,
    Logged,
    Marked,
    Ready,
    Smoke,
    Start,
    State,
    Stop,
    Tick,
)
from lftui.safe_text import Redactor
from lftui.scenario_digest import scenario_digest

if TYPE_CHECKING:
    from lftui.generator.distribution.distribution import Distribution

LOST_STOP_S = 1.6  # the load is off within 2 s of the supervisor's death


class Session:
    """The generator process, from its first command to its last record."""

    def __init__(self, fd: int, in_process: bool = False) -> None:
        os.set_blocking(fd, True)
        self._in_process = in_process
        self._channel = Channel(fd)
        self._output = Output(Redactor.from_environment(os.environ), self._channel.send)
        self._redactor = self._output.redactor
        self._farewell = Farewell(self._channel, self._output, in_process)
        self._in_flight = InFlight()
        self._meter = Meter(self._redactor, self._farewell.announce)
        self._health = Health()
        self._watchdog = Watchdog(lambda: self._health.beat, self._tell)
        self._ticker = Ticker(
            self._meter, self._health, self._in_flight, self._channel, self._status
        )
        self._over = Event()
        self._ending = Ending()
        self._waiting = Waiting(self._channel, self._farewell.announce)
        self._class_iterations = ClassIterations()
        self._state: State = "loading"
        self._host: LocustHost | None = None
        self._pilot: Pilot | None = None
        self._distribution: Distribution | None = None

    # --- the life ------------------------------------------------------------------------------

    def run(self) -> int:
        """Everything, and the exit code."""
        self._channel.on_lost = self._supervisor_lost
        self._channel.on_urgent = self._urgent
        self._channel.open()
        self._health.start()
        self._watchdog.start()
        if not self._in_process:
            self._output.capture_streams()
        try:
            return self._load_and_run()
        except SystemExit as error:
            # The next user that ends the same way raises here, in the main greenlet, as well.
            last = gevent.spawn(self._end_after_exit, error)
            while not last.ready():
                with contextlib.suppress(SystemExit):
                    last.join()
            return int(last.value)
        except BaseException as error:
            return self._farewell.after(error, len(self._in_flight))

    def _end_after_exit(self, error: SystemExit) -> int:
        self._ticker.cut()
        return self._farewell.after(error, len(self._in_flight))

    def _load_and_run(self) -> int:
        load = self._expect(Load)
        if load is None:
            return 0
        scenario, parsed = self._load(load)
        start = self._expect((Start, Smoke))
        if start is None:
            return 0
        plan = msgspec.convert(start.plan, RunPlan)
        if isinstance(start, Smoke):
            send_headers(plan.headers, plan.host)
            return self._smoke(LocustHost(scenario, parsed, plan), start.task_limit_s)
        if not self._start(scenario, parsed, plan, load):
            return self._farewell.finish(self._waiting.last_word)
        return self._serve()

    def _expect(self, kind: type[Any] | tuple[type[Any], ...]) -> Any:
        """The next command, when it is of this kind; None when the supervisor wants no more."""
        command = self._channel.next_command()
        return command if isinstance(command, kind) else None

    def _load(self, load: Load) -> tuple[Scenario, Parsed]:
        began = time.monotonic()
        prepare(self._meter, self._in_flight)
        self._watchdog.watch_loading(gevent.getcurrent())
        try:
            choose_client(load.argv, os.environ)
            scenario = Scenario(load.argv)
            parsed = Parsed(load.argv, load.own)
        finally:
            self._watchdog.watch_loading(None)
        sys.argv = ["locust", *parsed.rest]
        self._output.redactor.add(parsed.secrets())
        set_up_logging(parsed.options, self._output.log_handler())
        self._farewell.announce(
            describe(scenario, parsed, time.monotonic() - began, self._redactor)
        )
        self._state = "ready"
        return scenario, parsed

    def _start(self, scenario: Scenario, parsed: Parsed, plan: RunPlan, load: Load) -> bool:
        """Begin the load; whether nobody ended the run before that."""
        began = time.monotonic()
        grace = GRACE_S if plan.stop_timeout_s is None else 0.0
        self._patience = Patience(self._in_flight, grace)
        self._patience.teach()
        send_headers(plan.headers, plan.host)
        self._host = host = self._create_host(scenario, parsed, plan, load)
        self._meter.name_users(host.class_names)
        if plan.timings:
            self._meter.wants_phases = True
            if said := measure_phases(list(host.class_names)):
                self._say("generator", "warning", said)
        driver, crew = driver_of(host.shape, plan), self._distribution
        load_on = load_of(host, driver, plan, crew.pace if crew else None)
        self._meter.wants_intended = plan.open_workload is not None
        # Behind the pacer: who waits for an arrival has not begun.
        self._limits = Limits(plan.iterations, plan.requests, self._shape_ended)
        if plan.iterations is not None or plan.requests is not None:
            self._limits.teach()
        if plan.requests is not None:
            host.environment.events.request.add_listener(self._limits.on_request)
        if plan.open_workload is None:
            self._count_iterations(host)
        self._pilot = Pilot(host, driver, load_on, plan, self._ticker.mark, self._shape_ended)
        self._commands = Commands(
            self._pilot,
            self._ticker,
            self._farewell.announce,
            self._ask_to_end,
            crew,
        )
        if not self._wait(plan):
            if crew is not None:
                crew.close()
            return False
        self._farewell.announce(
            Ready(
                pid=os.getpid(),
                took_s=round(time.monotonic() - began, 3),
                user_classes=sorted(host.class_names.values()),
                shape=plan.shape_sentence,
                workers=crew.fleet.present if crew else 0,
                listens=crew.listens if crew else "",
            )
        )
        host.environment.events.spawning_complete.add_listener(self._spawning_complete)
        if not self._in_process:
            gevent.signal_handler(signal.SIGTERM, self._told_to_end)
        host.begin()
        self._meter.cut()  # what the import sent belongs to no run
        gevent.spawn(self._ticker.run, crew.tick_after_s if crew else 0.0)
        self._pilot.begin()
        return True

    def _wait(self, plan: RunPlan) -> bool:
        """For the workers, and for the time; whether nobody ended the run before."""
        if self._distribution is not None and not self._distribution.gather(self._waiting.is_over):
            return False
        if plan.start_at is None:
            return True
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(plan.start_at))
        self._say("generator", "info", f"the load begins at {when}")
        return self._waiting.until(plan.start_at)

    def _create_host(
        self, scenario: Scenario, parsed: Parsed, plan: RunPlan, load: Load
    ) -> LocustHost:
        if not plan.distributed:
            return LocustHost(scenario, parsed, plan)
        # Most runs have no workers, and their start does not wait for this.
        from lftui.generator.distribution.distribution import Distribution
        from lftui.generator.distribution.fleet import Fleet

        announce = self._farewell.announce
        digest = scenario_digest(scenario.files)[1]
        fleet = Fleet(
            self._meter, self._redactor, announce, self._ticker.mark, digest, plan.headers
        )
        self._ticker.under_way, self._ticker.whole_seconds = fleet, True
        self._distribution = crew = Distribution(
            plan, load.argv, load.own, fleet, announce, self._redactor, self._nobody_left
        )
        return LocustHost(scenario, parsed, plan, crew.create_runner)

    def _count_iterations(self, host: LocustHost) -> None:
        """By user class, where a class is paced: workers report theirs."""
        self._class_iterations.know(host.class_names)
        if self._distribution is None:
            self._class_iterations.watch()
        else:
            self._distribution.fleet.on_iterations = self._class_iterations.add

    def _nobody_left(self, reason: EndReason, why: str) -> None:
        self._ask_to_end(Ending(reason=reason, why=why))

    def _serve(self) -> int:
        """Obey until the end is asked for or the locustfile ends it; then end in order."""
        assert self._host is not None
        assert self._pilot is not None
        obeying = gevent.spawn(self._obey)
        watching = gevent.spawn(self._watch_runner)
        self._over.wait()
        self._state = "stopping"
        self._pilot.leave()
        watching.kill(block=False)
        if self._ending.kill:
            return self._farewell.finish(
                Finished(
                    reason="killed",
                    message=self._ending.why,
                    exit_code=KILLED,
                    cut_in_flight=len(self._in_flight),
                )
            )
        code = end_orderly(
            self._host, self._patience, self._ticker, self._ending, self._distribution
        )
        obeying.kill(block=False)
        self._state = "stopped"
        self._ticker.cut()
        return self._farewell.finish(
            Finished(
                reason=self._ending.reason,
                message=self._ending.why,
                exit_code=code,
                script_exit_code=self._host.environment.process_exit_code,
                cut_in_flight=self._ticker.under_way.cut,
            )
        )

    def _smoke(self, host: LocustHost, task_limit_s: float) -> int:
        """Every task once, in the place of a run."""
        self._host = host
        self._meter.name_users(host.class_names)
        walk = SmokeWalk(host, self._redactor, self._farewell.announce, task_limit_s)
        obeying = gevent.spawn(self._obey_in_smoke, walk)
        walk.run()
        ending = Ending(reason="stopped" if walk.over else "completed")
        code = end_orderly(host, Patience(self._in_flight, 0.0), self._ticker, ending)
        obeying.kill(block=False)
        return self._farewell.finish(Finished(reason=ending.reason, exit_code=code))

    def _obey_in_smoke(self, walk: SmokeWalk) -> None:
        while (command := self._channel.next_command()) is not None:
            walk.stop(getattr(command, "why", ""))

    def _obey(self) -> None:
        while (command := self._channel.next_command()) is not None:
            self._commands.obey(command)
        self._ask_to_end(Ending(reason="supervisor_lost", why="the supervisor is gone", hurry=True))

    def _watch_runner(self) -> None:
        """`runner.quit()` in a task, StopTest: the locustfile itself ends the run."""
        assert self._host is not None
        self._host.runner.greenlet.join()
        self._ask_to_end(Ending(reason="quit_by_script", why="the locustfile ended the run"))

    # --- how it ends ---------------------------------------------------------------------------

    def _ask_to_end(self, ending: Ending) -> None:
        if not self._over.is_set():
            self._ending = ending
            self._over.set()
        elif ending.hurry or ending.kill:
            self._ending.hurry = True
            self._ending.reason, self._ending.why = ending.reason, ending.why

    def _told_to_end(self) -> None:
        """SIGTERM: a service manager ends all processes of a service at once."""
        self._ask_to_end(
            Ending(reason="interrupted", why="the generator was told to end (SIGTERM)")
        )

    def _shape_ended(self, why: str) -> None:
        self._ask_to_end(Ending(reason="completed", why=why))

    def _supervisor_lost(self) -> None:
        """In the reading thread: whatever the hub does, the load is off in time."""
        native.start_thread(self._end_after, LOST_STOP_S)

    def _end_after(self, seconds: float) -> None:
        native.sleep(seconds)
        if not self._in_process:
            os._exit(4)

    def _urgent(self, command: Command) -> None:
        """In the reading thread, as a stop or kill arrives: it must work with the hub blocked."""
        if isinstance(command, Kill) and self._watchdog.blocked_s() > 0.5 and not self._in_process:
            self._farewell.announce(
                Finished(
                    reason="killed",
                    message="killed with its hub blocked at " + self._watchdog.where(),
                    exit_code=KILLED,
                )
            )
            self._channel.flush_natively()
            os._exit(KILLED)
        if isinstance(command, Stop):
            self._watchdog.break_block()

    # --- what is said --------------------------------------------------------------------------

    def _tell(self, level: Level, text: str) -> None:
        self._say("watchdog", level, text)

    def _say(self, source: str, level: Level, text: str) -> None:
        self._farewell.announce(
            Logged(source=source, level=level, text=self._redactor.line(text, 600))
        )

    def _spawning_complete(self, user_count: int) -> None:
        if self._host is not None and self._host.options.reset_stats:
            self._ticker.mark(Marked(type="window", why=RESET_STATS))

    def _status(self) -> Tick:
        """What a tick says of the run beside its figures."""
        pilot, host = self._pilot, self._host
        if pilot is None or host is None:
            return Tick(start=0, end=0, state=self._state)
        runner, crew, load = host.runner, self._distribution, pilot.load
        if crew is not None:
            self._limits.saw(crew.fleet.iterations, self._meter.added)
        state: State = self._state
        if state == "ready":
            state = "spawning" if load.is_on_its_way else "running"
            if pilot.paused is not None:
                state = "paused"
        arrivals, wanted = load.arrivals(pilot.level)
        return Tick(
            start=0,
            end=0,
            state=state,
            stage=pilot.level.stage,
            shape_s=pilot.shape_s,
            held=pilot.level.held,
            target=wanted,
            users=runner.user_count,
            spawn_rate=pilot.level.spawn_rate,
            target_by_class=host.planned_by_class() if arrivals is None else {},
            users_by_class=host.users_by_class(),
            workers=crew.ticks() if crew else [],
            arrivals=arrivals,
            iterations=self._class_iterations.take(),
        )

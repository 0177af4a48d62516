"""A worker process: loads the scenario, makes the users that the master asks for, reports.

`lftui --worker` runs it in the foreground of any machine; for `--processes` the master starts it,
tells it on its standard input what to load, and ends it by closing that.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import time
import traceback
from typing import Any, Literal

import gevent
import locust
import locust.log
import msgspec
from locust.rpc import Message

from lftui.generator import native
from lftui.generator.client import choose_client, measure_phases
from lftui.generator.command_line import Parsed
from lftui.generator.distribution.report import BOOT_FILE, FIELD, LocalWorker, Orders
from lftui.generator.distribution.reporter import Reporter
from lftui.generator.distribution.worker_runner import Worker, create_worker
from lftui.generator.headers import send_headers
from lftui.generator.health import Health
from lftui.generator.in_flight import GRACE_S, InFlight
from lftui.generator.locust_host import LocustHost, prepare, set_up_logging
from lftui.generator.meter import Meter
from lftui.generator.output import Output
from lftui.generator.patience import Patience
from lftui.generator.scenario import Scenario, ScriptExit
from lftui.generator.watchdog import Watchdog
from lftui.plan import PlanError
from lftui.records import Level, Logged
from lftui.safe_text import Redactor, safe
from lftui.scenario_digest import scenario_digest

_PLAN = 2
_NAME_S = 300.0
_NAME_EVERY_S = 2.0
_LAST_WORDS_S = 0.3  # for what is queued at the socket to leave

logger = logging.getLogger("lftui.worker")


class WorkerProcess:
    """One worker, from its command line to its end.

    Args:
        argv: its command line; Locust's words and lftui's.
        own: lftui's own options, and whether each takes a value.
        local: what the master that started it said; None where nobody did.
    """

    def __init__(self, argv: list[str], own: dict[str, bool], local: LocalWorker | None) -> None:
        self._argv = argv
        self._own = own
        self._local = local
        self._in_flight = InFlight()
        self._health = Health()
        self._reporter = Reporter(local.name if local else "", self._health, self._in_flight)
        self._output = Output(Redactor.from_environment(os.environ), self._reporter.take)
        self._meter = Meter(self._output.redactor, self._reporter.take)
        self._reporter.measures(self._meter)
        self._patience = Patience(self._in_flight, GRACE_S)
        self._watchdog = Watchdog(lambda: self._health.beat, self._tell)
        self._orders: Orders | None = None
        # What a blocked hub cannot report goes to whoever reads this.
        self._stderr = os.dup(2)
        self._host: LocustHost | None = None

    def run(self) -> int:
        """Everything, and the exit code."""
        self._health.start()
        self._watchdog.start()
        if self._local is not None:
            self._output.capture_streams()
        try:
            runner = self._connect()
            runner.greenlet.join()
            return self._leave()
        except PlanError as error:
            return self._give_up(str(error), _PLAN)
        except ScriptExit as error:
            return self._give_up(str(error), error.code)
        except (SystemExit, KeyboardInterrupt) as error:
            code = error.code if isinstance(error, SystemExit) else 130
            if self._host is not None:
                self._report_and_go(self._host.runner)
            return code if isinstance(code, int) else int(code is not None)
        except ConnectionError:
            return self._give_up("the master did not answer; is it there, and its port open?", 1)
        except BaseException:
            return self._give_up(traceback.format_exc(), 1)

    def _connect(self) -> Worker:
        if self._local is None:
            _check_words(self._argv)
        prepare(self._meter, self._in_flight)
        choose_client(self._argv, os.environ)
        scenario = Scenario(self._argv)
        parsed = Parsed(self._argv, self._own)
        sys.argv = ["locust", *parsed.rest]
        self._output.redactor.add(parsed.secrets())
        self._set_up_logging(parsed.options)
        files = [path for path in scenario.files if os.path.basename(path) != BOOT_FILE]
        self._reporter.scenario_sha256 = scenario_digest(files)[1]
        self._patience.teach()
        events = locust.events
        events.report_to_master.add_listener(self._reporter.on_report)
        events.test_start.add_listener(self._take_orders)
        events.test_stop.add_listener(self._last_report)
        host = self._host = LocustHost(scenario, parsed, None, self._create_runner)
        self._meter.name_users(host.class_names)
        gevent.signal_handler(signal.SIGTERM, self._told_to_end)
        gevent.signal_handler(signal.SIGINT, self._told_to_end)
        host.begin()
        runner: Worker = host.runner
        runner.open(self._refuse)
        return runner

    def _create_runner(self, environment: Any) -> Any:
        options = environment.parsed_options
        options.worker, options.master = True, False
        options.processes = options.run_time = None
        host, port = options.master_host, options.master_port
        if self._local is not None:
            host, port = "127.0.0.1", self._local.master_port
            options.master_host, options.master_port = host, port
        else:
            _check(options.master_host, options.master_port)
        return create_worker(environment, host, port)

    def _set_up_logging(self, options: Any) -> None:
        if self._local is not None:
            options.logfile = None  # the master's; its log has this worker's lines as well
            set_up_logging(options, self._output.log_handler())
            return
        # Here somebody may look at the terminal; the master's journal has it all the same.
        if not options.skip_log_setup:
            locust.log.setup_logging(options.loglevel, options.logfile)
        for name in (None, "locust"):
            logging.getLogger(name).addHandler(self._output.log_handler())

    # --- what the master wants -----------------------------------------------------------------

    def _take_orders(self, environment: Any, **_: Any) -> None:
        """Locust's `test_start`: the spawn message before it brought the orders."""
        said = getattr(environment.parsed_options, FIELD, None)
        if self._orders is not None or not isinstance(said, dict):
            return
        self._orders = orders = msgspec.convert(said, Orders)
        self._patience.grace_s = orders.grace_s
        try:
            send_headers(orders.headers, orders.host)
        except PlanError as error:
            self._refuse(str(error))
            return
        if orders.arrivals:
            self._begin_pace(orders.arrivals)
        if orders.iterations:
            self._reporter.limits.teach()
        assert self._host is not None
        if orders.by_class:
            self._reporter.class_iterations.know(self._host.class_names)
            self._reporter.class_iterations.watch()
        if orders.timings:
            self._meter.wants_phases = True
            measure_phases(list(self._host.class_names))

    def _begin_pace(self, arrivals: Literal["poisson", "even"]) -> None:
        # Most runs are closed, and their workers' start does not wait for this.
        from lftui.generator.arrivals.pacer import Pacer

        assert self._host is not None
        runner, environment = self._host.runner, self._host.environment
        try:
            pacer = Pacer(runner, environment.user_classes, arrivals, runner.pace.phase)
        except PlanError as error:
            self._refuse(str(error))
            return
        self._meter.wants_intended = True
        self._reporter.pacer = runner.pacer = pacer
        environment.events.test_stopping.add_listener(lambda **_: pacer.close())

    def _refuse(self, why: str) -> None:
        self._reporter.problem = why
        logger.error("this worker cannot take part: %s", why)
        if self._host is not None:
            self._host.runner.report_now()

    def _last_report(self, environment: Any, **_: Any) -> None:
        """Locust's `test_stop`: when the master hears that the worker has stopped, it has all."""
        self._patience.wait_for_leavers()
        if self._host is not None:
            self._host.runner.report_now()

    # --- how it ends ---------------------------------------------------------------------------

    def _told_to_end(self) -> None:
        """SIGTERM or Ctrl-C: the users finish, the master is told."""
        assert self._host is not None
        runner = self._host.runner
        try:
            runner.stop()
        finally:
            runner.greenlet.kill(block=False)

    def _report_and_go(self, runner: Worker) -> None:
        """`sys.exit` in a task: no teardown, as with Locust, but what was measured is not lost.

        The next user that ends the same way raises here, in the main greenlet, as well: in the
        middle of a report it would take along what the report was about.
        """
        reporting = gevent.spawn(_report_last, runner)
        while not reporting.ready():
            with contextlib.suppress(SystemExit):
                reporting.join()

    def _leave(self) -> int:
        assert self._host is not None
        environment = self._host.environment
        gevent.spawn(environment.events.quitting.fire, environment=environment, reverse=True).join()
        code = self._host.exit_code()
        gevent.spawn(environment.events.quit.fire, exit_code=code).join()
        gevent.sleep(_LAST_WORDS_S)
        return code

    def _give_up(self, why: str, code: int) -> int:
        name = "lftui --worker: "
        if self._local is not None:
            self._output.release_streams()
            name = ""  # the master says whose words these are
        os.write(self._stderr, f"{name}{safe(why).strip()}\n".encode())
        return code

    def _tell(self, level: Level, text: str) -> None:
        """The watchdog's words, from its own thread."""
        text = self._output.redactor.line(text, 600)
        if self._local is not None:
            os.write(self._stderr, f"{text}\n".encode())
        else:
            self._reporter.take(Logged(source="watchdog", level=level, text=text))


def _report_last(runner: Worker) -> None:
    runner.drop_users(_LAST_WORDS_S)
    runner.report_now()
    runner.client.send(Message("quit", None, runner.client_id))
    gevent.sleep(_LAST_WORDS_S)


def _check_words(argv: list[str]) -> None:
    """What a worker has no use for, and would leave out without a word.

    Raises:
        PlanError: it was asked for.
    """
    names = {word.partition("=")[0] for word in argv}
    if "--master" in names:
        raise PlanError("--master and --worker: one process is the one or the other")
    if "--processes" in names:
        raise PlanError("lftui --worker is one process; for more of them begin it more often")


def _check(host: str, port: int) -> None:
    """Wait until the master's name is known; in a cluster that may be later than this process.

    Raises:
        PlanError: it is none that could be, or not known after minutes.
    """
    if not 0 < port < 65536:
        raise PlanError(f"--master-port is {port}; a port is a number from 1 to 65535")
    give_up = time.monotonic() + _NAME_S
    told = False
    while True:
        try:
            socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return
        except (OSError, UnicodeError) as error:
            if time.monotonic() > give_up:
                raise PlanError(f"the master's name {host} is not known: {error}") from None
            if not told:
                logger.warning("the master's name %s is not known yet; it is asked again", host)
            told = True
        gevent.sleep(_NAME_EVERY_S)


def serve(argv: list[str], own: dict[str, bool]) -> int:
    """A worker for a master somewhere; the exit code."""
    return WorkerProcess(argv, own, None).run()


def serve_local() -> int:
    """A worker of the process at the other end of the standard input; the exit code."""
    line = bytearray()
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    if not line:
        return 0
    told = msgspec.json.decode(bytes(line), type=LocalWorker)
    native.start_thread(_end_with_master)
    return WorkerProcess([*told.argv, "--worker"], told.own, told).run()


def _end_with_master() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)

"""The one place that hosts Locust: its Environment, its runner, and what `main.py` does around.

Much of this is undocumented API of Locust 2.47, which is why it lives here alone. The order of
things is that of Locust's own `main`.
"""

from __future__ import annotations

import functools
import gc
import logging
import os
from collections.abc import Callable
from typing import Any

import gevent
import locust
import locust.log
from locust import LoadTestShape, argument_parser, runners, stats
from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
from locust.main import create_environment

from lftui.generator.command_line import Parsed
from lftui.generator.dispatch import ClassDispatcher
from lftui.generator.in_flight import InFlight
from lftui.generator.kept_times import keep_out_of_garbage
from lftui.generator.meter import Meter
from lftui.generator.scenario import Scenario, ScriptExit, chosen_classes
from lftui.plan import PlanError, RunPlan

_OPEN_FILES = 10_000
_PRUNE_EVERY_S = 60.0
_PRUNE_KEEP_S = 30
_ERROR_ROWS = 2_000
_HISTORY_ROWS = 1_000

logger = logging.getLogger("lftui.generator")


def prepare(meter: Meter, in_flight: InFlight) -> None:
    """What has to stand before any locustfile is imported."""
    # default_args_dict builds Locust's whole parser anew at each call, and is called per option.
    argument_parser.default_args_dict = functools.lru_cache(None)(argument_parser.default_args_dict)
    # To name its caller in a debug message, `stop` looks through all frames and their files: 44 ms
    # of a hub that stands still while users are about to be stopped (measured). It does without.
    vars(runners)["inspect"] = None
    keep_out_of_garbage()
    # Ours first: a listener that raises RescheduleTask hides the request from those behind it.
    locust.events.request.add_listener(meter.on_request)
    locust.events.user_error.add_listener(meter.on_user_error)
    for session in (HttpSession, FastHttpSession):
        session.request = functools.wraps(session.request)(in_flight.watch(session.request))  # type: ignore[method-assign]
    # LeanHttpUser's session needs no watching: it writes down what it has under way.


class LocustHost:
    """Locust's Environment and runner for one run.

    Args:
        scenario: the imported locustfiles.
        parsed: the parsed command line.
        plan: what to run; None in a worker, which is told by its master.
        create: makes the environment's runner.

    Raises:
        PlanError: a chosen class does not exist, or a user configuration does not fit.
        ScriptExit: an `init` listener fails.
    """

    def __init__(
        self,
        scenario: Scenario,
        parsed: Parsed,
        plan: RunPlan | None,
        create: Callable[[Environment], Any] = Environment.create_local_runner,
    ) -> None:
        self.options = parsed.options
        self.shape: LoadTestShape | None = None
        if plan is not None:
            self._fit_options(plan)
            self.shape = self._chosen_shape(scenario, plan)
        stats.validate_stats_configuration()
        _raise_open_files()
        self.environment = self._create(scenario)
        self._configure_users()
        self.runner = create(self.environment)
        self._fire_init()

    def _fit_options(self, plan: RunPlan) -> None:
        """The options as locustfiles expect them: never None where Locust would have a value."""
        options = self.options
        options.headless = plan.headless
        options.host = plan.host
        options.num_users = plan.users
        options.spawn_rate = plan.spawn_rate
        options.run_time = None if plan.run_time_s is None else int(plan.run_time_s)
        options.enable_rebalancing = True

    def _chosen_shape(self, scenario: Scenario, plan: RunPlan) -> LoadTestShape | None:
        if plan.locust_shape is None:
            return None
        return scenario.shapes[plan.locust_shape]

    def _create(self, scenario: Scenario) -> Environment:
        classes = chosen_classes(scenario, self.options)
        environment: Environment = create_environment(
            classes,
            self.options,
            events=locust.events,
            shape_class=self.shape,
            locustfile=os.path.basename(scenario.files[0]),
            parsed_locustfiles=scenario.files,
            available_user_classes=scenario.user_classes,
            available_shape_classes=scenario.shapes,
            available_user_tasks=scenario.tasks,
        )
        ClassDispatcher.wanted = None
        environment.dispatcher_class = ClassDispatcher
        return environment

    def _configure_users(self) -> None:
        options, environment = self.options, self.environment
        for config in [one for group in options.config_users or [] for one in group]:
            try:
                environment.update_user_class(config)
            except KeyError as error:
                raise PlanError(f"--config-users names {error}, no user class here") from None
            except Exception as error:
                raise PlanError(f"--config-users cannot be applied: {error}") from None
        environment._remove_user_classes_with_weight_zero()
        if options.equal_weights:
            environment.events.init.add_listener(
                lambda environment, **_: environment.assign_equal_weights()
            )

    def _fire_init(self) -> None:
        locust.log.unhandled_greenlet_exception = False
        self.environment.events.init.fire(
            environment=self.environment, runner=self.runner, web_ui=None
        )
        if locust.log.unhandled_greenlet_exception:
            raise ScriptExit(
                1, "an init listener of the locustfile raised: see the log before this"
            )

    def begin(self) -> None:
        """Start what accompanies a run; then no garbage from before it is looked at again."""
        gevent.spawn(stats.stats_history, self.runner)
        gevent.spawn(self._prune)
        gc.collect()
        gc.freeze()

    @property
    def class_names(self) -> dict[type, str]:
        """The user classes of this run and their names."""
        return {cls: cls.__name__ for cls in self.environment.user_classes}

    def users_by_class(self) -> dict[str, int]:
        """Users running now."""
        reported = getattr(self.runner, "reported_user_classes_count", None)
        return dict(self.runner.user_classes_count if reported is None else reported)

    def planned_by_class(self) -> dict[str, int]:
        """Users asked for up to now, of each class."""
        dispatcher = self.runner._users_dispatcher
        return dispatcher.planned() if isinstance(dispatcher, ClassDispatcher) else {}

    def exit_code(self) -> int:
        """The process's exit code by Locust's rule."""
        runner, environment = self.runner, self.environment
        if environment.process_exit_code is not None:
            return int(environment.process_exit_code)
        if len(runner.errors) or len(runner.exceptions):
            return int(self.options.exit_code_on_error)
        return 2 if locust.log.unhandled_greenlet_exception else 0

    def _prune(self) -> None:
        """Keep memory flat: Locust keeps a count a second and every message for ever."""
        while True:
            gevent.sleep(_PRUNE_EVERY_S)
            request_stats = self.environment.stats
            newest = int(request_stats.total.last_request_timestamp or 0) - _PRUNE_KEEP_S
            for entry in [request_stats.total, *request_stats.entries.values()]:
                for per_second in (entry.num_reqs_per_sec, entry.num_fail_per_sec):
                    for second in [second for second in per_second if second < newest]:
                        del per_second[second]
                gevent.sleep(0)
            del request_stats.history[:-_HISTORY_ROWS]
            for row in list(request_stats.errors.values()):
                if isinstance(row.error, BaseException):
                    row.error.__traceback__ = None
            for key in list(request_stats.errors)[_ERROR_ROWS:]:
                del request_stats.errors[key]


def set_up_logging(options: Any, handler: logging.Handler) -> None:
    """Locust's logging, with our handler in the place of its console."""
    if not options.skip_log_setup:
        locust.log.setup_logging(options.loglevel, options.logfile)
    handler.setFormatter(logging.Formatter("%(message)s"))
    for name in (None, "locust", "locust.stats_logger"):
        target = logging.getLogger(name)
        for old in list(target.handlers):
            if old.name in ("console", "console_plain"):
                target.removeHandler(old)
    root = logging.getLogger()
    root.addHandler(handler)
    own = logging.getLogger("locust")
    if not own.propagate:
        own.addHandler(handler)


def _raise_open_files() -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= _OPEN_FILES:
        return
    wanted = min(_OPEN_FILES, hard) if hard > 0 else _OPEN_FILES
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (ValueError, OSError):
        logger.warning(
            "the limit of open files is %s and cannot be raised; each user needs at least one", soft
        )

"""`lftui --headless`: a supervisor in the foreground that prints."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lftui import exit_codes, options
from lftui.baseline_source import baseline_from
from lftui.closing_view import closing_lines
from lftui.display import Display
from lftui.early_options import early_options, load_timeout_s
from lftui.github_actions import GitHubActions
from lftui.judge.exit_code import exit_code
from lftui.judge.verdict import judge
from lftui.monitor.sources import monitored
from lftui.plan import PlanError
from lftui.planning import Planned, make_plan
from lftui.records import AnyRecord, Finished, Kill, Level, Loaded, Logged, Marked, Stop
from lftui.run_state import RunState
from lftui.settings import read_settings
from lftui.shapes.rates import say_number
from lftui.supervisor.facts import logout_kills
from lftui.supervisor.run import LoadFailed, Supervisor
from lftui.supervisor.store import RunFolder, Store, runs_directory


def run_headless(argv: list[str], trusted_host: str | None = None) -> int:
    """Run what the command line says, without a console; the exit code.

    Raises:
        PlanError: the plan is wrong.
    """
    if "--in-process" in argv or "--lftui-in-process" in argv:
        import importlib

        # Locust patches the process at import: first, in the main thread, before any loop runs.
        importlib.import_module("lftui.runner")
    return asyncio.run(Headless(argv, trusted_host).run())


_PREVIEW_ROWS = 24
_PREVIEW_S = 20.0


class Headless:
    """One headless run in this terminal."""

    def __init__(self, argv: list[str], trusted_host: str | None = None) -> None:
        self._argv = argv
        self._trusted_host = trusted_host
        self._early = early_options(argv)
        self._settings = read_settings(self._early.get("settings"), Path.cwd())
        self._display = Display(plain="plain" in self._early)
        runs_dir = self._early.get("runs-dir") or self._settings.runs_dir
        self._store = Store(runs_directory(runs_dir, os.environ))
        self._supervisor = Supervisor(
            self._store,
            in_process="in-process" in self._early,
            on_record=self._on_record,
            read_baseline=lambda source: baseline_from(source, self._store),
        )
        self._interrupts = 0
        self._loading: asyncio.Task[Any] | None = None
        self._github = GitHubActions(os.environ, self._display.result)

    async def run(self) -> int:
        """Load, plan, run, export; the exit code."""
        self._handle_signals()
        self._github.begin()
        try:
            return await self._load_and_run()
        finally:
            self._github.end()
            self._display.drain()

    async def _load_and_run(self) -> int:
        loaded = await self._load()
        if loaded is None:
            return exit_codes.INTERRUPTED
        if isinstance(loaded, int):
            return loaded
        try:
            planned = self._plan(loaded)
        except PlanError:
            await self._supervisor.abandon()
            raise
        if planned is None or self._only_show(loaded):
            await self._supervisor.abandon()
            if planned is not None:
                await self._show_shape(planned, loaded)
            return exit_codes.PASS
        return await self._run(loaded, planned)

    async def _load(self) -> Loaded | int | None:
        seconds = load_timeout_s(self._early)
        self._display.passing("loading the locustfile…")
        self._loading = asyncio.create_task(
            self._supervisor.load(self._argv, options.takes_value(), seconds)
        )
        try:
            loaded: Loaded = await self._loading
            return loaded
        except asyncio.CancelledError:
            return None
        except LoadFailed as failed:
            return self._say_refused(failed)
        finally:
            self._loading = None

    def _say_refused(self, failed: LoadFailed) -> int:
        finished = failed.finished
        self._display.error(finished.message)
        if failed.folder is not None:
            self._display.error(f"what it said until then is kept: lftui report {failed.folder.id}")
        return failed.exit_code

    def _plan(self, loaded: Loaded) -> Planned | None:
        """The plan; None where the command line only asked for something to be shown."""
        if loaded.listing is not None:
            self._display.output(loaded.listing)
            return None
        given = options.read(loaded.ours, os.environ)
        self._settings = monitored(self._settings, loaded, self._trusted_host)
        planned = make_plan(
            self._argv,
            loaded,
            given,
            self._settings,
            Path.cwd(),
            True,
            self._trusted_host,
            lambda source: baseline_from(source, self._store),
        )
        for warning in loaded.warnings:
            self._display.error(f"warning: {warning}")
        return planned

    def _only_show(self, loaded: Loaded) -> bool:
        return ("--show-shape", None) in loaded.ours

    async def _show_shape(self, planned: Planned, loaded: Loaded) -> None:
        """Print the shape and its users over time."""
        from lftui.scenarios import preview_shape

        sentence, unit = planned.plan.shape_sentence, "users"
        points: list[tuple[float, float]] = []
        if planned.shape is not None:
            points = planned.shape.preview(_PREVIEW_ROWS)
            unit = "users" if planned.shape.unit == "users" else "iterations/s"
        elif planned.plan.locust_shape is not None:
            preview = await preview_shape(self._argv, planned.plan.locust_shape, _PREVIEW_S)
            sentence = preview.sentence
            points = [*preview.points[:: max(1, len(preview.points) // _PREVIEW_ROWS)]]
            if preview.reason:
                sentence = f"{sentence}; {preview.reason}"
        self._display.output(sentence)
        for seconds, level in points:
            self._display.output(f"{seconds:>10.1f} s {say_number(level):>7} {unit}")

    async def _run(self, loaded: Loaded, planned: Planned) -> int:
        if logout_kills(os.environ):
            self._display.error(
                "warning: this machine ends your processes at logout (KillUserProcesses=yes); "
                "`loginctl enable-linger` lets a run outlive the session"
            )
        self._display.keep_output_clean = "json" in planned.plan.exports
        self._display.begin(lambda: self._supervisor.state, planned.plan)
        watching = asyncio.create_task(self._watch_terminal())
        try:
            state = await self._supervisor.run(
                planned.plan, loaded, planned.embedded, self._settings.monitor
            )
        finally:
            watching.cancel()
            self._display.end()
        folder = self._supervisor.folder
        assert folder is not None
        return self._close(state, folder, planned)

    async def _watch_terminal(self) -> None:
        """A terminal that takes nothing for 30 s is gone, though nobody has said so."""
        while not self._display.stuck:  # noqa: ASYNC110 - a thread's state, looked at now and then
            await asyncio.sleep(1.0)
        self._display.terminal_gone()
        self._supervisor.terminal_gone("the terminal has taken no output for 30 s")

    def _close(self, state: RunState, folder: RunFolder, planned: Planned) -> int:
        from lftui.exporting import export_run, json_text

        verdict = judge(state)
        code = exit_code(state, verdict.outcome, self._interrupts > 0)
        if state.load_began_s is None and state.finished and state.finished.reason == "refused":
            self._display.error(state.finished.message)
            return code
        for line in closing_lines(state, verdict, self._display.columns):
            self._display.result(line)
        written, failures = export_run(folder, planned.plan.exports)
        if "json" in planned.plan.exports:
            self._display.output(json_text(folder))
        for path in written:
            self._display.result(f"wrote {path}")
        for failure in failures:
            self._display.error(failure)
        if self._supervisor.missing:
            failures.append("")
            self._display.error(
                f"the journal in {folder.path} lacks its last {self._supervisor.missing} records: "
                "its disk did not take them"
            )
        finished = state.finished
        if finished is not None:
            ended = finished.message or finished.reason
            self._display.result(f"run {folder.id}: {ended}")
        self._github.end()
        if complaint := self._github.tell(state, verdict):
            self._display.error(complaint)
        return code or (exit_codes.BROKEN if failures else exit_codes.PASS)

    # --- what happens meanwhile ----------------------------------------------------------------

    def _on_record(self, record: AnyRecord) -> None:
        if isinstance(record, Logged):
            self._display.log(record)
        elif isinstance(record, Marked) and record.type == "worker":
            level: Level = "warning" if record.facts.get("event") == "lost" else "info"
            text = f"{record.text}: {record.why}" if record.why else record.text
            self._display.log(Logged(wall=record.wall, source="workers", level=level, text=text))
        elif isinstance(record, Finished):
            self._display.refresh()

    def _handle_signals(self) -> None:
        loop = asyncio.get_running_loop()
        handlers: dict[signal.Signals, Callable[[], None]] = {
            signal.SIGINT: lambda: self._interrupt("Ctrl-C"),
            signal.SIGTERM: lambda: self._interrupt("SIGTERM"),
            signal.SIGHUP: self._hang_up,
        }
        if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
            del handlers[signal.SIGHUP]  # nohup: whoever started this wants no hang-up
        for number, handler in handlers.items():
            loop.add_signal_handler(number, handler)

    def _interrupt(self, how: str) -> None:
        self._interrupts += 1
        if self._loading is not None:
            self._loading.cancel()
        elif self._interrupts == 1:
            self._display.say("stopping in order and exporting; Ctrl-C again kills")
            self._supervisor.command(Stop(reason="interrupted", why=f"interrupted with {how}"))
        else:
            self._display.say("killing the generator; the journal is kept")
            self._supervisor.command(Kill(why=f"killed with {how}"))

    def _hang_up(self) -> None:
        self._display.terminal_gone()
        self._supervisor.terminal_gone("the terminal is gone (SIGHUP)")

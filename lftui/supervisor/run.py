"""One run, from its first record to its last: the supervisor itself."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable
from typing import Any

import msgspec

from lftui import exit_codes
from lftui.monitor.watch import Monitoring
from lftui.monitor_settings import Monitor
from lftui.plan import PlanError, RunPlan
from lftui.records import (
    SCHEMA,
    AnyRecord,
    Command,
    Finished,
    Load,
    Loaded,
    Logged,
    PinBaseline,
    RunStarted,
    Start,
    Stop,
)
from lftui.run_state import RunState
from lftui.safe_text import redact_url, safe_line
from lftui.supervisor import facts
from lftui.supervisor.acting import Acting
from lftui.supervisor.book import Book, process_facts
from lftui.supervisor.ceiling import Ceiling, say_ceiling
from lftui.supervisor.ending import lost_generator
from lftui.supervisor.generator_link import GeneratorLink, GeneratorProcess, GeneratorThread
from lftui.supervisor.live_figures import LiveFigures
from lftui.supervisor.pinning import Pinning, Source, from_file
from lftui.supervisor.server import Client, Server, socket_folder
from lftui.supervisor.steering import Steering
from lftui.supervisor.store import RunFile, RunFolder, Store
from lftui.supervisor.telling import Telling

LOAD_TIMEOUT_S = 60.0
CHECKPOINT_EVERY_S = 60.0
_LOOK_EVERY_S = 0.5
_LATE_S = 2.0
_GOODBYE_S = 3.0


class LoadFailed(Exception):
    """The locustfile could not be loaded; `finished` says why, the journal is in `folder`."""

    def __init__(self, finished: Finished, folder: RunFolder | None) -> None:
        super().__init__(finished.message)
        self.finished = finished
        self.folder = folder

    @property
    def exit_code(self) -> int:
        """The process's exit code: the script's own, or by what went wrong."""
        finished = self.finished
        if finished.script_exit_code is not None:
            return finished.script_exit_code
        if finished.reason == "refused":
            return finished.exit_code if finished.exit_code is not None else exit_codes.PLAN
        return exit_codes.BROKEN


class Supervisor:
    """Owns a run: its generator, its book, and those who watch it.

    Args:
        store: where runs are kept.
        in_process: host the generator on a thread of this process.
        on_record: is called with each record once it is folded into `state`.
        read_baseline: reads the source of a `PinBaseline`.
        terminal: an operator sits here; without one, consoles at the socket are all there is.
        on_open: is called with the run's folder when it and the socket are there.
    """

    def __init__(
        self,
        store: Store,
        in_process: bool = False,
        on_record: Callable[[AnyRecord], None] = lambda record: None,
        read_baseline: Source = from_file,
        terminal: bool = True,
        on_open: Callable[[RunFolder], None] = lambda folder: None,
    ) -> None:
        self.operator = facts.operator(os.environ)
        self._store = store
        self._in_process = in_process
        self._read_baseline = read_baseline
        self._terminal = terminal
        self._on_open = on_open
        self._book = Book(on_record)
        self._generator: GeneratorLink = GeneratorThread() if in_process else GeneratorProcess()
        self._server: Server | None = None
        self._steering: Steering | None = None
        self._monitoring: Monitoring | None = None
        self._figures = LiveFigures(self._book)
        self._ended_by_us = ""

    @property
    def state(self) -> RunState:
        """All that is known of the run."""
        return self._book.state

    @property
    def missing(self) -> int:
        """Records that the journal's disk never took, once the run is over."""
        return self._book.missing

    @property
    def folder(self) -> RunFolder | None:
        """The run's folder, once it has one."""
        return self._book.folder

    # --- loading -------------------------------------------------------------------------------

    async def load(
        self, argv: list[str], own: dict[str, bool], timeout_s: float = LOAD_TIMEOUT_S
    ) -> Loaded:
        """Start a generator and let it import the locustfile.

        Raises:
            LoadFailed: it could not, or did not end in time.
        """
        try:
            await self._generator.start()
            self._generator.send(Load(argv=argv, own=own, in_process=self._in_process))
            async with asyncio.timeout(timeout_s):
                return await self._until_loaded()
        except TimeoutError:
            raise await self._load_failed(self._load_timed_out(timeout_s)) from None
        except asyncio.CancelledError:
            await self.abandon()
            raise

    async def _until_loaded(self) -> Loaded:
        while (line := await self._generator.read_line()) is not None:
            record = self._book.take(line)
            if isinstance(record, Loaded):
                return record
            if isinstance(record, Finished):
                raise await self._load_failed(record)
        status = await self._generator.wait()
        lost = lost_generator(status, self._generator.last_words(), self.state)
        raise await self._load_failed(lost)

    def _load_timed_out(self, timeout_s: float) -> Finished:
        said = [log.text for log in self.state.logs if log.source == "watchdog"]
        where = f" ({said[-1]})" if said else ""
        message = f"the locustfile was not imported within {timeout_s:g} s{where}"
        return Finished(reason="refused", message=message, exit_code=2)

    async def _load_failed(self, finished: Finished) -> LoadFailed:
        """Keep what was said until here, where the locustfile itself had begun to run."""
        await self.abandon()
        spoke = bool(self.state.logs) or finished.script_exit_code is not None
        folder = None
        if spoke or finished.reason != "refused":
            folder = self._store.create("refused", time.time())
            run_file = RunFile(id=folder.id, started_at=time.time(), operator=self.operator)
            bare = RunStarted(
                schema=SCHEMA, run_id=folder.id, plan={}, operator=self.operator, pid=os.getpid()
            )
            known = self.state.finished
            self._book.open(folder, run_file, bare)
            if known is None:
                self._book.say(finished)
            await self._book.close()
        return LoadFailed(finished, folder)

    async def abandon(self) -> None:
        """Let a loaded generator go; nothing was run."""
        if not self._generator.pid:
            return  # it was not even begun
        self._generator.kill()
        if not self._in_process:
            # A thread's end is seen by whoever reads its records; nobody does here.
            await self._generator.wait()

    # --- running -------------------------------------------------------------------------------

    async def run(
        self,
        plan: RunPlan,
        loaded: Loaded,
        embedded: dict[str, Any],
        monitor: Monitor | None = None,
    ) -> RunState:
        """Run the plan to its end; the final state.

        Args:
            embedded: thresholds, baseline and what else `RunStarted` carries of the plan's
                surroundings.
            monitor: what is read of the target meanwhile.
        """
        try:
            await self._figures.open(plan)
        except PlanError:
            await self.abandon()
            raise
        folder = self._store.create(plan.locustfiles[0] if plan.locustfiles else "run", time.time())
        started = await self._started(folder.id, plan, loaded, embedded)
        self._book.open(folder, self._run_file(folder, plan), started)
        self._steering = steering = Steering(
            self.operator, plan, self._generator.send, self._book.say, self._terminal
        )
        try:
            await self._open_socket(folder)
            self._announce(folder)
            self._figures.tell(plan)
            self._monitoring = Monitoring(
                monitor or Monitor(), self._say_while_on, started.addresses
            )
            self._monitoring.begin()
            self._generator.send(Start(plan=msgspec.to_builtins(plan)))
            await self._carry_out(plan, steering)
        finally:
            await self._end()
        return self.state

    def _announce(self, folder: RunFolder) -> None:
        if not self._terminal and self._server is None:
            message = "the run was not begun: without a socket nobody could steer it"
            self._book.say(Finished(reason="refused", message=message, exit_code=exit_codes.BROKEN))
            raise PlanError(message)
        self._on_open(folder)

    def _say_while_on(self, record: AnyRecord) -> None:
        """Of readings that are still under way at the end nothing is said: `Finished` is last."""
        if self.state.finished is None:
            self._book.say(record)

    async def _carry_out(self, plan: RunPlan, steering: Steering) -> None:
        acting = Acting(plan, lambda: self.state, steering, self._book.say)
        pinning = Pinning(self._read_baseline, self._book.say)
        steering.own = {**acting.own, PinBaseline: pinning.command}
        looking = asyncio.create_task(self._look_after(plan, steering, acting))
        try:
            await self._follow(steering, acting)
        finally:
            looking.cancel()
            pinning.close()

    async def _follow(self, steering: Steering, acting: Acting) -> None:
        while (line := await self._generator.read_line()) is not None:
            record = self._book.take(line)
            if isinstance(record, Finished):
                break
            acting.heard(record)
        if self.state.finished is None:
            status = await self._generator.wait()
            finished = lost_generator(status, self._generator.last_words(), self.state)
            ended = self._ended_by_us or steering.killed
            if ended:
                finished = Finished(reason="killed", message=ended, exit_code=4)
            self._book.say(finished)
            return
        try:
            async with asyncio.timeout(_GOODBYE_S):
                await self._generator.wait()
        except TimeoutError:
            self._generator.kill()

    async def _look_after(self, plan: RunPlan, steering: Steering, acting: Acting) -> None:
        checkpointed = time.monotonic()
        ceiling, telling = Ceiling(plan.max_rps), Telling(self._book)
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            now = time.monotonic()
            steering.look(now)
            self._enforce_run_time(plan, steering, now)
            fewer = ceiling.look(self.state)
            if fewer is not None:
                text = say_ceiling(plan.max_rps or 0.0, fewer)
                self._book.say(Logged(source="supervisor", level="warning", text=text))
                steering.forward(fewer)
            telling.look(now)
            acting.look()
            overdue = steering.stop_watch.overdue(now, self.state.last_tick_s or 0.0)
            if overdue is not None:
                self._ended_by_us = overdue
                self._generator.kill()
            if now - checkpointed >= CHECKPOINT_EVERY_S:
                checkpointed = now
                await self._book.checkpoint()

    def _enforce_run_time(self, plan: RunPlan, steering: Steering, now: float) -> None:
        """The generator ends its own run time, but not while user code blocks its hub."""
        limit = plan.run_time_s if plan.run_time_from == "start" else plan.duration_s
        limit = limit or (None if self.state.held else plan.duration_s)
        began = self.state.load_began_s
        if began is None and self.state.ready is not None:
            began = self.state.ready.mono
        if limit is None or began is None or steering.stop_watch.asked:
            return
        last = self.state.last_tick_s or began
        if now - began > limit + _LATE_S and now - last > _LATE_S:
            why = "the run time is over"
            steering.forward(Stop(reason="completed", why=why, who="supervisor"))

    # --- those who watch -----------------------------------------------------------------------

    def command(self, command: Command) -> None:
        """What the operator at this terminal wants."""
        if self._steering is not None:
            self._steering.command(command)

    def terminal_gone(self, why: str) -> None:
        """The terminal that this supervisor runs in is gone (SIGHUP)."""
        if self._steering is not None:
            self._steering.terminal_gone(why)

    def _obey(self, command: Command, client: Client) -> None:
        assert self._steering is not None
        self._steering.command(command, client.number, client.name)

    def _clients_changed(self) -> None:
        # When the run is over, consoles leave because it is.
        over = self.state.finished is not None
        if self._steering is not None and self._server is not None and not over:
            self._steering.clients_changed(set(self._server.clients))

    async def _open_socket(self, folder: RunFolder) -> None:
        try:
            path = socket_folder() / f"{secrets.token_hex(8)}.sock"
            server = Server(path, self._book.snapshot, self._obey, self._clients_changed)
            await server.open()
        except OSError as error:
            text = f"nobody can attach to this run: no socket: {error.strerror or error}"
            self._book.say(Logged(source="supervisor", level="warning", text=text))
            return
        self._server = server
        self._book.pass_on = server.broadcast
        assert self._book.run_file is not None
        self._book.run_file.socket = str(path)
        folder.write(self._book.run_file)

    # --- its facts and its end -----------------------------------------------------------------

    def _run_file(self, folder: RunFolder, plan: RunPlan) -> RunFile:
        shown = shown_plan(plan)
        pid, pid_started = process_facts()
        return RunFile(
            id=folder.id,
            pid=pid,
            pid_started=pid_started,
            generator_pid=self._generator.pid,
            started_at=time.time(),
            scenario=", ".join(shown["locustfiles"]),
            host=shown["host"],
            shape=plan.shape_sentence,
            operator=self.operator,
            plan=shown,
        )

    async def _started(
        self, run_id: str, plan: RunPlan, loaded: Loaded, embedded: dict[str, Any]
    ) -> RunStarted:
        loop = asyncio.get_running_loop()
        files, digest = await loop.run_in_executor(None, facts.scenario_files, loaded.files)
        revision = await loop.run_in_executor(None, facts.git_revision, loaded.files[0])
        shown = shown_plan(plan)
        return RunStarted(
            schema=SCHEMA,
            run_id=run_id,
            plan=shown,
            shape=plan.shape_sentence,
            scenario=files,
            scenario_sha256=digest,
            git_revision=revision,
            host=shown["host"],
            addresses=await facts.addresses(plan.host),
            machine=facts.machine(),
            versions=facts.versions(loaded.versions),
            operator=self.operator,
            pid=os.getpid(),
            **embedded,
        )

    async def _end(self) -> None:
        self._generator.kill()
        if self._monitoring is not None:
            await self._monitoring.close()
        if self.state.finished is None:
            ended = Finished(reason="killed", message="the supervisor was ended", exit_code=4)
            self._book.say(ended)
        await self._figures.close()
        if self._server is not None:
            await self._server.close()
        await self._book.close()


def shown_plan(plan: RunPlan) -> dict[str, Any]:
    """The plan as it may be kept and shown: without the user name and password of its URL."""
    shown: dict[str, Any] = msgspec.to_builtins(plan)
    shown["locustfiles"] = [safe_line(path) for path in plan.locustfiles]
    if plan.host:
        shown["host"] = redact_url(plan.host)
    return shown

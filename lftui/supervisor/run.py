"""One run, from its first record to its last: the supervisor itself."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from typing import Any

import msgspec

from lftui.plan import PlanError, RunPlan
from lftui.records import (
    AnyRecord,
    BadLine,
    Checkpoint,
    Command,
    Finished,
    Kill,
    Load,
    Loaded,
    Logged,
    Marked,
    Note,
    Ready,
    Refused,
    ReleaseControls,
    SetPolicy,
    Start,
    Stop,
    TakeControls,
    decode_record,
    encode,
    with_seq,
)
from lftui.run_state import RunState
from lftui.supervisor import facts
from lftui.supervisor.controls import Controls
from lftui.supervisor.dead_man import DeadMan
from lftui.supervisor.ending import StopWatch, lost_generator
from lftui.supervisor.generator_link import GeneratorLink, GeneratorProcess, GeneratorThread
from lftui.supervisor.journal import Journal
from lftui.supervisor.log_file import log_line
from lftui.supervisor.server import Client, Server, socket_folder
from lftui.supervisor.store import GENERATOR_LOG, RunFile, RunFolder, Store, started_at

LOAD_TIMEOUT_S = 60.0
CHECKPOINT_EVERY_S = 60.0
_LOOK_EVERY_S = 0.5
_LATE_S = 2.0


class LoadFailed(Exception):
    """The locustfile could not be loaded; `finished` says why, the journal is in `folder`."""

    def __init__(self, finished: Finished, folder: RunFolder | None) -> None:
        super().__init__(finished.message)
        self.finished = finished
        self.folder = folder


class Supervisor:
    """Owns a run: its generator, its journal, its state and those who watch it.

    Args:
        store: where runs are kept.
        in_process: host the generator on a thread of this process.
        on_record: is called with each record once it is folded into `state`.
    """

    def __init__(
        self,
        store: Store,
        in_process: bool = False,
        on_record: Callable[[AnyRecord], None] = lambda record: None,
    ) -> None:
        self.state = RunState()
        self.folder: RunFolder | None = None
        self.operator = facts.operator(os.environ)
        self._store = store
        self._in_process = in_process
        self._on_record = on_record
        self._generator: GeneratorLink = GeneratorThread() if in_process else GeneratorProcess()
        self._early: list[bytes] = []
        self._journal: Journal | None = None
        self._log: Journal | None = None
        self._server: Server | None = None
        self._seq = 0
        self._stop_watch = StopWatch()
        self._dead_man: DeadMan | None = None
        self._controls = Controls()
        self._terminal_here = True
        self._run_file: RunFile | None = None
        self._killed = ""

    # --- loading -------------------------------------------------------------------------------

    async def load(
        self, argv: list[str], own: dict[str, bool], timeout_s: float = LOAD_TIMEOUT_S
    ) -> Loaded:
        """Start a generator and let it import the locustfile.

        Raises:
            LoadFailed: it could not, or did not end in time.
        """
        await self._generator.start()
        self._generator.send(Load(argv=argv, own=own, in_process=self._in_process))
        try:
            async with asyncio.timeout(timeout_s):
                return await self._until_loaded()
        except TimeoutError:
            where = next(
                (log.text for log in reversed(self.state.logs) if log.source == "watchdog"), ""
            )
            message = f"the locustfile was not imported within {timeout_s:g} s"
            finished = Finished(
                reason="refused", message=f"{message} ({where})" if where else message, exit_code=2
            )
            raise await self._load_failed(finished, argv) from None
        except asyncio.CancelledError:
            self._generator.kill()
            await self._generator.wait()
            raise

    async def _until_loaded(self) -> Loaded:
        while (line := await self._generator.read_line()) is not None:
            record = self._take(line)
            if isinstance(record, Loaded):
                return record
            if isinstance(record, Finished):
                raise await self._load_failed(record, [])
        status = await self._generator.wait()
        finished = lost_generator(status, self._generator.last_words(), self.state)
        raise await self._load_failed(finished, [])

    async def _load_failed(self, finished: Finished, argv: list[str]) -> LoadFailed:
        """Keep what was said until here, where the locustfile itself had begun to run."""
        self._generator.kill()
        folder = None
        script_spoke = bool(self.state.logs) or finished.script_exit_code is not None
        if script_spoke or finished.reason != "refused":
            folder = self._store.create("refused", time.time())
            self._open_journal(folder, RunFile(id=folder.id, started_at=time.time()))
            self._say(_started_bare(folder.id, self.operator))
            self._replay_early()
            if self.state.finished is None:
                self._say(finished)
            await self._close()
        await self._generator.wait()
        return LoadFailed(finished, folder)

    async def abandon(self) -> None:
        """Let a loaded generator go; nothing was run, nothing is kept."""
        self._generator.kill()
        await self._generator.wait()

    # --- running -------------------------------------------------------------------------------

    async def run(self, plan: RunPlan, loaded: Loaded, embedded: dict[str, Any]) -> RunState:
        """Run the plan to its end; the final state.

        Args:
            embedded: thresholds, baseline and what else `RunStarted` carries of the plan's
                surroundings.
        """
        started = await self._started(plan, loaded, embedded)
        folder = self._store.create(plan.locustfiles[0] if plan.locustfiles else "run", time.time())
        started = msgspec.structs.replace(started, run_id=folder.id)
        self._open_journal(folder, self._new_run_file(folder, plan))
        self._say(started)
        self._replay_early()
        await self._open_socket()
        self._dead_man = DeadMan(plan.on_disconnect, plan.hold_limit_s, self._forward, self._mark)
        self._stop_watch.allow(plan.stop_timeout_s)
        self._generator.send(Start(plan=msgspec.to_builtins(plan)))
        looking = asyncio.create_task(self._look_after(plan))
        try:
            await self._follow()
        finally:
            looking.cancel()
            await self._end()
        return self.state

    async def _follow(self) -> None:
        while (line := await self._generator.read_line()) is not None:
            record = self._take(line)
            if isinstance(record, Ready):
                self._controls.ready = True
            if isinstance(record, Finished):
                break
        if self.state.finished is None:
            status = await self._generator.wait()
            finished = lost_generator(status, self._generator.last_words(), self.state)
            if self._killed:
                finished = Finished(reason="killed", message=self._killed, exit_code=4)
            self._say(finished)
        else:
            try:
                async with asyncio.timeout(3.0):
                    await self._generator.wait()
            except TimeoutError:
                self._generator.kill()

    async def _look_after(self, plan: RunPlan) -> None:
        checkpointed = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            now = time.monotonic()
            if self._dead_man is not None:
                self._dead_man.look(now)
            self._enforce_run_time(plan, now)
            overdue = self._stop_watch.overdue(now, self.state.load_ended_s or 0.0)
            if overdue:
                self._killed = overdue
                self._generator.kill()
            if now - checkpointed >= CHECKPOINT_EVERY_S:
                checkpointed = now
                await self._checkpoint()

    def _enforce_run_time(self, plan: RunPlan, now: float) -> None:
        """The generator ends its own run time, but not while user code blocks its hub."""
        limit = plan.run_time_s or (None if self.state.held else plan.duration_s)
        began = self.state.load_began_s
        if began is None and self.state.ready is not None:
            began = self.state.ready.mono
        if limit is None or began is None or self._stop_watch.asked:
            return
        last = self.state.load_ended_s or began
        if now - began > limit + _LATE_S and now - last > _LATE_S:
            self._forward(Stop(reason="completed", why="the run time is over", who="supervisor"))

    # --- commands ------------------------------------------------------------------------------

    def command(self, command: Command, client: Client | None = None) -> None:
        """Do or pass on what somebody wants; None is the operator at this terminal."""
        who = self.operator if client is None else client.name
        if not command.who:
            command = msgspec.structs.replace(command, who=who)
        number = client.number if client is not None else 0
        match command:
            case TakeControls() | ReleaseControls():
                self._change_controls(command, number)
            case SetPolicy():
                self._set_policy(command)
            case Note():
                self._forward(command)
            case _ if refusal := self._controls.refusal(number):
                self._say(Refused(command_id=command.id, reason=refusal))
            case _:
                self._forward(command)

    def _forward(self, command: Command) -> None:
        if isinstance(command, Stop | Kill):
            self._stop_watch.begin(time.monotonic(), at_once=isinstance(command, Kill))
        if isinstance(command, Kill):
            self._killed = command.why or "killed by the operator"
        self._generator.send(command)

    def _change_controls(self, command: TakeControls | ReleaseControls, number: int) -> None:
        if isinstance(command, TakeControls):
            refusal = self._controls.take(number, command.force)
        else:
            refusal = self._controls.release(number)
        if refusal:
            self._say(Refused(command_id=command.id, reason=refusal))
            return
        taken = isinstance(command, TakeControls)
        self._mark(Marked(type="controls", new=int(taken), who=command.who, command_id=command.id))

    def _set_policy(self, command: SetPolicy) -> None:
        assert self._dead_man is not None
        self._dead_man.policy = command.policy
        self._mark(
            Marked(type="policy", text=command.policy, who=command.who, command_id=command.id)
        )

    def terminal_gone(self, why: str) -> None:
        """The terminal that this supervisor runs in is gone (SIGHUP)."""
        self._terminal_here = False
        self._presence_changed(why)

    def _presence_changed(self, why: str = "the last console is gone") -> None:
        if self._dead_man is None:
            return
        if self._server is not None:
            self._controls.forget_but(set(self._server.clients))
        somebody = self._terminal_here or (self._server is not None and self._server.clients)
        if somebody:
            self._dead_man.came()
        else:
            self._dead_man.left(time.monotonic(), why)

    # --- records -------------------------------------------------------------------------------

    def _say(self, record: AnyRecord) -> None:
        """Write a record of the supervisor's own."""
        if not record.wall:
            record = msgspec.structs.replace(record, wall=time.time(), mono=time.monotonic())
        self._keep(encode(record), record)

    def _mark(self, marked: Marked) -> None:
        self._say(marked)

    def _take(self, line: bytes) -> AnyRecord | None:
        """A line from the generator: numbered, folded, journaled, passed on."""
        try:
            record = decode_record(line)
        except BadLine as error:
            self._say(Logged(source="supervisor", level="error", text=str(error)))
            return None
        if isinstance(record, Loaded) and record.options.get("host"):
            from lftui.safe_text import redact_url

            shown = {**record.options, "host": redact_url(str(record.options["host"]))}
            line = encode(msgspec.structs.replace(record, options=shown))
        self._keep(line, record)
        return record

    def _keep(self, line: bytes, record: AnyRecord) -> None:
        if self._journal is None:
            self._early.append(line)
            self.state.apply(record)
            self._on_record(record)
            return
        self._number(line, record)

    def _number(self, line: bytes, record: AnyRecord) -> None:
        self._seq += 1
        line = with_seq(line, self._seq)
        self.state.apply(record)
        self.state.last_seq = self._seq
        assert self._journal is not None
        self._journal.append(line)
        if isinstance(record, Logged) and self._log is not None:
            self._log.append(log_line(record))
        if self._server is not None:
            self._server.broadcast(line, self._seq)
        self._on_record(record)

    def _replay_early(self) -> None:
        """Write what came before there was a journal; it is folded anew, in its order."""
        early, self._early = self._early, []
        for line in early:
            self._number(line, decode_record(line))

    # --- opening and closing -------------------------------------------------------------------

    def _open_journal(self, folder: RunFolder, run_file: RunFile) -> None:
        self.folder = folder
        self.state = RunState()
        self._run_file = run_file
        folder.write(run_file)
        self._journal = Journal(folder.journal)
        self._log = Journal(folder.path / GENERATOR_LOG)

    def _new_run_file(self, folder: RunFolder, plan: RunPlan) -> RunFile:
        shown = shown_plan(plan)
        return RunFile(
            id=folder.id,
            pid=os.getpid(),
            pid_started=started_at(os.getpid()),
            generator_pid=self._generator.pid,
            started_at=time.time(),
            scenario=", ".join(plan.locustfiles),
            host=shown["host"],
            shape=plan.shape_sentence,
            operator=self.operator,
            plan=shown,
        )

    async def _open_socket(self) -> None:
        assert self.folder is not None
        assert self._run_file is not None
        try:
            path = socket_folder() / f"{self.folder.id[-24:]}.sock"
            self._server = Server(path, self._snapshot, self.command, self._presence_changed)
            await self._server.open()
        except OSError as error:
            self._server = None
            text = f"nobody can attach to this run: no socket: {error.strerror or error}"
            self._say(Logged(source="supervisor", level="warning", text=text))
            return
        self._run_file.socket = str(path)
        self.folder.write(self._run_file)

    async def _started(self, plan: RunPlan, loaded: Loaded, embedded: dict[str, Any]) -> Any:
        from lftui.records import RunStarted

        loop = asyncio.get_running_loop()
        files, digest = await loop.run_in_executor(None, facts.scenario_files, loaded.files)
        revision = await loop.run_in_executor(None, facts.git_revision, loaded.files[0])
        shown = shown_plan(plan)
        return RunStarted(
            run_id="",
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

    def _snapshot(self) -> tuple[bytes, int]:
        return msgspec.json.encode(self.state), self.state.last_seq

    async def _checkpoint(self) -> None:
        assert self._journal is not None
        assert self.folder is not None
        state, upto = self._snapshot()
        offset = self._journal.appended
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(None, self.folder.write_checkpoint, state, upto, offset)
        except OSError as error:
            text = f"no checkpoint could be written: {error.strerror}"
            self._say(Logged(source="supervisor", level="warning", text=text))
            return
        self._say(Checkpoint(upto_seq=upto, offset=offset, file="checkpoint.json"))

    async def _end(self) -> None:
        self._generator.kill()
        if self.state.finished is None:
            self._say(Finished(reason="killed", message="the supervisor was ended", exit_code=4))
        await self._close()

    async def _close(self) -> None:
        if self._server is not None:
            await self._server.close()
        loop = asyncio.get_running_loop()
        for journal in (self._journal, self._log):
            if journal is not None:
                await loop.run_in_executor(None, journal.close)
        self._finish_run_file()

    def _finish_run_file(self) -> None:
        from lftui.supervisor.glance import glance

        run_file, finished = self._run_file, self.state.finished
        if run_file is None or finished is None or self.folder is None:
            return
        run_file.ended_at = time.time()
        run_file.end_reason = finished.reason
        run_file.message = finished.message
        run_file.exit_code = finished.exit_code
        run_file.facts = glance(self.state)
        # On a full disk the journal says the same, and `lftui runs` reads it.
        with contextlib.suppress(OSError):
            self.folder.write(run_file)


def shown_plan(plan: RunPlan) -> dict[str, Any]:
    """The plan as it may be kept and shown: without the user name and password of its URL."""
    from lftui.safe_text import redact_url

    shown: dict[str, Any] = msgspec.to_builtins(plan)
    if plan.host:
        shown["host"] = redact_url(plan.host)
    return shown


def _started_bare(run_id: str, operator: str) -> Any:
    from lftui.records import RunStarted

    return RunStarted(run_id=run_id, plan={}, operator=operator, pid=os.getpid())


__all__ = ["LoadFailed", "PlanError", "Supervisor", "shown_plan"]

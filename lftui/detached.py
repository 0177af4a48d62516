"""The supervisor of a console's run: started by the console, and not ended with it.

`python -P -m lftui.detached` reads `links.wire.Request` lines from its standard input. Nothing of
a run is ever in a command line, where other users of the machine could read it. As long as no run
has begun, the end of the input ends it; from then on it goes on alone, until the run is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lftui import exit_codes, options
from lftui.baseline_source import baseline_from
from lftui.early_options import early_options, load_timeout_s
from lftui.judge.exit_code import exit_code
from lftui.judge.verdict import judge
from lftui.links.wire import IN_PROCESS, LINE_LIMIT, Answer, Request, Started, from_line, to_line
from lftui.plan import PlanError
from lftui.planning import Planned, make_plan
from lftui.records import Kill, Level, Loaded, Logged, Stop
from lftui.run_state import RunState
from lftui.safe_text import safe_line
from lftui.settings import read_settings
from lftui.supervisor.facts import logout_kills
from lftui.supervisor.log_file import log_line
from lftui.supervisor.run import LoadFailed, Supervisor
from lftui.supervisor.store import GENERATOR_LOG, RunFolder, Store, runs_directory

SUPERVISOR_LOG = "supervisor.log"
_LOGOUT = (
    "this machine ends your processes at logout (KillUserProcesses=yes); "
    "`loginctl enable-linger` lets a run outlive the session"
)
Stamps = dict[str, tuple[int, int]]


class Chosen:
    """One command line: its generator with the locustfile loaded, and then its run."""

    def __init__(self, argv: list[str], in_process: bool, begun: asyncio.Future[RunFolder]) -> None:
        self.argv = argv
        self._begun = begun
        self._early = early_options(argv)
        self._settings = read_settings(self._early.get("settings"), Path.cwd())
        runs_dir = self._early.get("runs-dir") or self._settings.runs_dir
        self._store = Store(runs_directory(runs_dir, os.environ))
        self._timeout_s = load_timeout_s(self._early)
        self.supervisor = Supervisor(
            self._store,
            in_process=in_process,
            read_baseline=lambda source: baseline_from(source, self._store),
            terminal=False,
            on_open=begun.set_result,
        )
        self._loading = asyncio.create_task(self._load())
        self._stamps: Stamps = {}
        self._used = False

    @property
    def usable(self) -> bool:
        """Whether it can still become a run: it is being loaded, or what was loaded has stayed."""
        if self._used or not self._loading.done():
            return not self._used
        failed = self._loading.cancelled() or self._loading.exception() is not None
        return not failed and stamps(list(self._stamps)) == self._stamps

    async def _load(self) -> Loaded:
        loaded = await self.supervisor.load(self.argv, options.takes_value(), self._timeout_s)
        self._stamps = stamps(sources(loaded.files))
        return loaded

    async def loaded(self) -> Loaded:
        """What the scenario offers.

        Raises:
            LoadFailed: it could not be loaded.
        """
        return await asyncio.shield(self._loading)

    async def let_go(self) -> None:
        """End the generator; nothing was run."""
        self._loading.cancel()
        await asyncio.gather(self._loading, return_exceptions=True)
        await self.supervisor.abandon()

    async def run(self, trusted_host: str | None) -> int:
        """Plan, run and export; the exit code.

        Raises:
            PlanError: the plan is wrong.
            LoadFailed: the scenario could not be loaded.
        """
        loaded = await self.loaded()
        if loaded.listing is not None or ("--show-shape", None) in loaded.ours:
            raise PlanError("these options only show something; without them there is a run")
        planned = self._plan(loaded, trusted_host)
        self._used = True
        state = await self.supervisor.run(planned.plan, loaded, planned.embedded)
        return self._close(state, planned)

    def _plan(self, loaded: Loaded, trusted_host: str | None) -> Planned:
        return make_plan(
            self.argv,
            loaded,
            options.read(loaded.ours, os.environ),
            self._settings,
            Path.cwd(),
            False,
            trusted_host,
            lambda source: baseline_from(source, self._store),
        )

    def _close(self, state: RunState, planned: Planned) -> int:
        """Write the exports; what became of them is in the log and in `run.json`."""
        from lftui.exporting import export_run

        folder = self.supervisor.folder
        assert folder is not None
        written, failures = export_run(folder, planned.plan.exports)
        if written or failures:
            run_file = folder.read()
            run_file.facts["exports"] = {"written": written, "failed": failures}
            folder.write(run_file)
        for path in written:
            log(folder, "info", f"wrote {path}")
        for failure in failures:
            log(folder, "error", failure)
        code = exit_code(state, judge(state).outcome)
        return code or (exit_codes.BROKEN if failures else exit_codes.PASS)


class Detached:
    """Serves the console that started this process, and then the run.

    Args:
        line: the console's end.
        in_process: Locust is hosted here, so that one command line can be loaded only.
    """

    def __init__(self, line: socket.socket, in_process: bool) -> None:
        self._end = line
        self._in_process = in_process
        self._reader = asyncio.StreamReader()
        self._writer: asyncio.StreamWriter | None = None
        self._begun: asyncio.Future[RunFolder] = asyncio.get_running_loop().create_future()
        self._chosen: Chosen | None = None
        self._work: asyncio.Task[int] | None = None
        self._wanted = 0
        self._interrupts = 0

    async def serve(self) -> int:
        """Obey the console until a run has begun, then see to the run; the exit code."""
        self._reader, self._writer = await asyncio.open_connection(sock=self._end, limit=LINE_LIMIT)
        self._handle_signals()
        reading = asyncio.create_task(self._next())
        while not self._begun.done():
            waiting: list[asyncio.Future[object]] = [reading, self._begun]  # type: ignore[list-item]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if self._begun.done():
                break
            request = reading.result()
            await self._drop_work()
            if request is None:
                await self._choose(None)
                return exit_codes.PASS
            self._work = asyncio.create_task(self._answer(request))
            reading = asyncio.create_task(self._next())
        reading.cancel()
        assert self._work is not None
        self._tell(self._begun.result())
        try:
            code = await self._work
        finally:
            drop_empty(self._begun.result().path / SUPERVISOR_LOG)
        return exit_codes.INTERRUPTED if self._interrupts else code

    async def _next(self) -> Request | None:
        try:
            return from_line(await self._reader.readline(), Request)
        except (OSError, ValueError):
            return None

    async def _drop_work(self) -> None:
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def _answer(self, request: Request) -> int:
        """Do what is wanted and say so; a run's exit code."""
        try:
            chosen = await self._choose(request.argv)
            assert chosen is not None
            if not request.run:
                self._say(Answer(request.number, loaded=await chosen.loaded()))
                return exit_codes.PASS
            self._wanted = request.number
            return await chosen.run(request.trusted_host)
        except LoadFailed as failed:
            text = failed.finished.message
            if failed.folder is not None:
                text += f" (what it said until then is kept: lftui report {failed.folder.id})"
            self._say(Answer(request.number, refused=text, exit_code=failed.exit_code))
        except PlanError as error:
            self._say(Answer(request.number, refused=str(error), exit_code=exit_codes.PLAN))
        except Exception as error:
            if self._begun.done():
                raise
            text = f"the supervisor failed: {type(error).__name__}: {safe_line(str(error))}"
            self._say(Answer(request.number, refused=text, exit_code=exit_codes.BROKEN))
        return exit_codes.PLAN

    def _tell(self, folder: RunFolder) -> None:
        """The run is there: say where, and let the console go."""
        keep_output(folder)
        warnings = [_LOGOUT] if logout_kills(os.environ) else []
        started = Started(folder.id, folder.read().socket, str(folder.path), warnings)
        self._say(Answer(self._wanted, started=started))
        if self._writer is not None:
            self._writer.close()

    async def _choose(self, argv: list[str] | None) -> Chosen | None:
        """The generator for this command line; one for another is let go."""
        current = self._chosen
        if current is not None and current.argv == argv and current.usable:
            return current
        self._chosen = None
        if current is not None:
            await current.let_go()
        if argv is not None:
            self._chosen = Chosen(argv, self._in_process, self._begun)
        return self._chosen

    def _say(self, answer: Answer) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(to_line(answer))

    def _handle_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._interrupt, number)

    def _interrupt(self, number: signal.Signals) -> None:
        self._interrupts += 1
        how = signal.Signals(number).name
        if not self._begun.done():
            self._reader.feed_eof()  # as if the console had gone
        elif self._chosen is not None and self._interrupts == 1:
            self._chosen.supervisor.command(
                Stop(reason="interrupted", why=f"interrupted with {how}")
            )
        elif self._chosen is not None:
            self._chosen.supervisor.command(Kill(why=f"killed with {how}"))


def sources(files: Sequence[str]) -> list[str]:
    """The locustfiles and the Python files beside and one folder below them."""
    found = {Path(file) for file in files}
    for folder in {path.parent for path in found}:
        for pattern in ("*.py", "*/*.py"):
            with contextlib.suppress(OSError):
                found.update(folder.glob(pattern))
    return sorted(str(path) for path in found)


def stamps(paths: Sequence[str]) -> Stamps:
    """When each file was changed last, and its size: a generator may hold an older text of it."""
    known: Stamps = {}
    for path in paths:
        with contextlib.suppress(OSError):
            facts = os.stat(path)
            known[path] = (facts.st_mtime_ns, facts.st_size)
    return known


def log(folder: RunFolder, level: Level, text: str) -> None:
    """A line in the run's log: after its last record the journal takes no more."""
    line = log_line(Logged(wall=time.time(), source="supervisor", level=level, text=text))
    with contextlib.suppress(OSError), (folder.path / GENERATOR_LOG).open("ab") as file:
        file.write(line)


def keep_output(folder: RunFolder) -> None:
    """From now on what this process prints, such as a traceback, goes to a file of the run."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    try:
        file = os.open(folder.path / SUPERVISOR_LOG, flags, 0o600)
    except OSError:
        file = os.open(os.devnull, os.O_WRONLY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    os.close(nothing)


def drop_empty(path: Path) -> None:
    """Remove a log in which nothing stands."""
    with contextlib.suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()


def take_line() -> socket.socket:
    """The console's end, out of the reach of whatever is printed."""
    line = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return line


async def _serve(line: socket.socket, in_process: bool) -> int:
    return await Detached(line, in_process).serve()


def main(arguments: Sequence[str]) -> int:
    """Serve on the standard input, which is a socket; the exit code."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    line = take_line()
    in_process = IN_PROCESS in arguments
    if in_process:
        # Locust patches the process at import: first, in the main thread, before any loop runs.
        importlib.import_module("lftui.runner")
    code = asyncio.run(_serve(line, in_process))
    if in_process:
        os._exit(code)  # Locust's thread cannot be ended, and must not be waited for
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

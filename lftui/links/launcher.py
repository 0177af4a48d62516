"""Starts supervisors: one is kept warm, so that a run begins as soon as its key is pressed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence

from lftui.links.wire import (
    IN_PROCESS,
    LINE_LIMIT,
    Answer,
    Request,
    Started,
    from_line,
    to_line,
)
from lftui.plan import PlanError
from lftui.records import Loaded, Stop
from lftui.supervisor.client import Connection
from lftui.supervisor.generator_link import child_environment

_LAST_WORDS = 2_000
_CLOSE_S = 2.0


class RunRefused(PlanError):
    """What was chosen cannot be loaded or run; `exit_code` as of a headless run."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Warm:
    """A detached supervisor that has no run yet.

    Args:
        in_process: it hosts Locust itself, and so takes one command line only.
        keep: descriptors that stay open as long as the supervisor lives.
    """

    def __init__(self, in_process: bool, keep: Sequence[int] = ()) -> None:
        self.in_process = in_process
        self.argv: list[str] | None = None
        self.gone = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._end, theirs = socket.socketpair()
        words = [sys.executable, "-P", "-m", "lftui.detached"]
        with theirs:
            # Not asyncio's: that one ends its processes when its loop ends.
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                [*words, *([IN_PROCESS] if in_process else [])],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                pass_fds=tuple(keep),
                env=child_environment(),
            )
        self._said = bytearray()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._opening = asyncio.Lock()
        threading.Thread(target=self._reap, name="reaper", daemon=True).start()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def _reap(self) -> None:
        """Hear what it says, and take its exit status: nobody else will."""
        assert self._process.stderr is not None
        with self._process.stderr as stream:
            while data := os.read(stream.fileno(), 4096):
                self._said += data
                del self._said[:-_LAST_WORDS]
        self._process.wait()
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.gone.set)

    async def send(self, request: Request) -> None:
        """Pass a request on."""
        async with self._opening:
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_unix_connection(
                    sock=self._end, limit=LINE_LIMIT
                )
        self._writer.write(to_line(request))

    def take_back(self, instead: Request) -> None:
        """Ask for something else in the place of the last request, if that one went out."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(to_line(instead))

    async def answer(self) -> Answer | None:
        """Its next answer; None where it is gone."""
        assert self._reader is not None
        try:
            return from_line(await self._reader.readline(), Answer)
        except (OSError, ValueError):
            return None

    def last_words(self) -> str:
        """The last line that it printed."""
        lines = bytes(self._said).decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def let_go(self) -> None:
        """Close our end: without a run it ends, with one it goes on alone."""
        if self._writer is not None:
            self._writer.close()
        else:
            self._end.close()

    async def end(self) -> None:
        """Let it go and see it end; nothing was run."""
        self.let_go()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self.gone.wait()
        except TimeoutError:
            self._process.kill()


class Launcher:
    """Loads what is chosen and starts runs. The latest request wins; older ones are given up.

    Args:
        keep: descriptors that a started supervisor holds open, such as the one that keeps an
            embedded target alive.
    """

    def __init__(self, keep: Sequence[int] = ()) -> None:
        self._keep = tuple(keep)
        self._warm: Warm | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._hearing: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Start a process, so that its imports are done when the operator has chosen."""
        if self._warm is None:
            self._begin(in_process=False)

    async def warm(self, argv: Sequence[str], trusted_host: str | None = None) -> Loaded:
        """Load what is chosen; what it offers.

        Raises:
            PlanError: it cannot be loaded, or a later request took the place of this one.
        """
        answer = await self._ask(list(argv), trusted_host, run=False)
        assert answer.loaded is not None
        return answer.loaded

    async def start(self, argv: Sequence[str], trusted_host: str | None = None) -> Started:
        """Start a run; where it is. It goes on whatever becomes of this process.

        Raises:
            PlanError: it cannot be loaded or run, or a later request took the place of this one.
        """
        answer = await self._ask(list(argv), trusted_host, run=True)
        assert answer.started is not None
        return answer.started

    async def close(self) -> None:
        """End what has no run."""
        warm = self._drop()
        if warm is not None:
            await warm.end()
        if self._ending:
            await asyncio.wait(self._ending)

    async def _ask(self, argv: list[str], trusted_host: str | None, run: bool) -> Answer:
        warm = self._fitting(argv)
        number = next(self._numbers)
        self._give_up("another choice took its place")
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        try:
            await warm.send(Request(number, argv, run, trusted_host))
            if self._hearing is None and warm is self._warm:
                self._hearing = asyncio.create_task(self._hear(warm))
            answer = await waiting
        except asyncio.CancelledError:
            if run:  # what has not begun yet shall not begin any more
                warm.take_back(Request(next(self._numbers), argv))
            raise
        finally:
            self._waiting.pop(number, None)
        if answer.refused is not None:
            raise RunRefused(answer.refused, answer.exit_code)
        return answer

    def _fitting(self, argv: list[str]) -> Warm:
        """The warm process, or a new one where it cannot take this command line."""
        in_process = any(word in (IN_PROCESS, "--lftui-in-process") for word in argv)
        warm = self._warm
        used = warm is not None and warm.in_process and warm.argv not in (None, argv)
        if warm is None or warm.gone.is_set() or warm.in_process != in_process or used:
            old = self._drop()
            if old is not None:
                task = asyncio.create_task(old.end())
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
            warm = self._begin(in_process)
        warm.argv = argv
        return warm

    def _begin(self, in_process: bool) -> Warm:
        try:
            self._warm = Warm(in_process, self._keep)
        except OSError as error:
            reason = error.strerror or error
            raise PlanError(f"no supervisor can be started: {reason}") from None
        return self._warm

    def _drop(self) -> Warm | None:
        """Have no warm process any more; the one there was."""
        warm, self._warm = self._warm, None
        if self._hearing is not None:
            self._hearing.cancel()
            self._hearing = None
        return warm

    async def _hear(self, warm: Warm) -> None:
        """Hand each answer to whoever waits for it."""
        while (answer := await warm.answer()) is not None:
            waiting = self._waiting.get(answer.number)
            wanted = waiting is not None and not waiting.done()
            if waiting is not None and wanted:
                waiting.set_result(answer)
            if answer.started is not None:
                self._hearing = None
                self._drop()
                warm.let_go()
                self._give_up("a run was being started meanwhile; choose again")
                if not wanted:
                    await _stop(answer.started)
                return
        self._hearing = None
        self._drop()
        warm.let_go()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await warm.gone.wait()
        said = warm.last_words()
        self._give_up("the supervisor ended" + (f"; it said: {said}" if said else ""))

    def _give_up(self, why: str) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(PlanError(why))


async def _stop(started: Started) -> None:
    """End a run that nobody wanted any more when it began."""
    with contextlib.suppress(PlanError):
        connection = await Connection.to(started.socket)
        connection.send(Stop(why="the start was taken back"))
        await connection.close()

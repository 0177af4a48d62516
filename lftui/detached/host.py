"""Serves the console that started this process, until a run has begun; then sees to the run."""

from __future__ import annotations

import asyncio
import os
import signal
import socket

from lftui import exit_codes
from lftui.detached.chosen import Chosen
from lftui.detached.output import SUPERVISOR_LOG, drop_empty, keep_output
from lftui.links.wire import LINE_LIMIT, Answer, Request, Started, from_line, to_line
from lftui.plan import PlanError
from lftui.records import Kill, Stop
from lftui.safe_text import safe_line
from lftui.supervisor.facts import logout_kills
from lftui.supervisor.run import LoadFailed
from lftui.supervisor.store import RunFolder

_LOGOUT = (
    "this machine ends your processes at logout (KillUserProcesses=yes); "
    "`loginctl enable-linger` lets a run outlive the session"
)


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

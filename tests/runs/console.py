"""A console at a live run's socket, for tests: reads everything, sends commands, waits for answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from lftui.records import Acked, AnyRecord, Command, Note, Refused, Tick
from lftui.run_state import RunState
from lftui.supervisor.client import Connection
from tests.runs.live import WAIT_S, Live

CONSOLE_WAIT_S = 20.0
Kind = TypeVar("Kind")


class Console:
    """Reads from its connection all the time; `records` has whatever came."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.records: list[AnyRecord] = []
        self.ended = False
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @property
    def state(self) -> RunState:
        """The run, as this console knows it."""
        return self.connection.state

    async def do(self, command: Command) -> Acked | Refused:
        """Send a command; its answer."""
        number = self.connection.send(command)
        return await self.until(
            lambda: next(
                (r for r in self.records
                 if isinstance(r, Acked | Refused) and r.command_id == number), None
            ),
            f"an answer to {command}",
        )  # fmt: skip

    async def done(self, command: Command) -> str:
        """Send a command that has to be carried out; its id."""
        answer = await self.do(command)
        assert isinstance(answer, Acked), answer
        return answer.command_id

    async def refused(self, command: Command) -> str:
        """Send a command that has to be refused; why it was."""
        answer = await self.do(command)
        assert isinstance(answer, Refused), answer
        return answer.reason

    async def until(self, condition: Callable[[], Kind | None], what: str = "") -> Kind:
        """Wait until this console knows it."""
        try:
            async with asyncio.timeout(CONSOLE_WAIT_S), self._news:
                while not (found := condition()):
                    assert not self.ended, f"the connection ended before: {what or condition}"
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"never came to hold: {what or condition}") from None
        return found

    async def users(self, wanted: int) -> Tick:
        """Wait until so many users are wanted and run."""
        return await self.tick(lambda tick: tick.users == tick.target == wanted, f"{wanted} users")

    async def tick(self, condition: Callable[[Tick], object], what: str = "a tick") -> Tick:
        """Wait for a tick that is newer than all so far, for which the condition holds.

        A note cuts a tick off, so that nobody has to wait for the next full second.
        """
        begin = len(self.records)
        nudging = asyncio.create_task(self._nudge())
        try:
            return await self.until(
                lambda: next(
                    (r for r in self.records[begin:] if isinstance(r, Tick) and condition(r)), None
                ),
                what,
            )
        finally:
            nudging.cancel()

    async def end(self) -> None:
        """Wait until the supervisor closes the connection."""
        await asyncio.wait_for(self._reading, WAIT_S)

    async def close(self) -> None:
        """Go."""
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        await self.connection.close()

    async def _nudge(self) -> None:
        while True:
            self.connection.send(Note(text="how far is it?"))
            await asyncio.sleep(0.1)

    async def _read(self) -> None:
        try:
            async for record in self.connection.records():
                async with self._news:
                    self.records.append(record)
                    self._news.notify_all()
        finally:
            self.ended = True
            async with self._news:
                self._news.notify_all()


@contextlib.asynccontextmanager
async def console(live: Live) -> AsyncIterator[Console]:
    """A console on a live run, which has got the run's state."""
    one = Console(await Connection.to(live.run_file["socket"]))
    try:
        await one.until(lambda: one.records, "the first record")
        yield one
    finally:
        await one.close()

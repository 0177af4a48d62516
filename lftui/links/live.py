"""The link to a live run: its supervisor's socket, and its folder when that is gone."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec

from lftui.links.threads import beside
from lftui.plan import PlanError
from lftui.records import (
    AnyRecord,
    Checkpoint,
    Command,
    Finished,
    Marked,
    Refused,
    Resume,
    TakeControls,
)
from lftui.run_state import RunState
from lftui.snapshot import Holding, LinkFacts, LinkStatus
from lftui.supervisor.client import Connection
from lftui.supervisor.facts import operator
from lftui.supervisor.store import RunFolder, Status

SLOW_S = 3.0
_ENDING_S = 10.0
_LOOK_S = 0.1


class Pending:
    """This console's commands that are not answered yet."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: dict[str, float] = {}

    def sent(self, number: str) -> None:
        """A command went out."""
        self._sent[number] = self._clock()

    def heard(self, record: AnyRecord) -> None:
        """A record came in, which may be an answer."""
        self._sent.pop(getattr(record, "command_id", ""), None)

    def clear(self) -> None:
        """Nobody will answer any more."""
        self._sent.clear()

    @property
    def waiting_s(self) -> float:
        """How long the oldest has been waiting."""
        return self._clock() - min(self._sent.values()) if self._sent else 0.0


class Grip:
    """Who holds the controls, as the records say."""

    def __init__(self) -> None:
        self.holding: Holding = "free"
        self.holder = ""
        self._asked: set[str] = set()

    def asked(self, number: str) -> None:
        """This console has asked for the controls with the command `number`."""
        self._asked.add(number)

    def heard(self, record: AnyRecord, state: RunState) -> None:
        """Follow a record; `state` has it already."""
        if isinstance(record, Checkpoint):
            # The marks of the run so far, or those that this console missed.
            marks = (mark for mark in reversed(state.marks) if mark.type == "controls")
            self._follow(next(marks, None))
        elif isinstance(record, Marked) and record.type == "controls":
            self._follow(record)

    def _follow(self, mark: Marked | None) -> None:
        if mark is None or not mark.new:
            self.holding, self.holder = "free", ""
        elif mark.command_id in self._asked:
            self.holding, self.holder = "ours", mark.who
        else:
            self.holding, self.holder = "theirs", mark.who


class LiveLink:
    """A run that goes on. Asks for the controls at once; without them it only watches.

    Args:
        folder: the run's folder, or its path.
        resume: hand a held load back to its shape.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        folder: RunFolder | Path | str,
        resume: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder if isinstance(folder, RunFolder) else RunFolder(Path(folder))
        self._resume = resume
        self._clock = clock
        self._connection: Connection | None = None
        self._state = RunState()
        self._who = operator(os.environ)
        self._grip = Grip()
        self._pending = Pending(clock)
        self._first_take = ""
        self._heard = clock()
        self._closed = False
        self._lost = False

    @property
    def state(self) -> RunState:
        """All records so far, folded."""
        return self._state

    @property
    def facts(self) -> LinkFacts:
        """How the connection is now."""
        gone = self._lost or self._state.finished is not None
        return LinkFacts(
            kind="live",
            status=self._status(),
            silent_s=max(0.0, self._clock() - self._heard),
            controls="none" if gone else self._grip.holding,
            holder=self._grip.holder,
            run_id=self.folder.id,
            journal=str(self.folder.path),
            waiting_s=self._pending.waiting_s,
        )

    def _status(self) -> LinkStatus:
        if self._state.finished is not None:
            return "over"
        if self._lost:
            return "lost"
        return "slow" if self._clock() - self._heard > SLOW_S else "ok"

    async def open(self) -> None:
        """Connect, and take the controls if nobody has them.

        Raises:
            PlanError: it cannot; one sentence.
        """
        self._connection = await Connection.to(self.folder.read().socket)
        self._heard = self._clock()
        self._first_take = self.send(TakeControls()) or ""

    async def records(self) -> AsyncIterator[AnyRecord]:
        """Each record, folded into `state` already; ends with the run or with the connection."""
        assert self._connection is not None
        begun = False
        async for record in self._connection.records():
            self._state = self._connection.state
            self._heard = self._clock()
            self._pending.heard(record)
            self._grip.heard(record, self._state)
            if not begun:
                begun = True
                if self._resume:
                    self.send(Resume())
            if isinstance(record, Refused) and record.command_id == self._first_take:
                continue  # somebody else steers: this console watches
            yield record
        self._pending.clear()
        if self._state.finished is None and not self._closed:
            finished = await self._see_how_it_ended()
            if finished is not None:
                yield finished

    async def _see_how_it_ended(self) -> Finished | None:
        """The connection ended without a last record: the journal may have one nevertheless."""
        deadline = self._clock() + _ENDING_S
        status: Status = await beside(self._stored_status)
        while status == "live" and self._clock() < deadline and not self._closed:
            await asyncio.sleep(_LOOK_S)
            status = await beside(self._stored_status)
        if status == "finished":
            self._state = await beside(self.folder.fold)
        finished = self._state.finished
        self._lost = finished is None
        return finished

    def _stored_status(self) -> Status:
        try:
            return self.folder.status(self.folder.read())
        except PlanError:
            return "interrupted"

    def send(self, command: Command) -> str | None:
        """Send a command; the id of its answer. None where the connection is gone."""
        if self._connection is None or self._closed or self._lost or self._state.finished:
            return None
        if not command.who:
            command = msgspec.structs.replace(command, who=self._who)
        number = self._connection.send(command)
        self._pending.sent(number)
        if isinstance(command, TakeControls):
            self._grip.asked(number)
        return number

    async def close(self) -> None:
        """Let go; the run goes on."""
        self._closed = True
        if self._connection is not None:
            await self._connection.close()

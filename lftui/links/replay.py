"""The link to a stored run that is played back."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable

from lftui.links.copying import packed, unpacked
from lftui.links.places import Place, Places
from lftui.links.reel import Read, Reel, span_of
from lftui.links.threads import beside
from lftui.plan import PlanError
from lftui.records import AnyRecord, Checkpoint, Command
from lftui.run_state import RunState
from lftui.snapshot import LinkFacts, ReplayFacts
from lftui.supervisor.journal import JournalError
from lftui.supervisor.store import RunFolder

SLOWEST, FASTEST = 1.0, 60.0
_AHEAD = 32
_FOLDED_AT_ONCE_S = 0.02
_BEHIND_S = 2.0


class ReplayLink:
    """Plays a journal: its records come with their own time, `speed` times as fast.

    At the end of the run it waits: one can still jump back. After a jump `state` is another object,
    and a `Checkpoint` comes as a record.

    Args:
        clock: monotonic seconds.
    """

    def __init__(
        self, folder: RunFolder, speed: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder = folder
        self._clock = clock
        self._speed = min(max(speed, SLOWEST), FASTEST)
        self._state = RunState()
        self._begin_s = self._end_s = 0.0
        self._reel = Reel(folder.journal)
        self._ahead: deque[Read] = deque()
        self._folded_to = 0
        self._ended = False
        self._closed = False
        self._paused = False
        self._from_s, self._from_clock = 0.0, clock()
        self._jump_to: float | None = None
        self._news = asyncio.Event()
        self._places = Places(0.0)

    @property
    def state(self) -> RunState:
        """The run up to the replay's position."""
        return self._state

    @property
    def facts(self) -> LinkFacts:
        """Where the replay stands."""
        return LinkFacts(
            kind="replay",
            status="over" if self._ended and not self._ahead else "ok",
            run_id=self.folder.id,
            journal=str(self.folder.path),
            replay=ReplayFacts(
                position_s=self._position_s() if self._jump_to is None else self._jump_to,
                length_s=self._length_s,
                speed=self._speed,
                paused=self._paused,
            ),
        )

    @property
    def _length_s(self) -> float:
        return self._end_s - self._begin_s

    def _position_s(self) -> float:
        passed = 0.0 if self._paused else (self._clock() - self._from_clock) * self._speed
        return min(self._from_s + passed, self._length_s)

    async def open(self) -> None:
        """Look at the journal's begin and end.

        Raises:
            PlanError: it cannot be read; one sentence.
        """
        try:
            await beside(self._look)
        except (JournalError, OSError) as error:
            raise PlanError(str(error)) from None
        self._from_clock = self._clock()

    def _look(self) -> None:
        """In a thread."""
        self._begin_s, self._end_s = span_of(self.folder.journal)
        self._places = Places(self._length_s)
        state, offset = self.folder.checkpoint()
        if offset:
            self._places.keep(Place(state.last_s - self._begin_s, packed(state), offset))

    # --- what the operator does ----------------------------------------------------------------

    def pause(self, value: float) -> None:
        """Stand still with 1, go on with 0."""
        self._rebase(self._position_s())
        self._paused = bool(value)

    def speed(self, value: float) -> None:
        """Play so many times as fast as it was: 1 to 60."""
        self._rebase(self._position_s())
        self._speed = min(max(value, SLOWEST), FASTEST)

    def seek(self, value: float) -> None:
        """Jump to this second of the run."""
        self._jump_to = min(max(value, 0.0), self._length_s)
        self._news.set()

    def _rebase(self, position_s: float) -> None:
        self._from_s, self._from_clock = position_s, self._clock()
        self._news.set()

    def send(self, command: Command) -> str | None:
        """Nobody can be told."""
        return None

    async def close(self) -> None:
        """End the replay."""
        self._closed = True
        self._news.set()

    # --- playing -------------------------------------------------------------------------------

    async def records(self) -> AsyncIterator[AnyRecord]:
        """Each record when its time has come, folded into `state` already; until `close`."""
        busy_since = self._clock()
        while not self._closed:
            if self._jump_to is not None:
                yield await self._jump()
                continue
            if not self._ahead and not self._ended:
                await self._fill()
                continue
            wait = self._until_next()
            if wait is None or wait > 0:
                await self._rest(wait)
                busy_since = self._clock()
                continue
            yield self._fold(*self._ahead.popleft())
            if self._clock() - busy_since > _FOLDED_AT_ONCE_S:
                await asyncio.sleep(0.001)  # keys and redraws first
                busy_since = self._clock()

    async def _fill(self) -> None:
        reel = self._reel
        taken = await beside(lambda: reel.take(_AHEAD))
        if reel is self._reel:
            self._ahead.extend(taken)
            self._ended = not taken

    def _until_next(self) -> float | None:
        """Seconds until the next record's time; None where nothing goes on by itself."""
        if not self._ahead:
            return None
        next_s = self._time_of(self._ahead[0][0])
        ahead_s = next_s - self._position_s()
        if ahead_s < -_BEHIND_S * self._speed:  # the fold cannot keep up: time waits for it
            self._rebase(next_s)
        return ahead_s / self._speed if ahead_s <= 0 or not self._paused else None

    async def _rest(self, seconds: float | None) -> None:
        self._news.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass

    def _time_of(self, record: AnyRecord) -> float:
        return record.mono - self._begin_s if record.mono else 0.0

    def _fold(self, record: AnyRecord, end: int) -> AnyRecord:
        self._state.apply(record)
        self._folded_to = end
        self._places.passed(self._time_of(record), self._state, end)
        return record

    # --- jumping -------------------------------------------------------------------------------

    async def _jump(self) -> AnyRecord:
        """Fold to the wanted position in a thread; the console goes on meanwhile."""
        target = self._jump_to
        assert target is not None
        now = self._folded_s()
        place = self._places.nearest(target)
        if target >= now and (place is None or place.position_s < now):
            place = Place(now, packed(self._state), self._folded_to)
        found = await beside(lambda: self._travel(place, target))
        if self._jump_to == target:  # else the operator wants to go elsewhere already
            self._state, self._folded_to, self._reel, rest = found
            self._ahead = deque(rest)
            self._ended = False
            self._jump_to = None
            self._rebase(target)
        return Checkpoint(upto_seq=self._state.last_seq)

    def _folded_s(self) -> float:
        return self._state.last_s - self._begin_s if self._state.last_s else 0.0

    def _travel(self, place: Place | None, target: float) -> tuple[RunState, int, Reel, list[Read]]:
        """In a thread: the state at `target`, the offset behind it, and what was read too far."""
        state, offset = RunState(), 0
        if place is not None:
            state, offset = unpacked(place.state), place.offset
        reel = Reel(self.folder.journal, offset)
        while taken := reel.take(_AHEAD):
            for number, (record, end) in enumerate(taken):
                if self._time_of(record) > target:
                    return state, offset, reel, taken[number:]
                state.apply(record)
                offset = end
            self._places.passed(self._time_of(taken[-1][0]), state, offset)
            if self._closed or self._jump_to != target:
                break
        return state, offset, reel, []

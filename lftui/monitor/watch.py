"""Reads all sources while a run is on, and says what they said."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence

from lftui.monitor.reading import Reader, Reading, SourceError
from lftui.monitor.sources import reader_of
from lftui.monitor_settings import Monitor, Source
from lftui.records import AnyRecord, Logged, TargetSample, TargetSampled
from lftui.safe_text import safe_line

Say = Callable[[AnyRecord], None]
WHO = "monitor"
_GOODBYE_S = 1.0


class Monitoring:
    """The sources of a run, each read by a task of its own.

    Args:
        say: writes a record to the journal.
        addresses: the target's; a source of this machine is read only where one of them is here.
    """

    def __init__(
        self,
        settings: Monitor,
        say: Say,
        addresses: Sequence[str] = (),
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._say = say
        self._watches = []
        for name, source in settings.sources.items():
            if source.kind in ("host", "process") and not _is_here(addresses):
                self._refuse(name, "the target does not run on this machine")
                continue
            every_s = source.every if source.every is not None else settings.every
            timeout_s = source.timeout if source.timeout is not None else settings.timeout
            try:
                reader = reader_of(name, source, environment)
            except Exception as error:  # by now the run has begun, and goes on without it
                self._refuse(name, f"{type(error).__name__}: {error}")
                continue
            self._watches.append(SourceWatch(name, source, reader, say, every_s, timeout_s))
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Read from now on."""
        self._tasks = [asyncio.create_task(watch.run()) for watch in self._watches]

    async def close(self) -> None:
        """Read no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(watch.close() for watch in self._watches))

    def _refuse(self, name: str, why: str) -> None:
        text = safe_line(f"{name} is not read: {why}", 400)
        self._say(Logged(source=WHO, level="warning", text=text))


def _is_here(addresses: Sequence[str]) -> bool:
    from lftui.monitor.machine import is_here

    return not addresses or is_here(addresses)


class SourceWatch:
    """One source: read at its pace, never twice at once, and its troubles told once each.

    Args:
        every_s: seconds from one reading to the next; a late one is not made up for.
        timeout_s: seconds that a reading may take.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        name: str,
        source: Source,
        reader: Reader,
        say: Say,
        every_s: float,
        timeout_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._rows = source.shown_rows()
        self._reader = reader
        self._say = say
        self._every_s = every_s
        self._timeout_s = timeout_s
        self._clock = clock
        self._down_s: float | None = None
        self._faulty: set[str] = set()

    async def run(self) -> None:
        """Read until cancelled."""
        due = self._clock()
        while True:
            await self.read()
            now = self._clock()
            due += self._every_s
            if due < now:  # it was slow: the next whole step from where it began
                due += self._every_s * int((now - due) / self._every_s + 1)
            await asyncio.sleep(due - now)

    async def read(self) -> None:
        """One reading, and what is to be said of it."""
        try:
            async with asyncio.timeout(self._timeout_s):
                reading = await self._reader.read(self._clock())
        except TimeoutError:
            self._is_down(f"no answer within {self._timeout_s:g} s")
        except SourceError as error:
            self._is_down(str(error))
        except Exception as error:  # whatever a source makes its reader do, the run goes on
            self._is_down(f"the reader failed: {type(error).__name__}: {error}")
        else:
            self._take(reading)

    async def close(self) -> None:
        """Let connections go."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_GOODBYE_S):
                await self._reader.close()

    def _take(self, reading: Reading) -> None:
        if self._down_s is not None:
            gone_s = self._clock() - self._down_s
            self._down_s = None
            self._log("info", f"{self._name} is back after {gone_s:.0f} s")
        for row, why in reading.faults.items():
            if row not in self._faulty:
                self._log("warning", f"{self._name}: {row} has no figures: {why}")
        for row in sorted(self._faulty - set(reading.faults)):
            self._log("info", f"{self._name}: {row} has figures again")
        self._faulty = set(reading.faults)
        self._sample(reading)

    def _is_down(self, why: str) -> None:
        if self._down_s is None:
            self._down_s = self._clock()
            self._log("warning", f"{self._name} gives no figures: {why}; it is asked again")
        self._sample(Reading({}))

    def _sample(self, reading: Reading) -> None:
        values = reading.values
        samples = [
            TargetSample(row.name, values.get(row.name), safe_line(row.shown_unit, 20))
            for row in self._rows
        ]
        self._say(TargetSampled(source=self._name, samples=samples))

    def _log(self, level: str, text: str) -> None:
        self._say(Logged(source=WHO, level=level, text=safe_line(text, 400)))  # type: ignore[arg-type]

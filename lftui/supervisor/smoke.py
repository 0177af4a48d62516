"""A smoke test from the supervisor's side: a generator of its own, and no journal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import msgspec

from lftui.plan import PlanError, RunPlan
from lftui.records import (
    AnyRecord,
    BadLine,
    Finished,
    Load,
    Loaded,
    Logged,
    Smoke,
    Smoked,
    Stop,
    decode_record,
)
from lftui.safe_text import safe_line
from lftui.supervisor.generator_link import GeneratorProcess

LIMIT_S = 60.0
TASK_LIMIT_S = 20.0
LOAD_LIMIT_S = 60.0
_GRACE_S = 5.0


async def smoke(
    argv: list[str],
    own: dict[str, bool],
    plan: RunPlan,
    limit_s: float = LIMIT_S,
    task_limit_s: float = TASK_LIMIT_S,
    load_limit_s: float = LOAD_LIMIT_S,
) -> AsyncGenerator[Smoked, None]:
    """Run each task of the plan's user classes once, with one user of each; what came of it.

    Args:
        argv: the command line that the plan was made of.
        own: lftui's options, and whether each takes a value.
        plan: its host, headers, user classes and tags are used.
        limit_s: how long all tasks together may take.

    Yields:
        Each request as it comes; without a method a task that made none, or that raised. Without
        a task it says why the smoke ended before its time.

    Raises:
        PlanError: the locustfile cannot be loaded, or refuses the plan.
    """
    asked = _Asked(limit_s)
    try:
        await asked.load(argv, own, load_limit_s)
        asked.generator.send(Smoke(plan=msgspec.to_builtins(plan), task_limit_s=task_limit_s))
        asked.begin()
        while (record := await asked.next()) is not None:
            if isinstance(record, Smoked):
                yield record
            elif isinstance(record, Finished):
                if record.reason == "refused":
                    raise PlanError(record.message)
                if record.reason not in ("completed", "stopped"):
                    yield Smoked(task="", method="", name="", error=record.message or record.reason)
                break
        if asked.broken:
            yield Smoked(task="", method="", name="", error=asked.broken)
    finally:
        await asked.end()


class _Asked:
    """The generator and the time it has."""

    def __init__(self, limit_s: float) -> None:
        self.generator = GeneratorProcess()
        self.broken = ""
        self._limit_s = limit_s
        self._deadline = 0.0
        self._told = False
        self._where = ""

    async def load(self, argv: list[str], own: dict[str, bool], limit_s: float) -> None:
        try:
            async with asyncio.timeout(limit_s):
                await self.generator.start()
                self.generator.send(Load(argv=argv, own=own))
                while (record := await self._read()) is not None:
                    if isinstance(record, Loaded):
                        return
                    if isinstance(record, Finished):
                        raise PlanError(record.message or f"the locustfile ended: {record.reason}")
        except TimeoutError:
            late = f"the locustfile was not imported within {limit_s:g} s{self._where}"
            raise PlanError(late) from None
        raise PlanError(f"the generator ended while it imported the locustfile{self._last()}")

    def begin(self) -> None:
        """From now on the limit counts."""
        self._where = ""
        self._deadline = asyncio.get_running_loop().time() + self._limit_s

    async def next(self) -> AnyRecord | None:
        """The next record; None where there is none any more, and `broken` says why.

        When the time is over the generator is told to stop, and has a moment to do it.
        """
        while True:
            try:
                async with asyncio.timeout_at(self._deadline):
                    record = await self._read()
            except TimeoutError:
                if self._told:
                    self.broken = (
                        f"the smoke did not end {_GRACE_S:g} s after its limit of"
                        f" {self._limit_s:g} s and was killed{self._where}"
                    )
                    return None
                self._told = True
                self._deadline += _GRACE_S
                why = f"the limit of {self._limit_s:g} s for the whole smoke is over"
                self.generator.send(Stop(why=why))
                continue
            if record is None:
                self.broken = f"the generator ended in the middle of the smoke{self._last()}"
            return record

    async def end(self) -> None:
        if self.generator.pid:
            self.generator.kill()
            await self.generator.wait()

    async def _read(self) -> AnyRecord | None:
        line = await self.generator.read_line()
        if line is None:
            return None
        try:
            record = decode_record(line)
        except BadLine as error:
            raise PlanError(f"the generator cannot be understood: {error}") from None
        if isinstance(record, Logged) and record.source == "watchdog":
            self._where = f" ({record.text})"
        return record

    def _last(self) -> str:
        words = self.generator.last_words().splitlines()
        return f"; it said: {safe_line(words[-1], 200)}" if words else ""

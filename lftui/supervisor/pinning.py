"""Another baseline for a run that goes on: read now, kept whole in the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lftui.baseline import read_baseline
from lftui.plan import PlanError
from lftui.records import Acked, AnyRecord, Marked, PinBaseline, Refused
from lftui.safe_text import safe_line

NONE = "none"
Source = Callable[[str], tuple[dict[str, Any], str]]
"""Reads a baseline by its file or stored run: the document, and its name for people. Raises
`PlanError` where there is none."""


def from_file(source: str) -> tuple[dict[str, Any], str]:
    """The baseline of a file."""
    return read_baseline(Path(source).expanduser()), source


class Pinning:
    """Carries out `PinBaseline`; "none" takes the baseline away.

    Args:
        read: reads a source. It may take its time: it is called in a thread.
        say: writes a record to the journal.
    """

    def __init__(self, read: Source, say: Callable[[AnyRecord], None]) -> None:
        self._read = read
        self._say = say
        self._last: asyncio.Task[None] | None = None

    def command(self, command: PinBaseline) -> None:
        """Begin to read; the answer comes when it is read, and in the order of the commands."""
        self._last = asyncio.get_running_loop().create_task(self._pin(command, self._last))

    def close(self) -> None:
        """The run is over: what is not read by now comes too late."""
        if self._last is not None:
            self._last.cancel()

    async def _pin(self, command: PinBaseline, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            document, label = await self._document(command.source)
        except Exception as error:
            reason = str(error) if isinstance(error, PlanError) else f"{type(error).__name__}"
            said = reason if isinstance(error, PlanError) else f"it could not be read: {reason}"
            self._say(Refused(command_id=command.id, reason=safe_line(said)))
            return
        self._say(
            Marked(
                type="baseline",
                text=safe_line(label),
                who=command.who,
                command_id=command.id,
                facts={"path": safe_line(label), "document": document},
            )
        )
        self._say(Acked(command_id=command.id))

    async def _document(self, source: str) -> tuple[dict[str, Any] | None, str]:
        if source == NONE:
            return None, NONE
        return await asyncio.get_running_loop().run_in_executor(None, self._read, source)

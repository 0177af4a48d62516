"""What the application needs of a run, live or stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from lftui.records import AnyRecord, Command
from lftui.run_state import RunState
from lftui.snapshot import LinkFacts


class Link(Protocol):
    """A run at the other end."""

    @property
    def state(self) -> RunState:
        """All records so far, folded. May be another object after a gap."""

    @property
    def facts(self) -> LinkFacts:
        """How the connection is now; cheap, asked with every redraw."""

    async def open(self) -> None:
        """Connect.

        Raises:
            PlanError: it cannot; one sentence.
        """

    def records(self) -> AsyncIterator[AnyRecord]:
        """Each record, folded into `state` already; ends with the run or with the connection."""

    def send(self, command: Command) -> str | None:
        """Send a command; the id of its answer. None where nobody can be told (a replay)."""

    async def close(self) -> None:
        """Let go; the run goes on."""

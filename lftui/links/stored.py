"""The link to a stored run that is only looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator

from lftui.links.threads import beside
from lftui.plan import PlanError
from lftui.records import AnyRecord, Command
from lftui.run_state import RunState
from lftui.snapshot import LinkFacts
from lftui.supervisor.journal import JournalError
from lftui.supervisor.store import RunFolder


class StoredLink:
    """A run that is over, folded at once."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self._state = RunState()

    @property
    def state(self) -> RunState:
        """The whole run."""
        return self._state

    @property
    def facts(self) -> LinkFacts:
        """What it is."""
        return LinkFacts(
            kind="stored", status="over", run_id=self.folder.id, journal=str(self.folder.path)
        )

    async def open(self) -> None:
        """Fold the journal.

        Raises:
            PlanError: it cannot be read; one sentence.
        """
        try:
            self._state = await beside(self.folder.fold)
        except (JournalError, OSError) as error:
            raise PlanError(str(error)) from None

    async def records(self) -> AsyncIterator[AnyRecord]:
        """Nothing comes any more."""
        nothing: tuple[AnyRecord, ...] = ()
        for record in nothing:
            yield record

    def send(self, command: Command) -> str | None:
        """Nobody can be told."""
        return None

    async def close(self) -> None:
        """Nothing to let go of."""

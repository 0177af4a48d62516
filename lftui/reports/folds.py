"""Everything that the exports are made of, folded in one pass over the records."""

from __future__ import annotations

from lftui.records import AnyRecord
from lftui.reports.history import HistoryFold
from lftui.reports.locust_figures import Cell
from lftui.reports.seconds import PerSecondFold
from lftui.run_state import RunState


class Folds:
    """The state of the run, its counts by second, and on the way the rows of its history.

    Args:
        state: the folded state where there is one already; without it the records are folded.
        history: makes the history's rows; None where nobody wants them.
    """

    def __init__(self, state: RunState | None, history: HistoryFold | None) -> None:
        self.state = RunState() if state is None else state
        self.seconds = PerSecondFold()
        self._folds_state = state is None
        self._history = history
        self._last_seq = 0

    def apply(self, record: AnyRecord) -> list[list[Cell]]:
        """Take the next record; the rows of history that are complete with it."""
        if record.seq:
            if record.seq <= self._last_seq:
                return []  # it came twice; RunState leaves it out, too
            self._last_seq = record.seq
        self.seconds.apply(record)
        if self._folds_state:
            self.state.apply(record)
        return [] if self._history is None else self._history.apply(record)

    def finish(self) -> list[list[Cell]]:
        """The history's last rows, after all records."""
        return [] if self._history is None else self._history.finish()

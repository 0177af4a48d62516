"""A run's records folded and judged, as every export wants them."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lftui.judge.verdict import judge
from lftui.records import AnyRecord, decode_record
from lftui.reports.history import HistoryFold
from lftui.reports.seconds import PerSecondFold
from lftui.reports.told import Told
from lftui.reports.write import Exports, export, once
from lftui.run_state import RunState

RECORDED = Path(__file__).parents[1] / "console" / "recorded"


def recorded(name: str) -> list[AnyRecord]:
    """The records of a real run (`tests/console/record.py` says what is in each)."""
    lines = gzip.decompress((RECORDED / f"{name}.ndjson.gz").read_bytes()).splitlines()
    return [decode_record(line) for line in lines]


def state_of(records: Iterable[AnyRecord]) -> RunState:
    """The run's state."""
    state = RunState()
    for record in records:
        state.apply(record)
    return state


def told_of(records: Iterable[AnyRecord]) -> Told:
    """The run's state, judged."""
    state = state_of(records)
    return Told(state, judge(state))


def exported(records: Iterable[AnyRecord], wanted: Exports) -> list[Path]:
    """Write the exports of a run."""
    whole = list(records)
    return export(whole, wanted, told_of(whole))


class Folded:
    """The state of a run, its counts by second and the rows of its history."""

    def __init__(self, records: Iterable[AnyRecord], full: bool = True) -> None:
        self.state = RunState()
        self.seconds = PerSecondFold()
        self.rows: list[list[Any]] = []
        history = HistoryFold(full)
        for record in once(records):
            self.state.apply(record)
            self.seconds.apply(record)
            self.rows += history.apply(record)
        self.rows += history.finish()

"""The stored runs as rows of a table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from lftui.live_view import clock, fit, ms
from lftui.reports.peak_load import load_title
from lftui.units import say_size
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Column


class Stored(Protocol):
    """What a row needs of a stored run; None where it is not known."""

    id: str
    status: str
    started_at: float
    scenario: str
    host: str
    shape: str
    operator: str
    duration_s: float | None
    users: int | None
    rate_max: float | None
    rps: float | None
    p95_ms: float | None
    error_ratio: float | None
    verdict: str
    size_bytes: int
    complaint: str

    @property
    def load(self) -> str:
        """The peak of the load, in words."""


_COLUMNS = (
    Column("when", "when", 14, high_first=True),
    Column("status", "status", 13),
    Column("scenario", "scenario", 0),
    Column("verdict", "verdict", 14),
    Column("host", "target", 28, from_width=130),
    Column("shape", "shape", 30, from_width=190),
    Column("duration", "lasted", 8, "right", 90, high_first=True),
    Column("users", "users", 6, "right", high_first=True),
    Column("rps", "rps", 8, "right", 90, high_first=True),
    Column("p95", "p95", 8, "right", high_first=True),
    Column("errors", "errors", 8, "right", high_first=True),
    Column("size", "size", 7, "right", 110, high_first=True),
)
_STATUS_TONES = {"live": "good", "interrupted": "warning", "damaged": "critical"}


class RunsSource:
    """Rows of runs, live and interrupted ones on top.

    Args:
        chosen: ids of the runs that are marked, for a comparison.
    """

    empty = "no runs are stored yet: F5 in Setup starts the first"

    def __init__(self, rows: Sequence[Stored], look: Look, chosen: Sequence[str] = ()) -> None:
        self._rows = {row.id: row for row in rows}
        self._look = look
        self._chosen = frozenset(chosen)
        title = load_title(rows)
        self.columns: Sequence[Column] = [
            msgspec.structs.replace(one, title=title) if one.key == "users" else one
            for one in _COLUMNS
        ]

    def keys(self) -> Sequence[str]:
        """The runs' ids."""
        return list(self._rows)

    def cells(self, key: str) -> Sequence[Cell]:
        """One run."""
        row = self._rows.get(key)
        if row is None:
            return [""] * len(self.columns)
        when = time.strftime("%y-%m-%d %H:%M", time.localtime(row.started_at))
        mark = "+ " if key in self._chosen else ""
        status = (f"{mark}{row.status}", "accent" if mark else _STATUS_TONES.get(row.status, "dim"))
        if row.complaint:
            return ["", status, (row.complaint, "critical"), *[""] * (len(self.columns) - 3)]
        errors = "—" if row.error_ratio is None else f"{100 * row.error_ratio:.2f} %"
        verdict: Cell = (
            f"{self._look.sign(row.verdict)} {row.verdict}",
            self._look.tone_of(row.verdict),
        )
        return [
            when,
            status,
            row.scenario.rpartition("/")[2],
            verdict if row.verdict else "",
            fit(row.host or "—", 28),
            row.shape,
            clock(row.duration_s),
            row.load,
            "—" if row.rps is None else f"{row.rps:.1f}",
            ms(row.p95_ms),
            errors,
            say_size(row.size_bytes),
        ]

    def sort_value(self, key: str, column: str) -> Any:
        """What runs are ordered by."""
        row = self._rows.get(key)
        if row is None:
            return None
        values = {
            "when": row.started_at,
            "duration": row.duration_s,
            "p95": row.p95_ms,
            "errors": row.error_ratio,
            "size": row.size_bytes,
            # Rates behind users: the two do not compare.
            "users": None if row.users is None else (row.rate_max is not None, _load(row)),
        }
        return values[column] if column in values else getattr(row, column)

    def text(self, key: str) -> str:
        """What a filter looks in."""
        row = self._rows.get(key)
        if row is None:
            return ""
        words = (row.id, row.status, row.scenario, row.host, row.shape, row.operator, row.verdict)
        return " ".join(words)


def _load(row: Stored) -> float:
    return row.rate_max if row.rate_max is not None else float(row.users or 0)

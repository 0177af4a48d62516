"""Which stored runs go, by age and by size. Pure: the rows and the time are given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec

from lftui.runs.chosen import RunFilter
from lftui.runs.row import RunRow, series_of


class Criteria(msgspec.Struct, frozen=True):
    """What goes.

    Attributes:
        older_than_s: runs that began longer ago.
        max_bytes: the oldest, until those that are left fit in so many.
        keep: so many of the newest of each scenario and target stay, whatever else is said.
    """

    older_than_s: float | None = None
    max_bytes: int | None = None
    keep: int = 0


class Pruning(msgspec.Struct, frozen=True):
    """What a pruning would do.

    Attributes:
        goes: the runs, oldest first.
        left_bytes: what the chosen runs that stay take up together.
    """

    goes: list[RunRow]
    left_bytes: int

    @property
    def won_bytes(self) -> int:
        """What is won."""
        return sum(row.size_bytes for row in self.goes)


def pruning(
    rows: Sequence[RunRow],
    criteria: Criteria,
    now: float,
    chosen: RunFilter | None = None,
    spared: Collection[str] = (),
) -> Pruning:
    """What goes of these runs. Live and damaged ones never do.

    Args:
        rows: all stored runs; the newest of each scenario and target are found among all.
        now: Unix time.
        chosen: only these go, and only their size counts; all where it is None.
        spared: ids of runs that stay.
    """
    mine = [row for row in rows if chosen is None or chosen.fits(row)]
    stays = {*spared, *_newest(rows, criteria.keep)}
    may_go = [
        row
        for row in sorted(mine, key=lambda row: (row.started_at, row.id))
        if row.status in ("finished", "interrupted") and row.id not in stays
    ]
    left = sum(row.size_bytes for row in mine)
    goes = []
    for row in may_go:
        old = criteria.older_than_s is not None and now - row.started_at > criteria.older_than_s
        if old or (criteria.max_bytes is not None and left > criteria.max_bytes):
            goes.append(row)
            left -= row.size_bytes
    return Pruning(goes, left)


def _newest(rows: Sequence[RunRow], count: int) -> list[str]:
    series: dict[tuple[str, str], list[RunRow]] = defaultdict(list)
    for row in rows:
        if not row.complaint:
            series[series_of(row.scenario, row.host)].append(row)
    found = []
    for alike in series.values():
        alike.sort(key=lambda row: (row.started_at, row.id), reverse=True)
        found += [row.id for row in alike[:count]]
    return found

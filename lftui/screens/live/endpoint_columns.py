"""The columns of the Endpoints panel."""

from __future__ import annotations

import msgspec

from lftui.widgets.table.source import Column

TREND = 12


def _figure(key: str, width: int, from_width: int = 0) -> Column:
    return Column(key, key, width, "right", from_width, high_first=True)


COLUMNS = (
    Column("method", "method", 6, fixed=True),
    Column("name", "name", fixed=True, keep="end"),
    _figure("reqs", 7),
    _figure("fail %", 7),
    _figure("rps", 6),
    _figure("p50", 8, from_width=100),
    _figure("p95", 8),
    _figure("p99", 8),
    _figure("max", 8, from_width=118),
    Column("trend", "p95 trend", TREND, "right", from_width=118, sortable=False),
    Column("verdict", "verdict", 8, high_first=True),
)
ADJUSTED = {"p95 adj": 0.95, "p99 adj": 0.99}
"""Percentiles from when a request was due, behind what they adjust."""


def _with_adjusted() -> tuple[Column, ...]:
    """The columns of a run that has adjusted response times: where there is little room p99, as it
    was measured and adjusted, takes the place of p95."""
    found: list[Column] = []
    for column in COLUMNS:
        match column.key:
            case "p95":
                found += [_figure("p95", 8, from_width=100), _figure("p95 adj", 8, from_width=118)]
            case "p99":
                found += [column, _figure("p99 adj", 8)]
            case "max" | "trend":
                found.append(msgspec.structs.replace(column, from_width=140))
            case _:
                found.append(column)
    return tuple(found)


COLUMNS_ADJUSTED = _with_adjusted()

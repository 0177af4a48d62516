"""A trend for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite
from textwrap import wrap
from typing import Any

import msgspec

from lftui.reports.peak_load import load_title, peak_said
from lftui.reports.sparkline import spark
from lftui.reports.text_table import Column, table_lines
from lftui.reports.trend.change import change_of, change_said
from lftui.reports.trend.point import TrendPoint, said
from lftui.safe_text import safe_line

SCHEMA = "lftui.trend/1"
SHOWN = 20
"""How many runs a table shows, the newest."""

_NAMES = {"p95_ms": "p95", "rps": "rps", "error_ratio": "errors"}
_SPARK_CELLS = 40
_WIDEST = 100  # a sentence is not read over more columns
_SIGNS = {"pass": "●", "warn": "▲", "fail": "■", "inconclusive": "○"}
_ASCII = str.maketrans("●▲■○—…", "*!#?-~")


def trend_json(points: Sequence[TrendPoint], scenario: str, host: str) -> str:
    """The JSON document.

    Args:
        scenario: the names of the locustfiles that the runs have in common.
        host: their target; "" for a host of the locustfile.
    """
    change = change_of(points)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "scenario": scenario,
        "host": host or None,
        "points": [_json(point) for point in points],
        "change": None if change is None else msgspec.to_builtins(change),
        "sentence": change_said(points),
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def trend_text(
    points: Sequence[TrendPoint],
    columns: int,
    *,
    ascii_only: bool = False,
    shown: int = SHOWN,
    newest_first: bool = False,
) -> str:
    """For a terminal: what changed, each figure as a row of blocks, the runs in a table.

    Args:
        points: oldest first.
        ascii_only: nothing but ASCII.
        shown: how many rows the table has; the newest.
        newest_first: the table's order; a page is read from its top, a terminal from its end.
    """
    if not points:
        return "no finished run has figures yet\n"
    lines = [*_wrapped(change_said(points), min(columns, _WIDEST)), ""]
    lines += [*_spark_lines(points, columns, ascii_only), ""]
    rows = points[-shown:][::-1] if newest_first else points[-shown:]
    lines += table_lines(_columns(rows), columns)
    if len(points) > shown:
        lines.append(f"  the newest {shown} of {len(points):,} runs")
    text = "\n".join(lines) + "\n"
    return text.translate(_ASCII).encode("ascii", "replace").decode() if ascii_only else text


def _json(point: TrendPoint) -> dict[str, Any]:
    """A point as JSON's own types, which have no endless number."""
    fields: dict[str, Any] = msgspec.structs.asdict(point)
    return {
        name: None if isinstance(value, float) and not isfinite(value) else value
        for name, value in fields.items()
    }


def _wrapped(text: str, columns: int) -> list[str]:
    """Lines in which no id is broken, since a command is there to be copied, and no unit."""
    whole = text.replace(" %", "\u00a0%").replace(" ms", "\u00a0ms")
    lines = wrap(whole, max(columns, 20), break_on_hyphens=False, break_long_words=False)
    return [line.replace("\u00a0", " ") for line in lines]


def _spark_lines(points: Sequence[TrendPoint], columns: int, ascii_only: bool) -> list[str]:
    """Each figure from 0 to its highest, oldest run at the left."""
    cells = max(min(len(points), _SPARK_CELLS, columns - 40), 1)
    lines = []
    for field, name in _NAMES.items():
        values = [_number(getattr(one, field)) for one in points[-cells:]]
        known = [value for value in values if value is not None]
        if known:
            lowest, highest = said(field, min(known)), said(field, max(known))
            drawn = spark(values, cells, ascii_only)
            lines.append(f"{name:<7}{drawn}  {lowest} to {highest}")
    return lines


def _columns(points: Sequence[TrendPoint]) -> list[Column]:
    def cells(field: str) -> list[str]:
        return [said(field, getattr(one, field)) for one in points]

    return [
        Column(
            "run", [f"{_SIGNS.get(one.verdict, ' ')} {safe_line(one.run_id)}" for one in points]
        ),
        Column("verdict", [safe_line(one.verdict, 20) or "—" for one in points], 1),
        Column(
            load_title(points),
            [peak_said(one.users_max, one.rate_max) for one in points],
            2,
            right=True,
        ),
        Column("rps", cells("rps"), 4, right=True),
        Column("p95", cells("p95_ms"), right=True),
        Column("errors", cells("error_ratio"), 3, right=True),
        Column("lasted", [_lasted(one.duration_s) for one in points], 5, right=True),
    ]


def _number(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _lasted(seconds: float | None) -> str:
    if seconds is None or not isfinite(seconds):
        return "—"
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"

"""The runs of one scenario and target over time: text, JSON (`lftui.trend/1`), what changed.

The change is said, never judged: whether a difference is more than noise takes the responses
themselves, and so the journals (`lftui compare`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from math import isfinite
from statistics import median
from textwrap import wrap
from typing import Any

import msgspec

from lftui.judge.difference.words import digits, percent
from lftui.reports.sparkline import spark
from lftui.reports.text_table import Column, table_lines
from lftui.safe_text import safe_line

SCHEMA = "lftui.trend/1"
SHOWN = 20
"""How many runs a table shows, the newest."""

_SPARK_NAMES = {"p95_ms": "p95", "rps": "rps", "error_ratio": "errors"}
_SPARK_CELLS = 40
_WIDEST = 100  # a sentence is not read over more columns
_SIGNS = {"pass": "●", "warn": "▲", "fail": "■", "inconclusive": "○"}
_ASCII = str.maketrans("●▲■○—…", "*!#?-~")


class TrendPoint(msgspec.Struct, frozen=True):
    """One finished run; None for what it did not measure.

    Attributes:
        started_at: Unix time.
        users_max: the most users.
        p95_ms: of the successful responses of the whole run, in milliseconds.
        error_ratio: 0..1.
        verdict: pass, warn, fail or inconclusive; "" where none is known.
    """

    run_id: str
    started_at: float
    users_max: int | None
    rps: float | None
    p95_ms: float | None
    error_ratio: float | None
    verdict: str
    duration_s: float | None


class Moved(msgspec.Struct, frozen=True):
    """A figure of the newest run, and the median of those before.

    Attributes:
        ratio: the relative difference, +0.1 for a tenth more; None beside a median of 0, and of the
            error ratio, which is small and often 0.
    """

    now: float
    median: float
    ratio: float | None


class Change(msgspec.Struct, frozen=True):
    """The newest run against those before it that had as many users at their peak.

    Attributes:
        runs: their ids, oldest first; none where no run before had as many users.
        p95_ms, rps, error_ratio: None where the newest run or all others lack the figure.
    """

    run_id: str
    users_max: int | None
    runs: list[str]
    p95_ms: Moved | None = None
    rps: Moved | None = None
    error_ratio: Moved | None = None


def change_of(points: Sequence[TrendPoint]) -> Change | None:
    """What changed with the newest of the points (oldest first); None without any."""
    if not points:
        return None
    newest = points[-1]
    before = [
        one
        for one in points[:-1]
        if newest.users_max is not None and one.users_max == newest.users_max
    ]
    return Change(
        newest.run_id,
        newest.users_max,
        [one.run_id for one in before],
        _moved(newest, before, lambda one: one.p95_ms),
        _moved(newest, before, lambda one: one.rps),
        _moved(newest, before, lambda one: one.error_ratio, relative=False),
    )


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
        "points": [msgspec.to_builtins(point) for point in points],
        "change": None if change is None else msgspec.to_builtins(change),
        "sentence": change_said(points),
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def trend_text(
    points: Sequence[TrendPoint], columns: int, *, ascii_only: bool = False, shown: int = SHOWN
) -> str:
    """For a terminal: what changed, each figure as a row of blocks, the runs in a table.

    Args:
        points: oldest first.
        ascii_only: nothing but ASCII.
        shown: how many rows the table has; the newest.
    """
    if not points:
        return "no finished run has figures yet\n"
    lines = [*_wrapped(change_said(points), min(columns, _WIDEST)), ""]
    lines += [*_spark_lines(points, columns, ascii_only), ""]
    lines += table_lines(_columns(points[-shown:]), columns)
    if len(points) > shown:
        lines.append(f"  the newest {shown} of {len(points):,} runs")
    text = "\n".join(lines) + "\n"
    return text.translate(_ASCII) if ascii_only else text


def _wrapped(text: str, columns: int) -> list[str]:
    """Lines in which no id is broken: a command is there to be copied."""
    return wrap(text, max(columns, 20), break_on_hyphens=False, break_long_words=False)


def change_said(points: Sequence[TrendPoint]) -> str:
    """What changed with the newest run, in words; "" without runs."""
    change = change_of(points)
    if change is None:
        return ""
    if len(points) == 1:
        return "One run so far: a trend begins with the second."
    users = "an unknown number of users" if change.users_max is None else _users(change.users_max)
    if not change.runs:
        others = sorted({one.users_max for one in points[:-1] if one.users_max is not None})
        had = f" (they had {_some(others)})" if others else ""
        return f"The newest run had {users}, and none before it as many{had}: nothing to compare."
    against = "the run" if len(change.runs) == 1 else f"the median of the {len(change.runs)} runs"
    figures = "; ".join(_figures_said(change)) or "neither has figures to compare"
    command = f"lftui compare {safe_line(change.runs[-1])} {safe_line(change.run_id)}"
    return (
        f"The newest run against {against} before it with {users}: {figures}. "
        f"No verdict; for one: {command}"
    )


def _figures_said(change: Change) -> list[str]:
    said = []
    for metric, moved in (("p95_ms", change.p95_ms), ("rps", change.rps)):
        if moved is not None:
            now, then = _said(metric, moved.now), _said(metric, moved.median)
            by = "" if moved.ratio is None else f", {percent(moved.ratio)}"
            said.append(f"{_SPARK_NAMES[metric]} {now} after {then}{by}")
    if (moved := change.error_ratio) is not None:
        said.append(f"errors {_errors(moved.now)} after {_errors(moved.median)}")
    return said


def _moved(
    newest: TrendPoint,
    before: Sequence[TrendPoint],
    of: Callable[[TrendPoint], float | None],
    relative: bool = True,
) -> Moved | None:
    now = of(newest)
    others = [value for one in before if (value := of(one)) is not None and isfinite(value)]
    if now is None or not isfinite(now) or not others:
        return None
    middle = median(others)
    return Moved(now, middle, (now - middle) / middle if relative and middle else None)


def _spark_lines(points: Sequence[TrendPoint], columns: int, ascii_only: bool) -> list[str]:
    """Each figure from 0 to its highest, oldest run at the left."""
    cells = max(min(len(points), _SPARK_CELLS, columns - 40), 1)
    lines = []
    for field, name in _SPARK_NAMES.items():
        values = [_number(getattr(one, field)) for one in points[-cells:]]
        known = [value for value in values if value is not None]
        if known:
            lowest, highest = _said(field, min(known)), _said(field, max(known))
            drawn = spark(values, cells, ascii_only)
            lines.append(f"{name:<7}{drawn}  {lowest} to {highest}")
    return lines


def _columns(points: Sequence[TrendPoint]) -> list[Column]:
    def cells(field: str) -> list[str]:
        return [_said(field, _number(getattr(one, field))) for one in points]

    return [
        Column(
            "run", [f"{_SIGNS.get(one.verdict, ' ')} {safe_line(one.run_id)}" for one in points]
        ),
        Column("verdict", [safe_line(one.verdict, 20) or "—" for one in points], 1),
        Column("users", [_count(one.users_max) for one in points], 2, right=True),
        Column("rps", cells("rps"), 4, right=True),
        Column("p95", cells("p95_ms"), right=True),
        Column("errors", cells("error_ratio"), 3, right=True),
        Column("lasted", [_lasted(one.duration_s) for one in points], 5, right=True),
    ]


def _said(field: str, value: float | None) -> str:
    if value is None:
        return "—"
    if field == "error_ratio":
        return _errors(value)
    return f"{digits(value)} ms" if field == "p95_ms" else digits(value)


def _number(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _errors(ratio: float) -> str:
    return f"{100 * ratio:.2f} %"


def _count(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def _lasted(seconds: float | None) -> str:
    if seconds is None or not isfinite(seconds):
        return "—"
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"


def _users(count: int) -> str:
    return "1 user" if count == 1 else f"{count:,} users"


def _some(counts: Sequence[int]) -> str:
    shown = [f"{count:,}" for count in counts[:6]]
    return ", ".join(shown) + (", …" if len(counts) > len(shown) else "")

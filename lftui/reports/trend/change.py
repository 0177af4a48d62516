"""What changed with the newest run of a trend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from statistics import median

import msgspec

from lftui.judge.difference.words import percent
from lftui.judge.load import rate_said
from lftui.reports.trend.point import TrendPoint, said
from lftui.safe_text import safe_line

_NAMES = {"p95_ms": "p95", "rps": "rps"}


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
    """The newest run against those before it that had the same load at their peak.

    Attributes:
        users_max, rate_max: that load; a rate where it is an open workload's.
        runs: their ids, oldest first; none where no run before had this load.
        p95_ms, rps, error_ratio: None where the newest run or all others lack the figure.
    """

    run_id: str
    users_max: int | None
    rate_max: float | None
    runs: list[str]
    p95_ms: Moved | None = None
    rps: Moved | None = None
    error_ratio: Moved | None = None


def change_of(points: Sequence[TrendPoint]) -> Change | None:
    """What changed with the newest of the points (oldest first); None without any."""
    if not points:
        return None
    newest = points[-1]
    before = [one for one in points[:-1] if one.load == newest.load is not None]
    return Change(
        newest.run_id,
        newest.users_max,
        newest.rate_max,
        [one.run_id for one in before],
        _moved(newest, before, lambda one: one.p95_ms),
        _moved(newest, before, lambda one: one.rps),
        _moved(newest, before, lambda one: one.error_ratio, relative=False),
    )


def change_said(points: Sequence[TrendPoint]) -> str:
    """What changed with the newest run, in words; "" without runs."""
    change = change_of(points)
    if change is None:
        return ""
    if len(points) == 1:
        return "One run so far: a trend begins with the second."
    load = _load(points[-1].load)
    if not change.runs:
        others = sorted({one.load for one in points[:-1] if one.load is not None})
        had = f" (they had {_some(others)})" if others else ""
        return f"The newest run had {load}, and none before it the same{had}: nothing to compare."
    against = "the run" if len(change.runs) == 1 else f"the median of the {len(change.runs)} runs"
    figures = "; ".join(_figures_said(change)) or "neither has figures to compare"
    command = f"lftui compare {safe_line(change.runs[-1])} {safe_line(change.run_id)}"
    return (
        f"The newest run against {against} before it with {load}: {figures}. "
        f"No verdict; for one: {command}"
    )


def _figures_said(change: Change) -> list[str]:
    lines = []
    for metric, moved in (("p95_ms", change.p95_ms), ("rps", change.rps)):
        if moved is not None:
            now, then = said(metric, moved.now), said(metric, moved.median)
            by = "" if moved.ratio is None else f", {percent(moved.ratio)}"
            lines.append(f"{_NAMES[metric]} {now} after {then}{by}")
    if (moved := change.error_ratio) is not None:
        lines.append(
            f"errors {said('error_ratio', moved.now)} after {said('error_ratio', moved.median)}"
        )
    return lines


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


def _load(load: tuple[str, float] | None) -> str:
    if load is None:
        return "an unknown number of users"
    unit, level = load
    if unit == "rate":
        return rate_said(level)
    return "1 user" if level == 1 else f"{level:,.0f} users"


def _some(loads: Sequence[tuple[str, float]]) -> str:
    shown = [_load(load) for load in loads[:6]]
    return ", ".join(shown) + (", …" if len(loads) > len(shown) else "")

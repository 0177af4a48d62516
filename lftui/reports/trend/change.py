"""What changed with the newest run of a trend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from statistics import median

import msgspec

from lftui.judge.difference.words import percent
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


def _users(count: int) -> str:
    return "1 user" if count == 1 else f"{count:,} users"


def _some(counts: Sequence[int]) -> str:
    shown = [f"{count:,}" for count in counts[:6]]
    return ", ".join(shown) + (", …" if len(counts) > len(shown) else "")

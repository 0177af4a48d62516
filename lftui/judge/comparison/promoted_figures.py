"""Measured figures, written as a baseline has them."""

from __future__ import annotations

from math import floor, isfinite, log10
from typing import Any

from lftui.baseline.names import MOST_MS, TIMES
from lftui.judge.comparison.compared import list_said
from lftui.judge.measured import Measured, Reading

Json = dict[str, Any]

_ALWAYS = ("p50_ms", "p95_ms", "p99_ms")
_DIGITS = 3


def fill(entry: Json, measured: Measured) -> list[str]:
    """Put the figures into an entry, or into the figures of one of its loads.

    A percentile whose interval the samples do not reach stays as it was, if it still is above
    the others.

    Returns:
        What was not taken, in words.
    """
    figures = measured.figures
    times: Json = dict(entry.get("expected_response_time_ms") or {})
    intervals: Json = {}
    notes = _percentiles(times, intervals, measured) if figures.successes else []
    if not figures.successes:
        notes.append(f"all {figures.count:,} requests failed: its response times stay as they are")
        intervals = {
            name: one for name, one in (entry.get("intervals") or {}).items() if name in times
        }
    entry["expected_response_time_ms"] = times
    rps, ratio = measured.read("rps"), measured.read("error_ratio")
    entry["expected_throughput_rps"] = rounded(rps.value or 0.0)
    entry["expected_error_rate"] = rounded(ratio.value or 0.0)
    if figures.successes:
        entry["samples"] = figures.ok.count
    entry["requests"] = figures.count
    entry["duration_s"] = seconds(measured.duration_s)
    intervals["error_rate"] = _ends(ratio)
    intervals["throughput_rps"] = _ends(rps)
    entry["intervals"] = intervals
    return notes


def _percentiles(times: Json, intervals: Json, measured: Measured) -> list[str]:
    samples = measured.figures.ok.count
    taken: Json = {}
    left: list[str] = []
    for metric, name in TIMES.items():
        reading = measured.read(metric)
        if reading.value is not None and reading.low is not None and reading.high is not None:
            if metric in _ALWAYS or name in times:
                taken[name] = rounded(reading.value)
                intervals[name] = _ends(reading)
        elif metric in _ALWAYS or name in times:
            left.append(name)
    highest = max(taken.values(), default=0.0)
    fates = {name: _fate(times, name, highest) for name in left}
    kept = [times[name] for name in left if name in times]
    top = min(rounded(measured.figures.max_ms or 0.0), MOST_MS)
    old_top = times.get("max")
    times.update(taken)
    times["max"] = max([top, *kept, *([old_top] if kept and old_top is not None else [])])
    order = [*TIMES.values(), "max"]
    for name in sorted(order, key=order.index):
        if name in times:
            times[name] = times.pop(name)
    few = f"{samples:,} responses are too few" if samples != 1 else "1 response is too few"
    return [
        f"{few} for {list_said(name for name in left if fates[name] == fate)}, {fate}"
        for fate in dict.fromkeys(fates.values())
    ]


def _fate(times: Json, name: str, highest: float) -> str:
    """Keep an old percentile that still fits, drop one that does not; in words."""
    old = times.get(name)
    if old is not None and old >= highest:
        return "which the baseline keeps as before"
    times.pop(name, None)
    return "which is left out" if old is None else "left out, since the old one is too low now"


def _ends(reading: Reading) -> list[float | None]:
    value = rounded(reading.value or 0.0)
    low, high = (
        None if end is None or not isfinite(end) else rounded(end)
        for end in (reading.low, reading.high)
    )
    return [None if low is None else min(low, value), None if high is None else max(high, value)]


def rounded(value: float) -> float:
    """Three digits: what is behind them is noise, and would only make diffs longer."""
    if not value:
        return 0
    digits = _DIGITS - 1 - floor(log10(abs(value)))
    short = round(value, digits)
    return int(short) if short == int(short) else short


def seconds(length: float) -> float:
    """To the tenth."""
    short = round(length, 1)
    return int(short) if short == int(short) else short

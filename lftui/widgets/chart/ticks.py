"""Round numbers for axes, and how values and times are written."""

from __future__ import annotations

import math

_TIME_STEPS = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
    3600, 7200, 10800, 21600, 43200, 86400,
)  # fmt: skip
_DAY_S = 86_400.0
_SPANS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
SECONDS_FROM_MS = 1000.0


def round_step(rough: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, ... (and 0.5, 0.2, ...) that is not below `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 5.0):
        if rough <= factor * power * (1 + 1e-9):
            return factor * power
    return 10.0 * power


def round_span(seconds: float) -> float:
    """A span not below `seconds` and at most a half longer: few changes while a run grows."""
    power = 10.0 ** math.floor(math.log10(seconds))
    return next(one * power for one in _SPANS if seconds <= one * power * (1 + 1e-9))


def number_label(value: float, step: float) -> str:
    """A tick's label, with as many decimals as the step has: `0.5`, `150`, `20k`."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= 10 * size and step >= size / 10:
            return f"{value / size:.4g}{letter}"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{decimals}f}" if decimals <= 6 else f"{value:.0e}"


def time_step(cell_s: float, apart: int) -> float:
    """Seconds between two time labels, so that they stand at least `apart` cells apart."""
    least = cell_s * apart
    for step in _TIME_STEPS:
        if least <= step:
            return float(step)
    return _DAY_S * round_step(least / _DAY_S)


def time_label(seconds: float, step: float) -> str:
    """A moment of the run: `0:30`, `5m`, `1h30`, `2d`; in seconds where the step has some."""
    whole = round(seconds)
    if step < 60 or whole % 60:
        return moment(whole)
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes = rest // 60
    if not whole:
        return "0"
    if days and step >= _DAY_S:
        return f"{days}d"
    hours += 24 * days
    if not hours:
        return f"{minutes}m"
    return f"{hours}h{minutes:02}" if minutes else f"{hours}h"


def moment(seconds: float) -> str:
    """`0:42`, `12:05`, `1:03:12`."""
    minutes, secs = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def length_text(seconds: float) -> str:
    """A length of time in words: `30 s`, `1 min`, `1 h 30 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, secs = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (0 if hours else secs, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def value_text(value: float | None, unit: str, none: str = "—") -> str:
    """A value with its unit: `38 ms`, `1.20 s`, `18.4 rps`, `30 users`, `0.4/s`."""
    if value is None:
        return none
    if unit == "ms":
        return _time_text(value)
    if unit == "users" or (value == int(value) and value < 1000):
        number = f"{value:.0f}"
    elif value < 1000:
        number = (
            f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"
        )
    elif value < 10_000:
        number = f"{value:.0f}"
    else:
        number = number_label(value, value / 100)
    return number + (unit if unit.startswith(("/", "%")) or not unit else f" {unit}")


def _time_text(ms: float) -> str:
    if ms < 10:
        return f"{ms:.2g} ms" if ms < 1 else f"{ms:.1f} ms"
    if ms < 999.5:
        return f"{ms:.0f} ms"
    seconds = ms / SECONDS_FROM_MS
    if seconds < 99.95:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 1e6 else f"{seconds:.1e} s"

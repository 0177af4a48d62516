"""From what a source has to the value of a row. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, isfinite
from typing import Any

from lftui.monitor.reading import SourceError
from lftui.monitor_settings import Row

Series = Mapping[str, float]
"""Values by what tells the series apart: labels, or the place in a document."""
_MOST = 2_000


def number(found: Any) -> float | None:
    """A finite number; of a text too, as Prometheus writes them. None for what is none."""
    if not isinstance(found, int | float | str) or (isinstance(found, str) and len(found) > 60):
        return None
    try:
        value = float(found)
    except (ValueError, OverflowError):
        return None
    return value if isfinite(value) else None


def aggregated(values: Sequence[float], how: str) -> float | None:
    """One value of several; None of none, and where it is beyond what a float holds."""
    if not values:
        return None
    try:
        total = max(values) if how == "max" else fsum(values)
    except OverflowError:
        return None
    return total / len(values) if how == "avg" else total


def scaled(value: float | None, scale: float) -> float | None:
    """In the row's unit; None where that is no number."""
    return number(value * scale) if value is not None else None


class RowValue:
    """Makes the values of one row, reading by reading: a rate needs the reading before."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._before: Series | None = None
        self._before_s = 0.0

    def value(self, series: Series, of: Series | None, now: float) -> float | None:
        """The row's value.

        Args:
            series: what was found for it.
            of: what was found for what it is divided by; None where it is not divided.
            now: monotonic seconds.

        Raises:
            SourceError: too many series.
        """
        if len(series) > _MOST:
            raise SourceError(f"more than {_MOST:,} series fit; name some labels")
        row = self._row
        found = self._grown(series, now) if row.rate else list(series.values())
        value = aggregated(found, row.aggregate)
        if of is not None and value is not None:
            whole = aggregated(list(of.values()), row.aggregate)
            value = value / whole if whole else None
        return scaled(value, row.scale)

    def _grown(self, series: Series, now: float) -> list[float]:
        """Growth a second of each series that was there before. A counter that has become less
        began anew at 0, as Prometheus takes it."""
        before, passed_s = self._before, now - self._before_s
        self._before, self._before_s = dict(series), now
        if before is None or passed_s <= 0:
            return []
        return [
            (value - before[key] if value >= before[key] else value) / passed_s
            for key, value in series.items()
            if key in before
        ]


def at_path(document: Any, path: str | Sequence[str]) -> Series:
    """What stands at a place of a JSON document: numbers by their own places.

    Raises:
        SourceError: there is no such place, or no number in it.
    """
    parts = path.split(".") if isinstance(path, str) else list(path)
    found = {"": document}
    for number_of, part in enumerate(parts):
        found = {
            f"{key}.{name}": value
            for key, one in found.items()
            for name, value in _children(one, part)
        }
        if not found:
            raise SourceError(f"it has no {'.'.join(parts[: number_of + 1])[:200]}")
        if len(found) > _MOST:
            raise SourceError(f"more than {_MOST:,} values fit")
    numbers = {key: value for key, one in found.items() if (value := number(one)) is not None}
    if not numbers and all(one is not None for one in found.values()):
        raise SourceError(f"{'.'.join(parts)[:200]} is no number")
    return numbers


def _children(found: Any, part: str) -> list[tuple[str, Any]]:
    if isinstance(found, dict):
        if part == "*":
            return list(found.items())
        return [(part, found[part])] if part in found else []
    if isinstance(found, list):
        if part == "*":
            return [(str(at), one) for at, one in enumerate(found)]
        at = int(part) if part.isascii() and part.isdigit() and len(part) < 9 else -1
        return [(part, found[at])] if 0 <= at < len(found) else []
    return []

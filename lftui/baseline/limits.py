"""Thresholds and tolerances in a baseline: their names, their types, their order."""

from __future__ import annotations

from math import isfinite
from typing import Any

from lftui.baseline.names import COMPARED, LIMITED, MOST_MS, SHARES, TIMES, metric_of
from lftui.baseline.wording import kind_of, number, said
from lftui.plan import PlanError

LEVELS = ("warning", "critical")
_HIGHEST_TOLERANCE = 10
_REMARKS = ("description", "notes", "comment")


def check_thresholds(thresholds: dict[str, Any], where: str) -> None:
    """Check `thresholds`.

    Raises:
        PlanError: a level or metric is not known, a limit cannot be, or they stand the wrong
            way round.
    """
    levels = {}
    for level, limits in thresholds.items():
        path = ("thresholds", level)
        if level in LEVELS:
            levels[level] = _limits(limits, where, path)
        elif isinstance(limits, dict):
            raise PlanError(f"{where}: {said(path)}: there are the levels {' and '.join(LEVELS)}")
    warning, critical = levels.get("warning", {}), levels.get("critical", {})
    for metric, (name, limit) in warning.items():
        other, most = critical.get(metric, (name, limit))
        if limit > most:
            place = said(("thresholds", "warning", name))
            raise PlanError(
                f"{where}: {place}: {number(limit)} is above the critical {other}, "
                f"which is {number(most)}"
            )


def _limits(limits: Any, where: str, path: tuple[str, ...]) -> dict[str, tuple[str, float]]:
    """The limits of a level by lftui's metrics, each with the name that it has in the file."""
    if not isinstance(limits, dict):
        raise PlanError(f"{where}: {said(path)}: must be an object of limits")
    found: dict[str, tuple[str, float]] = {}
    for name, limit in limits.items():
        place, metric = said((*path, name)), metric_of(name)
        if metric not in LIMITED:
            if name in _REMARKS:
                continue
            known = ", ".join(LIMITED)
            raise PlanError(f"{where}: {place}: there is no such metric; there are {known}")
        if metric in found:
            raise PlanError(f"{where}: {place}: the same as {found[metric][0]}; keep one of them")
        value = _number(limit, where, place)
        if metric in SHARES and value > 1:
            raise PlanError(
                f"{where}: {place}: must be a share from 0 to 1, and is {number(value)} "
                "(5 % is 0.05)"
            )
        if metric in TIMES and value > MOST_MS:
            raise PlanError(
                f"{where}: {place}: {number(value)} is over a day; the unit is milliseconds"
            )
        found[metric] = (name, value)
    return found


def check_tolerance(tolerance: Any, where: str, path: tuple[str, ...]) -> None:
    """Check a tolerance: nothing, a number, or numbers by metric.

    Raises:
        PlanError: it is something else, or there is no such metric.
    """
    if tolerance is None:
        return
    path = (*path, "tolerance")
    given = tolerance if isinstance(tolerance, dict) else {"": tolerance}
    for name, value in given.items():
        place = said((*path, name) if name else path)
        if name and metric_of(name) not in COMPARED:
            known = ", ".join(COMPARED)
            raise PlanError(f"{where}: {place}: there is no such metric; there are {known}")
        if _number(value, where, place) > _HIGHEST_TOLERANCE:
            raise PlanError(
                f"{where}: {place}: {number(value)} is too large (10 % is 0.1, and 10 is the most)"
            )


def _number(value: Any, where: str, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PlanError(f"{where}: {place}: must be a number, not {kind_of(value)}")
    if value < 0 or not isfinite(value):
        raise PlanError(f"{where}: {place}: must not be negative, and is {number(value)}")
    return float(value)

"""The peak of a stored run's load, as lists of runs and trends show it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from lftui.judge.load import rate_said
from lftui.reports.said import NONE


class Rated(Protocol):
    """A run whose load may have been a rate."""

    @property
    def rate_max(self) -> float | None:
        """The highest rate of iterations that lasted, a second; None in a closed workload."""


def peak_said(users: int | None, rate_max: float | None) -> str:
    """`30` users, or `40/s` iterations; a dash where it is not known."""
    if rate_max is not None:
        return rate_said(rate_max)
    return NONE if users is None else f"{users:,}"


def load_title(rows: Iterable[Rated]) -> str:
    """What stands above their loads: users, unless the load of one is a rate."""
    return "load" if any(row.rate_max is not None for row in rows) else "users"

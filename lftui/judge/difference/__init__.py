"""Slower, or noise? One figure against a baseline's or another run's.

`compare_metric` answers; docs/verdicts.md says how, and how sure it is.
"""

from __future__ import annotations

from lftui.judge.difference.compare import compare_metric
from lftui.judge.difference.model import (
    DEFAULT_TOLERANCE,
    ERROR_SLACK,
    METRICS,
    RATES,
    Difference,
    Reference,
)
from lftui.judge.difference.samples import samples_for

__all__ = [
    "DEFAULT_TOLERANCE",
    "ERROR_SLACK",
    "METRICS",
    "RATES",
    "Difference",
    "Reference",
    "compare_metric",
    "samples_for",
]

"""A run against its baseline, or against an earlier run.

Compared is the settled load, not the ramp. How one figure is judged: `lftui.judge.difference`;
which entry an endpoint belongs to: `matching`.
"""

from lftui.judge.comparison.against_baseline import compare_with_baseline
from lftui.judge.comparison.against_run import compare_runs
from lftui.judge.comparison.compared import (
    Comparison,
    EndpointComparison,
    MetricComparison,
    Side,
)
from lftui.judge.comparison.preset import compare_preset

__all__ = [
    "Comparison",
    "EndpointComparison",
    "MetricComparison",
    "Side",
    "compare_preset",
    "compare_runs",
    "compare_with_baseline",
]

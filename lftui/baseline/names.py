"""The words for metrics in a baseline: the document's own and lftui's."""

from __future__ import annotations

TIMES = {
    "p50_ms": "p50",
    "p90_ms": "p90",
    "p95_ms": "p95",
    "p99_ms": "p99",
    "p999_ms": "p999",
}
"""lftui's metrics, and how `expected_response_time_ms` and `intervals` call them."""

SHARES = ("error_ratio", "cpu_usage", "memory_usage")

ALIASES = {
    **{short: metric for metric, short in TIMES.items()},
    **{f"response_time_{metric}": metric for metric in TIMES},
    "error_rate": "error_ratio",
    "throughput_rps": "rps",
}

MOST_MS = 86_400_000
"""A response time of more than a day has the wrong unit."""

COMPARED = (*TIMES, "error_ratio", "rps")
"""What a tolerance can be given for."""

LIMITED = (*TIMES, *SHARES)
"""What a threshold can be given for."""


def metric_of(name: str) -> str:
    """lftui's name of a metric, whichever of its names is given."""
    return ALIASES.get(name, name)

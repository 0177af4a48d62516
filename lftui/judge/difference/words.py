"""Figures as people read them."""

from __future__ import annotations

from lftui.judge.measured import PERCENTILES

_NAMES = {"p999_ms": "p99.9", "error_ratio": "error ratio", "goodput_rps": "goodput"}


def name(metric: str) -> str:
    """`p95`, `error ratio`, `rps`."""
    return _NAMES.get(metric, metric.removesuffix("_ms"))


def figure(metric: str, value: float) -> str:
    """`231 ms`, `1.2 %`, `310 requests/s`."""
    if metric == "error_ratio":
        return f"{digits(value * 100)} %"
    return f"{digits(value)} {'ms' if metric in PERCENTILES else 'requests/s'}"


def digits(value: float) -> str:
    """Three digits: `0.85`, `12.3`, `1,204`."""
    size = abs(value)
    if size >= 100 or size == round(size):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 0.01 else f"{value:.2g}"


def percent(ratio: float) -> str:
    """`+15 %`, `-2.5 %`."""
    size = abs(ratio) * 100
    return f"{ratio * 100:+,.0f} %" if size >= 10 else f"{ratio * 100:+.1f} %"


def between(low: float | None, high: float | None) -> str:
    """`+5.1 to +25 %`; an end that is not known is left open."""
    if low is None and high is None:
        return "unknown"
    if low is None or high is None:
        return f"at least {percent(low)}" if low is not None else f"at most {percent(high or 0.0)}"
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"

"""Figures as people read them."""

from __future__ import annotations

from lftui.judge.difference.model import RATES
from lftui.judge.difference.scale import Bounds
from lftui.judge.measured import PERCENTILES
from lftui.judge.outcome import Outcome

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
    """Three digits: `0.85`, `12.3`, `1,204`; less than a thousandth is 0."""
    size = abs(value) if abs(value) >= 0.001 else 0.0
    value = value if size else 0.0
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


def compared(
    metric: str,
    outcome: Outcome,
    base: float,
    delta: float,
    seen: Bounds,
    tolerance: float,
    reach: float,
    beyond: bool,
) -> str:
    """Why a percentile or a rate has this outcome.

    Args:
        delta, seen: the relative difference and its 95 % interval.
        reach: the shift that a pass has to rule out.
        beyond: the figure is beyond the tolerance.
    """
    told = (
        f"{name(metric)} {figure(metric, base * (1.0 + delta))}, "
        f"expected {figure(metric, base)}: {percent(delta)}"
    )
    inside, low, high = f"({between(*seen)} with noise)", *seen
    tolerated = f"the tolerated {digits(tolerance * 100)} %"
    shifted = low is not None and high is not None and low * high > 0.0
    if outcome == "fail":
        return f"{told} {inside}, more than {tolerated} and more than noise."
    if outcome == "pass":
        if (delta > 0.0) == (metric in RATES) and (shifted or abs(delta) > tolerance):
            return f"{told}, {'better by more than noise' if shifted else 'not worse'}."
        return f"{told}, within {tolerated}."
    if not beyond:
        missed = percent(-reach if metric in RATES else reach)
        return f"{told} {inside}, which does not rule out {missed}."
    if shifted:
        return f"{told} {inside}, probably worse, but not surely."
    return f"{told} {inside}, which cannot be told from noise."

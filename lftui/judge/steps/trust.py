"""How far a percentile can be trusted, and how long until it can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, inf, log, sqrt
from statistics import NormalDist

import msgspec

from lftui.judge.measured import PERCENTILES, Measured, Reading
from lftui.metrics import min_samples

BAR = 0.10
"""A figure is trusted when its interval reaches at most this share of it to either side: the
baseline's own tolerance."""
METRICS = ("p50_ms", "p95_ms", "p99_ms")
_FEW = 20
"""From fewer responses hardly anything can be guessed."""


class Trust(msgspec.Struct, frozen=True):
    """Whether a figure can be trusted.

    Attributes:
        value: in ms; None without any response.
        low, high: its interval; None where the samples do not reach so far.
        half_width: half the interval over the value; None without both ends.
        samples: the responses it stands on.
        trusted: the interval has both ends, and `half_width` is within the bar.
        wait_s: seconds more at the rate so far until it can be trusted, 0 where it is; None where
            nothing comes in, so that waiting does not help.
        at_least: too little is known yet to say more than the least it takes.
    """

    metric: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    half_width: float | None = None
    samples: int = 0
    trusted: bool = False
    wait_s: float | None = None
    at_least: bool = False

    @property
    def sentence(self) -> str:
        """One for people."""
        name = self.metric.removesuffix("_ms")
        if self.trusted:
            return f"{name} can be trusted (±{100 * (self.half_width or 0.0):.2g} %)"
        if self.wait_s is None:
            return f"{name} cannot be judged: no response came in"
        if self.wait_s >= _TOO_LONG_S:
            return f"{name} cannot be trusted: at this rate it takes more than a day"
        word = "in at least" if self.at_least else "in about"
        return f"{name} can be trusted {word} {_wait(self.wait_s)}"


def trust(
    measured: Measured,
    bar: float = BAR,
    confidence: float = 0.95,
    metrics: Sequence[str] = METRICS,
) -> dict[str, Trust]:
    """Each percentile's trust, by metric.

    Two things are waited for. An interval with both ends takes `min_samples` independent
    responses, and the design effect times as many dependent ones. And its width shrinks with the
    square root of their number (the variance of an order statistic is `q (1 - q) / (n f^2)`:
    David and Nagaraja, "Order Statistics", 3rd ed. 2003, section 10.2), so one that is `k` times
    too wide takes `k * k` times the responses. Where there is none yet, the one of a lognormal
    distribution stands in for it. The rate and the dependence are taken to go on as they were.

    It is a guess: in simulation, from 10 s on, four in five of them lie between 0.4 and 4 times
    the length that it then took.
    """
    return {metric: _trust(measured, metric, bar, confidence) for metric in metrics}


def _trust(measured: Measured, metric: str, bar: float, confidence: float) -> Trust:
    reading = measured.read(metric, confidence)
    if reading.value is None or not reading.samples:
        return Trust(metric)
    width = _half_width(reading)
    trusted = width is not None and width <= bar
    needed, at_least = float(reading.samples), False
    if not trusted:
        needed, at_least = _needed(measured, metric, reading, bar, confidence)
    rate = reading.samples / measured.duration_s if measured.duration_s > 0 else 0.0
    more = max(0.0, needed - reading.samples)
    return Trust(
        metric,
        reading.value,
        reading.low,
        reading.high,
        width,
        reading.samples,
        trusted,
        more / rate if rate > 0 else None,
        at_least,
    )


def _needed(
    measured: Measured, metric: str, reading: Reading, bar: float, confidence: float
) -> tuple[float, bool]:
    """The responses it takes, and whether that is only the least."""
    samples = reading.samples
    independent = min_samples(PERCENTILES[metric], confidence)
    effect = measured.batches.percentile_effect((reading.value or 0.0) * 1000, confidence)
    least = max(independent * effect, samples + 1.0)
    width = _half_width(reading)
    if width is None:
        width = _guessed(measured, metric, samples / effect, confidence)
    if width is None:
        return (float(independent), True) if samples < independent else (least, False)
    return max(least, samples * (width / bar) ** 2 if bar > 0 else inf), samples < _FEW


def _guessed(
    measured: Measured, metric: str, independent: float, confidence: float
) -> float | None:
    """The half width that so many independent responses of a lognormal distribution would have
    (limit distribution of an order statistic: David and Nagaraja, section 10.2), its sigma read
    from the distance of this percentile to the median."""
    q, normal = PERCENTILES[metric], NormalDist()
    median, value = measured.figures.percentiles_ms([0.5, q])
    if q <= 0.5 or not median or not value or value <= median:
        return None
    z = normal.inv_cdf(q)
    error = log(value / median) / z * sqrt(q * (1.0 - q) / independent) / normal.pdf(z)
    return normal.inv_cdf((1.0 + confidence) / 2.0) * error


def _half_width(reading: Reading) -> float | None:
    if reading.low is None or reading.high is None or not reading.value:
        return None
    return (reading.high - reading.low) / 2.0 / reading.value


# --- in words ------------------------------------------------------------------------------------

_TOO_LONG_S = 86_400.0


def trust_sentence(trusts: Mapping[str, Trust]) -> str:
    """All in one: `p50 and p95 can be trusted; p99 can be trusted in about 40 s`."""
    names = [one.metric.removesuffix("_ms") for one in trusts.values() if one.trusted]
    if len(names) == len(trusts) and len(names) > 1:
        return f"{_listed(names)} can be trusted"
    if trusts and all(one.value is None for one in trusts.values()):
        return "nothing can be judged yet: no response came in"
    said = [f"{_listed(names)} can be trusted"] if names else []
    return "; ".join([*said, *(one.sentence for one in trusts.values() if not one.trusted)])


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _wait(seconds: float) -> str:
    """A guess, so rounded up: `7 s`, `40 s`, `12 min`, `3 h`."""
    if seconds <= 10:
        return f"{max(1, ceil(seconds))} s"
    if seconds <= 90:
        return f"{5 * ceil(seconds / 5)} s"
    if seconds <= 5400:
        return f"{ceil(seconds / 60)} min"
    return f"{ceil(seconds / 3600)} h"

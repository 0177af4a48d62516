"""The intervals cover the true value as often as they promise."""

from __future__ import annotations

import math
import random
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.metrics import (
    Histogram,
    bounds_us,
    bucket_of,
    design_effect,
    min_samples,
    percentile_interval,
    rate_interval,
    ratio_interval,
    share_design_effect,
)

ROUNDS = 400
COVERED = 0.93


def autoregression(rng: random.Random, count: int, r: float) -> list[float]:
    """`count` standard normal values, each correlated with the one before by `r`."""
    values = [rng.gauss(0, 1)]
    while len(values) < count:
        values.append(r * values[-1] + math.sqrt(1 - r * r) * rng.gauss(0, 1))
    return values


@pytest.mark.parametrize(
    ("q", "count"), [(0.5, 30), (0.5, 2000), (0.9, 200), (0.95, 100), (0.99, 400), (0.5, 12_000)]
)
def test_percentile_intervals_cover(q: float, count: int) -> None:
    rng = random.Random(count)
    true_us = math.exp(10 + NormalDist().inv_cdf(q))
    hits = 0
    rounds = ROUNDS if count < 5000 else 150
    for _ in range(rounds):
        sample = Histogram.of(int(rng.lognormvariate(10, 1)) for _ in range(count))
        interval = percentile_interval(sample, q)
        assert interval is not None
        hits += interval[0] <= true_us <= interval[1]
    assert hits / rounds >= COVERED


@pytest.mark.parametrize("q", [0.5, 0.9, 0.95, 0.99, 0.999])
def test_an_interval_needs_the_fewest_samples_it_says(q: float) -> None:
    count = min_samples(q)
    assert percentile_interval(Histogram.of([5] * (count - 1)), q) is None
    assert percentile_interval(Histogram.of([5] * count), q) == (5, 5)


def test_known_fewest_samples() -> None:
    assert [min_samples(q) for q in (0.5, 0.95, 0.99, 0.999)] == [6, 72, 368, 3688]
    assert min_samples(0.01) == min_samples(0.99)
    assert min_samples(0.99, 0.9) == 299


def test_the_interval_of_a_median_is_the_one_of_the_tables() -> None:
    # Conover, table A3: for n = 20 and p = 0.5, P(Y <= 5) = 0.0207, hence X(6) to X(15).
    assert percentile_interval(Histogram.of(range(1, 21)), 0.5) == (6, 15)


@given(st.integers(6, 3000), st.sampled_from([0.5, 0.9, 0.99]), st.floats(1.0, 40.0))
def test_the_interval_holds_the_percentile_and_dependence_widens_it(
    count: int, q: float, effect: float
) -> None:
    histogram = Histogram.of(range(1, count + 1))
    narrow, wide = (
        percentile_interval(histogram, q),
        percentile_interval(histogram, q, 0.95, effect),
    )
    value = histogram.percentile_us(q)
    assert value is not None
    if narrow is not None:
        assert narrow[0] <= value <= narrow[1]
    if wide is not None:
        assert narrow is not None
        assert wide[0] <= narrow[0]
        assert narrow[1] <= wide[1]


def test_the_sum_and_the_approximation_agree_where_they_meet() -> None:
    # At q = 0.5 the normal approximation takes over from 10,000 samples on.
    def ends(count: int) -> list[float]:
        interval = percentile_interval(Histogram.of(range(count)), 0.5)
        assert interval is not None
        return [(us - count / 2) / math.sqrt(count) for us in interval]

    assert ends(10_000) == pytest.approx(ends(10_002), abs=0.15)


def test_an_interval_reaches_to_the_ends_of_its_buckets() -> None:
    assert percentile_interval(Histogram.of([20_049] * 100), 0.5) == bounds_us(bucket_of(20_049))


@pytest.mark.parametrize(("share", "count"), [(0.5, 50), (0.1, 100), (0.01, 1000), (0.95, 60)])
def test_ratio_intervals_cover(share: float, count: int) -> None:
    rng = random.Random(3)
    hits = 0
    for _ in range(ROUNDS * 3):
        low, high = ratio_interval(sum(rng.random() < share for _ in range(count)), count)
        hits += low <= share <= high
    assert hits / (ROUNDS * 3) >= COVERED


def test_known_ratio_intervals() -> None:
    assert ratio_interval(0, 0) == (0.0, 1.0)
    assert ratio_interval(0, 10)[0] == 0.0
    assert ratio_interval(10, 10)[1] == 1.0
    # Clopper and Pearson by hand: k = 0 gives 1 - 0.025^(1/n); their tables for 5 of 10.
    assert ratio_interval(0, 10)[1] == pytest.approx(0.3085, abs=1e-4)
    assert ratio_interval(5, 10) == pytest.approx((0.1871, 0.8129), abs=1e-4)
    assert ratio_interval(5, 10, design_effect=4)[0] < ratio_interval(5, 10)[0]


@pytest.mark.parametrize("rate", [0.3, 4.0, 250.0])
def test_rate_intervals_cover(rate: float) -> None:
    rng = random.Random(5)
    hits = 0
    for _ in range(ROUNDS):
        count, clock = -1, 0.0
        while clock < 10.0:
            clock += rng.expovariate(rate)
            count += 1
        low, high = rate_interval(count, 10.0)
        hits += low <= rate <= high
    assert hits / ROUNDS >= COVERED


@pytest.mark.parametrize(
    ("count", "low", "high"), [(5, 1.62, 11.67), (10, 4.80, 18.39), (100, 81.36, 121.63)]
)
def test_rate_intervals_are_close_to_the_exact_poisson_limits(
    count: int, low: float, high: float
) -> None:
    assert rate_interval(count, 1.0) == pytest.approx((low, high), rel=0.02)


def test_rate_intervals_at_the_edges() -> None:
    assert rate_interval(0, 0.0) == (0.0, math.inf)
    low, high = rate_interval(0, 1.0)
    assert low == 0.0
    assert high == pytest.approx(3.69, rel=0.02)
    wide = rate_interval(100, 1.0, design_effect=4)
    assert wide[0] < 81 < 122 < wide[1]


@pytest.mark.parametrize("confidence", [0.0, 1.0, -1.0, math.nan])
def test_a_confidence_that_is_none_is_refused(confidence: float) -> None:
    for call in (
        lambda: min_samples(0.5, confidence),
        lambda: ratio_interval(1, 2, confidence),
        lambda: rate_interval(1, 2, confidence),
    ):
        with pytest.raises(ValueError, match="confidence"):
            call()


@pytest.mark.parametrize("r", [0.0, 0.5, 0.8])
def test_the_design_effect_finds_the_correlation(r: float) -> None:
    true = (1 + r) / (1 - r)
    effects = [
        design_effect(autoregression(random.Random(seed), 500, r), 500.0) for seed in range(60)
    ]
    assert 0.9 * true <= sum(effects) / len(effects) <= 2.0 * true


@given(st.lists(st.floats(-1e6, 1e6), max_size=60), st.just(0.0) | st.floats(1e-6, 1e9))
def test_the_design_effect_is_finite_and_at_least_one(
    values: list[float], independent: float
) -> None:
    assert 1.0 <= design_effect(values, independent) < math.inf


def test_what_tells_nothing_about_dependence_has_no_effect() -> None:
    assert design_effect([], 5.0) == design_effect([1.0, 5.0, 9.0], 0.0) == 1.0
    assert share_design_effect([1] * 10, [1] * 10) == 1.0
    assert share_design_effect([], []) == 1.0


@pytest.mark.parametrize("failures", [0, 1, 2, 3])
def test_the_lower_end_of_a_rare_share_is_too_high_seldom_enough(failures: int) -> None:
    """One failure in 100 requests says little about more than one in 1,000."""
    low, _ = ratio_interval(failures, 100)
    # The chance of so many or more if the true share were that end.
    chance = 1 - sum(math.comb(100, k) * low**k * (1 - low) ** (100 - k) for k in range(failures))
    assert failures == 0 or chance == pytest.approx(0.025, rel=1e-3)


def test_batched_intervals_cover_where_naive_ones_do_not() -> None:
    """40 requests a second whose speed follows the second: the median's interval must widen."""
    true_us, naive, batched = math.exp(10), 0, 0
    rounds = 150
    for seed in range(rounds):
        rng = random.Random(seed)
        seconds = [
            [int(math.exp(10 + 0.3 * state + rng.gauss(0, 0.3))) for _ in range(40)]
            for state in autoregression(rng, 120, 0.5)
        ]
        histogram = Histogram.of(us for second in seconds for us in second)
        median = histogram.percentile_us(0.5)
        assert median is not None
        hits = [sum(us <= median for us in second) for second in seconds]
        effect = share_design_effect(hits, [len(second) for second in seconds])
        for kind in (1.0, effect):
            interval = percentile_interval(histogram, 0.5, design_effect=kind)
            assert interval is not None
            covered = interval[0] <= true_us <= interval[1]
            naive, batched = (
                (naive + covered, batched) if kind == 1.0 else (naive, batched + covered)
            )
    assert naive / rounds < 0.5
    assert batched / rounds >= 0.9

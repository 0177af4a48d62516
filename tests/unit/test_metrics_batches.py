"""Batches: nothing is lost when they are joined or thinned, and they show dependence."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.metrics import Batches, Histogram, count_design_effect, joined, pack, unpack
from lftui.metrics.distributions import beta_quantile, beta_share, t_quantile

seconds = st.lists(st.integers(0, 9), min_size=1, max_size=300)


def of_counts(counts: list[int], keep: int = 64) -> Batches:
    """A batch a second; every third request fails, the others take 10 ms each."""
    batches = Batches(keep=keep)
    for second, count in enumerate(counts):
        failures = count // 3
        ok = [10_000] * (count - failures)
        batches.add(float(second), count, failures, pack(Histogram.of(ok).sparse()))
    return batches


def totals(batches: Batches) -> tuple[int, int, int]:
    return (
        sum(one.count for one in batches.pieces),
        sum(one.failures for one in batches.pieces),
        sum(sum(unpack(one.ok)[1::2]) for one in batches.pieces),
    )


@given(seconds, st.integers(1, 40))
def test_no_request_is_lost_however_few_batches_are_kept(counts: list[int], keep: int) -> None:
    batches = of_counts(counts, keep)
    failures = sum(count // 3 for count in counts)
    assert totals(batches) == (sum(counts), failures, sum(counts) - failures)
    assert len(batches.pieces) <= keep
    batches.thin(max(1, keep // 2))
    assert totals(batches) == (sum(counts), failures, sum(counts) - failures)
    assert len(batches.pieces) <= max(1, keep // 2)


def test_batches_grow_with_the_run() -> None:
    lengths = [of_counts([5] * count).length_s for count in (10, 64, 65, 200, 300)]
    assert lengths == [1.0, 1.0, 2.0, 4.0, 8.0]


def test_seconds_without_requests_are_batches_too() -> None:
    batches = Batches()
    batches.add(0.0, 4, 0, b"")
    batches.add(9.0, 4, 0, b"")
    assert [one.count for one in batches.pieces] == [4, 0, 0, 0, 0, 0, 0, 0, 0, 4]


def test_the_last_batch_counts_when_there_are_few() -> None:
    assert len(of_counts([5] * 8).whole()) == 8
    assert len(of_counts([5] * 9).whole()) == 8


def test_joined_batches_have_the_longest_length() -> None:
    long, short = of_counts([5] * 100), of_counts([7] * 20)
    both = joined([short, Batches(), long])
    assert both.length_s == 2.0
    assert len(both.pieces) == 10 + 49
    assert joined([]).pieces == []


def wandering(rng: random.Random, count: int, r: float, size: float) -> list[int]:
    """Poisson-like counts a second whose mean wanders as a first-order autoregression."""
    level, counts = rng.gauss(0, size), []
    for _ in range(count):
        counts.append(max(0, round(rng.gauss(100 * math.exp(level), 10))))
        level = r * level + math.sqrt(1 - r * r) * rng.gauss(0, size)
    return counts


def mean_effect(count: int, r: float, size: float) -> float:
    effects = [
        of_counts(wandering(random.Random(seed), count, r, size)).rate_effect()
        for seed in range(60)
    ]
    return sum(effects) / len(effects)


def test_independent_counts_are_hardly_widened() -> None:
    assert 1.0 <= mean_effect(300, 0.0, 0.0) < 1.6


@pytest.mark.parametrize("memory_s", [5.0, 10.0])
def test_what_lasts_for_seconds_widens_by_as_much_as_it_should(memory_s: float) -> None:
    r = math.exp(-1 / memory_s)
    # 100 requests a second: the level's variance against the Poisson one, times the correlation.
    true = 1 + 100 * 0.1**2 * (1 + r) / (1 - r)
    assert true * 0.7 < mean_effect(300, r, 0.1) < true * 3.0


def test_a_short_run_is_widened_for_what_it_cannot_show() -> None:
    r = math.exp(-1 / 10)
    true = 1 + 100 * 0.1**2 * (1 + r) / (1 - r)
    assert mean_effect(60, r, 0.1) > 0.8 * true


def test_what_slows_everything_widens_the_high_percentiles_as_well() -> None:
    rng, batches = random.Random(4), Batches()
    for second in range(60):
        slow = 1.3 if second // 15 % 2 else 1.0
        times = [int(slow * rng.lognormvariate(math.log(100_000), 0.2)) for _ in range(50)]
        batches.add(float(second), 50, 0, pack(Histogram.of(times).sparse()))
    alone = Batches()
    for second in range(60):
        times = [int(rng.lognormvariate(math.log(115_000), 0.24)) for _ in range(50)]
        alone.add(float(second), 50, 0, pack(Histogram.of(times).sparse()))
    for us in (115_000, 170_000, 210_000):
        assert batches.percentile_effect(us) > 1.5 * alone.percentile_effect(us)


@given(seconds, st.integers(1, 4_000_000_000), st.sampled_from([0.9, 0.95, 0.9999]))
def test_effects_are_finite_and_at_least_one(counts: list[int], us: int, confidence: float) -> None:
    batches = of_counts(counts)
    for effect in (
        batches.percentile_effect(us, confidence),
        batches.error_effect(confidence),
        batches.rate_effect(confidence),
        Batches().percentile_effect(us, confidence),
    ):
        assert 1.0 <= effect < math.inf


def test_fewer_batches_are_trusted_less() -> None:
    uneven = [90, 110]
    effects = [count_design_effect(uneven * times) for times in (1, 2, 4, 30)]
    assert effects == sorted(effects, reverse=True)


@pytest.mark.parametrize(
    ("share", "degrees", "t"),
    [(0.975, 1, 12.7062), (0.975, 8, 2.3060), (0.9995, 8, 5.0413), (0.975, 120, 1.9799)],
)
def test_known_quantiles_of_student(share: float, degrees: float, t: float) -> None:
    assert t_quantile(share, degrees) == pytest.approx(t, rel=1e-4)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.05, 5_000.0), st.floats(0.05, 5_000.0))
def test_the_beta_quantile_is_where_its_share_lies(share: float, a: float, b: float) -> None:
    x = beta_quantile(share, a, b)
    assert 0.0 <= x <= 1.0
    if 1e-12 < x < 1.0 - 1e-9:
        assert beta_share(x, a, b) == pytest.approx(share, rel=1e-4, abs=1e-6)

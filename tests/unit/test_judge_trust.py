"""How far a percentile can be trusted, and how long until it can."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.judge.measured import Measured
from lftui.judge.steps.trust import BAR, METRICS, Trust, trust, trust_sentence
from lftui.metrics import Batches, Figures, min_samples, pack
from tests.unit.ladders import measured


def test_many_responses_are_trusted_and_few_are_not() -> None:
    draw = random.Random(1)
    many = trust(measured(draw, 200, seconds=200))
    assert all(one.trusted and one.wait_s == 0 for one in many.values())
    assert all(one.half_width is not None and one.half_width <= BAR for one in many.values())
    few = trust(measured(draw, 2, seconds=5))
    assert not any(one.trusted for one in few.values())


def test_high_percentiles_take_longer() -> None:
    found = trust(measured(random.Random(2), 10, sigma=0.5, seconds=30))
    waits = [found[metric].wait_s or 0.0 for metric in METRICS]
    assert waits == sorted(waits)
    assert waits[-1] > 0


def test_without_an_interval_the_wait_is_guessed_from_the_lower_percentiles() -> None:
    """At sigma 0.5 the p99 takes (1.96 * 3.73 * sigma / 0.1)^2 = 1,336 responses: 133 s."""
    waits = []
    for seed in range(11):
        found = trust(measured(random.Random(seed), 10, sigma=0.5, seconds=15))["p99_ms"]
        assert (found.half_width, found.at_least) == (None, False)
        waits.append(15 + (found.wait_s or 0.0))
    assert 133 / 2 < sorted(waits)[5] < 133 * 2


def test_equal_times_take_only_the_fewest_samples() -> None:
    figures = Figures()
    for _ in range(100):
        figures.record(20_000)
    found = trust(Measured(figures, 10.0))
    assert (found["p50_ms"].trusted, found["p95_ms"].trusted) == (True, True)
    assert found["p99_ms"].wait_s == pytest.approx((min_samples(0.99) - 100) / 10)
    assert found["p99_ms"].at_least


def test_with_hardly_any_response_the_wait_is_the_least_it_can_be() -> None:
    found = trust(measured(random.Random(3), 2, seconds=4))["p99_ms"]
    assert (found.trusted, found.at_least, found.half_width) == (False, True, None)
    assert found.wait_s is not None
    assert found.wait_s >= (min_samples(0.99) - found.samples) / found.samples * 4
    assert "at least" in found.sentence


def test_an_interval_that_is_twice_too_wide_takes_four_times_the_responses() -> None:
    load = measured(random.Random(4), 30, sigma=0.5, seconds=40)
    width = trust(load)["p50_ms"].half_width
    assert width is not None
    found = trust(load, bar=width / 2)["p50_ms"]
    assert found.wait_s == pytest.approx(3 * 40, rel=0.01)


@pytest.mark.parametrize("sigma", [0.3, 0.56])
@pytest.mark.parametrize("metric", METRICS)
def test_the_wait_is_about_right(metric: str, sigma: float) -> None:
    """Of ten runs of 20 s most are trusted after three times the length that they named."""
    right = 0
    for seed in range(10):
        found = trust(measured(random.Random(seed), 10, sigma=sigma, seconds=20))[metric]
        assert found.wait_s is not None
        longer = round(min(20 + 3 * found.wait_s, 900))
        right += trust(measured(random.Random(seed), 10, sigma=sigma, seconds=longer))[
            metric
        ].trusted
    assert right >= 7


@pytest.mark.parametrize(
    ("wait_s", "said"),
    [
        (0.2, "1 s"),
        (7.3, "8 s"),
        (37, "40 s"),
        (88, "90 s"),
        (130, "3 min"),
        (7000, "2 h"),
    ],
)
def test_the_wait_is_said_in_round_figures(wait_s: float, said: str) -> None:
    one = Trust("p99_ms", 12.0, samples=50, wait_s=wait_s)
    assert one.sentence == f"p99 can be trusted in about {said}"


def test_what_waiting_does_not_help_is_said() -> None:
    assert Trust("p95_ms").sentence == "p95 cannot be judged: no response came in"
    endless = Trust("p95_ms", 12.0, samples=1, wait_s=1e6)
    assert endless.sentence == "p95 cannot be trusted: at this rate it takes more than a day"


def test_all_are_said_in_one_sentence() -> None:
    good = {name: Trust(name, 1.0, 0.97, 1.03, 0.03, 900, True, 0.0) for name in METRICS}
    late = Trust("p99_ms", 9.0, samples=300, wait_s=40)
    assert good["p50_ms"].sentence == "p50 can be trusted (±3 %)"
    assert trust_sentence(good) == "p50, p95 and p99 can be trusted"
    assert trust_sentence(good | {"p99_ms": late}) == (
        "p50 and p95 can be trusted; p99 can be trusted in about 40 s"
    )
    assert trust_sentence(trust(Measured(Figures(), 0.0))) == (
        "nothing can be judged yet: no response came in"
    )


def test_dependent_responses_take_longer() -> None:
    """The same times, evenly mixed or one after the other by their length."""
    mixed, sorted_ = Batches(), Batches()
    draw = random.Random(5)
    times = [int(draw.lognormvariate(10, 0.5)) for _ in range(800)]
    of_mixed, of_sorted = Figures(), Figures()
    for figures, batches, order in (
        (of_mixed, mixed, times),
        (of_sorted, sorted_, sorted(times)),
    ):
        for index, us in enumerate(order):
            one = Figures()
            one.record(us)
            figures.add(one)
            batches.add(index // 20, 1, 0, pack(one.ok.sparse()))
    free = trust(Measured(of_mixed, 40.0, mixed))["p50_ms"]
    bound = trust(Measured(of_sorted, 40.0, sorted_))["p50_ms"]
    assert free.wait_s is not None
    assert bound.wait_s is not None
    assert bound.wait_s > 5 * free.wait_s
    # Whatever the width, an interval with both ends takes more of them.
    assert trust(Measured(of_mixed, 40.0, mixed), bar=10.0)["p99_ms"].trusted
    late = trust(Measured(of_sorted, 40.0, sorted_), bar=10.0)["p99_ms"]
    assert late.wait_s is not None
    assert late.samples + late.wait_s * 20 > 5 * min_samples(0.99)


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 4_000_000_000), st.booleans()), max_size=40),
    st.sampled_from([0.0, 1e-6, 3.0, 1e9]),
    st.sampled_from([0.0, 0.1, 5.0]),
)
@settings(max_examples=150, deadline=None)
def test_anything_measured_is_answered(
    requests: list[tuple[int | None, bool]], length: float, bar: float
) -> None:
    figures = Figures()
    for us, failed in requests:
        figures.record(us, failed=failed)
    found = trust(Measured(figures, length), bar)
    assert set(found) == set(METRICS)
    assert trust_sentence(found)
    assert all(one.sentence for one in found.values())

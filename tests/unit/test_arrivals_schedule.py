"""When iterations are due: the rate line, the arrival times, the mix of classes."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.generator.arrivals.mix import Mix
from lftui.generator.arrivals.schedule import Schedule
from lftui.shapes.rate_line import RateLine

rates = st.floats(0.0, 1e4).map(lambda rate: round(rate, 3))
slopes = st.one_of(st.none(), st.floats(1e-3, 1e5))
seconds = st.floats(0.0, 1e4)


def test_a_rate_goes_to_another_in_a_straight_line() -> None:
    line = RateLine(100.0, 10.0, 30.0, 5.0)
    assert [line.rate(t) for t in (100.0, 102.0, 104.0, 200.0)] == [10.0, 20.0, 30.0, 30.0]
    assert not line.is_there(103.9)
    assert line.is_there(104.0)
    assert line.due(100.0, 104.0) == 80.0
    assert line.due(100.0, 105.0) == 110.0
    assert line.due(102.0, 102.0) == 0.0


@given(rates, rates, slopes, seconds, seconds)
def test_what_is_due_at_a_moment_is_due_then(
    start: float, target: float, slope: float | None, begin: float, due: float
) -> None:
    line = RateLine(50.0, start, target, slope)
    at = line.when(50.0 + begin, due)
    if math.isinf(at):
        assert target == 0.0
        assert line.due(50.0 + begin, 1e12) <= due * (1 + 1e-9) + 1e-6
    else:
        assert line.due(50.0 + begin, at) == pytest.approx(due, rel=1e-6, abs=1e-4)


@given(rates, rates, slopes, seconds, seconds)
def test_parts_add_up(
    start: float, target: float, slope: float | None, first: float, second: float
) -> None:
    line = RateLine(0.0, start, target, slope)
    whole = line.due(0.0, first + second)
    assert whole == pytest.approx(
        line.due(0.0, first) + line.due(first, first + second), rel=1e-6, abs=1e-6
    )


def times(schedule: Schedule, until: float) -> list[float]:
    found = []
    while schedule.next <= until:
        found.append(schedule.take())
    return found


def test_even_arrivals_are_equally_apart() -> None:
    schedule = Schedule("even", 0.0)
    schedule.change(0.0, RateLine(0.0, target=200.0))
    found = times(schedule, 10.0)
    assert len(found) in (1999, 2000)
    assert max(abs(b - a - 0.005) for a, b in pairwise(found)) < 1e-9


def test_the_parts_of_several_processes_are_even_together() -> None:
    found = []
    for index in range(4):
        schedule = Schedule("even", 0.0, phase=index / 4)
        schedule.change(0.0, RateLine(0.0, target=50.0))
        found += times(schedule, 10.0)
    assert max(abs(b - a - 0.005) for a, b in pairwise(sorted(found))) < 1e-9


def kolmogorov_smirnov(samples: list[float]) -> float:
    """The largest distance of the samples' distribution to the exponential one of mean 1."""
    n, ordered = len(samples), sorted(samples)
    exact = [1 - math.exp(-one) for one in ordered]
    return max(max((i + 1) / n - p, p - i / n) for i, p in enumerate(exact))


@pytest.mark.parametrize("seed", range(5))
def test_poisson_arrivals_are_exponentially_apart(seed: int) -> None:
    schedule = Schedule("poisson", 0.0, seed=seed)
    schedule.change(0.0, RateLine(0.0, target=200.0))
    found = times(schedule, 100.0)
    gaps = [(b - a) * 200.0 for a, b in pairwise(found)]
    # 1.95 / sqrt(n): a true Poisson process passes with probability 0.999.
    assert kolmogorov_smirnov(gaps) < 1.95 / math.sqrt(len(gaps))
    assert len(found) == pytest.approx(20_000, abs=4 * math.sqrt(20_000))


@pytest.mark.parametrize("arrivals", ["even", "poisson"])
def test_a_ramp_has_as_many_arrivals_as_its_area(arrivals: str) -> None:
    schedule = Schedule(arrivals, 0.0, seed=1)  # type: ignore[arg-type]
    schedule.change(0.0, RateLine(0.0, 0.0, 100.0, 5.0))
    found = times(schedule, 20.0)
    assert len(found) == pytest.approx(1000, abs=4 * math.sqrt(1000))
    assert sum(at < 10.0 for at in found) == pytest.approx(250, abs=4 * math.sqrt(250))


def test_a_change_of_the_rate_keeps_what_was_due_in_part() -> None:
    schedule = Schedule("even", 0.0)
    schedule.change(0.0, RateLine(0.0, target=1.0))
    assert schedule.next == 1.0
    schedule.change(0.5, RateLine(0.5, target=10.0))
    assert schedule.next == pytest.approx(0.55)
    schedule.change(0.52, RateLine(0.52, target=0.0))
    assert math.isinf(schedule.next)
    schedule.change(9.0, RateLine(9.0, target=10.0))
    assert schedule.next == pytest.approx(9.03)


def test_many_changes_do_not_move_the_arrivals() -> None:
    schedule = Schedule("even", 0.0)
    schedule.change(0.0, RateLine(0.0, target=10.0))
    found = []
    for step in range(1, 1000):
        now = step * 0.013
        found += times(schedule, now)
        schedule.change(now, RateLine(now, target=10.0))
    assert found == pytest.approx([(number + 1) / 10 for number in range(len(found))])
    assert len(found) == 129


def test_what_is_passed_over_is_counted() -> None:
    schedule = Schedule("even", 0.0)
    schedule.change(0.0, RateLine(0.0, target=10.0))
    assert times(schedule, 1.05) == pytest.approx([number / 10 for number in range(1, 11)])
    assert schedule.skip(2.01) == 9
    assert schedule.next == pytest.approx(2.11)


def test_classes_get_their_share() -> None:
    for arrivals in ("poisson", "even"):
        mix = Mix([("six", 6.0), ("one", 1.0), ("three", 3.0)], arrivals, seed=3)  # type: ignore[arg-type]
        picked = Counter(mix.pick() for _ in range(10_000))
        assert picked["six"] == pytest.approx(6000, abs=200)
        assert picked["one"] == pytest.approx(1000, abs=120)


def test_even_arrivals_are_spread_evenly_over_classes() -> None:
    mix = Mix([("a", 3.0), ("b", 1.0)], "even")
    picked = [mix.pick() for _ in range(40)]
    assert all(picked[at : at + 4].count("b") == 1 for at in range(37))

"""The Universal Scalability Law: told where it fits, silent where it does not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.judge.measured import Level, Measured
from lftui.judge.steps.scalability import Scalability, fit_scalability
from lftui.metrics import Batches, Figures
from tests.unit.ladders import level, poisson, queue, steady

LADDER = range(10, 101, 10)


def law(of_one: float, sigma: float, kappa: float) -> Callable[[float], float]:
    return lambda n: of_one * n / (1 + sigma * (n - 1) + kappa * n * (n - 1))


def exact(rps: Callable[[float], float], users: Iterable[int] = LADDER) -> Scalability | None:
    return fit_scalability([steady(n, rps(n)) for n in users])


def noisy(
    seed: int, rps: Callable[[float], float], users: Iterable[int] = LADDER
) -> Scalability | None:
    """Poisson counts of a minute, and 1 % between the levels."""
    draw = random.Random(seed)
    levels = []
    for n in users:
        mean = rps(n) * draw.lognormvariate(0, 0.01)
        counts = [poisson(draw, mean) for _ in range(60)]
        figures, batches = Figures(count=sum(counts)), Batches()
        for second, count in enumerate(counts):
            batches.add(second, count, 0, b"")
        levels.append(level(n, Measured(figures, 60.0, batches)))
    return fit_scalability(levels)


@pytest.mark.parametrize(("sigma", "kappa"), [(0.02, 0.0002), (0.0, 0.0003), (0.1, 0.0005)])
def test_the_constants_of_the_law_are_found_again(sigma: float, kappa: float) -> None:
    found = exact(law(50, sigma, kappa))
    assert found is not None
    assert found.kind == "peak"
    assert found.rps_of_one == pytest.approx(50, rel=0.02)
    assert found.contention == pytest.approx(sigma, abs=0.005)
    assert found.coherency == pytest.approx(kappa, rel=0.05)
    peak = ((1 - sigma) / kappa) ** 0.5
    assert found.peak_users == pytest.approx(peak, rel=0.03)
    assert found.peak_rps == pytest.approx(law(50, sigma, kappa)(peak), rel=0.02)
    assert found.r_squared > 0.99
    assert found.mean_error < 0.01


def test_the_fit_gives_back_the_throughput_of_the_levels() -> None:
    found = exact(law(50, 0.05, 0.0003))
    assert found is not None
    for users in LADDER:
        assert found.rps(users) == pytest.approx(law(50, 0.05, 0.0003)(users), rel=0.01)


def test_contention_alone_has_a_limit_and_no_peak() -> None:
    found = exact(law(10, 0.05, 0.0))
    assert found is not None
    assert (found.kind, found.coherency, found.peak_users) == ("contention", 0.0, None)
    assert found.peak_rps == pytest.approx(200, rel=0.02)
    assert found.sentence == "contention 5 %: the throughput cannot exceed about 200 rps"


def test_linear_growth_says_that_no_contention_was_seen() -> None:
    found = exact(law(3, 0, 0))
    assert found is not None
    assert (found.kind, found.contention, found.peak_rps) == ("linear", 0.0, None)
    assert found.sentence == "throughput grew with the users: no contention seen up to 100 users"


def test_a_loss_of_a_few_percent_is_no_contention_however_many_levels_show_it() -> None:
    found = exact(law(50, 0.0004, 0.0), range(2, 101))
    assert found is not None
    assert found.kind == "linear"


def test_superlinear_growth_gives_no_negative_constants() -> None:
    found = exact(lambda n: 3 * n**1.02)
    assert found is None or (found.contention >= 0 and found.coherency >= 0)


@pytest.mark.parametrize(
    ("users", "said"),
    [(range(10, 101, 10), "predicted peak at about"), (range(20, 201, 20), "peak at about")],
)
def test_a_peak_is_a_prediction_only_beyond_the_levels_measured(users: range, said: str) -> None:
    found = exact(law(50, 0.02, 0.00005), users)
    assert found is not None
    assert found.sentence.startswith(said)
    assert "contention 2 %, coherency 0.005 %" in found.sentence


def test_a_peak_far_beyond_the_levels_is_not_told() -> None:
    found = exact(law(500, 0.0, 0.00001), range(15, 151, 15))
    assert found is not None
    assert (found.kind, found.beyond, found.peak_users) == ("peak", True, None)
    assert found.sentence == (
        "coherency 0.001 %: levels up to 150 users do not tell where the throughput ends"
    )


def test_thousands_of_requests_are_said_in_plain_figures() -> None:
    found = exact(law(200, 0.05, 0.0))
    assert found is not None
    assert found.sentence == "contention 5 %: the throughput cannot exceed about 4000 rps"


def test_a_limit_far_beyond_the_levels_is_not_told() -> None:
    found = exact(law(50, 0.003, 0.0))
    assert found is not None
    assert (found.kind, found.beyond, found.peak_rps) == ("contention", True, None)
    assert found.sentence == (
        "contention 0.3 %: levels up to 100 users do not tell where the throughput ends"
    )


@pytest.mark.parametrize(
    "levels",
    [
        [],
        [steady(10, 10)],
        [steady(n, n) for n in (10, 20, 40)],
        [steady(n, n) for n in (10, 10, 10, 10, 40)],
        [steady(n, n) for n in (20, 30, 40, 50)],
    ],
    ids=["none", "one", "three", "equal", "too close"],
)
def test_too_few_levels_or_too_close_ones_say_nothing(levels: list[Level]) -> None:
    assert fit_scalability(levels) is None


@pytest.mark.parametrize(
    "rps",
    [
        lambda n: 100.0,
        lambda n: 2 * n if n < 60 else 30.0,
        lambda n: min(n, 30) * 2.0,
        lambda n: 100.0 + 50 * (n % 20),
        lambda n: 0.0 if n == 50 else 2.0 * n,
    ],
    ids=["flat", "cliff", "hockey stick", "zigzag", "hole"],
)
def test_a_poor_fit_is_not_told(rps: Callable[[float], float]) -> None:
    assert exact(rps) is None


def test_levels_with_few_requests_say_nothing() -> None:
    found = [noisy(seed, law(0.02, 0, 0)) for seed in range(10)]
    assert sum(one is not None for one in found) <= 1


def test_noise_does_not_turn_linear_growth_into_a_peak() -> None:
    found = [noisy(seed, law(2, 0, 0), range(10, 81, 10)) for seed in range(40)]
    assert sum(one is not None and one.kind == "linear" for one in found) >= 37
    assert not any(one is not None and one.peak_rps for one in found)


def test_the_peak_is_predicted_within_a_fifth_from_a_ladder_that_comes_near_it() -> None:
    truth = law(5, 0.02, 0.0001)  # its peak is at 99 users
    found = [noisy(seed, truth, range(15, 121, 15)) for seed in range(40)]
    good = [one for one in found if one and one.peak_users and 79 <= one.peak_users <= 119]
    assert len(good) >= 36
    assert all(one.peak_rps == pytest.approx(truth(99), rel=0.1) for one in good)


def test_the_limit_of_contention_is_found_through_noise() -> None:
    found = [noisy(seed, law(5, 0.02, 0.0), range(10, 81, 10)) for seed in range(40)]
    good = [one for one in found if one and one.kind == "contention" and one.peak_rps]
    assert len(good) >= 36
    assert all(one.peak_rps == pytest.approx(250, rel=0.15) for one in good)


def test_a_queue_that_fills_up_is_no_peak_of_this_law() -> None:
    """Its throughput ends at 80 rps: mostly silence, and else not far from that."""
    at = queue(4, 0.05, 0.5)
    found = [one for seed in range(20) if (one := noisy(seed, lambda n: at(int(n))[0]))]
    assert len(found) <= 8
    assert all(one.peak_rps is None or 75 < one.peak_rps < 90 for one in found)


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(0, 10**6),
            st.integers(0, 10**9),
            st.sampled_from([0.0, 1e-6, 1.0, 1e9]),
            st.sampled_from([0.0, 1e-9, 5.0, 1e15]),
        ),
        max_size=8,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_levels_are_answered(rows: list[tuple[int | None, int, float, float]]) -> None:
    levels = [
        Level(users, Measured(Figures(count=count), length), {}, user_s=user_s)
        for users, count, length, user_s in rows
    ]
    found = fit_scalability(levels)
    assert found is None or (found.sentence and found.contention >= 0 and found.coherency >= 0)

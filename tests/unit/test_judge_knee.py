"""Knee and capacity: found where the ladder has one, silent where it has none."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.judge.measured import Level, Measured
from lftui.judge.outcome import Outcome
from lftui.judge.steps.capacity import capacity
from lftui.judge.steps.knee import find_knee
from lftui.metrics import Batches, Figures
from tests.unit.ladders import level, measured, queue, queue_ladder, steady


def flat(seed: int, sigma: float, count: int = 8, seconds: int = 20) -> list[Level]:
    draw = random.Random(seed)
    return [
        level(users, measured(draw, 0.5 * users, 50.0, sigma, seconds))
        for users in range(10, 10 * count + 1, 10)
    ]


def knee_users(levels: list[Level]) -> int | None:
    knee = find_knee(levels)
    return None if knee is None else knee.users


# --- no knee where there is none -----------------------------------------------------------------


@pytest.mark.parametrize("sigma", [0.3, 0.56, 1.0])
def test_noise_alone_makes_a_knee_in_less_than_one_ladder_of_twenty(sigma: float) -> None:
    found = [knee_users(flat(seed, sigma)) for seed in range(40)]
    assert sum(users is not None for users in found) < 2


def test_levels_that_differ_by_a_tenth_for_reasons_of_their_own_make_no_knee() -> None:
    found = []
    for seed in range(40):
        draw = random.Random(seed)
        levels = [
            level(users, measured(draw, users, 50 * draw.lognormvariate(0, 0.1), 0.5))
            for users in range(10, 61, 10)
        ]
        found.append(knee_users(levels))
    assert sum(users is not None for users in found) < 2


def test_a_small_loss_is_no_knee_however_many_requests_were_counted() -> None:
    levels = [steady(n, n * rate, ms) for n, rate, ms in [(100, 10, 50), (200, 9.3, 70)]]
    assert find_knee(levels) is None


def test_no_knee_without_something_to_compare() -> None:
    assert find_knee([]) is None
    assert find_knee([steady(10, 20)]) is None
    assert find_knee([steady(10, 20), steady(10, 8)]) is None


# --- a knee where there is one -------------------------------------------------------------------


@pytest.mark.parametrize("sigma", [0.3, 0.56, 1.0])
@pytest.mark.parametrize(
    ("servers", "service_s", "think_s", "users", "knees"),
    [
        # The first level truly beyond a bar, and its neighbors. Its saturation, where the two
        # asymptotes meet, is at servers * (think + service) / service: 44 and 176 users.
        (4, 0.05, 0.5, range(10, 101, 10), {40, 50, 60}),
        (16, 0.1, 1.0, range(40, 321, 40), {160, 200, 240}),
    ],
)
def test_a_queue_shows_its_knee_at_the_right_level_or_the_one_beside(
    sigma: float, servers: int, service_s: float, think_s: float, users: range, knees: set[int]
) -> None:
    at = queue(servers, service_s, think_s)
    found = [knee_users(queue_ladder(random.Random(seed), users, at, sigma)) for seed in range(10)]
    assert sum(one in knees for one in found) >= 9, found


def test_the_sentence_names_both_signs_with_their_figures() -> None:
    levels = [steady(10, 51, 210), steady(20, 102, 210), steady(40, 148, 480)]
    knee = find_knee(levels)
    assert knee is not None
    assert knee.sentence == (
        "knee at 40 users: throughput per user fell 27 % (5.1 to 3.7 rps), "
        "p95 left its flat part (210 to 480 ms)"
    )
    assert (knee.users, knee.before_users, knee.signs) == (40, 20, ("throughput", "p95"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((10, 50), (10, 90), "p95 left its flat part (50 to 90 ms)"),
        ((10, 700), (10, 2300), "p95 left its flat part (700 ms to 2.30 s)"),
        ((10, 1200), (10, 2300), "p95 left its flat part (1.20 to 2.30 s)"),
        ((10, 2.5), (10, 5.5), "p95 left its flat part (2.5 to 5.5 ms)"),
        ((200, 50), (120, 50), "throughput per user fell 40 % (200 to 120 rps)"),
        ((0.5, 50), (0.2, 50), "throughput per user fell 60 % (0.5 to 0.2 rps)"),
    ],
)
def test_figures_are_said_in_fitting_units(
    before: tuple[float, float], after: tuple[float, float], said: str
) -> None:
    knee = find_knee([steady(20, 20 * before[0], before[1]), steady(40, 40 * after[0], after[1])])
    assert knee is not None
    assert knee.sentence == f"knee at 40 users: {said}"


def test_the_order_of_the_levels_and_repeated_ones_do_not_matter() -> None:
    levels = [steady(40, 100, 300), steady(10, 50), steady(20, 100), steady(10, 50)]
    knee = find_knee(levels)
    assert knee is not None
    assert knee == find_knee(levels[::-1])
    assert (knee.users, knee.before_users) == (40, 20)


def test_a_knee_does_not_depend_on_later_levels() -> None:
    at = queue(4, 0.05, 0.5)
    for seed in range(5):
        levels = queue_ladder(random.Random(seed), range(10, 101, 10), at, 0.5)
        whole = find_knee(levels)
        assert whole is not None
        short = [one for one in levels if (one.users or 0) <= whole.users]
        assert find_knee(short) == whole
        assert find_knee(short[:-1]) is None


def test_a_slow_bend_is_held_against_the_flat_part_and_not_against_the_bend() -> None:
    """Each level is 25 % slower than the one before: none has a step, and still there is a knee."""
    levels = [steady(n, 10 * n, ms) for n, ms in [(10, 50), (20, 50), (30, 64), (40, 80)]]
    for before, after in pairwise(levels):
        assert find_knee([before, after]) is None
    knee = find_knee(levels)
    assert knee is not None
    assert knee.users == 40
    assert knee.p95_ms_before == pytest.approx(50, rel=0.01)


def test_failures_at_once_are_a_loss_of_throughput_and_not_a_gain() -> None:
    draw = random.Random(1)
    levels = [level(n, measured(draw, 5 * n, failing=0.0)) for n in (10, 20)]
    levels.append(level(40, measured(draw, 12 * 40, failing=0.8)))
    knee = find_knee(levels)
    assert knee is not None
    assert knee.signs == ("throughput",)


def test_a_level_at_which_nothing_succeeds_is_the_knee() -> None:
    draw = random.Random(1)
    levels = [level(10, measured(draw, 50)), level(20, measured(draw, 100, failing=1.0))]
    knee = find_knee(levels)
    assert knee is not None
    assert (knee.users, knee.p95_ms) == (20, None)
    assert "fell 100 %" in knee.sentence


def test_the_first_seconds_of_a_level_say_nothing() -> None:
    slow = steady(20, 10, 500, seconds=4)
    assert find_knee([steady(10, 100), slow]) is None
    assert find_knee([steady(10, 100), steady(20, 10, 500, seconds=6)]) is not None


# --- capacity ------------------------------------------------------------------------------------

P: Outcome = "pass"
W: Outcome = "warn"
F: Outcome = "fail"
I: Outcome = "inconclusive"  # noqa: E741


@pytest.mark.parametrize(
    ("outcomes", "users", "broken", "unsure"),
    [
        ([P, P, P], 30, None, ()),
        ([P, P, F], 20, 30, ()),
        ([P, F, P], 10, 20, ()),
        ([P, W, P], 10, 20, ()),
        ([P, I, P], 30, None, (20,)),
        ([I, P, F], 20, 30, (10,)),
        ([P, I, F], 10, 30, (20,)),
        ([F, P, P], None, 10, ()),
        ([I, F, P], None, 20, (10,)),
    ],
)
def test_the_capacity_is_the_highest_level_with_no_broken_one_below(
    outcomes: list[Outcome], users: int | None, broken: int | None, unsure: tuple[int, ...]
) -> None:
    steps = [10, 20, 30]
    found = capacity([steady(n, n) for n in steps], dict(zip(steps, outcomes, strict=True)))
    assert found is not None
    assert (found.users, found.broken_users, found.unsure) == (users, broken, unsure)
    assert found.rps.value == pytest.approx(users) if users else found.rps.value is None


def test_a_warning_counts_as_met_only_when_asked() -> None:
    levels = [steady(10, 10), steady(20, 20)]
    found = capacity(levels, {10: P, 20: W}, met=("pass", "warn"))
    assert found is not None
    assert found.users == 20


def test_no_capacity_without_a_level_that_could_be_judged() -> None:
    assert capacity([], {}) is None
    assert capacity([steady(10, 10)], {}) is None
    assert capacity([steady(10, 10)], {10: I}) is None


def test_a_level_without_any_response_could_not_be_judged() -> None:
    found = capacity([steady(10, 10)], {10: P, 20: I})
    assert found is not None
    assert found.unsure == (20,)
    assert found.sentence.endswith("; 20 users could not be judged")


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ({140: P, 160: F}, "140 users, 310 rps (305 to 315); at 160 users p95 broke its limit"),
        ({140: P, 160: P}, "160 users, 352 rps (347 to 357); no step broke one, so it may be more"),
        (
            {140: I, 160: P},
            "160 users, 352 rps (347 to 357); no step broke one, so it may be more; 140 users could not be judged",
        ),
    ],
)
def test_the_capacity_is_said_with_its_throughput_and_what_ended_it(
    outcomes: dict[int, Outcome], said: str
) -> None:
    levels = [steady(140, 310, seconds=60), steady(160, 352, seconds=60)]
    found = capacity(levels, outcomes, {160: "p95 broke its limit"})
    assert found is not None
    assert found.sentence == f"highest step that met every threshold: {said}"


def test_a_ladder_that_never_met_its_thresholds_says_so() -> None:
    found = capacity([steady(10, 10)], {10: F}, {10: "p95 2.31 s broke the limit 2 s"})
    assert found is not None
    assert found.sentence == (
        "no step met every threshold: at 10 users p95 2.31 s broke the limit 2 s"
    )


# --- whatever comes ------------------------------------------------------------------------------


@st.composite
def any_levels(draw: st.DrawFn) -> list[Level]:
    levels = []
    for _ in range(draw(st.integers(0, 7))):
        figures, batches = Figures(), Batches()
        for second in range(draw(st.integers(0, 12))):
            for us in draw(st.lists(st.integers(0, 4_000_000_000), max_size=4)):
                failed = draw(st.booleans())
                figures.record(None if us == 0 else us, failed=failed)
                batches.add(second, 1, failed, b"")
        levels.append(
            Level(
                users=draw(st.none() | st.integers(0, 5)),
                total=Measured(figures, draw(st.sampled_from([0.0, 0.001, 6.0, 1e9])), batches),
                endpoints={},
                user_s=draw(st.sampled_from([0.0, 1e-9, 12.0, 1e12])),
            )
        )
    return levels


@given(any_levels(), st.dictionaries(st.integers(0, 6), st.sampled_from([P, W, F, I])))
@settings(max_examples=150, deadline=None)
def test_any_levels_are_answered(levels: list[Level], outcomes: dict[int, Outcome]) -> None:
    knee = find_knee(levels)
    assert knee is None or knee.sentence
    found = capacity(levels, outcomes)
    assert found is None or found.sentence

"""The search for the capacity: which level comes next, and how it ends."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.judge.steps.search import MOST_TRIALS, Search, Way
from lftui.run_state.searched import Found, Said, Trial


def trial(level: float, said: Said, why: str = "", few: bool = False) -> Trial:
    """A trial that says so."""
    return Trial(
        number=1,
        level=level,
        said=said,
        why=why or f"p95 at {level:g}",
        few=few,
        times=4,
        rps=level,
    )


def tried(search: Search, *said: Said) -> list[float]:
    """The levels of these trials, one after the other."""
    levels = []
    for one in said:
        levels.append(search.level)
        search.take(trial(search.level, one))
    return levels


def ended(search: Search) -> Found:
    assert search.found is not None
    return search.found


def searched(capacity: float, way: Way) -> tuple[Search, list[float]]:
    """A whole search on a target that holds up to its capacity, and the levels that it tried."""
    search, levels = Search(way), []
    while search.found is None:
        levels.append(search.level)
        search.take(trial(search.level, "holds" if search.level <= capacity else "breaks"))
    return search, levels


def test_it_grows_steps_back_bisects_and_confirms() -> None:
    search, levels = searched(140, Way(start=10, growth=1.0, precision=0.1))
    assert levels == [10, 20, 40, 80, 160, 120, 140, 150, 140]
    found = ended(search)
    assert (found.ended, found.level, found.broken, found.breaks) == ("found", 140, 150, 150)
    assert found.is_capacity
    assert found.sentence == "capacity: 140 users, 140 rps; at 150 users p95 at 150"
    assert search.level == 140


def test_a_rate_has_three_digits_and_is_said_as_one() -> None:
    search, levels = searched(33.4, Way(unit="rate", start=1, precision=0.1))
    assert levels[:4] == [1, 1.5, 2.25, 3.38]
    found = ended(search)
    assert found.level is not None
    assert 33.4 / 1.1 <= found.level <= 33.4
    assert f"capacity: {found.level:g} iterations a second" in found.sentence


def test_the_highest_level_is_said_as_at_least() -> None:
    search, levels = searched(1000, Way(start=10, growth=1.0, max=50))
    assert levels == [10, 20, 40, 50, 50]
    found = ended(search)
    assert (found.ended, found.level, found.broken) == ("at_least", 50, None)
    assert found.sentence == (
        "capacity: at least 50 users, 50.0 rps; the highest level that was to be tried holds, "
        "so it may be more"
    )


def test_a_start_that_breaks_goes_down_by_halves() -> None:
    search, levels = searched(3, Way(start=40, growth=1.0, precision=0.1))
    assert levels == [40, 20, 10, 5, 2, 4, 3, 3]
    assert ended(search).level == 3


def test_where_one_user_breaks_there_is_no_capacity() -> None:
    search, levels = searched(0, Way(start=10))
    assert levels == [10, 5, 2, 1]
    found = ended(search)
    assert (found.ended, found.level, found.breaks) == ("none", None, 1)
    assert not found.is_capacity
    assert found.sentence == "no capacity: even at 1 user p95 at 1"


def test_what_cannot_be_told_counts_as_broken_and_is_said() -> None:
    search = Search(Way(start=10, growth=1.0, precision=0.1))
    assert tried(search, "holds", "unclear", "holds", "breaks") == [10, 20, 15, 18]
    assert tried(search, "unclear", "holds") == [16, 15]
    found = ended(search)
    assert (found.level, found.broken, found.breaks) == (15, 16, 18)
    assert "at 16 users it could not be told in 4 steps, which counts as broken" in found.sentence


def test_a_capacity_that_is_not_confirmed_is_searched_below() -> None:
    search = Search(Way(start=10, growth=1.0, precision=0.1))
    assert tried(search, "holds", "holds", "breaks", "breaks", "breaks", "holds") == [
        10, 20, 40, 30, 25, 22,
    ]  # fmt: skip
    assert tried(search, "holds", "holds") == [24, 24]
    again = Search(Way(start=10, growth=1.0, precision=0.1))
    tried(again, "holds", "holds", "breaks", "breaks", "breaks", "holds", "holds")
    assert tried(again, "breaks") == [24]
    assert (again.level, again.aim) == (22, "confirms")


def test_the_newer_of_two_trials_stands() -> None:
    search = Search(Way(start=10, growth=1.0, precision=0.1))
    tried(search, "holds", "breaks")
    search.go_to(40)
    assert search.aim == "by hand"
    search.take(trial(40, "holds"))
    assert (search.held, search.broken, search.level) == (40, None, 80)
    search.go_to(5)
    search.take(trial(5, "breaks"))
    assert (search.held, search.broken, search.level) == (None, 5, 2)


def test_a_level_set_by_hand_takes_its_place_between_the_others() -> None:
    search = Search(Way(start=10, growth=1.0, precision=0.1))
    tried(search, "holds", "holds", "breaks")
    search.go_to(35)
    search.take(trial(35, "holds"))
    assert (search.held, search.broken, search.level, search.aim) == (35, 40, 38, "bisects")


def test_a_load_too_small_to_be_judged_is_passed_over_while_it_grows() -> None:
    search = Search(Way(start=10, growth=1.0, precision=0.1))
    search.take(trial(10, "unclear", few=True))
    assert (search.level, search.aim, search.held, search.broken) == (20, "grows", None, None)
    search.take(trial(20, "breaks"))
    search.take(trial(10, "unclear", few=True))
    found = ended(search)
    assert found.ended == "inconclusive"
    assert "the responses at 10 users are too few to judge it by" in found.sentence
    assert "step=" in found.sentence


def test_what_should_be_there_is_tried_where_the_precision_leaves_it_open() -> None:
    search, levels = searched(108, Way(start=50, growth=1.0, precision=0.2, at_least=105))
    assert levels == [50, 100, 200, 150, 125, 112, 105, 105]
    assert ended(search).level == 105
    search, levels = searched(103, Way(start=50, growth=1.0, precision=0.2, at_least=105))
    assert ended(search).breaks == 105


def test_no_trial_ends_it_without_a_capacity() -> None:
    search = Search(Way(start=10, growth=1.0, precision=0.1))
    tried(search, "holds")
    search.take(trial(20, "invalid", "the generator was the bottleneck: its core was full"))
    found = ended(search)
    assert (found.ended, found.level, found.is_capacity) == ("inconclusive", 10, False)
    assert found.sentence == (
        "the capacity was not found: at 20 users the generator was the bottleneck: its core was "
        "full; the highest level that held: 10 users, 10.0 rps"
    )
    search.give_up("too late")
    search.take(trial(20, "holds"))
    search.go_to(7)
    assert ended(search) is found
    assert search.level == 10


def test_a_target_that_never_stays_the_same_does_not_keep_it_for_ever() -> None:
    search = Search(Way(start=10))
    for number in range(MOST_TRIALS):
        search.take(trial(search.level, "holds" if number % 2 else "breaks"))
        if search.found is None:
            search.go_to(100)
    assert ended(search).ended == "inconclusive"


@settings(max_examples=60)
@given(
    st.floats(1, 1000),
    st.floats(0.1, 3.0),
    st.floats(0.01, 0.5),
    st.sampled_from(["users", "rate"]),
    st.integers(1, 500),
)
def test_on_any_target_it_ends_within_its_precision(
    capacity: float, growth: float, precision: float, unit: str, start: int
) -> None:
    way = Way(unit=unit, start=start, growth=growth, precision=precision, max=2000)
    search, levels = searched(capacity, way)
    found = ended(search)
    assert found.ended == "found"
    assert found.level is not None
    assert found.broken is not None
    assert found.level <= capacity < found.broken
    apart = found.broken / found.level - 1
    whole = unit == "users" and found.broken - found.level <= 1
    assert apart <= precision + 1e-9 or whole or found.broken - found.level <= 0.01 * found.level
    assert levels.count(found.level) >= 2
    assert all(math.isfinite(level) and level > 0 for level in levels)


@pytest.mark.parametrize("unit", ["users", "rate"])
def test_no_load_is_ever_above_the_highest(unit: str) -> None:
    _, levels = searched(1e9, Way(unit=unit, start=7, growth=3.0, max=90))
    assert max(levels) == 90

"""The capacity shape: what can be set, what is refused, and what it asks for, which is nothing."""

from __future__ import annotations

import pytest

from lftui.judge.steps.searched import planned_rules, planned_search, way_of
from lftui.judge.thresholds.threshold import Threshold, parse_threshold
from lftui.plan import PlanError
from lftui.shapes import Capacity, Goal, Limited, Shape, keep_within, parse_shape


def shape_of(spec: str, users: int | None = None, rate: float | None = None) -> Capacity:
    shape = parse_shape(spec, users, rate, None)
    assert isinstance(shape, Capacity)
    return shape


def test_without_parameters_it_has_sensible_ones() -> None:
    shape = shape_of("capacity")
    assert (shape.unit, shape.start, shape.growth, shape.max) == ("users", 10, 0.5, 1000)
    assert (shape.step_s, shape.precision, shape.hold) == (30, 0.05, ())
    assert (shape.at_least, shape.auto, shape.spawn_rate, shape.keeps_time) == (
        None, False, None, False,
    )  # fmt: skip


def test_every_parameter_can_be_set() -> None:
    shape = shape_of(
        "capacity:unit=rate,start=0.5,growth=100%,step=1m,precision=0.2,max=120/m,at_least=1,"
        "hold=p95_ms<=2s; error_ratio<1%,auto=yes,rate=3"
    )
    assert (shape.unit, shape.start, shape.growth, shape.max) == ("rate", 0.5, 1.0, 2.0)
    assert (shape.step_s, shape.precision, shape.at_least) == (60, 0.2, 1.0)
    assert shape.hold == ("p95_ms<=2s", "error_ratio<1%")
    assert (shape.auto, shape.spawn_rate) == (True, 3.0)


def test_options_stand_in_for_what_is_left_out() -> None:
    shape = shape_of("capacity", 40, 8.0)
    assert (shape.max, shape.spawn_rate, shape.max_given) == (40, 8.0, True)
    # -u of an open workload is the most users that there may be, no level.
    assert shape_of("capacity:unit=rate", 40).max == 1000
    assert shape_of("capacity", 4).start == 4


@pytest.mark.parametrize(
    ("spec", "goal"),
    [("capacity:rate=5", Goal(0, 5.0)), ("capacity:unit=rate", Goal(0, 1.0, rate=0.0))],
)
def test_it_asks_for_nothing_at_any_time(spec: str, goal: Goal) -> None:
    shape = shape_of(spec)
    assert shape.goal(0) == shape.goal(1e6) == goal
    assert not shape.keeps_time
    assert not Limited(shape, 60).keeps_time
    assert parse_shape("constant", 5, 1, None).keeps_time


def test_its_preview_is_the_search_at_its_quickest() -> None:
    shape = shape_of("capacity:start=10,growth=100%,max=50,step=10s")
    assert [shape.users(t) for t in (0, 9.9, 10, 20, 30, 1e9)] == [10, 10, 20, 40, 50, 50]
    assert (shape.peak, shape.peak_rate, shape.preview_s()) == (50, 0.0, 40)
    rates = shape_of("capacity:unit=rate,start=1,growth=100%,max=5,step=10s")
    assert [rates.rate(t) for t in (0, 10, 20, 30)] == [1, 2, 4, 5]
    assert (rates.peak, rates.peak_rate, rates.users(5)) == (0, 5.0, 0)


def test_it_says_what_it_does() -> None:
    assert shape_of("capacity:hold=p95_ms<2s,at_least=100").sentence() == (
        "capacity: searches from 10 users for the highest level that holds p95_ms<2s, 30s a level, "
        "up to 1000; there should be 100 users"
    )
    assert "from 5 iterations a second" in shape_of("capacity:unit=rate,start=5").sentence()
    assert "holds the critical limits" in shape_of("capacity").sentence()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("unit=rps", ["unit=rps", "users or rate"]),
        ("start=0", ["start=0", "1 user or more"]),
        ("start=1.5", ["start=1.5", "whole number"]),
        ("start=2000", ["start=2000", "max=1000"]),
        ("unit=rate,start=0", ["start=0", "above 0"]),
        ("unit=rate,start=ten", ["start=ten", "iterations a second"]),
        ("growth=0%", ["growth=0%", "10% to 1000%"]),
        ("growth=-5", ["growth=-5", "like 50%"]),
        ("precision=nan", ["precision=nan", "1% to 100%"]),
        ("precision=" + "9" * 5000, ["precision=", "like 5%"]),
        ("step=1s", ["step=1s", "2s or more"]),
        ("max=0", ["max=0", "1 user or more"]),
        ("at_least=5000", ["at_least=5000", "max=1000", "raise max="]),
        ("hold=;", ["hold=;", "p95_ms<2s"]),
        ("auto=maybe", ["auto=maybe", "yes nor no"]),
        ("stop=5m", ["'stop'", "unit, hold, start"]),
        ("hold=p95_ms@/a,b<2s", ["'b<2s' is not key=value"]),
    ],
)
def test_what_cannot_work_is_refused(spec: str, words: list[str]) -> None:
    with pytest.raises(PlanError) as refused:
        parse_shape(f"capacity:{spec}", None, None, None)
    assert "'capacity'" in str(refused.value)
    for word in words:
        assert word in str(refused.value)


# --- the limits that it holds --------------------------------------------------------------------

P95 = parse_threshold("p95_ms<2s")
WARNING = parse_threshold("p99_ms<5s:warning")


def names(rules: list[Threshold]) -> list[str]:
    return [one.text for one in rules]


def test_its_own_limits_are_thresholds_of_the_run() -> None:
    shape = shape_of("capacity:hold=p50_ms<100;p95_ms<1s")
    assert names(planned_rules(shape, [P95, WARNING])) == [
        "p95_ms<1000:critical",
        "p99_ms<5000:warning",
        "p50_ms<100:critical",
    ]
    assert planned_rules(Limited(shape, 60), []) == planned_rules(shape, [])
    assert planned_rules(shape_of("capacity"), [P95, WARNING]) == [P95, WARNING]
    assert planned_rules(None, [WARNING]) == [WARNING]


@pytest.mark.parametrize(
    ("hold", "rules", "words"),
    [
        ("", [], ["no limit to hold", "hold=p95_ms<2s", "--threshold"]),
        ("", [WARNING, parse_threshold("cpu_usage<80%")], ["no limit to hold"]),
        (":hold=p95<2s", [], ["p95<2s", "no metric p95"]),
        (":hold=cpu_usage<80%", [], ["cpu_usage<80%", "target's own metrics"]),
        (":hold=p95_ms<2s:warning", [], ["leave :warning away"]),
        (":hold=rps>100", [], ["rps>100", "too little load"]),
    ],
)
def test_a_limit_that_cannot_be_held_is_refused(
    hold: str, rules: list[Threshold], words: list[str]
) -> None:
    with pytest.raises(PlanError) as refused:
        planned_rules(shape_of(f"capacity{hold}"), rules)
    for word in words:
        assert word in str(refused.value)


def test_without_a_highest_level_it_stays_within_the_targets_ceiling() -> None:
    shape = shape_of("capacity")
    keep_within(Limited(shape, 60), 5, 100.0)
    assert (shape.max, shape.start) == (5, 5)
    rates = shape_of("capacity:unit=rate")
    keep_within(rates, 5, 100.0)
    assert (rates.max, rates.start) == (100.0, 10.0)
    given = shape_of("capacity:max=50")
    keep_within(given, 5, 100.0)
    assert given.max == 50
    with pytest.raises(PlanError, match="at_least=100 is over this target's ceiling of 30"):
        keep_within(shape_of("capacity:at_least=100"), 30, None)
    other: Shape = parse_shape("constant", 50, 1, None)
    keep_within(other, 5, None)
    assert other.peak == 50


def test_a_plan_is_read_back_as_the_search_that_it_was() -> None:
    plan = {"shape": "capacity:start=20", "given_users": 100, "max_users": 60, "max_rps": None}
    search = planned_search(plan)
    assert search is not None
    way = way_of(search, plan)
    assert (way.start, way.max) == (20, 60)
    for other in ({}, {"shape": None}, {"shape": "manual"}, {"shape": "capacity:start=x"}):
        assert planned_search(other) is None

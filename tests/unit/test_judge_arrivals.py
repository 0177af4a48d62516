"""A rate that is not reached is never silent; adjusted response times are judged as the others."""

from __future__ import annotations

import pytest

from lftui.judge.arrivals import METRIC, run_kept, short_of_users, step_kept
from lftui.judge.exit_code import exit_code
from lftui.judge.outcome import Check
from lftui.judge.thresholds.limits import check_figure, figure, metric_name
from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.judge.verdict import judge
from lftui.judge.watch.guard import Guard
from lftui.live_view import banners
from lftui.records import Arrivals, GeneratorHealth
from lftui.run_state import RunState
from tests.unit.open_runs import MOST, OpenPlay, kept, with_an_outage
from tests.unit.strategies import Play, Sent


def arrivals_check(state: RunState) -> Check:
    (found,) = (one for one in judge(state).checks if one.metric == METRIC)
    return found


def test_a_closed_run_is_not_asked() -> None:
    play = Play()
    play.seconds(12)
    play.finish()
    assert all(one.metric != METRIC for one in judge(play.state).checks)
    assert run_kept(play.state) == (None, None)


def test_a_rate_that_was_reached_passes() -> None:
    state = kept("p95_ms<500").state
    found = arrivals_check(state)
    assert (found.outcome, found.value, found.limit) == ("pass", 1.0, 0.99)
    assert found.source == "generator"
    assert found.reason == ""
    assert judge(state).outcome == "pass"


def test_arrivals_in_time_alone_are_no_pass() -> None:
    """They say that the load was there, and nothing of its responses."""
    state = kept("p95_ms@/never<500").state
    assert arrivals_check(state).outcome == "pass"
    assert judge(state).outcome == "inconclusive"


def test_not_enough_users() -> None:
    state = with_an_outage("p50_ms<500").state
    verdict = judge(state)
    assert verdict.outcome == "inconclusive"
    assert verdict.sentence == (
        "INCONCLUSIVE: the rate was not reached at 50/s: 2,900 iterations were due, 230 began "
        "late, 250 were given up; not enough users: all 20 were busy for 10 s while arrivals "
        "waited; allow more, or ask for a lower rate"
    )
    assert exit_code(state, verdict.outcome) == 3
    assert arrivals_check(state).value == pytest.approx((2900 - 480) / 2900)


def test_a_warning_does_not_hide_it_and_a_broken_limit_is_a_broken_limit() -> None:
    assert judge(with_an_outage("p50_ms<10:warning").state).outcome == "inconclusive"
    failed = judge(with_an_outage("p50_ms<10").state)
    assert failed.outcome == "fail"
    assert any("not enough users" in reason for reason in failed.reasons)


def test_the_generator_is_asked_before_the_users() -> None:
    play = OpenPlay("p50_ms<500")
    play.reach(50)
    for _ in range(20):
        full = GeneratorHealth(cpu_percent=99.0)
        play.arrive(50, started=40, dropped=5, late_ms=90, health=full)
    play.finish()
    verdict = judge(play.state)
    assert verdict.outcome == "inconclusive"
    assert verdict.sentence.startswith("INCONCLUSIVE: the generator was the bottleneck: its core")
    assert "the generator was saturated: its core was full" in arrivals_check(play.state).reason


@pytest.mark.parametrize(
    ("users", "waiting", "lag_ms", "why"),
    [
        (12, 9, 2, "arrivals waited while users were added (at most 12 of 20)"),
        (12, 0, 2, "arrivals waited while users were added (at most 12 of 20)"),
        (20, 0, 2, "all 20 users were there, 12 busy at most, but for moments none was free"),
        (20, 0, 80, "the generator stood still for up to 80 ms"),
    ],
)
def test_late_ones_have_a_reason(users: int, waiting: int, lag_ms: int, why: str) -> None:
    play = OpenPlay()
    play.reach(50)
    health = GeneratorHealth(lag_max_us=lag_ms * 1000)
    for _ in range(20):
        late = Arrivals(
            50, due=50, started=45, late=20, waiting=waiting, busy=12, free=users - 12, most=MOST
        )
        sent = [Sent(play.endpoint("/r"), 20_000)] * 45
        play.tick(sent, users=users, arrivals=late, health=health)
    assert why in arrivals_check(play.state).reason


def test_one_step_of_a_long_ladder_is_named() -> None:
    play = OpenPlay("p50_ms<500")
    for rate in (10, 20, 30, 40):
        play.reach(rate)
        for _ in range(60):
            play.arrive(rate)
    play.reach(100)
    for _ in range(10):
        play.arrive(100, started=90, dropped=10)
    play.finish()
    found, step = run_kept(play.state)
    assert step is not None
    assert found is not None
    assert (step.rate, found.reached) == (100, False)
    verdict = judge(play.state)
    assert verdict.outcome == "inconclusive"
    assert [one.outcome for one in verdict.steps] == ["pass"] * 4 + ["inconclusive"]
    assert verdict.capacity is not None
    assert verdict.capacity.rate == 40, "a rate that was not reached met nothing"
    assert arrivals_check(play.state).rate == 100


@pytest.mark.parametrize(("late", "reached"), [(4, True), (30, False)])
def test_a_few_late_ones_are_no_finding(late: int, reached: bool) -> None:
    play = OpenPlay()
    for second in range(10):
        play.arrive(10, late_ms=90 if second < late / 10 else 0)
    if late == 4:
        play = OpenPlay()
        few = Arrivals(10, due=40, started=40, late=4, busy=1, most=MOST)
        play.tick([Sent(play.endpoint("/r"), 20_000)] * 40, arrivals=few)
    found, _ = run_kept(play.state)
    assert found is not None
    assert found.reached is reached


def test_without_a_plateau_the_whole_run_is_judged() -> None:
    play = OpenPlay()
    for rate in range(20, 60):
        play.arrive(rate, started=rate // 2, state="spawning")
    play.finish()
    found, step = run_kept(play.state)
    assert step is None
    assert found is not None
    assert not found.reached
    assert "had not begun" in arrivals_check(play.state).reason
    assert step_kept(play.state, kept().state.steps.all()[0]) is not None


def test_nothing_was_due() -> None:
    play = OpenPlay()
    for _ in range(8):
        play.arrive(0)
    play.finish()
    assert run_kept(play.state) == (None, None)


def test_live_it_is_told_while_it_lasts() -> None:
    play = OpenPlay()
    play.reach(50)
    for _ in range(5):
        play.arrive(50)
    assert short_of_users(play.state) == ""
    for _ in range(3):
        play.arrive(50, started=30, dropped=4)
    said = "all 20 users are busy, 48 arrivals wait, 12 were given up in the last 10 s"
    assert short_of_users(play.state) == said
    assert f"▲ NOT ENOUGH USERS: {said}" in banners(play.state)
    now = Arrivals(50.0, due=50, started=50, waiting=9, busy=14, free=6, most=20)
    play.tick([], users=20, target=20, arrivals=now)
    assert short_of_users(play.state).startswith("14 of 20 users are busy, 9 arrivals wait")
    play.finish("stopped")
    assert short_of_users(play.state) == ""


# --- adjusted response times ---------------------------------------------------------------------


def test_an_outage_shows_in_the_adjusted_p95_and_not_in_the_measured_one() -> None:
    verdict = judge(with_an_outage("p95_ms<500", "p95_adjusted_ms<500").state)
    found = {one.metric: one for one in verdict.checks if one.source == "threshold"}
    assert found["p95_ms"].value == 20
    adjusted = found["p95_adjusted_ms"]
    assert adjusted.value is not None
    assert adjusted.value > 1_000
    assert adjusted.outcome == "inconclusive", "ten seconds, seen once: that could be chance"
    assert adjusted.reason == (
        "adjusted p95 2.36 s (? to ?): it is made of too few moments to rule out chance"
    )


def test_waits_all_the_time_break_it() -> None:
    play = OpenPlay("p95_adjusted_ms<500", "p95_ms<500")
    play.reach(50)
    for _ in range(40):
        play.arrive(50, late_ms=900)
    play.finish()
    verdict = judge(play.state)
    assert verdict.outcome == "fail"
    assert verdict.sentence == "FAIL: adjusted p95 920 ms broke the critical limit 500 ms"


def test_of_a_closed_run_there_is_nothing_to_judge() -> None:
    play = Play(thresholds=written([parse_threshold("p99_adjusted_ms@*<1s")]))
    play.seconds(20)
    play.finish()
    (found,) = (one for one in judge(play.state).checks if one.source == "threshold")
    assert found.outcome == "inconclusive"
    assert found.reason.endswith(
        "there are adjusted response times of open workloads and paced users only"
    )


def test_the_guard_watches_adjusted_times() -> None:
    rules = [parse_threshold(text) for text in ("p95_adjusted_ms<500", "p95_ms<500")]
    guard = Guard(rules, window_s=5.0, grace_s=0.0, min_samples=20, off=set())
    play = OpenPlay()
    seen: list[str] = []
    for second in range(40):
        play.arrive(50, late_ms=0 if second < 5 else 900)
        found = guard.look(play.state)
        seen += [mark.text for mark in found.marks] if found is not None else []
    assert len(seen) == 1
    assert seen[0].startswith("adjusted p95 920 ms broke the critical limit 500 ms")


def test_how_they_are_written() -> None:
    rule = parse_threshold("p95_adjusted_ms@/api/*<2s:warning")
    assert (rule.limit, rule.rule) == (2000.0, "p95_adjusted_ms@/api/*")
    assert metric_name(rule.metric) == "adjusted p95"
    assert figure(rule.metric, 2_310.0) == "2.31 s"
    assert metric_name(METRIC) == "arrivals in time"
    check = Check("generator", "total", METRIC, "pass", value=0.9753)
    assert check_figure(check, check.value) == "97.5 %"

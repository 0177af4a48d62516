"""The guard's eyes: limits that stay broken are seen soon, noise almost never, silence as well."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.judge.thresholds.threshold import Threshold, parse_threshold, written
from lftui.judge.watch.breach import Counter, Watch
from lftui.judge.watch.guard import Guard, Seen, Trouble, critical_rules, rule_names, rules_off
from lftui.judge.watch.guard_action import decide, lower_step
from lftui.judge.watch.stalled import stalled
from lftui.metrics import Figures, Histogram
from lftui.plan import GuardAction
from lftui.records import (
    SCHEMA,
    EndpointTick,
    Marked,
    Proposed,
    RunStarted,
    TargetSample,
    TargetSampled,
)
from lftui.run_state import RunState
from tests.unit.strategies import Play, Sent, read_back

ERRORS = parse_threshold("error_ratio<5%")
P95 = parse_threshold("p95_ms<500")

# --- simulated: how often noise trips it, how soon the truth does ---------------------------------

Second = Callable[[], list[EndpointTick]]


def errors(rng: random.Random, share: float, rps: float = 9.0) -> Second:
    """Seconds of about `rps` requests, of which this share fails."""

    def second() -> list[EndpointTick]:
        count = sum(rng.random() < 0.25 for _ in range(int(rps * 4)))
        failures = sum(rng.random() < share for _ in range(count))
        return [EndpointTick(id=1, count=count, failures=failures)]

    return second


def times(rng: random.Random, p95_ms: float, rps: int = 9) -> Second:
    """Seconds of response times, lognormal with this p95."""
    median = p95_ms * 1000 / math.exp(1.645 * 0.56)

    def second() -> list[EndpointTick]:
        times_us = [int(rng.lognormvariate(math.log(median), 0.56)) for _ in range(rps)]
        return [EndpointTick(id=1, count=rps, ok=Histogram.of(times_us).sparse())]

    return second


def tripped(rule: Threshold, second: Second, seconds: int) -> int | None:
    """The second in which the guard would act."""
    watch = Watch(rule, "total", Counter(rule))
    for now in range(1, seconds + 1):
        watch.add(now - 1.0, float(now), second())
        watch.follow(float(now), 20)
        breach = watch.breach
        if breach is not None and now - breach.noticed_s >= 10 and breach.prove(rule):
            return now
    return None


def share_tripped(
    rule: Threshold, make: Callable[[random.Random], Second], seconds: int, runs: int
) -> float:
    """The share of seeded runs in which the guard would act within so many seconds."""
    found = [tripped(rule, make(random.Random(seed)), seconds) for seed in range(runs)]
    return sum(one is not None for one in found) / runs


def test_an_error_ratio_below_the_limit_almost_never_trips_it() -> None:
    assert share_tripped(ERRORS, lambda rng: errors(rng, 0.03), 600, runs=250) < 0.02


def test_twice_the_limit_trips_it_within_half_a_minute_in_most_runs() -> None:
    assert share_tripped(ERRORS, lambda rng: errors(rng, 0.10), 30, runs=250) > 0.66


def test_four_times_the_limit_trips_it_within_half_a_minute() -> None:
    assert share_tripped(ERRORS, lambda rng: errors(rng, 0.20), 30, runs=100) > 0.97


def test_a_p95_well_below_the_limit_never_trips_it() -> None:
    assert share_tripped(P95, lambda rng: times(rng, 400), 600, runs=100) == 0


def test_a_p95_of_one_and_a_half_times_the_limit_trips_it_soon() -> None:
    assert share_tripped(P95, lambda rng: times(rng, 750), 30, runs=100) > 0.95


def test_a_target_that_breaks_down_at_once_trips_it_when_the_window_is_over() -> None:
    for share in (0.2, 0.5, 1.0):
        seconds = iter([0.01] * 60 + [share] * 60)
        rng = random.Random(7)

        def second(rng: random.Random = rng, seconds: Any = seconds) -> list[EndpointTick]:
            return errors(rng, next(seconds), 20)()

        found = tripped(ERRORS, second, 120)
        assert found is not None
        assert 71 <= found <= 76


def test_single_bad_seconds_do_not_trip_it() -> None:
    def bursts(rng: random.Random) -> Second:
        def second() -> list[EndpointTick]:
            bad = rng.random() < 0.02
            return [EndpointTick(id=1, count=100, failures=100 if bad else 0)]

        return second

    assert share_tripped(ERRORS, bursts, 600, runs=50) == 0


LIMITS = st.floats(0.001, 20_000, allow_nan=False)


@given(
    st.lists(st.integers(1, 10_000_000), min_size=20, max_size=60),
    LIMITS,
    st.booleans(),
    st.sampled_from(["p50_ms", "p90_ms", "p95_ms", "p99_ms"]),
)
@settings(max_examples=300)
def test_counting_what_is_beyond_says_the_same_as_the_percentile(
    times_us: list[int], limit: float, upper: bool, metric: str
) -> None:
    rule = Threshold(metric, limit, upper=upper)
    watch = Watch(rule, "total", Counter(rule))
    endpoint = EndpointTick(id=1, count=len(times_us), ok=Histogram.of(times_us).sparse())
    watch.add(0.0, 1.0, [endpoint])
    watch.follow(1.0, 20)
    figures = Figures(ok=Histogram.of(times_us))  # no minimum and maximum: the buckets' own values
    quantile = {"p50_ms": 0.5, "p90_ms": 0.9, "p95_ms": 0.95, "p99_ms": 0.99}[metric]
    value = figures.percentile_ms(quantile)
    assert value is not None
    assert (watch.breach is not None) == rule.broken_by(value)


# --- on a run's state -----------------------------------------------------------------------------


class Run(Play):
    """A played run that the guard looks at after every tick."""

    def __init__(self, *rules: str, off: set[str] | None = None, **plan: Any) -> None:
        super().__init__()
        grace = plan.pop("grace", 0.0)
        thresholds = [parse_threshold(text) for text in rules]
        self.say(RunStarted(schema=SCHEMA, run_id="r", plan=plan, thresholds=written(thresholds)))
        self.guard = Guard(critical_rules(self.state), 10.0, grace, 20, off or set())
        self.seen: list[Seen] = []

    def play(
        self, seconds: int, *, bad: int = 0, rps: int = 20, name: str = "/", **more: Any
    ) -> list[Seen]:
        """So many seconds of which `bad` requests each fail; what the guard has seen of them."""
        user_class = more.pop("user_class", "")
        ms = more.pop("ms", 20)
        endpoint = self.endpoint(name, "GET", user_class)
        before = len(self.seen)
        for _ in range(seconds):
            sent = [Sent(endpoint, ms * 1000, failed=number < bad) for number in range(rps)]
            self.tick(sent, last_response=self.now if rps else None, **more)
            self.look()
        return self.seen[before:]

    def look(self) -> None:
        """One look."""
        seen = self.guard.look(self.state)
        if seen is not None:
            self.seen.append(seen)
            for mark in seen.marks:
                self.say(mark)

    @property
    def marks(self) -> list[Marked]:
        return [mark for seen in self.seen for mark in seen.marks]


def troubles(seen: Sequence[Seen]) -> int:
    """In how many looks something could have been done."""
    return sum(bool(one.troubles) for one in seen)


def test_a_limit_broken_for_its_window_is_marked_once_and_stays_a_trouble() -> None:
    run = Run("error_ratio<5%")
    assert troubles(run.play(10)) == 0
    seen = run.play(25, bad=10)
    first = next(n for n, one in enumerate(seen) if one.troubles)
    assert 10 <= first <= 12
    assert all(one.troubles for one in seen[first:])
    (mark,) = run.marks
    assert mark.type == "breach"
    facts = mark.facts
    assert (facts["rule"], facts["scope"], facts["metric"]) == (
        "error_ratio",
        "total",
        "error_ratio",
    )
    assert facts["value"] == pytest.approx(0.5)
    assert facts["limit"] == 0.05
    assert 0.05 < facts["low"] < 0.5
    assert facts["samples"] == 200
    assert facts["window_s"] == 10
    assert "errors 50 % broke the critical limit 5 % for 10s" in mark.text


def test_a_limit_that_is_kept_again_is_marked_as_mended() -> None:
    run = Run("error_ratio<5%")
    run.play(30, bad=10)
    seen = run.play(30)
    _, mended = run.marks
    assert mended.facts["mended"] is True
    assert mended.facts["rule"] == "error_ratio"
    assert "within the critical limit 5 % again" in mended.text
    assert not seen[-1].troubles
    assert not run.state.guard.broken
    run.play(30, bad=10)
    assert len(run.marks) == 3


def test_a_broken_rule_stands_in_the_state_since_it_was_proven() -> None:
    run = Run("error_ratio<5%")
    run.play(40, bad=10)
    since = run.state.guard.broken["error_ratio"].wall
    run.play(10, bad=15)
    assert run.state.guard.broken["error_ratio"].wall == since
    assert read_back(run.state).guard == run.state.guard


def test_ten_bad_seconds_and_no_more_are_forgotten() -> None:
    run = Run("error_ratio<5%")
    run.play(20)
    run.play(1, bad=20)
    assert troubles(run.play(30)) == 0
    assert not run.marks


def test_too_few_responses_say_nothing() -> None:
    run = Run("error_ratio<5%", "p95_ms<10")
    assert troubles(run.play(60, rps=1, bad=1)) == 0


def test_the_first_seconds_of_load_are_excused() -> None:
    run = Run("error_ratio<5%", grace=15.0)
    assert troubles(run.play(25, bad=10)) == 0
    assert troubles(run.play(5, bad=10)) > 0


def test_a_warning_limit_is_none_of_its_business() -> None:
    run = Run("error_ratio<5%:warning")
    assert troubles(run.play(40, bad=20)) == 0
    assert rule_names(run.state) == ["stalled"]


def test_after_it_has_acted_it_waits_and_counts_afresh() -> None:
    run = Run("error_ratio<5%", grace=5.0)
    run.play(30, bad=10)
    run.guard.rearm(run.now)
    assert troubles(run.play(15, bad=10)) == 0
    assert troubles(run.play(5, bad=10)) > 0
    assert len(run.marks) == 1


def test_while_paused_it_sees_nothing_and_what_was_before_does_not_count() -> None:
    run = Run("error_ratio<5%", grace=5.0)
    run.play(20, bad=10)
    assert troubles(run.play(10, bad=10, state="paused")) == 0
    assert troubles(run.play(15, bad=10)) == 0
    assert troubles(run.play(5, bad=10)) > 0


@pytest.mark.parametrize("state", ["stopping", "stopped", "ready"])
def test_a_run_that_does_not_run_is_no_trouble(state: Any) -> None:
    run = Run("error_ratio<5%")
    assert troubles(run.play(40, bad=20, state=state)) == 0


def test_a_tick_is_counted_once_however_often_it_is_looked_at() -> None:
    run = Run("error_ratio<5%")
    run.play(30, bad=10)
    assert run.guard.look(run.state) is None
    proven = run.seen[-1].troubles
    twice = Run("error_ratio<5%")
    for _ in range(30):
        twice.play(1, bad=10)
        twice.look()
        twice.look()
    assert twice.seen[-1].troubles == proven
    assert len(twice.seen) == 30


def test_looking_seldom_sees_the_same_in_the_end() -> None:
    often, seldom = Run("error_ratio<5%"), Run("error_ratio<5%")
    often.play(40, bad=10)
    endpoint = seldom.endpoint("/")
    for number in range(40):
        seldom.tick([Sent(endpoint, 20_000, failed=n < 10) for n in range(20)])
        if number % 3 == 0:
            seldom.look()
    assert seldom.seen[-1].troubles[0].rule == often.seen[-1].troubles[0].rule
    assert len(seldom.marks) == 1


# --- what a rule is about -------------------------------------------------------------------------


def test_an_endpoint_is_judged_by_its_own_requests() -> None:
    run = Run("p95_ms@GET /slow<100", "p95_ms@GET /quick<100")
    for _ in range(30):
        slow, quick = run.endpoint("/slow"), run.endpoint("/quick")
        run.tick([Sent(slow, 300_000)] * 10 + [Sent(quick, 20_000)] * 10)
        run.look()
    assert {one.rule for one in run.seen[-1].troubles} == {"p95_ms@GET /slow"}
    (mark,) = run.marks
    assert mark.facts["scope"] == "GET /slow"
    assert mark.facts["value"] == pytest.approx(300, rel=0.01)
    assert "p95 of GET /slow 300 ms broke the critical limit 100 ms" in mark.text


def test_an_endpoint_that_two_classes_request_is_one_subject() -> None:
    run = Run("error_ratio@/x<5%")
    for _ in range(30):
        ids = [run.endpoint("/x", "GET", name) for name in ("A", "B")]
        run.tick([Sent(number, 20_000, failed=True) for number in ids])
        run.look()
    # Two a second: enough in ten seconds only if they are counted together.
    assert run.seen[-1].troubles


def test_a_pattern_is_one_rule_with_its_worst_endpoint_named() -> None:
    run = Run("p95_ms@/api/*<100")
    for _ in range(30):
        sent = [Sent(run.endpoint(f"/api/{n}"), 50_000 * n) for n in range(1, 6) for _ in range(5)]
        run.tick([*sent, Sent(run.endpoint("/other"), 900_000)])
        run.look()
    assert [one.rule for one in run.seen[-1].troubles] == ["p95_ms@/api/*"]
    (mark,) = run.marks
    assert mark.facts["scope"] == "GET /api/5"
    assert mark.facts["others"] == 2
    assert "2 more endpoints break it too" in mark.text


def test_a_pattern_is_mended_when_its_last_endpoint_is() -> None:
    run = Run("error_ratio@/api/*<5%")

    def seconds(count: int, *failing: str) -> None:
        for _ in range(count):
            names = ("/api/a", "/api/b")
            ids = {name: run.endpoint(name) for name in names}
            run.tick(
                [
                    Sent(ids[n], 20_000, failed=n in failing and i < 5)
                    for n in names
                    for i in range(9)
                ]
            )
            run.look()

    seconds(15, "/api/a")
    since = run.state.guard.broken["error_ratio@/api/*"]
    seconds(15, "/api/a", "/api/b")
    assert [mark.facts["scope"] for mark in run.marks] == ["GET /api/a", "GET /api/a"]
    assert run.marks[-1].facts["others"] == 1
    assert run.state.guard.broken["error_ratio@/api/*"] == since
    seconds(25, "/api/b")
    assert len(run.marks) == 2
    seconds(25)
    assert run.marks[-1].facts["mended"] is True
    assert len(run.marks) == 3


def test_a_user_class_is_judged_by_what_its_users_request() -> None:
    run = Run("error_ratio@class:Admin<5%")
    run.play(30, bad=20, user_class="Reader")
    assert not run.marks
    run.play(30, bad=5, user_class="Admin")
    assert run.marks[0].facts["scope"] == "class Admin"


def test_where_nothing_succeeds_the_failures_are_timed() -> None:
    run = Run("p95_ms<1000")
    run.play(30, bad=20, ms=5_000)
    assert run.marks[0].facts["value"] == pytest.approx(5_000, rel=0.01)


def test_a_lower_limit_of_a_rate_is_judged_at_the_peak_of_the_load_only() -> None:
    stages = [{"users": 10}, {"users": 40}]
    run = Run("goodput_rps>100", stages=stages)
    run.play(40, rps=20, users=10)
    assert not run.marks
    run.play(40, rps=20, users=40)
    assert run.marks[0].facts["rule"] == "goodput_rps"
    assert run.marks[0].facts["value"] == pytest.approx(20, rel=0.1)


def test_the_targets_own_metric_is_judged_by_its_readings() -> None:
    run = Run("cpu_usage<0.85")

    def seconds(value: float, count: int) -> None:
        for number in range(count):
            if number % 3 == 0:
                run.say(TargetSampled(source="host", samples=[TargetSample("cpu_usage", value)]))
            run.play(1)

    seconds(0.5, 20)
    seconds(0.95, 9)
    assert not run.marks
    seconds(0.95, 12)
    assert run.marks[0].facts["scope"] == "target"
    assert run.marks[0].facts["value"] == pytest.approx(0.95)
    seconds(0.4, 20)
    assert run.marks[-1].facts["mended"] is True


def test_a_rule_that_is_switched_off_sees_nothing_and_begins_afresh_when_on() -> None:
    run = Run("error_ratio<5%", "p95_ms<500", off={"error_ratio"})
    assert troubles(run.play(30, bad=10)) == 0
    run.guard.switch("error_ratio", True)
    assert troubles(run.play(10, bad=10)) == 0
    assert troubles(run.play(5, bad=10)) > 0
    run.guard.switch("error_ratio", False)
    assert troubles(run.play(5, bad=10)) == 0


@pytest.mark.parametrize(
    ("plan", "off"),
    [
        ({"guard_action": "off", "guard_stalled": "off"}, {"p95_ms", "stalled"}),
        ({"guard_action": "off", "guard_stalled": "stop"}, {"p95_ms"}),
        ({"guard_action": "stop", "guard_stalled": "off"}, {"stalled"}),
        ({}, set()),
    ],
)
def test_the_plan_says_what_is_off_until_somebody_does(plan: dict[str, Any], off: set[str]) -> None:
    run = Run("p95_ms<500", **plan)
    assert rules_off(run.state) == off
    run.mark("guard", facts={"enabled": True, "rule": "", "off": []})
    assert rules_off(run.state) == set()


def test_a_thousand_endpoints_are_followed_without_reading_their_histograms_again() -> None:
    run = Run("p95_ms@/api/*<100")
    ids = [run.endpoint(f"/api/{number}") for number in range(300)]
    for _ in range(14):
        run.tick([Sent(number, 20_000) for number in ids])
        run.look()
    rule = run.guard._rules[0]
    watches = rule._watches.values()  # type: ignore[attr-defined]
    assert len(watches) == 300
    assert all(watch.breach is None and watch._n == 10 for watch in watches)


# --- silence --------------------------------------------------------------------------------------


def silent(run: Run, seconds: int, **more: Any) -> list[Seen]:
    """Seconds without a response, five requests waiting since the first of them."""
    began, found = run.now, len(run.seen)
    for _ in range(seconds):
        status = {"in_flight": 5, "oldest_in_flight_s": run.now + 1 - began, **more}
        run.tick([], **status)
        run.look()
    return run.seen[found:]


def test_a_silent_target_is_stalled_after_five_seconds() -> None:
    run = Run()
    run.play(10, in_flight=5, oldest_in_flight_s=0.1)
    silent(run, 5)
    assert stalled(run.state) is None
    silent(run, 1, oldest_in_flight_s=6.0)
    # The last response came at the beginning of the tick before.
    assert stalled(run.state) == pytest.approx(7.0)


def test_silence_is_marked_when_it_begins_and_when_responses_are_back() -> None:
    run = Run()
    run.play(10, in_flight=5, oldest_in_flight_s=0.1)
    seen = silent(run, 20)
    (begun,) = run.marks
    assert begun.type == "stalled"
    assert begun.facts["rule"] == "stalled"
    assert begun.text.startswith("no response for 7 s with 10 users and 5 requests in flight")
    assert run.state.guard.broken["stalled"].text == begun.text
    assert [bool(one.troubles) for one in seen].index(True) == 15
    run.play(5, in_flight=5, oldest_in_flight_s=0.1)
    assert run.marks[-1].facts == {"rule": "stalled", "mended": True}
    assert run.marks[-1].text == "responses come again"
    assert not run.state.guard.broken


def test_silence_after_an_act_has_its_grace_and_its_window_again() -> None:
    run = Run(grace=5.0)
    run.play(10, in_flight=5, oldest_in_flight_s=0.1)
    assert silent(run, 20)[-1].troubles
    run.guard.rearm(run.now)
    began = {"oldest_in_flight_s": 30.0}
    assert troubles(silent(run, 14, **began)) == 0
    assert troubles(silent(run, 4, **began)) > 0
    assert len(run.marks) == 1


def test_long_requests_are_no_silence() -> None:
    run = Run()
    run.play(40, rps=5, ms=8_000, in_flight=5, oldest_in_flight_s=8.0)
    silent(run, 23)
    assert not run.marks
    silent(run, 3, oldest_in_flight_s=26.0)
    assert run.marks


@pytest.mark.parametrize(
    "quiet",
    [
        {"in_flight": 0, "oldest_in_flight_s": None},
        {"in_flight": 5, "oldest_in_flight_s": 1.5},
        {"users": 0},
        {"state": "paused"},
        {"state": "stopping"},
    ],
    ids=["nobody waits", "they wait for a moment only", "no users", "paused", "stopping"],
)
def test_it_is_no_silence_while(quiet: dict[str, Any]) -> None:
    run = Run()
    run.play(10, in_flight=5, oldest_in_flight_s=0.1)
    silent(run, 40, **quiet)
    assert stalled(run.state) is None
    assert not run.marks


def test_nothing_is_stalled_before_the_load_or_after_the_end() -> None:
    assert stalled(RunState()) is None
    run = Run()
    run.play(5)
    silent(run, 20)
    assert stalled(run.state) is not None
    run.finish()
    assert stalled(run.state) is None


def test_a_target_that_never_answers_is_stalled() -> None:
    run = Run()
    assert stalled(run.state) is None
    silent(run, 4)
    assert stalled(run.state) is None
    silent(run, 8)
    assert stalled(run.state) is not None


def test_a_generator_that_was_blocked_does_not_blame_the_target() -> None:
    run = Run()
    run.play(10, in_flight=5, oldest_in_flight_s=0.1)
    run.tick([], length_s=12.0, in_flight=5, oldest_in_flight_s=12.0)
    assert stalled(run.state) is None


def test_where_requests_in_flight_are_not_known_the_pace_tells() -> None:
    run = Run()
    run.play(20, rps=2, in_flight=None)
    silent(run, 6, in_flight=None, oldest_in_flight_s=None)
    assert stalled(run.state) is not None
    slow = Run()
    for _ in range(4):
        slow.play(1, rps=1)
        slow.play(19, rps=0, in_flight=None)
    assert stalled(slow.state) is None


def test_a_paused_run_of_unknown_requests_is_not_stalled_when_it_goes_on() -> None:
    run = Run()
    run.play(20, rps=2)
    run.mark("pause", old=10, new=0)
    for _ in range(60):
        run.tick([], users=0, state="paused")
    run.mark("unpause", old=0, new=10)
    run.tick([])
    assert stalled(run.state) is None


# --- what is done about it ------------------------------------------------------------------------


def climbed(*levels: int) -> Play:
    """A run that went through these plateaus."""
    play = Play()
    for before, users in zip((0, *levels), levels, strict=False):
        play.mark("stage", old=before, new=users)
        play.seconds(8, users=users)
    return play


@pytest.mark.parametrize(
    ("levels", "broken", "lower"),
    [
        ((10, 20, 40), set(), 20),
        ((10, 20, 40), {20}, 10),
        ((10, 40, 20), set(), 10),
        ((20,), set(), None),
        ((), set(), None),
    ],
)
def test_one_step_down_is_the_highest_plateau_that_was_not_broken(
    levels: tuple[int, ...], broken: set[int], lower: int | None
) -> None:
    assert lower_step(climbed(*levels).state, broken) == lower


def test_without_a_plateau_one_step_down_is_the_last_increase() -> None:
    play = Play()
    play.tick([], users=10)
    play.mark("users", old=10, new=25)
    play.tick([], users=25)
    assert lower_step(play.state) == 10


def test_in_a_ramp_one_step_down_is_a_tenth() -> None:
    play = Play()
    for users in range(1, 51):
        play.mark("users", old=users - 1, new=users, who="shape")
        play.tick([], users=users, target=users)
    assert lower_step(play.state) == 45


BROKEN = Trouble("error_ratio", "errors 10 % broke the limit")
SILENT = Trouble("stalled", "no response for 12 s")


@pytest.mark.parametrize(
    ("found", "action", "on_stalled", "deed"),
    [
        ([BROKEN], "warn", "warn", None),
        ([BROKEN], "off", "off", None),
        ([BROKEN], "hold", "hold", ("hold", False, None)),
        ([BROKEN], "step-back", "hold", ("step-back", False, 20)),
        ([BROKEN], "stop", "stop", ("stop", False, None)),
        ([BROKEN], "propose", "propose", ("step-back", True, 20)),
        ([SILENT], "propose", "propose", ("stop", True, None)),
        ([SILENT], "stop", "warn", None),
        ([SILENT], "step-back", "hold", ("hold", False, None)),
        ([BROKEN, SILENT], "warn", "stop", ("stop", False, None)),
        ([BROKEN, SILENT], "step-back", "propose", ("step-back", False, 20)),
        ([], "stop", "stop", None),
    ],
)
def test_one_deed_for_all_that_is_broken(
    found: list[Trouble],
    action: GuardAction,
    on_stalled: GuardAction,
    deed: tuple[str, bool, int | None] | None,
) -> None:
    decision = decide(found, action, on_stalled, climbed(10, 20, 40).state, set())
    if deed is None:
        assert decision is None
        return
    assert decision is not None
    assert (decision.deed, decision.proposed, decision.users) == deed
    assert decision.rules == [one.rule for one in found]
    assert all(one.text in decision.why for one in found)


@pytest.mark.parametrize(("action", "proposed"), [("step-back", False), ("propose", True)])
def test_where_there_is_no_lower_step_the_run_is_stopped(
    action: GuardAction, proposed: bool
) -> None:
    decision = decide([BROKEN], action, "warn", climbed(20).state, set())
    assert decision is not None
    assert (decision.deed, decision.proposed) == ("stop", proposed)


def test_a_load_that_is_held_is_not_held_again() -> None:
    play = climbed(10)
    play.tick([], users=10, held=True)
    assert decide([BROKEN], "hold", "hold", play.state, set()) is None


# --- in the state ---------------------------------------------------------------------------------


def test_a_pinned_baseline_takes_the_place_of_the_one_at_the_start() -> None:
    play = Play()
    first = {"endpoints": {"/": {}}}
    started = RunStarted(schema=SCHEMA, run_id="r", plan={}, baseline=first, baseline_path="a.json")
    play.say(started)
    assert (play.state.baseline, play.state.baseline_path) == (first, "a.json")
    second = {"endpoints": {"/x": {}}}
    play.mark("baseline", text="b.json", facts={"path": "b.json", "document": second})
    assert (play.state.baseline, play.state.baseline_path) == (second, "b.json")
    assert play.state.marks[-1].facts == {"path": "b.json"}
    assert msgspec.json.encode(play.state).count(b'"/x"') == 1
    play.mark("baseline", text="none", facts={"path": "none", "document": None})
    assert play.state.baseline is None


def test_a_proposal_is_open_until_a_mark_ends_it() -> None:
    play = Play()
    for name in ("p-1", "p-2", "p-3"):
        play.say(Proposed(proposal_id=name, action="stop"))
    play.mark("guard", proposal_id="p-1", facts={"action": "stop", "rule": "x"})
    play.mark("guard", proposal_id="p-2", facts={"withdrawn": True})
    assert list(play.state.proposals) == ["p-3"]
    play.finish("guard")
    assert not play.state.proposals

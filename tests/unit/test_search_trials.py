"""A trial of the search: what the figures of a level say of it."""

from __future__ import annotations

import random

import pytest

from lftui.judge.steps.beyond import check_share
from lftui.judge.steps.trial import Judged, Measuring
from lftui.judge.thresholds.limits import check
from lftui.judge.thresholds.threshold import Threshold, parse_threshold
from lftui.metrics import Histogram
from lftui.records import Arrivals, EndpointSeen, EndpointTick, GeneratorHealth, Tick
from lftui.run_state import RunState
from tests.unit.ladders import measured

P95 = parse_threshold("p95_ms<100")
ERRORS = parse_threshold("error_ratio<1%")


def state_of() -> RunState:
    state = RunState()
    for number, name in enumerate(("/a", "/b"), start=1):
        state.apply(EndpointSeen(id=number, method="GET", name=name, user_class="Reader"))
    return state


def endpoint(
    number: int, ms: list[float], failures: int = 0, intended: list[float] | None = None
) -> EndpointTick:
    us = [int(1000 * one) for one in ms]
    return EndpointTick(
        id=number,
        count=len(us) + failures,
        failures=failures,
        sum_us=sum(us),
        min_us=min(us, default=None),
        max_us=max(us, default=0),
        bytes=0,
        ok=Histogram.of(us).sparse(),
        intended=Histogram.of(int(1000 * one) for one in intended or []).sparse(),
    )


def judged(
    *endpoints: EndpointTick,
    rules: tuple[Threshold, ...] = (P95,),
    unit: str = "users",
    seconds: int = 30,
    users: int = 10,
    arrivals: Arrivals | None = None,
    cpu: float = 5.0,
    in_flight: int | None = 10,
) -> Judged:
    """What so many equal seconds say of ten users, or ten iterations a second."""
    state, measuring = state_of(), Measuring(10, unit, 0.0)
    for second in range(seconds):
        tick = Tick(
            start=float(second),
            end=second + 1.0,
            state="running",
            target=10,
            users=users,
            endpoints=list(endpoints),
            arrivals=arrivals,
            in_flight=in_flight,
            health=GeneratorHealth(cpu_percent=cpu),
        )
        measuring.take(state, tick)
    return measuring.judge(state, rules)


FAST, SLOW = endpoint(1, [50.0] * 20), endpoint(1, [50.0] * 10 + [150.0] * 10)


def test_a_level_holds_breaks_or_cannot_be_told_by_its_intervals() -> None:
    held = judged(FAST)
    assert (held.said, held.why) == ("holds", "p95 50 ms keeps the critical limit 100 ms")
    broken = judged(SLOW)
    assert (broken.said, broken.why) == ("breaks", "p95 150 ms broke the critical limit 100 ms")
    at_it = judged(endpoint(1, [50.0] * 19 + [150.0]))
    assert at_it.said == "unclear"
    assert not at_it.few


def test_every_limit_has_to_hold() -> None:
    rules = (P95, ERRORS)
    assert judged(endpoint(1, [50.0] * 20), rules=rules).said == "holds"
    failing = judged(endpoint(1, [50.0] * 18, failures=2), rules=rules)
    assert (failing.said, failing.check and failing.check.metric) == ("breaks", "error_ratio")


def test_too_few_responses_say_nothing_either_way() -> None:
    few = judged(endpoint(1, [50.0]), rules=(ERRORS,))
    assert (few.said, few.few) == ("unclear", True)
    assert judged(endpoint(1, [50.0]), rules=(P95,), seconds=20).few


def test_a_pattern_is_held_by_what_it_can_be_judged_by() -> None:
    rule = parse_threshold("p95_ms@/*<100")
    rare = endpoint(2, [])
    assert judged(FAST, rare, rules=(rule,)).said == "holds"
    assert judged(FAST, endpoint(2, [150.0] * 20), rules=(rule,)).said == "breaks"


@pytest.mark.parametrize(
    ("text", "said"), [("@/nowhere", "no such request"), ("@class:Nobody", "no request of that")]
)
def test_a_limit_that_meets_nothing_is_no_trial(text: str, said: str) -> None:
    none = judged(FAST, rules=(parse_threshold(f"p95_ms{text}<100"),))
    assert none.said == "invalid"
    assert said in none.why


def test_a_target_that_never_answers_broke_and_users_who_never_ask_are_no_trial() -> None:
    silent = judged(endpoint(1, []))
    assert silent.said == "breaks"
    assert "no response came in 30 s" in silent.why
    idle = judged(endpoint(1, []), in_flight=0)
    assert (idle.said, idle.why) == ("invalid", "no request was made in 30 s")


def test_the_generators_limits_are_not_the_targets() -> None:
    busy = judged(SLOW, cpu=99.0)
    assert busy.said == "invalid"
    assert "the generator was the bottleneck" in busy.why
    # That requests fail is no matter of the generator's.
    failing = judged(endpoint(1, [50.0] * 10, failures=10), rules=(ERRORS,), cpu=99.0)
    assert failing.said == "breaks"


def test_users_who_have_gone_make_it_another_level() -> None:
    assert judged(FAST, users=8).why == ("only 8 of 10 users ran; the others ended by themselves")


# --- open workloads ------------------------------------------------------------------------------


def test_what_waited_for_a_user_counts_where_the_target_is_slow_itself() -> None:
    waited = endpoint(1, [150.0] * 20, intended=[900.0] * 20)
    late = judged(waited, unit="rate", arrivals=Arrivals(20, due=20, started=20, late=20))
    assert (late.said, late.why) == ("breaks", "p95 900 ms broke the critical limit 100 ms")


def test_too_few_users_are_no_capacity() -> None:
    waited = endpoint(1, [50.0] * 20, intended=[900.0] * 20)
    short = judged(waited, unit="rate", arrivals=Arrivals(20, due=25, started=20, late=20))
    assert short.said == "invalid"
    assert "the rate was not reached: no user was free in time for 80 %" in short.why
    assert "--max-users" in short.why
    in_time = judged(waited, unit="rate", arrivals=Arrivals(20, due=20, started=20))
    assert in_time.said == "breaks"


def test_without_times_from_the_intended_start_those_measured_stand() -> None:
    plain = judged(FAST, unit="rate", arrivals=Arrivals(20, due=20, started=20))
    assert plain.said == "holds"


# --- the share beyond a limit --------------------------------------------------------------------


def test_far_from_the_limit_the_share_tells_before_the_percentile_is_known() -> None:
    few = measured(random.Random(3), rps=3, median_ms=30, sigma=0.3, seconds=30)
    rule = parse_threshold("p99_ms<1s")
    assert check(rule, "total", few).outcome == "inconclusive"
    assert check_share(rule, "total", few).outcome == "inconclusive"  # 90 responses are too few
    more = measured(random.Random(3), rps=15, median_ms=30, sigma=0.3, seconds=30)
    told = check_share(rule, "total", more)
    assert told.outcome == "pass"
    assert told.reason.endswith("keeps the critical limit 1 s")


def test_of_failures_alone_a_response_time_says_nothing() -> None:
    broken = measured(random.Random(3), rps=20, seconds=30, failing=1.0)
    assert check_share(parse_threshold("p95_ms<9s"), "total", broken).outcome == "inconclusive"


@pytest.mark.parametrize("seed", range(5))
def test_at_the_limit_neither_is_said(seed: int) -> None:
    draw = random.Random(seed)
    at_it = measured(draw, rps=20, median_ms=100 / 2.2762, sigma=0.5, seconds=30)
    assert check_share(P95, "total", at_it).outcome == "inconclusive"

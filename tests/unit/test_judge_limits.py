"""Figures held against thresholds: noise alone changes nothing, a shift does."""

from __future__ import annotations

import math
import random

import pytest

from lftui.judge.measured import settled
from lftui.judge.outcome import Check, Outcome
from lftui.judge.thresholds.limits import check_thresholds
from lftui.judge.thresholds.threshold import parse_threshold
from lftui.metrics import Batches
from lftui.records import TargetSample, TargetSampled
from lftui.run_state import RunState
from tests.unit.strategies import Play, Sent


def check_of(state: RunState, text: str) -> Check:
    """The one check of one expression."""
    (found,) = check_thresholds(state, [parse_threshold(text)])
    return found


def drawn(
    seed: int,
    *,
    seconds: int = 60,
    rps: int = 10,
    p95_ms: float = 1000.0,
    sigma: float = 0.56,
    failed: float = 0.0,
) -> RunState:
    """A run at one load, its response times lognormal with this p95."""
    rng = random.Random(seed)
    play = Play(settle_s=1.0)
    endpoint = play.endpoint("/a", user_class="A")
    median = math.log(p95_ms * 1000) - 1.6448536 * sigma
    for _ in range(seconds):
        play.tick(
            [
                Sent(
                    endpoint, int(math.exp(rng.gauss(median, sigma))), failed=rng.random() < failed
                )
                for _ in range(rps)
            ]
        )
    return play.state


def outcomes(text: str, **drawing: float) -> list[Outcome]:
    """What 40 runs that differ in nothing but noise are told."""
    return [check_of(drawn(seed, **drawing), text).outcome for seed in range(40)]  # type: ignore[arg-type]


# --- noise and shifts ----------------------------------------------------------------------------


def test_a_percentile_well_within_its_limit_never_fails_and_nearly_always_passes() -> None:
    found = outcomes("p95_ms<1500")
    assert set(found) <= {"pass", "inconclusive"}
    assert found.count("pass") >= 36


def test_a_percentile_beyond_its_limit_fails_whatever_the_noise() -> None:
    assert set(outcomes("p95_ms<700")) == {"fail"}
    assert set(outcomes("p95_ms<700:warning")) == {"warn"}


def test_a_percentile_at_its_limit_is_told_from_neither_side() -> None:
    found = outcomes("p95_ms<1000")
    assert found.count("inconclusive") >= 36
    # 2.5 % on each side by the interval's own making.
    assert found.count("fail") <= 3


def test_an_error_ratio_below_its_limit_never_fails_and_one_beyond_it_does() -> None:
    assert "fail" not in outcomes("error_ratio<5%", failed=0.02)
    assert set(outcomes("error_ratio<5%", failed=0.15)) == {"fail"}
    assert outcomes("error_ratio<5%", failed=0.01).count("pass") >= 36


def test_a_rate_is_judged_from_below() -> None:
    assert set(outcomes("rps>8")) == {"pass"}
    assert set(outcomes("rps>13")) == {"fail"}


# --- few, one, none ------------------------------------------------------------------------------


def test_nothing_measured_is_inconclusive() -> None:
    state = RunState()
    for text in ("p95_ms<1", "error_ratio<1%", "rps>1"):
        assert check_of(state, text).outcome == "inconclusive"


def test_one_request_is_too_few_to_pass_and_says_how_many_it_takes() -> None:
    play = Play()
    play.tick([Sent(play.endpoint(), 1000)])
    found = check_of(play.state, "p95_ms<2000")
    assert found.outcome == "inconclusive"
    assert found.reason == "p95 1 ms: 1 response is too few, it takes 72"
    assert check_of(play.state, "error_ratio<5%").outcome == "inconclusive"


def test_few_responses_that_are_all_beyond_the_limit_are_enough_to_fail() -> None:
    play = Play()
    for _ in range(20):
        play.tick([Sent(play.endpoint(), 30_000_000)])
    found = check_of(play.state, "p95_ms<5000")
    assert (found.outcome, found.value) == ("fail", 30_000.0)


def test_failures_alone_are_no_good_response_times() -> None:
    play = Play()
    for _ in range(300):
        play.tick([Sent(play.endpoint(), 1000, failed=True)])
    assert check_of(play.state, "p95_ms<2000").outcome == "inconclusive"
    assert "every response failed" in check_of(play.state, "p95_ms<2000").reason
    assert check_of(play.state, "error_ratio<5%").outcome == "fail"


# --- what a threshold is about -------------------------------------------------------------------


def several() -> Play:
    """Two endpoints of two user classes: one quick, one slow and failing."""
    play = Play(settle_s=1.0)
    quick = play.endpoint("/quick", user_class="A")
    slow = play.endpoint("/slow", "POST", user_class="B")
    for second in range(40):
        play.tick(
            [Sent(quick, 10_000)] * 10 + [Sent(slow, 900_000, failed=second % 2 == 0)] * 10,
            target_by_class={"A": 5, "B": 5},
        )
    return play


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p95_ms@/quick<20", {"GET /quick": "pass"}),
        ("p95_ms@POST /slow<20", {"POST /slow": "fail"}),
        ("p95_ms@/slow [POST]<20", {"POST /slow": "fail"}),
        ("p95_ms@/*<20", {"GET /quick": "pass", "POST /slow": "fail"}),
        ("error_ratio@class:A<5%", {"class A": "pass"}),
        ("error_ratio@class:B<5%", {"class B": "fail"}),
        ("p95_ms@/none<20", {"/none": "inconclusive"}),
        ("p95_ms@/none/*<20", {"/none/*": "inconclusive"}),
        ("p95_ms@class:C<20", {"C": "inconclusive"}),
    ],
)
def test_endpoints_patterns_and_classes(text: str, expected: dict[str, str]) -> None:
    found = check_thresholds(several().state, [parse_threshold(text)])
    assert {check.scope: check.outcome for check in found} == expected


def test_a_threshold_that_never_met_its_endpoint_says_so_by_name() -> None:
    found = check_of(several().state, "p95_ms@GET /slow<20")
    assert found.reason == "the threshold p95_ms@GET /slow<20:critical met no request to the" + (
        " endpoint GET /slow"
    )


def test_the_targets_metrics_are_judged_by_their_mean_or_said_to_be_missing() -> None:
    play = several()
    assert "were not measured" in check_of(play.state, "cpu_usage<70%").reason
    for value in (0.9, 0.8, None, 0.7):
        play.say(TargetSampled(source="host", samples=[TargetSample("cpu_usage", value)]))
    assert check_of(play.state, "cpu_usage<70%").outcome == "fail"
    assert check_of(play.state, "cpu_usage<85%").outcome == "pass"


# --- ramps and steps -----------------------------------------------------------------------------


def test_the_ramp_is_not_judged_where_there_are_steps() -> None:
    play = Play(settle_s=2.0)
    endpoint = play.endpoint()
    for users in range(1, 11):
        play.tick([Sent(endpoint, 9_000_000)] * 20, users=users, target=10, state="spawning")
    play.seconds(60, rps=10, ms=20)
    assert check_of(play.state, "p95_ms<1000").outcome == "pass"


def test_a_limit_that_breaks_in_one_step_is_broken_and_names_the_step() -> None:
    play = Play(settle_s=1.0)
    endpoint = play.endpoint()
    for users, ms in ((10, 20), (20, 30), (30, 3000), (10, 20)):
        for _ in range(30):
            play.tick([Sent(endpoint, ms * 1000)] * 10, users=users)
    found = check_of(play.state, "p50_ms<1000")
    assert (found.outcome, found.users, found.value) == ("fail", 30, 3000.0)
    assert found.reason == "p50 at 30 users 3 s broke the critical limit 1 s"


def test_without_a_step_the_whole_run_is_judged() -> None:
    play = Play()
    endpoint = play.endpoint()
    for second in range(60):
        play.tick([Sent(endpoint, 20_000)] * 10, users=10 + second % 3)
    assert play.state.steps.all() == []
    assert check_of(play.state, "p95_ms<1000").outcome == "pass"


def ladder(*p95s: float) -> RunState:
    """Steps of 30 s at 10, 20, 30 … users, each with this p95 in ms."""
    rng = random.Random(3)
    play = Play(settle_s=1.0)
    endpoint = play.endpoint("/a", user_class="A")
    for number, p95_ms in enumerate(p95s, 1):
        median = math.log(p95_ms * 1000) - 1.6448536 * 0.3
        for _ in range(30):
            times = [int(math.exp(rng.gauss(median, 0.3))) for _ in range(20)]
            play.tick([Sent(endpoint, us) for us in times], users=10 * number)
    return play.state


def test_what_differs_between_steps_is_no_noise_of_all_together() -> None:
    state = ladder(100, 100, 400, 400)
    found = check_of(state, "p95_ms@/a<450")
    assert found.outcome == "pass"
    assert found.low is not None
    assert found.high is not None
    # The slower half alone has its p90 there: 1,140 responses tell it within a few percent.
    assert 300 < found.low < found.high < 400
    # The same responses without knowing of the steps look like slow and fast minutes.
    mixed = settled(state).total.batches
    unaware = Batches(mixed.keep, mixed.length_s, mixed.pieces)
    assert mixed.percentile_effect(300_000) < unaware.percentile_effect(300_000) / 3


def test_errors_of_one_step_only_are_told_with_its_own_noise() -> None:
    play = Play(settle_s=1.0)
    endpoint = play.endpoint()
    for users in (10, 20):
        for _ in range(40):
            failed = users == 20
            play.tick([Sent(endpoint, 9, failed=failed and n == 0) for n in range(10)], users=users)
    found = check_of(play.state, "error_ratio<1%")
    assert (found.outcome, found.users) == ("fail", 20)


def test_a_short_run_without_a_step_is_judged_second_by_second() -> None:
    # A point of an endpoint's series lasts 5 s: of those it has one, which says nothing of noise.
    play = Play()
    endpoint = play.endpoint()
    for second in range(5):
        play.tick([Sent(endpoint, 20_000 + n) for n in range(40)], users=10 + second % 2)
    found = check_of(play.state, "p95_ms@/<10")
    assert (found.outcome, found.low, found.high) == ("fail", 19.95, 20.049)


def test_the_whole_run_is_let_go_of_once_a_step_has_settled() -> None:
    play = Play(settle_s=2.0)
    play.seconds(4)
    assert play.state.unsettled is not None
    play.seconds(8)
    assert play.state.unsettled is None

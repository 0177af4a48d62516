"""One outcome from many checks, by the table of docs/cli.md."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given

from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.judge.verdict import Verdict, judge
from lftui.records import RESET_STATS, ExceptionSeen, Finished, GeneratorHealth, Marked
from lftui.run_state import RunState
from tests.unit.strategies import Play, Sent, fold, plays

FULL = GeneratorHealth(cpu_percent=99.0, lag=[100, 90], lag_max_us=900)
LAGGING = GeneratorHealth(cpu_percent=40.0, lag=[3000, 90], lag_max_us=90_000)


def played(
    *thresholds: str,
    ms: float = 20,
    failed: int = 0,
    seconds: int = 60,
    health: GeneratorHealth | None = None,
    baseline: dict[str, Any] | None = None,
) -> Play:
    """A minute at 10 users and 10 requests a second, of which `failed` fail."""
    rules = [parse_threshold(text) for text in thresholds]
    play = Play(settle_s=1.0, thresholds=written(rules) if rules else None, baseline=baseline)
    endpoint = play.endpoint("/a")
    status: dict[str, Any] = {"health": health} if health is not None else {}
    for _ in range(seconds):
        sent = [Sent(endpoint, int(ms * 1000), failed=n < failed) for n in range(10)]
        play.tick(sent, **status)
    return play


def verdict_of(play: Play, reason: str = "completed", **finished: Any) -> Verdict:
    """The verdict once the run is over."""
    play.say(Finished(reason=reason, **finished))  # type: ignore[arg-type]
    return judge(play.state)


# --- the table -----------------------------------------------------------------------------------


def test_no_request_is_inconclusive() -> None:
    for state in (RunState(), Play().state):
        found = judge(state)
        assert (found.outcome, found.sentence) == (
            "inconclusive",
            "INCONCLUSIVE: no request was completed",
        )


def test_kept_limits_pass() -> None:
    found = verdict_of(played("p95_ms<100", "error_ratio<5%"))
    assert (found.outcome, found.sentence) == ("pass", "PASS")


def test_a_critical_limit_fails_and_a_warning_one_warns() -> None:
    found = verdict_of(played("p95_ms<10", "p95_ms<5:warning"))
    assert found.outcome == "fail"
    assert found.sentence == "FAIL: p95 20 ms broke the critical limit 10 ms"
    assert len(found.reasons) == 1
    assert verdict_of(played("p95_ms<10:warning", "p95_ms<90")).outcome == "warn"


def test_one_inconclusive_check_does_not_raise_the_run() -> None:
    found = verdict_of(played("p95_ms<100", "p95_ms@/never<100", "cpu_usage<70%"))
    assert found.outcome == "pass"
    assert [check.outcome for check in found.checks] == ["pass", "inconclusive", "inconclusive"]


def test_checks_that_cannot_be_answered_are_inconclusive_together() -> None:
    found = verdict_of(played("p95_ms<100", "error_ratio<5%", seconds=1))
    assert (found.outcome, found.sentence) == (
        "inconclusive",
        "INCONCLUSIVE: no check had enough responses",
    )


def test_the_guard_fails_the_run_whatever_the_figures_say() -> None:
    found = verdict_of(played("p95_ms<100"), "guard", message="errors broke 5 %")
    assert (found.outcome, found.reasons[0]) == ("fail", "errors broke 5 %")


def test_a_limit_that_broke_for_a_while_warns() -> None:
    play = played("p95_ms<100")
    play.say(Marked(type="breach", text="p95 broke for 12 s", facts={"rule": "p95_ms"}))
    found = verdict_of(play)
    assert (found.outcome, found.sentence) == ("warn", "WARN: p95 broke for 12 s")


# --- the generator -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("health", "reading"), [(FULL, "its core was full for 100 %"), (LAGGING, "loop lag was")]
)
def test_a_generator_that_was_the_bottleneck_says_which_reading_showed_it(
    health: GeneratorHealth, reading: str
) -> None:
    found = verdict_of(played("p95_ms<100", health=health))
    assert found.outcome == "inconclusive"
    assert "the generator was the bottleneck" in found.sentence
    assert reading in found.sentence
    # Response times of such a generator prove nothing against the target, failures do.
    assert verdict_of(played("p95_ms<10", health=health)).outcome == "inconclusive"
    assert verdict_of(played("error_ratio<5%", failed=5, health=health)).outcome == "fail"


def test_a_short_burst_of_the_generators_cpu_is_no_bottleneck() -> None:
    play = played("p95_ms<100", seconds=40)
    endpoint = play.endpoint("/a")
    for _ in range(2):
        play.tick([Sent(endpoint, 20_000)] * 10, health=FULL)
    assert verdict_of(play).outcome == "pass"


# --- nothing was asked ---------------------------------------------------------------------------


def test_without_thresholds_locusts_own_rule_holds() -> None:
    assert verdict_of(played()).outcome == "pass"
    found = verdict_of(played(failed=1))
    assert (found.outcome, found.sentence) == ("fail", "FAIL: 60 of 600 requests failed")
    play = played()
    play.say(ExceptionSeen(id=1, count=2, message="boom"))
    assert verdict_of(play).outcome == "fail"


def test_an_exception_without_any_request_fails() -> None:
    play = Play()
    play.say(ExceptionSeen(id=1, count=0, message="boom"))
    assert verdict_of(play).outcome == "fail"


def test_with_thresholds_an_exception_of_the_locustfile_warns() -> None:
    play = played("p95_ms<100")
    play.say(ExceptionSeen(id=1, count=2, message="boom"))
    found = verdict_of(play)
    assert (found.outcome, found.sentence) == (
        "warn",
        "WARN: the locustfile raised 2 times outside its requests",
    )


def test_what_came_before_a_reset_is_not_judged_by_locusts_rule() -> None:
    play = played(failed=3, seconds=5)
    play.say(Marked(type="window", why=RESET_STATS))
    play.seconds(10)
    assert verdict_of(play).outcome == "pass"


# --- the baseline --------------------------------------------------------------------------------


def expected(p95: float) -> dict[str, Any]:
    """A baseline with one endpoint."""
    return {
        "endpoints": {
            "/a": {"expected_response_time_ms": {"p50": p95, "p95": p95, "p99": p95}},
            "/b": {"expected_response_time_ms": {"p50": 1, "p95": 1, "p99": 1}},
        }
    }


def test_a_regression_against_the_baseline_fails() -> None:
    assert verdict_of(played(baseline=expected(20))).outcome == "pass"
    found = verdict_of(played(baseline=expected(15)))
    assert found.outcome == "fail"
    assert {(c.scope, c.outcome) for c in found.checks if c.source == "baseline"} >= {
        ("GET /a", "fail")
    }


def test_a_journal_whose_baseline_cannot_be_read_is_judged_without_it() -> None:
    found = verdict_of(played("p95_ms<100", baseline={"endpoints": {"/a": 7}}))
    assert found.comparison is None
    assert found.outcome == "pass"
    assert any("endpoints./a" in check.reason for check in found.checks)


# --- whatever the run ----------------------------------------------------------------------------

ANY_RULES = written(
    [
        parse_threshold(text)
        for text in ("p50_ms<5:warning", "p99_ms@*<5", "error_ratio<1%", "rps>3", "cpu_usage<1%")
    ]
)
ANY_BASELINE = {
    "endpoints": {
        "/": {
            "expected_response_time_ms": {"p50": 1, "p95": 20, "p99": 30},
            "expected_throughput_rps": 5,
            "expected_error_rate": 0.0,
        }
    }
}


@given(plays())
def test_any_run_has_a_verdict(play: Play) -> None:
    first, *rest = play.records
    for asked in ({}, {"thresholds": ANY_RULES, "baseline": ANY_BASELINE}):
        started = msgspec.structs.replace(first, **asked)
        found = judge(fold([started, *rest]))
        assert found.sentence
        assert len(found.steps) == len(play.state.steps.all())


def test_a_step_whose_figure_is_beyond_its_limit_within_noise_has_not_met_it() -> None:
    """Too few responses to call it broken; calling it met would make it a capacity."""
    rules = [parse_threshold("p95_ms<10"), parse_threshold("error_ratio<50%")]
    play = Play(settle_s=1.0, thresholds=written(rules))
    number = play.endpoint("/a")
    for second in range(12):
        slow = 20_000 if second == 6 else 1_000
        play.tick([Sent(number, slow), Sent(number, slow)], users=5)
    play.finish()
    found = judge(play.state)
    step = found.steps[0]
    assert {check.metric: check.outcome for check in step.checks} == {
        "p95_ms": "inconclusive",
        "error_ratio": "pass",
    }
    assert step.outcome == "inconclusive"
    assert "p95" in step.reason
    assert found.capacity is None

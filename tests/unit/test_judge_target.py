"""The target's own metrics held against limits: in the verdict, in the guard, in words."""

from __future__ import annotations

import pytest

from lftui.judge.target import outcome_of, standing_of, target_check, target_rules
from lftui.judge.thresholds.threshold import Threshold, parse_threshold, read_back, written
from lftui.judge.verdict import judge
from lftui.judge.watch.guard import Guard
from lftui.plan import PlanError
from lftui.records import Marked, TargetSample, TargetSampled
from tests.unit.strategies import Play, Sent

CPU = "cpu_usage<85%"


def play_of(*rules: Threshold | str) -> Play:
    """A run with these thresholds."""
    found = [parse_threshold(one) if isinstance(one, str) else one for one in rules]
    return Play(thresholds=written(found))


def read(play: Play, value: float | None, name: str = "cpu_usage", source: str = "api") -> None:
    """A reading in percent."""
    play.say(TargetSampled(source=source, samples=[TargetSample(name, value, "%")]))


@pytest.mark.parametrize(
    ("text", "rule", "limit", "unit"),
    [
        ("cpu_usage@target<85%", "cpu_usage", 0.85, "%"),
        ("cpu_usage@target:db<0.85", "cpu_usage@target:db", 0.85, ""),
        ("queue_depth@target<50:warning", "queue_depth@target", 50.0, ""),
        ("db_pool_usage@target:db-1<90%", "db_pool_usage@target:db-1", 0.9, "%"),
        ("quota_left@target>100", "quota_left@target", 100.0, ""),
    ],
)
def test_a_limit_may_be_about_any_metric_of_any_source(
    text: str, rule: str, limit: float, unit: str
) -> None:
    found = parse_threshold(text)
    assert (found.rule, found.limit, found.unit, found.is_of_target) == (rule, limit, unit, True)
    assert read_back(written([found])) == [found]


def test_a_limit_in_seconds_of_a_metric_of_the_target_is_refused() -> None:
    with pytest.raises(PlanError, match="queue has no unit ms"):
        parse_threshold("queue@target<50ms")


def test_rules_of_a_journal_from_before_these_fields_are_read() -> None:
    old = {"rules": [{"metric": "cpu_usage", "limit": 0.85, "scope": "target"}]}
    (rule,) = read_back(old)
    assert (rule.asked, rule.unit, rule.rule) == (True, "", "cpu_usage")


# --- the verdict ---------------------------------------------------------------------------------


def test_of_several_sources_the_worst_counts_and_is_named() -> None:
    play = play_of(CPU, "cpu_usage@target:db<30%:warning")
    for source, value in (("api", 90.0), ("db", 40.0)):
        read(play, value, source=source)
    both, one = (target_check(play.state, rule) for rule in target_rules(play.state))
    assert (both.outcome, both.scope, both.value, both.unit) == ("fail", "target", 0.9, "%")
    assert both.reason == (
        "cpu_usage of the target (api), 90 % on average, broke the critical limit 85 %"
    )
    assert (one.outcome, one.scope, one.value) == ("warn", "target db", 0.4)


def test_a_lower_limit_is_broken_from_above() -> None:
    play = play_of("quota_left@target>100:warning")
    play.say(TargetSampled(source="api", samples=[TargetSample("quota_left", 40.0, "calls")]))
    (rule,) = target_rules(play.state)
    assert target_check(play.state, rule).reason == (
        "quota_left of the target, 40 calls on average, broke the warning limit 100 calls"
    )


def test_the_mean_is_judged_and_the_newest_reading_stands_on_screen() -> None:
    play = play_of(CPU, "cpu_usage<70%:warning")
    rules = target_rules(play.state)
    seen = []
    for value in (10.0, 75.0, 95.0, None, 60.0):
        read(play, value)
        (facts,) = play.state.target_facts.values()
        seen.append((standing_of(facts, rules), outcome_of(facts, rules)))
    assert seen == [
        ("good", "pass"), ("warning", "pass"), ("critical", "pass"), ("unknown", "pass"),
        ("good", "pass"),
    ]  # fmt: skip


def test_limits_that_came_along_with_a_row_do_not_take_the_place_of_locusts_rule() -> None:
    came = Threshold("cpu_usage", 0.85, scope="target", origin="settings", asked=False)
    failing = play_of(came)
    read(failing, 20.0)
    failing.tick([Sent(failing.endpoint(), 1_000, failed=True)] * 3)
    verdict = judge(failing.state)
    assert verdict.outcome == "fail"
    assert verdict.reasons == ["3 of 3 requests failed"]
    hot = play_of(came)
    read(hot, 90.0)
    hot.tick([Sent(hot.endpoint(), 1_000)] * 3)
    assert judge(hot.state).outcome == "fail"
    assert judge(hot.state).capacity is None


def test_a_target_at_ease_says_nothing_of_responses_that_are_too_few() -> None:
    play = play_of(CPU, "p99_ms<100")
    read(play, 20.0)
    play.tick([Sent(play.endpoint(), 1_000)] * 3)
    assert judge(play.state).outcome == "inconclusive"
    alone = play_of(CPU)
    read(alone, 20.0)
    alone.tick([Sent(alone.endpoint(), 1_000)] * 3)
    assert judge(alone.state).outcome == "pass"


# --- the guard -----------------------------------------------------------------------------------


class Guarded:
    """A run with a guard that looks at each second of it."""

    def __init__(self, window_s: float, *rules: str) -> None:
        self.play = play_of(*rules)
        self.guard = Guard(target_rules(self.play.state), window_s, 0.0, 1, set())
        self.marks: list[Marked] = []
        self.second = 0

    def run(self, seconds: int, every: int = 2, **cpu: float) -> int:
        """So many seconds with these readings by source; those in which it would have acted."""
        acts = 0
        for _ in range(seconds):
            self.second += 1
            for source, value in cpu.items():
                if self.second % every == 0:
                    read(self.play, value, source=source)
            self.play.tick([Sent(self.play.endpoint(), 1_000)])
            seen = self.guard.look(self.play.state)
            assert seen is not None
            self.marks += seen.marks
            acts += bool(seen.troubles)
        return acts


def test_a_cpu_over_its_limit_for_half_a_minute_trips_the_guard_and_not_before() -> None:
    run = Guarded(30.0, "cpu_usage@target<95%")
    assert run.run(30, api=60.0) == 0
    assert run.run(30, api=99.0) == 0
    assert run.run(10, api=99.0) > 0
    assert run.marks[0].text.startswith(
        "cpu_usage of target 99 % broke the critical limit 95 % for 30"
    )
    assert run.run(20, api=50.0) > 0  # until ten seconds of it are within the limit
    assert run.marks[-1].facts["mended"] is True


def test_one_busy_source_is_not_hidden_by_another_at_ease() -> None:
    run = Guarded(6.0, CPU)
    assert run.run(20, api=95.0, db=5.0) > 0
    own = Guarded(6.0, "cpu_usage@target:db<85%")
    assert own.run(20, api=95.0, db=5.0) == 0


def test_a_source_that_falls_silent_stops_counting() -> None:
    run = Guarded(6.0, CPU)
    run.run(4, api=95.0)
    assert run.run(60) == 0

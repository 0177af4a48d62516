"""Comparisons: a run against a baseline, against another run, against a preset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from lftui.baseline.document import BaselineDocument, document_of
from lftui.judge.comparison import (
    Comparison,
    EndpointComparison,
    compare_preset,
    compare_runs,
    compare_with_baseline,
)
from lftui.judge.comparison.merged import side_by_side
from lftui.judge.comparison.promotion import promoted
from lftui.judge.measured import settled
from lftui.plan import PlanError
from lftui.records import GeneratorHealth, RunStarted, TargetSample, TargetSampled
from lftui.run_state import RunState
from tests.unit import strategies as our
from tests.unit.simulated import HEALTHZ, JOB, play_run, run
from tests.unit.strategies import Play, Sent

TIMES = "expected_response_time_ms"
OWN = json.loads((Path(__file__).parents[2] / "baseline.json").read_text(encoding="utf-8"))


def baseline(entries: Mapping[str, Any], **more: Any) -> BaselineDocument:
    return document_of({"endpoints": dict(entries), **more}, "b.json")


def times(p50: float, p95: float, **more: Any) -> dict[str, Any]:
    return {TIMES: {"p50": p50, "p95": p95}, **more}


def outcomes(found: Comparison) -> dict[str, dict[str, str | None]]:
    """By endpoint and load, by metric."""
    return {row.title: {one.metric: one.outcome for one in row.metrics} for row in found.endpoints}


def only(found: Comparison) -> EndpointComparison:
    (row,) = found.endpoints
    return row


def promote(state: RunState) -> BaselineDocument:
    return document_of(promoted(state).document, "b.json")


@pytest.fixture(scope="module")
def before() -> RunState:
    return run(1)


@pytest.fixture(scope="module")
def same() -> RunState:
    return run(2)


@pytest.fixture(scope="module")
def slower() -> RunState:
    return run(3, factor=1.3)


# --- noise and shifts ----------------------------------------------------------------------------


def test_noise_alone_is_no_regression(before: RunState, same: RunState) -> None:
    for found in (
        compare_runs(before, same),
        compare_with_baseline(same, promote(before)),
        compare_with_baseline(same, baseline({"/healthz": times(5, 10)})),
    ):
        assert found.outcome == "pass"
        assert "fail" not in {one.outcome for one in found.checks()}


@pytest.mark.parametrize("seed", range(100, 110))
def test_noise_alone_is_no_regression_whatever_the_draw(before: RunState, seed: int) -> None:
    other = run(seed)
    assert compare_runs(before, other).outcome == "pass"
    assert compare_with_baseline(other, promote(before)).outcome == "pass"


def test_a_shift_of_thirty_percent_is_a_regression(before: RunState, slower: RunState) -> None:
    for found in (compare_runs(before, slower), compare_with_baseline(slower, promote(before))):
        assert found.outcome == "fail"
        row = next(row for row in found.endpoints if row.scope == "GET /healthz")
        metrics = {one.metric: one for one in row.metrics}
        assert [metrics[name].outcome for name in ("p50_ms", "p95_ms", "rps")] == [
            "fail",
            "fail",
            "pass",
        ]
        assert metrics["p50_ms"].delta == pytest.approx(0.3, abs=0.05)
        assert row.outcome == "fail"


def test_a_shift_with_few_samples_is_inconclusive_and_says_how_many_it_takes() -> None:
    state = run(4, factor=1.3, rps=1, levels=((50, 20),))
    found = compare_with_baseline(state, baseline({"/healthz": times(5, 10)}))
    assert found.outcome == "inconclusive"
    p95 = next(one for one in only(found).metrics if one.metric == "p95_ms")
    assert p95.outcome == "inconclusive"
    assert (p95.samples_needed or 0) > p95.now.samples
    assert "would tell" in p95.reason


def test_a_run_that_got_faster_passes(before: RunState) -> None:
    faster = run(5, factor=0.6)
    assert compare_runs(before, faster).outcome == "pass"
    assert compare_with_baseline(faster, promote(before)).outcome == "pass"


def test_more_errors_are_a_regression(before: RunState) -> None:
    failing = run(6, failing=0.05)
    for found in (compare_runs(before, failing), compare_with_baseline(failing, promote(before))):
        assert outcomes(found)["GET /healthz at 50 users"]["error_ratio"] == "fail"


# --- against a baseline --------------------------------------------------------------------------


def test_the_ramp_is_not_compared() -> None:
    play = Play()
    play.seconds(20, users=10, target=50, state="spawning", rps=50, ms=900)
    play.seconds(40, users=50, rps=50, ms=20)
    found = compare_with_baseline(play.state, baseline({"/": times(20, 25)}))
    assert only(found).outcome == "pass"
    assert found.now.users == [50]
    assert found.now.requests == 36 * 50


def test_every_state_is_told_by_name(same: RunState) -> None:
    document = baseline({"/healthz": times(5, 10), "/login": times(1, 2), "/api/v1/jobs/{a}": {}})
    found = compare_with_baseline(same, document, label="b.json")
    assert found.not_measured == ["/login"]
    assert found.not_in_baseline == []
    assert compare_with_baseline(same, baseline({"/healthz": {}})).not_in_baseline == [
        "GET /api/v1/jobs/{id}"
    ]
    twice = baseline({"/healthz [GET]": times(5, 10), "GET /healthz": times(5, 10)})
    found = compare_with_baseline(same, twice)
    assert found.ambiguous == [
        "GET /healthz fits /healthz [GET] and GET /healthz equally well and was compared with none"
    ]
    assert found.outcome == "inconclusive"


def test_max_is_shown_and_never_judged(same: RunState) -> None:
    entry = {TIMES: {"p50": 5, "p95": 10, "max": 10.1}}
    found = compare_with_baseline(same, baseline({"/healthz": entry}))
    highest = only(found).metrics[-1]
    assert (highest.metric, highest.outcome, highest.expected.value) == ("max_ms", None, 10.1)
    assert (highest.delta or 0) > 0
    assert "max_ms" not in {one.metric for one in found.checks()}


@pytest.mark.parametrize(("expected", "outcome"), [(29, "pass"), (30, "pass"), (1000, None)])
def test_a_throughput_without_its_load_can_only_be_reached(
    same: RunState, expected: float, outcome: str | None
) -> None:
    entry = {"expected_throughput_rps": expected}
    found = compare_with_baseline(same, baseline({"/healthz": entry}))
    (rps,) = [one for one in only(found).metrics if one.metric == "rps"]
    assert rps.outcome == outcome
    if outcome is None:
        assert rps.reason == (
            "not compared: 50 users send what their think time lets them, and the baseline's "
            "rate is for no load in particular"
        )
        assert found.checks() == []
        assert found.outcome == "inconclusive"


def test_a_throughput_at_an_equal_load_is_judged(before: RunState) -> None:
    fewer = run(7, rps=15)
    found = compare_with_baseline(fewer, promote(before))
    assert outcomes(found)["GET /healthz at 50 users"]["rps"] == "fail"


def test_tolerances_are_by_endpoint_and_metric(slower: RunState) -> None:
    def fails(**fields: Any) -> set[str]:
        more = {"tolerance": fields.pop("all")} if "all" in fields else {}
        document = baseline({"/healthz": times(5, 9.7, **fields)}, **more)
        checks = compare_with_baseline(slower, document).checks()
        return {one.metric for one in checks if one.outcome == "fail"}

    assert fails() == {"p50_ms", "p95_ms"}
    assert fails(tolerance=0.5) == set()
    assert fails(tolerance={"p50_ms": 0.5}) == {"p95_ms"}
    assert fails(all=0.5) == set()
    assert fails(all=0.5, tolerance=0.1) == {"p50_ms", "p95_ms"}
    document = baseline({"/healthz": times(5, 9.7)})
    assert compare_with_baseline(slower, document, tolerance=0.5).outcome == "pass"


def test_levels_are_held_to_the_figures_of_their_load() -> None:
    document = promote(run(8, levels=((10, 60), (50, 60))))
    found = compare_with_baseline(run(9, levels=((50, 60), (80, 60))), document)
    assert {row.users for row in found.endpoints} == {50}
    assert found.outcome == "pass"
    assert "at 80 users nothing was compared: the baseline has figures at 10 and 50" in found.notes


def test_a_measured_baseline_is_not_held_against_another_load(before: RunState) -> None:
    found = compare_with_baseline(run(9, levels=((80, 60),)), promote(before))
    assert found.outcome == "inconclusive"
    assert {one.reason for one in found.checks()} == {
        "GET /healthz: different loads: 80 against 50 users",
        "GET /api/v1/jobs/{id}: different loads: 80 against 50 users",
    }
    assert all(one.delta is not None for one in found.checks() if one.metric == "p50_ms")


def test_targets_hold_at_every_load_and_figures_by_load_at_theirs() -> None:
    entry = times(5, 10, loads={"10": {"users": 10, TIMES: {"p50": 2, "p95": 4}}})
    found = compare_with_baseline(
        run(8, levels=((10, 60), (50, 60))), baseline({"/healthz": entry})
    )
    assert {title: metrics["p50_ms"] for title, metrics in outcomes(found).items()} == {
        "GET /healthz at 10 users": "fail",
        "GET /healthz at 50 users": "pass",
    }


def test_a_figure_that_a_load_lacks_is_held_to_the_target() -> None:
    measured = {"samples": 900, "intervals": {"p50": [4.9, 5.1]}}
    load = {"users": 50, TIMES: {"p50": 5}, **measured}
    entry = {TIMES: {"p50": 5, "p95": 6}, **measured, "loads": {"50": load}}
    document = baseline({"/healthz": entry})
    found = outcomes(compare_with_baseline(run(2), document))["GET /healthz at 50 users"]
    assert (found["p50_ms"], found["p95_ms"]) == ("pass", "fail")


def test_one_load_alone_can_be_asked_for() -> None:
    state = run(8, levels=((10, 60), (50, 60)))
    document = baseline({"/healthz": times(5, 10)})
    found = compare_with_baseline(state, document, users=10)
    assert (found.now.users, only(found).users) == ([10], 10)
    found = compare_with_baseline(state, document, users=11)
    assert (found.endpoints, found.outcome) == ([], "inconclusive")
    assert "the run has no settled load of 11 users" in found.notes


def test_a_run_without_a_plateau_is_compared_as_a_whole() -> None:
    state = run(8, levels=tuple((10 + number % 7, 1) for number in range(80)))
    found = compare_with_baseline(state, baseline({"/healthz": times(5, 10)}))
    assert found.outcome == "pass"
    assert any("no plateau" in note for note in found.notes)


def test_names_that_were_given_no_name_are_one_endpoint() -> None:
    names = {("GET", f"/jobs/{number}?full=1"): 30.0 for number in range(40)}
    found = compare_with_baseline(
        run(10, median_ms=names, rps=2), baseline({"/jobs/{id} [GET]": times(30, 58)})
    )
    row = only(found)
    assert (row.scope, row.outcome, len(row.names)) == ("GET /jobs/{id}", "pass", 40)
    assert {one.now.samples for one in row.metrics if one.metric == "p95_ms"} == {56 * 80}
    slow = run(10, median_ms=names, rps=2, factor=1.3)
    document = baseline({"/jobs/{id} [GET]": times(30, 58)})
    assert compare_with_baseline(slow, document).outcome == "fail"


def test_figures_that_are_put_together_keep_their_time() -> None:
    names = {("GET", f"/jobs/{number}"): 30.0 for number in range(5)}
    state = run(10, median_ms=names, rps=2)
    level = settled(state)
    together = side_by_side(list(level.endpoints.values()))
    one = next(iter(level.endpoints.values()))
    assert together.duration_s == one.duration_s
    assert together.figures.count == sum(each.figures.count for each in level.endpoints.values())
    assert [piece.count for piece in together.batches.pieces] == [
        5 * piece.count for piece in one.batches.pieces
    ]


def test_methods_of_one_entry_are_compared_each() -> None:
    state = run(11, median_ms={("GET", "/a"): 5.0, ("POST", "/a"): 9.0})
    found = compare_with_baseline(state, baseline({"/a": times(5, 10)}))
    assert {row.scope: row.outcome for row in found.endpoints} == {
        "GET /a": "pass",
        "POST /a": "fail",
    }


def test_all_judged_metrics_count_as_comparisons(same: RunState) -> None:
    document = baseline({"/healthz": times(5, 10, expected_throughput_rps=9), "/x": times(1, 2)})
    assert compare_with_baseline(same, document).comparisons == 2
    assert compare_runs(same, same).comparisons == 3 * 5


def test_a_check_says_all_that_a_report_needs(slower: RunState) -> None:
    found = compare_with_baseline(slower, baseline({"/healthz": times(5, 100)}))
    check = found.checks()[0]
    assert (check.source, check.scope, check.metric) == ("baseline", "GET /healthz", "p50_ms")
    assert (check.outcome, check.expected, check.samples) == ("fail", 5, 56 * 30)
    assert check.value is not None
    assert check.low is not None
    assert check.high is not None
    assert check.low < check.value < check.high
    assert check.limit == pytest.approx(5.5)
    assert check.delta == pytest.approx(check.value / 5 - 1)
    assert check.reason.startswith("GET /healthz: p50 ")


def test_a_generator_that_was_the_bottleneck_leaves_no_verdict(before: RunState) -> None:
    busy = GeneratorHealth(cpu_percent=100)
    for factor in (1.0, 1.3):
        found = compare_runs(before, run(2, factor=factor, health=busy))
        assert found.outcome == "inconclusive"
        assert found.doubt.startswith("the generator was the bottleneck of the run now: ")
    assert compare_runs(before, run(6, failing=0.05, health=busy)).outcome == "fail"


# --- little or nothing to compare ----------------------------------------------------------------


def _few(requests: int, failed: bool) -> RunState:
    play = Play()
    play.seconds(9, users=10, rps=0)
    endpoint = play.endpoint("/healthz")
    play.tick([Sent(endpoint, 9_000, failed=failed)] * requests, users=10)
    play.seconds(5, users=10, rps=0)
    play.finish()
    return play.state


@pytest.mark.parametrize("failed", [False, True])
@pytest.mark.parametrize("requests", [0, 1, 2])
def test_a_run_of_almost_nothing_is_inconclusive_but_for_its_errors(
    requests: int, failed: bool
) -> None:
    state = _few(requests, failed)
    document = baseline(OWN["endpoints"])
    for found in (
        compare_with_baseline(state, document),
        compare_runs(state, state),
        compare_runs(run(1), state),
        compare_runs(state, run(1)),
    ):
        told = {one.metric for one in found.checks() if one.outcome in ("pass", "fail")}
        assert told <= ({"error_ratio", "rps"} if failed else {"rps"})
    assert failed or compare_with_baseline(state, document).outcome == "inconclusive"


def test_a_run_of_failures_only_fails_by_its_errors_and_not_by_its_times(before: RunState) -> None:
    failing = run(2, failing=1.0)
    for found in (compare_runs(before, failing), compare_with_baseline(failing, promote(before))):
        metrics = outcomes(found)["GET /healthz at 50 users"]
        assert metrics["error_ratio"] == "fail"
        assert metrics["p50_ms"] == metrics["p95_ms"] == "inconclusive"
        assert found.outcome == "fail"
    assert "fail" not in {one.outcome for one in compare_runs(failing, failing).checks()}


def test_a_state_of_nothing_at_all_can_be_compared() -> None:
    nothing = RunState()
    assert compare_runs(nothing, nothing).outcome == "inconclusive"
    found = compare_with_baseline(nothing, baseline(OWN["endpoints"]))
    assert (found.outcome, len(found.not_measured)) == ("inconclusive", len(OWN["endpoints"]))
    assert "the run has no requests" in found.notes


@settings(max_examples=50, deadline=None)
@given(our.plays(), our.plays())
def test_any_two_runs_can_be_compared(first: Play, second: Play) -> None:
    document = baseline({"/jobs": times(1, 2), "/jobs/{id}": times(0, 0), "/": {"tolerance": 0}})
    for found in (
        compare_runs(first.state, second.state),
        compare_with_baseline(first.state, document),
    ):
        checks = found.checks()
        assert all(check.scope and check.samples >= 0 for check in checks)
        judged = [one for row in found.endpoints for one in row.metrics if one.outcome]
        assert len(checks) == len(judged) >= found.comparisons
        msgspec.json.encode(found)


# --- run against run -----------------------------------------------------------------------------


def test_levels_are_compared_with_those_of_equal_load() -> None:
    first = run(12, levels=((10, 60), (20, 60), (30, 60)))
    second = run(13, levels=((20, 60), (30, 60), (40, 60)))
    found = compare_runs(first, second)
    assert [row.users for row in found.endpoints if row.scope == "total"] == [20, 30]
    assert found.notes == [
        "only the run before has a load of 10 users: not compared",
        "only the run now has a load of 40 users: not compared",
    ]
    assert found.outcome == "pass"


def test_different_loads_are_shown_and_not_judged() -> None:
    found = compare_runs(run(12, levels=((20, 60),)), run(13, levels=((40, 60),), factor=2))
    assert found.outcome == "inconclusive"
    assert found.comparisons == 0
    reasons = {one.reason for row in found.endpoints for one in row.metrics if one.outcome}
    assert reasons == {"different loads: 20 users against 40 users"}
    total = found.endpoints[0]
    assert total.scope == "total"
    assert total.metrics[0].delta == pytest.approx(1.0, abs=0.1)


def test_as_many_users_of_other_classes_are_another_load() -> None:
    first = run(12, target_by_class={"Reader": 25, "Writer": 25})
    second = run(13, target_by_class={"Reader": 49, "Writer": 1})
    found = compare_runs(first, second)
    assert found.outcome == "inconclusive"
    reasons = {one.reason for row in found.endpoints for one in row.metrics if one.outcome}
    assert reasons == {"different loads: as many users, of other classes"}
    assert compare_runs(first, run(13, target_by_class={})).outcome == "pass"
    idle = run(13, target_by_class={"Reader": 25, "Writer": 25, "Admin": 0})
    assert compare_runs(first, idle).outcome == "pass"


def test_endpoints_of_one_run_alone_are_told(before: RunState) -> None:
    other = run(14, median_ms={HEALTHZ: 5.0, ("POST", "/new"): 5.0})
    found = compare_runs(before, other)
    assert found.not_measured == [" ".join(JOB)]
    assert found.not_in_baseline == ["POST /new"]


def test_waves_of_the_same_plan_are_compared_as_a_whole() -> None:
    levels = tuple((10 + number % 7, 1) for number in range(80))
    found = compare_runs(run(15, levels=levels), run(16, levels=levels))
    assert found.outcome == "pass"
    assert any("neither run had a plateau" in note for note in found.notes)
    higher = tuple((users + 10, seconds) for users, seconds in levels)
    assert compare_runs(run(15, levels=levels), run(16, levels=higher)).outcome == "inconclusive"


def test_other_scenarios_and_targets_are_told(before: RunState) -> None:
    def started(**facts: Any) -> RunState:
        state = run(2)
        state.started = RunStarted(schema="s", run_id="r", plan={}, **facts)
        return state

    one = started(host="http://a", scenario_sha256="1", versions={"locust": "2.47"})
    other = started(host="http://b", scenario_sha256="2", versions={"locust": "2.48"})
    assert compare_runs(one, other).notes == [
        "the scenarios differ: the locustfiles were not the same",
        "the targets differ: http://a before, http://b now",
        "locust differs: 2.47 before, 2.48 now",
    ]
    assert compare_runs(one, one).notes == []


def test_a_run_without_an_end_is_compared_and_told(before: RunState) -> None:
    play = Play()
    play.seconds(30, users=50)
    found = compare_runs(before, play.state)
    assert "the run now has no end: its figures are those to its last record" in found.notes


# --- presets -------------------------------------------------------------------------------------


def preset(**expected: Any) -> BaselineDocument:
    raw = {"users": 50, "duration_minutes": 1, "expected_metrics": expected}
    return document_of({**OWN, "load_scenarios": {"normal_load": raw}}, "b.json")


def test_a_preset_is_held_against_the_load_of_its_users(same: RunState) -> None:
    document = preset(total_rps=60, error_rate=0.01, cpu_usage=0.2)
    checks = compare_preset(same, document, "normal_load")
    assert [(one.source, one.metric, one.outcome, one.users) for one in checks] == [
        ("preset", "rps", "pass", 50),
        ("preset", "error_ratio", "pass", 50),
        ("preset", "cpu_usage", "inconclusive", None),
    ]
    assert checks[2].reason == "normal_load: cpu_usage was not measured"
    (check,) = compare_preset(same, preset(total_rps=90), "normal_load")
    assert check.outcome == "fail"


def test_a_preset_of_another_load_is_not_judged() -> None:
    checks = compare_preset(
        run(2, levels=((20, 40),)), preset(total_rps=90, error_rate=0.01), "normal_load"
    )
    assert [one.outcome for one in checks] == ["inconclusive", "inconclusive"]
    assert checks[0].reason == "normal_load: the preset is for 50 users, the run had 20"


@pytest.mark.parametrize(
    ("value", "unit", "outcome"), [(0.2, "", "pass"), (21, "%", "pass"), (60, "%", "warn")]
)
def test_a_targets_reading_warns_at_most(value: float, unit: str, outcome: str) -> None:
    play = play_run(2)
    play.say(TargetSampled(source="host", samples=[TargetSample("cpu_usage", value, unit)]))
    (check,) = compare_preset(play.state, preset(cpu_usage=0.2), "normal_load")
    assert (check.scope, check.outcome) == ("target", outcome)


def test_a_preset_that_is_not_there_is_named(same: RunState) -> None:
    with pytest.raises(PlanError, match=r"no load scenario 'peak'; it has normal_load$"):
        compare_preset(same, preset(), "peak")

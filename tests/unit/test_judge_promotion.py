"""Promotion: a run as a baseline, with everything kept that it did not measure."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from lftui.baseline import baseline_text
from lftui.baseline.document import document_of
from lftui.judge.comparison import compare_with_baseline
from lftui.judge.comparison.matching import Entries
from lftui.judge.comparison.promoted_figures import rounded
from lftui.judge.comparison.promotion import doubts, promoted
from lftui.judge.measured import settled
from lftui.plan import PlanError
from lftui.records import FileFact, GeneratorHealth, RunStarted
from lftui.reports.baseline import change_lines, show_lines
from lftui.run_state import RunState
from tests.unit import strategies as our
from tests.unit.simulated import HEALTHZ, JOB, run
from tests.unit.strategies import Play

OWN = json.loads((Path(__file__).parents[2] / "baseline.json").read_text(encoding="utf-8"))
TIMES_KEY = "expected_response_time_ms"


@pytest.fixture(scope="module")
def measured() -> RunState:
    """Two levels, two endpoints with enough responses for every percentile."""
    return run(1, levels=((20, 60), (50, 60)))


def test_the_same_run_passes_what_was_made_of_it(measured: RunState) -> None:
    document = document_of(promoted(measured, OWN).document, "b.json")
    found = compare_with_baseline(measured, document)
    assert found.outcome == "pass"
    assert {one.outcome for one in found.checks()} <= {"pass", "inconclusive"}
    assert {row.users for row in found.endpoints} == {20, 50}


def test_figures_are_those_of_the_settled_load(measured: RunState) -> None:
    entry = promoted(measured, OWN).document["endpoints"]["/healthz"]
    figures = settled(measured).endpoints[HEALTHZ].figures
    assert entry[TIMES_KEY]["p50"] == rounded(figures.percentile_ms(0.5) or 0)
    assert entry[TIMES_KEY]["p99"] == rounded(figures.percentile_ms(0.99) or 0)
    assert list(entry[TIMES_KEY]) == ["p50", "p95", "p99", "max"]
    assert entry["expected_throughput_rps"] == 30
    assert entry["expected_error_rate"] == 0
    assert (entry["samples"], entry["requests"]) == (figures.ok.count, figures.count)
    assert entry["duration_s"] == settled(measured).total.duration_s
    low, high = entry["intervals"]["p95"]
    assert low < entry[TIMES_KEY]["p95"] < high
    assert set(entry["loads"]) == {"20", "50"}
    assert entry["loads"]["20"]["users"] == 20
    assert entry["loads"]["20"]["samples"] == 56 * 30


def test_everything_that_was_not_measured_is_kept(measured: RunState) -> None:
    old = deepcopy(OWN)
    old["team"] = {"name": "core"}
    old["endpoints"]["/healthz"]["owner"] = "ann"
    old["endpoints"]["/healthz"]["tolerance"] = 0.2
    new = promoted(measured, old).document
    assert old["endpoints"]["/healthz"][TIMES_KEY] == OWN["endpoints"]["/healthz"][TIMES_KEY]
    for name in set(old) - {"endpoints", "updated"}:
        assert new[name] == old[name]
    for key, entry in old["endpoints"].items():
        kept = entry if key not in ("/healthz", "/api/v1/jobs/{id} [GET]") else {
            name: entry[name] for name in ("description", "notes")
        }  # fmt: skip
        assert {name: new["endpoints"][key][name] for name in kept} == kept
    assert new["endpoints"]["/healthz"]["owner"] == "ann"
    assert new["endpoints"]["/healthz"]["tolerance"] == 0.2


def test_keys_keep_their_form_are_sorted_and_new_ones_name_their_method() -> None:
    state = run(1, median_ms={JOB: 30.0, HEALTHZ: 5.0, ("PUT", "/new"): 5.0, ("", "wait"): 9.0})
    keys = list(promoted(state, OWN).document["endpoints"])
    assert keys == sorted({*OWN["endpoints"], "/new [PUT]", "wait"})


def test_figures_of_loads_that_were_not_run_are_kept(measured: RunState) -> None:
    first = promoted(run(5, levels=((100, 60),)), OWN).document
    second = promoted(measured, first).document
    entry = second["endpoints"]["/healthz"]
    assert list(entry["loads"]) == ["20", "50", "100"]
    assert entry["loads"]["100"] == first["endpoints"]["/healthz"]["loads"]["100"]


def test_promoting_again_changes_nothing(measured: RunState) -> None:
    once = promoted(measured, OWN).document
    assert baseline_text(promoted(measured, once).document) == baseline_text(once)
    assert baseline_text(promoted(measured, json.loads(baseline_text(once))).document) == (
        baseline_text(once)
    )


def test_few_responses_keep_the_old_figure_and_say_so() -> None:
    state = run(2, rps=1, levels=((20, 60),), sigma=0.2)
    found = promoted(state, OWN)
    entry = found.document["endpoints"]["/healthz"]
    assert entry[TIMES_KEY]["p99"] == 100
    assert "p99" not in entry["intervals"]
    assert "p99" not in entry["loads"]["20"][TIMES_KEY]
    assert any(
        note.startswith("/healthz: 56 responses are too few for ")
        and note.endswith(", which the baseline keeps as before")
        for note in found.notes
    )
    new = promoted(state, {})
    assert "p99" not in new.document["endpoints"]["/healthz [GET]"][TIMES_KEY]
    assert any(note.endswith(", which is left out") for note in new.notes)


def test_an_old_percentile_below_the_new_ones_is_dropped() -> None:
    old = {"endpoints": {"/healthz": {TIMES_KEY: {"p50": 1, "p95": 2, "p99": 3}}}}
    found = promoted(run(2, rps=1, levels=((20, 60),), sigma=0.2), old)
    times = found.document["endpoints"]["/healthz"][TIMES_KEY]
    assert "p99" not in times
    assert any("the old one is too low now" in note for note in found.notes)


def test_failed_requests_leave_the_times_alone() -> None:
    found = promoted(run(3, failing=1.0), OWN)
    entry = found.document["endpoints"]["/healthz"]
    assert entry[TIMES_KEY] == OWN["endpoints"]["/healthz"][TIMES_KEY]
    assert entry["expected_error_rate"] == 1
    assert "samples" not in entry
    assert "/healthz: all 1,680 requests failed: its response times stay as they are" in found.notes


def test_it_says_where_the_figures_are_from(measured: RunState) -> None:
    state = run(1)
    state.started = RunStarted(
        schema="s", run_id="r-7", plan={}, host="http://a", git_revision="abc",
        scenario=[FileFact("main.py", "12")], scenario_sha256="34",
    )  # fmt: skip
    document = promoted(state, OWN).document
    assert document["updated"] == "2023-11-14"
    assert document["promoted_from"] == {
        "run": "r-7",
        "at": "2023-11-14T22:13:20Z",
        "host": "http://a",
        "scenario": ["main.py"],
        "scenario_sha256": "34",
        "git_revision": "abc",
        "users": [50],
        "duration_s": 56,
    }


def test_an_entry_for_all_methods_is_split_by_what_was_measured() -> None:
    state = run(4, median_ms={("GET", "/a"): 5.0, ("POST", "/a"): 9.0})
    found = promoted(state, {"endpoints": {"/a": {"notes": "both"}}})
    assert list(found.document["endpoints"]) == ["/a", "/a [GET]", "/a [POST]"]
    assert found.document["endpoints"]["/a"] == {"notes": "both"}
    assert "/a stands for several methods: GET gets its own" in found.notes


def test_names_without_a_name_go_to_their_template() -> None:
    names = {("GET", f"/jobs/{number}"): 30.0 for number in range(30)}
    found = promoted(run(5, median_ms=names, rps=1), {"endpoints": {"/jobs/{id}": {}}})
    assert list(found.document["endpoints"]) == ["/jobs/{id}"]
    assert found.document["endpoints"]["/jobs/{id}"]["samples"] == 30 * 56


def test_a_run_without_requests_cannot_be_promoted() -> None:
    play = Play()
    play.seconds(20, users=10, rps=0)
    play.finish()
    for state in (RunState(), play.state):
        with pytest.raises(PlanError, match=r"^the run has no requests"):
            promoted(state, OWN)


def test_more_endpoints_than_a_baseline_can_have_are_refused() -> None:
    play = Play()
    names = {("GET", f"/jobs/{number}"): 1.0 for number in range(10_001)}
    play.seconds(5, users=10)
    state = run(1, median_ms=names, rps=1, levels=((10, 1),))
    with pytest.raises(PlanError, match=r"would have 10,001 endpoints.* give requests a name"):
        promoted(state)


def test_what_speaks_against_a_run_is_said(measured: RunState) -> None:
    assert doubts(measured) == []
    play = Play()
    play.seconds(20, users=10)
    assert doubts(play.state) == ["the run has no end: it goes on, or was torn off"]
    play.finish("generator_lost")
    assert doubts(play.state) == ["the run ended badly: generator_lost"]
    (busy,) = doubts(run(1, health=GeneratorHealth(cpu_percent=100)))
    assert busy.startswith("the generator was the bottleneck: ")
    (failed,) = doubts(run(1, failing=0.9))
    assert failed.endswith("requests failed")


@settings(max_examples=60, deadline=None)
@given(our.plays())
def test_whatever_a_run_measured_makes_a_document_that_holds(play: Play) -> None:
    state = play.state
    if not settled(state).endpoints:
        return
    for old in ({}, OWN, {"endpoints": {"/jobs/{id}": {TIMES_KEY: {"p50": 1, "p99": 2}}}}):
        new = promoted(state, old).document
        document = document_of(json.loads(baseline_text(new)), "b.json")
        entries = Entries(new["endpoints"])
        assert all(entries.find(*key).key for key in settled(state).endpoints)
        found = compare_with_baseline(state, document)
        # A target that was kept may well be missed.
        assert old or "fail" not in {one.outcome for one in found.checks()}
        assert show_lines(document)
        change_lines(old, new)


@pytest.mark.parametrize(
    ("value", "short"),
    [(0.0, 0), (0.123456, 0.123), (1.0, 1), (99.96, 100), (1234.5, 1230), (0.000012345, 1.23e-05)],
)
def test_figures_have_three_digits(value: float, short: float) -> None:
    assert rounded(value) == short


# --- what changes, in words ----------------------------------------------------------------------


def lines(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return change_lines({"endpoints": old}, {"endpoints": new})


def test_changes_are_shown_old_and_new() -> None:
    old = {"/a": {TIMES_KEY: {"p50": 10, "p95": 20}, "expected_error_rate": 0.01}, "/b": {}}
    new = {
        "/a": {TIMES_KEY: {"p50": 12, "p95": 20}, "expected_throughput_rps": 7, "loads": {"5": {}}},
        "/c\x1b": {TIMES_KEY: {"p50": 1}},
    }
    assert lines(old, new) == [
        "/a",
        "  p50 10 ms → 12 ms (+20 %)   rps 7   errors 1 % → none",
        "  figures at 5 users",
        "/b  (gone)",
        "/c\\x1b  (new)",
        "  p50 1 ms",
    ]


def test_the_form_of_a_name_is_no_change() -> None:
    figures = {TIMES_KEY: {"p50": 10}}
    assert lines({"/a [GET]": figures}, {"GET /a": figures}) == []
    assert lines({"/a": figures}, {"/a [GET]": figures}) == []
    assert lines({"/a": figures}, {"/a [GET]": figures, "/a [PUT]": figures}) == [
        "/a  (gone)", "/a [GET]  (new)", "  p50 10 ms", "/a [PUT]  (new)", "  p50 10 ms",
    ]  # fmt: skip


def test_other_parts_that_change_are_named() -> None:
    assert change_lines({"team": 1, "updated": "a"}, {"thresholds": {}, "updated": "b"}) == [
        "team: changed",
        "thresholds: changed",
    ]


def test_a_baseline_is_shown_as_a_table_of_eighty_columns(measured: RunState) -> None:
    shown = show_lines(document_of(promoted(measured, OWN).document, "b.json"))
    assert max(map(len, shown)) <= 80
    assert shown[0].split() == ["endpoint", "p50", "p95", "p99", "rps", "errors"]
    login = next(line for line in shown if line.startswith("/api/v1/auth/login"))
    assert login.split() == ["/api/v1/auth/login", "150", "400", "800", "100", "1", "%", "target"]
    assert any(line.startswith("  at 20 users") for line in shown)
    assert any(line.startswith("preset peak_load, 200 users") for line in shown)

"""The summary: valid by its schema whatever the run was, and true to what was sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from lftui.judge.verdict import judge
from lftui.records import (
    RESET_STATS,
    SCHEMA,
    ExceptionSeen,
    FileFact,
    Finished,
    GeneratorHealth,
    RunStarted,
)
from lftui.reports.summary import summary, summary_text
from lftui.run_state import RunState
from tests.unit.exported import Folded
from tests.unit.strategies import Play, Sent, plays

DOCUMENT = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "summary.schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(
    DOCUMENT, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def summary_of(play: Play) -> dict[str, Any]:
    """The summary as it stands in its file, valid by the schema."""
    found: dict[str, Any] = json.loads(summary_text(play.state, judge(play.state)))
    VALIDATOR.validate(found)
    return found


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(DOCUMENT)


def test_every_property_of_the_schema_says_what_it_is() -> None:
    def silent(node: Any, path: str) -> list[str]:
        if not isinstance(node, dict):
            return []
        found = []
        for name, one in node.get("properties", {}).items():
            if "$ref" not in one and "description" not in one and name != "outcome":
                found.append(f"{path}.{name}")
            found += silent(one, f"{path}.{name}") + silent(one.get("items"), f"{path}.{name}[]")
        return found

    assert silent(DOCUMENT, "") + silent(DOCUMENT["$defs"]["entry"], "ENTRY") == []


@given(plays())
def test_any_run_has_a_valid_summary_whose_requests_are_those_sent(play: Play) -> None:
    found = summary_of(play)
    assert found["totals"]["requests"] == len(play.sent)
    assert sum(entry["requests"] for entry in found["endpoints"]) == len(play.sent)
    failures = sum(sent.failed for sent in play.sent)
    assert sum(error["count"] for error in found["errors"]) == failures
    assert found["totals"]["failures"] == failures


@pytest.mark.parametrize("take_out", ["endpoints", "generator", "totals", "verdict"])
def test_the_schema_misses_what_is_not_there(take_out: str) -> None:
    state = Play().state
    found = summary(state, judge(state))
    del found[take_out]
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(found)


def test_a_state_that_saw_nothing_has_a_valid_summary() -> None:
    found = summary(RunState(), judge(RunState()))
    VALIDATOR.validate(found)
    assert found["run"]["id"] == ""
    assert found["run"]["started_at"] is None
    assert found["verdict"]["outcome"] == "inconclusive"
    assert found["generator"]["healthy"] is None


def test_what_the_run_was() -> None:
    play = Play()
    play.say(
        RunStarted(
            schema=SCHEMA,
            run_id="20260131-a",
            plan={"users": 5},
            scenario=[FileFact("a.py", "11"), FileFact("b.py", "22")],
            scenario_sha256="33",
            git_revision="abc",
            host="http://target",
            operator="jo",
            versions={"lftui": "0.1.0", "locust": "2.47.0"},
        )
    )
    play.seconds(10)
    play.say(Finished(reason="stopped", exit_code=1, cut_in_flight=3))
    found = summary_of(play)
    assert found["plan"] == {"users": 5}
    assert found["run"] == {
        "id": "20260131-a",
        "run_id": "20260131-a",
        "scenario": "a.py, b.py",
        "scenario_files": [{"path": "a.py", "sha256": "11"}, {"path": "b.py", "sha256": "22"}],
        "locustfile_sha256": "33",
        "git_revision": "abc",
        "host": "http://target",
        "operator": "jo",
        "state": "stopped",
        "started_at": "2023-11-14T22:13:20.000Z",
        "ended_at": "2023-11-14T22:13:30.000Z",
        "duration_s": 10.0,
        "end_reason": "stopped",
        "exit_code": 1,
        "in_flight_cut": 3,
        "lftui_version": "0.1.0",
        "locust_version": "2.47.0",
    }


def test_the_figures_of_an_endpoint() -> None:
    play = Play()
    endpoint = play.endpoint("/jobs", "POST")
    group = play.error(endpoint, "late <n>", "late 17")
    requests = [Sent(endpoint, ms * 1000, size=10) for ms in range(1, 10)]
    play.tick([*requests, Sent(endpoint, 500, failed=True)], length_s=2.0, errors=[(group, 1)])
    found = summary_of(play)
    (entry,) = found["endpoints"]
    assert entry == {
        "method": "POST",
        "name": "/jobs",
        "requests": 10,
        "failures": 1,
        "error_ratio": 0.1,
        "rps": 5.0,
        "goodput_rps": 4.5,
        "min_ms": 0.5,
        "mean_ms": 4.55,
        "max_ms": 9.0,
        "p50_ms": 5.0,
        "p90_ms": 9.0,
        "p95_ms": 9.0,
        "p99_ms": 9.0,
        "p999_ms": 9.0,
        "bytes": 90,
        "samples": 9,
        "p50_adjusted_ms": None,
        "p95_adjusted_ms": None,
        "p99_adjusted_ms": None,
    }
    assert found["totals"] == {**entry, "method": "", "name": "Aggregated"}
    (error,) = found["errors"]
    assert (error["method"], error["name"]) == ("POST", "/jobs")
    assert (error["error"], error["count"], error["status"]) == ("late 17", 1, None)
    assert (error["category"], error["points_at"]) == ("other", None)
    assert error["remedy"]
    assert error["last_seen"] == "2023-11-14T22:13:22.000Z"


def test_the_most_frequent_error_comes_first() -> None:
    play = Play()
    endpoint = play.endpoint()
    rare, frequent = play.error(endpoint, "rare"), play.error(endpoint, "frequent")
    play.error(endpoint, "announced, and the run was cut off before it was counted")
    play.tick([Sent(endpoint, 1, failed=True)] * 4, errors=[(rare, 1), (frequent, 3)])
    assert [(one["error"], one["count"]) for one in summary_of(play)["errors"]] == [
        ("frequent", 3),
        ("rare", 1),
    ]


def test_steps_have_the_figures_after_settling() -> None:
    play = Play(settle_s=3.0)
    play.seconds(1, users=5, state="spawning")
    play.seconds(11, users=5, rps=2)
    play.seconds(8, users=10, rps=4)
    first, second = summary_of(play)["steps"]
    assert (first["number"], first["users"], first["started_s"]) == (1, 5, 2.0)
    assert (first["duration_s"], first["measured_s"], first["requests"]) == (10.0, 7.0, 14)
    assert (first["rps"], first["p95_ms"], first["verdict"]) == (2.0, 20.0, None)
    assert (second["users"], second["rps"], second["error_ratio"]) == (10, 4.0, 0.0)


# --- the verdict ---------------------------------------------------------------------------------


def outcome(play: Play) -> tuple[str, dict[str, tuple[int, str]]]:
    verdict = summary_of(play)["verdict"]
    checks = {one["metric"]: (one["value"], one["outcome"]) for one in verdict["checks"]}
    return verdict["outcome"], checks


def test_a_run_without_a_failure_passes() -> None:
    play = Play()
    play.seconds(3)
    assert outcome(play) == ("pass", {"failures": (0, "pass"), "exceptions": (0, "pass")})


def test_a_failed_request_fails_the_run() -> None:
    play = Play()
    play.tick([Sent(play.endpoint(), 1, failed=True)] * 2)
    assert outcome(play) == ("fail", {"failures": (2, "fail"), "exceptions": (0, "pass")})


@pytest.mark.parametrize("counted", [0, 1])
def test_an_exception_of_the_locustfile_fails_the_run(counted: int) -> None:
    play = Play()
    play.say(ExceptionSeen(id=1, count=counted, message="no"))
    assert outcome(play) == ("fail", {"exceptions": (1, "fail")})


def test_a_run_without_requests_is_inconclusive() -> None:
    play = Play()
    play.tick()
    assert outcome(play)[0] == "inconclusive"


# --- the generator -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cpu", "lag", "healthy"),
    [
        (89.9, [900, 99, 6000, 1], True),
        (90.0, [900, 100], False),
        (5.0, [2900, 100], False),
    ],
)
def test_the_generator_is_healthy_or_not(cpu: float, lag: list[int], healthy: bool) -> None:
    play = Play()
    for _ in range(6):
        play.tick(
            health=GeneratorHealth(
                cpu_percent=cpu,
                lag=lag,
                lag_max_us=200_000,
                rss_bytes=7,
                open_files=3,
                pack_us=1500,
            )
        )
    found = summary_of(play)["generator"]
    assert found["healthy"] is healthy
    assert (found["reason"] is None) is healthy
    assert found["cpu_percent_max"] == cpu
    assert (found["loop_lag_max_ms"], found["pack_max_ms"]) == (200.0, 1.5)
    assert (found["rss_bytes_max"], found["open_files_max"]) == (7, 3)


# --- --reset-stats -------------------------------------------------------------------------------


def reset_run() -> Play:
    """Failures while users are spawned, a reset, then successes and one failure."""
    play = Play()
    endpoint, warm_up = play.endpoint(), play.endpoint("/warm-up")
    early, late = play.error(endpoint, "early"), play.error(endpoint, "late")
    play.tick(
        [Sent(endpoint, 900_000, failed=True)] * 5 + [Sent(warm_up, 1)],
        errors=[(early, 4), (late, 1)],
        last_response=play.now + 0.9,
    )
    play.mark("window", why=RESET_STATS)
    play.tick(
        [Sent(endpoint, 2000)] * 3 + [Sent(endpoint, 4000, failed=True)],
        errors=[(late, 1)],
        last_response=play.now + 0.5,
    )
    return play


def test_after_a_reset_only_what_came_after_it_counts() -> None:
    folds = Folded(reset_run().records)
    found = summary(folds.state, judge(folds.state), folds.seconds.errors)
    VALIDATOR.validate(found)
    assert (found["totals"]["requests"], found["totals"]["failures"]) == (4, 1)
    assert [entry["name"] for entry in found["endpoints"]] == ["/"]
    assert [(one["error"], one["count"]) for one in found["errors"]] == [("late", 1)]


def test_a_window_begun_by_hand_resets_nothing() -> None:
    play = Play()
    play.seconds(3)
    play.mark("window")
    play.seconds(1)
    assert summary_of(play)["totals"]["requests"] == 8

"""The verdict of real runs: on the screen, in the summary, and as the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.runs.live import Background, Lftui, only
from tests.runs.live import Marked as MarkedRecord

PAGES = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.02)

        @task(9)
        def page(self):
            self.client.get("/page")

        @task(1)
        def slow(self):
            self.client.get("/slow?ms=60", name="/slow")

    class Unlucky(FastHttpUser):
        wait_time = constant(0.02)

        @task(3)
        def page(self):
            self.client.get("/page")

        @task(1)
        def fail(self):
            self.client.get("/fail")
"""
LOAD = "-u 4 -r 50 -t 6s --settle 1s --baseline none"
HEALTHY, UNLUCKY = f"Visitor {LOAD}", f"Unlucky {LOAD}"

CASES: dict[str, tuple[str, int, str]] = {
    "kept": (f"{HEALTHY} --threshold p95_ms<4s --threshold error_ratio<50%", 0, "pass"),
    "warned": (f"{HEALTHY} --threshold p95_ms@/slow<30:warning", 0, "warn"),
    "warned, and that counts": (
        f"{HEALTHY} --threshold p95_ms@/slow<30:warning --fail-on warning",
        1,
        "warn",
    ),
    "broken": (f"{HEALTHY} --threshold p95_ms@/slow<30", 1, "fail"),
    "broken, and nobody minds": (
        f"{UNLUCKY} --threshold error_ratio<5% --fail-on never",
        0,
        "fail",
    ),
    "failed": (f"{UNLUCKY} --threshold error_ratio<5%", 1, "fail"),
    "never met": (f"{HEALTHY} --threshold p95_ms@/none<30", 3, "inconclusive"),
    "Locust's rule": (UNLUCKY, 1, "fail"),
}


@pytest.mark.parametrize("names", [list(CASES)[:4], list(CASES)[4:]], ids=["one half", "the other"])
def test_each_outcome_has_its_exit_code(lftui: Lftui, names: list[str]) -> None:
    script = lftui.script(PAGES)
    running: dict[str, tuple[Background, Path]] = {}
    for number, name in enumerate(names):
        summary = lftui.folder / f"summary-{number}.json"
        words = lftui.arguments(script, f"{CASES[name][0]} --summary {summary}")
        running[name] = lftui.background(*words), summary
    for name, (background, path) in running.items():
        _, code, outcome = CASES[name]
        found = background.wait()
        verdict = json.loads(path.read_text("utf-8"))["verdict"]
        assert (found, verdict["outcome"]) == (code, outcome), f"{name}: {background.said}"
        assert verdict["exit_code"] == code
        assert verdict["sentence"] in " ".join(background.said.split())


def test_the_errors_are_explained(lftui: Lftui) -> None:
    summary = lftui.folder / "summary.json"
    done = lftui.run(lftui.script(PAGES), f"{UNLUCKY} --summary {summary}")
    assert "Server error (5xx), points at the target" in done.out
    (error,) = json.loads(summary.read_text("utf-8"))["errors"]
    assert (error["name"], error["category"], error["points_at"]) == (
        "/fail",
        "server_error",
        "target",
    )
    assert error["remedy"]


def test_a_stored_run_is_a_baseline_and_its_verdict_is_in_the_list(lftui: Lftui) -> None:
    script = lftui.script(PAGES)
    first = lftui.run(script, HEALTHY)
    assert first.folder is not None
    second = lftui.run(
        script, f"Visitor -u 4 -r 50 -t 6s --settle 1s --baseline {first.folder.name}"
    )
    state = second.state
    assert state.baseline_path == first.folder.name
    assert state.baseline is not None
    assert "/page" in json.dumps(state.baseline["endpoints"])
    assert f"baseline {first.folder.name}"[:30] in second.out
    rows: list[dict[str, Any]] = lftui.stored()
    assert {row["verdict"] for row in rows} <= {"pass", "warn", "fail", "inconclusive"}


def test_a_note_is_kept_with_the_run(lftui: Lftui) -> None:
    live = lftui.start(lftui.script(PAGES), "Visitor -u 2 -r 50 -t 60s --baseline none")
    said = lftui.command("note", "rollback: scale web to 4", "--run", live.folder.name)
    assert said.code == 0, said.said
    live.wait_record(MarkedRecord, lambda mark: mark.type == "note")
    assert lftui.command("stop", live.folder.name).code == 0
    done = live.wait()
    (note,) = [mark for mark in only(done.records, MarkedRecord) if mark.type == "note"]
    assert note.text == "rollback: scale web to 4"
    assert "rollback: scale web to 4" in done.out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--threshold p95<2000", "--threshold: 'p95<2000': there is no metric p95"),
        ("--fail-on often", "--fail-on is 'often'; it is one of critical, warning, never"),
        ("--preset peak", "--preset peak: there is no baseline"),
        ("--baseline missing.json", "missing.json"),
        ("--baseline no-such-run", "no-such-run"),
        ("--guard shout", "--guard is 'shout'"),
    ],
)
def test_what_cannot_be_read_is_said_before_any_load(lftui: Lftui, options: str, says: str) -> None:
    done = lftui.run(lftui.script(PAGES), f"-u 2 -t 5s {options}")
    assert (done.code, done.folder) == (2, None), done.said
    assert says in done.err
    assert "Traceback" not in done.said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("nonsense", "is no JSON"),
        ("[1]", "must be a JSON object"),
        (
            '{"endpoints": {"/healthz": {"expected_response_time_ms": {"p95": "fast"}}}}',
            "endpoints./healthz.expected_response_time_ms.p95: ",
        ),
        (
            '{"endpoints": {"/healthz": {"expected_response_time_ms": {"p50": 9, "p95": 5}}}}',
            "endpoints./healthz.expected_response_time_ms",
        ),
        (
            '{"endpoints": {"/healthz": {"expected_error_rate": NaN}}}',
            "endpoints./healthz.expected_error_rate",
        ),
    ],
)
def test_a_baseline_that_cannot_be_used_stops_the_run_before_any_load(
    lftui: Lftui, text: str, says: str
) -> None:
    (lftui.folder / "baseline.json").write_text(text, "utf-8")
    done = lftui.run(lftui.script(PAGES), "-u 2 -t 5s")
    assert (done.code, done.folder) == (2, None), done.said
    assert "baseline.json" in done.err
    assert says in done.err
    assert len(done.err.strip().splitlines()[-1]) < 400

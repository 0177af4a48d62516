"""The verdict of real runs: on the screen, in the summary, and as the exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.runs.live import Background, Lftui, only
from tests.runs.live import Marked as MarkedRecord
from tests.runs.target import serve

PAGES = """
    import itertools
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.02)

        @task(3)
        def page(self):
            self.client.get("/page")

        @task(1)
        def slow(self):
            self.client.get("/slow?ms=60", name="/slow")

    # Every fourth in turn, not by chance: of few seconds that differ by chance, some make it
    # inconclusive.
    turns = itertools.count()

    class Unlucky(FastHttpUser):
        wait_time = constant(0.02)

        @task
        def page_or_fail(self):
            self.client.get("/page" if next(turns) % 4 else "/fail")
"""
LOAD = "-u 4 -r 50 -t 6s --settle 1s --baseline none"
HEALTHY, UNLUCKY = f"Visitor {LOAD}", f"Unlucky {LOAD}"

# What is broken is a rate, or a share of errors that keeps from second to second: a percentile of
# so few seconds is inconclusive now and then, and rightly so.
CASES: dict[str, tuple[str, int, str]] = {
    "kept": (f"{HEALTHY} --threshold p95_ms<4s --threshold error_ratio<50%", 0, "pass"),
    "warned": (f"{HEALTHY} --threshold rps@/slow>1000:warning", 0, "warn"),
    "warned, and that counts": (
        f"{HEALTHY} --threshold rps@/slow>1000:warning --fail-on warning",
        1,
        "warn",
    ),
    "broken": (f"{HEALTHY} --threshold rps@/slow>1000", 1, "fail"),
    "broken, and nobody minds": (
        f"{UNLUCKY} --threshold error_ratio<5% --fail-on never",
        0,
        "fail",
    ),
    "failed": (f"{UNLUCKY} --threshold error_ratio<5%", 1, "fail"),
    "never met": (f"{HEALTHY} --threshold p95_ms@/none<30", 3, "inconclusive"),
    "Locust's rule": (UNLUCKY, 1, "fail"),
}


@dataclass(frozen=True)
class Judged:
    """What a case left behind.

    Attributes:
        code: the exit code.
        said: both streams.
        summary: the summary.
        run_id: the run, in the runs directory of all cases.
    """

    code: int
    said: str
    summary: dict[str, Any]

    @property
    def run_id(self) -> str:
        found: str = self.summary["run"]["id"]
        return found


@dataclass(frozen=True)
class Cases:
    """All cases, and the command with the runs directory that they are in."""

    lftui: Lftui
    judged: dict[str, Judged]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    """The cases, run once: four at a time, since they mostly wait."""
    with serve() as target:
        lftui = Lftui(tmp_path_factory.mktemp("verdict"), target.url)
        names = list(CASES)
        judged = _run(lftui, names[:4]) | _run(lftui, names[4:])
        yield Cases(lftui, judged)
        lftui.clean_up()


def _run(lftui: Lftui, names: list[str]) -> dict[str, Judged]:
    script = lftui.script(PAGES)
    running: dict[str, tuple[Background, Path]] = {}
    for name in names:
        summary = lftui.folder / f"summary-{list(CASES).index(name)}.json"
        words = lftui.arguments(script, f"{CASES[name][0]} --summary {summary}")
        running[name] = lftui.background(*words), summary
    judged = {}
    for name, (background, path) in running.items():
        code = background.wait()
        assert path.is_file(), f"{name}: {background.said}"
        judged[name] = Judged(code, background.said, json.loads(path.read_text("utf-8")))
    return judged


@pytest.mark.parametrize("name", CASES)
def test_each_outcome_has_its_exit_code(cases: Cases, name: str) -> None:
    _, code, outcome = CASES[name]
    judged = cases.judged[name]
    verdict = judged.summary["verdict"]
    assert (judged.code, verdict["outcome"]) == (code, outcome), judged.said
    assert verdict["exit_code"] == code
    assert verdict["sentence"] in " ".join(judged.said.split())


def test_the_errors_are_explained(cases: Cases) -> None:
    judged = cases.judged["Locust's rule"]
    assert "Server error (5xx), points at the target" in judged.said
    (error,) = judged.summary["errors"]
    assert (error["name"], error["category"], error["points_at"]) == (
        "/fail",
        "server_error",
        "target",
    )
    assert error["remedy"]


def test_a_stored_run_is_a_baseline_and_its_verdict_is_in_the_list(cases: Cases) -> None:
    lftui, first = cases.lftui, cases.judged["kept"].run_id
    second = lftui.run(
        lftui.script(PAGES), f"Visitor -u 4 -r 50 -t 6s --settle 1s --baseline {first}"
    )
    state = second.state
    assert state.baseline_path == first
    assert state.baseline is not None
    assert "/page" in json.dumps(state.baseline["endpoints"])
    assert f"baseline {first}"[:30] in second.out
    rows: list[dict[str, Any]] = lftui.stored()
    listed = {row["id"]: row["verdict"] for row in rows}
    assert set(listed.values()) <= {"pass", "warn", "fail", "inconclusive"}
    for name, judged in cases.judged.items():
        assert listed[judged.run_id] == judged.summary["verdict"]["outcome"], name


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

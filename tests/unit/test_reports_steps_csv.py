"""The steps as CSV: the summary's figures, and how far they can be trusted."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings

from lftui.judge.verdict import judge
from lftui.reports.steps_csv import steps_rows
from lftui.reports.summary import summary
from lftui.run_state import RunState
from tests.unit import odd_runs
from tests.unit.odd_runs import Judged
from tests.unit.strategies import Play, plays


def table(run: Judged) -> list[dict[str, Any]]:
    """The rows as a reader of CSV has them."""
    file = io.StringIO()
    csv.writer(file).writerows(steps_rows(*run))
    return list(csv.DictReader(io.StringIO(file.getvalue())))


@pytest.mark.parametrize("name", odd_runs.RECORDINGS)
def test_the_figures_are_those_of_the_summary(name: Any) -> None:
    state, verdict = odd_runs.recorded(name)
    rows, steps = table((state, verdict)), summary(state, verdict)["steps"]
    assert len(rows) == len(steps)
    for row, step in zip(rows, steps, strict=True):
        for column in [
            "number",
            "users",
            "started_s",
            "duration_s",
            "measured_s",
            "requests",
            "failures",
            "error_ratio",
            "rps",
            "goodput_rps",
            "p50_ms",
            "p95_ms",
            "p99_ms",
        ]:
            assert float(row[column]) == step[column], column
        assert (row["verdict"] or None, row["reason"] or None) == (step["verdict"], step["reason"])
        for metric, trust in step["trust"].items():
            assert [row[f"{metric}_{end}"] for end in ("low", "high")] == [
                "" if trust[end] is None else str(trust[end]) for end in ("low", "high")
            ]


def test_the_intervals_hold_the_figure() -> None:
    for row in table(odd_runs.recorded("steps")):
        for metric in ("error_ratio", "rps", "goodput_rps", "rps_per_user", "p50_ms"):
            low, value, high = (row[f"{metric}{end}"] for end in ("_low", "", "_high"))
            assert float(low or 0) <= float(value) * 1.001
            assert float(value) <= float(high or "inf") * 1.001


def test_a_users_requests_and_who_set_the_level() -> None:
    play = Play(settle_s=1.0)
    play.mark("users", new=10, who="ann")
    play.seconds(12, users=10, rps=20)
    play.mark("note", text="deploy begins")
    play.seconds(1, users=10, rps=20)
    (row,) = table(odd_runs.judged(play.state))
    assert (row["users"], row["by_hand"], row["marks"]) == ("10", "true", "deploy begins")
    assert float(row["rps_per_user"]) == 2.0
    assert float(row["rps_per_user_low"]) < 2.0 < float(row["rps_per_user_high"])


def test_no_cell_is_a_formula_and_no_row_is_broken() -> None:
    play = Play(settle_s=1.0)
    play.seconds(2)
    play.mark("note", text="=cmd|' /C calc'!A0\n\x1b\r\n;x")
    play.seconds(10)
    (row,) = table(odd_runs.judged(play.state))
    assert row["marks"] == "'=cmd|' /C calc'!A0\\n\\x1b\\r\\n;x"
    state, verdict = odd_runs.hostile()
    assert len(table((state, verdict))) == len(state.steps.all())


@pytest.mark.parametrize("state", [odd_runs.nothing(), odd_runs.empty(), odd_runs.refused()])
def test_a_run_without_steps_is_a_header(state: RunState) -> None:
    (header,) = steps_rows(state, judge(state))
    assert header[:3] == ["number", "users", "by_hand"]


def test_a_verdict_that_is_older_than_the_state() -> None:
    play = Play(settle_s=1.0)
    play.seconds(10, users=5)
    verdict = judge(play.state)
    play.seconds(10, users=10)
    assert [row["number"] for row in table((play.state, verdict))] == ["1"]


@settings(max_examples=30, deadline=None)
@given(plays())
def test_any_run_has_rows_of_one_length(play: Play) -> None:
    rows = list(steps_rows(*odd_runs.judged(play.state)))
    assert {len(row) for row in rows} == {len(rows[0])}

"""The trend of a scenario and target: what changed, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len

from lftui.reports.text_table import Column, table_lines
from lftui.reports.trend import TrendPoint, change_of, change_said, trend_json, trend_text
from lftui.run_state import endpoint_entries
from lftui.runs.trend import said_series, trend_of
from lftui.supervisor.glance import glance
from lftui.supervisor.store import Store
from tests.unit.simulated import play_run
from tests.unit.stored_runs import AT, DAY, facts, store_live_run, store_run
from tests.unit.test_reports_summary import reset_run


def point(number: int, **changed: Any) -> TrendPoint:
    """A run a day."""
    fields: dict[str, Any] = {
        "users_max": 50,
        "rps": 100.0,
        "p95_ms": 200.0,
        "error_ratio": 0.0,
        "verdict": "pass",
        "duration_s": 60.0,
    }
    name = f"202601{number:02}-120000-main-ab{number:02}"
    return TrendPoint(run_id=name, started_at=AT + number * DAY, **fields | changed)


POINTS = [
    point(1, p95_ms=180.0),
    point(2, p95_ms=200.0),
    point(3, users_max=100, p95_ms=900.0),
    point(4, p95_ms=220.0, error_ratio=0.01),
    point(5, p95_ms=250.0, rps=90.0, error_ratio=0.05, verdict="fail"),
]


def test_the_newest_run_is_held_against_the_median_of_those_with_as_many_users() -> None:
    change = change_of(POINTS)
    assert change is not None
    assert [run[-4:] for run in change.runs] == ["ab01", "ab02", "ab04"]
    assert change.p95_ms is not None
    assert (change.p95_ms.now, change.p95_ms.median, change.p95_ms.ratio) == (250.0, 200.0, 0.25)
    assert change.rps is not None
    assert change.rps.ratio == pytest.approx(-0.1)
    assert change.error_ratio is not None
    assert (change.error_ratio.median, change.error_ratio.ratio) == (0.0, None)


def test_in_an_open_workload_the_load_is_the_rate() -> None:
    points = [
        point(1, rate_max=20.0, users_max=9, p95_ms=100.0),
        point(2, users_max=14),
        point(3, rate_max=40.0, users_max=14),
        point(4, rate_max=20.0, users_max=14, p95_ms=110.0),
    ]
    change = change_of(points)
    assert change is not None
    assert (change.rate_max, [run[-4:] for run in change.runs]) == (20.0, ["ab01"])
    assert "against the run before it with 20/s: p95 110 ms after 100 ms" in change_said(points)
    alone = change_said(points[:3])
    assert "had 40/s, and none before it the same (they had 20/s, 14 users): nothing" in alone
    assert " load " in trend_text(points, 100)
    assert " 40/s " in trend_text(points, 100)


def test_it_is_said_without_a_verdict_and_with_the_command_for_one() -> None:
    assert change_said(POINTS) == (
        "The newest run against the median of the 3 runs before it with 50 users: p95 250 ms "
        "after 200 ms, +25 %; rps 90 after 100, -10 %; errors 5.00 % after 0.00 %. No verdict; for "
        f"one: lftui compare {POINTS[3].run_id} {POINTS[4].run_id}"
    )


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([], ""),
        (POINTS[:1], "One run so far"),
        (POINTS[:3], "none before it the same (they had 50 users): nothing to compare"),
        ([*POINTS, point(6, users_max=None)], "an unknown number of users"),
        (POINTS[:2], "against the run before it with 50 users"),
        ([point(1, p95_ms=None), point(2, p95_ms=3.0, rps=None)], "50 users: errors 0.00 %"),
        ([point(1, rps=0.0), point(2)], "rps 100 after 0; errors"),
        (
            [point(n, p95_ms=None, rps=None, error_ratio=None) for n in (1, 2)],
            "neither has figures to compare",
        ),
    ],
)
def test_where_little_is_known_that_is_said(points: list[TrendPoint], words: str) -> None:
    assert words in change_said(points)


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_the_text_fits_its_terminal_and_ids_can_be_copied(columns: int) -> None:
    text = trend_text(POINTS, columns)
    assert max(cell_len(line) for line in text.splitlines()) <= columns
    for one in POINTS:
        assert one.run_id in text
    assert f"lftui compare {POINTS[3].run_id}" in text.replace("\n", " ")
    assert "■" in text
    assert "p95    ▂▂█▂▃" in text


def test_a_terminal_of_ascii_gets_ascii() -> None:
    named = msgspec.structs.replace(point(6, p95_ms=None, verdict=""), run_id="läuft")
    text = trend_text([*POINTS, named], 80, ascii_only=True)
    assert text.isascii()
    assert "# " + POINTS[4].run_id in text


def test_of_many_runs_the_newest_are_listed() -> None:
    points = [point(n % 28 + 1, p95_ms=float(n)) for n in range(100)]
    lines = trend_text(points, 80, shown=5).splitlines()
    assert lines[-1].strip() == "the newest 5 of 100 runs"
    assert len(lines) < 20


def test_a_page_begins_with_the_newest_run() -> None:
    first, last = (trend_text(POINTS, 80, newest_first=order) for order in (True, False))
    assert first.splitlines()[-1].endswith(last.splitlines()[-5].lstrip())
    assert POINTS[4].run_id in last.splitlines()[-1]
    assert sorted(first.splitlines()) == sorted(last.splitlines())


def test_what_is_hostile_or_no_number_is_shown_as_text() -> None:
    points = [point(1), point(2, verdict="\x1b[31m", p95_ms=float("inf"), duration_s=float("nan"))]
    text = trend_text(points, 80)
    assert "\x1b" not in text
    assert "inf" not in text
    assert "nan" not in text
    assert trend_text([], 80) == "no finished run has figures yet\n"


def test_the_json_is_of_its_schema() -> None:
    document = json.loads(trend_json(POINTS, "main.py", ""))
    assert document["schema"] == "lftui.trend/1"
    assert (document["scenario"], document["host"]) == ("main.py", None)
    assert len(document["points"]) == 5
    assert document["points"][0] == {
        "run_id": POINTS[0].run_id,
        "started_at": AT + DAY,
        "users_max": 50,
        "rps": 100.0,
        "p95_ms": 180.0,
        "error_ratio": 0.0,
        "verdict": "pass",
        "duration_s": 60.0,
        "rate_max": None,
    }
    assert document["change"]["p95_ms"] == {"now": 250.0, "median": 200.0, "ratio": 0.25}
    assert document["sentence"] == change_said(POINTS)
    assert json.loads(trend_json([], "main.py", ""))["change"] is None
    endless = json.loads(trend_json([point(1, rps=float("inf"))], "main.py", ""))
    assert endless["points"][0]["rps"] is None


def test_the_points_are_the_finished_runs_of_the_same_scenario_and_target(tmp_path: Path) -> None:
    store_run(tmp_path, "2", started_at=AT + 2 * DAY)
    store_run(tmp_path, "1", scenario="/elsewhere/main.py", facts=facts(users_max=99))
    store_run(tmp_path, "other-scenario", scenario="admin.py")
    store_run(tmp_path, "other-target", host="http://x")
    store_run(tmp_path, "no-figures", facts={})
    store_run(tmp_path, "torn", ended_at=None, facts={})
    store_run(tmp_path, "wrong", facts=facts(rps="fast"))
    store_run(tmp_path, "damaged")
    (tmp_path / "damaged" / "run.json").write_text("{")
    live = store_live_run(tmp_path, "live")
    points = trend_of(Store(tmp_path), live.read())
    assert [(one.run_id, one.users_max) for one in points] == [("1", 99), ("2", 10)]
    assert said_series(live.read()) == ("main.py", "http://127.0.0.1:8000")


def test_the_figures_kept_of_a_run_are_those_of_its_summary() -> None:
    state = play_run(1).state
    total, _ = endpoint_entries(state)
    kept = glance(state)
    names = ("requests", "failures", "rps", "goodput_rps", "p50_ms", "p95_ms", "p99_ms")
    assert {name: kept[name] for name in names} == {name: getattr(total, name) for name in names}


def test_with_a_reset_they_are_those_since() -> None:
    state = reset_run().state
    assert state.reset is not None
    assert glance(state)["requests"] == endpoint_entries(state, state.reset)[0].requests
    assert glance(state)["requests"] < state.total.count


# --- the table -----------------------------------------------------------------------------------


COLUMNS = [
    Column("run", ["20260101-120000-main-ab12"]),
    Column("p95", ["200 ms"], 1, right=True),
    Column("target", ["https://staging.example/one"], 2, least=10),
]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, "20260101-120000-main-ab12  200 ms  https://staging.example/one"),
        (50, "20260101-120000-main-ab12  200 ms  …ng.example/one"),
        (40, "20260101-120000-main-ab12  200 ms"),
        (30, "20260101-120000-main-ab12"),
        (5, "20260101-120000-main-ab12"),
    ],
)
def test_columns_go_by_rank_and_the_first_is_never_cut(width: int, line: str) -> None:
    assert table_lines(COLUMNS, width)[1] == line


def test_wide_characters_take_their_cells() -> None:
    columns = [Column("run", ["a"]), Column("target", ["https://例え.テスト/"], 1, least=8)]
    assert max(cell_len(line) for line in table_lines(columns, 16)) <= 16

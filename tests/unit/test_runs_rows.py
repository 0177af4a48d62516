"""Rows of stored runs: read from `run.json`, chosen by filters, damaged ones said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lftui.plan import PlanError
from lftui.reports.peak_load import load_title, peak_said
from lftui.runs.chosen import RunFilter
from lftui.runs.row import read_row, rows_of, series_of
from lftui.supervisor.glance import glance
from lftui.supervisor.store import RunFolder, Store
from tests.unit.live_runs import a_run
from tests.unit.open_runs import OpenPlay
from tests.unit.stored_runs import AT, DAY, HOST, facts, store_live_run, store_run


def test_unfinished_and_damaged_runs_come_first(tmp_path: Path) -> None:
    store_run(tmp_path, "1")
    store_run(tmp_path, "2")
    store_live_run(tmp_path, "0")
    store_run(tmp_path, "3", ended_at=None, facts={})
    store_run(tmp_path, "4")
    (tmp_path / "4" / "run.json").write_text("{")
    found = [(row.id, row.status) for row in rows_of(Store(tmp_path))]
    assert found == [
        ("4", "damaged"),
        ("3", "interrupted"),
        ("0", "live"),
        ("2", "finished"),
        ("1", "finished"),
    ]


def test_the_size_is_that_of_all_files_and_links_are_not_followed(tmp_path: Path) -> None:
    folder = store_run(tmp_path / "runs", "1", journal=b"x" * 1000)
    folder.exports.mkdir()
    (folder.exports / "a.csv").write_bytes(b"x" * 500)
    before = rows_of(Store(tmp_path / "runs"))[0].size_bytes
    (tmp_path / "large").write_bytes(b"x" * 100_000)
    (folder.exports / "link").symlink_to(tmp_path / "large")
    after = rows_of(Store(tmp_path / "runs"))[0].size_bytes
    assert before == 1500 + (folder.path / "run.json").stat().st_size
    assert after - before < 1000


def test_no_journal_is_opened_of_a_run_that_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_run(tmp_path, "1")
    store_run(tmp_path, "2", facts={})

    def opened(folder: RunFolder) -> None:
        raise AssertionError(f"the journal of {folder.id} was opened")

    monkeypatch.setattr(RunFolder, "last_tick", opened)
    assert [row.complaint for row in rows_of(Store(tmp_path))] == ["", ""]


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": facts(rps="fast")},
        {"facts": facts(users_max=[1])},
        {"started_at": 1e300},
        {"ended_at": -1e300},
    ],
)
def test_what_cannot_be_shown_is_damaged(tmp_path: Path, changed: dict[str, Any]) -> None:
    store_run(tmp_path, "1", **changed)
    row = rows_of(Store(tmp_path))[0]
    assert row.status == "damaged"
    assert "damaged" in row.complaint
    assert row.size_bytes > 100


def test_an_older_run_has_fewer_figures_and_a_newer_one_more(tmp_path: Path) -> None:
    store_run(tmp_path, "1", facts={"duration_s": 1.0, "users_max": 3, "one_more": {"a": 1}})
    row = rows_of(Store(tmp_path))[0]
    assert (row.users, row.rps, row.verdict, row.complaint) == (3, None, "", "")


def test_a_run_that_has_just_been_removed_is_no_row(tmp_path: Path) -> None:
    assert read_row(RunFolder(tmp_path / "gone")) is None


def test_the_name_of_the_folder_is_the_id(tmp_path: Path) -> None:
    folder = store_run(tmp_path, "1")
    folder.path.rename(tmp_path / "copy")
    assert [row.id for row in rows_of(Store(tmp_path))] == ["copy"]


def test_a_damaged_run_hides_no_live_one(tmp_path: Path) -> None:
    live = store_live_run(tmp_path, "1")
    store_run(tmp_path, "2")
    (tmp_path / "2" / "run.json").write_text("{")
    assert Store(tmp_path).live(None).id == live.id


def test_a_folder_that_may_not_be_looked_into_does_not_end_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_run(tmp_path, "1")
    store_run(tmp_path, "2")
    real = Path.is_file

    def is_file(path: Path) -> bool:
        if path.parent.name == "2":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "is_file", is_file)
    assert [folder.id for folder in Store(tmp_path).all()] == ["2", "1"]


def test_a_runs_directory_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file")
    with pytest.raises(PlanError, match="cannot be read: not a directory"):
        rows_of(store)
    assert store.newest(3) == []
    assert Store(tmp_path / "nowhere").all() == []


@pytest.mark.parametrize(
    ("chosen", "ids"),
    [
        (RunFilter(), ["2", "1", "bad"]),
        (RunFilter(status="finished"), ["2", "1"]),
        (RunFilter(status="live"), []),
        (RunFilter(verdict="fail"), ["2"]),
        (RunFilter(scenario="ADMIN"), ["2"]),
        (RunFilter(host="127.0"), ["1"]),
        (RunFilter(operator="bo"), ["2"]),
        (RunFilter(since=AT + DAY), ["2"]),
        (RunFilter(until=AT + DAY), ["1"]),
        (RunFilter(verdict="fail", host="127.0"), []),
    ],
)
def test_filters_hold_together(tmp_path: Path, chosen: RunFilter, ids: list[str]) -> None:
    store_run(tmp_path, "1")
    store_run(
        tmp_path,
        "2",
        started_at=AT + DAY,
        scenario="admin.py",
        host=None,
        operator="bob from 10.0.0.1",
        facts=facts(verdict="fail"),
    )
    store_run(tmp_path, "bad")
    (tmp_path / "bad" / "run.json").write_text("[]")
    found = [row.id for row in rows_of(Store(tmp_path)) if chosen.fits(row)]
    assert sorted(found) == sorted(ids)


def test_a_series_is_the_same_scenario_on_the_same_target_wherever_it_lies() -> None:
    one = series_of("/a/main.py, b/c.py", HOST + "/")
    assert one == series_of("main.py, c.py", HOST.upper().replace("HTTP", "http"))
    assert one != series_of("main.py", HOST)
    assert one != series_of("main.py, c.py", None)


def test_of_an_open_workload_the_load_is_its_rate(tmp_path: Path) -> None:
    folder = store_run(tmp_path, "20260101-000000-open-aaaa", facts=facts(rate_max=40.0))
    row = read_row(folder)
    assert row is not None
    assert (row.rate_max, row.load) == (40.0, "40/s")
    users = read_row(store_run(tmp_path, "20260101-000000-users-bbbb", facts=facts(users_max=1200)))
    assert users is not None
    assert (users.rate_max, users.load) == (None, "1,200")
    assert load_title([users]) == "users"
    assert load_title([users, row]) == "load"
    assert peak_said(None, None) == "—"


@pytest.mark.parametrize(("seconds", "rate"), [(20, 80.0), (2, 66.667)])
def test_what_is_kept_of_a_rate_is_the_highest_that_lasted(seconds: int, rate: float) -> None:
    play = OpenPlay()
    for wanted in (50, 80):
        play.reach(wanted)
        for _ in range(seconds):
            play.arrive(wanted)
    play.finish()
    assert glance(play.state)["rate_max"] == pytest.approx(rate, abs=2)
    assert "rate_max" not in glance(a_run().state)

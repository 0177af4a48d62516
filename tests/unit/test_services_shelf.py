"""The shelf: stored runs are listed, read, exported, noted, compared, promoted and deleted."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from lftui.plan import PlanError
from lftui.services.shelf import Shelf
from tests.console.shelved import shelve
from tests.unit.simulated import play_run
from tests.unit.stored_runs import store_live_run
from tests.unit.test_closing_view import eventful


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelve(tmp_path / "runs", "20260101-000000-main-aaaa", eventful())
    shelve(tmp_path / "runs", "20260102-000000-main-bbbb", eventful(), ended=False)
    return Shelf(tmp_path, str(tmp_path / "runs"))


def test_interrupted_runs_come_first_and_a_damaged_one_says_so(
    shelf: Shelf, tmp_path: Path
) -> None:
    damaged = tmp_path / "runs" / "20260103-000000-main-cccc"
    damaged.mkdir()
    (damaged / "run.json").write_text("{")
    rows = asyncio.run(shelf.rows())
    assert [(row.id[-4:], row.status) for row in rows] == [
        ("cccc", "damaged"),
        ("bbbb", "interrupted"),
        ("aaaa", "finished"),
    ]
    assert "is damaged" in rows[0].complaint
    assert rows[2].verdict == "fail"
    assert rows[1].users == 2000, "from the last tick of its journal"


def test_a_run_is_told_with_its_verdict(shelf: Shelf) -> None:
    told = asyncio.run(shelf.tell("last"))
    assert told.verdict.outcome == "fail"
    assert told.state.total.count == 600


def test_exports_are_written_into_a_folder_that_is_made(shelf: Shelf, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    wanted = {"summary": str(folder / "s.json"), "text": str(folder / "r.txt")}
    written, failures = asyncio.run(shelf.export("20260101", wanted))
    assert failures == []
    assert sorted(written) == sorted(wanted.values())
    assert json.loads((folder / "s.json").read_text())["schema"] == "lftui.summary/1"
    assert "FAIL" in (folder / "r.txt").read_text()


def test_a_folder_that_cannot_be_made_is_one_sentence(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    wanted = {"text": str(tmp_path / "file" / "r.txt")}
    with pytest.raises(PlanError, match="file"):
        asyncio.run(shelf.export("20260101", wanted))


def test_a_note_becomes_a_part_of_the_journal(shelf: Shelf) -> None:
    asyncio.run(shelf.note("20260101", "the database was rebuilt \x1b]0;x\x07"))
    marks = asyncio.run(shelf.tell("20260101")).state.marks
    assert marks[-1].type == "note"
    assert marks[-1].text.startswith("the database was rebuilt")
    assert "\x1b" not in marks[-1].text


def test_a_deleted_run_is_gone_with_everything(shelf: Shelf, tmp_path: Path) -> None:
    asyncio.run(shelf.delete("20260101"))
    assert not (tmp_path / "runs" / "20260101-000000-main-aaaa").exists()
    with pytest.raises(PlanError, match="no run"):
        asyncio.run(shelf.delete("20260101"))


def test_nothing_is_written_before_a_promotion_is_agreed_to(tmp_path: Path) -> None:
    shelve(tmp_path / "runs", "20260101-000000-main-aaaa", play_run(1))
    shelf = Shelf(tmp_path, str(tmp_path / "runs"))
    promotion = asyncio.run(shelf.promotion("last", str(tmp_path / "baseline.json")))
    assert not (tmp_path / "baseline.json").exists()
    assert promotion.changes
    asyncio.run(shelf.promote(promotion))
    assert "/healthz" in (tmp_path / "baseline.json").read_text()


def test_two_runs_are_compared(tmp_path: Path) -> None:
    shelve(tmp_path / "runs", "20260101-000000-main-aaaa", play_run(1, rps=60))
    shelve(tmp_path / "runs", "20260102-000000-main-bbbb", play_run(2, rps=60, factor=2.0))
    shelf = Shelf(tmp_path, str(tmp_path / "runs"))
    assert asyncio.run(shelf.compare("20260101", "20260102")).outcome == "fail"


def test_the_trend_of_a_run_is_that_of_its_scenario_and_target(shelf: Shelf) -> None:
    found = asyncio.run(shelf.trend("20260102"))
    assert (found.scenario, found.host) == ("main.py", "http://127.0.0.1:8000")
    assert [point.run_id for point in found.points] == ["20260101-000000-main-aaaa"]


def test_a_live_run_is_not_deleted(tmp_path: Path) -> None:
    store_live_run(tmp_path / "runs", "20260101-000000-main-aaaa")
    with pytest.raises(PlanError, match="is live; end it first"):
        asyncio.run(Shelf(tmp_path, str(tmp_path / "runs")).delete("last"))

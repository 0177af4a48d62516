"""Removing a run: whole or not at all in sight, never a live one, leftovers swept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lftui.plan import PlanError
from lftui.supervisor.removal import remove_run, sweep
from lftui.supervisor.store import Store
from tests.unit.stored_runs import store_live_run, store_run

NAME = "20260101-000000-main-aaaa"


def test_a_removed_run_is_gone_with_everything(tmp_path: Path) -> None:
    folder = store_run(tmp_path, NAME)
    folder.exports.mkdir()
    (folder.exports / "summary.json").write_text("{}")
    assert remove_run(folder)
    assert list(tmp_path.iterdir()) == []


def test_a_name_of_any_length_can_be_removed(tmp_path: Path) -> None:
    assert remove_run(store_run(tmp_path, "a" * 250))
    assert list(tmp_path.iterdir()) == []


def test_a_live_run_stays(tmp_path: Path) -> None:
    folder = store_live_run(tmp_path, NAME)
    with pytest.raises(PlanError, match=f"{NAME} is live; end it first"):
        remove_run(folder)
    assert folder.journal.exists()


def test_a_removal_that_is_interrupted_leaves_no_run_and_is_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, store = store_run(tmp_path, NAME), Store(tmp_path)

    def interrupted(path: Path) -> None:
        (path / "run.json").stat()  # nothing is deleted before the folder has its other name
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", interrupted)
        with pytest.raises(KeyboardInterrupt):
            remove_run(folder)
    assert store.all() == []
    with pytest.raises(PlanError, match="no run"):
        store.find(NAME)
    assert len(list(tmp_path.iterdir())) == 1
    sweep(store)
    assert list(tmp_path.iterdir()) == []


def test_what_somebody_else_has_removed_is_no_fault(tmp_path: Path) -> None:
    folder = store_run(tmp_path, NAME)
    assert remove_run(folder)
    assert not remove_run(folder)


def test_somebody_who_sweeps_at_the_same_time_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = store_run(tmp_path, NAME)
    real, calls = shutil.rmtree, []

    def swept(path: Path) -> None:
        calls.append(path)
        if len(calls) == 1:
            (path / "journal.ndjson").unlink()
            raise FileNotFoundError(2, "No such file or directory", str(path / "journal.ndjson"))
        real(path)

    monkeypatch.setattr(shutil, "rmtree", swept)
    assert remove_run(folder)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_emptied_is_off_the_list_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = store_run(tmp_path, NAME)

    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path / "journal.ndjson"))

    monkeypatch.setattr(shutil, "rmtree", refused)
    with pytest.raises(PlanError, match=r"off the list, but .*journal.ndjson cannot be removed"):
        remove_run(folder)
    assert Store(tmp_path).all() == []


def test_a_damaged_run_can_be_removed(tmp_path: Path) -> None:
    folder = store_run(tmp_path, NAME)
    (folder.path / "run.json").write_text("{")
    assert remove_run(folder)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    kept = store_run(tmp_path / "elsewhere", NAME)
    (tmp_path / "runs").mkdir()
    link = tmp_path / "runs" / NAME
    link.symlink_to(kept.path)
    with pytest.raises(PlanError, match="is a link"):
        remove_run(Store(tmp_path / "runs").find(NAME))
    assert kept.journal.exists()
    assert link.is_symlink()


def test_sweeping_touches_nothing_else(tmp_path: Path) -> None:
    folder = store_run(tmp_path / "runs", NAME)
    kept = store_run(tmp_path / "elsewhere", NAME)
    (tmp_path / "runs" / ".removed-link").symlink_to(kept.path)
    (tmp_path / "runs" / ".other").mkdir()
    sweep(Store(tmp_path / "runs"))
    sweep(Store(tmp_path / "nowhere"))
    assert folder.journal.exists()
    assert kept.journal.exists()
    assert (tmp_path / "runs" / ".other").exists()

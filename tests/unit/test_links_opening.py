"""Which run `lftui attach` and `lftui replay` mean."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lftui.links.opening import attach_link, replay_link
from lftui.plan import PlanError
from lftui.supervisor.store import RunFile, RunFolder, started_at


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs: `a1` goes on, `b2` is over."""
    monkeypatch.setenv("LFTUI_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.chdir(tmp_path)
    pid = os.getpid()
    for run in (
        RunFile(id="a1", pid=pid, pid_started=started_at(pid)),
        RunFile(id="b2", ended_at=2.0),
    ):
        folder = RunFolder(tmp_path / "runs" / run.id)
        folder.path.mkdir(parents=True)
        folder.journal.touch()
        folder.write(run)
    return tmp_path / "runs"


def test_the_only_live_run_needs_no_name(runs: Path) -> None:
    link, plain = attach_link([])
    assert (link.folder.id, plain) == ("a1", False)
    link, plain = attach_link(["a", "--plain", "--resume"])
    assert (link.folder.id, plain) == ("a1", True)


def test_a_run_that_is_over_cannot_be_attached_to(runs: Path) -> None:
    with pytest.raises(PlanError, match="b2 is finished, not live"):
        attach_link(["b2"])


def test_any_run_can_be_played_back(runs: Path) -> None:
    assert replay_link(["b2"]).folder.id == "b2"
    link = replay_link(["last", "--speed", "10x", "--runs-dir", str(runs)])
    assert link.facts.replay is not None
    assert link.facts.replay.speed == 10.0


@pytest.mark.parametrize("speed", ["0", "61", "fast", "nan"])
def test_a_speed_that_cannot_be_is_one_sentence(runs: Path, speed: str) -> None:
    with pytest.raises(PlanError, match="write a number from 1 to 60"):
        replay_link(["b2", "--speed", speed])


def test_the_run_to_play_back_must_be_named(runs: Path) -> None:
    with pytest.raises(PlanError, match="required"):
        replay_link([])

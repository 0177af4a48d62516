"""What `lftui init` writes runs: checked, run, promoted, and compared with, as its last lines say."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from tests.runs.live import Done, Lftui
from tests.runs.target import Target

# Enough users for a verdict in seconds, in the place of the preset's minute.
QUICK = "-u 120 -r 120 -t 4s --settle 1s --plain"


class Project(Lftui):
    """The command in the folder that it has made."""

    def __init__(self, folder: Path, target: Target) -> None:
        super().__init__(folder, target.url)
        done = self.command("init", "shop", "--host", target.url)
        assert done.code == 0, done.said
        words = [shlex.split(line) for line in done.out.partition("next:")[2].splitlines()]
        change, self.check, self.load, self.promote = [line[1:] for line in words if line]
        self.folder = folder.joinpath(*change)

    def go(self, words: list[str], more: str = "") -> Done:
        """One of the commands that it named, with more options."""
        done = self.command(*words, *more.split())
        assert "Traceback" not in done.err, done.said
        return done


def verdict(done: Done) -> None:
    """Passed, or on a machine too busy for it said so."""
    busy = "generator was the bottleneck" in done.out
    assert done.code == (3 if busy else 0), done.said


def test_a_start_is_checked_run_promoted_and_compared_with(tmp_path: Path, target: Target) -> None:
    project = Project(tmp_path, target)
    try:
        done = project.go(project.check)
        assert done.code == 0, done.said
        assert "2 tasks, 2 requests, all of them well" in done.out

        done = project.go(project.load, QUICK)
        verdict(done)
        state = done.state
        assert state.total.count > 0
        assert state.total.failures == 0
        assert target.answered_at("/") > target.answered_at("/items/1") > 0

        done = project.go(project.promote, "--yes --force")
        assert done.code == 0, done.said
        baseline = json.loads((project.folder / "baseline.json").read_text(encoding="utf-8"))
        assert set(baseline["endpoints"]) == {"/ [GET]", "/items/{id} [GET]"}
        assert baseline["thresholds"]["critical"]["error_rate"] == 0.05

        done = project.go(project.load, QUICK)
        # 1, too: what another process took from this machine in between looks like a regression.
        assert done.code in (0, 1, 3), done.said
        assert "baseline baseline.json, and the change" in done.out
        assert "GET /items/{id}" in done.out.partition("baseline baseline.json")[2]
    finally:
        project.clean_up()


def test_members_are_there_once_they_have_an_account(tmp_path: Path, target: Target) -> None:
    project = Project(tmp_path, target)
    done = project.command(*project.check, "--json", API_USER="me", API_PASSWORD="hunter2")
    rows = json.loads(done.out)["smoke"]
    assert {row["task"].split(".")[0] for row in rows} == {"Visitor", "Member"}
    # This target gives no token: that is one failure with a reason, and not an exception.
    (login,) = [row for row in rows if row["name"] == "/login"]
    assert "no token in the answer" in login["error"]
    assert "hunter2" not in done.out

"""When a run is over its journal is compressed, and nobody notices; of a torn run it stays plain."""

from __future__ import annotations

import json
import signal
import stat
from pathlib import Path

import psutil

from lftui.records import Checkpoint
from lftui.supervisor.checkpoint_file import read_checkpoint
from lftui.supervisor.journal_file import JOURNAL, text_length
from lftui.supervisor.store import RunFolder
from tests.runs.live import EXPORTS, Done, Lftui, fold, only, text_of, wait_for
from tests.runs.target import Target

VISITOR = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.01)

        @task
        def visit(self):
            self.client.get("/page")
"""
PACKED = JOURNAL + ".zst"


def journals(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if "journal" in path.name}


def figures(lftui: Lftui, run: str, name: str) -> dict[str, object]:
    """The summary and Locust's files of a run, as `lftui report` writes them."""
    words = ["--summary", f"{name}.json", "--csv", name, "--json-file", f"{name}-locust"]
    done = lftui.command("report", run, *words)
    assert done.code == 0, done.said
    paths = sorted(lftui.folder.glob(f"{name}*"))
    assert len(paths) == 8
    return {path.name.removeprefix(name): path.read_text() for path in paths}


def test_a_finished_run_leaves_a_compressed_journal(lftui: Lftui, target: Target) -> None:
    words = "-u 3 -r 3 -t 3s --fail-on never --summary end.json"
    done = lftui.run(lftui.script(VISITOR), words)
    assert done.code == 0, done.said
    assert done.folder is not None
    assert journals(done.folder) == {PACKED}
    assert stat.S_IMODE((done.folder / PACKED).stat().st_mode) == 0o600
    assert done.finished.reason == "completed"
    assert done.state.total.count == target.answered
    assert not only(done.records, Checkpoint), "the last word is that of the end"
    assert "compress" not in done.said + (done.folder / "generator.log").read_text()
    state, offset = read_checkpoint(done.folder) or (None, 0)
    assert state == done.state, "the whole run is kept folded"
    assert offset == text_length(done.folder / JOURNAL)
    every_command_reads(lftui, done)


def every_command_reads(lftui: Lftui, done: Done) -> None:
    """The commands see the same run, whichever way its journal is kept."""
    assert done.folder is not None
    row = lftui.stored()[0]
    assert (row["status"], row["requests"]) == ("finished", done.state.total.count)
    plain = lftui.runs / "plain"
    plain.mkdir()
    for name in ("run.json", "generator.log"):
        (plain / name).write_bytes((done.folder / name).read_bytes())
    (plain / JOURNAL).write_bytes(text_of(done.folder))
    said = figures(lftui, str(done.folder / PACKED), "packed")
    assert said == figures(lftui, str(plain), "plain")
    if EXPORTS:
        assert json.loads(str(said[".json"])) == json.loads((lftui.folder / "end.json").read_text())
    compared = lftui.command("compare", str(plain), str(done.folder))
    assert compared.code in (0, 3), compared.said
    promoted = lftui.command("baseline", "promote", str(done.folder / PACKED), "-o", "made.json")
    assert (lftui.folder / "made.json").is_file() or "samples" in promoted.said, promoted.said
    told = lftui.command("report", done.folder.name)
    assert f"run {done.folder.name}" in told.out


def test_a_killed_supervisor_leaves_a_plain_journal(lftui: Lftui) -> None:
    live = lftui.start(lftui.script(VISITOR), "-u 2 -r 2 -t 60s")
    generator = live.generator
    live.signal(signal.SIGKILL)
    live.wait()
    wait_for(lambda: not generator.is_running() or generator.status() == psutil.STATUS_ZOMBIE)
    assert journals(live.folder) == {JOURNAL}
    state = RunFolder(live.folder).fold()
    assert state.total.count >= live.state.total.count > 0
    assert lftui.stored()[0]["status"] == "interrupted"


def test_where_it_cannot_be_compressed_the_plain_one_stays(lftui: Lftui, target: Target) -> None:
    """One line in the log, and the exit code of the verdict."""
    live = lftui.start(lftui.script(VISITOR), "-u 2 -r 2 -t 60s --fail-on never")
    (live.folder / f".part.{PACKED}").mkdir()
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code == 0, done.said
    assert (live.folder / JOURNAL).is_file()
    assert not (live.folder / PACKED).exists()
    assert done.state.total.count == target.answered
    lines = (live.folder / "generator.log").read_text().splitlines()
    assert [line for line in lines if "compress" in line] == [lines[-1]]
    assert lines[-1].endswith("the journal stays as it is and was not compressed: Is a directory")
    assert "compress" not in done.said
    assert fold(done.records) == RunFolder(live.folder).fold()

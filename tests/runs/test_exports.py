"""Exports of real runs: of one that ended, goes on, was torn off, was cut, or never began; and what
becomes of them when they cannot be written."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from lftui.export_formats import FORMATS, files_of
from lftui.supervisor.store import RunFolder
from tests.runs.live import Lftui, wait_for
from tests.runs.target import Target
from tests.unit.html_page import Page

VISITOR = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.02)

        @task(5)
        def visit(self):
            self.client.get("/page")

        @task
        def fail(self):
            self.client.get("/fail", name="=fail()")
"""


def options_of(folder: Path) -> list[str]:
    """Every form, into this folder."""
    return [word for form in FORMATS for word in (form.option, str(folder / form.file))]


def written(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


EVERYTHING = {name for form in FORMATS for name in files_of(form, form.file)}


def figures(folder: Path) -> tuple[int, int]:
    """Requests and failures, as all of the forms say that carry them."""
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    found = summary["totals"]["requests"], summary["totals"]["failures"]
    series = json.loads((folder / "series.json").read_text("utf-8"))
    places = [series["columns"].index(name) for name in ("requests", "failures")]
    assert tuple(sum(row[place] for row in series["rows"]) for place in places) == found
    page = Page((folder / "report.html").read_text("utf-8"))
    if any(found):
        shown = [page.column("endpoints", head)[-1].value for head in ("requests", "failed")]
        assert shown == list(found)
    else:
        assert "endpoints" not in page.tables
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """The run's own files; its journal in whatever form."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_run_that_ended_exports_the_same_then_and_later(lftui: Lftui, target: Target) -> None:
    at_once, later = lftui.folder / "at-once", lftui.folder / "later"
    done = lftui.run(lftui.script(VISITOR), "-u 5 -r 50 -t 3s " + " ".join(options_of(at_once)))
    assert done.code == 1, done.said
    assert written(at_once) == EVERYTHING
    requests, failures = figures(at_once)
    assert requests == target.answered
    assert failures == target.answered_at("/fail") > 0
    assert done.folder is not None
    before = contents(done.folder)
    again = lftui.command("report", "last", *options_of(later))
    assert again.code == 0, again.said
    assert again.out.count("wrote ") == len(EVERYTHING)
    assert contents(done.folder) == before
    for name in EVERYTHING:
        assert (later / name).read_bytes() == (at_once / name).read_bytes(), name


def test_a_run_that_goes_on_and_one_that_was_torn_off(lftui: Lftui) -> None:
    live = lftui.start(lftui.script(VISITOR), "-u 5 -r 50")
    live.wait_requests(20)
    folder = lftui.folder / "live"
    done = lftui.command("report", live.folder.name, *options_of(folder))
    assert done.code == 0, done.said
    assert written(folder) == EVERYTHING
    assert figures(folder)[0] >= 20
    live.signal(signal.SIGKILL)
    live.wait()
    torn = lftui.folder / "torn"
    done = lftui.command("report", live.folder.name, *options_of(torn))
    assert done.code == 0, done.said
    assert written(torn) == EVERYTHING
    assert figures(torn)[0] == live.read().total.count
    assert "This run has no end" in (torn / "report.html").read_text("utf-8")


def test_a_cut_journal_and_an_empty_one(lftui: Lftui) -> None:
    live = lftui.start(lftui.script(VISITOR), "-u 2 -r 50")
    live.wait_state(lambda state: len(state.recent) >= 3 and state.total.count >= 10)
    live.signal(signal.SIGKILL)
    live.wait()
    journal = live.folder / "journal.ndjson"
    data = journal.read_bytes()
    for name, text in {"cut": data[:-20], "empty": b"", "torn": data[:40]}.items():
        copy = lftui.runs / f"20260101-000000-{name}"
        shutil.copytree(live.folder, copy)
        (copy / "checkpoint.json").unlink(missing_ok=True)
        (copy / "journal.ndjson").write_bytes(text)
        folder = lftui.folder / name
        done = lftui.command("report", copy.name, *options_of(folder))
        assert done.code == 0, done.said
        assert written(folder) == EVERYTHING
        requests, _ = figures(folder)
        assert requests == RunFolder(copy).fold().total.count
        assert (requests > 0) == (name == "cut")
        assert (copy / "journal.ndjson").read_bytes() == text


# --- what cannot be written ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runs directory with one run in it, made once."""
    from tests.runs.target import serve

    folder = tmp_path_factory.mktemp("stored")
    with serve() as target:
        lftui = Lftui(folder, target.url)
        done = lftui.run(lftui.script(VISITOR), "-u 2 -r 50 -t 1s")
        assert done.folder is not None, done.said
        lftui.clean_up()
    return lftui.runs


@pytest.fixture
def shelf(lftui: Lftui, stored: Path) -> Lftui:
    """The command, with a run of its own that ended."""
    shutil.copytree(stored, lftui.runs)
    return lftui


def test_a_report_replaces_nothing_unless_it_is_told_to(shelf: Lftui) -> None:
    precious = shelf.folder / "summary.json"
    precious.write_text("precious")
    words = ["report", "last", "--summary", str(precious), "--markdown", "report.md"]
    done = shelf.command(*words)
    assert done.code == 2
    assert done.err == (
        f"lftui: {precious} is there already; --force replaces it, or give another name\n"
    )
    assert precious.read_text() == "precious"
    assert not (shelf.folder / "report.md").exists()
    done = shelf.command(*words, "--force")
    assert done.code == 0, done.said
    assert json.loads(precious.read_text("utf-8"))["schema"] == "lftui.summary/1"


def test_a_run_replaces_its_own_kind_and_is_refused_before_it_replaces_another(
    lftui: Lftui, target: Target
) -> None:
    script = lftui.script(VISITOR)
    for _ in range(2):
        done = lftui.run(script, "-u 1 -t 1s --csv c --summary s.json --html r-{u}.html")
        assert done.code == 1, done.said
    assert (lftui.folder / "r-1.html").is_file()
    answered = target.answered
    baseline = lftui.folder / "mine.json"
    baseline.write_text('{"metadata": {"name": "mine"}}')
    done = lftui.run(script, "-u 1 -t 1s --summary mine.json")
    assert done.code == 2
    assert "mine.json is there already and was not written by --summary; --force" in done.err
    assert target.answered == answered
    assert baseline.read_text() == '{"metadata": {"name": "mine"}}'


def test_a_full_disk_costs_that_export_alone(shelf: Lftui) -> None:
    folder = next(path for path in shelf.runs.iterdir() if path.is_dir())
    before = contents(folder)
    done = shelf.command(
        "report", "last", "--summary", "/dev/full", "--html", "deep/er/report.html"
    )
    assert done.code == 4
    assert "/dev/full cannot be written: no space left on device; make room there" in done.err
    assert done.err.count("\n") == 1
    assert (shelf.folder / "deep" / "er" / "report.html").is_file()
    assert contents(folder) == before


def test_an_interrupted_export_leaves_whole_files_alone(shelf: Lftui) -> None:
    """The summary goes into a pipe that nobody reads: there the export hangs until Ctrl-C."""
    os.mkfifo(shelf.folder / "pipe")
    command = shelf.background("report", "last", "--csv", "c", "--summary", "pipe")
    wait_for(lambda: (shelf.folder / "c_steps.csv").is_file(), "the tables, which come first")
    command.process.send_signal(signal.SIGINT)
    assert command.wait() == 130, command.said
    assert "Traceback" not in command.said
    names = written(shelf.folder)
    assert {"c_stats.csv", "c_stats_history.csv", "c_steps.csv", "c_series.csv"} <= names
    assert not [name for name in names if name.endswith(".part")]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--csv-full-history"], "--csv-full-history says what is in the files of --csv"),
        (["--html", ""], "--html"),
        (["--html"], "expected one argument"),
        (["--pdf", "x"], "unrecognized arguments"),
        (["--html", "report.html", "--runs-dir", "nowhere"], "there are no runs in"),
    ],
)
def test_a_report_that_makes_no_sense_is_one_sentence(
    shelf: Lftui, words: list[str], sentence: str
) -> None:
    done = shelf.command("report", "last", *words)
    assert done.code == 2, done.said
    assert sentence in done.err
    assert done.err.count("\n") == 1

"""`lftui runs` and its commands, as they are typed."""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import lftui.asking
from lftui.cli import main
from lftui.supervisor import removal
from lftui.supervisor.store import RunFolder
from tests.unit.stored_runs import DAY, facts, store_live_run, store_run


class Typed:
    """Types commands in a working directory; what they said is in `out` and `err`."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.runs = folder / "runs"
        self._capture = capture
        self.out = self.err = ""

    def __call__(self, *words: str, code: int = 0) -> str:
        got = main(["runs", *words])
        self.out, self.err = self._capture.readouterr()
        assert got == code, self.out + self.err
        if code == 2:
            assert len(self.err.strip().splitlines()) == 1, "a mistake is one sentence"
        return self.out

    def there(self) -> list[str]:
        """What lies in the runs directory."""
        return sorted(path.name for path in self.runs.iterdir())

    def old(self, name: str, days: float, **changed: Any) -> None:
        """A run that began so many days ago, of about 1 kB."""
        began = time.time() - days * DAY
        moments = {"started_at": began, "ended_at": began + 60}
        store_run(self.runs, name, **moments | changed)


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LFTUI_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    return Typed(tmp_path, capsys)


def answer(monkeypatch: pytest.MonkeyPatch, word: str | None) -> list[str]:
    """A terminal on which somebody answers so, or leaves; the questions that were asked."""
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        if word is None:
            raise EOFError
        return word

    monkeypatch.setattr(lftui.asking, "can_ask", lambda: True)
    monkeypatch.setattr("lftui.runs_command.removing.can_ask", lambda: True)
    monkeypatch.setattr("builtins.input", ask)
    return asked


# --- the list ------------------------------------------------------------------------------------


def test_the_list_fits_80_columns_and_keeps_ids_whole(typed: Typed) -> None:
    for name in ("20260101-000000-main-aaaa", "20260102-000000-main-bbbb"):
        store_run(typed.runs, name)
    lines = typed().splitlines()
    assert [line.split()[0] for line in lines] == [
        "run",
        "20260102-000000-main-bbbb",
        "20260101-000000-main-aaaa",
    ]
    assert max(len(line) for line in lines) <= 80
    assert "200 ms" in lines[1]


def test_the_list_shows_everything_where_there_is_room(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_run(typed.runs, "1")
    monkeypatch.setenv("COLUMNS", "200")
    assert "http://127.0.0.1:8000" in typed()


def test_json_has_every_field_of_every_run(typed: Typed) -> None:
    store_run(typed.runs, "1")
    store_live_run(typed.runs, "2", host=None)
    live, done = json.loads(typed("--json"))
    assert list(live) == list(done)
    assert (live["status"], live["verdict"], live["host"], live["p95_ms"]) == ("live",) + (
        None,
    ) * 3
    assert (done["users"], done["users_max"], done["p95_ms"]) == (10, 10, 200.0)
    assert json.loads(typed("--json", "--status", "interrupted")) == []


def test_a_damaged_run_is_a_line_beside_the_others(typed: Typed) -> None:
    store_run(typed.runs, "1")
    store_run(typed.runs, "2")
    (typed.runs / "2" / "run.json").write_text("{")
    assert len(json.loads(typed("--json"))) == 1
    assert "2/run.json is damaged" in typed.err
    assert len(typed.err.splitlines()) == 1


def test_what_is_hostile_is_shown_as_text(typed: Typed) -> None:
    store_run(
        typed.runs, "1\x1b[2J\n", host="http://x/\x1b]0;y\x07", facts=facts(verdict="\x1b[0m")
    )
    typed()
    assert "\x1b" not in typed.out + typed.err
    assert "\\x1b[2J\\n" in typed.out


def test_filters_choose_and_say_when_nothing_is_left(typed: Typed) -> None:
    typed.old("1", 1)
    typed.old("2", 10, facts=facts(verdict="fail"))
    typed.old("3", 20, operator="bob")
    assert [row["id"] for row in json.loads(typed("--json", "--since", "15d"))] == ["2", "1"]
    assert [row["id"] for row in json.loads(typed("--json", "--until", "5d"))] == ["3", "2"]
    assert [row["id"] for row in json.loads(typed("--json", "--limit", "1"))] == ["3"]
    assert [row["id"] for row in json.loads(typed("--json", "--operator", "BOB"))] == ["3"]
    assert "none of the 3 runs" in typed("--verdict", "warn")


def test_no_runs_and_no_directory_are_said(typed: Typed) -> None:
    assert "no runs in" in typed()
    assert "no runs in" in typed("--status", "live", "--runs-dir", "nowhere")


@pytest.mark.parametrize(
    "words",
    [
        ["--status", "dead"],
        ["--verdict", ""],
        ["--since", "soon"],
        ["--limit", "0"],
        ["--limit", "1e3"],
        ["--limit", "9" * 30],
        ["everything"],
        ["--runs-dir", "lftui.toml"],
        ["delete"],
        ["delete", ""],
        ["delete", "nope"],
        ["prune"],
        ["prune", "--keep", "3"],
        ["prune", "--older-than", "old"],
        ["prune", "--max-size", "5G"],
        ["prune", "--older-than", "1d", "--keep", "-1"],
        ["trend"],
        ["trend", "nope"],
        ["trend", "last", "--host", "x"],
        ["trend", "--last", "none"],
    ],
)
def test_a_mistake_is_one_sentence_and_code_2(typed: Typed, words: list[str]) -> None:
    (typed.folder / "lftui.toml").write_text("")
    typed(*words, code=2)


# --- delete --------------------------------------------------------------------------------------


def test_delete_shows_what_goes_and_needs_a_yes(typed: Typed) -> None:
    typed.old("one", 1)
    typed.old("two", 2)
    out = typed("delete", "one", "two", "one", code=2)
    assert out.count("one") == 1
    assert "kB" in out or " B" in out
    assert "add --yes to delete 2 runs" in typed.err
    assert typed.there() == ["one", "two"]
    assert "deleted 1 run" in typed("delete", "o", "--yes")
    assert typed.there() == ["two"]


@pytest.mark.parametrize(
    ("word", "left"), [("y", []), ("", ["one"]), ("n", ["one"]), (None, ["one"])]
)
def test_delete_asks_on_a_terminal(
    typed: Typed, monkeypatch: pytest.MonkeyPatch, word: str | None, left: list[str]
) -> None:
    typed.old("one", 1)
    asked = answer(monkeypatch, word)
    typed("delete", "one")
    assert len(asked) == 1
    assert "delete 1 run" in asked[0]
    assert typed.there() == left


def test_one_live_run_among_them_and_none_is_deleted(typed: Typed) -> None:
    typed.old("one", 1)
    store_live_run(typed.runs, "two")
    typed("delete", "one", "two", "--yes", code=2)
    assert "two is live" in typed.err
    assert typed.there() == ["one", "two"]


def test_nothing_outside_of_the_runs_directory_is_deleted(typed: Typed) -> None:
    store_run(typed.folder / "elsewhere", "one")
    (typed.folder / "journal.ndjson").write_text("")
    for reference in ("elsewhere/one", ".", "elsewhere/one/../../journal.ndjson"):
        typed("delete", reference, "--yes", code=2)
        assert "does not lie in" in typed.err
    assert (typed.folder / "elsewhere" / "one").is_dir()
    typed("delete", "elsewhere/one", "--yes", "--runs-dir", "elsewhere")
    assert not (typed.folder / "elsewhere" / "one").exists()


def test_a_damaged_run_can_be_deleted(typed: Typed) -> None:
    typed.old("one", 1)
    (typed.runs / "one" / "run.json").write_bytes(b"\xff")
    typed("delete", "one", "--yes")
    assert typed.there() == []


def test_what_somebody_else_deletes_meanwhile_is_said(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        typed.old(name, 1)

    def somebody_is_quicker(folder: RunFolder) -> None:
        if folder.id == "one":
            folder.path.rename(typed.folder / "moved")

    monkeypatch.setattr(removal, "refuse_live", somebody_is_quicker)
    typed("delete", "one", "two", "--yes")
    assert "one was gone already" in typed.out
    assert "deleted 1 run" in typed.out


def test_delete_says_that_a_baseline_was_made_from_it(typed: Typed) -> None:
    typed.old("one", 1)
    (typed.folder / "baseline.json").write_text('{"promoted_from": {"run": "one"}}')
    typed("delete", "one", code=2)
    assert "baseline.json was made from it" in typed.out


def test_an_interrupted_removal_is_finished_by_the_next(typed: Typed) -> None:
    typed.old("one", 1)
    store_run(typed.runs, ".removed-two-00ff")
    assert len(typed("--json").splitlines()) > 1
    typed("delete", "one", "--yes")
    assert typed.there() == []


# --- prune ---------------------------------------------------------------------------------------


def test_prune_by_age_keeps_the_newest_the_live_and_the_baseline(typed: Typed) -> None:
    for number in range(6):
        typed.old(f"main-{number}", 10 + number)
    typed.old("young", 1, host="http://other")
    store_live_run(typed.runs, "live", started_at=1.0, host="http://live")
    (typed.folder / "baseline.json").write_text('{"promoted_from": {"run": "main-5"}}')
    out = typed("prune", "--older-than", "5d", "--keep", "2", "--dry-run", "--yes")
    assert "3 runs" in out
    assert "main-5 stays" in out
    assert len(typed.there()) == 8, "a dry run deletes nothing"
    typed("prune", "--older-than", "5d", "--keep", "2", code=2)
    assert len(typed.there()) == 8, "without a terminal it takes --yes"
    typed("prune", "--older-than", "5d", "--keep", "2", "--yes")
    assert "deleted 3 runs" in typed.out
    assert typed.there() == ["live", "main-0", "main-1", "main-5", "young"]


def test_prune_by_size_takes_the_oldest(typed: Typed) -> None:
    for number in range(4):
        typed.old(f"main-{number}", number, journal=b"x" * 10_000)
    typed("prune", "--max-size", "25kB", "--yes")
    assert typed.there() == ["main-0", "main-1"]
    assert "nothing to delete" in typed("prune", "--max-size", "25kB", "--yes")
    out = typed("prune", "--max-size", "1kB", "--keep", "1", "--yes")
    assert "what has to stay is more than 1 kB" in out
    assert typed.there() == ["main-0"]


def test_prune_with_a_filter(typed: Typed) -> None:
    typed.old("1", 3)
    typed.old("2", 3, ended_at=None, facts={})
    typed.old("3", 3, facts=facts(verdict="fail"))
    typed("prune", "--older-than", "0d", "--status", "interrupted", "--yes")
    assert typed.there() == ["1", "3"]
    typed("prune", "--older-than", "0d", "--verdict", "fail", "--yes")
    assert typed.there() == ["1"]


def test_a_bare_prune_takes_what_the_settings_say(typed: Typed) -> None:
    for number in range(3):
        typed.old(f"main-{number}", 10 * number)
    settings = typed.folder / "lftui.toml"
    settings.write_text('[runs]\nolder_than = "5d"\nkeep = 2\n')
    typed("prune", "--yes")
    assert typed.there() == ["main-0", "main-1"]
    typed("prune", "--older-than", "1d", "--yes")
    assert typed.there() == ["main-0", "main-1"], "keep holds for options, too"
    typed("prune", "--older-than", "1d", "--keep", "0", "--yes")
    assert typed.there() == ["main-0"]
    settings.write_text('[runs]\nmax_size = "10B"\n')
    typed("prune", "--yes")
    assert typed.there() == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("older_than = 90", "runs.older_than: '90' is no age"),
        ('max_size = "big"', "runs.max_size: 'big' is no size"),
        ("keep = -1", "runs.keep"),
        ('keep = "3"', "runs.keep"),
        ("often = true", "runs.often: there is no such setting"),
    ],
)
def test_wrong_settings_are_one_sentence(typed: Typed, line: str, said: str) -> None:
    (typed.folder / "lftui.toml").write_text(f"[runs]\n{line}\n")
    typed("prune", "--yes", code=2)
    assert said in typed.err


def test_a_baseline_that_cannot_be_read_is_said(typed: Typed) -> None:
    typed.old("1", 3)
    (typed.folder / "baseline.json").write_text("{")
    typed("prune", "--older-than", "1d", "--dry-run")
    assert "baseline.json is no JSON" in typed.err


# --- trend ---------------------------------------------------------------------------------------


def test_the_trend_of_the_newest_run(typed: Typed) -> None:
    typed.old("1", 3)
    typed.old("2", 2, facts=facts(p95_ms=300.0))
    typed.old("0", 1, scenario="admin.py")
    out = typed("trend")
    assert "main.py → http://127.0.0.1:8000" in out
    assert "p95 300 ms after 200 ms, +50 %" in out.replace("\n", " ")
    assert "admin.py" in typed("trend", "0")
    assert "admin.py" in typed("trend", "--scenario", "ADM")
    assert typed("trend", "--ascii").isascii()
    document = json.loads(typed("trend", "--json", "--last", "1"))
    assert [one["run_id"] for one in document["points"]] == ["2"]


def test_the_trend_of_a_run_that_goes_on(typed: Typed) -> None:
    store_live_run(typed.runs, "9")
    assert "no finished run has figures yet" in typed("trend")
    typed.old("1", 3)
    assert "One run so far" in typed("trend", "last")


def test_the_help_names_the_commands(typed: Typed) -> None:
    for words in (["--help"], ["delete", "--help"], ["prune", "--help"], ["trend", "--help"]):
        with pytest.raises(SystemExit) as left:
            main(["runs", *words])
        assert left.value.code == 0
    assert "lftui runs prune" in typed._capture.readouterr().out

"""`lftui compare` and `lftui baseline`, the real commands on stored runs.

One run is a real one. What is said about regressions is said about two that were played, since a
busy machine makes a short real run inconclusive.
"""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runs.live import Done, Lftui, text_of
from tests.runs.target import serve
from tests.unit.simulated import play_run

# Its runs are recorded once, by one process: it is in TOGETHER of tests/conftest.py.

SCRIPT = """
    from locust import HttpUser, constant, task

    class Reader(HttpUser):
        wait_time = constant(0.005)

        @task(3)
        def read(self):
            self.client.get("/slow?ms=20", name="/read/{id}")

        @task
        def write(self):
            self.client.post("/write")
"""
NAMES = {("GET", "/read/{id}"): 30.0, ("POST", "/write"): 9.0}


class Stored:
    """Stored runs.

    Attributes:
        lftui: the command, its runs directory with the runs in it.
        real: the id of a run that was really made.
        fast, slow: the ids of two of the same load that were played, the second 1.3 times slower.
    """

    def __init__(self, lftui: Lftui) -> None:
        self.lftui = lftui
        script = lftui.script(SCRIPT)
        done = lftui.run(script, "-u 4 -r 4 -t 11s --settle 1s --baseline none --plain")
        assert done.folder is not None, done.said
        self.real = done.folder.name
        self.fast, self.slow = self._play("fast", 1, 1.0), self._play("slow", 2, 1.3)

    def _play(self, name: str, seed: int, factor: float) -> str:
        folder = self.lftui.runs / name
        folder.mkdir()
        play = play_run(seed, levels=((4, 60),), median_ms=NAMES, factor=factor)
        journal = play.journal().replace(b'"run_id":"r"', b'"run_id":"%s"' % name.encode(), 1)
        (folder / "journal.ndjson").write_bytes(journal)
        (folder / "run.json").write_text(json.dumps({"id": name, "ended_at": 1}), encoding="utf-8")
        return name

    def cut(self, name: str, lines: slice) -> str:
        """A run of only these lines of the real one's journal; its folder."""
        folder = self.lftui.runs / name
        folder.mkdir()
        whole = text_of(self.lftui.runs / self.real)
        kept = whole.splitlines(keepends=True)[lines]
        (folder / "journal.ndjson").write_bytes(b"".join(kept))
        return str(folder)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    with serve() as target:
        lftui = Lftui(tmp_path_factory.mktemp("compare"), target.url)
        yield Stored(lftui)
        lftui.clean_up()


def said(done: Done, code: int) -> str:
    assert done.code == code, done.said
    assert "Traceback" not in done.err
    return done.out + done.err


def test_a_real_run_is_compared_promoted_and_compared_with_that(stored: Stored) -> None:
    lftui = stored.lftui
    done = lftui.command("compare", stored.real, stored.real)
    assert done.code in (0, 3), done.said
    assert f"before  {stored.real}, 4 users" in done.out
    assert "GET /read/{id} at 4 users" in done.out
    said(lftui.command("baseline", "promote", stored.real, "-o", "real.json"), 0)
    entry = json.loads((lftui.folder / "real.json").read_text(encoding="utf-8"))["endpoints"]
    assert set(entry) == {"/read/{id} [GET]", "/write [POST]"}
    assert entry["/read/{id} [GET]"]["loads"]["4"]["requests"] > 0
    done = lftui.command("compare", "real.json", stored.real, "--json")
    assert done.code in (0, 3), done.said
    document = json.loads(done.out)
    assert document["outcome"] in ("pass", "inconclusive")
    assert [row["users"] for row in document["endpoints"]] == [4, 4]


def test_a_run_against_itself_passes(stored: Stored) -> None:
    text = said(stored.lftui.command("compare", stored.fast, stored.fast), 0)
    assert f"before  {stored.fast}, 4 users" in text
    assert "GET /read/{id} at 4 users" in text
    assert "\nPASS: no regression in " in text


def test_a_slower_run_is_a_regression_and_a_faster_one_is_none(stored: Stored) -> None:
    text = said(stored.lftui.command("compare", stored.fast, stored.slow), 1)
    assert "\nFAIL: " in text
    said(stored.lftui.command("compare", stored.slow, stored.fast), 0)


def test_a_tolerance_can_be_given(stored: Stored) -> None:
    words = ("compare", stored.fast, stored.slow, "--tolerance", "400%", "--json")
    document = json.loads(said(stored.lftui.command(*words), 0))
    assert document["schema"] == "lftui.comparison/1"
    assert document["outcome"] == "pass"


def test_it_can_be_written_to_a_file_as_markdown_and_json(stored: Stored) -> None:
    folder = stored.lftui.folder
    for name, begins in {"c.md": "**FAIL: ", "c.json": "{\n", "c.txt": "before  "}.items():
        words = ("compare", stored.fast, stored.slow, "-o", name)
        assert f"wrote {name}" in said(stored.lftui.command(*words), 1)
        assert (folder / name).read_text(encoding="utf-8").startswith(begins)
    said(stored.lftui.command("compare", stored.fast, stored.slow, "-o", "new/c.md"), 1)
    assert (folder / "new" / "c.md").is_file()


def test_what_is_promoted_is_passed_by_its_run_and_failed_by_a_slower_one(stored: Stored) -> None:
    lftui = stored.lftui
    text = said(lftui.command("baseline", "promote", stored.fast, "-o", "made.json"), 0)
    assert "/read/{id} [GET]  (new)" in text
    assert "wrote made.json" in text
    for words in ((stored.fast, "made.json"), ("made.json", stored.fast)):
        assert f"now     {stored.fast}" in said(lftui.command("compare", *words), 0)
    assert "\nFAIL: " in said(lftui.command("compare", stored.slow, "made.json"), 1)
    shown = said(lftui.command("baseline", "show", "made.json"), 0)
    assert "  at 4 users" in shown
    assert (
        said(lftui.command("baseline", "show", stored.fast), 0).splitlines()[1:4]
        == (shown.splitlines()[1:4])
    )


def test_a_file_is_replaced_only_when_asked_and_keeps_what_was_not_measured(
    stored: Stored,
) -> None:
    lftui, path = stored.lftui, stored.lftui.folder / "kept.json"
    old: dict[str, Any] = {
        "team": "core",
        "endpoints": {
            "/other": {"notes": "not run"},
            "GET /read/{key}": {
                "description": "Reads",
                "expected_response_time_ms": {"p50": 1, "p95": 2},
            },
        },
    }
    path.write_text(json.dumps(old), encoding="utf-8")
    words = ("baseline", "promote", stored.fast, "-o", "kept.json")
    text = said(lftui.command(*words), 2)
    assert "p50 1 ms → " in text
    assert "lftui: kept.json is there already; add --yes to replace it\n" in text
    assert json.loads(path.read_text(encoding="utf-8")) == old

    said(lftui.command(*words, "--yes"), 0)
    new = json.loads(path.read_text(encoding="utf-8"))
    assert list(new["endpoints"]) == ["/other", "/write [POST]", "GET /read/{key}"]
    assert new["team"] == "core"
    assert new["endpoints"]["/other"] == {"notes": "not run"}
    entry = new["endpoints"]["GET /read/{key}"]
    assert entry["description"] == "Reads"
    assert entry["expected_response_time_ms"]["p50"] >= 20
    assert entry["loads"]["4"]["users"] == 4
    assert new["promoted_from"]["run"] == stored.fast

    assert "kept.json already says so" in said(lftui.command(*words), 0)
    text = said(lftui.command("baseline", "diff", "kept.json", stored.slow), 0)
    assert "/other  (gone)" in text
    assert "/read/{id} [GET]" in text


def test_on_a_terminal_it_asks(stored: Stored) -> None:
    path = stored.lftui.folder / "asked.json"
    path.write_text('{"endpoints": {"/x": {}}}', encoding="utf-8")
    words = ("baseline", "promote", stored.fast, "-o", "asked.json")
    code, text = _on_a_terminal(stored.lftui, words, b"n\n")
    assert (code, "replace asked.json? [y/N]" in text, "left as it was" in text) == (0, True, True)
    assert path.read_text(encoding="utf-8") == '{"endpoints": {"/x": {}}}'
    code, text = _on_a_terminal(stored.lftui, words, b"y\n")
    assert (code, "wrote asked.json" in text) == (0, True)


def _on_a_terminal(lftui: Lftui, words: tuple[str, ...], answer: bytes) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "lftui", *words],
        cwd=lftui.folder, env=lftui.environment(), stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    answered = False
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
        if not answered and b"[y/N]" in seen:
            os.write(ours, answer)
            answered = True
    os.close(ours)
    return process.wait(60), seen.decode()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("compare nobody {fast}", "no run 'nobody' in "),
        ("compare {fast} none.json", "the baseline none.json cannot be read: no such file"),
        (
            "compare bad.json {fast}",
            "the baseline bad.json: endpoints./a: must be an object, not 1",
        ),
        ("compare bad.json bad.json", "both are baseline files; `lftui baseline diff` shows"),
        ("compare {fast}", "the following arguments are required: B"),
        ("compare {fast} {fast} --tolerance much", "--tolerance much: write a share"),
        ("compare {fast} {fast} --tolerance 10", "--tolerance 10: write 10% or 1000%"),
        ("compare {fast} {fast} --tolerance nan", "--tolerance nan: write a share"),
        ("compare {fast} {fast} --json --markdown", "not allowed with argument"),
        ("baseline", "lftui baseline takes promote, show, diff"),
        ("baseline promote", "the following arguments are required: run"),
        ("baseline promote {fast} -o bad.json --yes", "the baseline bad.json: endpoints./a"),
        ("baseline promote {fast} -o .", "the baseline . is a directory"),
        ("baseline show", "the baseline baseline.json cannot be read: no such file"),
        ("baseline diff bad.json {fast}", "the baseline bad.json: endpoints./a"),
    ],
)
def test_a_mistake_is_one_sentence(stored: Stored, words: str, sentence: str) -> None:
    bad = stored.lftui.folder / "bad.json"
    bad.write_text('{"endpoints": {"/a": 1}}', encoding="utf-8")
    done = stored.lftui.command(*words.format(fast=stored.fast).split())
    assert done.code == 2, done.said
    assert done.err.startswith("lftui: ")
    assert sentence in done.err
    assert done.err.count("\n") == 1


def test_a_run_in_doubt_is_promoted_only_by_force(stored: Stored) -> None:
    lftui = stored.lftui
    half = stored.cut("half", slice(None, -1))
    words = ("baseline", "promote", half, "-o", "half.json")
    assert "is no good baseline: the run has no end" in said(lftui.command(*words), 2)
    assert not (lftui.folder / "half.json").exists()
    said(lftui.command(*words, "--force"), 0)
    assert Path(lftui.folder / "half.json").is_file()
    done = lftui.command("compare", stored.real, half)
    assert done.code in (0, 3), done.said
    assert "the run now has no end" in done.out


def test_a_run_without_requests_is_inconclusive_and_cannot_be_promoted(stored: Stored) -> None:
    lftui = stored.lftui
    empty = stored.cut("empty", slice(1))
    said(lftui.command("compare", stored.fast, empty), 3)
    words = ("baseline", "promote", empty, "-o", "empty.json")
    assert "cannot be promoted: the run has no requests" in said(lftui.command(*words), 2)

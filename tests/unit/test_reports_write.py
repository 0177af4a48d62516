"""Exports reach their files whole, or not at all; one that fails does not stop the others."""

from __future__ import annotations

import csv
import errno
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lftui import whole_file
from lftui.export_formats import CSV_BEGINS, FORMATS
from lftui.records import AnyRecord
from lftui.reports.write import ExportError, Exports, export
from tests.unit.exported import exported, told_of
from tests.unit.strategies import Play

CSV = tuple(CSV_BEGINS)
NAMES = {
    *(form.file for form in FORMATS if form.suffixes == ("",)),
    "locust.json",
    *(f"run{suffix}" for suffix in CSV),
}
ALL = {form.name: form.file for form in FORMATS if form.name != "text"}


def played(seconds: int = 3) -> Play:
    play = Play()
    play.seconds(seconds)
    return play


def everything(folder: Path) -> Exports:
    files = {name: str(folder / file) for name, file in {**ALL, "csv": "run"}.items()}
    return Exports({**files, "text": str(folder / "report.txt")}, texts={"text": "as text\n"})


def test_all_exports_are_written_and_named(tmp_path: Path) -> None:
    written = exported(played().records, everything(tmp_path))
    assert {path.name for path in written} == NAMES
    assert [path.name for path in written[:3]] == ["report.html", "summary.json", "run_stats.csv"]
    assert {path.name for path in tmp_path.iterdir()} == NAMES
    assert json.loads((tmp_path / "summary.json").read_text("utf-8"))["totals"]["requests"] == 6
    assert json.loads((tmp_path / "locust.json").read_text("utf-8"))[0]["num_requests"] == 6
    with (tmp_path / "run_stats_history.csv").open(newline="") as file:
        assert len(list(csv.reader(file))) == 4


def test_nothing_wanted_nothing_written() -> None:
    assert exported(played().records, Exports()) == []


def test_missing_folders_are_made(tmp_path: Path) -> None:
    exported(played().records, everything(tmp_path / "a" / "b"))
    assert (tmp_path / "a" / "b" / "run_stats.csv").exists()


def test_an_older_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    path.write_text("old")
    path.chmod(0o640)
    exported(played().records, Exports({"summary": str(path)}))
    assert json.loads(path.read_text("utf-8"))["schema"] == "lftui.summary/1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    path, link = tmp_path / "real.json", tmp_path / "link.json"
    path.write_text("old")
    link.symlink_to(path)
    exported(played().records, Exports({"summary": str(link)}))
    assert link.is_symlink()
    assert path.read_text("utf-8").startswith("{")


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        exported(played().records, Exports({"summary": str(pipe)}))
        assert os.read(reader, 1 << 16).startswith(b'{\n  "schema"')
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_text_that_cannot_be_encoded_is_written_out(tmp_path: Path) -> None:
    play = Play()
    play.tick([], target_by_class={})
    play.endpoint("/half \ud800 pair")
    play.seconds(1)
    exported(play.records, everything(tmp_path))
    json.loads((tmp_path / "summary.json").read_text("utf-8"))


# --- what goes wrong -----------------------------------------------------------------------------


def failing(wanted: Exports) -> ExportError:
    with pytest.raises(ExportError) as caught:
        exported(played().records, wanted)
    return caught.value


def test_a_directory_is_no_file_and_the_others_are_written(tmp_path: Path) -> None:
    wanted = everything(tmp_path)
    (tmp_path / "summary.json").mkdir()
    error = failing(wanted)
    assert error.sentences == [
        f"{tmp_path}/summary.json cannot be written: is a directory; name a file in it"
    ]
    assert {path.name for path in error.written} == NAMES - {"summary.json"}
    assert str(error) == error.sentences[0]


def test_a_folder_that_cannot_be_made_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    error = failing(Exports({"csv": str(tmp_path / "file" / "run")}))
    assert len(error.sentences) == 1
    assert f"the folder {tmp_path}/file cannot be made" in error.sentences[0]
    assert error.written == []


def test_two_exports_of_one_name(tmp_path: Path) -> None:
    error = failing(Exports({"summary": f"{tmp_path}/a.json", "json_file": f"{tmp_path}/a"}))
    assert error.sentences == [f"two exports go to {tmp_path}/a.json; give each a name of its own"]
    assert isinstance(json.loads((tmp_path / "a.json").read_text("utf-8")), list)


@pytest.mark.parametrize(
    ("code", "say"),
    [(errno.ENOSPC, "no space left on device; make room there"), (errno.EIO, "name another place")],
)
def test_a_disk_that_fails_leaves_the_older_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, say: str
) -> None:
    def fail(fd: int) -> None:
        raise OSError(code, os.strerror(code))

    old = tmp_path / "summary.json"
    old.write_text("old")
    monkeypatch.setattr(whole_file.os, "fsync", fail)
    error = failing(everything(tmp_path))
    assert len(error.sentences) == len(NAMES)
    assert all(say in sentence for sentence in error.sentences)
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]


def test_a_full_disk_in_the_middle_of_the_history(tmp_path: Path) -> None:
    """/dev/full takes no byte, however often it is tried."""
    (tmp_path / "run_stats_history.csv").symlink_to("/dev/full")
    error = failing(everything(tmp_path))
    assert len(error.sentences) == 1
    assert "run_stats_history.csv cannot be written: no space left" in error.sentences[0]
    assert len(error.written) == len(NAMES) - 1


def test_an_interrupted_export_leaves_no_half_file(tmp_path: Path) -> None:
    def interrupted() -> Iterator[AnyRecord]:
        yield from played().records
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(interrupted(), everything(tmp_path), told_of(played().records))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    error = failing(everything(tmp_path))
    tmp_path.chmod(0o700)
    assert len(error.sentences) == 1
    assert "permission denied; allow yourself to write there" in error.sentences[0]

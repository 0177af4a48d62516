"""A stored run's journal in each of its forms, and the checkpoint that saves reading it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from lftui.baseline_source import is_file, stored_run
from lftui.links.reel import Reel, span_of
from lftui.records import Marked, encode
from lftui.run_state import RunState
from lftui.runs.row import read_row
from lftui.supervisor import checkpoint_file, packing
from lftui.supervisor.journal_file import JOURNAL, JournalError, text_length
from lftui.supervisor.packing import adding, pack
from lftui.supervisor.store import RunFolder, Store
from lftui.supervisor.zstd_frames import frames
from tests.console.shelved import shelve
from tests.unit.test_closing_view import eventful

RUN = "20260101-000000-main-aaaa"


def _glance(folder: RunFolder) -> object:
    """What a list of runs says of it; its size differs from form to form."""
    row = read_row(folder)
    assert row is not None
    return msgspec.structs.replace(row, size_bytes=0)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return shelve(tmp_path, RUN, eventful(), ended=False)


def packed(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "FRAME_BYTES", 2_000)
    pack(folder.journal)


def gzipped(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    data = folder.journal.read_bytes()
    folder.journal.unlink()
    (folder.path / (JOURNAL + ".gz")).write_bytes(gzip.compress(data))


Form = Callable[[RunFolder, pytest.MonkeyPatch], None]


@pytest.mark.parametrize("form", [packed, gzipped])
def test_each_reader_sees_the_same_run(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    def seen() -> list[object]:
        taken = Reel(folder.journal).take(10_000)
        offsets = [end for _, end in taken[::9]]
        return [
            list(folder.records()),
            folder.fold(),
            folder.last_tick(),
            _glance(folder),
            span_of(folder.journal),
            taken,
            [Reel(folder.journal, end).take(3) for end in offsets],
            text_length(folder.journal),
        ]

    plain = seen()
    form(folder, monkeypatch)
    assert folder.journal.name != JOURNAL
    assert seen() == plain


@pytest.mark.parametrize("form", [packed, gzipped])
def test_a_run_is_found_by_any_path_to_its_journal(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    form(folder, monkeypatch)
    store = Store(folder.path.parent / "elsewhere")
    for path in (folder.path, folder.path / JOURNAL, folder.journal):
        assert store.find(str(path)).path == folder.path
        assert stored_run(str(path), store)[1].total.count == 600
        assert not is_file(str(path)), "it stands for a run, and is no baseline"


# --- the checkpoint -------------------------------------------------------------------------------


def checkpointed(folder: RunFolder) -> RunState:
    """Keep a checkpoint of the whole run."""
    state = folder.fold()
    encoded = msgspec.json.encode(state)
    folder.write_checkpoint(encoded, state.last_seq, text_length(folder.journal))
    return state


def spoil(folder: RunFolder) -> None:
    """Make all frames of the journal but the last unreadable; the headers stay as they are."""
    data = bytearray(folder.journal.read_bytes())
    with folder.journal.open("rb") as file:
        for frame in [*frames(file.fileno())][:-1]:
            data[frame.end - 4 : frame.end] = b"spoi"  # the check sum
    folder.journal.write_bytes(data)


def test_a_checkpoint_of_the_whole_run_is_all_that_is_read(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(folder, monkeypatch)
    state = checkpointed(folder)
    spoil(folder)
    assert folder.fold() == state
    with pytest.raises(JournalError, match="is damaged"):
        list(folder.records())
    mark = Marked(type="note", text="later", seq=state.last_seq + 1)
    with adding(folder.journal) as add:
        add(encode(mark))
    assert folder.fold().marks == [*state.marks, mark]


def test_a_checkpoint_that_does_not_fit_is_left_alone(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = folder.fold()
    wrong = msgspec.json.encode(RunState(users=77))
    folder.write_checkpoint(wrong, 3, text_length(folder.journal) + 1)
    assert folder.fold() == state, "it is of a longer journal"
    folder.write_checkpoint(wrong, 3, text_length(folder.journal))
    assert folder.fold().users == 77
    monkeypatch.setattr(checkpoint_file, "_folded_by", lambda: "0.9 other")
    assert folder.fold() == state, "another version folded it"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"upto_seq":1,"offset":0,"state":{}}', b"[" * 9999]
)
def test_a_checkpoint_that_cannot_be_read_is_none(folder: RunFolder, content: bytes) -> None:
    state = folder.fold()
    (folder.path / checkpoint_file.CHECKPOINT).write_bytes(content)
    assert folder.fold() == state

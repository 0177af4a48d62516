"""A journal is compressed, and added to: whole at any moment, whoever else is at it."""

from __future__ import annotations

import asyncio
import gzip
import os
import resource
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lftui.plan import PlanError
from lftui.records import Gap
from lftui.services.shelf import Shelf
from lftui.supervisor import packing
from lftui.supervisor.journal_file import JOURNAL, JournalError, read_text, text_length
from lftui.supervisor.packing import adding, pack
from lftui.supervisor.store import RunFolder
from tests.console.shelved import shelve
from tests.unit.test_closing_view import eventful
from tests.unit.test_journal_file import TEXT, as_gzip, as_ours, as_plain

ROOT = Path(__file__).parents[2]
RUN = "20260101-000000-main-aaaa"
PACKED = JOURNAL + ".zst"


def text_of(folder: Path) -> bytes:
    return b"".join(read_text(folder / JOURNAL))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """A disk that takes so many bytes a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# --- compressing -----------------------------------------------------------------------------------


def test_the_compressed_journal_takes_the_place_of_the_plain_one(tmp_path: Path) -> None:
    pack(as_plain(tmp_path, TEXT * 50))
    assert names(tmp_path) == {PACKED}
    assert text_of(tmp_path) == TEXT * 50
    packed = (tmp_path / PACKED).stat()
    assert stat.S_IMODE(packed.st_mode) == 0o600
    assert packed.st_size < len(TEXT) * 50 // 4


def test_an_empty_one_and_one_without_an_end_stay_what_they_are(tmp_path: Path) -> None:
    for text in (b"", b'{"kind":"Ti'):
        pack(as_plain(tmp_path, text))
        assert names(tmp_path) == {PACKED}
        assert text_of(tmp_path) == text


def test_what_is_compressed_is_left_alone(tmp_path: Path) -> None:
    for form in (as_ours, as_gzip):
        folder = tmp_path / form.__name__
        folder.mkdir()
        before = form(folder, TEXT).read_bytes()
        pack(folder / JOURNAL)
        assert [path.read_bytes() for path in folder.iterdir()] == [before]


@pytest.mark.parametrize("room", [0, 10, 100])
def test_without_room_the_plain_one_stays_alone(tmp_path: Path, room: int) -> None:
    as_plain(tmp_path, TEXT * 20)
    with files_of_at_most(room), pytest.raises(OSError):
        pack(tmp_path / JOURNAL)
    assert names(tmp_path) == {JOURNAL}
    assert text_of(tmp_path) == TEXT * 20


def test_what_cannot_be_read_back_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_plain(tmp_path, TEXT)
    real = packing._frame
    monkeypatch.setattr(packing, "_frame", lambda text: real(text.replace(b"5", b"6")))
    with pytest.raises(JournalError, match="does not say what was written"):
        pack(tmp_path / JOURNAL)
    assert names(tmp_path) == {JOURNAL}


# Kills a process that compresses at each moment at which it touches a file, one after another.
KILLED = """
    import os, signal, sys
    from pathlib import Path
    from lftui.supervisor import packing, zstd
    from lftui.supervisor.journal_file import JOURNAL, read_text

    folder, text = Path(sys.argv[1]), b'{"seq":1}\\n' * 1000
    packing.FRAME_BYTES = 3000
    TOUCHES = ("open", "os.rename", "os.remove", "os.truncate", "fcntl.flock")

    def killed_at(moment):
        for path in folder.iterdir():
            path.unlink()
        (folder / JOURNAL).write_bytes(text)
        pid = os.fork()
        if pid:
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        touched = [0]

        def die():
            touched[0] += 1
            if touched[0] == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        frame, fsync = packing._frame, os.fsync
        packing._frame = lambda block: (die(), frame(block))[1]
        os.fsync = lambda fd: (die(), fsync(fd), die())[1]
        sys.addaudithook(lambda event, arguments: event in TOUCHES and die())
        packing.pack(folder / JOURNAL)
        os._exit(0)

    moment, left = 1, set()
    while killed_at(moment):
        left.add(tuple(sorted(path.name for path in folder.iterdir())))
        assert b"".join(read_text(folder / JOURNAL)) == text, moment
        moment += 1
    assert [path.name for path in folder.iterdir()] == [JOURNAL + ".zst"]
    print(moment, sorted(left))
"""


def test_killed_at_any_moment_it_leaves_a_whole_journal(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    moments, left = done.stdout.split(" ", 1)
    assert int(moments) > 12
    assert f"('{PACKED}', '{JOURNAL}')" in left or f"('{JOURNAL}', '{PACKED}')" in left
    assert f"('.part.{PACKED}', '{JOURNAL}')" in left


def test_what_a_killed_one_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f".part.{PACKED}").write_bytes(b"half")
    (tmp_path / PACKED).write_bytes(b"older")
    pack(as_plain(tmp_path, TEXT))
    assert names(tmp_path) == {PACKED}
    assert text_of(tmp_path) == TEXT


# --- adding ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [as_plain, as_ours, as_gzip])
def test_a_line_is_added_behind_the_last(tmp_path: Path, form: object) -> None:
    form(tmp_path, TEXT)  # type: ignore[operator]
    for number in range(3):
        with adding(tmp_path / JOURNAL) as add:
            add(b'{"note":%d}\n' % number)
    assert text_of(tmp_path) == TEXT + b'{"note":0}\n{"note":1}\n{"note":2}\n'
    assert names(tmp_path) == {JOURNAL if form is as_plain else PACKED}


def test_adding_costs_a_frame_and_not_the_whole(tmp_path: Path) -> None:
    path = as_ours(tmp_path, TEXT)
    before = path.read_bytes()
    with adding(path) as add:
        add(b'{"note":1}\n')
    assert path.read_bytes().startswith(before)


@pytest.mark.parametrize("form", [as_ours, as_gzip])
def test_behind_a_cut_nothing_is_lost(tmp_path: Path, form: object) -> None:
    path = form(tmp_path, TEXT)  # type: ignore[operator]
    data = path.read_bytes()
    for cut in range(0, len(data), 7):
        for left in tmp_path.iterdir():
            left.unlink()
        path.write_bytes(data[:cut])
        readable = text_of(tmp_path)
        with adding(tmp_path / JOURNAL) as add:
            add(b"note\n")
        torn = b"" if not readable or readable.endswith(b"\n") else b"\n"
        assert text_of(tmp_path) == readable + torn + b"note\n"


def test_a_torn_line_does_not_take_the_note_along(tmp_path: Path) -> None:
    for form in (as_plain, as_ours):
        form(tmp_path, TEXT + b'{"kind":"Ti')
        with adding(tmp_path / JOURNAL) as add:
            add(b"note\n")
        assert text_of(tmp_path) == TEXT + b'{"kind":"Ti\nnote\n'
        (tmp_path / JOURNAL).unlink(missing_ok=True)


@pytest.mark.parametrize("form", [as_plain, as_ours])
def test_a_disk_that_takes_half_a_line_gets_none(tmp_path: Path, form: object) -> None:
    path = form(tmp_path, TEXT)  # type: ignore[operator]
    before = path.read_bytes()
    for room in (0, 1, 5):
        with files_of_at_most(len(before) + room), adding(path) as add, pytest.raises(OSError):
            add(b'{"note":"it does not fit in here"}\n')
        assert path.read_bytes() == before


def test_a_damaged_one_is_not_added_to(tmp_path: Path) -> None:
    path = tmp_path / PACKED
    path.write_bytes(b"this is no zstd, but somebody named it so")
    with pytest.raises(JournalError, match="is damaged"), adding(path):
        pytest.fail("it was opened")


# --- notes of people -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return shelve(tmp_path / "runs", RUN, eventful())


def test_notes_written_at_once_are_all_there(tmp_path: Path, folder: RunFolder) -> None:
    """While the journal is compressed, too."""
    before = folder.fold()

    def note(number: int) -> None:
        for one in range(4):
            asyncio.run(Shelf(tmp_path, str(tmp_path / "runs")).note(RUN, f"{number}.{one}"))

    threads = [threading.Thread(target=note, args=(number,)) for number in range(3)]
    threads.append(threading.Thread(target=pack, args=(folder.journal,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = folder.fold()
    texts = sorted(mark.text for mark in state.marks if mark.seq > before.last_seq)
    assert texts == [f"{number}.{one}" for number in range(3) for one in range(4)]
    assert state.last_seq == before.last_seq + 12
    assert not [record for record in folder.records() if isinstance(record, Gap)]
    assert folder.journal.name == PACKED


def test_a_note_that_cannot_be_written_is_one_sentence(tmp_path: Path, folder: RunFolder) -> None:
    shelf = Shelf(tmp_path, str(tmp_path / "runs"))
    size = folder.journal.stat().st_size
    with files_of_at_most(size), pytest.raises(PlanError, match="file too large"):
        asyncio.run(shelf.note(RUN, "words"))
    pack(folder.journal)
    data = folder.journal.read_bytes()
    folder.journal.write_bytes(b"x" + data[1:])
    with pytest.raises(PlanError, match="is damaged"):
        asyncio.run(shelf.note(RUN, "words"))
    folder.journal.unlink()
    with pytest.raises(PlanError):
        asyncio.run(shelf.note(RUN, "words"))


def test_a_gzipped_run_gets_its_note(tmp_path: Path, folder: RunFolder) -> None:
    data = folder.journal.read_bytes()
    folder.journal.unlink()
    (folder.path / (JOURNAL + ".gz")).write_bytes(gzip.compress(data))
    asyncio.run(Shelf(tmp_path, str(tmp_path / "runs")).note(RUN, "words"))
    assert folder.fold().marks[-1].text == "words"
    assert text_length(folder.journal) > len(data)

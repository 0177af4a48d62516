"""Puts the exports into files: the one module here that touches them.

Each file is written beside its target under another name, synced and renamed, so that its name
never stands for half a file; an older file of that name is replaced, as Locust does.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

import msgspec

from lftui.records import AnyRecord
from lftui.reports import locust_csv
from lftui.reports.folds import Folds
from lftui.reports.history import HistoryFold
from lftui.reports.locust_figures import Cell
from lftui.reports.locust_json import SUFFIX, locust_json
from lftui.reports.seconds import PerSecondFold
from lftui.reports.summary import summary_text
from lftui.run_state import RunState

_BUFFER = 1 << 18
_STREAMS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/")
_ADVICE = {
    errno.ENOSPC: "make room there, or name another place",
    errno.EDQUOT: "make room in your quota, or name another place",
    errno.EACCES: "allow yourself to write there, or name another place",
    errno.EPERM: "allow yourself to write there, or name another place",
    errno.EROFS: "name another place",
    errno.EISDIR: "name a file in it",
    errno.ENOTDIR: "name a place whose folders are folders",
    errno.EEXIST: "name a place whose folders are folders",
    errno.ENAMETOOLONG: "give it a shorter name",
}


class Exports(msgspec.Struct, frozen=True):
    """What to write. Paths as given; `json_file` gets Locust's `.json`, `csv_prefix` its four
    names. `csv_full_history` gives each endpoint its rows in the history."""

    summary: str | None = None
    json_file: str | None = None
    csv_prefix: str | None = None
    csv_full_history: bool = False

    def any(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.summary or self.json_file or self.csv_prefix)


class ExportError(Exception):
    """Some exports could not be written; all others were.

    Attributes:
        sentences: what went wrong and what to do, one each.
        written: the paths that were written all the same.
    """

    def __init__(self, sentences: list[str], written: list[Path]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences
        self.written = written


def export(
    records: Iterable[AnyRecord], wanted: Exports, state: RunState | None = None
) -> list[Path]:
    """Write what is wanted of a run, in one pass over its records.

    Args:
        records: all records of the run, from its first; a half run's do.
        wanted: what to write.
        state: the folded state where there is one already; without it the records are folded.

    Returns:
        The paths that were written.

    Raises:
        ExportError: some of them could not be written.
    """
    files = _Files()
    try:
        table = files.begin(wanted.csv_prefix, locust_csv.HISTORY_SUFFIX)
        folds = Folds(state, HistoryFold(wanted.csv_full_history) if table else None)
        if table is None:
            for record in records:
                folds.apply(record)
        else:
            _write_history(table, records, folds)
        _write_rest(files, wanted, folds.state, folds.seconds)
    finally:
        files.drop()
    if files.sentences:
        raise ExportError(files.sentences, files.written)
    return files.written


def _write_history(table: _File, records: Iterable[AnyRecord], folds: Folds) -> None:
    table.add_rows([HistoryFold.header()])
    for record in records:
        if rows := folds.apply(record):
            table.add_rows(rows)
    table.add_rows(folds.finish())
    table.finish()


def _write_rest(files: _Files, wanted: Exports, state: RunState, seconds: PerSecondFold) -> None:
    tables = {
        locust_csv.STATS_SUFFIX: locust_csv.stats_rows(state),
        locust_csv.FAILURES_SUFFIX: locust_csv.failures_rows(state, seconds),
        locust_csv.EXCEPTIONS_SUFFIX: locust_csv.exceptions_rows(state),
    }
    for suffix, rows in tables.items():
        if table := files.begin(wanted.csv_prefix, suffix):
            table.add_rows(rows)
            table.finish()
    if file := files.begin(wanted.json_file, SUFFIX):
        file.add_text(locust_json(state, seconds))
        file.finish()
    if file := files.begin(wanted.summary):
        errors = seconds.errors if state.reset is not None else None
        file.add_text([summary_text(state, errors)])
        file.finish()


class _Files:
    """The files of one export."""

    def __init__(self) -> None:
        self._all: list[_File] = []

    def begin(self, name: str | None, suffix: str = "") -> _File | None:
        """The next file; None where it is not wanted."""
        if not name:
            return None
        file = _File(Path(name + suffix))
        twin = next((one for one in self._all if one.target == file.target), None)
        if twin is not None and not _is_device(file.path):
            file.sentence = f"two exports go to {file.path}; give each a name of its own"
        else:
            file.open()
        self._all.append(file)
        return file

    def drop(self) -> None:
        """Remove what is not finished."""
        for file in self._all:
            file.drop()

    @property
    def written(self) -> list[Path]:
        return [file.path for file in self._all if file.finished]

    @property
    def sentences(self) -> list[str]:
        """What went wrong, each thing once."""
        return list(dict.fromkeys(file.sentence for file in self._all if file.sentence))


class _File:
    """One file on its way. After a failure, told by `sentence`, it takes what comes and drops it.

    Attributes:
        path: as given.
        target: where it leads to, symbolic links followed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.target = Path(os.path.realpath(path))
        self.sentence = ""
        self.finished = False
        self._temporary: Path | None = None
        self._file: TextIO | None = None

    def open(self) -> None:
        """Begin a file beside the target; where that is a pipe or a device, the target itself."""
        folder = self.path.parent
        steps = {
            f"the folder {folder} cannot be made": self._make_folder,
            f"{self.path} cannot be written": self._look,
            f"no file can be made in the folder {folder}": self._begin,
        }
        for what, step in steps.items():
            with self._noting(what):
                step()
            if self.sentence:
                return

    def _make_folder(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def _look(self) -> None:
        """What is there already: a directory is refused, a file's permissions are kept."""
        if _is_device(self.path):
            self._file = _text(os.open(self.path, os.O_WRONLY | os.O_CLOEXEC))
        elif self.path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))

    def _begin(self) -> None:
        if self._file is not None:
            return
        self._temporary = self.target.with_name(f".lftui-{os.urandom(6).hex()}.part")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._file = _text(os.open(self._temporary, flags, 0o666))
        with contextlib.suppress(FileNotFoundError):
            os.fchmod(self._file.fileno(), stat.S_IMODE(self.target.stat().st_mode))

    def add_text(self, pieces: Iterable[str]) -> None:
        """Append a text."""
        with self._noting(f"{self.path} cannot be written"):
            for piece in pieces:
                if self._file is None:
                    return
                self._file.write(piece)

    def add_rows(self, rows: Iterable[Iterable[Cell]]) -> None:
        """Append rows of CSV."""
        with self._noting(f"{self.path} cannot be written"):
            if self._file is not None:
                csv.writer(self._file).writerows(rows)

    def finish(self) -> None:
        """Give the file its name, once all of it is on the disk."""
        with self._noting(f"{self.path} cannot be written"):
            if self._file is None:
                return
            self._file.flush()
            if self._temporary is not None:
                os.fsync(self._file.fileno())
                self._temporary.replace(self.target)
                self._temporary = None
                _sync_folder(self.target.parent)
            self.finished = True
        self.drop()

    def drop(self) -> None:
        """Close the file and remove what has not got its name."""
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()
        temporary, self._temporary = self._temporary, None
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()

    @contextlib.contextmanager
    def _noting(self, what: str) -> Iterator[None]:
        """Turn a failure of the system into the file's sentence."""
        try:
            yield
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            advice = _ADVICE.get(error.errno or 0, "name another place")
            self.sentence = f"{what}: {reason}; {advice}"
            self.drop()


def _text(fd: int) -> TextIO:
    # Text that cannot be encoded (half of a surrogate pair) is written out: \ud800.
    return open(fd, "w", buffering=_BUFFER, encoding="utf-8", errors="backslashreplace", newline="")


def _is_device(path: Path) -> bool:
    """Whether the path is a pipe, a terminal or the like, which a rename would destroy."""
    if str(path).startswith(_STREAMS):
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _sync_folder(folder: Path) -> None:
    """Make the new name last; a file system that cannot is left in peace."""
    with contextlib.suppress(OSError):
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

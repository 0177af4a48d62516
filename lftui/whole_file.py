"""Files that are there whole, or as they were.

Each is written beside its target under another name, synced and renamed, so that its name never
stands for half a file. An older file of that name is replaced, unless it is to stay.
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

from lftui.plan import PlanError

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


def write_whole_file(path: Path, text: str) -> None:
    """Write a text.

    Raises:
        PlanError: it cannot be written; the sentence says what to do.
    """
    file = WholeFile(path)
    file.open()
    file.add_text([text])
    file.finish()
    if file.sentence:
        raise PlanError(file.sentence)


class WholeFile:
    """One file on its way. After a failure, told by `sentence`, it takes what comes and drops it.

    Args:
        path: as given.
        replace: an older file is replaced; else it stays, which is a failure.

    Attributes:
        target: where the path leads to, symbolic links followed.
    """

    def __init__(self, path: Path, replace: bool = True) -> None:
        self.path = path
        self._replace = replace
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
        if is_device(self.path):
            self._file = _text(os.open(self.path, os.O_WRONLY | os.O_CLOEXEC))
        elif self.path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        elif not self._replace and self.target.exists():
            self._refuse()

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

    def add_lines(self, lines: Iterable[str]) -> None:
        """Append lines, given without their ends."""
        self.add_text(f"{line}\n" for line in lines)

    def add_rows(self, rows: Iterable[Iterable[str | int | float | None]]) -> None:
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
                self._name(self._temporary)
                _sync_folder(self.target.parent)
            self.finished = not self.sentence
        self.drop()

    def _name(self, temporary: Path) -> None:
        """Give the whole file its name; `drop` removes the other one where it is still there."""
        if self._replace:
            temporary.replace(self.target)
            self._temporary = None
            return
        try:
            os.link(temporary, self.target)  # unlike a rename it never replaces
        except FileExistsError:
            self._refuse()
        except OSError:  # a file system without hard links
            if self.target.exists():
                self._refuse()
            else:
                temporary.replace(self.target)
                self._temporary = None

    def _refuse(self) -> None:
        self.sentence = (
            f"{self.path} is there already and stays; give another name, or let it be replaced"
        )

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


def is_device(path: Path) -> bool:
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

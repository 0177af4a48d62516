"""New files in a folder that may hold others: each whole or not at all, and never over another."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from lftui.plan import PlanError

# What a file system answers that has no hard links.
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_ADVICE = {
    errno.ENOSPC: "make room there, or name another folder",
    errno.EDQUOT: "make room in your quota, or name another folder",
    errno.ENOTDIR: "name a place whose folders are folders",
    errno.ENOENT: "name a place where folders can be made",
    errno.ELOOP: "name a place whose links lead somewhere",
    errno.ENAMETOOLONG: "give it a shorter name",
}


def place(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Write those of the files whose names are free; the folder is made where there is none.

    All are written beside their names first and are then given them, so that a full disk or an
    interrupt leaves either what was there before, or whole files.

    Args:
        folder: where to.
        files: the texts by their paths below the folder, with slashes.

    Returns:
        The paths that were written, in their order; what is not among them was there already.

    Raises:
        PlanError: the folder is none, something in it stands in the way, or it cannot be written.
    """
    try:
        _look(folder, files)
    except OSError as error:
        raise PlanError(_sentence(folder, error)) from None
    placing = _Placing()
    try:
        for name, text in files.items():
            if not os.path.lexists(folder / name):
                placing.write(name, folder / name, text)
        return placing.give_names()
    except OSError as error:
        raise PlanError(_sentence(placing.at or folder, error)) from None
    finally:
        placing.clear()


def _look(folder: Path, names: Mapping[str, str]) -> None:
    """Refuse what stands in the way, before anything is written."""
    if folder.exists() and not folder.is_dir():
        raise PlanError(f"{folder} is no folder: name one, or one that is to be made")
    for name in names:
        parts = PurePosixPath(name).parts
        for depth in range(1, len(parts)):
            _look_at_folder(folder.joinpath(*parts[:depth]), name)
        path = folder / name
        if path.is_dir():
            raise PlanError(f"{path} is a folder, and a file belongs there: move it away")
        if path.is_symlink() and not path.exists():
            raise PlanError(f"{path} is a symbolic link that leads nowhere: remove it")


def _look_at_folder(inner: Path, name: str) -> None:
    if inner.is_symlink():
        raise PlanError(
            f"{inner} is a symbolic link, and {name} would be written where it leads: "
            "put a folder in its place"
        )
    if inner.exists() and not inner.is_dir():
        raise PlanError(f"{inner} is a file, and {name} needs a folder there: move it away")


def _sentence(path: Path, error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    advice = _ADVICE.get(error.errno or 0, "allow yourself to write there, or name another folder")
    return f"{path} cannot be made: {reason}; {advice}"


class _Placing:
    """Files on their way to their names.

    Attributes:
        at: what was last tried, for the sentence about a failure.
    """

    def __init__(self) -> None:
        self.at: Path | None = None
        self._made: list[Path] = []
        self._waiting: dict[str, tuple[Path, Path]] = {}

    def write(self, name: str, path: Path, text: str) -> None:
        """Write the text beside `path`."""
        self._make_folder(path.parent)
        self.at = path
        temporary = path.with_name(f".lftui-{os.urandom(6).hex()}.part")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._waiting[name] = temporary, path
        with open(os.open(temporary, flags, 0o666), "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def give_names(self) -> list[str]:
        """Give each file its name, where nobody has taken it meanwhile; those that got theirs."""
        given = []
        for name, (temporary, path) in self._waiting.items():
            self.at = path
            if _named(temporary, path):
                given.append(name)
        return given

    def clear(self) -> None:
        """Remove what has got no name, and the folders that were made for nothing."""
        for temporary, _ in self._waiting.values():
            with contextlib.suppress(OSError):
                temporary.unlink()
        for folder in reversed(self._made):
            with contextlib.suppress(OSError):
                folder.rmdir()  # refused, as it should be, where something is in it

    def _make_folder(self, folder: Path) -> None:
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for one in reversed(missing):
            self.at = one
            with contextlib.suppress(FileExistsError):  # somebody else made it meanwhile
                one.mkdir()
                self._made.append(one)


def _named(temporary: Path, path: Path) -> bool:
    """Whether the file got the name; a name that is taken stays with what has it."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            return False
        temporary.rename(path)
    return True

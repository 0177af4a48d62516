"""The file of a journal, plain or compressed: its names, and its text from any offset on.

While a run goes on its journal is `journal.ndjson`; afterwards it is compressed (`packing`) to
`journal.ndjson.zst`, and somebody may have made `journal.ndjson.gz` of it. Nobody else knows: an
offset is always one in the uncompressed text. The plain one counts where two are there: it goes
last when a journal is compressed. A file cut anywhere is read as far as it goes.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

from lftui.supervisor.unpacking import unpacked_gzip, unpacked_zstd
from lftui.supervisor.zstd_frames import Damaged, frames

JOURNAL = "journal.ndjson"
ZSTD, GZIP = ".zst", ".gz"
_SUFFIXES = ("", ZSTD, GZIP)
_TEXT = 1 << 20
_LONGEST_LINE = 64 << 20


class JournalError(ValueError):
    """A journal cannot be read. The message is one sentence."""


# --- names ----------------------------------------------------------------------------------------


def is_journal_name(name: str) -> bool:
    """Whether a file of this name is a journal, in whatever form."""
    return name in {JOURNAL + suffix for suffix in _SUFFIXES}


def has_journal(folder: Path) -> bool:
    """Whether a journal is in this folder, in whatever form."""
    return any(os.path.isfile(folder / (JOURNAL + suffix)) for suffix in _SUFFIXES)


def plain_name(path: Path) -> Path:
    """The name of a journal that is not compressed, given any of its names."""
    return path.with_suffix("") if path.suffix in (ZSTD, GZIP) else path


def form_of(path: Path) -> Path:
    """The name under which a journal is there, given any of its names; that one if it is not."""
    plain = plain_name(path)
    forms = (plain.with_name(plain.name + suffix) for suffix in _SUFFIXES)
    return next((form for form in forms if os.path.isfile(form)), path)


def open_form(path: Path, flags: int = os.O_RDONLY) -> tuple[int, Path]:
    """Open a journal that is there; its descriptor and name.

    Args:
        path: any of its names: it may have been compressed since somebody looked.

    Raises:
        OSError: it cannot be opened.
    """
    with contextlib.suppress(FileNotFoundError):  # it got its other name in between
        return _open(form_of(path), flags)
    return _open(form_of(path), flags)


def _open(path: Path, flags: int) -> tuple[int, Path]:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return os.open(path, flags | os.O_CLOEXEC), path


# --- text -----------------------------------------------------------------------------------------


def read_text(path: Path, offset: int = 0) -> Iterator[bytes]:
    """The text of a journal from an offset on, in pieces of at most a megabyte.

    Raises:
        JournalError: it cannot be opened, or is damaged; of what was cut there is simply less.
    """
    form = path
    try:
        fd, form = open_form(path)
        with FileIO(fd) as file:
            yield from _text(file, form.suffix, offset)
    except Damaged as error:
        raise damaged(form, str(error)) from None
    except OSError as error:
        raise _unreadable(form, error) from None


def _text(file: FileIO, suffix: str, offset: int) -> Iterator[bytes]:
    if suffix == GZIP:
        yield from _after(offset, unpacked_gzip(file))
    elif suffix == ZSTD:
        at, before = _known(file, offset)
        file.seek(at)
        yield from _after(offset - before, unpacked_zstd(file))
    else:
        file.seek(offset)
        while text := file.read(_TEXT):
            yield text


def _after(count: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces without their first `count` bytes."""
    for piece in pieces:
        if count < len(piece):
            yield piece[count:] if count else piece
        count = max(0, count - len(piece))


def _known(file: FileIO, upto: float = math.inf) -> tuple[int, int]:
    """How many whole frames end at or before an offset of the text, by what their headers say.

    Returns:
        the end of the last of them in the file, and in the text.
    """
    size = os.fstat(file.fileno()).st_size
    at = text = 0
    for frame in frames(file.fileno()) if upto else ():
        if frame.text_size is None or frame.end > size or text + frame.text_size > upto:
            break
        at, text = frame.end, text + frame.text_size
    return at, text


def text_length(path: Path) -> int:
    """Bytes of a journal's text. Of a compressed one cut at its end, of what can be read.

    Raises:
        JournalError: as `read_text`.
    """
    known = 0
    try:
        fd, path = open_form(path)
        with FileIO(fd) as file:
            if path.suffix == ZSTD:
                _, known = _known(file)
            elif path.suffix != GZIP:
                return os.fstat(fd).st_size
    except Damaged as error:
        raise damaged(path, str(error)) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    return known + sum(map(len, read_text(path, known)))


def whole_lines(path: Path, offset: int = 0) -> Iterator[tuple[bytes, int]]:
    """The lines of a journal from an offset on, that of a line's begin, each with the offset
    behind it. Empty ones and a last one without its end are left out.

    Raises:
        JournalError: as `read_text`.
    """
    begun = bytearray()
    for text in read_text(path, offset):
        *lines, rest = text.split(b"\n")
        if lines:
            lines[0] = bytes(begun) + lines[0]
            begun.clear()
        begun += rest
        for line in lines:
            offset += len(line) + 1
            if line.strip():
                yield line, offset
        if len(begun) > _LONGEST_LINE:
            raise damaged(path, f"a line is longer than {_LONGEST_LINE >> 20} MB")


def _unreadable(path: Path, error: OSError) -> JournalError:
    return JournalError(f"the journal {path} cannot be read: {error.strerror or error}")


def damaged(path: Path, how: str) -> JournalError:
    """The error of a journal that is not what it should be."""
    return JournalError(f"the journal {path} is damaged: {how}; use a copy of it, if there is one")

"""The journal of a run that is over: compressed, and added to.

Both hold a lock on the file, so that nothing is written into a journal that is about to go. Killed
at any moment, either leaves one whole journal: the compressed one gets its name before the plain
one goes, and as long as both are there the plain one counts.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from io import FileIO
from pathlib import Path

from lftui.supervisor.journal_file import (
    GZIP,
    ZSTD,
    JournalError,
    damaged,
    form_of,
    open_form,
    plain_name,
    read_text,
    text_length,
)
from lftui.supervisor.zstd_frames import Damaged, frames

FRAME_BYTES = 4 << 20
_LEVEL = 3


def pack(path: Path) -> None:
    """Compress a plain journal; one that is compressed stays as it is.

    Raises:
        OSError, JournalError: it cannot be; the plain one is there as before.
    """
    with _locked(path) as (_, form):
        if form.suffix not in (ZSTD, GZIP):
            _compress(form)


@contextlib.contextmanager
def adding(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Hold a journal to add lines to it, of a run that is over: the one who holds it is alone.

    One that is cut, or of another making (gzip), is compressed anew first: behind a cut nothing
    can be read.

    Yields:
        what takes a whole line, its newline included; then it is on the disk.

    Raises:
        OSError, JournalError: it cannot be opened, read or written; it is as it was before.
    """
    with _locked(path) as (fd, form):
        if form.suffix == GZIP or (form.suffix == ZSTD and _is_cut(fd, form)):
            _compress(form)
    with _locked(path, os.O_RDWR | os.O_APPEND) as (fd, form):
        yield lambda line: _add(fd, form, line)


# --- compressing ----------------------------------------------------------------------------------


def _compress(form: Path) -> None:
    """Put the compressed journal into the place of what is there."""
    packed = form.with_name(plain_name(form).name + ZSTD)
    part = form.with_name(f".part.{packed.name}")
    try:
        if _write_frames(read_text(form), part) != _sum_of(read_text(part)):
            raise JournalError(f"{part} does not say what was written")
        part.replace(packed)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    _sync_folder(form.parent)
    if form != packed:
        form.unlink()
        _sync_folder(form.parent)


def _write_frames(text: Iterator[bytes], path: Path) -> tuple[int, int]:
    """Write a text, a frame each `FRAME_BYTES`; its length and check sum."""
    length = total = 0
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(fd, "wb") as file:
        for block in _blocks(text):
            length, total = length + len(block), zlib.crc32(block, total)
            file.write(_frame(block))
        file.flush()
        os.fsync(fd)
    return length, total


def _blocks(text: Iterator[bytes]) -> Iterator[bytes]:
    """The text in equal parts; the last may be smaller."""
    block = bytearray()
    for piece in text:
        block += piece
        while len(block) >= FRAME_BYTES:
            yield bytes(block[:FRAME_BYTES])
            del block[:FRAME_BYTES]
    if block:
        yield bytes(block)


def _frame(text: bytes) -> bytes:
    """A text as one frame, with its size in the header and a check sum at its end."""
    from lftui.supervisor.zstd import CompressionParameter, compress

    options: dict[int, int] = {
        CompressionParameter.compression_level: _LEVEL,
        CompressionParameter.content_size_flag: 1,
        CompressionParameter.checksum_flag: 1,
    }
    return compress(text, options=options)


def _sum_of(text: Iterable[bytes]) -> tuple[int, int]:
    length = total = 0
    for piece in text:
        length, total = length + len(piece), zlib.crc32(piece, total)
    return length, total


# --- adding ---------------------------------------------------------------------------------------


def _is_cut(fd: int, form: Path) -> bool:
    """Whether a compressed journal ends within a frame."""
    end = 0
    try:
        for frame in frames(fd):
            end = frame.end
    except Damaged as error:
        raise damaged(form, str(error)) from None
    return end != os.fstat(fd).st_size


def _add(fd: int, form: Path, line: bytes) -> None:
    """Write a line behind the last, in one piece or not at all."""
    if _ends_within_a_line(form):
        line = b"\n" + line  # what was torn off becomes a line that cannot be read
    data = _frame(line) if form.suffix == ZSTD else line
    before = os.fstat(fd).st_size
    try:
        if os.write(fd, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(form))
        os.fsync(fd)
    except OSError:
        os.ftruncate(fd, before)
        raise


def _ends_within_a_line(form: Path) -> bool:
    last = text_length(form) - 1
    return last >= 0 and b"".join(read_text(form, last)) != b"\n"


# --- the lock -------------------------------------------------------------------------------------


@contextlib.contextmanager
def _locked(path: Path, flags: int = os.O_RDONLY) -> Iterator[tuple[int, Path]]:
    """Open the journal that is there and keep everybody else from changing it."""
    while True:
        fd, form = open_form(path, flags)
        with FileIO(fd, "rb"):
            # Where a file system knows no locks, there is none; a line is still one write.
            with contextlib.suppress(OSError):
                fcntl.flock(fd, fcntl.LOCK_EX)
            if _is_still(fd, form, path):
                yield fd, form
                return


def _is_still(fd: int, form: Path, path: Path) -> bool:
    """Whether the open file still is the journal: who held the lock before may have replaced it."""
    try:
        return form_of(path) == form and os.path.samestat(os.fstat(fd), os.stat(form))
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    """Make a new name last; a file system that cannot is left in peace."""
    with contextlib.suppress(OSError):
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

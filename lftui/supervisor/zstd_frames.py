"""The frames of a zstd file, found by their headers: nothing is decompressed.

A compressed journal is a row of frames, each of a few megabytes of text and with the size of its
text in its header. Whoever wants the text at an offset passes over the frames before it: reading
three bytes a block, which is some thousand small reads for a run of a day. The layout is that of
RFC 8878; any program that knows zstd reads such a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

_MAGIC = 0xFD2FB528
_SKIPPABLE = range(0x184D2A50, 0x184D2A60)
_LONGEST_HEADER = 18
_SKIPPABLE_HEADER = 8
_BLOCK_HEADER = 3
_CHECKSUM = 4
_RLE, _RESERVED = 1, 3
_DICTIONARY_ID = (0, 1, 2, 4)


class Damaged(ValueError):
    """Compressed text is not what it should be. The message says how."""


class Frame(NamedTuple):
    """A frame of a file.

    Attributes:
        begin: its first byte in the file.
        end: the byte behind it; the file may end before it.
        text_size: bytes of text in it; None where its header does not say.
    """

    begin: int
    end: int
    text_size: int | None


class _Header(NamedTuple):
    size: int
    text_size: int | None
    checksum: bool


def frames(fd: int) -> Iterator[Frame]:
    """The frames of an open file up to its end, or to where it was cut: the last one may lack
    its end, and one of which not even the header is there is left out.

    Raises:
        Damaged: something else stands between or behind them.
        OSError: the file cannot be read.
    """
    begin, file_size = 0, os.fstat(fd).st_size
    while begin < file_size:
        frame = _frame(fd, begin)
        if frame is None:
            return
        yield frame
        begin = frame.end


def _frame(fd: int, begin: int) -> Frame | None:
    """The frame that begins here; None where the file was cut in its header."""
    data = os.pread(fd, _LONGEST_HEADER, begin)
    if len(data) < 4:
        return None
    magic = int.from_bytes(data[:4], "little")
    if magic in _SKIPPABLE:
        if len(data) < _SKIPPABLE_HEADER:
            return None
        size = int.from_bytes(data[4:_SKIPPABLE_HEADER], "little")
        return Frame(begin, begin + _SKIPPABLE_HEADER + size, 0)
    if magic != _MAGIC:
        raise Damaged(f"no frame begins at byte {begin}")
    header = _header(data)
    if header is None:
        return None
    end = _end_of_blocks(fd, begin + header.size)
    return Frame(begin, end + _CHECKSUM * header.checksum, header.text_size)


def _header(data: bytes) -> _Header | None:
    """What the header of a frame says; None where it is cut."""
    if len(data) < 5:
        return None
    descriptor = data[4]
    single_segment = bool(descriptor & 0x20)
    at = 5 + (not single_segment) + _DICTIONARY_ID[descriptor & 3]
    width = (int(single_segment), 2, 4, 8)[descriptor >> 6]
    if len(data) < at + width:
        return None
    text_size = int.from_bytes(data[at : at + width], "little") if width else None
    if width == 2 and text_size is not None:
        text_size += 256  # sizes below have a byte of their own
    return _Header(at + width, text_size, bool(descriptor & 4))


def _end_of_blocks(fd: int, at: int) -> int:
    """The byte behind the last block; where the file was cut, one behind what is there of it."""
    while True:
        data = os.pread(fd, _BLOCK_HEADER, at)
        at += _BLOCK_HEADER
        if len(data) < _BLOCK_HEADER:
            return at
        block = int.from_bytes(data, "little")
        last, kind, size = block & 1, (block >> 1) & 3, block >> 3
        if kind == _RESERVED:
            raise Damaged(f"no block of zstd stands at byte {at - _BLOCK_HEADER}")
        at += 1 if kind == _RLE else size
        if last:
            return at

"""Compressed text, piece by piece: memory stays bounded, a cut file is read as far as it goes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import FileIO

from lftui.supervisor.zstd_frames import Damaged

_READ = 1 << 18
_TEXT = 1 << 20
_GZIP_FORMAT = 31  # zlib's word for "with the header of gzip"


def unpacked_zstd(file: FileIO) -> Iterator[bytes]:
    """The text of the frames from here on, in pieces of at most a megabyte.

    Raises:
        Damaged: it is no zstd, or not all of it.
    """
    # Not before a journal is compressed: a console is on screen sooner without it.
    from lftui.supervisor.zstd import ZstdDecompressor, ZstdError

    data = file.read(_READ)
    while data:
        frame = ZstdDecompressor()
        while not frame.eof:
            if frame.needs_input and not data and not (data := file.read(_READ)):
                return  # cut here
            try:
                text = frame.decompress(data, _TEXT)
            except ZstdError as error:
                raise Damaged(str(error).rstrip(".")) from None
            data = b""
            if text:
                yield text
        data = frame.unused_data or file.read(_READ)


def unpacked_gzip(file: FileIO) -> Iterator[bytes]:
    """The text of the members from here on, in pieces of at most a megabyte.

    Raises:
        Damaged: it is no gzip, or not all of it.
    """
    data = file.read(_READ)
    while data:
        member = zlib.decompressobj(_GZIP_FORMAT)
        while not member.eof:
            if not data and not (data := file.read(_READ)):
                return  # cut here
            try:
                text = member.decompress(data, _TEXT)
            except zlib.error as error:
                raise Damaged(str(error)) from None
            data = member.unconsumed_tail
            if text:
                yield text
        data = member.unused_data or file.read(_READ)

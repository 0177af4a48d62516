"""Content codings: gzip, deflate, br, zstd."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from lftui.http import limits

_CUT_SHORT = "Error -5 while decompressing data: incomplete or truncated stream"


class Decoder(Protocol):
    """Decodes a body piece by piece."""

    def feed(self, data: bytes) -> bytes:
        """What can be said of the body up to here."""

    def end(self) -> bytes:
        """The rest.

        Raises:
            zlib.error: the body was cut short.
        """


class _Zlib:
    """gzip and deflate; the latter comes with and without zlib's own frame."""

    def __init__(self, window_bits: int) -> None:
        self._inflate = zlib.decompressobj(window_bits)
        self._either = window_bits < 0
        self._empty = True

    def feed(self, data: bytes) -> bytes:
        self._empty &= not data
        try:
            decoded = self._inflate.decompress(data, limits.BODY)
        except zlib.error:
            if not self._either:
                raise
            self._inflate = zlib.decompressobj()
            decoded = self._inflate.decompress(data, limits.BODY)
        self._either = False
        if self._inflate.unconsumed_tail:
            raise limits.too_large("body", limits.BODY)
        return decoded

    def end(self) -> bytes:
        if not (self._inflate.eof or self._empty):
            raise zlib.error(_CUT_SHORT)
        return b""


class _Frames:
    """br and zstd, whose libraries have the same kind of object."""

    def __init__(self, decode: Callable[[bytes], bytes], is_done: Callable[[], bool]) -> None:
        self._decode = decode
        self._is_done = is_done
        self._size = 0
        self._empty = True

    def feed(self, data: bytes) -> bytes:
        self._empty &= not data
        try:
            decoded = self._decode(data) if data else b""
        except Exception as error:  # each library has its own
            raise zlib.error(f"the body cannot be decoded: {error}") from None
        self._size += len(decoded)
        if self._size > limits.BODY:
            raise limits.too_large("body", limits.BODY)
        return decoded

    def end(self) -> bytes:
        if not (self._empty or self._is_done()):
            raise zlib.error(_CUT_SHORT)
        return b""


class _Chain:
    """Several codings, one over the other."""

    def __init__(self, decoders: list[Decoder]) -> None:
        self._decoders = decoders

    def feed(self, data: bytes) -> bytes:
        for decoder in self._decoders:
            data = decoder.feed(data)
        return data

    def end(self) -> bytes:
        data = b""
        for decoder in self._decoders:
            data = decoder.feed(data) + decoder.end()
        return data


def decoder_for(codings: str) -> Decoder | None:
    """What undoes a Content-Encoding; None where there is nothing to undo.

    Raises:
        ValueError: a coding is unknown, or its library is not installed.
    """
    names = [name.strip() for name in codings.lower().split(",")]
    decoders = [_make(name) for name in reversed(names) if name not in ("", "identity")]
    if not decoders:
        return None
    return decoders[0] if len(decoders) == 1 else _Chain(decoders)


def decode(body: bytes, codings: str) -> bytes:
    """A whole body, decoded.

    Raises:
        ValueError, zlib.error, HTTPParseError: it cannot be, or would be too large.
    """
    decoder = decoder_for(codings)
    return body if decoder is None or not body else decoder.feed(body) + decoder.end()


def _make(name: str) -> Decoder:
    if name in ("gzip", "x-gzip"):
        return _Zlib(16 + zlib.MAX_WBITS)
    if name == "deflate":
        return _Zlib(-zlib.MAX_WBITS)
    try:
        if name == "br":
            inner = import_module("brotli").Decompressor()
            return _Frames(inner.process, inner.is_finished)
        if name == "zstd":
            decompressor = _zstd()
            return _Frames(decompressor.decompress, lambda: bool(decompressor.eof))
    except ImportError:
        pass
    raise ValueError(f"Unknown content encoding: {name}")


def _zstd() -> Any:
    try:
        module = import_module("compression.zstd")  # Python 3.14
    except ImportError:
        module = import_module("backports.zstd")
    return module.ZstdDecompressor()

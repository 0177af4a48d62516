"""Sending a body that is not simply bytes behind a head: files, streams, `100-continue`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from lftui.http.connection import Connection
from lftui.http.request import Ask

_BLOCK_BYTES = 65_536
_CONTINUE_WAIT_S = 1.0
"""How long to wait for `100 Continue`: a server that does not know it waits for the body."""


def upload(
    connection: Connection, ask: Ask, proxied: bool, bodyless: bool, head_only: bool
) -> None:
    """Send a request in pieces and receive its response.

    Raises:
        OSError, HTTPParseError: it did not work; the connection is of no more use.
        TypeError: a stream gives something that is neither text nor bytes.
    """
    connection.start()
    length = _length(ask.body)
    chunked = "transfer-encoding" in ask.block.names or (length is None and bool(ask.body))
    head = ask.head(proxied).removesuffix("\r\n").encode("latin-1")
    if chunked and "transfer-encoding" not in ask.block.names:
        head += b"Transfer-Encoding: chunked\r\n"
    elif length and not chunked and "content-length" not in head.lower().decode("latin-1"):
        head += b"Content-Length: %d\r\n" % length
    try:
        connection.send_all(head + b"\r\n")
        if "expect" in ask.block.names and _refused(connection, bodyless, head_only):
            return
        for piece in _chunks(ask.body) if chunked else _pieces(ask.body):
            connection.send_all(piece)
    except OSError as error:
        if isinstance(error, TimeoutError) or not connection.refused_early(error, b""):
            raise
    connection.receive(bodyless, head_only)


def _refused(connection: Connection, bodyless: bool, head_only: bool) -> bool:
    """Wait for the server's word; True when it has answered without the body."""
    if not connection.wait_readable(_CONTINUE_WAIT_S):
        return False
    connection.receive_interim(bodyless)
    message = connection.message
    if not message.status:
        return False
    if not message.complete and not head_only:
        connection.receive(bodyless, head_only)
    message.keep_alive = False  # the body that it may still wait for will not come
    return True


def _length(body: Any) -> int | None:
    """The bytes that a body has left; None when nobody knows before its end."""
    if isinstance(body, bytes):
        return len(body)
    try:
        return max(0, os.fstat(body.fileno()).st_size - int(body.tell()))
    except (AttributeError, OSError, ValueError, TypeError):
        return None


def _pieces(body: Any) -> Iterator[bytes]:
    """The body in blocks."""
    if isinstance(body, bytes):
        yield body
    elif hasattr(body, "read"):
        while block := body.read(_BLOCK_BYTES):
            yield _as_bytes(block)
    else:
        for block in body:
            yield _as_bytes(block)


def _chunks(body: Any) -> Iterator[bytes]:
    """The body with chunked transfer coding (RFC 9112, section 7.1)."""
    for block in _pieces(body):
        if block:
            yield b"%x\r\n%b\r\n" % (len(block), block)
    yield b"0\r\n\r\n"


def _as_bytes(block: Any) -> bytes:
    if isinstance(block, str):
        return block.encode("utf-8")
    if isinstance(block, bytes | bytearray | memoryview):
        return bytes(block)
    raise TypeError(f"chunked body items must be bytes or str, not {type(block).__name__}")

"""One connection to a server: sending, receiving, waiting no longer than allowed.

This is the hot path. The socket is the operating system's own, not blocking; a request costs one
`send`, one wait in gevent's hub, one `recv` and one call of the parser.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from ssl import SSLWantReadError, SSLWantWriteError
from typing import Any

from gevent import monkey
from httptools import HttpParserError, HttpParserUpgrade

from lftui.http import limits
from lftui.http.failures import (
    HTTPConnectionClosed,
    HTTPParseError,
    ended_early,
    parse_error,
    upgrade_refused,
)
from lftui.http.message import UPGRADED, Message, parse_headers
from lftui.http.waits import READ, Waits

RECEIVE_BYTES = 65_536
BODY_BYTES = 262_144
"""How much is received at once: at first, and of a body that is longer than that."""

_WOULD_BLOCK = (BlockingIOError, SSLWantReadError, SSLWantWriteError)
_BROKEN = (errno.ECONNRESET, errno.EPIPE)
_Poll = monkey.get_original("select", "poll")


class Connection(Waits):
    """A connection that is open.

    Args:
        sock: connected and not blocking: a plain socket or a TLS one.
        secure: it is a TLS one.
        timeout: the seconds that the other side may be silent; None for any.

    Attributes:
        message: the response that is being received.
        heads: the bytes received up to the one in which the head ended, and what came with it.
        began, first_byte: when the request was sent and when the response began
            (`time.perf_counter`).
        nothing_sent: the last request failed before the other side can have seen any of it.
        used: it has brought a response before; only then may it be stale.
        phases: the seconds that its opening took, by phase, until somebody takes them.
    """

    def __init__(
        self, sock: Any, secure: bool, timeout: float | None, phases: dict[str, float] | None = None
    ) -> None:
        descriptor = sock.fileno()
        super().__init__(descriptor, timeout)
        self.sock = sock
        self.secure = secure
        self.phases = phases
        self.message = Message()
        self.heads: list[bytes] = []
        self.began = self.first_byte = 0.0
        self.nothing_sent = self.used = False
        self._send: Callable[..., int] = sock.send
        self._recv: Callable[[int], bytes] = sock.recv
        poll = _Poll()
        poll.register(descriptor, READ)
        self._poll: Callable[[int], list[Any]] = poll.poll

    # --- the exchange --------------------------------------------------------------------------

    def exchange(self, data: bytes, bodyless: bool, head_only: bool) -> None:
        """Send a request and receive its response.

        Args:
            data: the whole request.
            bodyless: the response has no body, whatever its head says (HEAD).
            head_only: leave the body on the wire.

        Raises:
            OSError, HTTPParseError: it did not work; the connection is of no more use.
        """
        self.start()
        sent = 0
        try:
            sent = self._send(data)
            if sent != len(data):
                self.send_all(memoryview(data)[sent:])
        except OSError as error:
            if not self.refused_early(error, data):
                raise
            self.nothing_sent = not sent
        self._wait(self._readable, self.began)
        self.receive(bodyless, head_only, try_first=True)

    def start(self) -> None:
        """Forget the response before."""
        message = self.message
        message.status = 0
        message.keep_alive = message.complete = message.spilled = False
        self.heads.clear()
        self.first_byte = 0.0
        self.began = time.perf_counter()

    def refused_early(self, error: OSError, data: Any) -> bool:
        """Deal with a send that failed; whether a response may have come all the same.

        A server that refuses a large request answers and closes before it has read all of it.
        """
        if isinstance(error, _WOULD_BLOCK):
            self.send_all(data)
            return True
        return error.errno in _BROKEN

    def send_all(self, data: Any) -> None:
        """Send the rest of what the socket did not take at once."""
        view = memoryview(data)
        while len(view):
            try:
                view = view[self._send(view) :]
            except _WOULD_BLOCK as error:
                reads = isinstance(error, SSLWantReadError)
                self._wait(self._readable if reads else self._writer(), time.perf_counter())

    def receive(self, bodyless: bool, head_only: bool, try_first: bool = False) -> None:
        """Receive until the response is complete, or its head where that is all that is wanted.

        Args:
            try_first: something is there to be read already.
        """
        message, heads = self.message, self.heads
        size, room = RECEIVE_BYTES, limits.BODY + limits.HEAD
        while True:
            data = self._receive(size, try_first, not heads)
            if not self.first_byte:
                self.first_byte = time.perf_counter()
            if message.status:
                self._feed_body(data)
            else:
                heads.append(data)
                self._feed_head(data, bodyless)
            if message.complete or (message.status and head_only):
                return
            room -= len(data)
            if room < 0:
                raise limits.too_large("body", limits.BODY)
            # What fills the buffer is rarely the end; TLS may hold more that no wait would tell.
            try_first = self.secure or len(data) == size
            if message.status:
                size = BODY_BYTES

    def receive_interim(self, bodyless: bool) -> None:
        """Receive until an interim response has ended, or the head of the final one is there."""
        self.message.interim = False
        while not (self.message.interim or self.message.status):
            data = self._receive(RECEIVE_BYTES, True, not self.heads)
            self.heads.append(data)
            self._feed_head(data, bodyless)

    def receive_body(self) -> None:
        """Receive the next piece of the body."""
        self._feed_body(self._receive(BODY_BYTES, True, False))

    def head(self) -> bytes:
        """All bytes received up to the piece in which the head ended."""
        heads = self.heads
        return heads[0] if len(heads) == 1 else b"".join(heads)

    # --- pieces --------------------------------------------------------------------------------

    def _receive(self, size: int, try_first: bool, at_start: bool) -> bytes:
        while True:
            if not try_first:
                self._wait(self._readable, time.perf_counter())
            try:
                return self._recv(size)
            except SSLWantWriteError:
                self._wait(self._writer(), time.perf_counter())
            except (BlockingIOError, SSLWantReadError):
                try_first = False
            except ConnectionResetError:
                if at_start:
                    raise HTTPConnectionClosed("connection closed.") from None
                raise

    def _feed_head(self, data: bytes, bodyless: bool) -> None:
        message = self.message
        if not data:
            raise ended_early(self.head(), in_body=False)
        try:
            message.parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            # A HEAD's response ends with its head; a body that follows is dropped with the
            # connection.
            if not (bodyless and message.status):
                message.status = 0
                raise self._refused(error, self.head()) from None
            message.spilled = True
        if message.status == UPGRADED:
            message.status = 0
            raise upgrade_refused()
        if bodyless and message.status:
            message.spilled |= bool(message.parts)
            message.parts.clear()
            message.complete = True
            message.renew()
        elif not message.status and sum(map(len, self.heads)) > limits.HEAD:
            raise limits.too_large("head", limits.HEAD)

    def _feed_body(self, data: bytes) -> None:
        if data:
            try:
                self.message.parser.feed_data(data)
            except (HttpParserError, HttpParserUpgrade) as error:
                raise self._refused(error, b"") from None
        elif self._ends_by_closing():
            self.message.complete = True
        else:
            raise ended_early(self.head(), in_body=True)

    def _refused(self, error: Exception, head: bytes) -> HTTPParseError:
        said = parse_error(head, error)
        # llhttp tells a number beside its reason; without one it has nothing against the bytes.
        if self.message.spilled and len(said.args) == 1:
            return HTTPParseError("a response that nobody asked for follows this one")
        return said

    def _ends_by_closing(self) -> bool:
        """Whether the body has no other end than that of the connection."""
        headers, _ = parse_headers(self.head())
        codings = ",".join(headers.getlist("transfer-encoding")).lower()
        return "content-length" not in headers and "chunked" not in codings

    # --- its life ------------------------------------------------------------------------------

    def is_fresh(self) -> bool:
        """Whether it can be used again: the other side neither closed it nor sent anything since.

        What comes between two requests is no answer to the next one.
        """
        if not self._poll(0):
            return True
        if not self.secure:
            return False
        try:
            self._recv(1)
        except SSLWantReadError:
            return True  # TLS's own affairs
        except OSError:
            return False
        return False

    def close(self) -> None:
        """Give it up. May be called again."""
        sock, self.sock = self.sock, None
        if sock is None:
            return
        self._stop_watching()
        self.message.parser = None
        sock.close()

    def __del__(self) -> None:
        self.close()

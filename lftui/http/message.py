"""One response as it is being received: what the parser (httptools, llhttp inside) calls back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from geventhttpclient.header import Headers
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

UPGRADED = 101


class Spilled(Exception):
    """A second response follows the one that was asked for."""


class Message:
    """The response that a connection is receiving; used again for the next one.

    The names of its methods are httptools'. No callback is asked for a header: whoever wants the
    headers reads them out of the head later (`parse_headers`), which most requests never do.

    Attributes:
        parts: the pieces of the body, as they came.
        status: 0 until the head of the final response is there; interim ones (1xx) do not count.
        keep_alive: the connection may be used again.
        complete: the body has ended.
        interim: an interim response (1xx) has ended.
        spilled: more came after the end: no answer to anything that was asked.
    """

    __slots__ = (
        "complete", "interim", "keep_alive", "on_body", "parser", "parts", "spilled", "status",
    )  # fmt: skip

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.on_body = self.parts.append
        self.parser: Any = HttpResponseParser(self)
        self.status = 0
        self.keep_alive = self.complete = self.interim = self.spilled = False

    def renew(self) -> None:
        """A new parser, where the old one waits for a body that a HEAD does not have."""
        self.parser = HttpResponseParser(self)

    def on_message_begin(self) -> None:
        """Something begins; after the end of the response it is one that nobody asked for.

        Raises:
            Spilled: that is so; the parser stops.
        """
        if self.complete:
            self.spilled = True
            raise Spilled

    def on_headers_complete(self) -> None:
        """A head is complete, perhaps an interim one."""
        status = self.parser.get_status_code()
        if status >= 200 or status == UPGRADED:
            self.status = status
            self.keep_alive = self.parser.should_keep_alive()

    def on_message_complete(self) -> None:
        """A response has ended, perhaps an interim one."""
        if self.status:
            self.complete = True
        else:
            self.interim = True

    def take_body(self) -> bytes:
        """What has come of the body; it is forgotten here."""
        parts = self.parts
        if len(parts) == 1:
            return parts.pop()
        body = b"".join(parts)
        parts.clear()
        return body


class _HeaderLines:
    """Collects the headers of the final response."""

    def __init__(self) -> None:
        self.headers = Headers()
        self.reason = ""
        self.done = False

    def on_message_begin(self) -> None:
        if not self.done:
            self.headers.clear()
            self.reason = ""

    def on_status(self, text: bytes) -> None:
        if not self.done:
            self.reason += text.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.done:  # a trailer is no header
            self.headers.add(name.decode("latin-1"), value.decode("latin-1"))

    def on_headers_complete(self) -> None:
        status = self.parser.get_status_code()
        self.done = status >= 200 or status == UPGRADED

    parser: Any = None


def parse_headers(head: bytes) -> tuple[Headers, str]:
    """The headers and the reason phrase of the (final) response in these bytes.

    Args:
        head: bytes that a parser has accepted before, at least to the end of the head.
    """
    lines = _HeaderLines()
    lines.parser = HttpResponseParser(lines)
    with suppress(HttpParserError, HttpParserUpgrade):  # what comes behind the head
        lines.parser.feed_data(head)
    lines.parser = None
    return lines.headers, lines.reason

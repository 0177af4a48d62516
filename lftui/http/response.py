"""A response. What of it is not asked for is not made: headers, text, the request behind it."""

from __future__ import annotations

import json as json_text
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from geventhttpclient.header import Headers
from locust.contrib.fasthttp import FastRequest, FastResponse, ResponseContextManager

from lftui.http.body import Body
from lftui.http.connection import Connection
from lftui.http.decoding import decode, decoder_for
from lftui.http.message import parse_headers
from lftui.http.request import Ask


class LeanResponse(FastResponse):
    """FastResponse's interface, over bytes that are looked at when somebody asks.

    Attributes:
        status_code: 0 where there is no response; then `headers`, `content` and `text` are None
            and `error` says why.
        error: why the request failed, if it did.
        broken: why its body did, if it did.
        kept: the body, decoded, unless it has still to be read.
        ask: the request that this is the response to, after redirects.
        history: the responses that redirected to this one, oldest first.
    """

    status_code = 0
    error: BaseException | None = None
    broken: BaseException | None = None
    kept: bytes | None = b""
    history: Any = []
    _known_headers: Headers | None = None
    _reason = ""
    _body: Body | None = None
    request_meta: dict[str, Any]
    _request_event: Any = None
    _elapsed_s = 0.0
    _raw = b""
    _unread = False

    def __init__(self, ask: Ask, status: int, head: bytes) -> None:
        self.ask = ask
        self.status_code = status
        self._head = head

    # --- what it says --------------------------------------------------------------------------

    @property
    def headers(self) -> Headers | None:  # type: ignore[override]
        """The headers, by name in any case."""
        if self._known_headers is None and self.status_code:
            self._known_headers, self._reason = parse_headers(self._head)
        return self._known_headers

    @property
    def reason(self) -> str:
        """The status line's text."""
        return self._reason if self.headers is not None else ""

    @property
    def cookies(self) -> Any:
        """The cookies that this response sets, by name."""
        from lftui.http.cookies import Cookies

        cookies = Cookies()
        if self.headers is not None and "set-cookie" in self.headers:
            cookies.take(self.headers, self.wire_url)
        return cookies.jar

    @property
    def elapsed(self) -> timedelta:
        """From sending the request to the first byte of the response."""
        return timedelta(seconds=self._elapsed_s)

    @property
    def url(self) -> str | None:
        """The URL, redirects followed."""
        return self.ask.url

    @property
    def wire_url(self) -> str:
        """The URL as it was sent, query included."""
        return self.ask.origin.base + self.ask.uri

    @property
    def request(self) -> FastRequest:  # type: ignore[override]
        """The request as it was sent."""
        made: FastRequest | None = self.__dict__.get("_made_request")
        if made is None:
            made = _request_of(self.ask)
            self.__dict__["_made_request"] = made
        return made

    # --- its body ------------------------------------------------------------------------------

    def attach(self, connection: Connection, release: Callable[[Connection], None]) -> None:
        """Read the body from this connection when it is asked for."""
        decoder = decoder_for(self.coding())
        self._body = Body(connection, release, decoder)
        self._unread = True

    @property
    def content(self) -> bytes | None:  # type: ignore[override]
        """The body, decoded; None where there is no response."""
        if self._unread:
            if self._body is not None:
                self.kept = self._body.read()
            else:
                self.kept = decode(self._raw, self.coding())
            self._unread = False
        return self.kept

    def coding(self) -> str:
        """The Content-Encoding; "" for none."""
        return ",".join(self.headers.getlist("content-encoding")) if self.headers else ""

    def keep_raw(self, raw: bytes) -> None:
        """A body that could not be decoded: whoever asks for it is told why."""
        self._raw = raw
        self._unread = True

    @property
    def _response(self) -> Any:
        """What FastResponse calls for reading."""
        if self._body is None:
            self._body = Body(None, content=self.content or b"")
        return self._body

    @_response.setter
    def _response(self, value: Any) -> None:
        self._body = value

    def json(self, **options: Any) -> Any:
        """The body, parsed as JSON.

        Raises:
            ValueError: it is none.
        """
        content = self.content
        if content is not None and not options and self.encoding is None:
            head = self._head[:4096].lower()
            if head.count(b"charset=") == head.count(b"charset=utf-8"):
                with suppress(UnicodeDecodeError):  # as text, the odd byte is replaced
                    return json_text.loads(content)
        return json_text.loads(self.text, **options)  # type: ignore[arg-type]

    def iter_content(self, chunk_size: int | None = 1024, decode_content: bool = True) -> Any:
        """The body in pieces of at most this size, as soon as they are there.

        Args:
            decode_content: pieces that are UTF-8 come as text.
        """
        body = self._response
        while piece := body.read_some(chunk_size or 1 << 16):
            if decode_content:
                try:
                    yield piece.decode("utf-8")
                    continue
                except UnicodeDecodeError:
                    pass  # as bytes
            yield piece

    def iter_lines(self, chunk_size: int = 512, **_: Any) -> Iterator[bytes]:
        """The body line by line, without the lines' ends."""
        pending = b""
        body = self._response
        while piece := body.read_some(chunk_size):
            *lines, pending = (pending + piece).split(b"\n")
            yield from (line.removesuffix(b"\r") for line in lines)
        if pending:
            yield pending

    def release(self) -> None:
        """Give the connection back."""
        if self._body is not None:
            self._body.release()

    close = release

    def __len__(self) -> int:
        declared = self.headers.get("content-length") if self.headers is not None else None
        return int(declared) if isinstance(declared, str) else len(self.content or b"")

    def __bool__(self) -> bool:
        return True


class CaughtResponse(LeanResponse, ResponseContextManager):
    """The response of a `with` block (`catch_response=True`), which decides what it counts as.

    `success`, `failure` and the block's end are Locust's own.
    """

    _catch_response = True


def _request_of(ask: Ask) -> FastRequest:
    headers = Headers()
    for line in ask.head().split("\r\n")[1:]:
        name, colon, value = line.partition(": ")
        if colon:
            headers.add(name, value)
    return FastRequest(ask.url, method=ask.method, headers=headers, payload=ask.body or None)

"""A request as it goes over the wire: request line, headers, body."""

from __future__ import annotations

import json as json_text
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from geventhttpclient.header import Headers
from geventhttpclient.url import URL
from locust.contrib.fasthttp import LocustUserAgent

from lftui.http.headers import FORM, JSON, OCTETS, TEXT, Block, Without
from lftui.http.origin import Origin, resolve

_CARRIES_BODY = frozenset({"POST", "PUT", "PATCH"})

_multipart = LocustUserAgent()


class Ask:
    """One request: what was asked for, and what is sent.

    Attributes:
        url: as FastHttpUser says it in events: the base URL and the path, before redirects.
        origin, uri: where it goes, and what stands in its request line.
        body: bytes, or something to read or iterate.
        kind: that of the body.
        cookie: the Cookie header's value; "" for none.
        timeout, connection_timeout: seconds; None for any.
    """

    __slots__ = (
        "authorization", "block", "body", "connection_timeout", "cookie", "headers", "kind",
        "method", "origin", "stream", "timeout", "uri", "url", "without",
    )  # fmt: skip

    block: Block
    without: Without
    timeout: float | None
    connection_timeout: float | None

    def __init__(
        self,
        method: str,
        url: str,
        origin: Origin,
        uri: str,
        kind: str,
        body: Any,
        headers: Mapping[str, Any] | None,
        authorization: str | None,
    ) -> None:
        self.method = method
        self.url = url
        self.origin = origin
        self.uri = uri
        self.kind = kind
        self.body = body
        self.headers = headers
        self.authorization = authorization
        self.cookie = ""
        self.stream = False

    def head(self, proxied: bool = False) -> str:
        """Request line and headers, to the empty line; not for a body of unknown length."""
        block, body = self.block, self.body
        uri = self.origin.base + self.uri if proxied else self.uri
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        length = ""
        if block.plain and type(body) is bytes:
            if body or self.method in _CARRIES_BODY:
                length = f"Content-Length: {len(body)}\r\n"
            return f"{self.method} {uri}{self.origin.host_line}{block.text}{cookie}{length}\r\n"
        names = block.names
        first = " HTTP/1.1\r\n" if "host" in names else self.origin.host_line
        has_length = "content-length" in names or "transfer-encoding" in names
        if not has_length and isinstance(body, bytes) and (body or self.method in _CARRIES_BODY):
            length = f"Content-Length: {len(body)}\r\n"
        return f"{self.method} {uri}{first}{block.text}{cookie}{length}\r\n"


def encode_body(data: Any, json: Any) -> tuple[str, Any]:
    """The kind of a body, and the body: bytes, or something to read or iterate."""
    if not data:
        if json is None:
            return "", b""
        return JSON, json_text.dumps(json).encode()
    if isinstance(data, str):
        return TEXT, data.encode()
    if isinstance(data, bytes):
        return OCTETS, data
    if isinstance(data, Mapping):
        return FORM, urlencode(data, doseq=True).encode()
    if isinstance(data, bytearray | memoryview):
        return OCTETS, bytes(data)
    if isinstance(data, list | tuple) and all(isinstance(pair, tuple) for pair in data):
        return FORM, urlencode(data, doseq=True).encode()
    return OCTETS, data


def encode_files(files: Any, data: Any) -> tuple[str, bytes]:
    """A multipart body and its content type; `data` are the form's other fields.

    Raises:
        ValueError: `data` is a text or bytes.
    """
    made = _multipart._make_request(
        "http://localhost/", "POST", headers=Headers(), payload=data, files=files
    )
    body = made.payload
    assert isinstance(body, bytes)
    return str(made.headers["content-type"]), body


def with_params(url: str, params: Any) -> tuple[Origin, str]:
    """What `resolve` says, with `params` in the query."""
    return resolve(str(URL(url, params=params)))


def basic_auth(user: str | bytes, password: str | bytes) -> str:
    """The value of an Authorization header."""
    pair = [part.encode("latin1") if isinstance(part, str) else part for part in (user, password)]
    return "Basic " + b64encode(b":".join(pair)).decode("ascii")

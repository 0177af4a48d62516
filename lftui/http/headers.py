"""The header lines of requests, checked and put together once for each combination."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lftui import __version__

Without = frozenset[str]
NOTHING: Without = frozenset()
CONTENT: Without = frozenset({"content-type", "content-length", "content-encoding"})
"""Headers that go with a body that a redirect drops."""

JSON, FORM, TEXT, OCTETS = "json", "form", "text", "octets"
_CONTENT_TYPES = {
    JSON: "application/json",
    FORM: "application/x-www-form-urlencoded; charset=utf-8",
    TEXT: "text/plain; charset=utf-8",
    OCTETS: "application/octet-stream",
}
_ENCODINGS = "gzip, deflate, br"
_CACHED_BLOCKS = 4096
_SPECIAL = frozenset({"host", "cookie", "content-length", "transfer-encoding", "expect"})
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*\Z")


class Block:
    """The header lines of a request, without Host, Cookie and Content-Length.

    Attributes:
        text: the lines, each with its end.
        names: their names in lower case.
        plain: nothing in them changes how the body is sent, or who says Host or Cookie.
    """

    __slots__ = ("names", "plain", "text")

    def __init__(self, lines: Mapping[str, tuple[str, Any]]) -> None:
        self.text = "".join(_line(name, value) for name, value in lines.values())
        self.names = frozenset(lines)
        self.plain = not _SPECIAL & self.names


class Defaults:
    """The headers that every request of a session has, and the blocks built with them.

    A load sends the same headers again and again: each combination is checked and put together
    once.
    """

    def __init__(self, headers: Mapping[str, Any] | None = None) -> None:
        self.headers: dict[str, Any] = {
            "User-Agent": f"lftui/{__version__} (LeanHttpUser)",
            **(headers or {}),
        }
        self._blocks: dict[Any, Block] = {}

    def block(
        self,
        kind: str,
        authorization: str | None,
        headers: Mapping[str, Any] | None,
        without: Without = NOTHING,
    ) -> Block:
        """The block of a request.

        Args:
            kind: that of the body; "" for none.
            authorization: the value of that header; None for none.
            headers: the request's own; they win over the session's.
            without: names in lower case that a redirect has dropped.

        Raises:
            ValueError: a name or a value cannot stand in a request.
        """
        key: Any = (kind, authorization, without)
        if headers:
            key += tuple(headers.items())
        try:
            found = self._blocks.get(key)
        except TypeError:  # a value that is a list
            return self._build(kind, authorization, headers, without)
        if found is None:
            found = self._build(kind, authorization, headers, without)
            # 1, 1.0 and True are one key, but not one text.
            if all(type(value) is str for value in (headers or {}).values()):
                if len(self._blocks) >= _CACHED_BLOCKS:
                    self._blocks.clear()
                self._blocks[key] = found
        return found

    def changed(self) -> None:
        """Forget the blocks: `headers` is another than it was."""
        self._blocks.clear()

    def _build(
        self,
        kind: str,
        authorization: str | None,
        headers: Mapping[str, Any] | None,
        without: Without,
    ) -> Block:
        lines: dict[str, tuple[str, Any]] = {}
        for name, value in [*self.headers.items(), *(headers or {}).items()]:
            lines[_lower(name)] = (name, value)
        if authorization:
            lines["authorization"] = ("Authorization", authorization)
        lines.setdefault("accept-encoding", ("Accept-Encoding", _ENCODINGS))
        if kind:
            lines.setdefault("content-type", ("Content-Type", _CONTENT_TYPES[kind]))
        if kind == JSON:
            lines.setdefault("accept", ("Accept", "application/json"))
        kept = {
            name: (plain, value)
            for name, (plain, value) in lines.items()
            if name not in without and value is not None
        }
        return Block(kept)


_shared_defaults: dict[Any, Defaults] = {}


def defaults_of(headers: Mapping[str, Any] | None) -> Defaults:
    """The default headers, shared by all sessions that have the same ones."""
    try:
        key = tuple((headers or {}).items())
        known = _shared_defaults.get(key)
    except TypeError:
        return Defaults(headers)
    if known is None:
        known = Defaults(headers)
        if len(_shared_defaults) < 1000:
            _shared_defaults[key] = known
    return known


def check_method(method: Any) -> str:
    """The method as it goes over the wire.

    Raises:
        ValueError: it cannot stand in a request.
    """
    if not isinstance(method, str) or not _TOKEN.match(method):
        raise ValueError(f"invalid HTTP method {method!r}")
    return method.upper()


def _lower(name: Any) -> str:
    if not isinstance(name, str) or not _TOKEN.match(name):
        raise ValueError(f"invalid header field name {name!r}")
    return name.lower()


def _line(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return "".join(_line(name, one) for one in value)
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    if not _VALUE.match(text):
        raise ValueError(f"invalid value for header field {name!r}: {value!r}")
    return f"{name}: {text}\r\n"

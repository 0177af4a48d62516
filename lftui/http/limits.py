"""How much of a response is taken: a server may send for ever."""

from __future__ import annotations

from lftui.http.failures import HTTPParseError

HEAD = 1 << 20
"""The most bytes that interim responses and the head may have."""

BODY = 1 << 30
"""The most bytes that a body may have, decoded. One that its user reads in pieces may go on."""


def too_large(part: str, limit: int) -> HTTPParseError:
    """The refusal of a response beyond a limit."""
    return HTTPParseError(f"the response's {part} is larger than {limit:,} bytes")

"""What can go wrong with a request, said with FastHttpUser's own exceptions and texts."""

from __future__ import annotations

import errno
import socket
import ssl

import gevent
from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError, HTTPResponse
from geventhttpclient.useragent import (
    RetriesExceeded,
    UnrewoundBodyError,
    UnsupportedRedirectSchemeError,
)
from httptools import HttpParserUpgrade
from locust.contrib.fasthttp import FAILURE_EXCEPTIONS, LocustBadStatusCode, LocustUserAgent

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""Methods that may be sent again when nobody knows whether the first time arrived."""

GOOD_STATUS = LocustUserAgent.valid_response_codes
REDIRECT_STATUS = LocustUserAgent.redirect_response_codes

_PASSING = frozenset({errno.ETIMEDOUT, errno.ENOLINK, errno.ENOENT, errno.EPIPE})
_UPGRADE = ("Pause on CONNECT/Upgrade", 22)
_INCOMPLETE = "Incomplete response."


def is_passing(error: BaseException) -> bool:
    """Whether `max_retries` is meant for it: a timeout, a broken pipe."""
    if isinstance(error, TimeoutError | gevent.Timeout):
        return True
    if isinstance(error, ssl.SSLError) and "read operation timed out" in str(error):
        return True
    return isinstance(error, socket.error) and error.errno in _PASSING


def parse_error(head: bytes, error: Exception) -> HTTPParseError:
    """The refusal of a response, in FastHttpUser's words.

    Its parser is the same llhttp, but tells the error's number beside its reason: it looks again
    at what was received, when that is at hand.

    Args:
        head: all bytes received, or none where there are more.
        error: what httptools raised.
    """
    if isinstance(error, HttpParserUpgrade):
        return upgrade_refused()
    if head:
        try:
            HTTPResponse().feed(head)
        except HTTPParseError as known:
            return known.with_traceback(None)
    return HTTPParseError(str(error))


def upgrade_refused() -> HTTPParseError:
    """The other side wants to speak another protocol (101)."""
    return HTTPParseError(*_UPGRADE)


def ended_early(head: bytes, in_body: bool) -> HTTPParseError:
    """The other side closed the connection in the middle of a response.

    Args:
        head: what was received of its head.
        in_body: the head was complete.
    """
    if not head:
        return HTTPConnectionClosed("connection closed.")
    if in_body:
        return HTTPParseError(_INCOMPLETE)
    again = HTTPResponse()
    try:
        again.feed(head)
        again.feed(b"")
    except HTTPParseError as known:
        return known.with_traceback(None)
    return HTTPParseError(_INCOMPLETE)


__all__ = [
    "FAILURE_EXCEPTIONS",
    "GOOD_STATUS",
    "IDEMPOTENT",
    "REDIRECT_STATUS",
    "HTTPConnectionClosed",
    "HTTPParseError",
    "LocustBadStatusCode",
    "RetriesExceeded",
    "UnrewoundBodyError",
    "UnsupportedRedirectSchemeError",
    "ended_early",
    "is_passing",
    "parse_error",
    "upgrade_refused",
]

"""Which cause a failure has, by its status, exception, errno and text."""

from __future__ import annotations

import errno
import re
from functools import lru_cache

import msgspec

Cause = str
"""A key of `remedies.ADVICE`."""


class Failure(msgspec.Struct, frozen=True):
    """What is known of a failure.

    Attributes:
        status: the HTTP status; None or 0 where no response came.
        exception: the name of its class; empty where the failure is a text.
        text: the message with numbers folded; `sample` one as it was.
    """

    status: int | None = None
    exception: str = ""
    errno: int | None = None
    text: str = ""
    sample: str = ""


@lru_cache(maxsize=600)  # a live screen asks once a second for the same few
def cause_of(failure: Failure) -> Cause:
    """The cause, from the surest sign to the least sure: the status, the exception's class, the
    system's errno, the words of the text."""
    if not failure.exception and not failure.status:
        for pattern, name in _NO_FAILURE:
            if pattern.match(failure.text):
                return name
    if failure.status and failure.status >= 400:
        return of_status(failure.status)
    if failure.exception in _BY_SCRIPT:
        return _of_check(failure)
    cause = _of_exception(failure)
    if cause is None and failure.status:
        return _of_check(failure)
    cause = cause or _status_in(failure.sample) or "other"
    # A body that breaks off has had a status, or the client says what is missing of it.
    if cause == "reset" and (failure.status or _HALF.search(failure.text)):
        return "cut"
    return cause


def of_status(status: int) -> Cause:
    """The cause of a response with a status of 400 or more."""
    return _BY_STATUS.get(status, "server_error" if status >= 500 else "client_error")


def of_text(text: str) -> Cause | None:
    """The cause that the words of a message speak of; None where they tell none."""
    for pattern, cause in _BY_TEXT:
        if pattern.search(text):
            return cause
    return None


def _of_exception(failure: Failure) -> Cause | None:
    kind = failure.exception
    if kind.startswith(("SSL", "CertificateError")):
        return of_text(f"SSL {failure.text}")
    if kind == "gaierror":
        return _BY_GAI.get(failure.errno or 0, "dns")
    if failure.errno in _BY_ERRNO:
        return _BY_ERRNO[failure.errno]
    if kind in _CLASSES:
        return _CLASSES[kind]
    # Of a response that came, only what the clients themselves raise is no word of the script.
    return of_text(failure.text) if not failure.status or kind in _OF_CLIENTS else None


def _of_check(failure: Failure) -> Cause:
    """What the script itself called a failure."""
    if not failure.status:
        known = of_text(failure.text) or _status_in(failure.sample)
        if known is not None:
            return known
        if failure.status == 0:
            return "no_response"
    if _RAISED.search(failure.text):
        return "script"
    if _NO_JSON.search(failure.text):
        return "check_json"
    return "check_slow" if _SLOW.search(failure.text) else "check"


def _status_in(text: str) -> Cause | None:
    """The cause by a status that the clients write into their texts."""
    found = _STATUS.search(text)
    return of_status(int(found[found.lastindex or 1])) if found else None


def _names(cause: Cause, names: str) -> dict[str, Cause]:
    return dict.fromkeys(names.split(), cause)


# By the name of the class, since a journal holds no more of it. Locust's own clients (requests,
# geventhttpclient) first, then those that locustfiles use beside them.
_CLASSES: dict[str, Cause] = {
    **_names("memory", "MemoryError"),
    **_names("refused", "ConnectionRefusedError"),
    **_names(
        "reset",
        "ConnectionResetError ConnectionAbortedError BrokenPipeError RemoteDisconnected "
        "HTTPConnectionClosed ChunkedEncodingError IncompleteRead EmptyResponse "
        "ServerDisconnectedError RemoteProtocolError ConnectionClosed ConnectionClosedError",
    ),
    **_names("dns", "NameResolutionError"),
    **_names("proxy", "ProxyError"),
    **_names("pool", "EmptyPoolError ClosedPoolError FullPoolError PoolTimeout"),
    **_names("shared_socket", "ConcurrentObjectUseError"),
    **_names("connect_timeout", "ConnectTimeout ConnectTimeoutError"),
    **_names("read_timeout", "ReadTimeout ReadTimeoutError WriteTimeout"),
    **_names("read_timeout", "TimeoutError Timeout timeout"),
    **_names("redirects", "TooManyRedirects UnsupportedRedirectSchemeError"),
    **_names("malformed", "BadStatusLine ContentDecodingError DecodeError InvalidChunkLength"),
    **_names("check_json", "JSONDecodeError"),
    **_names(
        "script_request",
        "InvalidURL InvalidSchema MissingSchema InvalidHeader LocationParseError "
        "UnsupportedProtocol UnrewoundBodyError",
    ),
    **_names(
        "script",
        "KeyError TypeError AttributeError IndexError NameError UnboundLocalError "
        "ZeroDivisionError RecursionError NotImplementedError ImportError ModuleNotFoundError "
        "FileNotFoundError UnicodeDecodeError UnicodeEncodeError LocustError StopIteration",
    ),
}
_BY_SCRIPT = frozenset({"CatchResponseError", "ResponseError", "AssertionError"})
_OF_CLIENTS = frozenset({"HTTPParseError", "ProtocolError", "ConnectionError", "OSError", "error"})
_BY_STATUS: dict[int, Cause] = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method",
    407: "proxy",
    409: "conflict",
    413: "too_large",
    422: "bad_request",
    429: "rate_limit",
    500: "server_crash",
    502: "gateway",
    503: "overload",
    504: "gateway",
}
_BY_ERRNO: dict[int, Cause] = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.ECONNABORTED: "reset",
    errno.EPIPE: "reset",
    errno.ENOTCONN: "reset",
    errno.EBADF: "reset",
    errno.ENETUNREACH: "unreachable",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETDOWN: "unreachable",
    errno.EHOSTDOWN: "unreachable",
    errno.EPERM: "not_permitted",
    errno.EACCES: "not_permitted",
    errno.EADDRNOTAVAIL: "ports",
    errno.EADDRINUSE: "ports",
    errno.EMFILE: "files",
    errno.ENFILE: "files_system",
    errno.ETIMEDOUT: "connect_timeout",
    errno.ENOMEM: "memory",
    errno.ENOBUFS: "memory",
    errno.EPROTO: "malformed",
}
_BY_GAI: dict[int, Cause] = {-2: "dns", -3: "dns_busy", -5: "dns"}
"""getaddrinfo's numbers under Linux: unknown name, no answer, no address."""

_NO_FAILURE = (
    (re.compile(r"other failures \(more than \d+ kinds"), "many_kinds"),
    (re.compile(r"\(unnamed\)$"), "unnamed"),
)
_HALF = re.compile(r"IncompleteRead|ended prematurely|Incomplete response")
_RAISED = re.compile(
    r"""^(?:\w+\(["'])?\w*(?:Error|Exception|Warning): .*? at [^\s:]+:[^\s:]+ in \w""", re.S
)
_NO_JSON = re.compile(r"\bJSON\b|Expecting value")
_SLOW = re.compile(r"too (?:slow|long)|slow(?:er)?\b|took \S+ ?m?s\b|timed? ?-?out", re.I)
_STATUS = re.compile(
    r"\b([45]\d\d) (?:Client|Server) Error|\bcode=([45]\d\d)\b|too many ([45]\d\d) error"
)
# The first that is found; so what says most stands above what says less.
_BY_TEXT = tuple(
    (re.compile(pattern, re.I), cause)
    for pattern, cause in (
        (r"MemoryError|Cannot allocate memory|No buffer space|out of memory", "memory"),
        (r"can't start new thread", "threads"),
        (r"Too many open files in system", "files_system"),
        (r"Too many open files", "files"),
        (r"Cannot assign requested address|Address already in use", "ports"),
        (r"Pool is empty|pool closed|pool is closed|PoolTimeout|QueuePool limit", "pool"),
        (r"already used by another greenlet|ConcurrentObjectUseError", "shared_socket"),
        (r"name resolution|EAI_AGAIN", "dns_busy"),
        (r"Name or service not known|nodename nor servname|No address assoc|gaierror", "dns"),
        (r"NameResolutionError|getaddrinfo|Cannot resolve", "dns"),
        (r"CERTIFICATE_VERIFY|certificate verify|hostname mismatch", "tls_certificate"),
        (r"WRONG_VERSION_NUMBER|RECORD_LAYER|UNKNOWN_PROTOCOL|HTTP_REQUEST\b", "tls_plain"),
        (r"handshake operation timed out", "connect_timeout"),
        (r"read operation timed out", "read_timeout"),
        (r"\bSSL|\bTLS\b|handshake", "tls"),
        (r"Cannot connect to proxy|Proxy CONNECT|Proxy closed|Tunnel connection", "proxy"),
        (r"Redirection limit|refusing to follow redirect|Exceeded \S+ redirects", "redirects"),
        (r"Connection refused", "refused"),
        (r"unreachable|No route to host", "unreachable"),
        (r"Operation not permitted|Permission denied", "not_permitted"),
        (r"ConnectTimeout|connect time-?out|Connection to \S+ timed out", "connect_timeout"),
        (r"Connection timed out", "connect_timeout"),
        (r"timed out|time-?out\b|TimeoutError|DEADLINE_EXCEEDED", "read_timeout"),
        (r"original=\S+ seconds?\b", "read_timeout"),  # gevent.Timeout in geventhttpclient's text
        (r"reset by peer|RemoteDisconnected|Remote end closed|Broken pipe", "reset"),
        (r"connection (?:was )?(?:closed|aborted|broken|lost|reset)", "reset"),
        (r"IncompleteRead|ended prematurely|Incomplete response", "reset"),
        (r"Expected HTTP/|BadStatusLine|decompressing|content-encoding", "malformed"),
        (r"Protocol error|HTTPParseError|InvalidChunkLength", "malformed"),
        (r"InvalidURL|InvalidSchema|MissingSchema|No scheme supplied", "script_request"),
        (r"Failed to parse: |Invalid URL|must specify the base host", "script_request"),
        (r"RESOURCE_EXHAUSTED|Too Many Requests", "rate_limit"),
    )
)

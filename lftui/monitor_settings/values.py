"""URLs and durations of `[monitor]`."""

from __future__ import annotations

from urllib.parse import urlsplit

from lftui.plan import parse_duration

_LONGEST = 2_000


def http_url(url: str) -> str:
    """The URL, which is to be asked over HTTP.

    Raises:
        ValueError: it is none, or holds a password.
    """
    try:
        parts = urlsplit(url)
        named = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        named, parts = None, urlsplit("")
    clean = url.isprintable() and " " not in url and len(url) <= _LONGEST
    if not named or not clean or parts.scheme not in ("http", "https"):
        raise ValueError("this is no URL like http://127.0.0.1:9090")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a URL with a password would be shown; send it as a header, env:VARIABLE")
    return url


def pace(given: object) -> float:
    """Seconds between two readings.

    Raises:
        ValueError: it is no duration from 1 to 5 s.
    """
    seconds = parse_duration(str(given))
    if not 1.0 <= seconds <= 5.0:
        raise ValueError(f"'{given}' is not from 1s to 5s")
    return seconds


def patience(given: object) -> float:
    """Seconds that an answer is waited for.

    Raises:
        ValueError: it is no duration from 0.1 to 10 s.
    """
    seconds = parse_duration(str(given))
    if not 0.1 <= seconds <= 10.0:
        raise ValueError(f"'{given}' is not from 0.1s to 10s")
    return seconds

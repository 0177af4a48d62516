"""Following a redirect: what of the request goes along, and what stays behind."""

from __future__ import annotations

from geventhttpclient.url import URL

from lftui.http.failures import UnrewoundBodyError, UnsupportedRedirectSchemeError
from lftui.http.headers import CONTENT
from lftui.http.origin import Origin, resolve
from lftui.http.request import Ask

_CHANGES_METHOD = frozenset({301, 302, 303})
_COOKIES = frozenset({"cookie", "cookie2"})
_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})


def redirected(ask: Ask, status: int, location: str, first: Origin) -> Ask:
    """The request that a redirect asks for.

    After 301, 302 and 303 it is a GET without a body (HEAD stays HEAD); 307 and 308 repeat it as
    it was. Credentials go to the origin that they were meant for, and cookies are chosen anew.

    Args:
        location: the Location header.
        first: the origin of the first request.

    Raises:
        UnsupportedRedirectSchemeError: it leads out of HTTP.
        UnrewoundBodyError: the body would have to be sent again, and cannot be.
    """
    here = ask.origin.base + ask.uri
    target = URL(here).redirect(location)
    if target.scheme not in ("http", "https"):
        raise UnsupportedRedirectSchemeError(
            ask.url, f"refusing to follow redirect to {target.scheme!r} URL"
        )
    url = str(target)
    origin, uri = resolve(url)
    method, kind, body, without = ask.method, ask.kind, ask.body, ask.without | _COOKIES
    if status in _CHANGES_METHOD:
        method = method if method == "HEAD" else "GET"
        kind, body, without = "", b"", without | CONTENT
    else:
        _rewind(ask)
    if origin is not first:
        without |= _CREDENTIALS
    follower = Ask(method, url, origin, uri, kind, body, ask.headers, ask.authorization)
    follower.without = without
    follower.stream = ask.stream
    follower.timeout, follower.connection_timeout = ask.timeout, ask.connection_timeout
    return follower


def _rewind(ask: Ask) -> None:
    if isinstance(ask.body, bytes):
        return
    try:
        ask.body.seek(0)
    except (AttributeError, OSError) as error:
        raise UnrewoundBodyError(
            ask.url, "payload cannot be rewound and resent after a redirect"
        ) from error

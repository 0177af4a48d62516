"""A session's cookies by RFC 6265. Until a server sets one there is no jar and no cost."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from geventhttpclient.header import Headers
from geventhttpclient.url import URL
from locust.contrib.fasthttp import FastRequest

_CACHED = 256


class _Told:
    """A response as `http.cookiejar` wants to see one."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers

    def info(self) -> Headers:
        return self._headers


class Cookies:
    """The jar of a session, and the Cookie headers made from it.

    The standard library's jar goes through all its cookies for each request. A header that was
    made once holds until a cookie changes or expires.

    Attributes:
        in_use: there is a jar.
    """

    def __init__(self) -> None:
        self.in_use = False
        self._jar: Any = None
        self._headers: dict[str, str] = {}
        self._good_until = 0.0
        self._last_set: Any = None
        self._shown = False

    @property
    def jar(self) -> Any:
        """The jar itself. Whoever has it may change it: from then on nothing is remembered."""
        self._shown = True
        return self._open()

    @jar.setter
    def jar(self, jar: Any) -> None:
        self._shown = self.in_use = True
        self._jar = jar

    def header(self, url: str, extra: Mapping[str, str] | None = None) -> str:
        """The value of the Cookie header for this URL; "" for none.

        Args:
            extra: cookies of this one request.
        """
        value = self._from_jar(url) if self.in_use else ""
        if extra:
            given = "; ".join(f"{name}={cookie}" for name, cookie in extra.items())
            value = f"{value}; {given}" if value else given
        return value

    def take(self, headers: Headers, url: str) -> None:
        """Keep what a response sets."""
        lines = headers.getlist("set-cookie")
        parts = URL(url)
        this = (parts.scheme, parts.netloc, parts.path, lines)
        # The same session cookie with every response changes nothing.
        if this == self._last_set and not self._shown:
            return
        self._open().extract_cookies(_Told(headers), FastRequest(url, headers=Headers()))
        self._headers.clear()
        text = ";".join(lines).lower()
        self._last_set = None if "expires" in text or "max-age" in text else this

    def _open(self) -> Any:
        if self._jar is None:
            from requests.cookies import RequestsCookieJar

            self._jar = RequestsCookieJar()
            self.in_use = True
        return self._jar

    def _from_jar(self, url: str) -> str:
        place = url.partition("?")[0]
        known = self._headers.get(place)
        now = time.time()
        if known is not None and now < self._good_until and not self._shown:
            return known
        request = FastRequest(place, headers=Headers())
        self._jar.add_cookie_header(request)
        value = str(request.headers.get("Cookie", ""))
        if now >= self._good_until or len(self._headers) >= _CACHED:
            self._headers.clear()
            ends = [cookie.expires for cookie in self._jar if cookie.expires is not None]
            self._good_until = min([float(end) for end in ends if end > now], default=now + 3600)
        self._headers[place] = value
        return value

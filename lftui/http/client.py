"""The session that a LeanHttpUser has as its `client`: FastHttpSession's interface."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from gevent import GreenletExit, getcurrent
from locust.contrib.fasthttp import FAILURE_EXCEPTIONS, absolute_http_url_regexp

from lftui.http import under_way
from lftui.http.headers import NOTHING, check_method
from lftui.http.origin import PLAIN_PATH, Origin, resolve
from lftui.http.request import Ask, basic_auth, encode_body, encode_files, with_params
from lftui.http.response import CaughtResponse, LeanResponse
from lftui.http.session import Session
from lftui.http.timings import KEY

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_NO_CONTEXT: dict[str, Any] = {}


class LeanHttpSession(Session):
    """Sends requests and fires Locust's `request` event for each."""

    def request(
        self,
        method: str,
        url: str,
        name: str | None = None,
        data: Any = None,
        catch_response: bool = False,
        stream: bool = False,
        headers: Mapping[str, Any] | None = None,
        auth: tuple[str | bytes, str | bytes] | None = None,
        json: Any = None,
        allow_redirects: bool = True,
        context: Mapping[str, Any] = _NO_CONTEXT,
        params: Any = None,
        files: Any = None,
        cookies: Mapping[str, str] | None = None,
        timeout: Any = None,
        max_redirects: int | None = None,
        max_retries: int | None = None,
        **unknown: Any,
    ) -> Any:
        """Send a request, and tell Locust of it.

        Args:
            url: a path behind the base URL, or a whole URL.
            name: stands for the URL in the figures.
            data: the body: text, bytes, a form as a dict, a file, or an iterable.
            json: a body to be written as JSON; where there is no `data`.
            catch_response: the response is a context manager, whose block decides what it counts
                as; it is counted at the end of the block.
            stream: leave the body to be read from the response; its time does not count.
            auth: user and password.
            context: goes into the event.
            params: the URL's query, further to what it has.
            files: parts of a multipart form, as requests takes them.
            cookies: further cookies of this request.
            timeout: seconds that the other side may be silent, or a pair: to connect, silent.
            max_redirects, max_retries: in the place of the session's.

        Returns:
            A `LeanResponse`; its `status_code` is 0 where there was no response.

        Raises:
            ValueError, TypeError: no such request can be sent.
        """
        if unknown:
            raise TypeError(_not_served(unknown))
        if self.request_name and not name:
            name = self.request_name
        start_time = time.time()
        ask = self._ask(method, url, data, json, headers, auth, params, files)
        if cookies or self.exchange.cookies.in_use:
            self._add_cookies(ask, cookies)
        ask.stream = stream
        ask.timeout, ask.connection_timeout = self._network_timeout, self._connection_timeout
        if timeout is not None:
            ask.timeout, ask.connection_timeout = _timeouts(timeout)
        if self.user:
            context = {**self.user.context(), **context}
        redirects = self.exchange.max_redirects if max_redirects is None else max_redirects
        retries = self.exchange.max_retries if max_retries is None else max_retries
        make = CaughtResponse if catch_response else LeanResponse
        timings: dict[str, float] | None = None
        if self.timings:
            timings = {}
            context = {**context, KEY: timings}
        response, response_time = self._perform(
            ask, make, redirects if allow_redirects else 0, retries, timings
        )
        meta = {
            "request_type": method,
            "response_time": response_time,
            "name": name or url,
            "context": context,
            "response": response,
            "exception": response.error or response.broken,
            "start_time": start_time,
            "url": ask.url,
            "response_length": _length(response, stream),
        }
        if catch_response:
            response._request_event = self.request_event
            response.request_meta = meta
        else:
            self.request_event.fire(**meta)
        return response

    def _perform(
        self,
        ask: Ask,
        make: type[LeanResponse],
        redirects: int,
        retries: int,
        timings: dict[str, float] | None,
    ) -> tuple[LeanResponse, float]:
        """The response, and the milliseconds that it took."""
        greenlet = getcurrent()
        if under_way.leaving:
            under_way.turn_away(greenlet)
        clock, began = time.perf_counter, under_way.began
        began[greenlet] = start = clock()
        try:
            response = self.exchange.send(ask, make, redirects, retries, timings)
            return response, (clock() - start) * 1000
        except FAILURE_EXCEPTIONS as error:
            taken = (clock() - start) * 1000
            response = make(ask, 0, b"")
            response.error = error
            response.kept = None
            return response, taken
        except GreenletExit:
            under_way.count_cut()
            raise
        finally:
            began.pop(greenlet, None)
            if under_way.leaving:
                under_way.tell_over(greenlet)

    def _ask(
        self,
        method: str,
        url: str,
        data: Any,
        json: Any,
        headers: Mapping[str, Any] | None,
        auth: tuple[str | bytes, str | bytes] | None,
        params: Any,
        files: Any,
    ) -> Ask:
        if method not in _METHODS:
            method = check_method(method)
        origin = self._origin
        if origin is not None and params is None and PLAIN_PATH.match(url):
            built, uri = f"{self._base_url}{url}", self._prefix + url
        else:
            built, origin, uri = self._locate(url, params)
        if files:
            content_type, body = encode_files(files, data)
            kind = ""
            headers = {**(headers or {}), "Content-Type": content_type}
        elif data or json is not None:
            kind, body = self._encode(data, json)
        else:
            kind, body = "", b""
        authorization = basic_auth(auth[0], auth[1]) if auth else self.auth_header
        ask = Ask(method, built, origin, uri, kind, body, headers, authorization)
        ask.without = NOTHING
        ask.block = self.exchange.defaults.block(kind, authorization, headers)
        return ask

    def _encode(self, data: Any, json: Any) -> tuple[str, Any]:
        return encode_body(data, json)

    def _locate(self, url: str, params: Any) -> tuple[str, Origin, str]:
        built = url if absolute_http_url_regexp.match(url) else f"{self._base_url}{url}"
        if params is None:
            return built, *resolve(built)
        return built, *with_params(built, params)

    def _add_cookies(self, ask: Ask, cookies: Any) -> None:
        if "cookie" in ask.block.names:
            return  # what the user says himself stands
        extra = dict(cookies.items()) if cookies else None
        ask.cookie = self.exchange.cookies.header(ask.origin.base + ask.uri, extra)


def _length(response: LeanResponse, stream: bool) -> int:
    """The bytes of the body, decoded; with `stream` as the head announces it."""
    if response.broken is not None:
        return 0
    if not stream:
        return len(response.kept or b"")
    announced = response.headers.get("content-length") if response.headers else None
    return int(announced) if isinstance(announced, str) else 0


def _timeouts(timeout: Any) -> tuple[float | None, float | None]:
    """Seconds of silence, and to connect."""
    if isinstance(timeout, tuple | list):
        connecting, silent = timeout
        return silent, connecting
    return timeout, timeout


def _not_served(unknown: Mapping[str, Any]) -> str:
    names = ", ".join(sorted(unknown))
    return (
        f"LeanHttpUser's requests do not have {names}: leave it out, or use"
        " FastHttpUser or HttpUser for this"
    )

"""From a request to its response: connection, retry, cookies, redirects."""

from __future__ import annotations

from gevent import GreenletExit

from lftui.http.connection import Connection
from lftui.http.cookies import Cookies
from lftui.http.decoding import decode
from lftui.http.failures import (
    FAILURE_EXCEPTIONS,
    GOOD_STATUS,
    IDEMPOTENT,
    REDIRECT_STATUS,
    HTTPConnectionClosed,
    LocustBadStatusCode,
    RetriesExceeded,
    is_passing,
)
from lftui.http.headers import Defaults
from lftui.http.origin import Origin
from lftui.http.pool import LeanPool, Line
from lftui.http.redirects import redirected
from lftui.http.request import Ask
from lftui.http.response import LeanResponse
from lftui.http.timings import note
from lftui.http.upload import upload


class Exchange:
    """What a session needs to send requests: its connections, cookies and headers.

    Attributes:
        max_redirects: how many are followed; 0 for none.
        max_retries: how often a request that timed out is sent again, if its method allows it.
    """

    def __init__(
        self, pool: LeanPool, defaults: Defaults, max_redirects: int, max_retries: int
    ) -> None:
        self.pool = pool
        self.defaults = defaults
        self.cookies = Cookies()
        self.max_redirects = max_redirects
        self.max_retries = max_retries
        self._forwarding = pool.dialer.proxy is not None
        self._origin: Origin | None = None
        self._line: Line | None = None

    def send(
        self,
        ask: Ask,
        make: type[LeanResponse],
        redirects: int,
        retries: int,
        timings: dict[str, float] | None = None,
    ) -> LeanResponse:
        """Send a request until there is a response.

        Args:
            make: the class of the response.
            redirects, retries: as many as are allowed.
            timings: is filled with the milliseconds of each phase; None for no interest.

        Raises:
            OSError, HTTPParseError, ConnectionError: there is none.
        """
        try:
            response = self._once(ask, make, timings)
            if response.status_code == 200:  # nearly always: nothing is left to do
                return response
            return self._settle(response, ask, make, redirects, timings)
        except GreenletExit:
            raise
        except BaseException as error:
            if not is_passing(error):
                raise
            if retries and ask.method in IDEMPOTENT and isinstance(ask.body, bytes):
                return self.send(ask, make, redirects, retries - 1, timings)
            raise RetriesExceeded(ask.url, self.max_retries, original=error) from error

    def _settle(
        self,
        response: LeanResponse,
        ask: Ask,
        make: type[LeanResponse],
        redirects: int,
        timings: dict[str, float] | None,
    ) -> LeanResponse:
        """Follow redirects, and say what a status means."""
        first, url = ask.origin, ask.url
        history: list[LeanResponse] = []
        while redirects and response.broken is None:
            location = _location(response)
            if not location:
                break
            response.release()
            if len(history) == redirects:
                limit = f"Redirection limit reached ({self.max_redirects})"
                raise RetriesExceeded(url, limit)
            history.append(response)
            ask = self._redirected(ask, response.status_code, location, first)
            response = self._once(ask, make, timings)
        if history:
            response.history = history
        if response.status_code not in GOOD_STATUS and response.broken is None:
            error = LocustBadStatusCode(ask.url, code=response.status_code)
            vars(error).update(response=response, request=None)
            response.error = error
        return response

    def _redirected(self, ask: Ask, status: int, location: str, first: Origin) -> Ask:
        ask = redirected(ask, status, location, first)
        ask.block = self.defaults.block(ask.kind, ask.authorization, ask.headers, ask.without)
        if self.cookies.in_use:
            ask.cookie = self.cookies.header(ask.origin.base + ask.uri)
        return ask

    def _once(
        self, ask: Ask, make: type[LeanResponse], timings: dict[str, float] | None
    ) -> LeanResponse:
        """One request, one response; a connection that has died while it was idle is replaced."""
        line = self._line
        if ask.origin is not self._origin or line is None:
            line = self._line = self.pool.line(ask.origin)
            self._origin = ask.origin
        connection = line.take(ask.connection_timeout)
        try:
            broken = self._talk(connection, ask)
        except HTTPConnectionClosed:
            line.drop(connection)
            if not _may_repeat(connection, ask):
                raise
            connection = line.dial(ask.connection_timeout)
            try:
                broken = self._talk(connection, ask)
            except BaseException:
                line.drop(connection)
                raise
        except BaseException:
            line.drop(connection)
            raise
        if timings is not None:
            note(timings, connection)
        return self._response(ask, make, connection, line, broken)

    def _talk(self, connection: Connection, ask: Ask) -> BaseException | None:
        """Send and receive; the failure, where the response broke off behind its head."""
        connection.timeout = ask.timeout
        proxied = self._forwarding and not ask.origin.tls
        bodyless = ask.method == "HEAD"
        try:
            if type(ask.body) is bytes and ask.block.plain:
                data = ask.head(proxied).encode("latin-1") + ask.body
                connection.exchange(data, bodyless, ask.stream)
            else:
                upload(connection, ask, proxied, bodyless, ask.stream)
        except FAILURE_EXCEPTIONS as error:
            if not connection.message.status:
                raise
            return error
        return None

    def _response(
        self,
        ask: Ask,
        make: type[LeanResponse],
        connection: Connection,
        line: Line,
        broken: BaseException | None,
    ) -> LeanResponse:
        message, head = connection.message, connection.head()
        response = make(ask, message.status, head)
        response._elapsed_s = connection.first_byte - connection.began
        end = head.find(b"\r\n\r\n")
        names = (head if end < 0 else head[:end]).lower()
        if b"\nset-cookie:" in names and response.headers is not None:
            self.cookies.take(response.headers, response.wire_url)
        if ask.stream and broken is None:
            response.attach(connection, line.give_back)
            return response
        body = message.take_body()
        if broken is not None:
            line.drop(connection)
            response.broken = broken
            response.kept = body
            return response
        line.give_back(connection)
        if body and b"\ncontent-encoding:" in names:
            _decode_into(response, body)
        else:
            response.kept = body
        return response


def _location(response: LeanResponse) -> str:
    """Where a redirect leads; "" where the response is none."""
    if response.status_code not in REDIRECT_STATUS or response.headers is None:
        return ""
    location = response.headers.get("location")
    return location if isinstance(location, str) else ""


def _may_repeat(connection: Connection, ask: Ask) -> bool:
    """Whether a request may be sent again on a new connection.

    Only where the old one had been idle, and where the server cannot have acted on the request,
    or acting twice does no harm.
    """
    if not connection.used or not isinstance(ask.body, bytes):
        return False
    return ask.method in IDEMPOTENT or connection.nothing_sent


def _decode_into(response: LeanResponse, body: bytes) -> None:
    try:
        response.kept = decode(body, response.coding())
    except (*FAILURE_EXCEPTIONS, ValueError) as error:
        response.keep_raw(body)
        response.broken = error

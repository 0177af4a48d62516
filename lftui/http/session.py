"""What a session is set up with, and what locustfiles look at and change in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from lftui.http.agent import Agent
from lftui.http.exchange import Exchange
from lftui.http.headers import defaults_of
from lftui.http.origin import PLAIN_PATH, Origin, resolve, split_credentials
from lftui.http.pool import LeanPool, shared_pool
from lftui.http.request import basic_auth
from lftui.http.verbs import Verbs


class Session(Verbs):
    """A session without its requests.

    Args:
        base_url: goes before every path; may have `user:password@` for basic authentication.
        request_event: Locust's `request` event.
        user: whose `context()` goes into the events; None for none.
        headers: those of every request.
        concurrency: the most connections to one origin; further requests wait.
        client_pool: connections shared with other sessions; then the settings of connections
            are those of the pool. A `LeanPool`, or geventhttpclient's HTTPClientPool, in whose
            place one is made.
        proxy_host, proxy_port: an HTTP proxy.
        settings: those of `Dialer`: timeouts, `insecure`, `ssl_context_factory`,
            `unix_socket`.

    Attributes:
        timings: put the phases of each request into its event's context.
    """

    auth_header: str | None = None
    timings = False

    def __init__(
        self,
        base_url: str | None,
        request_event: Any,
        user: Any,
        headers: Mapping[str, Any] | None = None,
        max_redirects: int = 30,
        max_retries: int = 0,
        concurrency: int = 10,
        client_pool: Any = None,
        proxy_host: str | None = None,
        proxy_port: int | None = None,
        **settings: Any,
    ) -> None:
        if proxy_host:
            settings["proxy"] = (proxy_host, proxy_port or 80)
        self.request_event = request_event
        self.user = user
        self.request_name: str | None = None
        pool = shared_pool(client_pool) or LeanPool(concurrency, **settings)
        self.exchange = Exchange(pool, defaults_of(headers), max_redirects, max_retries)
        self._network_timeout = pool.dialer.network_timeout
        self._connection_timeout = pool.dialer.connection_timeout
        self.base_url = base_url

    # --- what users look at and set ------------------------------------------------------------

    @property
    def base_url(self) -> str | None:
        """What goes before every path."""
        return self._base_url

    @base_url.setter
    def base_url(self, url: str | None) -> None:
        self._origin: Origin | None = None
        self._prefix = ""
        if url:
            url, credentials = split_credentials(url)
            if credentials is not None:
                self.auth_header = basic_auth(*credentials)
            if PLAIN_PATH.match("/" + url.partition("://")[2].partition("/")[2]):
                with suppress(ValueError):  # one that leads nowhere is refused by each request
                    self._origin, path = resolve(url)
                    self._prefix = "" if path == "/" and not url.endswith("/") else path
        self._base_url = url

    @property
    def cookiejar(self) -> Any:
        """The cookies, as an `http.cookiejar.CookieJar`."""
        return self.exchange.cookies.jar

    @cookiejar.setter
    def cookiejar(self, jar: Any) -> None:
        self.exchange.cookies.jar = jar

    cookies = cookiejar

    @property
    def client(self) -> Agent:
        """What stands where FastHttpSession has geventhttpclient's UserAgent."""
        return Agent(self.exchange)

    @contextmanager
    def rename_request(self, name: str) -> Iterator[None]:
        """Group the requests of a `with` block under one name."""
        self.request_name = name
        try:
            yield
        finally:
            self.request_name = None

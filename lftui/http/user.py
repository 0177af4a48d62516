"""LeanHttpUser: FastHttpUser's interface at a fraction of its processor time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from locust.exception import StopTest
from locust.user import User
from locust.user.users import RestMixin

from lftui.http.client import LeanHttpSession

_NO_HOST = (
    "You must specify the base host. Either in the host attribute in the User class, or on the"
    " command line using the --host option."
)


class LeanHttpUser(User, RestMixin[Any]):
    """A user whose `client` is a `LeanHttpSession`.

    The settings are those of FastHttpUser; set them in the class, before there is a user.
    """

    network_timeout: float = 60.0
    """Seconds that the server may be silent."""

    connection_timeout: float = 60.0
    """Seconds to connect, TLS included."""

    max_redirects: int = 30
    """How many redirects are followed."""

    max_retries: int = 0
    """How often a request that timed out is sent again, if its method allows it."""

    insecure: bool = True
    """Do not verify certificates."""

    default_headers: dict[str, Any] | None = None
    """Headers of every request."""

    concurrency: int = 10
    """The most connections to one server; a user needs more than one only if it has greenlets of
    its own."""

    proxy_host: str | None = None
    """An HTTP proxy."""

    proxy_port: int | None = None
    """And its port."""

    client_pool: Any = None
    """Connections that all users of the class share: a `LeanPool`, or geventhttpclient's
    HTTPClientPool, in whose place one is made. None: each user has its own."""

    ssl_context_factory: Callable[..., Any] | None = None
    """Makes the SSLContext, in the place of the default one."""

    unix_socket: str | None = None
    """The path of a Unix socket to connect to; the host then only goes into the Host header."""

    timings: bool = False
    """Put dns, connect, tls and first_byte into `context["timings"]` of each request's event."""

    abstract = True
    _session_class: Callable[..., LeanHttpSession] = LeanHttpSession

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        if self.host is None:
            raise StopTest(_NO_HOST)
        self.client: Any = self._session()

    def _session(self) -> LeanHttpSession:
        session = type(self)._session_class(
            self.host,
            self.environment.events.request,
            self,
            headers=self.default_headers,
            max_redirects=self.max_redirects,
            max_retries=self.max_retries,
            concurrency=self.concurrency,
            client_pool=self.client_pool,
            network_timeout=self.network_timeout,
            connection_timeout=self.connection_timeout,
            insecure=self.insecure,
            ssl_context_factory=type(self).ssl_context_factory,
            proxy_host=self.proxy_host,
            proxy_port=self.proxy_port,
            unix_socket=self.unix_socket,
        )
        session.timings = self.timings
        return session

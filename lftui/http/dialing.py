"""Opening a connection: name, address, proxy, TLS; and how long each of them took."""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Callable
from typing import Any

import gevent.socket
import gevent.ssl
from gevent import monkey
from geventhttpclient.connectionpool import SSLConnectionPool, init_ssl_context

from lftui.http.connection import Connection
from lftui.http.origin import Origin

_OwnSocket: Any = monkey.get_original("socket", "socket")
_PROXY_ANSWER_LIMIT = 65_536

Clock = Callable[[], float]


class Dialer:
    """Knows how a session reaches its servers.

    Args:
        connection_timeout: seconds for name look-up's answer, connecting and TLS, each.
        network_timeout: seconds that an open connection may be silent.
        insecure: do not verify certificates.
        ssl_context_factory: makes the SSLContext, in the place of the default one.
        proxy: host and port of an HTTP proxy; TLS goes through it in a tunnel.
        unix_socket: the path of a Unix socket to connect to, whatever the URL's host is.
    """

    def __init__(
        self,
        connection_timeout: float | None = 60.0,
        network_timeout: float | None = 60.0,
        insecure: bool = True,
        ssl_context_factory: Callable[..., Any] | None = None,
        proxy: tuple[str, int] | None = None,
        unix_socket: str | None = None,
    ) -> None:
        self.connection_timeout = connection_timeout
        self.network_timeout = network_timeout
        self.insecure = insecure
        self.proxy = proxy
        self.unix_socket = unix_socket
        self._factory = ssl_context_factory
        self._context: Any = None
        self._tls_sessions: dict[Origin, Any] = {}

    def dial(self, origin: Origin, connection_timeout: float | None) -> Connection:
        """A new connection to the origin.

        Raises:
            OSError: there is none to be had.
        """
        phases: dict[str, float] = {}
        sock = self._connect(origin, connection_timeout, phases)
        try:
            if origin.tls:
                sock = self._secure(sock, origin, phases)
            else:
                sock = _plain(sock)
        except BaseException:
            sock.close()
            raise
        return Connection(sock, origin.tls, self.network_timeout, phases)

    def set_insecure(self, insecure: bool) -> None:
        """Verify certificates from now on, or do not."""
        self.insecure = insecure
        self._context = None
        self._tls_sessions.clear()

    def remember(self, origin: Origin, connection: Connection) -> None:
        """Keep a TLS connection's session, so that the next handshake is a short one."""
        if connection.secure and connection.sock is not None:
            self._tls_sessions[origin] = connection.sock.session

    def through_proxy(self, origin: Origin) -> bool:
        """Whether the request line needs the whole URL: for a proxy that forwards."""
        return self.proxy is not None and not origin.tls

    def _connect(self, origin: Origin, timeout: float | None, phases: dict[str, float]) -> Any:
        began = time.perf_counter()
        if self.unix_socket is not None:
            addresses = [
                (gevent.socket.AF_UNIX, gevent.socket.SOCK_STREAM, 0, "", self.unix_socket)
            ]
        else:
            addresses = _addresses(*(self.proxy or (origin.host, origin.port)))
        found = time.perf_counter()
        phases["dns"] = found - began
        error: OSError | None = None
        for family, kind, protocol, _, address in addresses:
            sock = gevent.socket.socket(family, kind, protocol)
            try:
                sock.settimeout(timeout)
                sock.connect(address)
                if family != gevent.socket.AF_UNIX:
                    sock.setsockopt(gevent.socket.IPPROTO_TCP, gevent.socket.TCP_NODELAY, 1)
                if self.proxy is not None and origin.tls:
                    _open_tunnel(sock, origin)
                phases["connect"] = time.perf_counter() - found
                return sock
            except OSError as failed:
                sock.close()
                error = error or failed
            except BaseException:
                sock.close()
                raise
        raise error or OSError(f"{origin.host} has no address")

    def _secure(self, sock: Any, origin: Origin, phases: dict[str, float]) -> Any:
        began = time.perf_counter()
        session = self._tls_sessions.get(origin)
        secured = self._ssl_context().wrap_socket(
            sock, server_hostname=origin.host, session=session
        )
        secured.settimeout(0.0)
        phases["tls"] = time.perf_counter() - began
        return secured

    def _ssl_context(self) -> Any:
        if self._context is None:
            if self._factory is None:
                self._context = _default_context(self.insecure)
            else:
                authorities = SSLConnectionPool.default_options["ca_certs"]
                self._context = init_ssl_context(
                    self._factory, authorities, check_hostname=not self.insecure
                )
        return self._context


_default_contexts: dict[bool, Any] = {}


def _default_context(insecure: bool) -> Any:
    """One context for all: each costs milliseconds and hundreds of kilobytes."""
    context = _default_contexts.get(insecure)
    if context is None:
        # gevent's own class: its sockets wait in the hub, whether ssl has been patched or not.
        context = gevent.ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        else:
            context.load_verify_locations(SSLConnectionPool.default_options["ca_certs"])
        _default_contexts[insecure] = context
    return context


def _addresses(host: str, port: int) -> list[Any]:
    """What `getaddrinfo` says; an address in figures needs no resolver and no thread of it."""
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        return list(
            gevent.socket.getaddrinfo(
                host, port, 0, gevent.socket.SOCK_STREAM, gevent.socket.IPPROTO_TCP
            )
        )
    if version == 4:
        return [(gevent.socket.AF_INET, gevent.socket.SOCK_STREAM, 0, "", (host, port))]
    return [(gevent.socket.AF_INET6, gevent.socket.SOCK_STREAM, 0, "", (host, port, 0, 0))]


class _QuietSocket(_OwnSocket):  # type: ignore[misc]
    """A socket that closes itself without a warning when its user is gone: a user and its client
    refer to each other, so both end with the garbage collector, in any order."""

    def __del__(self) -> None:
        self.close()


def _plain(sock: Any) -> Any:
    """The operating system's socket out of gevent's: the same descriptor, no layer above it."""
    family, kind, protocol = sock.family, sock.type, sock.proto
    raw = _QuietSocket(family, kind, protocol, fileno=sock.detach())
    raw.setblocking(False)
    return raw


def _open_tunnel(sock: Any, origin: Origin) -> None:
    """Ask a proxy for a tunnel to the origin.

    Raises:
        OSError: the proxy will not.
    """
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    where = f"{host}:{origin.port}"
    sock.sendall(f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n\r\n".encode("ascii"))
    answer = b""
    while b"\r\n\r\n" not in answer:
        # No byte more than the head: what follows is TLS.
        piece = sock.recv(1)
        if not piece or len(answer) > _PROXY_ANSWER_LIMIT:
            raise OSError("Proxy closed the connection before answering the CONNECT request")
        answer += piece
    status = answer.split(b"\r\n", 1)[0]
    words = status.split(None, 2)
    if len(words) < 2 or words[1] != b"200":
        raise OSError(f"Proxy CONNECT failed: {status.decode('latin-1')}")

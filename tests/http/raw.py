"""A server that answers with scripted bytes, and what the clients under test make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import gevent
import gevent.socket
from gevent.server import StreamServer
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook

from lftui.http.client import LeanHttpSession

# A turn of the loop that looks at its sockets: what was sent before it arrives by itself.
TURN_S = 0.0004
# Nothing is measured here: the limit only ends a test that is broken.
LIMIT_S = 20.0

Answer = Callable[[Any, bytes], None]


class RawServer:
    """Reads requests, and answers each with the next of its answers, the last one for ever.

    Attributes:
        requests: the bytes of each request, body included.
        connections: how many were opened.
    """

    def __init__(self, ssl: dict[str, Any] | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._answers: list[Answer] = []
        self._server = StreamServer(("127.0.0.1", 0), self._serve, **(ssl or {}))
        self.scheme = "https" if ssl else "http"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._server.stop(timeout=0)

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://127.0.0.1:{self._server.server_port}"

    def answers(self, *answers: bytes | Sequence[bytes] | Answer) -> Self:
        """What to answer from now on: bytes, pieces sent one by one, or a function."""
        self._answers = [one if callable(one) else _sender(one) for one in answers]
        return self

    def _serve(self, sock: Any, _: Any) -> None:
        self.connections += 1
        sock.setsockopt(gevent.socket.IPPROTO_TCP, gevent.socket.TCP_NODELAY, 1)
        try:
            while request := read_request(sock):
                self.requests.append(request)
                answer = self._answers[0]
                if len(self._answers) > 1:
                    self._answers.pop(0)
                answer(sock, request)
        except (OSError, _Close):
            pass
        finally:
            sock.close()


class _Close(Exception):
    """The server ends the connection."""


def closing(*pieces: bytes) -> Answer:
    """Send these, then close."""

    def answer(sock: Any, _: bytes) -> None:
        _sender(pieces)(sock, b"")
        raise _Close

    return answer


def _sender(pieces: bytes | Sequence[bytes]) -> Answer:
    several = [pieces] if isinstance(pieces, bytes) else list(pieces)

    def answer(sock: Any, _: bytes) -> None:
        for number, piece in enumerate(several):
            if number:
                gevent.sleep(TURN_S)
            sock.sendall(piece)

    return answer


def read_request(sock: Any) -> bytes:
    """One whole request; empty at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65_536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    fields = head.lower().split(b"\r\n")
    if b"transfer-encoding: chunked" in fields:
        while not body.endswith(b"0\r\n\r\n"):
            body += sock.recv(65_536)
    lengths = [int(f.partition(b":")[2]) for f in fields if f.startswith(b"content-length:")]
    while lengths and len(body) < lengths[0]:
        more = sock.recv(65_536)
        if not more:
            break
        body += more
    return head + b"\r\n\r\n" + body


def ok(body: bytes = b"hello", *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """A response with a length."""
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(pieces: Iterable[bytes], trailer: bytes = b"") -> bytes:
    """A chunked response."""
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + body
        + b"0\r\n"
        + trailer
        + b"\r\n"
    )


class Client:
    """A session of one kind, and the events that it has fired."""

    def __init__(self, kind: str, url: str, **settings: Any) -> None:
        self.events: list[dict[str, Any]] = []
        hook = EventHook()
        hook.add_listener(lambda **event: self.events.append(event))
        chosen = {
            "network_timeout": LIMIT_S,
            "connection_timeout": LIMIT_S,
            "max_redirects": 5,
            "max_retries": 0,
            "user": None,
            **settings,
        }
        make: Any = {"lean": LeanHttpSession, "fast": FastHttpSession}[kind]
        self.session: Any = make(base_url=url, request_event=hook, **chosen)

    @property
    def event(self) -> dict[str, Any]:
        """The last event."""
        return self.events[-1]


def lean(url: str, **settings: Any) -> Client:
    """A client under test."""
    return Client("lean", url, **settings)


def outcome(client: Client, method: str = "GET", path: str = "/", **options: Any) -> dict[str, Any]:
    """Everything that a request came to: what was returned, and what Locust was told."""
    with gevent.Timeout(LIMIT_S, AssertionError("the client hangs")):
        try:
            response = client.session.request(method, path, **options)
        except AssertionError:
            raise
        except Exception as error:
            return {"raised": repr(error)}
    event = client.event
    return {
        "status": response.status_code,
        "content": response.content if event["exception"] is None else "",
        "headers": None if response.headers is None else list(response.headers.items()),
        "ok": response.ok,
        "url": response.url,
        "history": len(response.history) if response.status_code else 0,
        "event": {
            key: repr(value) if key == "exception" else value
            for key, value in event.items()
            if key not in ("response", "response_time", "start_time")
        },
        "keys": sorted(event),
        "same response": event["response"] is response,
    }

"""A target that counts what it has answered: the truth that a run's figures are held against."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LONGEST_SLEEP_S = 5.0
LONGEST_FREEZE_S = 60.0


class Target(ThreadingHTTPServer):
    """Answers /slow?ms=N after N milliseconds, /fail with 500, /text?is=… with that text as a 500's
    body, /count with the counts, everything else with 200. Nothing is answered while `open` is
    clear."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, listening: socket.socket | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler, bind_and_activate=listening is None)
        if listening is not None:
            self.socket.close()
            self.socket = listening
            self.server_address = listening.getsockname()
        self.open = threading.Event()
        self.open.set()
        self._lock = threading.Lock()
        self._answered: Counter[str] = Counter()
        self._askers: Counter[str] = Counter()

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        host, port = self.server_address[:2]
        return f"http://{host}:{port}"

    @property
    def answered(self) -> int:
        """The requests answered so far, those for /count left out."""
        with self._lock:
            return self._answered.total()

    def answered_at(self, path: str) -> int:
        """The requests answered so far under this path."""
        with self._lock:
            return self._answered[path]

    def answered_to(self, address: str) -> int:
        """The requests answered so far that came from this address."""
        with self._lock:
            return self._askers[address]

    def counts(self) -> dict[str, int]:
        """The requests answered so far by path."""
        with self._lock:
            return dict(self._answered)

    def note(self, path: str, asker: str, change: int) -> None:
        """Count an answer, or take it back."""
        with self._lock:
            self._answered[path] += change
            self._askers[asker] += change

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: a killed user resets its connection."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Target

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        if parts.path == "/count":
            self._send(HTTPStatus.OK, json.dumps(self.server.counts()).encode())
            return
        self.server.open.wait(LONGEST_FREEZE_S)
        if parts.path == "/slow":
            time.sleep(min(float(query["ms"][0]) / 1000, LONGEST_SLEEP_S))
        status = HTTPStatus.INTERNAL_SERVER_ERROR if parts.path == "/fail" else HTTPStatus.OK
        # Counted before it is sent, so that nobody holds an answer that is not counted yet.
        asker = self.client_address[0]
        self.server.note(parts.path, asker, 1)
        try:
            self._send(status, b"answer\n")
        except OSError:
            self.server.note(parts.path, asker, -1)
            raise

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _send(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve(listening: socket.socket | None = None) -> Iterator[Target]:
    """A target of one's own, on a port of the system's choice on loopback, or at this socket."""
    target = Target(listening)
    thread = threading.Thread(target=target.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield target
    finally:
        target.shutdown()
        thread.join()
        target.server_close()

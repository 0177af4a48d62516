"""The target of the stock locustfiles: a small HTTP server on a free loopback port."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

LOCUSTFILES = Path(__file__).parent / "locustfiles"
LONGEST_SLEEP_S = 5.0


@dataclass(frozen=True)
class Server:
    """Where the target listens.

    Attributes:
        url: scheme, host and port, without a slash at the end.
    """

    url: str


class _Handler(BaseHTTPRequestHandler):
    """Answers /ok, /json, /fail, /missing, /slow?ms=, /echo and /locustfiles/NAME."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        if parts.path.startswith("/locustfiles/"):
            self._send_locustfile(parts.path)
        else:
            self._send_page(parts.path, parse_qs(parts.query), body)

    do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the requests are counted by those who send them."""

    def _send_page(self, path: str, query: dict[str, list[str]], body: bytes) -> None:
        if path == "/slow":
            time.sleep(min(float(query["ms"][0]) / 1000, LONGEST_SLEEP_S))
        if path in ("/ok", "/slow"):
            self._send(HTTPStatus.OK, b"ok\n")
        elif path == "/json":
            self._send(HTTPStatus.OK, b'{"ok": true}', "application/json")
        elif path == "/echo":
            answer = {"method": self.command, "body": body.decode("utf-8", "replace")}
            self._send(HTTPStatus.OK, json.dumps(answer).encode(), "application/json")
        elif path == "/fail":
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, b"broken\n")
        else:
            self._send(HTTPStatus.NOT_FOUND, b"nothing here\n")

    def _send_locustfile(self, path: str) -> None:
        file = LOCUSTFILES / Path(path).name
        if file.is_file():
            self._send(HTTPStatus.OK, file.read_bytes(), "text/x-python")
        else:
            self._send(HTTPStatus.NOT_FOUND, b"no such locustfile here\n")

    def _send(self, status: HTTPStatus, body: bytes, content_type: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _Target(ThreadingHTTPServer):
    """Forgets clients that hang up in the middle of an answer, as killed users do."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: a killed user resets its connection."""


@contextmanager
def serve() -> Iterator[Server]:
    """The target, listening for as long as the block runs."""
    target = _Target(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=target.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Server(url=f"http://127.0.0.1:{target.server_address[1]}")
    finally:
        target.shutdown()
        thread.join()
        target.server_close()

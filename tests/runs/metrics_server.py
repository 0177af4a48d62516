"""A target's metrics as a test wants them: right, slow, wrong, huge, or not there."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TEXT = """\
# TYPE jobs_done counter
jobs_done_total{{node="a"}} {jobs}
jobs_done_total{{node="b"}} {jobs}
# TYPE pool gauge
pool_in_use 3
pool_size 4
# EOF
"""
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class MetricsServer(ThreadingHTTPServer):
    """/metrics and /json answer well, /secret needs a bearer, /broken is down until `mended`, /silent
    never answers, /huge never ends, /moved goes elsewhere, /page is HTML.

    Attributes:
        asked: how often each path was asked; `most_at_once` of one.
        tokens: the credentials that came, by path.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: Counter[str] = Counter()
        self.now: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.tokens: dict[str, str | None] = {}
        self.mended = threading.Event()
        self.over = threading.Event()
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: a source that is given up has its connection closed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: MetricsServer

    def do_GET(self) -> None:
        server, path = self.server, self.path.partition("?")[0]
        with server.lock:
            server.asked[path] += 1
            server.now[path] += 1
            server.most_at_once[path] = max(server.most_at_once[path], server.now[path])
            server.tokens[path] = self.headers.get("Authorization")
        try:
            with suppress(OSError):
                self._answer(path)
        finally:
            with server.lock:
                server.now[path] -= 1

    def _answer(self, path: str) -> None:
        if path == "/silent":
            self.server.over.wait(60)
        elif path == "/huge":
            self._send_without_end()
        elif path == "/moved":
            self._send(302, "", "text/plain", {"Location": "/metrics"})
        elif path == "/page":
            self._send(200, "<html><script>alert(1)</script>", "text/html")
        elif path == "/json":
            self._send(200, '{"queue": {"depth": 7}, "cpu": 0.93}', "application/json")
        elif path == "/secret" and not self.server.tokens[path]:
            self._send(401, "", "text/plain")
        elif path == "/broken" and not self.server.mended.is_set():
            self._send(503, "", "text/plain")
        else:
            jobs = 10 * self.server.asked[path]
            self._send(200, TEXT.format(jobs=jobs), OPENMETRICS)

    def _send(
        self, status: int, text: str, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_without_end(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        while not self.server.over.is_set():
            self.wfile.write(b"pool_in_use 1\n" * 5_000)

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@contextmanager
def metrics_server() -> Iterator[MetricsServer]:
    """One that serves while the test lasts."""
    server = MetricsServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()

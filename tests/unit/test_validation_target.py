"""The setup check's look at a target: servers on loopback, well and unwell."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from lftui.settings import Settings
from lftui.validation import target
from lftui.validation.checks import Finding
from lftui.validation.target import check_host

# Of nobody but these tests: 127.0.0.1 and localhost, signed by itself, from 2020 to 2120.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBaDCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAkxMjcuMC4w
LjEwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CTEyNy4wLjAuMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDBJpmkT6gjow7Fk
S6g4Pu58MOQp3gmFxn6ILGRl2QFbWqizXSyQDgKOWZfQl5PYa0ZvqDNPJZf7pmPW
scTFvaqjTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBSNuVhIqfDYHwpkX4A3Ri+Wjr9/wjAKBggqhkjOPQQD
AgNJADBGAiEAhRTtwiUR1+QO8qo28/WS999af3Cv29CTsrlEqd6o8VYCIQC+/bwq
oD5/rjr0dMw42k1T849jOehCpqeaIxERaHjL9g==
-----END CERTIFICATE-----
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHE1PsI+Z6vuH88fB
Gpa2c24tIaIQUGzLV1ca7kxg2LqhRANCAAQwSaZpE+oI6MOxZEuoOD7ufDDkKd4J
hcZ+iCxkZdkBW1qos10skA4CjlmX0JeT2GtGb6gzTyWX+6Zj1rHExb2q
-----END PRIVATE KEY-----
"""

Statuses = dict[str, int]


class Server(ThreadingHTTPServer):
    """Answers each path with its status, others with 404; keeps what it was asked."""

    daemon_threads = True

    def __init__(self, statuses: Statuses) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = statuses
        self.asked: list[str] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: a handshake that is refused is meant."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.statuses.get(self.path, 404))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def serving(statuses: Statuses, certificate: Path | None = None) -> Iterator[Server]:
    server = Server(statuses)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def look(
    host: str, settings: Settings | None = None, confirmed: str | None = None, strict: bool = True
) -> tuple[dict[str, Finding], bool]:
    findings, reachable = asyncio.run(check_host(host, settings or Settings(), confirmed, strict))
    assert all(bool(one.remedy) == (one.outcome != "pass") for one in findings)
    return {one.name: one for one in findings}, reachable


@pytest.mark.parametrize(
    ("statuses", "outcome", "begins"),
    [
        ({"/healthz": 200}, "pass", "GET /healthz answers 200 in "),
        ({"/": 200}, "pass", "GET / answers 200 in "),
        ({"/healthz": 401}, "pass", "GET /healthz answers 401 in "),
        ({}, "pass", "GET / answers 404 in "),
        ({"/healthz": 503, "/": 200}, "fail", "GET /healthz answers 503 in "),
        ({"/": 500}, "fail", "GET / answers 500 in "),
        ({"/healthz": 429}, "warn", "GET /healthz answers 429 in "),
    ],
)
def test_health_is_what_healthz_or_the_root_answers(
    statuses: Statuses, outcome: str, begins: str
) -> None:
    with serving(statuses) as server:
        found, reachable = look(f"http://{server.place}")
    assert reachable
    assert found["health"].outcome == outcome
    assert found["health"].text.startswith(begins)
    assert found["connection"].outcome == "pass"
    assert server.asked in (["/healthz"], ["/healthz", "/"]), "more was asked than its health"


def test_a_path_of_the_host_is_kept_and_its_secrets_are_not_shown() -> None:
    with serving({"/api/healthz": 200}) as server:
        found, _ = look(f"http://user:hunter2@{server.place}/api/")
    assert server.asked == ["/api/healthz"]
    assert "hunter2" not in repr(found)


def test_a_name_is_resolved_and_one_that_does_not_exist_fails() -> None:
    with serving({"/": 200}) as server:
        found, _ = look(f"http://localhost:{server.server_address[1]}")
        assert found["DNS"].text.startswith("localhost is ")
    found, reachable = look("http://name.invalid")
    assert (found["DNS"].outcome, reachable) == ("fail", False)
    assert "name.invalid" in found["DNS"].text


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = Event()

    def hang(*given: object, **more: object) -> None:
        looked_at.wait()
        raise OSError("too late")

    monkeypatch.setattr(target, "LIMIT_S", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", hang)
    found, reachable = look("http://somewhere.example")
    looked_at.set()
    assert (found["DNS"].outcome, reachable) == ("fail", False)
    assert "no answer" in found["DNS"].text


def test_nobody_listening_fails() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else gets this port
        taken.bind(("127.0.0.1", 0))
        found, reachable = look(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert not reachable
    assert found["connection"].outcome == "fail"
    assert found["connection"].text.endswith("connection refused")


def silent(connection: socket.socket) -> None:
    """Takes the request and never answers."""


def rude(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"\x00nonsense\r\n\r\n")
    connection.close()


@pytest.mark.parametrize("manner", [silent, rude])
def test_a_port_that_speaks_no_http_fails(
    monkeypatch: pytest.MonkeyPatch, manner: Callable[[socket.socket], None]
) -> None:
    monkeypatch.setattr(target, "LIMIT_S", 1.0)
    kept = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    kept.append(server.accept()[0])
                    manner(kept[-1])
                except OSError:
                    return

        Thread(target=serve, daemon=True).start()
        found, reachable = look(f"http://127.0.0.1:{server.getsockname()[1]}")
        server.shutdown(socket.SHUT_RDWR)
    for connection in kept:
        connection.close()
    assert (found["health"].outcome, reachable) == ("fail", False)


# --- TLS ---------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificate.pem"
    path.write_text(CERTIFICATE)
    return path


def test_a_certificate_that_is_not_trusted_fails_where_a_class_looks_at_it(
    certificate: Path,
) -> None:
    with serving({"/healthz": 200}, certificate) as server:
        strict, reachable = look(f"https://{server.place}")
        lenient, _ = look(f"https://{server.place}", strict=False)
    assert (strict["TLS"].outcome, lenient["TLS"].outcome) == ("fail", "warn")
    assert "not trusted" in strict["TLS"].text
    assert reachable, "FastHttpUser would reach it"
    assert strict["health"].outcome == "pass"


def test_a_certificate_that_is_trusted_passes_with_the_days_it_has_left(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(target, "trusting_context", lambda: trusting)
    with serving({"/healthz": 200}, certificate) as server:
        found, _ = look(f"https://{server.place}")
        monkeypatch.setattr(target, "days_of_certificate", lambda certificate: 3)
        soon, _ = look(f"https://{server.place}")
    assert found["TLS"].outcome == "pass"
    assert "days" in found["TLS"].text
    assert soon["TLS"].outcome == "warn"


def test_no_tls_on_a_plain_port_fails() -> None:
    with serving({"/healthz": 200}) as server:
        found, reachable = look(f"https://{server.place}")
    assert (found["TLS"].outcome, reachable) == ("fail", False)
    assert "health" not in found


def test_days_left_are_counted_from_now() -> None:
    ends = time.strftime("%b %d %H:%M:%S %Y GMT", time.gmtime(time.time() + 10.5 * 86_400))
    assert target.days_of_certificate({"notAfter": ends}) == 10
    assert target.days_of_certificate({}) is None


# --- the rules of the settings -----------------------------------------------------------------


@pytest.mark.parametrize("host", ["example.org", "nonsense", "http://", "", "http://x:port"])
def test_what_is_no_url_fails(host: str) -> None:
    found, reachable = look(host)
    assert (found["host"].outcome, reachable) == ("fail", False)


def test_a_host_that_is_not_allowed_is_left_alone() -> None:
    with serving({"/healthz": 200}) as server:
        found, reachable = look(f"http://{server.place}", Settings(allow=["*.example"]))
    assert (found["host"].outcome, reachable) == ("fail", False)
    assert server.asked == []
    assert list(found) == ["host"]


def test_a_name_that_sounds_like_a_rule_is_no_rule() -> None:
    named = {"live": {"url": "http://allow.example", "production": True}}
    found, _ = look("live", Settings.model_validate({"targets": named}))
    assert found["host"].outcome == "warn"
    settings = Settings.model_validate({"targets": named, "allow": ["other"]})
    assert look("live", settings, confirmed="allow.example")[0]["host"].outcome == "fail"


def test_production_is_left_alone_until_it_is_confirmed() -> None:
    with serving({"/healthz": 200}) as server:
        named = {"live": {"url": f"http://{server.place}", "production": True}}
        settings = Settings.model_validate({"targets": named})
        found, reachable = look("live", settings)
        assert (found["host"].outcome, reachable) == ("warn", False)
        assert server.asked == []
        found, reachable = look("live", settings, confirmed="127.0.0.1")
    assert (found["host"].outcome, reachable) == ("pass", True)
    assert found["host"].text.endswith("target live, marked as production")
    assert server.asked == ["/healthz"]

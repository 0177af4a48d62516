"""TLS: whom it trusts, what it tells the server, and that a session is taken up again."""

from __future__ import annotations

import ssl
import subprocess
from typing import Any

import gevent
import gevent.ssl
import pytest

from tests.http.raw import RawServer, closing, lean, ok

NAME = "localhost"
# gevent's TLS sockets are left to the garbage collector, which warns.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A certificate for localhost and its key, made here, trusted by nobody."""
    folder = tmp_path_factory.mktemp("tls")
    files = {"certfile": str(folder / "cert.pem"), "keyfile": str(folder / "key.pem")}
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
         "-keyout", files["keyfile"], "-out", files["certfile"]],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return files


def having(certificate: dict[str, str]) -> dict[str, Any]:
    """What makes a server one with this certificate."""
    context = gevent.ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(**certificate)
    return {"ssl_context": context}


def at_name(server: RawServer) -> str:
    return server.url.replace("127.0.0.1", NAME)


def test_a_certificate_that_nobody_vouches_for(certificate: dict[str, str]) -> None:
    with RawServer(ssl=having(certificate)) as server:
        server.answers(ok())
        assert lean(at_name(server), insecure=True).session.get("/").ok
        careful = lean(at_name(server), insecure=False)
        assert careful.session.get("/").status_code == 0
        assert "CERTIFICATE_VERIFY_FAILED" in repr(careful.event["exception"])


def test_a_certificate_for_another_host(certificate: dict[str, str]) -> None:
    def trusting() -> Any:
        context = gevent.ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(certificate["certfile"])
        return context

    with RawServer(ssl=having(certificate)) as server:
        server.answers(ok())
        settings = {"insecure": False, "ssl_context_factory": trusting}
        assert lean(at_name(server), **settings).session.get("/").ok
        other = lean(server.url, **settings)
        assert other.session.get("/").status_code == 0
        assert "doesn't match" in repr(other.event["exception"]) or "mismatch" in repr(
            other.event["exception"]
        )


def test_the_server_is_told_its_name_and_the_session_is_resumed(
    certificate: dict[str, str],
) -> None:
    settings = having(certificate)
    names: list[Any] = []
    settings["ssl_context"].sni_callback = lambda sock, name, _: names.append(
        (name, sock.session_reused)
    )
    resumed: list[bool] = []

    def answer(sock: Any, request: bytes) -> None:
        resumed.append(sock.session_reused)
        closing(ok(b"hello", b"Connection: close"))(sock, request)

    with RawServer(ssl=settings) as server:
        server.answers(answer)
        client = lean(at_name(server))
        for _ in range(3):
            assert client.session.get("/").content == b"hello"
    assert {name for name, _ in names} == {NAME}
    assert resumed == [False, True, True]


def test_a_connection_is_used_again_and_carries_large_bodies(certificate: dict[str, str]) -> None:
    body = bytes(range(256)) * 4_000

    def echo(sock: Any, request: bytes) -> None:
        sock.sendall(ok(request.partition(b"\r\n\r\n")[2]))

    with RawServer(ssl=having(certificate)) as server:
        server.answers(echo)
        client = lean(at_name(server))
        client.session.timings = True
        for _ in range(3):
            assert client.session.post("/", data=body).content == body
        assert server.connections == 1
        assert "tls" in client.events[0]["context"]["timings"]
        server.answers([ok()[:20], ok()[20:]], closing(ok()), ok(b"again"))
        for expected in (b"hello", b"hello"):
            assert client.session.get("/").content == expected
        gevent.sleep(0.01)
        assert client.session.get("/").content == b"again"
        assert server.connections == 2


def test_a_tunnel_through_a_proxy(certificate: dict[str, str]) -> None:
    asked: list[bytes] = []
    with RawServer(ssl=having(certificate)) as server:
        server.answers(ok())
        port = int(server.url.rpartition(":")[2])

        def forward(sock: Any, request: bytes) -> None:
            asked.append(request)
            behind = gevent.socket.create_connection(("127.0.0.1", port))
            sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = gevent.spawn(pump, behind, sock)
            pump(sock, behind)
            back.join()

        with RawServer() as proxy:
            proxy.answers(forward)
            through = int(proxy.url.rpartition(":")[2])
            settings = {"proxy_host": "127.0.0.1", "proxy_port": through}
            client = lean(f"https://{NAME}:4430", **settings)
            assert client.session.get("/").ok
            client.session.client.clientpool.close()
            assert asked[0].startswith(f"CONNECT {NAME}:4430 HTTP/1.1\r\n".encode())
            proxy.answers(ok(status=b"407 Proxy Authentication Required"))
            refused = lean(f"https://{NAME}:4430", **settings)
            assert refused.session.get("/").status_code == 0
            assert "407" in repr(refused.event["exception"])


def pump(source: Any, sink: Any) -> None:
    """Bytes from one to the other, to their end."""
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(1)
    except OSError:
        pass

"""What a session does beyond one exchange: connections, redirects, cookies, time limits, streams."""

from __future__ import annotations

import gc
import io
import itertools
import socket
import weakref
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent.pool import Group

from lftui.http import LeanPool, under_way
from tests.http.raw import RawServer, chunked, closing, lean, ok, read_request

# --- connections ---------------------------------------------------------------------------------


def test_a_connection_is_used_again(server: RawServer) -> None:
    server.answers(ok())
    client = lean(server.url)
    for method in ("GET", "POST", "HEAD", "DELETE"):
        server.answers(ok(b"" if method == "HEAD" else b"hello"))
        client.session.request(method, "/")
    assert server.connections == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_connection_that_the_server_closed_is_replaced(server: RawServer, method: str) -> None:
    """Nothing was sent on it, so that it holds for every method."""
    server.answers(closing(ok()), ok(b"again"))
    client = lean(server.url)
    client.session.get("/")
    gevent.sleep(0.01)
    assert client.session.request(method, "/").content == b"again"
    assert client.event["exception"] is None
    assert len(server.requests) == 2


@pytest.mark.parametrize(("method", "sent"), [("GET", 3), ("PUT", 3), ("POST", 2)])
def test_a_request_is_sent_again_once_where_that_is_safe(
    server: RawServer, method: str, sent: int
) -> None:
    """The server reads the request, and closes without a word."""
    server.answers(ok(), closing(b""), ok(b"again"))
    client = lean(server.url)
    client.session.get("/")
    response = client.session.request(method, "/", data="x")
    assert len(server.requests) == sent
    assert (response.status_code == 200) is (method != "POST")


def test_a_new_connection_that_is_closed_is_not_tried_again(server: RawServer) -> None:
    server.answers(closing(b""))
    client = lean(server.url)
    assert client.session.get("/").status_code == 0
    assert len(server.requests) == 1
    assert repr(client.event["exception"]) == "HTTPConnectionClosed('connection closed.')"


def test_requests_wait_for_one_of_the_connections_allowed(server: RawServer) -> None:
    server.answers(lambda sock, request: (gevent.sleep(0.005), sock.sendall(ok())))
    client = lean(server.url, concurrency=2)
    together = Group()
    together.map(lambda _: client.session.get("/"), range(8))
    assert server.connections == 2
    assert [event["exception"] for event in client.events] == [None] * 8


def test_who_is_ended_while_it_waits_for_a_connection_keeps_nobody_waiting(
    server: RawServer,
) -> None:
    go = gevent.event.Event()
    server.answers(lambda sock, request: (go.wait(), sock.sendall(ok())))
    client = lean(server.url, concurrency=1)
    first, second, third = (gevent.spawn(client.session.get, "/") for _ in range(3))
    while not server.requests:
        gevent.sleep(0.001)
    second.kill()
    go.set()
    with gevent.Timeout(20):
        assert first.get().ok
        assert third.get().ok


def test_users_may_share_a_pool(server: RawServer) -> None:
    server.answers(ok())
    pool = LeanPool(concurrency=1)
    for _ in range(3):
        assert lean(server.url, client_pool=pool).session.get("/").ok
    assert server.connections == 1


def test_a_pool_of_geventhttpclient_is_one_of_ours(server: RawServer) -> None:
    from geventhttpclient.client import HTTPClientPool

    server.answers(ok())
    given = HTTPClientPool(concurrency=1)
    for _ in range(3):
        assert lean(server.url, client_pool=given).session.get("/").ok
    assert server.connections == 1


def test_the_pool_can_be_closed_for_a_new_connection(server: RawServer) -> None:
    server.answers(ok())
    client = lean(server.url)
    for _ in range(3):
        client.session.get("/")
        client.session.client.clientpool.close()
    assert server.connections == 3
    with pytest.raises(AttributeError, match=r"client\.client\.urlopen"):
        client.session.client.urlopen("/")


def test_a_user_that_is_gone_leaves_no_connection(server: RawServer) -> None:
    ended: list[bytes] = []

    def answer(sock: Any, request: bytes) -> None:
        sock.sendall(ok())
        ended.append(sock.recv(1))

    server.answers(answer)
    client = lean(server.url)
    client.session.get("/")
    gone = weakref.ref(client.session)
    del client
    gc.collect()
    assert gone() is None
    gevent.sleep(0.01)
    assert ended == [b""]


def test_killed_in_a_request_nothing_of_it_is_left(server: RawServer) -> None:
    """The next request of the session does not get the response of the one that was cut off."""
    answers = itertools.count()

    def answer(sock: Any, request: bytes) -> None:
        mine = next(answers)
        if not mine:
            gevent.sleep(0.02)
        sock.sendall(ok(b"%d" % mine))

    server.answers(answer)
    client = lean(server.url)
    first = gevent.spawn(client.session.get, "/")
    while not server.requests:
        gevent.sleep(0.001)
    assert under_way.began
    first.kill()
    assert not under_way.began
    assert client.session.get("/").content == b"1"
    assert server.connections == 2


def test_no_user_gets_the_response_of_another(server: RawServer) -> None:
    """Many users, some cut off in the middle, some whose responses come late or in pieces."""

    def answer(sock: Any, request: bytes) -> None:
        path = request.split()[1]
        whole = ok(path * 3)
        middle = len(whole) - len(path)
        sock.sendall(whole[:middle])
        gevent.sleep((hash(path) % 7) / 2000)
        sock.sendall(whole[middle:])

    server.answers(answer)
    pool = LeanPool(concurrency=5)
    wrong: list[Any] = []

    def use(user: int) -> None:
        client = lean(server.url, client_pool=pool)
        for number in range(15):
            path = f"/{user}/{number}"
            with gevent.Timeout(0.002 if number % 4 == 0 else 20, False):
                response = client.session.get(path)
                if client.event["exception"] is None and response.content != path.encode() * 3:
                    wrong.append((path, response.content))

    Group().map(use, range(12))
    assert wrong == []


def test_a_unix_socket(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    listener = gevent.socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()

    def serve() -> None:
        sock, _ = listener.accept()
        with sock:
            assert b"Host: example.test:81" in read_request(sock)
            sock.sendall(ok())

    serving = gevent.spawn(serve)
    client = lean("http://example.test:81", unix_socket=path)
    assert client.session.get("/").ok
    serving.get()
    listener.close()


def test_an_ipv6_target() -> None:
    listener = gevent.socket.socket(socket.AF_INET6)
    try:
        listener.bind(("::1", 0))
    except OSError:
        pytest.skip("no IPv6 here")
    listener.listen()
    port = listener.getsockname()[1]

    def serve() -> bytes:
        sock, _ = listener.accept()
        with sock:
            request = read_request(sock)
            sock.sendall(ok())
            return request

    serving = gevent.spawn(serve)
    assert lean(f"http://[::1]:{port}").session.get("/").ok
    assert f"Host: [::1]:{port}\r\n".encode() in serving.get()
    listener.close()


def test_a_name_that_is_not_ascii() -> None:
    from lftui.http.origin import ascii_host, resolve

    assert ascii_host("bücher.example") == "xn--bcher-kva.example"
    origin, uri = resolve("http://bücher.example:80/ü")
    assert (origin.header, uri) == ("xn--bcher-kva.example", "/%C3%BC")
    with pytest.raises(ValueError, match="no host name"):
        ascii_host("ü" * 80)


def test_a_proxy_gets_the_whole_url(server: RawServer) -> None:
    server.answers(ok())
    port = int(server.url.rpartition(":")[2])
    client = lean("http://target.test:8080/base", proxy_host="127.0.0.1", proxy_port=port)
    assert client.session.get("/x?y").ok
    assert server.requests[0].startswith(b"GET http://target.test:8080/base/x?y HTTP/1.1\r\n")


# --- redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "method", "then", "body"),
    [
        (301, "POST", b"GET", b""),
        (302, "POST", b"GET", b""),
        (303, "PUT", b"GET", b""),
        (302, "HEAD", b"HEAD", b""),
        (307, "POST", b"POST", b"data"),
        (308, "PUT", b"PUT", b"data"),
    ],
)
def test_what_a_redirect_makes_of_a_request(
    server: RawServer, status: int, method: str, then: bytes, body: bytes
) -> None:
    place = b"Location: /there"
    server.answers(ok(b"", place, status=b"%d Go" % status), ok(b""))
    response = lean(server.url).session.request(method, "/", data="data")
    assert response.url == f"{server.url}/there"
    assert server.requests[1].startswith(then + b" /there ")
    assert server.requests[1].endswith(b"\r\n\r\n" + body)
    assert (b"Content-Type" in server.requests[1]) is bool(body)


def test_credentials_do_not_follow_to_another_host(server: RawServer) -> None:
    with RawServer() as other:
        back = server.url.encode()
        server.answers(ok(b"", b"Location: " + other.url.encode(), status=b"302 Go"), ok())
        other.answers(ok(b"", b"Location: " + back + b"/back", status=b"302 Go"))
        client = lean(server.url.replace("http://", "http://me:secret@"))
        client.session.get("/", headers={"Cookie": "a=b", "X-A": "kept"})
        assert b"Authorization" in server.requests[0]
        for request in (*other.requests, server.requests[1]):
            assert b"Authorization" not in request
            assert b"Cookie" not in request
            assert b"X-A: kept" in request


def test_a_body_that_cannot_be_sent_again_is_not(server: RawServer) -> None:
    server.answers(ok(b"", b"Location: /", status=b"307 Go"), ok())
    client = lean(server.url)
    client.session.post("/", data=iter([b"once"]))
    assert "cannot be rewound" in repr(client.event["exception"])
    server.answers(ok(b"", b"Location: /", status=b"307 Go"), ok())
    assert client.session.post("/", data=io.BytesIO(b"twice")).ok
    assert b"twice" in server.requests[-1]


# --- cookies -------------------------------------------------------------------------------------


def cookie_of(request: bytes) -> bytes:
    """What a request says in its Cookie header."""
    lines = [one for one in request.split(b"\r\n") if one.lower().startswith(b"cookie:")]
    return lines[0].partition(b": ")[2] if lines else b""


def test_cookies_are_kept_by_path_and_life(server: RawServer) -> None:
    client = lean(server.url)
    assert not client.session.exchange.cookies.in_use
    server.answers(
        ok(b"", b"Set-Cookie: a=1; Path=/", b"Set-Cookie: b=2; Path=/deep"),
        ok(b"", b"Set-Cookie: a=1; Path=/"),
        ok(b""),
        ok(b"", b"Set-Cookie: a=9; Path=/; Max-Age=0"),
        ok(b""),
    )
    for path in ("/", "/", "/deep/x", "/", "/"):
        client.session.get(path)
    said = [cookie_of(request) for request in server.requests]
    assert said[0] == b""
    assert said[1] == b"a=1"
    assert sorted(said[2].split(b"; ")) == [b"a=1", b"b=2"]
    assert said[3:] == [b"a=1", b""]


def test_cookies_of_a_response_and_of_a_request(server: RawServer) -> None:
    server.answers(ok(b"", b"Set-Cookie: a=1; Path=/"), ok(b""))
    client = lean(server.url)
    assert client.session.get("/").cookies["a"] == "1"
    client.session.get("/", cookies={"c": "3"})
    assert cookie_of(server.requests[-1]) == b"a=1; c=3"
    client.session.cookies.set("mine", "x")
    client.session.get("/")
    assert cookie_of(server.requests[-1]) == b"a=1; mine=x"
    client.session.cookiejar.clear()
    client.session.get("/")
    assert cookie_of(server.requests[-1]) == b""


def test_cookies_stay_with_their_host(server: RawServer) -> None:
    with RawServer() as other:
        other.answers(ok())
        server.answers(ok(b"", b"Set-Cookie: a=1; Path=/"))
        client = lean(server.url)
        client.session.get("/")
        client.session.get(other.url.replace("127.0.0.1", "localhost") + "/")
        assert cookie_of(other.requests[0]) == b""


# --- time limits ---------------------------------------------------------------------------------


def test_a_response_that_trickles_is_no_timeout(server: RawServer) -> None:
    def answer(sock: Any, request: bytes) -> None:
        for piece in (ok()[:10], ok()[10:20], ok()[20:]):
            gevent.sleep(0.1)
            sock.sendall(piece)

    server.answers(answer)
    assert lean(server.url, network_timeout=0.25).session.get("/").ok


def test_a_silence_is_a_timeout_and_is_tried_again_where_asked(server: RawServer) -> None:
    def silent(sock: Any, request: bytes) -> None:
        sock.recv(1)

    server.answers(silent)
    client = lean(server.url, network_timeout=0.05)
    assert client.session.get("/", max_retries=2).status_code == 0
    assert len(server.requests) == 3
    client.session.post("/", timeout=0.02)
    assert len(server.requests) == 4
    assert client.event["response_time"] < 1000
    assert "timed out" in repr(client.event["exception"])


def test_a_shorter_limit_holds_on_a_connection_that_had_a_longer_one(server: RawServer) -> None:
    server.answers(ok(), lambda sock, request: sock.recv(1))
    client = lean(server.url, network_timeout=3600)
    assert client.session.get("/").ok
    with gevent.Timeout(20):
        assert client.session.get("/", timeout=0.05).status_code == 0
    assert "timed out" in repr(client.event["exception"])


def test_a_server_that_does_not_read_is_a_timeout(server: RawServer) -> None:
    server.answers(ok())
    client = lean(server.url, network_timeout=0.1)

    def block(sock: Any, _: Any) -> None:
        gevent.sleep(20)

    server._server.set_handle(block)
    client.session.post("/", data=b"x" * 30_000_000)
    assert "timed out" in repr(client.event["exception"])


# --- bodies --------------------------------------------------------------------------------------


def test_a_large_body_in_both_ways(server: RawServer) -> None:
    body = bytes(range(256)) * 12_000
    server.answers(lambda sock, request: sock.sendall(ok(request.partition(b"\r\n\r\n")[2])))
    assert lean(server.url).session.post("/", data=body).content == body


def test_a_refusal_in_the_middle_of_a_body_ends_the_request(server: RawServer) -> None:
    """The server closes on what it has not read; its answer may be lost with that."""
    refused = ok(b"too large", b"Connection: close", status=b"413 Too Large")

    def serve(sock: Any, _: Any) -> None:
        sock.recv(1000)
        sock.sendall(refused)
        sock.close()

    server._server.set_handle(serve)
    client = lean(server.url)
    assert client.session.post("/", data=b"x" * 30_000_000).status_code in (0, 413)
    assert client.event["exception"] is not None


@pytest.mark.parametrize("said", ["continue", "refuse", "nothing"])
def test_expect_continue(server: RawServer, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from lftui.http import upload

    monkeypatch.setattr(upload, "_CONTINUE_WAIT_S", 0.05)
    bodies: list[bytes] = []

    def serve(sock: Any, _: Any) -> None:
        with sock:
            head = sock.recv(65_536)
            assert head.endswith(b"\r\n\r\n")
            if said == "refuse":
                sock.sendall(ok(b"no", status=b"417 Expectation Failed"))
                sock.recv(1)
                return
            if said == "continue":
                sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            bodies.append(sock.recv(65_536))
            sock.sendall(ok())
            sock.recv(1)

    server._server.set_handle(serve)
    client = lean(server.url)
    response = client.session.put("/", data=b"body", headers={"Expect": "100-continue"})
    assert response.status_code == (417 if said == "refuse" else 200)
    assert bodies == ([] if said == "refuse" else [b"body"])
    idle = client.session.exchange.pool.line(client.session._origin).idle
    assert len(idle) == (0 if said == "refuse" else 1), "the server may still wait for the body"


def test_a_streamed_body_is_read_by_its_user(server: RawServer) -> None:
    server.answers([*(chunked([b"one\n", b"tw"])[:-5], b"2\r\no\n\r\n0\r\n\r\n")], ok(b"next"))
    client = lean(server.url)
    response = client.session.get("/", stream=True)
    assert client.event["response_length"] == 0
    assert list(response.iter_lines()) == [b"one", b"two"]
    assert client.session.get("/").content == b"next"
    assert server.connections == 1


def test_lines_come_as_they_are_sent(server: RawServer) -> None:
    go = gevent.event.Event()

    def answer(sock: Any, request: bytes) -> None:
        whole = chunked(["e: ü\n".encode(), b"e: 2\n"])
        middle = whole.index(b"5\r\n")
        sock.sendall(whole[:middle])
        go.wait()
        sock.sendall(whole[middle:])

    server.answers(answer)
    lines = lean(server.url).session.iter_lines("/")
    assert next(lines) == "e: ü"
    go.set()
    assert list(lines) == ["e: 2"]


def test_a_streamed_body_that_is_dropped_takes_its_connection_along(server: RawServer) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"], ok(b"next"))
    client = lean(server.url, concurrency=1)
    assert client.session.get("/", stream=True)._response.read(3) == b"abc"
    client.events.clear()
    gc.collect()
    assert client.session.get("/").content == b"next"
    assert server.connections == 2


def test_a_streamed_body_that_breaks_off_leaves_no_connection(server: RawServer) -> None:
    server.answers(closing(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), ok(b"next"))
    client = lean(server.url, concurrency=1)
    response = client.session.get("/", stream=True)
    with pytest.raises(Exception, match="Incomplete response"):
        list(response.iter_content())
    assert client.session.get("/").content == b"next"


def test_a_streamed_body_is_decoded(server: RawServer) -> None:
    import gzip

    packed = gzip.compress(b"line\n" * 1000)
    server.answers(ok(packed, b"Content-Encoding: gzip"))
    response = lean(server.url).session.get("/", stream=True)
    assert "".join(response.iter_content(100)) == "line\n" * 1000


# --- the rest ------------------------------------------------------------------------------------


def test_equal_values_of_headers_are_not_equal_texts(server: RawServer) -> None:
    server.answers(ok())
    client = lean(server.url)
    for value in ("1", 1, True, 1.0, [1, 2]):
        client.session.get("/", headers={"Same": "s", "X": value})
    said = [[f for f in one.split(b"\r\n") if f.startswith(b"X: ")] for one in server.requests]
    assert said == [[b"X: 1"], [b"X: 1"], [b"X: True"], [b"X: 1.0"], [b"X: 1", b"X: 2"]]


def test_unknown_words_are_refused_by_name(server: RawServer) -> None:
    with pytest.raises(TypeError, match="do not have hooks, verify"):
        lean(server.url).session.get("/", verify=False, hooks=None)


@pytest.mark.parametrize(
    "url",
    ["http://h:99999", "http://h:port", "ftp://h", "http://", "//h", "h", "", "http://h/\r\nX: y",
     "http://" + "a" * 70 + ".test", "http://a..b", "http://\x00"],
)  # fmt: skip
def test_a_base_url_that_leads_nowhere_is_one_error_a_request(url: str) -> None:
    client = lean(url)
    try:
        response = client.session.get("/")
    except ValueError:
        assert client.events == []
    else:
        assert response.status_code == 0
        assert len(client.events) == 1


def test_the_base_url_may_change(server: RawServer) -> None:
    server.answers(ok())
    client = lean("http://127.0.0.1:1")
    client.session.base_url = server.url + "/v2"
    client.session.get("/x")
    with client.session.rename_request("renamed"):
        client.session.get(server.url + "/abs")
    assert [request.split()[1] for request in server.requests] == [b"/v2/x", b"/abs"]
    assert [event["name"] for event in client.events] == ["/x", "renamed"]


def test_the_phases_are_told_where_asked(server: RawServer) -> None:
    server.answers(ok())
    client = lean(server.url)
    client.session.get("/")
    assert client.event["context"] == {}
    client = lean(server.url)
    client.session.timings = True
    client.session.get("/", context={"mine": 1})
    first = client.event["context"]
    assert first["mine"] == 1
    assert set(first["timings"]) == {"dns", "connect", "first_byte"}
    assert sum(first["timings"].values()) <= client.event["response_time"]
    client.session.get("/")
    assert set(client.event["context"]["timings"]) == {"first_byte"}


def test_many_requests_leave_nothing_behind(server: RawServer) -> None:
    server.answers(ok(b"hello", b"Set-Cookie: a=1; Path=/"))
    client = lean(server.url)
    counts = []
    for _ in range(3):
        for number in range(400):
            client.session.get(f"/{number}?q", headers={"X": str(number % 50)})
            client.events.clear()
        server.requests.clear()
        gc.collect()
        counts.append(len(gc.get_objects()))
    assert counts[2] - counts[1] < 50


def test_a_user_whose_kill_is_on_its_way_sends_nothing_more() -> None:
    """Its time to wait may be over before the kill arrives: it wakes, and would be cut off."""
    tried: list[str] = []

    def awake() -> None:
        tried.append("begins")
        under_way.turn_away(gevent.getcurrent())
        tried.append("sends")

    greenlet = gevent.Greenlet(awake)
    under_way.leaving[greenlet] = under_way.KILLED
    try:
        greenlet.start()
        gevent.sleep(0)
        greenlet.kill()
    finally:
        del under_way.leaving[greenlet]
    assert tried == ["begins"]

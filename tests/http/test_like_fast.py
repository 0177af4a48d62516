"""The same requests through FastHttpUser's client and through this one: responses, events,
failures and what the server receives are the same."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.http.raw import Client, RawServer, chunked, closing, ok, outcome

# FastHttpUser leaves its sockets to the garbage collector, which warns.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

RESPONSES: dict[str, Any] = {
    "ok": ok(),
    "headers": ok(b"x", b"Set-Cookie: a=1", b"Set-Cookie: b=2; Path=/", b"X-A: 1", b"x-a: 2"),
    "chunks": chunked([b"he", b"llo"], b"X-Trailer: 1\r\n"),
    "gzip": ok(gzip.compress(b"hello"), b"Content-Encoding: gzip"),
    "not gzip": ok(b"hello", b"Content-Encoding: gzip"),
    "created": ok(b"", status=b"201 Created"),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "not found": ok(b"no", status=b"404 Not Found"),
    "unavailable": ok(b"busy", b"Retry-After: 1", status=b"503 Service Unavailable"),
    "odd status": ok(status=b"299 Odd"),
    "multiple choices": ok(status=b"300 Multiple Choices"),
    "interim": b"HTTP/1.1 100 Continue\r\n\r\n" + ok(),
    "old": closing(b"HTTP/1.0 200 OK\r\n\r\nhello"),
    "closing": closing(ok(b"hello", b"Connection: close")),
    "no answer": closing(b""),
    "half a head": closing(b"HTTP/1.1 200 OK\r\nContent-"),
    "half a body": closing(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    "half a chunk": closing(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"),
    "no http": closing(b"\x00\x01 garbage\r\n\r\n"),
    "bad status": ok(status=b"abc OK"),
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    "folded": ok(b"", b"X: a\r\n b"),
    "two lengths": ok(b"a", b"Content-Length: 2"),
    "length and chunks": ok(b"1\r\na\r\n0\r\n\r\n", b"Transfer-Encoding: chunked"),
    "line feeds": b"HTTP/1.1 200 OK\nContent-Length: 1\n\na",
    "space before colon": ok(b"a", b"X : 1"),
    "more than said": ok(b"a") + b"XYZ",
    "upgrade": b"HTTP/1.1 101 Up\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "redirect": [ok(b"", b"Location: /there?x=1", status=b"302 Found"), ok()],
    "redirect without a place": ok(b"", status=b"302 Found"),
    "redirect out of http": ok(b"", b"Location: ftp://x/", status=b"302 Found"),
    "redirect for ever": ok(b"", b"Location: /", status=b"301 Moved Permanently"),
    "redirect kept": [ok(b"", b"Location: ../a/./b", status=b"307 Temporary Redirect"), ok()],
}
REQUESTS: dict[str, Callable[[], dict[str, Any]]] = {
    "get": dict,
    "put": lambda: {"method": "PUT"},
    "post nothing": lambda: {"method": "POST"},
    "json": lambda: {"method": "POST", "json": {"a": [1, None, "ü"]}},
    "json with a type": lambda: {
        "method": "POST",
        "json": [],
        "headers": {"Content-Type": "application/vnd.api+json", "accept": "text/plain"},
    },
    "text": lambda: {"method": "POST", "data": "hellö"},
    "bytes": lambda: {"method": "PATCH", "data": b"\x00\xff"},
    "form": lambda: {"method": "POST", "data": {"a": "1 &", "ü": "ö"}},
    "form with a type": lambda: {
        "method": "POST",
        "data": {"a": "1"},
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
    },
    "empty data": lambda: {"method": "POST", "data": ""},
    "delete with a body": lambda: {"method": "DELETE", "data": "x"},
    "params": lambda: {"params": {"a": [1, 2], "b": "c d", "ü": "ö"}, "path": "/x?y=1"},
    "name": lambda: {"name": "/job/{id}", "path": "/job/17"},
    "context": lambda: {"context": {"a": 1}},
    "auth": lambda: {"auth": ("me", "pass:word")},
    "headers": lambda: {"headers": {"X-A": "1", "x-b": "2", "User-Agent": "mine"}},
    "host header": lambda: {"headers": {"Host": "other.example"}},
    "own cookie": lambda: {"headers": {"Cookie": "a=b"}},
    "no redirects": lambda: {"allow_redirects": False},
    "odd path": lambda: {"path": "/ä b?c=%zz#d"},
    "encoded path": lambda: {"path": "/%7Euser/%41?q=%20"},
    "fragment": lambda: {"path": "/a#b"},
    "bad header": lambda: {"headers": {"X": "a\r\nb"}},
    "bad name": lambda: {"headers": {"X Y": "a"}},
    "bad method": lambda: {"method": "GE T"},
    "lower method": lambda: {"method": "get"},
    "file": lambda: {"method": "POST", "data": io.BytesIO(b"hello")},
    "pieces": lambda: {"method": "POST", "data": iter([b"he", "llo"])},
    "chunks asked for": lambda: {
        "method": "POST",
        "data": b"hello",
        "headers": {"Transfer-Encoding": "chunked"},
    },
    "multipart": lambda: {
        "method": "POST",
        "data": {"a": "1"},
        "files": {"f": ("n.txt", b"hello", "text/plain", {}, "boundary")},
    },
    "stream": lambda: {"stream": True},
}


def both(server: RawServer, answer: Any, play: Callable[[Client], Any]) -> tuple[Any, Any]:
    """What each client makes of the same thing: its outcome and what the server received."""
    found = []
    for kind in ("fast", "lean"):
        server.requests.clear()
        server.answers(*(answer if isinstance(answer, list) else [answer]))
        client = Client(kind, server.url, headers={"X-Default": "yes"})
        found.append((play(client), [told(request) for request in server.requests]))
    return found[0], found[1]


def told(request: bytes) -> Any:
    """A request, without what may differ: the order of headers, and who sends it."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    kept = sorted(
        field.partition(b":")[0].lower() + b":" + field.partition(b":")[2]
        for field in fields
        if not field.lower().startswith(b"user-agent: python")
        and not field.lower().startswith(b"user-agent: lftui")
    )
    # The sizes of chunks are nobody's business.
    return line, kept, body if b"chunked" not in head else b"".join(body.split(b"\r\n")[1:-3:2])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", RESPONSES)
def test_the_same_response(server: RawServer, name: str, method: str) -> None:
    fast, lean = both(server, RESPONSES[name], lambda client: outcome(client, method))
    if name == "no answer":  # FastHttpUser asks 11 times more
        fast, lean = fast[0], lean[0]
    assert lean == fast


@pytest.mark.parametrize(
    "name", ["ok", "headers", "not found", "no content", "redirect", "redirect kept"]
)
def test_the_same_response_to_head(server: RawServer, name: str) -> None:
    answers = RESPONSES[name] if isinstance(RESPONSES[name], list) else [RESPONSES[name]]
    heads = [answer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" for answer in answers]
    fast, lean = both(server, heads, lambda client: outcome(client, "HEAD"))
    assert lean == fast


@pytest.mark.parametrize("name", REQUESTS)
def test_the_same_request(server: RawServer, name: str) -> None:
    fast, lean = both(server, ok(), lambda client: outcome(client, **REQUESTS[name]()))
    assert lean == fast


@pytest.mark.parametrize("status", [b"200 OK", b"404 Not Found"])
@pytest.mark.parametrize("act", ["nothing", "success", "failure", "error", "raises"])
def test_the_same_judgement(server: RawServer, status: bytes, act: str) -> None:
    def play(client: Client) -> Any:
        try:
            with client.session.get("/", catch_response=True) as response:
                assert not client.events
                if act == "raises":
                    raise KeyError("x")
                if act == "failure":
                    response.failure("no good")
                if act == "error":
                    response.failure(ValueError("odd"))
                if act == "success":
                    response.success()
        except KeyError:
            return "raised", len(client.events)
        return repr(client.event["exception"]), len(client.events), response.status_code

    fast, lean = both(server, ok(status=status), play)
    assert lean == fast


def test_the_same_without_a_server() -> None:
    with RawServer() as gone:
        url = gone.url
    found = [outcome(Client(kind, url), method) for method in ("GET", "POST")
             for kind in ("fast", "lean")]  # fmt: skip
    assert found[1] == found[0]
    assert found[3] == found[2]
    assert "ConnectionRefusedError" in found[0]["event"]["exception"]


def test_the_same_timeout(server: RawServer) -> None:
    import gevent

    def silent(sock: Any, request: bytes) -> None:
        gevent.sleep(20)

    for method in ("GET", "POST"):
        said = []
        for kind in ("fast", "lean"):
            server.answers(silent)
            client = Client(kind, server.url, network_timeout=0.05)
            said.append(outcome(client, method))
        assert said[1] == said[0]
        assert "timed out" in said[0]["event"]["exception"]


def test_the_same_text_and_json(server: RawServer) -> None:
    bodies = [
        ("text/plain; charset=latin-1", "hellö".encode("latin-1")),
        ("text/html", "<p>hällo wörld, ça va</p>".encode()),
        ("application/json", '{"a": "ü"}'.encode()),
        ("application/json; charset=latin-1", '{"a": "ü"}'.encode("latin-1")),
        ("application/json; charset=utf-8", b'{"a": 1}'),
    ]
    for content_type, body in bodies:

        def play(client: Client, json: bool = b"{" in body) -> Any:
            response = client.session.get("/")
            return response.text, response.json() if json else None

        header = b"Content-Type: " + content_type.encode()
        fast, lean = both(server, ok(body, header), play)
        assert lean == fast, content_type


def test_rest_is_the_same(server: RawServer) -> None:
    from locust.contrib.fasthttp import FastHttpUser
    from locust.env import Environment

    from lftui.http import LeanHttpUser

    def told_of(base: Any) -> Any:
        class User(base):  # type: ignore[misc]
            host = server.url

        environment = Environment(user_classes=[User])
        events: list[Any] = []
        environment.events.request.add_listener(
            lambda **event: events.append((event["name"], repr(event["exception"])))
        )
        user: Any = User(environment)
        server.requests.clear()
        server.answers(ok(b'{"a": 1}'), ok(b"no json"), ok(b"{}"), ok(b"{}"))
        with user.rest("GET", "/1") as response:
            assert response.js == {"a": 1}
        with user.rest("POST", "/2", json={}):
            pass
        with user.rest("GET", "/3") as response:
            raise AssertionError("odd")
        with user.rest_("GET", "/4"):
            pass
        return events, [told(request)[1:] for request in server.requests]

    assert told_of(LeanHttpUser) == told_of(FastHttpUser)

"""Bytes on the wire: however they come, they are read as one response, refused, or told."""

from __future__ import annotations

import gzip
from itertools import pairwise
from typing import Any

import gevent
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lftui.http import limits
from tests.http.raw import RawServer, chunked, closing, lean, ok, outcome

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
PACKED = gzip.compress(b"hello", mtime=0)
RESPONSES = {
    "length": ok(),
    "chunks": chunked([b"he", b"llo"], b"X-Trailer: 1\r\n"),
    "interim": CONTINUE + HINTS + ok(),
    "gzip": ok(PACKED, b"Content-Encoding: gzip"),
    "odd names": ok(b"hello", b"sEt-cOOkie: a=b", b"X-Empty:", b"x-empty:  spaces  "),
}
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("name", RESPONSES)
def test_a_response_may_be_cut_at_every_byte(server: RawServer, name: str) -> None:
    whole = RESPONSES[name]
    client = lean(server.url)
    for cut in range(1, len(whole)):
        server.answers([whole[:cut], whole[cut:]])
        assert client.session.get("/").content == b"hello", cut
        assert client.event["exception"] is None
    assert server.connections == 1


def test_a_response_may_come_byte_by_byte(server: RawServer) -> None:
    whole = RESPONSES["chunks"]
    server.answers([whole[n : n + 1] for n in range(len(whole))])
    assert lean(server.url).session.get("/").text == "hello"


@pytest.mark.parametrize("name", RESPONSES)
def test_a_response_may_break_off_at_every_byte(server: RawServer, name: str) -> None:
    whole = RESPONSES[name]
    for cut in range(len(whole)):
        server.answers(closing(whole[:cut]))
        client = lean(server.url)
        found = outcome(client)
        assert "raised" not in found, cut
        assert client.event["exception"] is not None, cut
        assert client.event["response_length"] == 0
    server.answers(whole)
    assert lean(server.url).session.get("/").content == b"hello"


def test_a_body_may_end_with_its_connection(server: RawServer) -> None:
    server.answers(closing(b"HTTP/1.1 200 OK\r\n\r\nhel", b"lo"))
    client = lean(server.url)
    for _ in range(2):
        assert client.session.get("/").content == b"hello"
    assert server.connections == 2
    assert [event["exception"] for event in client.events] == [None, None]


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_a_status_without_a_body_has_none(server: RawServer, status: bytes) -> None:
    server.answers(b"HTTP/1.1 " + status + b"\r\n\r\n", ok())
    client = lean(server.url)
    assert client.session.get("/").content == b""
    assert client.session.get("/").content == b"hello"
    assert server.connections == 1


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5",
        b"Transfer-Encoding: chunked",
        b"Content-Length: 5\r\nContent-Encoding: gzip",
    ],
)
def test_a_head_has_no_body_whatever_it_says(server: RawServer, framing: bytes) -> None:
    server.answers(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n", ok())
    client = lean(server.url)
    assert client.session.head("/").content == b""
    assert client.event["exception"] is None
    assert client.session.get("/").content == b"hello"
    assert server.connections == 1


def test_a_body_after_a_head_is_not_the_next_response(server: RawServer) -> None:
    server.answers(ok(b"hello"), ok(b"right"))
    client = lean(server.url)
    assert client.session.head("/").content == b""
    assert client.session.get("/").content == b"right"


def test_what_comes_between_two_requests_is_no_response(server: RawServer) -> None:
    late = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
    server.answers([ok(b"one"), late], ok(b"two"))
    client = lean(server.url)
    assert client.session.get("/").content == b"one"
    gevent.sleep(0.01)
    assert client.session.get("/").content == b"two"
    assert server.connections == 2


@pytest.mark.parametrize("apart", [False, True])
def test_a_second_response_is_nobodys(server: RawServer, apart: bool) -> None:
    """Neither its status nor its body become those of the first, and no later request gets it."""
    first, second = ok(b"one"), ok(b"evil", status=b"500 No")
    pieces = [first[:-1], first[-1:] + second] if apart else [first + second]
    server.answers(pieces, ok(b"two"))
    client = lean(server.url)
    response = client.session.get("/")
    assert b"evil" not in (response.content or b"")
    assert response.status_code != 500
    assert "nobody asked for" in repr(client.event["exception"])
    assert client.session.get("/").content == b"two"
    assert server.connections == 2
    server.answers(ok(b"") + second, ok(b"three"))
    assert client.session.head("/").status_code == 200
    assert client.session.get("/").content == b"three"


@pytest.mark.parametrize(
    "header",
    [b"X: " + b"a" * (2 << 20), b"\r\n".join(b"X-%d: %b" % (n, b"b" * 40) for n in range(40_000))],
)
def test_giant_headers_are_refused(server: RawServer, header: bytes) -> None:
    server.answers(ok(b"hello", header))
    client = lean(server.url)
    assert client.session.get("/").status_code == 0
    assert "larger than" in repr(client.event["exception"])


def test_interim_responses_without_end_are_refused(server: RawServer) -> None:
    server.answers(HINTS * 40_000)
    client = lean(server.url)
    assert client.session.get("/").status_code == 0
    assert "larger than" in repr(client.event["exception"])


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br"])
def test_a_small_body_that_unfolds_for_ever_is_refused(
    server: RawServer, coding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODY", 1 << 16)
    data = b"\0" * (1 << 20)
    if coding == "gzip":
        packed = gzip.compress(data)
    else:
        module = pytest.importorskip({"zstd": "backports.zstd", "br": "brotli"}[coding])
        packed = module.compress(data)
    server.answers(ok(packed, b"Content-Encoding: " + coding.encode()))
    client = lean(server.url)
    client.session.get("/")
    assert "larger than" in repr(client.event["exception"])


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"]
)
def test_a_body_without_end_is_refused(
    server: RawServer, head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODY", 1 << 20)

    def answer(sock: Any, request: bytes) -> None:
        sock.sendall(head)
        while True:
            sock.sendall(b"x" * 65_536)

    server.answers(answer)
    client = lean(server.url)
    client.session.get("/")
    assert "larger than 1,048,576 bytes" in repr(client.event["exception"])


@QUICK
@given(st.binary(max_size=300), st.integers(0, 300))
def test_garbage_neither_hangs_nor_raises(server: RawServer, data: bytes, at: int) -> None:
    for whole in (data, ok()[:at] + data + ok()[at:]):
        server.answers(closing(whole))
        found = outcome(lean(server.url))
        assert "raised" not in found
        assert found["same response"]


@QUICK
@given(
    st.lists(st.binary(min_size=1, max_size=50), max_size=6),
    st.booleans(),
    st.sampled_from(["", "gzip", "deflate", "br", "zstd"]),
    st.lists(st.integers(0, 400), max_size=4),
)
def test_a_body_comes_back_as_it_was_sent(
    server: RawServer, pieces: list[bytes], chunks: bool, coding: str, cuts: list[int]
) -> None:
    body = b"".join(pieces)
    packed, header = pack(body, coding)
    if chunks:
        cut = chunked([packed[n : n + 7] for n in range(0, len(packed), 7)])
        whole = cut.replace(b"\r\n", b"\r\n" + header + b"\r\n", 1) if header else cut
    else:
        whole = ok(packed, *([header] if header else []))
    edges = sorted({0, *(cut for cut in cuts if cut < len(whole)), len(whole)})
    server.answers([whole[a:b] for a, b in pairwise(edges)])
    client = lean(server.url)
    assert client.session.get("/").content == body
    assert client.event["exception"] is None
    assert client.event["response_length"] == len(body)


def pack(body: bytes, coding: str) -> tuple[bytes, bytes]:
    """The body in this coding, and the header that says so."""
    import zlib

    import brotli
    from backports import zstd

    packers = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstd.compress,
    }
    if not coding:
        return body, b""
    return packers[coding](body), b"Content-Encoding: " + coding.encode()

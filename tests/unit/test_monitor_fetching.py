"""One bounded request to a source: what is said of one that cannot be asked."""

from __future__ import annotations

import asyncio
import socket

import pytest

from lftui.monitor.fetching import MOST_BYTES, Answer, Fetcher, check_status, json_of
from lftui.monitor.prometheus import RefusedQuery, _data
from lftui.monitor.reading import SourceError


def asked(url: str) -> str:
    """Why it cannot be asked."""

    async def main() -> str:
        fetcher = Fetcher(url, {})
        try:
            with pytest.raises(SourceError) as caught:
                await fetcher.get(url)
        finally:
            await fetcher.close()
        return str(caught.value)

    return asyncio.run(main())


def answering(data: bytes) -> str:
    """What is said of a server that answers with these bytes and closes."""

    async def main() -> str:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(data)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        fetcher = Fetcher(f"http://127.0.0.1:{port}", {})
        try:
            with pytest.raises(SourceError) as caught:
                await fetcher.get(f"http://127.0.0.1:{port}/")
        finally:
            await fetcher.close()
            server.close()
        return str(caught.value)

    return asyncio.run(main())


def test_nobody_there() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, and not listening
        said = asked(f"http://127.0.0.1:{held.getsockname()[1]}/metrics")
    assert said == "no connection: Connection refused"


@pytest.mark.parametrize("url", ["http://a..b/x", f"http://{'x' * 70}/", "http://h/\x1b"])
def test_no_address(url: str) -> None:
    assert asked(url).startswith(("no connection: ", "it cannot be asked: "))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the connection broke"),
        (b"\x00\xff\r\n\r\n", "the connection broke"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", "the connection broke"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b",
            "it answers packed, though it was asked not to",
        ),
        (
            b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MOST_BYTES + 1),
            "its answer is larger than 2 MB",
        ),
    ],
)
def test_answers_that_are_none(data: bytes, said: str) -> None:
    assert answering(data) == said


@pytest.mark.parametrize(
    ("status", "said"),
    [(503, "it answers 503 (Service Unavailable)"), (799, "it answers 799")],
)
def test_another_status(status: int, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        check_status(Answer(status, "", b""))
    assert str(caught.value) == said


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 200_000, b"\xff"])
def test_no_json(body: bytes) -> None:
    with pytest.raises(SourceError, match="its answer is no JSON"):
        json_of(Answer(200, "", body))


@pytest.mark.parametrize(
    ("status", "body", "said", "of_row"),
    [
        (200, b"[]", "its answer is not that of a Prometheus", False),
        (200, b'{"status": "success", "data": 5}', "its answer is not that of a Prometheus", False),
        (404, b"gone", "it answers 404 (Not Found)", False),
        (
            400,
            b'{"status": "error", "errorType": "bad_data", "error": "parse \\u001b[31m"}',
            "the query is refused: parse ",
            True,
        ),
        (503, b'{"status": "error", "errorType": "timeout"}', "it reports an error", False),
    ],
)
def test_what_a_prometheus_may_answer(status: int, body: bytes, said: str, of_row: bool) -> None:
    with pytest.raises(SourceError) as caught:
        _data(Answer(status, "application/json", body))
    assert str(caught.value).startswith(said)
    assert "\x1b" not in str(caught.value)
    assert isinstance(caught.value, RefusedQuery) == of_row

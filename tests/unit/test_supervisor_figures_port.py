"""The port of the live figures: what it answers, whom it does not wait for, what it refuses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from lftui.options import figures_at
from lftui.plan import PlanError, is_open_to_others
from lftui.supervisor import figures_port
from lftui.supervisor.figures_port import FiguresPort


def serving(act: Callable[[int], Awaitable[None]], text: str = "lftui_users 5\n# EOF\n") -> None:
    """A port that is open while `act` lasts."""

    async def main() -> None:
        port = FiguresPort(lambda: text, "text/x")
        await port.open("127.0.0.1", 0)
        try:
            await act(int(port.url.rpartition(":")[2].partition("/")[0]))
        finally:
            await port.close()

    asyncio.run(main())


async def ask(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


def get(path: str, method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def test_the_figures_are_at_one_place_and_nothing_can_be_sent() -> None:
    async def act(port: int) -> None:
        found = await ask(port, get("/metrics?x=1"))
        head, _, body = found.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/x\r\n")
        assert body == b"lftui_users 5\n# EOF\n"
        assert (await ask(port, get("/metrics", "HEAD"))).endswith(b"\r\n\r\n")
        assert (await ask(port, get("/"))).startswith(b"HTTP/1.1 404 ")
        assert (await ask(port, get("/metrics", "POST"))).startswith(b"HTTP/1.1 405 ")

    serving(act)


@pytest.mark.parametrize(
    "request_", [b"", b"\x00\xff\r\n\r\n", b"GET\r\n\r\n", b"GET " + b"/" * 60_000, b"GET /metrics"]
)
def test_nonsense_gets_no_figures_and_ends_nothing(request_: bytes) -> None:
    async def act(port: int) -> None:
        assert b"lftui_users" not in await ask(port, request_)
        assert b"lftui_users" in await ask(port, get("/metrics"))

    serving(act)


def test_clients_that_say_nothing_are_let_go_and_take_nobodys_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(figures_port, "_REQUEST_S", 0.05)

    async def act(port: int) -> None:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(40)]
        for reader, writer in silent:
            assert await reader.read() == b""
            writer.close()
        assert b"lftui_users" in await ask(port, get("/metrics"))

    serving(act)


def test_a_port_that_is_taken_is_one_sentence() -> None:
    async def main(taken: int) -> None:
        with pytest.raises(PlanError) as caught:
            await FiguresPort(str, "").open("127.0.0.1", taken)
        assert str(caught.value) == (
            f"--prometheus-port: 127.0.0.1:{taken} cannot be opened: Address already in use; give "
            "another port, or 0 for one that is free"
        )
        with pytest.raises(PlanError, match=r"192\.0\.2\.1:0 cannot be opened"):
            await FiguresPort(str, "").open("192.0.2.1", 0)
        with pytest.raises(PlanError, match="cannot be opened"):
            await FiguresPort(str, "").open("x" * 300, 0)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        asyncio.run(main(listening.getsockname()[1]))


@pytest.mark.parametrize(
    ("given", "address", "is_open"),
    [
        ({}, "", False),
        ({"prometheus-port": "9646"}, "127.0.0.1:9646", False),
        ({"prometheus-port": "0", "prometheus-host": "0.0.0.0"}, "0.0.0.0:0", True),
        ({"prometheus-port": "1", "prometheus-host": "[::1]"}, "::1:1", False),
    ],
)
def test_where_they_are_served(given: dict[str, str], address: str, is_open: bool) -> None:
    assert figures_at(given) == address
    assert is_open_to_others(address) == is_open


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"prometheus-port": "http"},
            "--prometheus-port is 'http'; a port is a number up to 65535",
        ),
        ({"prometheus-port": "65536"}, "--prometheus-port is '65536'; a port is"),
        ({"prometheus-port": "-1"}, "--prometheus-port is '-1'; a port is"),
        ({"prometheus-port": "٣"}, "--prometheus-port is '٣'; a port is"),
        ({"prometheus-host": "0.0.0.0"}, "--prometheus-host is for --prometheus-port; give that"),
        ({"prometheus-port": "1", "prometheus-host": ""}, "--prometheus-host is no address; give"),
        ({"prometheus-port": "1", "prometheus-host": "a b"}, "--prometheus-host is no address;"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(PlanError) as caught:
        figures_at(given)
    assert str(caught.value).startswith(sentence)

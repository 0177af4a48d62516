"""What else may come to a master's port: bytes that mean nothing, and workers that are none."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import NamedTuple

import msgpack
import zmq

# ZMTP 3.0's greeting: signature, version, mechanism NULL, not a server, filler.
GREETING = b"\xff" + b"\0" * 8 + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + b"\0" * 32
# What a stranger says in the name of another.
FORGED = {
    "quit": None,
    "client_stopped": None,
    "client_ready": "2.47.0",
    "spawning_complete": {"user_classes_count": {"Visitor": 10**6}},
    "stats": {"user_count": 10**6, "stats": [], "user_classes_count": {"Visitor": 10**6}},
    "exception": {"msg": "forged", "traceback": "forged"},
}
WRONG = (None, 7, "text", [1], {}, {"state": 7, "version": None, "stats": 7, "msg": 7})


class Port(NamedTuple):
    """A master's port, and the Locust id of one of its workers."""

    host: str
    number: int
    worker: str

    @classmethod
    def of(cls, listens: str, worker: str) -> Port:
        """The port that `HOST:PORT` names."""
        host, _, number = listens.rpartition(":")
        return cls(host, int(number), worker)


def raw(port: Port, data: bytes) -> None:
    """Send bytes and hang up."""
    with socket.create_connection((port.host, port.number), timeout=10) as one:
        one.sendall(data)


def said(port: Port, *messages: list[bytes], name: str | bytes = "stranger") -> None:
    """Send messages, each of these parts, as a worker of this name does; back when they are off."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.identity = name.encode() if isinstance(name, str) else name
        dealer.linger = 10_000
        dealer.connect(f"tcp://{port.host}:{port.number}")
        for parts in messages:
            dealer.send_multipart(parts)


def message(kind: object, data: object, node: object) -> list[bytes]:
    """One of Locust's messages, as it goes over the wire."""
    return [msgpack.dumps((kind, data, node))]


def junk(port: Port) -> None:
    """Bytes that no worker sends."""
    raw(port, b"")
    raw(port, b"GET / HTTP/1.1\r\n\r\n")
    raw(port, bytes(range(256)) * 64)
    raw(port, GREETING + b"\xff" * 999)


def no_messages(port: Port) -> None:
    """Parts that are no message of Locust's."""
    said(
        port,
        [b"\x00"], [b"\xc1"], [b""], [b"a", b"b"],
        [msgpack.dumps(7)], [msgpack.dumps([1])], [msgpack.dumps({"a": 1, 2: 3, "c": 4})],
        message(None, None, None), message(["quit"], None, "stranger"),
    )  # fmt: skip
    said(port, message("client_ready", "2.47.0", "stranger"), name=b"\xff\xfe")


def forgeries(port: Port) -> None:
    """Messages in the name of a worker that is there."""
    forged = [message(kind, data, port.worker) for kind, data in FORGED.items()]
    said(port, *forged)
    said(port, *forged, name=port.worker)


def wrong_data(port: Port) -> None:
    """Messages of a worker that is none, with data that does not fit; then it says that it goes."""
    kinds = (
        "heartbeat",
        "stats",
        "spawning",
        "spawning_complete",
        "exception",
        "logs",
        "locustfile",
    )
    said(
        port,
        *(message(kind, data, "stranger") for kind in (*kinds, "unknown") for data in WRONG),
        message("client_ready", "2.47.0", "stranger"),
        *(message(kind, data, "stranger") for kind in (*kinds, "unknown") for data in WRONG),
        message("quit", None, "stranger"),
    )


ATTACKS: dict[str, Callable[[Port], None]] = {
    "junk": junk,
    "no messages": no_messages,
    "forgeries": forgeries,
    "wrong data": wrong_data,
}

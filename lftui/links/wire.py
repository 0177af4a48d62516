"""What a console and the supervisor that it started say to each other, a JSON line each.

Once the run's socket is there nothing more is said here: the console goes on at the socket.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from lftui.records import Loaded

LINE_LIMIT = 16 << 20
IN_PROCESS = "--in-process"


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the console wants. A later request takes the place of one that is not yet answered.

    Attributes:
        number: its answer carries the same.
        run: start the run; without, only load what is chosen.
        argv: the command line of the run.
        trusted_host: the embedded target's own address, which no rule refuses.
    """

    number: int
    argv: list[str]
    run: bool = False
    trusted_host: str | None = None


class Started(msgspec.Struct, frozen=True):
    """A run that has begun: its id, the supervisor's socket, its folder, and what to tell."""

    run_id: str
    socket: str
    folder: str
    warnings: list[str] = []


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of: what the scenario offers, the run that has begun, or one sentence why not."""

    number: int
    loaded: Loaded | None = None
    started: Started | None = None
    refused: str | None = None
    exit_code: int = 0


Message = TypeVar("Message", Request, Answer)


def to_line(message: Request | Answer) -> bytes:
    """The message as one line, its newline included."""
    return msgspec.json.encode(message) + b"\n"


def from_line(line: bytes, kind: type[Message]) -> Message | None:
    """The message in a line; None for the end of the stream or what is no message."""
    try:
        return msgspec.json.decode(line, type=kind) if line.endswith(b"\n") else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None

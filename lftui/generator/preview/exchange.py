"""What a preview is asked for, and what it answers."""

from __future__ import annotations

import os

import msgspec


class Request(msgspec.Struct, frozen=True):
    """What to preview; `own` are lftui's options, `answer_by` is a time of the monotonic clock."""

    argv: list[str]
    own: dict[str, bool]
    shape: str
    answer_by: float


class Walk(msgspec.Struct):
    """How it went: `goals` are the changes of what `tick` asked for (time, users, spawn rate)."""

    points: list[tuple[float, int]] = []
    goals: list[tuple[float, int, float]] = []
    until_s: float = 0.0
    ended: bool = False
    by_chance: bool = False
    reason: str = ""


class Asker:
    """The two ends of whoever asked: kept away from the locustfile."""

    def __init__(self) -> None:
        nowhere = os.open(os.devnull, os.O_RDWR)
        self._asked, self._out = os.dup(0), os.dup(1)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)

    def request(self) -> Request:
        """What is asked for."""
        line = b""
        while not line.endswith(b"\n") and (data := os.read(self._asked, 65536)):
            line += data
        return msgspec.json.decode(line, type=Request)

    def give(self, walk: Walk) -> None:
        """Answer, and wait to be ended; whoever asked may be gone as well."""
        line = msgspec.json.encode(walk) + b"\n"
        while line:
            line = line[os.write(self._out, line) :]
        os.read(self._asked, 1)
        os._exit(0)

"""What a banner of the Live screen is."""

from __future__ import annotations

import msgspec


class Banner(msgspec.Struct, frozen=True):
    """One of them.

    Attributes:
        level: its sign; `info` has none.
        rank: the lower, the further up: what is gone or silent, then what waits for the operator's
            yes, then what is broken, doubtful, or good to know.
    """

    level: str
    text: str
    rank: int


def gone(text: str) -> Banner:
    """Something is gone or silent."""
    return Banner("critical", text, 0)


def asks(text: str) -> Banner:
    """Something waits for the operator's yes."""
    return Banner("warning", text, 1)


def broken(text: str) -> Banner:
    """Something is broken."""
    return Banner("critical", text, 2)


def doubt(text: str) -> Banner:
    """Something makes the figures, or the run, doubtful."""
    return Banner("warning", text, 3)


def fact(text: str) -> Banner:
    """Something is good to know."""
    return Banner("info", text, 4)

"""A question on a terminal, before something that there is no way back from."""

from __future__ import annotations

import sys


def can_ask() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def agreed(question: str) -> bool:
    """Whether the answer is yes; enter alone, and no answer, are no."""
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False

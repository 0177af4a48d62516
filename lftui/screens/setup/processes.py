"""How many processes make the load: the field's text, what is wrong with it, and in words."""

from __future__ import annotations

from lftui.plan import PlanError

NAME = "processes"
EVERY_CORE = -1
HELP = (
    "worker processes that make the load; 0 or empty: in the generator itself; "
    "-1: one per core but one"
)
PLACEHOLDER = "0, in one process"
_DIGITS = 4


def read_processes(text: str) -> int | None:
    """The number that a text says; None of an empty one.

    Raises:
        PlanError: it is none; one sentence.
    """
    text = text.strip()
    if not text:
        return None
    digits = text.removeprefix("-")
    number = int(text) if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else None
    if number is None or number < EVERY_CORE:
        raise PlanError(
            f"'{text[:20]}' is no number of processes; write a whole one from 0, "
            "or -1 for one per core but one"
        )
    return number


def processes_text(processes: int | None) -> str:
    """What stands in the field."""
    return "" if processes is None else str(processes)


def processes_said(processes: int | None) -> str:
    """`on 3 worker processes`; "" where there are none."""
    if not processes:
        return ""
    if processes < 0:
        return "on one worker process per core but one"
    return f"on {processes:,} worker process{'es' if processes != 1 else ''}"

"""What reading a source gives, and what may be wrong with it."""

from __future__ import annotations

from typing import Protocol

import msgspec

Values = dict[str, float | None]
"""The rows' values by name, in the rows' units; None where there was no number."""


class SourceError(Exception):
    """A source, or one row of it, could not be read. The message says why, in one clause."""


class Reading(msgspec.Struct):
    """One reading of a source.

    Attributes:
        values: of every row.
        faults: why a row could not be read, by its name.
    """

    values: Values
    faults: dict[str, str] = {}


class Reader(Protocol):
    """Reads one source. Never called twice at once."""

    async def read(self, now: float) -> Reading:
        """All rows; `now` in monotonic seconds.

        Raises:
            SourceError: nothing could be read.
        """

    async def close(self) -> None:
        """Let connections go."""

"""What a pacer did, as it travels from a worker."""

from __future__ import annotations

import msgspec


class Counts(msgspec.Struct, frozen=True, array_like=True):
    """What a pacer did since the last time it was asked, and how it is now; as `Arrivals`.
    `wanted` are the users that there should be."""

    due: int = 0
    started: int = 0
    late: int = 0
    dropped: int = 0
    waiting: int = 0
    busy: int = 0
    free: int = 0
    wanted: int = 0

    def __add__(self, other: Counts) -> Counts:
        mine, theirs = msgspec.structs.astuple(self), msgspec.structs.astuple(other)
        return Counts(*(one + another for one, another in zip(mine, theirs, strict=True)))

    def without_events(self) -> Counts:
        """How it is now, and nothing that has happened."""
        return Counts(waiting=self.waiting, busy=self.busy, free=self.free, wanted=self.wanted)

    def events(self) -> Counts:
        """What has happened, and nothing of how it is now."""
        return Counts(self.due, self.started, self.late, self.dropped)

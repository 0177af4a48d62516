"""How much of a run a report shows: whatever the run was, the file stays small."""

from __future__ import annotations

import msgspec

MOST_BYTES = 1_900_000
"""A report is below 2 MB, in UTF-8."""


class Caps(msgspec.Struct, frozen=True):
    """At most so many lines of each kind; what is left out is counted."""

    endpoints: int = 300
    checks: int = 200
    deltas: int = 150
    steps: int = 200
    workers: int = 200
    marks: int = 400
    drawn_marks: int = 60
    gaps: int = 50
    targets: int = 8
    trend: int = 100
    reasons: int = 5
    names: int = 20
    sample: int = 1_000
    bins: int = 600

    def tighter(self) -> Caps:
        """Half of everything."""
        halves = {name: max(1, getattr(self, name) // 2) for name in self.__struct_fields__}
        return Caps(**halves | {"bins": max(60, self.bins // 2)})

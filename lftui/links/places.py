"""Places along a stored run from which it can be folded on."""

from __future__ import annotations

import bisect

import msgspec

from lftui.links.copying import packed
from lftui.run_state import RunState

_KEPT = 16
_KEPT_BYTES = 24_000_000


class Place(msgspec.Struct, frozen=True):
    """A place to begin folding at: the state until there, encoded, and the offset behind it."""

    position_s: float
    state: bytes
    offset: int


class Places:
    """Places along a journal, so that a jump back need not fold all from the begin."""

    def __init__(self, length_s: float) -> None:
        self._every_s = max(length_s / _KEPT, 10.0)
        self._places: list[Place] = []

    def nearest(self, position_s: float) -> Place | None:
        """The last place at or before this position."""
        index = bisect.bisect_right([place.position_s for place in self._places], position_s)
        return self._places[index - 1] if index else None

    def passed(self, position_s: float, state: RunState, offset: int) -> None:
        """Remember this place, where none is near it."""
        before = self.nearest(position_s)
        if position_s - (before.position_s if before else 0.0) >= self._every_s:
            self.keep(Place(position_s, packed(state), offset))

    def keep(self, place: Place) -> None:
        """Keep this place; of too many, every other one is given up."""
        bisect.insort(self._places, place, key=lambda one: one.position_s)
        if sum(len(one.state) for one in self._places) > _KEPT_BYTES:
            self._places = self._places[1::2]
            self._every_s *= 2

"""The load of a search: which level is on, and the commands that set another one."""

from __future__ import annotations

from lftui.records import Command, SetRate, SetUsers, Tick
from lftui.run_state import RunState
from lftui.shapes import Capacity
from lftui.shapes.parameters import fitting_rate

_CHANGES = ("users", "rate", "undo", "unpause")
_RAMP_PART = 5
_LOST_S = 60.0
_ROUNDING = 1e-3


class SearchLoad:
    """Knows the level that is wanted, also while the generator has not answered yet.

    Attributes:
        level: users, or iterations a second; 0 before the first.
    """

    def __init__(self, search: Capacity) -> None:
        self._search = search
        self.level = 0.0
        self._waits_for = ""
        self._sent_s = 0.0

    @property
    def waits(self) -> bool:
        """Whether the generator has not answered yet: what it does now says nothing."""
        return bool(self._waits_for)

    def go(self, level: float, command_id: str, who: str, now_s: float) -> Command:
        """The command that sets a level."""
        change, self.level = abs(level - self.level), level
        self._waits_for, self._sent_s = command_id, now_s
        if self._search.unit == "rate":
            return SetRate(id=command_id, who=who, rate=level)
        asked = self._search.spawn_rate
        pace = fitting_rate(round(change), self._search.step_s, _RAMP_PART)
        return SetUsers(
            id=command_id, who=who, users=round(level), spawn_rate=pace if asked is None else asked
        )

    def answered(self, command_id: str) -> bool:
        """An answer has come; whether it is the one that is waited for."""
        ours = bool(command_id) and command_id == self._waits_for
        if ours:
            self._waits_for = ""
        return ours

    def waits_too_long(self, now_s: float) -> bool:
        """Whether the answer is overdue."""
        return self.waits and now_s - self._sent_s > _LOST_S

    def is_at(self, here: float) -> bool:
        """Whether this is the level that was set."""
        return abs(here - self.level) <= _ROUNDING * max(self.level, 1.0)

    def found_at(self, here: float) -> None:
        """Somebody else has set this level."""
        self.level = here

    def half(self, level: float) -> float:
        """Half of a level, of users at least one."""
        return level / 2 if self._search.unit == "rate" else float(max(1, round(level / 2)))


def level_of(tick: Tick, unit: str) -> float:
    """The level that is wanted at the end of a tick."""
    if unit == "rate":
        return tick.arrivals.target_rate if tick.arrivals is not None else 0.0
    return float(tick.target)


def who_changed(state: RunState) -> str:
    """Who has changed the load last."""
    for mark in reversed(state.marks):
        if mark.type in _CHANGES:
            return mark.who
    return ""

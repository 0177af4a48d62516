"""What a search proposes to the operator, one level at a time."""

from __future__ import annotations

import itertools

from lftui.records import Proposed
from lftui.safe_text import safe_line


class Offers:
    """The proposal that is open, and what became of the others.

    Attributes:
        open: None where nothing is proposed.
    """

    def __init__(self) -> None:
        self.open: Proposed | None = None
        self._used: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def make(self, unit: str, level: float, up: bool, reason: str) -> Proposed:
        """Propose a level."""
        self.open = Proposed(
            proposal_id=f"s-{next(self._numbers)}",
            action="step-up" if up else "step-back",
            source="capacity",
            users=round(level) if unit == "users" else None,
            rate=level if unit == "rate" else None,
            reason=reason,
        )
        return self.open

    def knows(self, number: str) -> bool:
        """Whether it is one of these."""
        return number in self._used or self.is_open(number)

    def is_open(self, number: str) -> bool:
        """Whether it waits for an answer."""
        return self.open is not None and self.open.proposal_id == number

    def close(self, how: str) -> str:
        """The open one is answered for; its id, "" where there is none."""
        if self.open is None:
            return ""
        number, self.open = self.open.proposal_id, None
        self._used[number] = how
        return number

    def refusal(self, wanted: str) -> str:
        """Why this one cannot be answered."""
        known = f"the proposal {safe_line(wanted, 80)} {self._used.get(wanted, 'is not known')}"
        now = f"; open is {self.open.proposal_id}" if self.open is not None else "; none is open"
        return known + now

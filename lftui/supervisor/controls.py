"""Who holds the controls: one at a time; the others watch."""

from __future__ import annotations

_TERMINAL = 0


class Controls:
    """Clients by their number; the terminal that the supervisor runs in is number 0.

    While nobody holds the controls, whoever sends a command may steer.
    """

    def __init__(self) -> None:
        self.holder: int | None = None

    def take(self, number: int, force: bool) -> str | None:
        """Give the controls to this client; the refusal, where another has them."""
        if self.holder not in (None, number) and not force:
            return "another console holds the controls; take them over to steer"
        self.holder = number
        return None

    def release(self, number: int) -> str | None:
        """Take the controls back from this client; the refusal, where it has none."""
        if self.holder != number:
            return "this console does not hold the controls"
        self.holder = None
        return None

    def refusal(self, number: int) -> str | None:
        """Why this client may not steer; None where it may. The own terminal always may."""
        if number == _TERMINAL or self.holder in (None, number):
            return None
        return "another console holds the controls; take them over to steer"

    def forget_but(self, present: set[int]) -> bool:
        """Release controls that a client took along when it went; whether one had."""
        if self.holder is None or self.holder == _TERMINAL or self.holder in present:
            return False
        self.holder = None
        return True

"""The exact rate of an open workload."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from lftui.records import SetRate
from lftui.screens.dialogs.load import LoadDialog, field_line
from lftui.screens.dialogs.rate_asked import RateAsked, RateNow, read_rate_field
from lftui.screens.live.parts import wrapped
from lftui.shapes.rates import say_arrival_rate, say_number
from lftui.widgets.lines import Lines

_WIDTH = 70


class RateDialog(LoadDialog[SetRate]):
    """The command that the field asks for; None where the operator went back.

    Args:
        now: tells how the load is, as often as it changes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "back", id="rate.back")]

    def __init__(self, now: Callable[[], RateNow]) -> None:
        super().__init__()
        self._now = now

    def compose(self) -> ComposeResult:
        """The field, with its error beside it."""
        with Vertical(classes="dialog"):
            yield Lines(("Rate", "header"))
            yield Lines("", id="rate-now")
            yield from field_line("rate", "iterations a second", say_number(self._now().wanted))
            yield Lines("", id="rate-asked")
            yield Lines(("enter does it, esc goes back", "dim"))

    def asked(self) -> RateAsked:
        """What the field asks for now."""
        return read_rate_field(self.query_one("#rate", Input).value, self._now())

    def draw(self) -> None:
        """Say how the load is, and what would be sent."""
        asked = self.asked()
        self.query_one("#rate-now", Lines).show(wrapped(_now_said(self._now()), _WIDTH))
        self.hint("rate", asked.error, "at once")
        said = asked.sentence or "nothing is sent like this"
        tone = "accent" if asked.sentence else "critical"
        self.query_one("#rate-asked", Lines).show([(said, tone)])


def _now_said(now: RateNow) -> str:
    """`now 50 iterations a second, 12 users of at most 750`."""
    users = f"{now.users:,} user{'' if now.users == 1 else 's'}"
    most = f" of at most {now.most:,}" if now.most is not None else ""
    ceiling = f", at most {say_number(now.ceiling)} on this target" if now.ceiling else ""
    return f"now {say_arrival_rate(now.wanted)}{ceiling}, {users}{most}"

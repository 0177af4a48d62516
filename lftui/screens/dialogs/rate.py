"""The exact rate of an open workload."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from lftui.records import SetRate
from lftui.screens.dialogs.rate_asked import RateAsked, RateNow, read_rate_field
from lftui.screens.dialogs.users import field_line
from lftui.screens.live.parts import wrapped
from lftui.shapes.rates import say_arrival_rate, say_number
from lftui.widgets.lines import Lines
from lftui.widgets.look import look_of

_WIDTH = 70


class RateDialog(ModalScreen[SetRate | None]):
    """The command that the field asks for; None where the operator went back.

    Args:
        now: tells how the load is, as often as it changes.
    """

    DEFAULT_CSS = """
    RateDialog .field { height: 1; }
    RateDialog .field .name { width: 24; }
    RateDialog .field Input { width: 12; }
    RateDialog .field .hint { padding: 0 0 0 1; }
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

    def on_mount(self) -> None:
        """Follow the run, and write at once."""
        field = self.query_one("#rate", Input)
        field.cursor_blink = False
        field.focus()
        field.select_all()
        if hasattr(self.app, "snapshot"):
            self.watch(self.app, "snapshot", self._on_snapshot, init=False)
        self._draw()

    def _on_snapshot(self, snapshot: Any) -> None:
        self._draw()

    @on(Input.Changed)
    def _on_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._draw()

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        asked = self._asked()
        if asked.command is not None:
            self.dismiss(asked.command)

    def action_back(self) -> None:
        """Nothing."""
        self.dismiss(None)

    def _asked(self) -> RateAsked:
        return read_rate_field(self.query_one("#rate", Input).value, self._now())

    def _draw(self) -> None:
        asked = self._asked()
        self.query_one("#rate-now", Lines).show(wrapped(_now_said(self._now()), _WIDTH))
        sign = look_of(self).sign("critical")
        error = (f"{sign} {asked.error}", "critical") if asked.error else ("at once", "dim")
        self.query_one("#rate-hint", Lines).show([error])
        said = asked.sentence or "nothing is sent like this"
        tone = "accent" if asked.sentence else "critical"
        self.query_one("#rate-asked", Lines).show([(said, tone)])


def _now_said(now: RateNow) -> str:
    """`now 50 iterations a second, 12 users of at most 750`."""
    users = f"{now.users:,} user{'' if now.users == 1 else 's'}"
    most = f" of at most {now.most:,}" if now.most is not None else ""
    ceiling = f", at most {say_number(now.ceiling)} on this target" if now.ceiling else ""
    return f"now {say_arrival_rate(now.wanted)}{ceiling}, {users}{most}"

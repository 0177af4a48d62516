"""What the dialogs of the load have in common: fields that follow the run and say what is asked."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input

from lftui.records import Command
from lftui.widgets.lines import Lines
from lftui.widgets.look import look_of

Sent = TypeVar("Sent", bound=Command)


class Asked(Protocol):
    """What the fields ask for."""

    @property
    def command(self) -> Any:
        """What would be sent; None where it cannot be."""


class LoadDialog(ModalScreen[Sent | None]):
    """The command that the fields ask for; None where the operator went back."""

    DEFAULT_CSS = """
    LoadDialog .field { height: 1; }
    LoadDialog .field .name { width: 24; }
    LoadDialog .field Input { width: 12; }
    LoadDialog .field .hint { padding: 0 0 0 1; }
    """

    def asked(self) -> Asked:
        """What the fields ask for now."""
        raise NotImplementedError

    def draw(self) -> None:
        """Say how the load is, and what would be sent."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Follow the run, and write at once."""
        for field in self.query(Input):
            field.cursor_blink = False
        first = self.query(Input).first()
        first.focus()
        first.select_all()
        if hasattr(self.app, "snapshot"):
            self.watch(self.app, "snapshot", self._on_snapshot, init=False)
        self.draw()

    def _on_snapshot(self, snapshot: Any) -> None:
        self.draw()

    @on(Input.Changed)
    def _on_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.draw()

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        command = self.asked().command
        if command is not None:
            self.dismiss(command)

    def action_back(self) -> None:
        """Nothing."""
        self.dismiss(None)

    def hint(self, field: str, error: str, hint: str) -> None:
        """What stands behind a field: its error, else its hint."""
        sign = look_of(self).sign("critical")
        line = (f"{sign} {error}", "critical") if error else (hint, "dim")
        self.query_one(f"#{field}-hint", Lines).show([line])


def field_line(name: str, label: str, value: str) -> ComposeResult:
    """A field of that id with its label before and its hint, `NAME-hint`, behind it."""
    with Horizontal(classes="field"):
        yield Lines(label, classes="name")
        yield Input(value, id=name, compact=True, select_on_focus=True)
        yield Lines("", id=f"{name}-hint", classes="hint")

"""Exact users, spawn rate, and users of each class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input

from lftui.records import SetUsers
from lftui.screens.dialogs.users_asked import Asked, UsersNow, read_fields
from lftui.screens.live.parts import cut, wrapped
from lftui.widgets.lines import Lines
from lftui.widgets.look import look_of

_NAME = 22
_WIDTH = 70


class UsersDialog(ModalScreen[SetUsers | None]):
    """The command that the fields ask for; None where the operator went back.

    Args:
        now: tells how the load is, as often as it changes.
    """

    DEFAULT_CSS = """
    UsersDialog #fields { height: auto; max-height: 12; }
    UsersDialog .field { height: 1; }
    UsersDialog .field .name { width: 24; }
    UsersDialog .field Input { width: 12; }
    UsersDialog .field .hint { padding: 0 0 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="users.back"),
        # With priority: what is typed behind it in one burst belongs into the next field already.
        Binding("down,tab", "app.focus_next", "next field", id="users.next", priority=True),
        Binding(
            "up,shift+tab",
            "app.focus_previous",
            "field before",
            id="users.before",
            priority=True,
        ),
    ]

    def __init__(self, now: Callable[[], UsersNow]) -> None:
        super().__init__()
        self._now = now
        self._names = list(now().target_by_class)

    def compose(self) -> ComposeResult:
        """A field a line, each with its hint or its error beside it."""
        now = self._now()
        with Vertical(classes="dialog"):
            yield Lines(("Users", "header"))
            yield Lines("", id="users-now")
            with VerticalScroll(id="fields", can_focus=False):
                yield from field_line("users", "users in all", str(now.target))
                yield from field_line("rate", "spawn rate, a second", "")
                for number, name in enumerate(self._names):
                    yield from field_line(f"class-{number}", cut(name, _NAME), "")
            yield Lines("", id="users-asked")
            yield Lines(("enter does it, esc goes back", "dim"))

    def on_mount(self) -> None:
        """Follow the run, and write at once."""
        for field in self.query(Input):
            field.cursor_blink = False
        first = self.query_one("#users", Input)
        first.focus()
        first.select_all()
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

    def _asked(self) -> Asked:
        classes = {
            name: self.query_one(f"#class-{number}", Input).value
            for number, name in enumerate(self._names)
        }
        users, rate = self.query_one("#users", Input), self.query_one("#rate", Input)
        return read_fields(users.value, rate.value, classes, self._now())

    def _draw(self) -> None:
        now, asked = self._now(), self._asked()
        ceiling = f", at most {now.ceiling:,} on this target" if now.ceiling is not None else ""
        self.query_one("#users-now", Lines).show(
            [f"now {now.users:,} of {now.target:,} wanted{ceiling}"]
        )
        self._hint("users", asked.errors.get("users", ""), "")
        self._hint("rate", asked.errors.get("rate", ""), "empty: the plan's rate")
        for number, name in enumerate(self._names):
            has, wants = now.by_class.get(name, 0), now.target_by_class.get(name, 0)
            said = f"now {has:,} of {wants:,}; empty: as it is"
            self._hint(f"class-{number}", asked.errors.get(f"class:{name}", ""), said)
        text = wrapped(asked.sentence, _WIDTH) if asked.sentence else ["nothing is sent like this"]
        tone = "accent" if asked.sentence else "critical"
        self.query_one("#users-asked", Lines).show([(line, tone) for line in text])

    def _hint(self, field: str, error: str, hint: str) -> None:
        sign = look_of(self).sign("critical")
        line = (f"{sign} {error}", "critical") if error else (hint, "dim")
        self.query_one(f"#{field}-hint", Lines).show([line])


def field_line(name: str, label: str, value: str) -> ComposeResult:
    """A field of that id with its label before and its hint, `NAME-hint`, behind it."""
    with Horizontal(classes="field"):
        yield Lines(label, classes="name")
        yield Input(value, id=name, compact=True, select_on_focus=True)
        yield Lines("", id=f"{name}-hint", classes="hint")

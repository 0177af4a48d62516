"""Exact users, spawn rate, and users of each class."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from lftui.records import SetUsers
from lftui.screens.dialogs.load import LoadDialog, field_line
from lftui.screens.dialogs.users_asked import Asked, UsersNow, read_fields
from lftui.screens.live.parts import cut, wrapped
from lftui.widgets.lines import Lines

_NAME = 22
_WIDTH = 70


class UsersDialog(LoadDialog[SetUsers]):
    """The command that the fields ask for; None where the operator went back.

    Args:
        now: tells how the load is, as often as it changes.
    """

    DEFAULT_CSS = "UsersDialog #fields { height: auto; max-height: 12; }"
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

    def asked(self) -> Asked:
        """What the fields ask for now."""
        classes = {
            name: self.query_one(f"#class-{number}", Input).value
            for number, name in enumerate(self._names)
        }
        users, rate = self.query_one("#users", Input), self.query_one("#rate", Input)
        return read_fields(users.value, rate.value, classes, self._now())

    def draw(self) -> None:
        """Say how the load is, and what would be sent."""
        now, asked = self._now(), self.asked()
        ceiling = f", at most {now.ceiling:,} on this target" if now.ceiling is not None else ""
        self.query_one("#users-now", Lines).show(
            [f"now {now.users:,} of {now.target:,} wanted{ceiling}"]
        )
        self.hint("users", asked.errors.get("users", ""), "")
        self.hint("rate", asked.errors.get("rate", ""), "empty: the plan's rate")
        for number, name in enumerate(self._names):
            has, wants = now.by_class.get(name, 0), now.target_by_class.get(name, 0)
            said = f"now {has:,} of {wants:,}; empty: as it is"
            self.hint(f"class-{number}", asked.errors.get(f"class:{name}", ""), said)
        text = wrapped(asked.sentence, _WIDTH) if asked.sentence else ["nothing is sent like this"]
        tone = "accent" if asked.sentence else "critical"
        self.query_one("#users-asked", Lines).show([(line, tone) for line in text])

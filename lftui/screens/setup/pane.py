"""One of the three panes: a border with a title, arrows from field to field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from lftui.widgets.look import look_of


class Pane(VerticalScroll, can_focus=False):
    """Scrolls where there is more than fits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.before", show=False),
        Binding("down", "screen.after", show=False),
    ]
    TITLE = ""

    def on_mount(self) -> None:
        """The title."""
        self.say_title()

    def say_title(self, more: str = "") -> None:
        """The pane's name, and what cannot be missed about it."""
        self.border_title = Content(look_of(self).plain(self.TITLE + more))

    def first_field(self) -> Widget | None:
        """Where the keys go first."""
        for widget in self.query("*"):
            if widget.focusable and widget.display:
                return widget
        return None


class Form(Vertical):
    """Fields that are made anew when what they ask about changes."""

    DEFAULT_CSS = """
    Form { height: auto; }
    """

    def rebuild(self, widgets: Sequence[Widget]) -> None:
        """Put these in the place of what is there."""
        with self.app.batch_update():
            self.remove_children()
            if widgets:
                self.mount(*widgets)

"""One line of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from lftui.screens.live.parts import wrapped
from lftui.widgets.lines import Lines

_WIDTH = 70


class TextDialog(ModalScreen[str | None]):
    """The text without blanks around it; None where the operator went back.

    Args:
        title: what is asked for.
        prompt: what one has to know for it.
        value: what stands there at first.
        check: the complaint about a text, or "".
        empty: whether nothing is an answer too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="text.back"),
    ]

    def __init__(
        self,
        title: str,
        prompt: str = "",
        value: str = "",
        check: Callable[[str], str] = lambda _: "",
        empty: bool = False,
    ) -> None:
        super().__init__()
        self._asks = title
        self._prompt = prompt
        self._value = value
        self._check = check
        self._empty = empty

    def compose(self) -> ComposeResult:
        """The question, the field, and what is wrong with what stands there."""
        with Vertical(classes="dialog"):
            yield Lines(*((line, "header") for line in wrapped(self._asks, _WIDTH, 0)))
            if self._prompt:
                yield Lines(*wrapped(self._prompt, _WIDTH, 0))
            yield Input(self._value, id="text", select_on_focus=False, compact=True)
            yield Lines(("enter takes it, esc goes back", "dim"), id="text-status")

    def on_mount(self) -> None:
        """Write at once."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        complaint = self._check(text) if text else "" if self._empty else "write something, or esc"
        if complaint:
            lines = wrapped(complaint, _WIDTH, 0)
            self.query_one("#text-status", Lines).show([(line, "critical") for line in lines])
            return
        self.dismiss(text)

    @on(Input.Changed)
    def _on_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#text-status", Lines).show([("enter takes it, esc goes back", "dim")])

    def action_back(self) -> None:
        """Nothing."""
        self.dismiss(None)

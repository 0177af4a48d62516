"""A labelled field of a form, with its error under it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from lftui.screens.setup.parts.tone_text import ToneText
from lftui.widgets.look import look_of


class Labelled(Vertical):
    """A label, a widget, and room for one sentence about it."""

    DEFAULT_CSS = """
    Labelled { height: auto; }
    Labelled > Horizontal { height: 1; }
    Labelled .label { width: 11; height: 1; }
    Labelled .error { margin-left: 2; }
    """

    def __init__(self, name: str, label: str, inner: Widget, hint: str = "") -> None:
        super().__init__(name=name)
        self.label = label
        self.inner = inner
        self._hint = hint
        self.error = ""
        self._said = ToneText(classes="error")

    def compose(self) -> ComposeResult:
        """Label and widget beside each other."""
        with Horizontal():
            label = ToneText(classes="label")
            label.show([[(self.label, "dim")]])
            yield label
            yield self.inner
        yield self._said

    def on_mount(self) -> None:
        """The hint, or an error that was known before."""
        self._say()

    def refuse(self, error: str) -> None:
        """Say what is wrong with it; "" where nothing is."""
        if error != self.error:
            self.error = error
            if self.is_mounted:
                self._say()

    def _say(self) -> None:
        self.inner.set_class(bool(self.error), "-invalid")
        said = f"{look_of(self).sign('critical')} {self.error}" if self.error else ""
        lines = [[(said, "critical")]] if said else [[(self._hint, "dim")]] if self._hint else []
        self._said.show(lines)


class Field(Labelled):
    """A text field."""

    class Edited(Message):
        """The operator typed."""

        def __init__(self, field: Field, text: str) -> None:
            super().__init__()
            self.field = field
            self.text = text

        @property
        def control(self) -> Field:
            """The sender."""
            return self.field

    def __init__(
        self,
        name: str,
        label: str,
        value: str = "",
        placeholder: str = "",
        secret: bool = False,
        hint: str = "",
    ) -> None:
        self.input = Input(value, placeholder, password=secret, compact=True, select_on_focus=False)
        self.input.cursor_blink = False
        self._known = value
        super().__init__(name, label, self.input, hint)

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.input.value

    def fill(self, text: str) -> None:
        """Put a text in; tells nobody."""
        self._known = text
        if self.input.value != text:
            self.input.value = text

    def on_input_changed(self, event: Input.Changed) -> None:
        """Only what the operator typed is news."""
        event.stop()
        if event.value != self._known:
            self._known = event.value
            self.post_message(self.Edited(self, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field."""
        event.stop()
        self.screen.focus_next()

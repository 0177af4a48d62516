"""Details of a row: an error's sample and remedy, a step, a comparison."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from lftui.screens.live.panels import PanelSpec
from lftui.screens.live.parts import wrapped
from lftui.snapshot import Snapshot
from lftui.widgets.lines import Lines, Text
from lftui.widgets.look import look_of

_MOST = 2_000


class RowDetail(ModalScreen[None]):
    """The lines that a panel knows of one row; they follow the run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "back", "back", id="detail.back"),
    ]

    def __init__(self, spec: PanelSpec, key: str) -> None:
        super().__init__()
        self._spec = spec
        self._key = key

    def compose(self) -> ComposeResult:
        """Text that scrolls."""
        with Vertical(classes="dialog wide"):
            with VerticalScroll(id="detail-scroll"):
                yield Lines(id="detail")
            yield Lines(("esc goes back, up and down scroll", "dim"))

    def on_mount(self) -> None:
        """Follow the run."""
        self.query_one("#detail-scroll").focus()
        self.watch(self.app, "snapshot", self._on_snapshot, init=False)
        self.call_after_refresh(self._on_snapshot, getattr(self.app, "snapshot", Snapshot()))

    def on_resize(self) -> None:
        """Other lines fit."""
        self._on_snapshot(getattr(self.app, "snapshot", Snapshot()))

    def action_back(self) -> None:
        """Away."""
        self.dismiss(None)

    def _on_snapshot(self, snapshot: Any) -> None:
        detail = self._spec.detail
        if detail is None or not self.is_attached:
            return
        look = look_of(self)
        width = max(20, self.query_one("#detail-scroll").size.width - 2)
        lines: list[Text] = []
        for text, tone in detail(snapshot, look, self._key)[:_MOST]:
            indent = len(text) - len(text.lstrip())
            body = wrapped(text, width - indent, 0)
            lines += [(" " * indent + line, tone) for line in body]
        self.query_one("#detail", Lines).show(lines)

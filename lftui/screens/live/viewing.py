"""What the keys of the Live screen change in this console alone: windows, charts, panels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lftui.records import BeginWindow
from lftui.run_state.windows import WindowName
from lftui.screens import messages
from lftui.screens.live.chart_pair import ChartPair
from lftui.screens.live.panel_area import PanelArea
from lftui.snapshot import Snapshot

if TYPE_CHECKING:
    from lftui.screens.base import ConsoleScreen

    _Base = ConsoleScreen
else:
    _Base = object

_WINDOWS: Sequence[WindowName] = ("recent", "step", "run", "fresh")


class Viewing(_Base):
    """The view of this console. Part of the Live screen."""

    _window_asked = False
    _window_began: float | None = None

    def action_window(self) -> None:
        """Figures of the next window."""
        there = self.snapshot.state.window is not None
        names = [name for name in _WINDOWS if name != "fresh" or there]
        here = names.index(self.snapshot.window) if self.snapshot.window in names else -1
        self.action_choose_window(names[(here + 1) % len(names)])

    def action_choose_window(self, name: WindowName) -> None:
        """Figures of one window."""
        self.post_message(messages.ChooseWindow(name))

    def action_begin_window(self) -> None:
        """Measure afresh; the figures follow when the record is here."""
        window = self.snapshot.state.window
        self._window_began = window.began_s if window is not None else None
        self._window_asked = True
        self.post_message(messages.Send(BeginWindow()))

    def follow_window(self, snapshot: Snapshot) -> None:
        """Show the window that this console has asked for, once it has begun."""
        window = snapshot.state.window
        if self._window_asked and window is not None and window.began_s != self._window_began:
            self._window_asked = False
            self.action_choose_window("fresh")

    def action_freeze(self) -> None:
        """Let the display stand still, or go on."""
        self.post_message(messages.Freeze())

    def action_zoom(self) -> None:
        """All, the last ten minutes, the last minute."""
        self.query_one(ChartPair).zoom(self.snapshot.state)

    def action_other_chart(self) -> None:
        """The chart that there is no room for."""
        self.query_one(ChartPair).other(self.snapshot.state)

    def action_tab(self, name: str) -> None:
        """Bring a panel into sight."""
        self.query_one(PanelArea).choose(name, self.snapshot)
        self.show(self.snapshot)

    def action_filter(self) -> None:
        """Show only rows with some words."""
        self.query_one(PanelArea).open_filter()

"""What every screen of the console has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.await_remove import AwaitRemove
from textual.binding import Binding
from textual.screen import Screen

from lftui.snapshot import Snapshot
from lftui.widgets.look import Look, look_of

if TYPE_CHECKING:
    _Screen = Screen[Any]
else:
    _Screen = object


class Asks(_Screen):
    """A screen with workers that wait for answers, to draw them.

    Textual ends a screen's workers after it has taken the screen's widgets away; an answer that
    came in between would find nothing to be drawn in.
    """

    def remove(self) -> AwaitRemove:
        """Wait no longer for anything, then go."""
        self.workers.cancel_node(self)
        return super().remove()


class ConsoleScreen(Asks, Screen[Any]):
    """A screen that draws snapshots.

    Subclasses draw in `show`; it is called with every new snapshot while the screen is in sight,
    and with the latest one when it comes into sight.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-tall")]

    def on_mount(self) -> None:
        """Follow the application's snapshot."""
        self.watch(self.app, "snapshot", self._on_snapshot, init=False)

    def on_screen_resume(self) -> None:
        """Back in sight: draw what is true now."""
        self._on_snapshot(self.snapshot)

    @property
    def snapshot(self) -> Snapshot:
        """The latest one."""
        found = getattr(self.app, "snapshot", None)
        return found if isinstance(found, Snapshot) else Snapshot()

    @property
    def look(self) -> Look:
        """How meaning looks here."""
        return look_of(self)

    @property
    def services(self) -> Any:
        """What the application offers beside the run: `setup`, `shelf`, `checks`."""
        return getattr(self.app, "services", None)

    def said_of(self, binding: Binding) -> tuple[str, str]:
        """Title and help of a key, for the help."""
        return binding.description, binding.tooltip

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot."""

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if self.is_mounted and self.is_current:
            self.show(snapshot)

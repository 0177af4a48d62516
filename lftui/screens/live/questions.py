"""Questions that have an answer while the run is on, and are taken back when it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import ModalScreen

from lftui.screens.live.can import is_live
from lftui.snapshot import Snapshot

if TYPE_CHECKING:
    from lftui.screens.base import ConsoleScreen

    _Base = ConsoleScreen
else:
    _Base = object

Answer = TypeVar("Answer")


class Questions(_Base):
    """Asks what to do with the run. Part of the Live screen."""

    _asked: ModalScreen[Any] | None = None

    def ask(self, dialog: ModalScreen[Answer], answered: Callable[[Answer | None], None]) -> None:
        """Ask; where the run ends before the operator has answered, the answer is None."""
        self._asked = dialog
        self.app.push_screen(dialog, answered)

    def take_back_question(self, snapshot: Snapshot) -> None:
        """Where the run has ended there is nothing left to ask."""
        if self._asked is not None and not is_live(snapshot) and self._asked.is_current:
            self._asked.dismiss(None)
            self._asked = None

"""Yes or no, where there is no way back."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.screens.dialogs.question import Answer, Question


class ConfirmDialog(Question[bool]):
    """True where the operator says so, by `y` or by choosing it; enter alone says no.

    Args:
        question: what is asked.
        deed: the word on the button that does it: "delete".
        lines: what one has to know before.
    """

    def __init__(
        self, question: str, deed: str, lines: Sequence[str] = (), tone: str = "critical"
    ) -> None:
        answers = [Answer("back", "n", "back"), Answer("yes", "y", deed, tone)]
        super().__init__(question, lines, answers)

    def result(self, name: str) -> bool:
        """Whether it is to be done."""
        return name == "yes"

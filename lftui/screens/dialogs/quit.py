"""Leaving while load is on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from lftui.screens.dialogs.question import Answer, Question

Left = Literal["stop", "detach", "back"]


class LeaveDialog(Question[Left]):
    """Stop, leave it running, or back.

    Args:
        load: what load is on, in words.
        alone: what happens to a run that nobody watches.
        steers: whether this console may stop it.
    """

    def __init__(self, load: str, alone: str, steers: bool = True) -> None:
        answers = [
            Answer("back", "b", "back"),
            Answer("detach", "l", "leave it running", "accent"),
        ]
        if steers:
            answers.append(Answer("stop", "s", "stop the run", "critical"))
        super().__init__("Load is on. Leave?", _lines(load, alone), answers)

    def result(self, name: str) -> Left:
        """What is to be done."""
        return "stop" if name == "stop" else "detach" if name == "detach" else "back"


def _lines(load: str, alone: str) -> Sequence[str]:
    return (load, f"Left running: {alone}", "lftui attach comes back to it.")

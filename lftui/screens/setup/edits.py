"""What the panes tell the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.message import Message


class Edited(Message):
    """The operator changed fields of the choice, or typed what cannot be one.

    Attributes:
        changes: new values of fields of `Choice`.
        errors: by field of the form, one sentence; "" takes an earlier one back.
    """

    def __init__(
        self, changes: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self.changes = dict(changes or {})
        self.errors = dict(errors or {})


class PresetChosen(Message):
    """The operator chose a load scenario of the baseline."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

"""A checkbox that says with characters whether it is checked."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Checkbox


class Check(Checkbox):
    """`[x] label` or `[ ] label`: Textual's own differs in its color alone."""

    @property
    def _button(self) -> Content:
        return Content("[x]" if self.value else "[ ]")

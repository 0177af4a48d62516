"""How meaning looks: tones as styles, levels as signs, with or without color and Unicode."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import msgspec
from rich.style import Style

Tone = Literal[
    "", "strong", "dim", "accent", "good", "warning", "critical", "cursor", "header",
    "rps", "goodput", "users", "errors", "p50", "p95", "p99", "threshold", "mark",
]  # fmt: skip
Level = Literal["good", "warning", "critical", "unknown"]

_SIGNS: Mapping[str, tuple[str, str]] = {
    "good": ("●", "*"),
    "warning": ("▲", "!"),
    "critical": ("■", "#"),
    "unknown": ("○", "?"),
    "pass": ("●", "*"),
    "warn": ("▲", "!"),
    "fail": ("■", "#"),
    "inconclusive": ("○", "?"),
}
_TONES: Mapping[str, Tone] = {
    "pass": "good",
    "warn": "warning",
    "fail": "critical",
    "inconclusive": "dim",
    "unknown": "dim",
}


class Look(msgspec.Struct, frozen=True):
    """The look in force.

    Attributes:
        ascii: no character outside ASCII is drawn.
        styles: rich styles by tone, of the theme.
    """

    ascii: bool = False
    styles: dict[str, str] = {}

    def style(self, tone: str) -> Style:
        """The style of a tone; none where the theme has none."""
        return _parsed(self.styles.get(tone, ""))

    def sign(self, level: str) -> str:
        """The sign of a level or an outcome: a color is never the only one."""
        signs = _SIGNS.get(level)
        return signs[self.ascii] if signs else " "

    def tone_of(self, outcome: str) -> str:
        """The tone of an outcome or a level."""
        return _TONES.get(outcome, outcome)

    def plain(self, text: str) -> str:
        """The text with our own symbols in ASCII, where only that can be shown."""
        return text.translate(_PLAIN) if self.ascii else text


_PLAIN = str.maketrans(
    {
        "→": "->",
        "←": "<-",
        "↑": "^",
        "↓": "v",
        "⇧": "shift+",
        "…": "~",
        "—": "-",
        "·": "|",
        "±": "+-",
        "●": "*",
        "▲": "!",
        "■": "#",
        "○": "?",
        "×": "x",
        "▸": ">",
        "▾": "v",
        "µ": "u",
        "Δ": "d",
        "─": "-",
        "│": "|",
        "≤": "<=",
        "≥": ">=",
    }
)


@lru_cache(256)
def _parsed(text: str) -> Style:
    return Style.parse(text) if text else Style.null()


def look_of(widget: Any) -> Look:
    """The look of the application that a widget is in."""
    found = getattr(widget.app, "look", None)
    return found if isinstance(found, Look) else Look()

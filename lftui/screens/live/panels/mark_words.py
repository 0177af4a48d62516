"""What somebody did, in words, and how it stands out."""

from __future__ import annotations

from collections.abc import Mapping

from lftui.reports.mark_words import begin_said, end_said, mark_said, who_of

__all__ = ["begin_said", "end_said", "mark_said", "tone_of", "who_of"]

_TONES: Mapping[str, str] = {
    "breach": "critical",
    "stalled": "critical",
    "guard": "warning",
    "kill": "critical",
    "blocked": "warning",
    "note": "accent",
    "stop": "strong",
    "start": "strong",
    "end": "strong",
}


def tone_of(kind: str, mended: bool = False) -> str:
    """How it stands out; what is well again does not."""
    return "good" if mended else _TONES.get(kind, "")

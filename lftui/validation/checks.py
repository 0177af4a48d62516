"""A finding of the setup check: what was looked at, how it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from lftui.safe_text import safe_line

Outcome = Literal["pass", "warn", "fail"]
Topic = Literal[
    "versions", "scenarios", "baseline", "environment", "target", "metrics", "limits", "smoke"
]  # fmt: skip
_TEXT = 600
_NAME = 60


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        text: how it is, in one sentence.
        remedy: what to do, in one sentence; empty where all is well.
    """

    topic: Topic
    name: str
    outcome: Outcome
    text: str
    remedy: str = ""


class Findings:
    """The findings of one topic. Texts from outside are made safe here."""

    def __init__(self, topic: Topic) -> None:
        self.topic: Topic = topic
        self.all: list[Finding] = []

    def passed(self, name: str, text: str) -> None:
        """All is well."""
        self._add(name, "pass", text, "")

    def warned(self, name: str, text: str, remedy: str) -> None:
        """A run can do without, but its operator should know."""
        self._add(name, "warn", text, remedy)

    def failed(self, name: str, text: str, remedy: str) -> None:
        """A run will not work like this."""
        self._add(name, "fail", text, remedy)

    def _add(self, name: str, outcome: Outcome, text: str, remedy: str) -> None:
        name, text = safe_line(name, _NAME), safe_line(text, _TEXT)
        self.all.append(Finding(self.topic, name, outcome, text, safe_line(remedy, _TEXT)))


def worst(findings: Iterable[Finding]) -> Outcome:
    """The outcome of them all."""
    outcomes = {finding.outcome for finding in findings}
    return "fail" if "fail" in outcomes else "warn" if "warn" in outcomes else "pass"


def listed(words: Sequence[str], limit: int = 6) -> str:
    """`a, b, c` or, of many, `a, b, c and 9 more`."""
    if len(words) <= limit:
        return ", ".join(words)
    return f"{', '.join(words[: limit - 1])} and {len(words) - limit + 1} more"


def counted(number: int, word: str, words: str = "") -> str:
    """`1 task`, `3 tasks`."""
    return f"{number:,} {word if number == 1 else words or word + 's'}"


def shown_path(path: Path, folder: Path) -> str:
    """A path as short as it can be told: from the folder, or from home."""
    for base, sign in ((folder, ""), (Path.home(), "~/")):
        if path.is_relative_to(base) and path != base:
            return f"{sign}{path.relative_to(base)}"
    return str(path)

"""Which rows a table shows, and in which order: calm while somebody reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lftui.widgets.table.source import Source

HOLD_S = 8.0
"""The order stands still for so long after the operator last moved in the table."""
RESORT_S = 5.0
"""Rows ordered by a figure change places at most so often by themselves."""


class RowOrder:
    """The keys of the rows in their order.

    Attributes:
        keys: the rows shown.
        sort: column and direction; None for the source's own order.
        total, matching: rows in all, and those that the filter lets through; a pinned row is
            counted in neither.
    """

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.sort: tuple[str, bool] | None = None
        self.filter_text = ""
        self.total = 0
        self.matching = 0
        self._index: dict[str, int] = {}
        self._touched_s = float("-inf")
        self._sorted_s = float("-inf")
        self._due = True

    def touch(self, now_s: float) -> None:
        """The operator moved: nothing changes its place for a while."""
        self._touched_s = now_s

    def request(self) -> None:
        """Sort with the next update, whoever reads."""
        self._due = True

    def held(self, now_s: float) -> bool:
        """Whether the order stands still for a reader."""
        return 0 <= now_s - self._touched_s < HOLD_S

    def index(self, key: str | None) -> int | None:
        """The place of a row; None where it is not shown."""
        return None if key is None else self._index.get(key)

    def update(self, source: Source, now_s: float) -> None:
        """Take the rows of a new moment."""
        pinned = set(getattr(source, "pinned", ()))
        present = source.keys()
        found = self._filtered(source, present)
        self.total = len(present) - len(pinned)
        self.matching = sum(key not in pinned for key in found)
        if self._due or not self.keys or self._sorts_by_itself(now_s):
            self._due = False
            self._sorted_s = now_s
            first = [key for key in found if key in pinned]
            keys = first + self._sorted(source, (key for key in found if key not in pinned))
        else:
            here = set(found)
            kept = [key for key in self.keys if key in here]
            keys = kept + [key for key in found if key not in self._index]
        if keys != self.keys:
            self.keys = keys
            self._index = {key: index for index, key in enumerate(keys)}

    def _sorts_by_itself(self, now_s: float) -> bool:
        if self.held(now_s):
            return False
        return self.sort is None or not 0 <= now_s - self._sorted_s < RESORT_S

    def _filtered(self, source: Source, present: Sequence[str]) -> list[str]:
        words = self.filter_text.lower().split()
        if not words:
            return list(present)
        return [key for key in present if _has(source.text(key).lower(), words)]

    def _sorted(self, source: Source, keys: Iterable[str]) -> list[str]:
        if self.sort is None:
            return list(keys)
        column, reverse = self.sort
        valued: list[tuple[Any, str]] = []
        without: list[tuple[Any, str]] = []
        for key in keys:
            value = source.sort_value(key, column)
            (without if value is None else valued).append((value, key))
        valued.sort(key=lambda pair: pair[0], reverse=reverse)
        return [key for _, key in valued + without]


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)

"""Rows by key: what the sources of all panels have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from lftui.screens.live.panels.texts import drawable
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Column

Item = TypeVar("Item")


def figures(key: str, title: str, width: int, from_width: int = 0) -> Column:
    """A column of figures: at the right, ordered from the highest down."""
    return Column(key, title, width, "right", from_width, high_first=True)


class Rows(ABC, Generic[Item]):
    """A `Source` over items: only those that are asked for are made into text."""

    def __init__(
        self, items: Mapping[str, Item], columns: Sequence[Column], empty: str, look: Look
    ) -> None:
        self.columns: Sequence[Column] = columns
        self.empty = drawable(empty, look)
        self._items = items
        self._look = look

    def keys(self) -> Sequence[str]:
        """Every row, in its natural order."""
        return list(self._items)

    def cells(self, key: str) -> Sequence[Cell]:
        """The cells of a row; empty ones of a row that is gone."""
        item = self._items.get(key)
        if item is None:
            return [""] * len(self.columns)
        return [self._drawable(cell) for cell in self.row(item)]

    def sort_value(self, key: str, column: str) -> Any:
        """What a row is ordered by."""
        item = self._items.get(key)
        return None if item is None else self.value(item, column)

    def text(self, key: str) -> str:
        """What a filter looks in."""
        item = self._items.get(key)
        return "" if item is None else self.words(item)

    def _drawable(self, cell: Cell) -> Cell:
        if isinstance(cell, str):
            return drawable(cell, self._look)
        return drawable(cell[0], self._look), cell[1]

    @abstractmethod
    def row(self, item: Item) -> list[Cell]:
        """The cells of an item, one for each column."""

    @abstractmethod
    def value(self, item: Item, column: str) -> Any:
        """What it is ordered by in a column."""

    @abstractmethod
    def words(self, item: Item) -> str:
        """What a filter finds it by."""

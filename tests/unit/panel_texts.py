"""The panels of the Live screen as the text that a table of some width would show."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.judge.verdict import judge
from lftui.run_state import RunState
from lftui.screens.live.panels import PANELS, PanelSpec
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.fitting import fitted, split_cell
from lftui.widgets.table.layout import lay_out
from lftui.widgets.table.source import Cell, Source

HOSTILE = "[bold red]\x1b]0;owned\x07\u202egnp.exe Größe 🚀 " + "x" * 10_000


def panel(name: str) -> PanelSpec:
    """One panel by its name."""
    return next(one for one in PANELS if one.name == name)


def judged(state: RunState, after_s: float = 0.0) -> Snapshot:
    """A snapshot with the judge's word, which is so old."""
    return Snapshot(state=state, verdict=judge(state), judged_s=state.last_s - after_s)


def lines(source: Source, width: int = 80, look: Look | None = None) -> list[str]:
    """The head and every row, as wide as the table is; what does not fit is cut."""
    layout, in_ascii = lay_out(source.columns, width), look is not None and look.ascii

    def line(cells: Sequence[Cell]) -> str:
        text = ""
        for place in layout.places:
            column = source.columns[place.column]
            shown = split_cell(cells[place.column])[0]
            text = text.ljust(place.x)
            text += fitted(shown, place.width, column.align, column.keep, in_ascii)
        return text.rstrip()

    head = line([column.title for column in source.columns])
    keys = source.keys()
    return [head, *(line(source.cells(key)) for key in keys)]


def table(name: str, snapshot: Snapshot, width: int = 80, in_ascii: bool = False) -> list[str]:
    """A panel's table: its head, then its rows."""
    look = Look(ascii=in_ascii)
    return lines(panel(name).source(snapshot, look), width, look)


def note(name: str, snapshot: Snapshot, in_ascii: bool = False) -> list[str]:
    """The lines above it."""
    return [text for text, _ in panel(name).note(snapshot, Look(ascii=in_ascii))]


def detail(name: str, snapshot: Snapshot, row: int = 0, in_ascii: bool = False) -> list[str]:
    """The details of a row, by its place."""
    look, one = Look(ascii=in_ascii), panel(name)
    key = one.source(snapshot, look).keys()[row]
    assert one.detail is not None
    return [text for text, _ in one.detail(snapshot, look, key)]


def cells(name: str, snapshot: Snapshot, row: int = 0) -> dict[str, tuple[str, str]]:
    """Text and tone of each cell of a row, by column."""
    source = panel(name).source(snapshot, Look())
    found = source.cells(source.keys()[row])
    return {
        column.key: split_cell(cell) for column, cell in zip(source.columns, found, strict=True)
    }

"""A benchmark's table, and the page of all of them, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MET, MISSED = "✓", "✗ missed"


@dataclass
class Table:
    """One benchmark's result.

    Attributes:
        about: what was measured and how, a paragraph each.
        columns: the headings; the first column is text, the others are figures.
        rows: as many cells a row as there are columns.
        notes: sentences below the table.
        missed: the bars that were missed, one sentence each.
    """

    title: str
    about: list[str]
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """Add a row."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns: {cells}")
        self.rows.append(list(cells))

    def judge(self, what: str, met: bool) -> str:
        """The sign for a bar, which is noted if it was missed."""
        if not met:
            self.missed.append(f"{self.title}: {what}")
        return MET if met else MISSED

    def markdown(self) -> str:
        """The whole section."""
        parts = [f"## {self.title}", *self.about]
        if self.rows:
            parts.append(grid(self.columns, self.rows))
        return "\n\n".join([*parts, *self.notes])


def grid(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, padded so that it also reads well as plain text."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in [columns, *rows]]
    widths = [max(3, *(len(row[i]) for row in cells)) for i in range(len(columns))]
    marks = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = []
    for row in (cells[0], marks, *cells[1:]):
        first, *others = zip(row, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        lines.append(f"| {' | '.join(padded)} |")
    return "\n".join(lines)


def page(machine: Mapping[str, str], tables: Sequence[Table], command: str, quick: bool) -> str:
    """All tables as one page."""
    head = [
        "# Benchmarks",
        f"Written by `{command}`, never by hand. What counts is a ratio within one run on one "
        "machine; times and rates of two machines say nothing about each other.",
    ]
    if quick:
        head.append(
            "**A quick run**: few and short repetitions, to see that everything works. "
            "Its figures are not evidence."
        )
    facts = grid(["machine", ""], [[name, value] for name, value in machine.items()])
    return "\n\n".join([*head, facts, *(table.markdown() for table in tables)]) + "\n"


def ratio(value: float) -> str:
    """`1.03x`."""
    return f"{value:.3f}x"


def span(low: float, high: float, digits: int = 2) -> str:
    """`0.98–1.04`."""
    return f"{low:.{digits}f}–{high:.{digits}f}"


def size(count: float) -> str:
    """Bytes for people, in powers of ten."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.2f} GB"

"""What a panel of the Live screen is."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.source import Source

Line = tuple[str, str]
"""A line of text and its tone (`lftui.widgets.look`)."""


class PanelSpec(msgspec.Struct, frozen=True):
    """One tab under the charts: a table, lines above it, and details of a row.

    Attributes:
        name: as in ids and actions.
        number: the key that chooses it.
        title: of its tab, "Errors(3)"; the number is what `count` said when the operator last
            looked at it: "Log(+12)". Its signs are drawn with `Look.plain`.
        source: the rows. Make it anew for every snapshot that is drawn.
        note: lines above the table, the most important first; none, and the table takes their
            place. Where there is no room for all, the first ones, cut at the end.
        detail: lines for `enter` on the row of a key; None where a row has no details. Each is
            one line, as long as it is: the screen wraps them.
        count: how many rows there are, for `seen`.
        needs_verdict: what it shows is the judge's: while it is in sight, the screen asks for a
            fresh word (`messages.Judge`).
        follows: newest last: the cursor stays on the last row while it is there.
    """

    name: str
    number: int
    title: Callable[[Snapshot, int], str]
    source: Callable[[Snapshot, Look], Source]
    note: Callable[[Snapshot, Look], list[Line]]
    detail: Callable[[Snapshot, Look, str], list[Line]] | None = None
    count: Callable[[Snapshot], int] = lambda _: 0
    needs_verdict: bool = False
    follows: bool = False

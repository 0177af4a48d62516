"""What a chart shows."""

from __future__ import annotations

from typing import Literal

import msgspec


class Line(msgspec.Struct, frozen=True):
    """One series.

    Attributes:
        name: as it stands in the legend.
        tone: its look (`lftui.widgets.look`).
        points: begin and end in seconds of the run, and the value between them; None is a gap.
        unit: of the values, behind the read-out.
        axis: the scale that it is drawn on.
        short: its name where room is short; else the first letters of `name`.
        step: drawn as a staircase (users), not as a line between middles.
    """

    name: str
    tone: str
    points: list[tuple[float, float, float | None]]
    unit: str = ""
    axis: Literal["left", "right"] = "left"
    step: bool = False
    short: str = ""


class Marker(msgspec.Struct, frozen=True):
    """A moment: a stage, a step, a note, a breach. `sign` is one character."""

    at_s: float
    sign: str
    text: str
    tone: str = "mark"


class Limit(msgspec.Struct, frozen=True):
    """A threshold: a horizontal line at `value` of the left axis; `text` says what and how much."""

    value: float
    text: str
    tone: str = "threshold"


class ChartData(msgspec.Struct, frozen=True):
    """A whole chart.

    Attributes:
        until_s: the end of the time axis, in seconds of the run.
        window_s: seconds that the axis covers; None for all from 0.
        empty: what stands there without any point.
        fixed: nothing more will come (a preview, a run that is over): the time axis ends at
            `until_s`, where otherwise it leaves room to grow.
    """

    title: str
    lines: list[Line] = []
    markers: list[Marker] = []
    limits: list[Limit] = []
    until_s: float = 0.0
    window_s: float | None = None
    unit: str = ""
    empty: str = "no figures yet"
    fixed: bool = False

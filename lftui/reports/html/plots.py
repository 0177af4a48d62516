"""Small plots of some value over a number: throughput over users, p95 over runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from markupsafe import Markup

from lftui.reports.html.scale import round_up, tick_said, ticks
from lftui.reports.html.svg import path_of

WIDTH, HEIGHT = 480, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 14, 12, 36
_MOST_LABELS = 8
# The signs of the outcomes: a disc, a triangle, a square, a ring.
_SHAPES = {
    "pass": "M{x:.1f} {y:.1f}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "warn": "M{x:.1f} {y:.1f}m-5 4h10l-5 -9z",
    "fail": "M{x:.1f} {y:.1f}m-4 -4h8v8h-8z",
    "inconclusive": "M{x:.1f} {y:.1f}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
}


class Spot(msgspec.Struct, frozen=True):
    """One value and, where it is known, the interval that holds the true one. `tone` is an
    outcome, told by color and shape."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    label: str = ""
    tone: str = ""


class Plot(msgspec.Struct, frozen=True):
    """A plot.

    Attributes:
        x_labels: what stands below some x; without them its numbers.
        marked_at: an x of note: the knee.
    """

    title: str
    unit: str
    x_title: str
    spots: list[Spot]
    x_labels: list[tuple[float, str]] = []
    marked_at: float | None = None
    color: int = 1


def plot_svg(plot: Plot) -> Markup:
    """The picture; its line goes through the spots from left to right."""
    spots = sorted(plot.spots, key=lambda one: one.x)
    plane = _Plane(spots, bool(plot.x_labels))
    return Markup("").join(
        [
            Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
                WIDTH, HEIGHT, _about(plot, spots)
            ),
            *_axes(plane, plot),
            *_marked(plane, plot),
            Markup('<path class="line c{}" d="{}"/>').format(
                plot.color,
                path_of([plane.x(one.x) for one in spots], [plane.y(one.y) for one in spots]),
            ),
            *(_spot(plane, one, plot.color) for one in spots),
            Markup("</svg>"),
        ]
    )


class _Plane:
    def __init__(self, spots: Sequence[Spot], labelled: bool) -> None:
        highest = max((one.y for one in spots), default=0.0)
        ends = [one.high for one in spots if one.high is not None]
        # An interval of few responses may be endless: it does not press the figures to the floor.
        self.top, _ = round_up(max([highest, *(min(end, 2 * highest) for end in ends)], default=0))
        furthest = max((one.x for one in spots), default=0.0)
        self.furthest = max(furthest, 1.0) if labelled else round_up(furthest)[0]
        self.inset = 24.0 if labelled else 0.0

    def x(self, value: float) -> float:
        room = WIDTH - _RIGHT - _LEFT - 2 * self.inset
        return _LEFT + self.inset + min(max(value / self.furthest, 0.0), 1.0) * room

    def y(self, value: float) -> float:
        share = min(max(value / self.top, 0.0), 1.0)
        return HEIGHT - _BOTTOM - share * (HEIGHT - _BOTTOM - _TOP)


def _about(plot: Plot, spots: Sequence[Spot]) -> str:
    told = "; ".join(one.label for one in spots[:12])
    more = f"; and {len(spots) - 12} more" if len(spots) > 12 else ""
    return f"{plot.title}: {told}{more}"


def _axes(plane: _Plane, plot: Plot) -> Iterator[Markup]:
    bottom = HEIGHT - _BOTTOM
    for value in ticks(plane.top):
        yield Markup(
            '<path class="grid" d="M{} {:.1f}H{}"/><text class="y" x="{}" y="{:.1f}">{}</text>'
        ).format(
            _LEFT, plane.y(value), WIDTH - _RIGHT, _LEFT - 6, plane.y(value) + 4, tick_said(value)
        )
    labels = plot.x_labels or [(one, tick_said(one)) for one in ticks(plane.furthest)]
    every = -(-len(labels) // _MOST_LABELS)
    for at, label in labels[::every]:
        yield Markup('<text class="x" x="{:.1f}" y="{}">{}</text>').format(
            plane.x(at), bottom + 15, label
        )
    yield Markup('<text class="x" x="{}" y="{}">{}</text>').format(
        (_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 4, plot.x_title
    )


def _marked(plane: _Plane, plot: Plot) -> Iterator[Markup]:
    if plot.marked_at is not None:
        x = plane.x(plot.marked_at)
        yield Markup(
            '<path class="mark guard" d="M{:.1f} {}V{}"/>'
            '<text class="mark-text guard" x="{:.1f}" y="{}">knee</text>'
        ).format(x, _TOP + 12, HEIGHT - _BOTTOM, x, _TOP + 8)


def _spot(plane: _Plane, spot: Spot, color: int) -> Markup:
    x, y = plane.x(spot.x), plane.y(spot.y)
    whisker = Markup()
    if spot.low is not None or spot.high is not None:
        low = plane.y(spot.low if spot.low is not None else spot.y)
        high = plane.y(spot.high if spot.high is not None else spot.y)
        whisker = Markup('<path class="whisker c{}" d="M{:.1f} {:.1f}V{:.1f}"/>').format(
            color, x, low, high
        )
    shape = _SHAPES.get(spot.tone, _SHAPES["pass"]).format(x=x, y=y)
    return whisker + Markup('<path class="spot c{} {}" d="{}"><title>{}</title></path>').format(
        color, spot.tone, shape, spot.label
    )

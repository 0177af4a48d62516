"""A chart over time as SVG: what is seen without JavaScript, and on paper.

Colors come from the page's style, so the picture follows its theme.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from lftui.reports.html.charts import Chart, Line, Values
from lftui.reports.html.overlays import SIGNS, Overlays
from lftui.reports.html.scale import round_up, tick_said, ticks, time_said, time_ticks

WIDTH, HEIGHT = 1000, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 22, 24
_LABEL_PX = 46
"""A step's label needs that much room."""
_LABEL_WIDTH_PX, _LABEL_HEIGHT_PX = 92, 12
"""A limit's label takes that much."""


class _Plane:
    """Where moments and values lie in the picture."""

    def __init__(self, length_s: float, highest: float) -> None:
        self.length_s = max(length_s, 1e-9)
        self.top_value, _ = round_up(highest)
        self.right, self.bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM

    def x(self, at_s: float) -> float:
        share = min(max(at_s / self.length_s, 0.0), 1.0)
        return _LEFT + share * (self.right - _LEFT)

    def y(self, value: float) -> float:
        share = min(max(value / self.top_value, 0.0), 1.0)
        return self.bottom - share * (self.bottom - _TOP)


def chart_svg(chart: Chart, over: Overlays, length_s: float) -> Markup:
    """The picture of a chart, with the steps and marks of the run."""
    plane = _Plane(length_s, chart.highest)
    about = f"{chart.title}: {chart.about}"
    parts = [
        Markup('<svg class="static" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            WIDTH, HEIGHT, about
        ),
        *_bands(plane, over),
        *_axes(plane, length_s),
        *_verticals(plane, over),
    ]
    parts += _limits(plane, chart)
    parts += [_line(plane, chart.at_s, line) for line in chart.lines]
    return Markup("").join([*parts, Markup("</svg>")])


def _bands(plane: _Plane, over: Overlays) -> Iterator[Markup]:
    for number, band in enumerate(over.bands):
        left, right = plane.x(band.begin_s), plane.x(band.end_s)
        yield Markup(
            '<rect class="band{}" x="{:.1f}" y="{}" width="{:.1f}" height="{}"><title>{}</title>'
            "</rect>"
        ).format(
            " odd" if number % 2 else "",
            left,
            _TOP,
            max(right - left, 0.5),
            plane.bottom - _TOP,
            f"step {band.number}: {band.load}{'' if '/' in band.load else ' users'}",
        )
        if right - left >= _LABEL_PX:
            yield Markup('<text class="band-text" x="{:.1f}" y="14">{}</text>').format(
                (left + right) / 2, f"#{band.number} · {band.load}"
            )


def _axes(plane: _Plane, length_s: float) -> Iterator[Markup]:
    for value in ticks(plane.top_value):
        y = plane.y(value)
        yield Markup(
            '<path class="grid" d="M{} {:.1f}H{}"/><text class="y" x="{}" y="{:.1f}">{}</text>'
        ).format(_LEFT, y, plane.right, _LEFT - 6, y + 4, tick_said(value))
    for at_s in time_ticks(length_s):
        yield Markup('<text class="x" x="{:.1f}" y="{}">{}</text>').format(
            plane.x(at_s), HEIGHT - 6, time_said(at_s)
        )


def _verticals(plane: _Plane, over: Overlays) -> Iterator[Markup]:
    for one in over.verticals:
        x = plane.x(one.at_s)
        yield Markup(
            '<path class="mark {}" d="M{:.1f} {}V{}"><title>{}</title></path>'
            '<text class="mark-text {}" x="{:.1f}" y="{}">{}</text>'
        ).format(one.kind, x, _TOP, plane.bottom, one.text, one.kind, x, _TOP + 10, SIGNS[one.kind])


def _limits(plane: _Plane, chart: Chart) -> Iterator[Markup]:
    """Horizontals; the words of those that lie close to one another stand side by side."""
    slot, before = 0, -100.0
    for limit in sorted(chart.limits, key=lambda one: -one.value):
        y = plane.y(limit.value)
        slot = slot + 1 if y - before < _LABEL_HEIGHT_PX else 0
        before = y
        yield Markup(
            '<path class="limit {}" d="M{} {:.1f}H{}"/>'
            '<text class="limit-text {}" x="{}" y="{:.1f}">{}</text>'
        ).format(
            limit.severity,
            _LEFT,
            y,
            plane.right,
            limit.severity,
            plane.right - 4 - slot * _LABEL_WIDTH_PX,
            max(y - 4, 10),
            limit.text,
        )


def _line(plane: _Plane, at_s: Sequence[float], line: Line) -> Markup:
    points = path_of(
        [plane.x(one) for one in at_s],
        [None if value is None else plane.y(value) for value in line.values],
        stepped="steps" in line.form,
    )
    dashed = " dashed" if "dashed" in line.form else ""
    return Markup('<path class="line c{}{}" d="{}"/>').format(line.color, dashed, points)


def path_of(xs: Sequence[float], ys: Values, stepped: bool = False) -> Markup:
    """The path of a line with gaps; a point between two gaps is a dot (its ends are round)."""
    parts: list[str] = []
    run: list[tuple[float, float]] = []
    for x, y in zip([*xs, 0.0], [*ys, None], strict=True):
        if y is not None:
            run.append((x, y))
            continue
        if run:
            parts.append(_run_path(run, stepped))
        run = []
    return escape("".join(parts))


def _run_path(run: Sequence[tuple[float, float]], stepped: bool) -> str:
    (x, y), *others = run
    start = f"M{x:.1f} {y:.1f}"
    if not others:
        return f"{start}h.01"
    if stepped:
        return start + "".join(f"H{x:.1f}V{y:.1f}" for x, y in others)
    return start + "L" + " ".join(f"{x:.1f} {y:.1f}" for x, y in others)

"""The trend: this scenario and target in earlier runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast, get_args

from lftui.judge.outcome import Outcome
from lftui.reports.html.caps import Caps
from lftui.reports.html.moments import day
from lftui.reports.html.plots import Plot, Spot
from lftui.reports.html.table import Cell, Head, Row, Table, left_out, line, number, outcome, share
from lftui.reports.peak_load import load_title, peak_said
from lftui.reports.said import NONE, clock, ms, percent, rate
from lftui.reports.trend import TrendPoint


def trend_table(trend: Sequence[TrendPoint], current: str, caps: Caps) -> Table:
    """The runs, oldest first; of many the latest."""
    shown = trend[-caps.trend :]
    return Table(
        name="trend",
        caption="Stored runs of this scenario and target, oldest first; figures of the whole run.",
        heads=[
            Head("started", "text", "UTC"),
            Head("run", "text"),
            Head("verdict", "text"),
            Head("most users" if load_title(shown) == "users" else "highest load"),
            Head("duration"),
            Head("rps"),
            Head("p95", about="ms, of successful responses"),
            Head("error %"),
        ],
        rows=[_row(point, point.run_id == current) for point in shown],
        named_by=1,
        more=left_out(len(shown), len(trend), "earlier ones, by lftui runs"),
        sortable=len(shown) > 3,
    )


def _row(point: TrendPoint, current: bool) -> Row:
    return Row(
        [
            Cell(day(point.started_at), point.started_at),
            Cell(line(point.run_id), note="this run" if current else ""),
            outcome(_outcome(point.verdict)),
            Cell(peak_said(point.users_max, point.rate_max), point.load[1] if point.load else None),
            Cell(NONE if point.duration_s is None else clock(point.duration_s), point.duration_s),
            number(point.rps),
            number(point.p95_ms),
            share(point.error_ratio) if point.error_ratio is not None else Cell(NONE),
        ],
        tone="current" if current else "",
    )


def _outcome(word: str) -> Outcome | None:
    return cast(Outcome, word) if word in get_args(Outcome) else None


def trend_plots(trend: Sequence[TrendPoint], caps: Caps) -> list[Plot]:
    """p95, throughput and error ratio from run to run; none for fewer than two runs."""
    shown = trend[-caps.trend :]
    if len(shown) < 2:
        return []
    labels = [(float(at), day(point.started_at)[5:10]) for at, point in enumerate(shown)]
    p95, rates, errors = [], [], []
    for at, point in enumerate(shown):
        tone = _outcome(point.verdict) or ""
        when = f"{day(point.started_at)}{f', {tone}' if tone else ''}"
        if point.p95_ms is not None:
            p95.append(Spot(at, point.p95_ms, label=f"{when}: {ms(point.p95_ms)}", tone=tone))
        if point.rps is not None:
            rates.append(Spot(at, point.rps, label=f"{when}: {rate(point.rps)} rps", tone=tone))
        if point.error_ratio is not None:
            said = f"{when}: {percent(point.error_ratio)}"
            errors.append(Spot(at, 100 * point.error_ratio, label=said, tone=tone))
    return [
        Plot("p95 by run", "ms", "run, by its day", p95, labels, color=4),
        Plot("Throughput by run", "requests/s", "run, by its day", rates, labels, color=1),
        Plot("Error ratio by run", "%", "run, by its day", errors, labels, color=3),
    ]

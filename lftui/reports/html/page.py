"""The page: everything that the template lays out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from lftui.judge.verdict import Verdict
from lftui.reports.html.arrivals import arrivals_sentences, arrivals_table, endpoint_notes
from lftui.reports.html.caps import MOST_BYTES, Caps
from lftui.reports.html.charts import Chart, chart_data, run_charts, target_charts
from lftui.reports.html.checks import baseline_notes, baseline_table, checks_table
from lftui.reports.html.endpoints import endpoint_table
from lftui.reports.html.errors import explained
from lftui.reports.html.events import events_table, missing
from lftui.reports.html.facts import run_facts
from lftui.reports.html.glossary import glossary
from lftui.reports.html.grid import grid
from lftui.reports.html.header import banners, head, tiles
from lftui.reports.html.moments import wall_of
from lftui.reports.html.overlays import SIGNS, WORDS, Overlays, overlays
from lftui.reports.html.plots import Plot, plot_svg
from lftui.reports.html.search import found_sentences, trials_table
from lftui.reports.html.steps import step_plots, step_sentences, steps_table
from lftui.reports.html.svg import chart_svg
from lftui.reports.html.table import left_out, line
from lftui.reports.html.target import target_table
from lftui.reports.html.trends import trend_plots, trend_table
from lftui.reports.html.workers import worker_sentences, workers_table
from lftui.reports.said import clock
from lftui.reports.trend import TrendPoint
from lftui.reports.worker_figures import shows_workers
from lftui.run_state import RunState, endpoint_entries

_TIGHTENED = 8


def html_report(state: RunState, verdict: Verdict, trend: Sequence[TrendPoint] = ()) -> str:
    """One self-contained HTML file of a run, also of a half one; below 2 MB whatever it was.

    Args:
        verdict: the judge's word on this state.
        trend: earlier stored runs of this scenario and target, oldest first, this one included
            where it is stored.
    """
    caps, text = Caps(), ""
    for _ in range(_TIGHTENED):
        text = _rendered(state, verdict, trend, caps)
        if len(text.encode("utf-8", "replace")) <= MOST_BYTES:
            break
        caps = caps.tighter()
    return text


def _rendered(state: RunState, verdict: Verdict, trend: Sequence[TrendPoint], caps: Caps) -> str:
    total, entries = endpoint_entries(state, state.reset)
    comparison = verdict.comparison
    current = state.started.run_id if state.started is not None else ""
    return _template().render(
        head=head(state, verdict, caps),
        banners=banners(state, verdict),
        tiles=tiles(state, total),
        facts=run_facts(state, verdict, caps),
        **_charts(state, caps),
        endpoints=endpoint_table(state, verdict, total, entries, caps),
        endpoint_notes=endpoint_notes(state),
        arrivals=arrivals_table(state, caps),
        arrivals_sentences=arrivals_sentences(state),
        checks=checks_table(verdict, caps) if verdict.checks else None,
        deltas=baseline_table(comparison, caps) if comparison is not None else None,
        delta_notes=baseline_notes(comparison, caps) if comparison is not None else [],
        found=found_sentences(state),
        trials=trials_table(state, caps),
        steps=steps_table(state, verdict, caps) if verdict.steps else None,
        step_sentences=step_sentences(verdict),
        step_plots=_drawn(step_plots(state, verdict, caps)),
        workers=workers_table(state, caps) if shows_workers(state) else None,
        worker_sentences=worker_sentences(state),
        target=target_table(state, caps),
        errors=explained(state, verdict, caps),
        events=events_table(state, caps),
        missing=missing(state, caps),
        trend=trend_table(trend, current, caps) if trend else None,
        trend_plots=_drawn(trend_plots(trend, caps)),
        glossary=glossary(state),
        version=line(state.started.versions.get("lftui", "")) if state.started is not None else "",
    )


class Drawn(msgspec.Struct, frozen=True):
    """A chart or plot with its picture."""

    about: Chart | Plot
    picture: Markup


def _drawn(plots: Sequence[Plot]) -> list[Drawn]:
    return [Drawn(plot, plot_svg(plot)) for plot in plots if plot.spots]


def _charts(state: RunState, caps: Caps) -> dict[str, Any]:
    """The charts over time, what lies over them, and the same for the script."""
    began = state.load_began_s or 0.0
    rows = grid(state.series, began, caps.bins)
    length = max([row.at_s + row.covered_s / 2 for row in rows], default=0.0)
    targets, others = target_charts(state, began, length, caps.targets)
    charts = [*run_charts(state, rows), *targets]
    over = overlays(state, began, caps.drawn_marks)
    return {
        "charts": [Drawn(chart, chart_svg(chart, over, length)) for chart in charts],
        "over": over,
        "kinds": [(kind, SIGNS[kind], WORDS[kind]) for kind in over.kinds],
        "drawn": [(one, SIGNS[one.kind], clock(one.at_s)) for one in over.verticals],
        "marks_left_out": left_out(len(over.verticals), over.events, "in the list of events"),
        "targets_left_out": left_out(len(targets), len(targets) + others, "in the journal"),
        "data": _data(state, charts, over, length, began),
    }


def _data(
    state: RunState, charts: Sequence[Chart], over: Overlays, length_s: float, began: float
) -> Markup:
    """What the script draws, as JSON that cannot end its element."""
    document = {
        "began": round(wall_of(state, began), 3),
        "length": round(length_s, 2),
        "charts": [chart_data(chart, length_s) for chart in charts],
        "bands": [msgspec.to_builtins(band) for band in over.bands],
        "marks": [
            {"at": round(one.at_s, 2), "kind": one.kind, "sign": SIGNS[one.kind], "text": one.text}
            for one in over.verticals
        ],
    }
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("lftui.reports.html", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = lambda name: Markup(_source(environment, name))
    return environment.get_template("assets/report.html.j2")


def _source(environment: Environment, name: str) -> str:
    """A file of this package as it stands: a style or a script, which no template changes."""
    assert environment.loader is not None
    text, _, _ = environment.loader.get_source(environment, name)
    return text

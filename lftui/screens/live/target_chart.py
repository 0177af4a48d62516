"""The chart of one of the target's own metrics, on the time axis of the load's charts."""

from __future__ import annotations

from lftui.run_state import RunState
from lftui.screens.live.chart_marks import markers_of
from lftui.screens.live.chart_points import spots, values
from lftui.screens.live.charts import since_of, span_of
from lftui.widgets.chart.data import ChartData, Limit, Line

_COARSE_S = 4
"""From here on a bin holds several readings, and its highest is worth a line."""


def target_chart(state: RunState, key: str, window_s: float | None = None) -> ChartData:
    """A metric by its key, with its limits, and the users on the right axis."""
    began, until = span_of(state)
    since = since_of(began, until, window_s)
    facts, readings = state.target_facts.get(key), state.target_readings.get(key)
    lines: list[Line] = []
    if facts is not None and readings is not None:
        spans = [
            (begin - began, end - began, part)
            for begin, end, part in readings.gapped()
            if end > (began if since is None else since)
        ]
        mean = [(a, b, None if part is None else part.mean) for a, b, part in spans]
        short = facts.name.partition("_")[0]  # a whole name does not fit behind its line
        lines.append(Line(facts.name, "p95", mean, facts.unit, short=short))
        if readings.bin_s >= _COARSE_S:
            highest = [(a, b, None if part is None else part.high) for a, b, part in spans]
            lines.append(Line("highest", "dim", highest, facts.unit, short="max"))
    found = spots(state.series.points(since), began)
    users = values(found, until, lambda one: float(one.users))
    lines.append(Line("users", "users", users, "users", "right", step=True))
    name = f"{facts.name} of {facts.source}" if facts is not None else "target"
    return ChartData(
        title=name,
        lines=lines,
        markers=markers_of(state, began, since or began - 5.0),
        limits=_limits(state, key),
        until_s=until,
        window_s=window_s,
        unit=facts.unit if facts is not None else "",
        empty="no reading yet",
        fixed=state.finished is not None,
    )


def _limits(state: RunState, key: str) -> list[Limit]:
    # The rules are the judge's; they are imported with the first figures, not with the screen.
    from lftui.judge.target import figure_of, limits_of, target_rules

    facts = state.target_facts.get(key)
    if facts is None:
        return []
    scale = 100.0 if facts.unit == "%" else 1.0
    return [
        Limit(
            rule.limit * scale,
            f"{rule.severity} {figure_of(rule.metric, rule.limit, facts.unit)}",
            "warning" if rule.severity == "warning" else "critical",
        )
        for rule in limits_of(facts, target_rules(state))
    ]

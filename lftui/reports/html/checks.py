"""The checks of a run, and its comparison with the baseline."""

from __future__ import annotations

from lftui.judge.comparison import Comparison, EndpointComparison, MetricComparison
from lftui.judge.comparison.compared import overall
from lftui.judge.difference.words import digits
from lftui.judge.load import rate_said
from lftui.judge.outcome import SIGNS, Check, Outcome
from lftui.judge.thresholds.limits import check_figure, figure, metric_name
from lftui.judge.verdict import Verdict
from lftui.reports.comparison import change_said, metric_said, side_said
from lftui.reports.html.caps import Caps
from lftui.reports.html.table import (
    GRAVITY,
    Cell,
    Head,
    Row,
    Table,
    left_out,
    line,
    outcome,
    text,
)
from lftui.reports.said import NONE

_METRICS = ("p50_ms", "p95_ms", "p99_ms", "error_ratio", "rps", "max_ms")
_TEXT = 600


def checks_table(verdict: Verdict, caps: Caps) -> Table:
    """Every question that was put to the run, the gravest answer first."""
    ordered = sorted(verdict.checks, key=lambda one: GRAVITY[one.outcome])
    is_open = any(one.rate is not None for one in ordered)
    return Table(
        name="checks",
        caption=(
            "Judged is the settled load, of all steps or of the worst one; the interval holds the "
            "true figure with 95 % confidence."
        ),
        heads=[
            Head("outcome", "text"),
            Head("asked by", "text", "threshold, baseline, preset, guard, or Locust's own rule"),
            Head("about", "text", "everything together (total), an endpoint, a class, the target"),
            Head("metric", "text"),
            Head(
                "at rate" if is_open else "at users",
                about="the load level that was judged; all where none is named",
            ),
            Head("value", about="with its 95 % interval"),
            Head("limit", about="with what a broken one means"),
            Head("reason", "text"),
        ],
        rows=[_check_row(one) for one in ordered[: caps.checks]],
        named_by=2,
        more=left_out(
            min(len(ordered), caps.checks), len(ordered), "none of them graver, in the summary"
        ),
        sortable=True,
        filterable=len(ordered) > 12,
    )


def _check_row(one: Check) -> Row:
    # The endpoint stands in its own column.
    reason = one.reason.removeprefix(f"{one.scope}: ")
    return Row(
        [
            outcome(one.outcome),
            text(one.source),
            text(one.scope),
            text(metric_name(one.metric)),
            _load(one),
            _measured(one),
            Cell(
                NONE if one.limit is None else check_figure(one, one.limit),
                one.limit,
                note=one.severity or "",
            ),
            Cell(line(reason, _TEXT)),
        ],
        tone=one.outcome if one.outcome in ("fail", "warn") else "",
    )


def _load(one: Check) -> Cell:
    if one.rate is not None:
        return Cell(rate_said(one.rate), one.rate)
    return Cell("all" if one.users is None else f"{one.users:,}", one.users)


def _measured(one: Check) -> Cell:
    known = one.low is not None or one.high is not None
    between = f"{figure(one.metric, one.low)} – {figure(one.metric, one.high)}" if known else ""
    shown = NONE if one.value is None else check_figure(one, one.value)
    return Cell(shown, one.value, note=between)


# --- baseline ------------------------------------------------------------------------------------


def baseline_table(comparison: Comparison, caps: Caps) -> Table:
    """Each endpoint of the baseline at each load, the gravest first."""
    ordered = sorted(comparison.endpoints, key=lambda row: GRAVITY[_outcome(row)])
    return Table(
        name="deltas",
        caption=(
            "Settled load now, and its change from the baseline; the figure expected is below. "
            "Judged at 95 % over all comparisons together; max is shown and never judged."
        ),
        heads=[
            Head("endpoint", "text"),
            Head("outcome", "text", "the worst of its metrics"),
            Head("at users"),
            *(Head(metric_said(metric)) for metric in _METRICS),
        ],
        rows=[_delta_row(row) for row in ordered[: caps.deltas]],
        more=left_out(
            min(len(ordered), caps.deltas), len(ordered), "none of them graver, in the summary"
        ),
        sortable=True,
        filterable=len(ordered) > 12,
    )


def _outcome(row: EndpointComparison) -> Outcome | None:
    """As everywhere: one metric with too few responses decides nothing for its endpoint."""
    judged = [one.outcome for one in row.metrics if one.outcome is not None]
    return overall(judged) if judged else None


def _delta_row(row: EndpointComparison) -> Row:
    word = _outcome(row)
    by_metric = {one.metric: one for one in row.metrics}
    names = f"{len(row.names):,} names put together" if row.names else ""
    return Row(
        [
            text(row.scope, note=names),
            outcome(word),
            Cell("all" if row.users is None else f"{row.users:,}", row.users),
            *(_delta(by_metric.get(metric)) for metric in _METRICS),
        ],
        tone=word if word in ("fail", "warn") else "",
    )


def _delta(one: MetricComparison | None) -> Cell:
    if one is None or one.now.value is None:
        return Cell(NONE)
    scale = 100.0 if one.metric == "error_ratio" else 1.0
    delta = "" if one.delta is None or one.metric == "error_ratio" else change_said(one.delta)
    expected = one.expected.value
    was = "" if expected is None else f"expected {digits(expected * scale)}"
    doubtful = one.outcome in ("fail", "warn", "inconclusive")
    return Cell(
        f"{digits(one.now.value * scale)} {f'({delta})' if delta else ''}".rstrip(),
        one.now.value if one.delta is None else one.delta,
        sign=SIGNS[one.outcome] if one.outcome is not None and doubtful else "",
        tone=one.outcome if one.outcome is not None and doubtful else "",
        note=was,
        title=line(one.reason, _TEXT),
    )


def baseline_notes(comparison: Comparison, caps: Caps) -> list[str]:
    """What was compared with what, and what was not."""
    found = [f"Held against {line(side_said(comparison.before), _TEXT)}."]
    for what, names in (
        ("Not measured in this run", comparison.not_measured),
        ("Not in the baseline", comparison.not_in_baseline),
    ):
        if names:
            more = left_out(min(len(names), caps.names), len(names), "in the summary")
            shown = ", ".join(line(name, 100) for name in names[: caps.names])
            found.append(f"{what}: {shown} {more}".strip() + ".")
    told = [*comparison.ambiguous, *comparison.notes]
    if comparison.doubt:
        told.insert(0, comparison.doubt)
    return found + [line(one, _TEXT) for one in told[: caps.names]]

"""What else is known of one endpoint: errors, user classes, limits, baseline. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lftui.judge.thresholds.limits import figure, metric_name
from lftui.live_view import ms
from lftui.run_state import ErrorGroup, phase_figures
from lftui.screens.live.endpoint_facts import Endpoint, Line, Span
from lftui.screens.live.endpoint_levels import endpoint_scope, judged_of
from lftui.screens.live.panels.texts import drawable, percent, several, stamp
from lftui.screens.live.parts import wrapped

if TYPE_CHECKING:
    from lftui.judge.comparison import EndpointComparison, MetricComparison

_INDENT = "  "
_COUNT = 7
_ERRORS = 12
_SHOWN = 1_000
_ABOUT = 120
_LOADS = 6


def section_lines(one: Endpoint, width: int) -> list[Line]:
    """The name in full where it is long, limits, baseline, errors and user classes."""
    lines: list[Line] = []
    if len(one.title) > width // 2:
        lines += [[], [("name", "header")], *_said(one.title, "", width)]
    lines += [[], [("errors in the whole run", "header")], *_error_lines(one, width)]
    if not one.total:
        lines += [[], [("user classes that request it", "header")], *_class_lines(one, width)]
    if phases := _phase_lines(one):
        lines += [[], [("phases of its requests in the whole run", "header")], *phases]
    lines += [[], [("limits", "header")], *_limit_lines(one, width)]
    lines += [[], [("baseline", "header")], *_baseline_lines(one, width)]
    return lines


def _said(text: str, tone: str, width: int) -> list[Line]:
    rows = wrapped(text, max(10, width - len(_INDENT) - 1))
    return [[(_INDENT + row, tone)] for row in rows]


def _error_lines(one: Endpoint, width: int) -> list[Line]:
    found = [group for group in one.state.errors.values() if one.total or group.row == one.index]
    if not found:
        failures = one.whole.failures
        said = f"{several(failures, 'request')} failed; why is not known" if failures else "none"
        return [[(_INDENT + said, "dim")]]
    found.sort(key=lambda group: -group.count)
    lines: list[Line] = []
    for group in found[:_ERRORS]:
        rows = wrapped(_group_said(one, group), max(10, width - _COUNT - len(_INDENT) - 3))
        for number, row in enumerate(rows):
            count = f"{group.count:>{_COUNT},}" if not number else " " * _COUNT
            lines.append([(f"{_INDENT}{count}  ", "errors"), (row, "")])
    if len(found) > _ERRORS:
        lines.append([(f"{_INDENT}… and {len(found) - _ERRORS} more kinds: see Errors", "dim")])
    return lines


def _group_said(one: Endpoint, group: ErrorGroup) -> str:
    row = one.state.rows[group.row] if one.total and group.row < len(one.state.rows) else None
    about = f"{endpoint_scope(row.method, row.name[:_ABOUT])}: " if row is not None else ""
    status = f"{group.status} " if group.status else ""
    said = drawable(f"{about}{status}{group.shown[:_SHOWN]}", one.look)
    return f"{said} · {stamp(group.first_wall)} to {stamp(group.last_wall)}"


def _class_lines(one: Endpoint, width: int) -> list[Line]:
    """Each class with its share of the endpoint's requests in the last 10 s."""
    ids = {number for number, row in one.state.row_of.items() if row == one.index}
    counts = {one.state.class_of.get(number, ""): 0 for number in ids}
    for tick in one.state.recent:
        for endpoint in tick.endpoints:
            if endpoint.id in ids:
                counts[one.state.class_of.get(endpoint.id, "")] += endpoint.count
    whole = sum(counts.values())
    counts = {name: count for name, count in counts.items() if name}
    if not counts:
        return [[("  not known", "dim")]]
    shares = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    said = ", ".join(
        f"{drawable(name, one.look)} {percent(count / whole)}" if whole else name
        for name, count in shares
    )
    return _said(f"{said} of the requests in the last 10 s" if whole else said, "", width)


def _phase_lines(one: Endpoint) -> list[Line]:
    """What `--timings` told apart; nothing without it."""
    rows = one.state.rows if one.total else [one.row] if one.row is not None else []
    found = phase_figures(row.phases for row in rows)
    return [
        [
            (f"  {name.replace('_', ' '):12}", ""),
            (
                f"p50 {ms(phase.p50_ms):>9}  p95 {ms(phase.p95_ms):>9}  p99 {ms(phase.p99_ms):>9}",
                "",
            ),
            (f"  of {several(phase.requests, 'request')}", "dim"),
        ]
        for name, phase in found.items()
    ]


def _limit_lines(one: Endpoint, width: int) -> list[Line]:
    if one.snapshot.verdict is None:
        waiting = ", ".join(drawable(rule.text, one.look) for rule in one.limits)
        return _said(f"{waiting}: not judged yet" if waiting else "none", "dim", width)
    lines: list[Line] = []
    for check in judged_of.of(one.snapshot.verdict).checks(one.scope):
        said = drawable(check.reason, one.look) or f"{metric_name(check.metric)} is kept"
        tone = one.look.tone_of(check.outcome)
        lines += _said(f"{one.look.sign(check.outcome)} {said}", tone, width)
    return lines or [[("  none for this endpoint", "dim")]]


def _baseline_lines(one: Endpoint, width: int) -> list[Line]:
    if not one.state.baseline:
        return [[("  none", "dim")]]
    if one.snapshot.verdict is None:
        return [[("  not compared yet", "dim")]]
    found = judged_of.of(one.snapshot.verdict).compared(one.scope)
    if not found:
        return [[("  nothing of it to compare with, or too little load yet", "dim")]]
    lines: list[Line] = []
    for compared in found[:_LOADS]:
        lines += _compared_lines(one, compared)
    if len(found) > _LOADS:
        lines.append([(f"  … and {len(found) - _LOADS} more loads: see Baseline", "dim")])
    return lines


def _compared_lines(one: Endpoint, compared: EndpointComparison) -> list[Line]:
    load = "all settled load" if compared.users is None else several(compared.users, "user")
    lines: list[Line] = [[(f"  {load:20}{'before':>11}{'now':>11}{'change':>9}", "dim")]]
    for metric in compared.metrics:
        lines.append([(f"    {metric_name(metric.metric):18}", ""), *_metric_spans(one, metric)])
    return lines


def _metric_spans(one: Endpoint, metric: MetricComparison) -> Sequence[Span]:
    before, now = (figure(metric.metric, side.value) for side in (metric.expected, metric.now))
    delta = "" if metric.delta is None else f"{100 * metric.delta:+.0f} %"
    judged = metric.outcome
    outcome = f"{one.look.sign(judged)} {judged}" if judged is not None else "not judged"
    tone = one.look.tone_of(judged) if judged is not None else "dim"
    return [(f"{before:>11}{now:>11}{delta:>9}", ""), (f"  {outcome}", tone)]

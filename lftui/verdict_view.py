"""What the judge says of a run, as plain lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from lftui.judge.comparison import Comparison, EndpointComparison, MetricComparison
from lftui.judge.comparison.compared import overall
from lftui.judge.diagnosis import Explained
from lftui.judge.load import at_load, rate_said
from lftui.judge.outcome import SIGNS, Check, Outcome, is_of_target
from lftui.judge.steps.trust import Trust
from lftui.judge.thresholds.limits import figure, metric_name
from lftui.judge.verdict import Verdict
from lftui.live_view import clock, fit, ms
from lftui.run_state import RunState, Step, endpoint_entries

_ERRORS_SHOWN = 8
_KINDS_SHOWN = 5
_REASONS_SHOWN = 6
_NAMES = 8
_COMPARED = ("p50_ms", "p95_ms", "p99_ms", "error_ratio")
_DELTA = 10


def verdict_lines(state: RunState, verdict: Verdict, columns: int) -> list[str]:
    """Baseline, thresholds, steps, errors explained, and last the verdict with its reasons."""
    lines = baseline_lines(verdict.comparison, columns) if verdict.comparison else []
    lines += threshold_lines(verdict, columns)
    lines += step_lines(state, verdict, columns)
    lines += error_lines(verdict, columns)
    return lines + outcome_lines(verdict, columns)


def baseline_lines(comparison: Comparison, columns: int) -> list[str]:
    """A line for each endpoint: how far each figure is from the baseline's."""
    about = f"baseline {fit(comparison.before.label, max(10, columns - 40))}"
    if not comparison.endpoints:
        return ["", f"{about}: no endpoint of it was measured"]
    longest = max(cell_len(row.title) for row in comparison.endpoints)
    width = max(10, min(longest, columns - 4 - len(_COMPARED) * _DELTA))
    heads = "".join(f"{metric_name(metric):>{_DELTA}}" for metric in _COMPARED)
    lines = ["", f"{about}, and the change in the settled load:", f"    {'':{width}}{heads}"]
    for row in sorted(comparison.endpoints, key=_gravity, reverse=True):
        judged = [one.outcome for one in row.metrics if one.outcome is not None]
        sign = SIGNS[overall(judged)] if judged else " "
        cells = {one.metric: _delta(one) for one in row.metrics}
        figures = "".join(f"{cells.get(metric, ''):>{_DELTA}}" for metric in _COMPARED)
        lines.append(f"  {sign} {set_cell_size(fit(row.title, width), width)}{figures}")
    if any(one.outcome == "inconclusive" for row in comparison.endpoints for one in row.metrics):
        lines.append("  ○ too few responses to tell; lftui compare says how many it takes")
    for what, names in (
        ("not measured", comparison.not_measured),
        ("not in the baseline", comparison.not_in_baseline),
    ):
        if names:
            lines += wrapped(f"  {what}: {', '.join(names[:_NAMES])}{_more(names)}", columns, 4)
    for note in [*comparison.ambiguous, *comparison.notes]:
        lines += wrapped(f"  {note}", columns, 4)
    return lines


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""


def _gravity(row: EndpointComparison) -> int:
    return -1 if row.outcome is None else _GRAVITY[row.outcome]


def _delta(one: MetricComparison) -> str:
    """`+12 %`; of errors the ratio itself, since a change of almost nothing says nothing."""
    mark = SIGNS[one.outcome] if one.outcome in ("fail", "warn", "inconclusive") else ""
    if one.metric == "error_ratio":
        shown = figure(one.metric, one.now.value)
    else:
        shown = "" if one.delta is None else f"{100 * one.delta:+.0f} %"
    return f"{mark} {shown}" if mark else shown


def threshold_lines(verdict: Verdict, columns: int) -> list[str]:
    """A line for each subject and metric, with the limits of both levels."""
    checks = [check for check in verdict.checks if check.source in ("threshold", "preset")]
    if not checks:
        return []
    where = "settled load" if verdict.steps else "whole run"
    grouped: dict[tuple[str, str, str], list[Check]] = {}
    for check in checks:
        grouped.setdefault((check.source, check.scope, check.metric), []).append(check)
    missing = [group[0].metric for group in grouped.values() if _unmeasured_target(group[0])]
    lines = ["", f"thresholds ({where}):"]
    for (source, scope, metric), group in grouped.items():
        if not _unmeasured_target(group[0]):
            about = "" if scope == "total" else f" of {scope}"
            if source == "preset":
                about += " (preset)"
            lines += wrapped(_threshold(f"{metric_name(metric)}{about}", group), columns, 4)
    if missing:
        lines.append(f"  ○ {', '.join(dict.fromkeys(missing))}: not measured")
    return lines


def _unmeasured_target(check: Check) -> bool:
    return is_of_target(check) and check.value is None


def _threshold(name: str, checks: Sequence[Check]) -> str:
    gravest = max(checks, key=lambda check: _GRAVITY[check.outcome])
    value = figure(gravest.metric, gravest.value)
    low, high = figure(gravest.metric, gravest.low), figure(gravest.metric, gravest.high)
    limits = ", ".join(
        f"{check.severity} {figure(check.metric, check.limit)}"
        if check.severity is not None
        else f"expected {figure(check.metric, check.expected)}"
        for check in checks
    )
    at = at_load(gravest.users, gravest.rate)
    if gravest.outcome == "inconclusive" or is_of_target(gravest):
        return f"  {SIGNS[gravest.outcome]} {gravest.reason}"
    return f"  {SIGNS[gravest.outcome]} {name}{at} {value} ({low} to {high}); {limits}"


_GRAVITY: dict[Outcome, int] = {"pass": 0, "inconclusive": 1, "warn": 2, "fail": 3}


def step_lines(state: RunState, verdict: Verdict, columns: int) -> list[str]:
    """The ladder with knee and capacity; nothing of fewer than two steps."""
    steps = state.steps.all()
    if len(steps) < 2:
        return []
    load = "rate" if state.is_open else "users"
    by_hand = "; * by hand" if any(step.by_hand for step in steps) else ""
    lines = [
        "",
        f"steps, settled (± half the 95 % interval, ? too few responses{by_hand}):",
        f"  step  {load:>5}   time     rps  errors{'p50':>14}{'p95':>14}{'p99':>14}",
    ]
    for step, judged in zip(steps, verdict.steps, strict=True):
        total, _ = endpoint_entries(state, step.span)
        sign = SIGNS[judged.outcome] if judged.outcome is not None else " "
        hand = "*" if step.by_hand else " "
        figures = "".join(
            f"{_trusted(judged.trust[q]):>14}" for q in ("p50_ms", "p95_ms", "p99_ms")
        )
        lines.append(
            f"{sign} {step.number:>4}{hand}{_load(step):>6} {clock(step.duration_s):>6} "
            f"{total.rps:>7.1f} {100 * total.error_ratio:>5.1f} %{figures}"
        )
        if judged.reason:
            lines += wrapped(f"        {judged.reason}", columns, 8)
    said = (verdict.knee, verdict.capacity, verdict.scalability)
    for one in said:
        if one is not None:
            lines += wrapped(f"  {one.sentence}", columns, 4)
    return lines


def _load(step: Step) -> str:
    return str(step.users) if step.rate is None else rate_said(step.rate)


def _trusted(trust: Trust) -> str:
    """`1.16 s ±12 %`."""
    if trust.value is None:
        return "—"
    sure = "?" if trust.half_width is None else f"±{100 * trust.half_width:.0f} %"
    return f"{ms(trust.value)} {sure}"


def error_lines(verdict: Verdict, columns: int) -> list[str]:
    """The failures under what they mean and what to do about it, said once."""
    lines: list[str] = []
    for title, kinds in (
        ("errors:", verdict.errors),
        ("exceptions of the locustfile:", verdict.exceptions),
    ):
        if kinds:
            lines += ["", title]
        together: dict[tuple[str, str], list[Explained]] = {}
        for kind in kinds:
            together.setdefault((kind.title, kind.remedy), []).append(kind)
        for alike in list(together.values())[:_ERRORS_SHOWN]:
            lines += _alike(alike, columns)
        if len(together) > _ERRORS_SHOWN:
            lines.append(f"  … and {len(together) - _ERRORS_SHOWN} more meanings")
    return lines


def _alike(kinds: Sequence[Explained], columns: int) -> list[str]:
    """Failures of one meaning: how many, what to do, and where they were."""
    first = kinds[0]
    points = f", points at the {first.points_at}" if first.points_at else ""
    lines = [f"  {sum(kind.count for kind in kinds):>7}  {first.title}{points}"]
    lines += wrapped(f"           {first.remedy}", columns, 11)
    lines += [_kind(kind, columns) for kind in kinds[:_KINDS_SHOWN]]
    rest = kinds[_KINDS_SHOWN:]
    if rest:
        lines.append(f"  {sum(kind.count for kind in rest):>9}  … of {len(rest)} more kinds")
    return lines


def _kind(kind: Explained, columns: int) -> str:
    about = f"{kind.method} {kind.name}: " if kind.name and kind.source == "request" else ""
    extra: list[str] = [kind.trend] if kind.trend in ("rising", "falling") else []
    extra += ["new in the last step"] if kind.new_in_step else []
    tail = f" ({', '.join(extra)})" if extra else ""
    return fit_end(f"  {kind.count:>9}  {about}{kind.text}", columns - len(tail)) + tail


def outcome_lines(verdict: Verdict, columns: int) -> list[str]:
    """The verdict in a sentence, and its reasons."""
    lines = ["", *wrapped(f"{SIGNS[verdict.outcome]} {verdict.sentence}", columns, 2)]
    more = verdict.reasons[1:]
    for reason in more[:_REASONS_SHOWN]:
        lines += wrapped(f"  {reason}", columns, 4)
    if len(more) > _REASONS_SHOWN:
        lines.append(f"  … and {len(more) - _REASONS_SHOWN} more")
    return lines


def fit_end(line: str, columns: int) -> str:
    """The line in so many columns; of a longer one the beginning stays."""
    if cell_len(line) <= columns:
        return line
    while line and cell_len(line) >= columns:
        line = line[:-1]
    return line + "…"


def wrapped(line: str, columns: int, indent: int) -> list[str]:
    """The line, broken at its spaces; what follows is indented."""
    start = len(line) - len(line.lstrip(" "))
    lines, current = [], " " * start
    for word in line.split():
        longer = current + word if not current.strip() else f"{current} {word}"
        if cell_len(longer) > columns and current.strip():
            lines.append(current)
            longer = " " * indent + word
        current = longer
    return [*lines, current]

"""A comparison for people and for programs: text, Markdown, JSON (`lftui.comparison/1`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from math import isfinite
from textwrap import wrap
from typing import Any

import msgspec

from lftui.judge.comparison.compared import (
    MAX,
    Comparison,
    EndpointComparison,
    MetricComparison,
    Side,
    list_said,
    users_said,
)
from lftui.judge.difference.words import digits, percent
from lftui.judge.measured import Reading
from lftui.judge.outcome import Outcome
from lftui.reports.markup import code_span, prose
from lftui.safe_text import safe_line

SCHEMA = "lftui.comparison/1"

_WIDTH = 80
_NAMES = {"error_ratio": "errors %", "rps": "rps", "p999_ms": "p99.9 ms", MAX: "max ms"}
_RANK: dict[Outcome | None, int] = {"fail": 0, "warn": 1, "inconclusive": 2, "pass": 3, None: 4}
_MOST_NAMES = 12


def comparison_json(comparison: Comparison) -> str:
    """The JSON document."""
    document = {
        "schema": SCHEMA,
        "outcome": comparison.outcome,
        "sentence": sentence(comparison),
        **msgspec.to_builtins(comparison),
    }
    for row, found in zip(document["endpoints"], comparison.endpoints, strict=True):
        row["outcome"] = found.outcome
    return json.dumps(_finite(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def comparison_text(comparison: Comparison) -> str:
    """For a terminal of 80 columns; the gravest endpoints first."""
    lines = [f"before  {side_said(comparison.before)}", f"now     {side_said(comparison.now)}", ""]
    if comparison.endpoints:
        lines.append(_columns("", "before", "now", "change", "verdict"))
    said: set[str] = set()
    for row in gravest_first(comparison):
        lines += [*_endpoint_lines(row, said), ""]
    for name, what in _left_out(comparison):
        lines += wrap(f"{name}: {what}", _WIDTH, subsequent_indent="  ")
    for note in notes(comparison):
        lines += wrap(note, _WIDTH, subsequent_indent="  ")
    if lines[-1]:
        lines.append("")
    lines += wrap(sentence(comparison), _WIDTH)
    return "\n".join(lines) + "\n"


def sentence(comparison: Comparison) -> str:
    """The outcome and how it came about."""
    counts = Counter(one.outcome for row in comparison.endpoints for one in row.metrics)
    judged = counts["pass"] + counts["warn"] + counts["fail"]
    unclear = counts["inconclusive"]
    more = f"; {unclear} could not be told" if unclear else ""
    outcome = comparison.outcome
    if comparison.doubt:
        return f"{outcome.upper()}: {comparison.doubt}"
    if outcome == "fail":
        words = "figure is" if counts["fail"] == 1 else "figures are"
        return (
            f"FAIL: {counts['fail']} of {judged} {words} worse by more than the tolerance "
            f"and noise{more}"
        )
    if outcome == "warn":
        return f"WARN: {counts['warn']} of {judged} figures are worth a look{more}"
    if outcome == "pass":
        return f"PASS: no regression in {judged} {'figure' if judged == 1 else 'figures'}{more}"
    reasons = {one.reason for row in comparison.endpoints for one in row.metrics if one.outcome}
    only = f": {reasons.pop()}" if len(reasons) == 1 else ": nothing could be judged"
    return f"INCONCLUSIVE{only}"


def side_said(side: Side) -> str:
    """A side in one line."""
    words = [safe_line(side.label, 60)]
    if side.users:
        loads = list_said(f"{users:,}" for users in side.users)
        words.append(users_said(side.users[0]) if len(side.users) == 1 else f"{loads} users")
    if side.requests is not None:
        words.append(f"{side.requests:,} requests")
    return ", ".join(words)


def gravest_first(comparison: Comparison) -> list[EndpointComparison]:
    """The endpoints by outcome; those alike stay in their order."""
    return sorted(comparison.endpoints, key=lambda row: _RANK[row.outcome])


def notes(comparison: Comparison) -> list[str]:
    """What else to know, made safe to show."""
    return [safe_line(note, 600) for note in [*comparison.ambiguous, *comparison.notes]]


def _left_out(comparison: Comparison) -> list[tuple[str, str]]:
    run = comparison.before.kind == "run"
    kinds = {
        "only before" if run else "not measured": comparison.not_measured,
        "only now" if run else "not in the baseline": comparison.not_in_baseline,
    }
    return [(kind, _some(names)) for kind, names in kinds.items() if names]


def _some(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    shown = ", ".join(safe_line(name, 100) for name in names[:_MOST_NAMES])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _columns(name: str, before: str, now: str, delta: str, outcome: str) -> str:
    return f"  {name:<9}{before:<21}{now:<21}{delta:>8}  {outcome}"


def _endpoint_lines(row: EndpointComparison, said: set[str]) -> list[str]:
    """One endpoint; a reason that was `said` before is not said again."""
    title = safe_line(row.title, 200)
    lines = [title]
    if row.names:
        lines.append(f"  {len(row.names):,} names put together: {_some(row.names[:3])}"[:_WIDTH])
    for one in row.metrics:
        lines.append(_metric_line(one).rstrip())
        why = _why(one)
        if why not in said:
            lines += [f"{'':11}{part}" for part in wrap(why, _WIDTH - 11)]
            said.add(why)
    return lines


def _metric_line(one: MetricComparison) -> str:
    delta = "" if one.delta is None else change_said(one.delta)
    outcome: str = one.outcome or ""
    if one.outcome == "fail" and one.tolerance is not None:
        outcome = f"fail ({digits(one.tolerance * 100)} %)"
    return _columns(
        metric_said(one.metric),
        reading_said(one.metric, one.expected),
        reading_said(one.metric, one.now),
        delta,
        outcome,
    )


def _why(one: MetricComparison) -> str:
    """What a reader would ask at this line: how many responses it takes, why it is not judged."""
    if one.metric == MAX or one.outcome in ("pass", "fail", "warn"):
        return ""
    if one.samples_needed:
        return f"{one.now.samples:,} responses; about {one.samples_needed:,} would tell"
    return safe_line(one.reason)


def change_said(delta: float) -> str:
    """`+12 %`; never a zero with a sign before it."""
    return percent(delta) if abs(delta) >= 0.0005 else "0 %"


def metric_said(metric: str) -> str:
    """`p95 ms`, `errors %`, `rps`."""
    return _NAMES.get(metric) or metric.replace("_ms", " ms")


def reading_said(metric: str, reading: Reading) -> str:
    """`41.2 (40.1–43)`: the figure and where the true one lies, in the unit of `metric_said`."""
    if reading.value is None:
        return "—"
    scale = 100.0 if metric == "error_ratio" else 1.0
    value = digits(reading.value * scale)
    if reading.low == reading.high:
        return value
    ends = ("" if end is None else digits(end * scale) for end in (reading.low, reading.high))
    return f"{value} ({'–'.join(ends)})"


def comparison_markdown(comparison: Comparison, most: int = 60) -> str:
    """For a comment on a pull request: a verdict, a table of at most `most` endpoints, notes."""
    lines = [
        f"**{prose(sentence(comparison))}**",
        "",
        f"before: {code_span(side_said(comparison.before))}  ",
        f"now: {code_span(side_said(comparison.now))}",
        "",
    ]
    rows = gravest_first(comparison)
    if rows:
        lines += ["| endpoint | p50 ms | p95 ms | p99 ms | errors % | rps | verdict |"]
        lines += ["|---|---|---|---|---|---|---|"]
        lines += [_markdown_row(row) for row in rows[:most]]
    if len(rows) > most:
        lines += ["", f"… and {len(rows) - most:,} endpoints more, none of them graver."]
    details = [*_reasons(rows)][:most]
    if details:
        lines += ["", "<details><summary>with intervals</summary>", ""]
        lines += [f"- {line}" for line in details]
        lines += ["", "</details>"]
    left = [f"- {kind}: {_listed(comparison, kind)}" for kind, _ in _left_out(comparison)]
    said = notes(comparison)
    left += [f"- {prose(note)}" for note in said[:most]]
    if len(said) > most:
        left += [f"- … and {len(said) - most:,} notes more"]
    return "\n".join([*lines, "", *left]).rstrip() + "\n"


def _markdown_row(row: EndpointComparison) -> str:
    metrics = {one.metric: one for one in row.metrics}
    cells = [code_span(safe_line(row.title, 120))]
    for metric in ("p50_ms", "p95_ms", "p99_ms", "error_ratio", "rps"):
        cells.append(_cell(metrics.get(metric)))
    outcome = row.outcome or "not judged"
    cells.append(f"**{outcome}**" if outcome in ("fail", "warn") else outcome)
    return f"| {' | '.join(cells)} |"


def _cell(one: MetricComparison | None) -> str:
    if one is None or one.now.value is None:
        return ""
    scale = 100.0 if one.metric == "error_ratio" else 1.0
    ends = [
        "—" if reading.value is None else digits(reading.value * scale)
        for reading in (one.expected, one.now)
    ]
    delta = "" if one.delta is None else f" ({change_said(one.delta)})"
    text = f"{' → '.join(ends)}{delta}"
    return f"**{text}**" if one.outcome == "fail" else text


def _reasons(rows: Iterable[EndpointComparison]) -> Iterable[str]:
    for row in rows:
        for one in row.metrics:
            if one.outcome in ("fail", "warn"):
                yield (
                    f"{code_span(safe_line(row.title, 120))} {metric_said(one.metric)}: "
                    f"{reading_said(one.metric, one.expected)} → "
                    f"{reading_said(one.metric, one.now)}"
                )


def _listed(comparison: Comparison, kind: str) -> str:
    before = kind in ("only before", "not measured")
    names = comparison.not_measured if before else comparison.not_in_baseline
    shown = ", ".join(code_span(safe_line(name, 100)) for name in names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown

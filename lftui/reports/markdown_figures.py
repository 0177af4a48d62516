"""The tables of the Markdown report: endpoints, checks that are no pass, steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lftui.judge.difference.words import digits
from lftui.judge.load import rate_said
from lftui.judge.omission import adjusted_said
from lftui.judge.outcome import SIGNS, Check, Outcome
from lftui.judge.steps.trust import Trust
from lftui.judge.thresholds.limits import check_figure, metric_name
from lftui.judge.verdict import Verdict
from lftui.reports.markdown_words import folded, left_out, length_said, name_span, table
from lftui.reports.markup import prose
from lftui.reports.step_figures import judged_steps, step_figures
from lftui.run_state import Entry, RunState

_GRAVEST: dict[Outcome | None, int] = {"fail": 0, "warn": 1, "inconclusive": 2, "pass": 3, None: 4}
_FEW = 10
_REASON = 300


def endpoint_lines(
    state: RunState, verdict: Verdict, total: Entry, entries: Sequence[Entry], most: int
) -> list[str]:
    """The total and the endpoints: those with failed checks first, then the busiest."""
    broken = _broken(verdict.checks)
    requested = sorted(
        (entry for entry in entries if entry.requests),
        key=lambda entry: (_GRAVEST[broken.get(_scope(entry))], -entry.requests),
    )
    adjusted = adjusted_said(state)
    rows = [_endpoint_row("**all endpoints**", total, bool(adjusted))]
    for entry in requested[:most]:
        outcome = broken.get(_scope(entry))
        sign = f"{SIGNS[outcome]} " if outcome is not None else ""
        rows.append(_endpoint_row(sign + name_span(_scope(entry)), entry, bool(adjusted)))
    what = "since the reset (`--reset-stats`)" if state.reset is not None else "over the whole run"
    heads = ["endpoint", "requests", "errors %", "rps", "p50 ms", "p95 ms", "p99 ms", "max ms"]
    heads += ["adj. p50 ms", "adj. p95 ms", "adj. p99 ms"] if adjusted else []
    return [
        *table(heads, rows),
        *left_out(len(requested) - most, "endpoints"),
        "",
        f"Figures {what}; percentiles of successes, of failures where there were no others.",
        *([f"Adjusted (adj.) response times: {prose(adjusted)}."] if adjusted else []),
    ]


def _scope(entry: Entry) -> str:
    return f"{entry.method} {entry.name}"


def _broken(checks: Iterable[Check]) -> dict[str, Outcome]:
    """The gravest outcome of each scope with a check that failed or warned."""
    found: dict[str, Outcome] = {}
    for check in checks:
        if check.outcome == "fail" or (check.outcome == "warn" and check.scope not in found):
            found[check.scope] = check.outcome
    return found


def _endpoint_row(name: str, entry: Entry, adjusted: bool) -> list[str]:
    times = (entry.p50_adjusted_ms, entry.p95_adjusted_ms, entry.p99_adjusted_ms)
    return [
        name,
        f"{entry.requests:,}",
        digits(100 * entry.error_ratio),
        digits(entry.rps),
        *(_ms(time) for time in (entry.p50_ms, entry.p95_ms, entry.p99_ms, entry.max_ms)),
        *(_ms(time) for time in times if adjusted),
    ]


def check_lines(verdict: Verdict, most: int) -> list[str]:
    """Every check that is no pass, folded where they are many.

    What the baseline's endpoints had too few responses for is counted: the comparison shows it.
    """
    open_checks = [check for check in verdict.checks if check.outcome != "pass"]
    checks = [check for check in open_checks if not _is_untold(check)]
    if not open_checks:
        return []
    checks.sort(key=lambda check: _GRAVEST[check.outcome])
    title = f"Checks that did not pass: {len(open_checks):,} of {len(verdict.checks):,}"
    lines = table(
        ["", "check", "measured", "limit", "why"], [_check_row(check) for check in checks[:most]]
    )
    lines = [*(lines if checks else []), *left_out(len(checks) - most, "checks")]
    if untold := len(open_checks) - len(checks):
        word = "comparison" if untold == 1 else "comparisons"
        lines += [*([""] if lines else []), f"{untold:,} {word} with the baseline: inconclusive."]
    if len(checks) > _FEW:
        return folded(title, lines)
    return [f"### {title}", "", *lines]


def _is_untold(check: Check) -> bool:
    return check.source == "baseline" and check.outcome == "inconclusive"


def _check_row(check: Check) -> list[str]:
    about = "" if check.scope == "total" else f" of {name_span(check.scope)}"
    at = "" if check.users is None else f" at {check.users:,} users"
    at = at if check.rate is None else f" at {rate_said(check.rate)}"
    level = "" if check.severity is None else f", {check.severity}"
    return [
        f"{SIGNS[check.outcome]} {check.outcome}",
        f"{prose(metric_name(check.metric))}{about}{at} ({check.source}{level})",
        *("" if one is None else check_figure(check, one) for one in (check.value, check.limit)),
        prose(check.reason, _REASON),
    ]


def step_lines(state: RunState, verdict: Verdict, most: int) -> list[str]:
    """The steps with knee, capacity and scalability; nothing of fewer than two steps."""
    steps = judged_steps(state, verdict)
    if len(steps) < 2:
        return []
    rows = []
    for step, judged in steps[:most]:
        found = step_figures(state, step)
        rows.append([
            f"{step.number}{' by hand' if step.by_hand else ''}",
            f"{step.users:,}" if step.rate is None else rate_said(step.rate),
            length_said(step.duration_s),
            digits(found["rps"]),
            digits(100 * found["error_ratio"]),
            *(_trusted(judged.trust[metric]) for metric in ("p50_ms", "p95_ms", "p99_ms")),
            f"{SIGNS[judged.outcome]} {judged.outcome}" if judged.outcome is not None else "",
        ])  # fmt: skip
    load = "rate" if state.is_open else "users"
    heads = ["step", load, "time", "rps", "errors %", "p50 ms", "p95 ms", "p99 ms", ""]
    lines = ["### Steps", "", *table(heads, rows), *left_out(len(steps) - most, "steps"), ""]
    said = [one.sentence for one in (verdict.knee, verdict.capacity, verdict.scalability) if one]
    lines += [f"- {prose(sentence)}" for sentence in said]
    lines += [
        f"- step {step.number}: {prose(judged.reason, _REASON)}"
        for step, judged in steps[:most]
        if judged.reason
    ]
    return [*lines, "- figures after settling, ± half the 95 % interval, ? too few responses"]


def _trusted(trust: Trust) -> str:
    if trust.value is None:
        return ""
    sure = "?" if trust.half_width is None else f"±{100 * trust.half_width:.0f} %"
    return f"{digits(trust.value)} {sure}"


def _ms(value: float | None) -> str:
    return "" if value is None else digits(value)

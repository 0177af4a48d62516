"""The head of the report: what was judged, what must not be missed, and the key figures."""

from __future__ import annotations

from collections import Counter

import msgspec

from lftui.judge.difference.words import digits
from lftui.judge.load import rate_said
from lftui.judge.open_ports import open_ports_said
from lftui.judge.outcome import SIGNS, Outcome
from lftui.judge.verdict import Verdict
from lftui.judge.workers import coarse_said
from lftui.reports.html.caps import Caps
from lftui.reports.html.moments import moment
from lftui.reports.html.table import left_out, line
from lftui.reports.mark_words import end_said
from lftui.reports.said import NONE, clock, percent, several
from lftui.run_state import Entry, RunState, arrivals_over, duration_s

_TEXT = 600
_ORDER: tuple[Outcome, ...] = ("fail", "warn", "inconclusive", "pass")


class Head(msgspec.Struct, frozen=True):
    """The verdict.

    Attributes:
        reasons: beside the first, which the sentence holds.
        counts: the checks by outcome, in words.
    """

    title: str
    subtitle: str
    outcome: Outcome
    sign: str
    word: str
    sentence: str
    reasons: list[str]
    more: str
    counts: list[tuple[str, str, str]]


class Banner(msgspec.Struct, frozen=True):
    """What cannot be missed."""

    tone: str
    text: str


class Tile(msgspec.Struct, frozen=True):
    """One key figure; `full` is all of it, as the summary has it."""

    label: str
    text: str
    unit: str
    window: str
    full: float | int | None = None


def window_said(state: RunState) -> str:
    """What the totals and endpoints are about."""
    return "whole run" if state.reset is None else "since the statistics were reset"


def head(state: RunState, verdict: Verdict, caps: Caps) -> Head:
    """The title and the verdict with its reasons."""
    started = state.started
    host = started.host if started is not None else None
    first = verdict.reasons[:1]
    others = verdict.reasons[1:]
    counted = Counter(check.outcome for check in verdict.checks)
    return Head(
        title=f"Load test of {line(host)}" if host else "Load test, hosts of the locustfile",
        subtitle=_subtitle(state),
        outcome=verdict.outcome,
        sign=SIGNS[verdict.outcome],
        word=verdict.outcome,
        sentence=line(first[0], _TEXT) if first else _without_reason(verdict),
        reasons=[line(one, _TEXT) for one in others[: caps.reasons]],
        more=left_out(min(len(others), caps.reasons), len(others), "among the checks"),
        counts=[(one, SIGNS[one], f"{counted[one]:,} {one}") for one in _ORDER if counted[one]],
    )


def _subtitle(state: RunState) -> str:
    started = state.started
    if started is None:
        return "a run whose beginning is missing"
    names = [file.path.replace("\\", "/").rpartition("/")[2] for file in started.scenario]
    about = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    words = [about or "no scenario file", moment(started.wall), f"run {started.run_id}"]
    return line(" · ".join(words))


def _without_reason(verdict: Verdict) -> str:
    kept = sum(check.outcome == "pass" for check in verdict.checks)
    if verdict.outcome == "pass":
        return f"No check failed, {several(kept, 'check')} passed."
    return "There is no reason on record."


def banners(state: RunState, verdict: Verdict) -> list[Banner]:
    """What a reader has to know before any figure."""
    found: list[Banner] = []
    started, plan = state.started, state.started.plan if state.started is not None else {}
    if verdict.health.bottleneck:
        reason = line(verdict.health.reason, _TEXT)
        found.append(
            Banner(
                "fail",
                f"The load generator was the bottleneck: {reason}. The figures are in part its "
                "own, not the target's; measure again with more worker processes (--processes), "
                "from a larger machine or with less load.",
            )
        )
    if started is not None and started.production:
        found.append(Banner("warn", "The target is marked as production in the settings."))
    if state.finished is None:
        found.append(
            Banner(
                "warn",
                "This run has no end: it still went on, or was torn off. The figures are up to "
                f"its last record, {moment(state.last_wall)}.",
            )
        )
    elif state.finished.reason in ("generator_lost", "supervisor_lost", "killed", "refused"):
        found.append(Banner("fail", f"Not ended in order: {line(end_said(state.finished), _TEXT)}"))
    if plan.get("in_process"):
        found.append(
            Banner("warn", "One process drew and measured (--in-process): latencies are inflated.")
        )
    if state.reset is not None:
        found.append(
            Banner(
                "info",
                "The statistics were reset during the run (--reset-stats): totals, endpoints and "
                "verdict are those since then; charts and errors show the whole run.",
            )
        )
    if gaps := [gap for gap in state.gaps if not gap.worker]:
        found.append(Banner("warn", f"{several(len(gaps), 'gap')} in the journal: see Events."))
    if coarse := coarse_said(state):
        found.append(Banner("info", line(f"The {coarse}.", _TEXT)))
    for said in open_ports_said(state):
        found.append(Banner("info", line(f"{said[:1].upper()}{said[1:]}.", _TEXT)))
    if not state.total.count:
        found.append(Banner("warn", "No request was completed, so there is nothing to measure."))
    return found


def tiles(state: RunState, total: Entry) -> list[Tile]:
    """The key figures, each with its unit and window."""
    window = window_said(state)
    timed = f"{window}, {'successes' if total.requests > total.failures else 'failures'}"
    length = duration_s(state)
    covered = length if state.reset is None else state.reset.covered_s
    times = [
        Tile(name, *_time(value), timed, value)
        for name, value in (("p50", total.p50_ms), ("p95", total.p95_ms), ("p99", total.p99_ms))
    ]
    lasted = f"{window}, {covered:,.1f}\u00a0s"
    return [
        Tile("requests", f"{total.requests:,}", "", window, total.requests),
        Tile("throughput", digits(total.rps), "rps", window, total.rps),
        Tile("goodput", digits(total.goodput_rps), "rps", window, total.goodput_rps),
        Tile(
            "error ratio",
            percent(total.error_ratio).removesuffix(" %"),
            "%",
            f"{window}, {total.failures:,} failed",
            total.error_ratio,
        ),
        *times,
        *_arrivals(state, window),
        Tile("peak users", f"{state.users_max:,}", "users", "whole run", state.users_max),
        Tile("duration", clock(round(covered)), "", lasted, round(covered, 3)),
    ]


def _arrivals(state: RunState, window: str) -> list[Tile]:
    """Of an open workload: the rate that was reached, and what came late or not at all."""
    found = arrivals_over(state)
    if found is None:
        return []
    wanted = f"{window}, of {rate_said(found.target_rate)} due"
    missed = f"{window}, {found.late:,} late, {found.dropped:,} given up"
    share = (found.late + found.dropped) / found.due if found.due else 0.0
    return [
        Tile("rate reached", digits(found.rate), "iterations/s", wanted, found.rate),
        Tile("late or given up", percent(share).removesuffix(" %"), "%", missed, share),
    ]


def _time(value: float | None) -> tuple[str, str]:
    if value is None:
        return NONE, "ms"
    return (digits(value / 1000), "s") if value >= 10_000 else (digits(value), "ms")

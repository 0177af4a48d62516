"""The report as sections of lines: the verdict first, then what it stands on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from lftui.run_state import RunState, duration_s, entry_of

if TYPE_CHECKING:
    from lftui.judge.verdict import Verdict

Part = tuple[str, str]
Line = Part | list[Part]
_NAME = 10
_TONES = {"●": "good", "▲": "warning", "■": "critical", "○": "dim"}


class Section(msgspec.Struct, frozen=True):
    """A part of the report. `name` is where it stands, `title` what stands above it."""

    name: str
    title: str
    lines: list[Line]


def sections(state: RunState, verdict: Verdict, columns: int) -> list[Section]:
    """Everything that can be said of a run; parts without content are left out."""
    from lftui.closing_view import WHOLE_RUN, endpoint_lines, note_lines
    from lftui.target_view import target_lines
    from lftui.verdict_view import baseline_lines, error_lines, step_lines, threshold_lines
    from lftui.worker_view import worker_lines

    compared = baseline_lines(verdict.comparison, columns) if verdict.comparison else []
    endpoints = [line for line in endpoint_lines(state, columns) if line != WHOLE_RUN]
    found = [
        Section("verdict", "Verdict", _verdict(verdict, columns)),
        Section("run", "Run", _facts(state, columns)),
        Section("totals", "Totals", _totals(state, verdict, columns)),
        Section("endpoints", "Endpoints, whole run", _toned(endpoints)),
        Section("baseline", "Baseline", _toned(compared)),
        Section("thresholds", "Thresholds", _toned(threshold_lines(verdict, columns))),
        Section("steps", "Steps", _toned(step_lines(state, verdict, columns))),
        Section("workers", "Workers, whole run", _toned(worker_lines(state, columns)[2:])),
        Section("target", "Target, whole run", _toned(target_lines(state, columns)[2:])),
        Section("errors", "Errors", _toned(error_lines(verdict, columns))),
        Section("notes", "Notes", _toned(note_lines(state, columns))),
    ]
    return [section for section in found if section.lines]


def _verdict(verdict: Verdict, columns: int) -> list[Line]:
    from lftui.verdict_view import outcome_lines

    tone = {"pass": "good", "warn": "warning", "fail": "critical", "inconclusive": "accent"}
    lines = [line for line in outcome_lines(verdict, columns) if line]
    return [
        (line, tone[verdict.outcome] if not number else "") for number, line in enumerate(lines)
    ]


def _facts(state: RunState, columns: int) -> list[Line]:
    from lftui.verdict_view import wrapped

    started, finished = state.started, state.finished
    facts: list[tuple[str, str]] = []
    if started is not None:
        scenario = ", ".join(fact.path for fact in started.scenario) or "(unknown)"
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(started.wall))
        production = " (PRODUCTION)" if started.production else ""
        facts += [
            ("run", started.run_id),
            ("target", f"{started.host or 'hosts of the locustfile'}{production}"),
            ("scenario", scenario),
            ("load", started.shape),
            ("by", f"{started.operator}, {when}"),
        ]
    ended = "goes on, or was torn off: the last record is its end"
    if finished is not None:
        ended = f"{finished.reason}: {finished.message}" if finished.message else finished.reason
    lines: list[Line] = []
    for name, value in [*facts, ("ended", ended)]:
        first, *more = wrapped(value, columns - _NAME, 0)
        lines.append([(f"{name:<{_NAME}}", "dim"), (first, "")])
        lines += [(" " * _NAME + line, "") for line in more]
    return lines


def _totals(state: RunState, verdict: Verdict, columns: int) -> list[Line]:
    from lftui.closing_view import waiting_lines
    from lftui.live_view import clock, ms

    length = duration_s(state)
    total = entry_of("", "", state.total, length)
    health = verdict.health
    lag = "—" if health.lag_p99_ms is None else f"{health.lag_p99_ms:.1f} ms"
    return [
        (
            f"{total.requests:,} requests in {clock(length)}, {total.rps:.1f} rps, "
            f"at most {state.users_max:,} users",
            "strong",
        ),
        (f"{total.failures:,} failed ({100 * total.error_ratio:.2f} %)", ""),
        (
            f"p50 {ms(total.p50_ms)}   p95 {ms(total.p95_ms)}   p99 {ms(total.p99_ms)}   "
            f"max {ms(total.max_ms)}   (successful responses)",
            "",
        ),
        *((line, "") for line in waiting_lines(state, columns)),
        (
            f"generator: CPU {state.health.cpu_percent_max:.0f} % at most, loop lag {lag} at p99"
            + ("; it was the bottleneck" if health.bottleneck else ""),
            "critical" if health.bottleneck else "dim",
        ),
    ]


def _toned(lines: Sequence[str]) -> list[Line]:
    """Lines with the tone of the sign that they begin with; empty ones at the edges left out."""
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    return [(line, _TONES.get(line.strip()[:1], "")) for line in kept]

"""`PREFIX_steps.csv`: a row for each step, its settled figures as they stand in the summary.

Response times in ms, spans in seconds, shares 0..1. `_low` and `_high` are the 95 % interval, empty
where the responses do not reach so far. An open workload has more columns: the rate and what became
of the arrivals; a run with adjusted response times has those. A cell that a spreadsheet would run
as a formula has an apostrophe in front.
"""

from __future__ import annotations

from collections.abc import Iterator

from lftui.judge.measured import Reading, step_level
from lftui.judge.steps.step_verdict import StepVerdict
from lftui.judge.verdict import Verdict
from lftui.reports.arrival_figures import COUNTS
from lftui.reports.locust_figures import Cell, formula_safe
from lftui.reports.step_figures import ADJUSTED, judged_steps, step_figures
from lftui.reports.verdict_json import rounded
from lftui.run_state import RunState, Step
from lftui.safe_text import safe_line

STEPS_SUFFIX = "_steps.csv"

_FACTS = ("started_s", "duration_s", "measured_s", "requests", "failures")
_RATES = ("error_ratio", "rps", "goodput_rps")
_TIMES = ("p50_ms", "p95_ms", "p99_ms")
_PER_USER = "rps_per_user"
_LONGEST = 600


def steps_rows(state: RunState, verdict: Verdict) -> Iterator[list[Cell]]:
    """The header, and the steps in their order."""
    figures = [
        column
        for metric in (*_RATES, _PER_USER, *_TIMES)
        for column in (metric, f"{metric}_low", f"{metric}_high")
    ]
    words = ["verdict", "reason", "marks"]
    yield ["number", "users", "by_hand", *_FACTS, *figures, *words, *_more(state)]
    for step, judged in judged_steps(state, verdict):
        yield _row(state, step, judged)


def _row(state: RunState, step: Step, judged: StepVerdict) -> list[Cell]:
    found = step_figures(state, step)
    total = step_level(state, step).total
    rates = {metric: total.read(metric) for metric in _RATES}
    cells: list[Cell] = [step.number, step.users, "true" if step.by_hand else "false"]
    cells += [found[name] for name in _FACTS]
    for metric, reading in rates.items():
        cells += [found[metric], _cell(reading.low), _cell(reading.high)]
    cells += _per_user(step, rates["rps"])
    for metric in _TIMES:
        trust = judged.trust.get(metric)
        ends = (None, None) if trust is None else (trust.low, trust.high)
        value = found[metric]
        cells += ["" if value is None else value, *map(_cell, ends)]
    words = (judged.outcome or "", judged.reason, "; ".join(step.marks))
    cells += (formula_safe(safe_line(word, _LONGEST)) for word in words)
    known = {**dict.fromkeys(COUNTS), **(found["arrivals"] or {}), **found}
    return [*cells, *("" if known[name] is None else known[name] for name in _more(state))]


def _more(state: RunState) -> list[str]:
    """The columns that only open workloads have, and runs with adjusted response times."""
    open_columns = ["rate", *COUNTS] if state.is_open else []
    return [*open_columns, *(ADJUSTED if state.total.adjusted is not None else ())]


def _per_user(step: Step, rps: Reading) -> list[Cell]:
    """Completed requests a second of one user, with the interval of the rate."""
    if step.user_s <= 0:
        return ["", "", ""]
    share = step.span.covered_s / step.user_s
    ends = [None if end is None else end * share for end in (rps.low, rps.high)]
    return [_cell(step.span.total.count / step.user_s), *map(_cell, ends)]


def _cell(value: float | None) -> Cell:
    """Six significant digits; empty where nothing is known."""
    number: float | None = rounded(value)
    return "" if number is None else number

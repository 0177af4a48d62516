"""The operator's ladder: a row for every plateau, the newest on top."""

from __future__ import annotations

from typing import Any

from lftui.judge.steps.search_checks import trials_by_step
from lftui.judge.steps.step_verdict import StepVerdict
from lftui.judge.steps.trust import METRICS, Trust, trust_sentence
from lftui.live_view import clock
from lftui.run_state import Step
from lftui.screens.live.panels import step_texts as said
from lftui.screens.live.panels.rate_steps import (
    arrival_lines,
    load_cells,
    rate_columns,
    rate_value,
)
from lftui.screens.live.panels.rows import Rows, figures
from lftui.screens.live.panels.spec import Line, PanelSpec
from lftui.screens.live.panels.texts import (
    NONE,
    drawn,
    moment,
    one_line,
    percent,
    rate,
    stamp,
    sure,
)
from lftui.search_view import trial_said
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Column, Source

_QUANTILES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


def _columns(look: Look, is_open: bool) -> list[Column]:
    wide = 13 if look.ascii else 12  # `1.16 ±0.12 s`
    if is_open:
        return rate_columns(wide)
    return [
        Column("verdict", "", 1, sortable=False, fixed=True),
        Column("step", "step", 4, "right", high_first=True, fixed=True),
        Column("users", "users", 5, "right", high_first=True, fixed=True),
        Column("by", "by", 4, from_width=100),
        Column("began", "began", 8, from_width=160),
        figures("settled", "settled", 7),
        figures("requests", "requests", 9, 130),
        figures("rps", "rps", 6),
        figures("per_user", "rps/user", 8, 110),
        figures("errors", "errors", 7),
        figures("p50", "p50", wide, 100),
        figures("p95", "p95", wide),
        figures("p99", "p99", wide),
        Column("what", "", sortable=False),
    ]


class StepRows(Rows[Step]):
    """The steps of a run, the one that lasts first."""

    def __init__(self, snapshot: Snapshot, look: Look) -> None:
        steps = said.steps_of(snapshot)
        self._is_open = is_open = snapshot.state.is_open
        load = "a rate" if is_open else "a number of users"
        empty = f"no step yet: a step is {load} that has lasted 5 s"
        columns = _columns(look, is_open)
        super().__init__({str(step.number): step for step in steps}, columns, empty, look)
        self._current = snapshot.state.steps.current
        self._judged = said.judged_steps(snapshot)
        self._knee = said.knee_step(snapshot)
        self._trials = trials_by_step(snapshot.state) if snapshot.state.search.trials else {}

    def row(self, step: Step) -> list[Cell]:
        total, span = step.span.total, step.span
        judged = self._judged.get(step.number)
        outcome = judged.outcome if judged is not None else None
        trusts = said.trusts_of(step, judged)
        current = step is self._current
        rps = total.rps(span.covered_s)
        users = step.user_s / span.covered_s if span.covered_s > 0 else 0.0
        settled = (clock(span.covered_s), "") if span.covered_s > 0 else (NONE, "dim")
        if current and not span.covered_s:
            settled = ("settles", "dim")
        return [
            (self._look.sign(outcome), self._look.tone_of(outcome)) if outcome else "",
            (f"{'▸' if current else ''}{step.number}", "accent" if current else ""),
            *(load_cells(step) if self._is_open else [f"{step.users}"]),
            "hand" if step.by_hand else "plan",
            stamp(step.began_wall),
            settled,
            f"{total.count:,}",
            rate(rps) if span.covered_s > 0 else (NONE, "dim"),
            *([rate(rps / users) if users > 0 else (NONE, "dim")] if not self._is_open else []),
            (percent(total.error_ratio), "warning" if total.failures else ""),
            *(self._percentile(trusts[metric]) for metric in METRICS),
            self._what(step, judged, trusts, current),
        ]

    def _percentile(self, trust: Trust) -> Cell:
        return sure(trust), "" if trust.trusted else "dim"

    def _what(
        self, step: Step, judged: StepVerdict | None, trusts: dict[str, Trust], current: bool
    ) -> Cell:
        """The knee, how long until it can be trusted, why it is not all right, notes."""
        parts = ["knee"] if step.number == self._knee else []
        trial = self._trials.get(step.number)
        if trial is not None:
            parts.append(one_line(trial_said(trial)))
        if current:
            parts.append(said.waiting(step, trusts))
        elif not step.span.covered_s:
            parts.append("too short: never settled")
        broke = judged is not None and judged.outcome not in (None, "pass")
        if broke and judged is not None and judged.reason and trial is None:
            parts.append(judged.reason)
        parts += [one_line(mark) for mark in step.marks[-3:]]
        tone = "warning" if step.number == self._knee else "accent" if current else "dim"
        return " · ".join(part for part in parts if part), tone

    def value(self, step: Step, column: str) -> Any:
        total, span = step.span.total, step.span
        match column:
            case "users":
                return step.users
            case "rate" | "begun" | "late" | "dropped":
                return rate_value(step, column)
            case "by":
                return step.by_hand
            case "settled":
                return span.covered_s
            case "requests":
                return total.count
            case "rps":
                return total.rps(span.covered_s)
            case "per_user":
                return total.count / step.user_s if step.user_s > 0 else None
            case "errors":
                return total.error_ratio
            case "p50" | "p95" | "p99":
                return total.percentile_ms(_QUANTILES[column])
            case _:
                return step.number

    def words(self, step: Step) -> str:
        hand = "by hand" if step.by_hand else "by plan"
        return f"step {step.number} {said.load_of(step)} {hand} {' '.join(step.marks)}"


def source(snapshot: Snapshot, look: Look) -> Source:
    """The rows."""
    return StepRows(snapshot, look)


def note(snapshot: Snapshot, look: Look) -> list[Line]:
    """The step that lasts, then what the steps show together."""
    lines: list[Line] = []
    step = snapshot.state.steps.current
    if step is not None and snapshot.state.finished is None:
        trusts = said.trusts_of(step, said.judged_steps(snapshot).get(step.number))
        lines.append((said.standing(step, trusts), "accent"))
    return drawn([*lines, *said.shown_together(snapshot)], look)


def detail(snapshot: Snapshot, look: Look, key: str) -> list[Line]:
    """Everything about one step."""
    step = next((one for one in said.steps_of(snapshot) if str(one.number) == key), None)
    if step is None:
        return [("this step was too short and is forgotten", "dim")]
    judged = said.judged_steps(snapshot).get(step.number)
    hand = "by hand" if step.by_hand else "by plan"
    lines: list[Line] = [
        (f"step {step.number}: {said.load_of(step)}, {hand}", "strong"),
        (f"began {moment(step.began_wall)}, lasted {clock(step.duration_s)}", ""),
    ]
    classes = ", ".join(f"{name} {users}" for name, users in sorted(step.per_class.items()))
    if classes:
        lines.append((f"users by class: {classes}", ""))
    trial = trials_by_step(snapshot.state).get(step.number)
    if trial is not None:
        lines.append((one_line(trial_said(trial)), "accent"))
    lines += arrival_lines(snapshot.state, step)
    lines += said.measured_lines(step, judged)
    trusts = said.trusts_of(step, judged)
    lines.append((trust_sentence(trusts), "dim"))
    lines += said.judged_lines(judged, look)
    knee = snapshot.verdict.knee if snapshot.verdict is not None else None
    if knee is not None and step.number == said.knee_step(snapshot):
        lines.append((f"▲ {knee.sentence}", "warning"))
    lines += [(f"marked: {one_line(mark)}", "mark") for mark in step.marks]
    return drawn(lines, look)


def title(snapshot: Snapshot, seen: int) -> str:
    """`Steps`, and `Steps▲` once the knee is seen."""
    verdict = snapshot.verdict
    return "Steps▲" if verdict is not None and verdict.knee is not None else "Steps"


PANEL = PanelSpec(
    "steps", 4, title, source, note, detail,
    count=lambda snapshot: len(said.steps_of(snapshot)), needs_verdict=True,
)  # fmt: skip

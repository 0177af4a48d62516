"""Baseline: endpoint by endpoint what has changed, and whether that is more than noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lftui.judge.outcome import Outcome
from lftui.live_view import fit
from lftui.screens.live.panels.compared import (
    GRAVITY,
    Compared,
    compared_rows,
    comparison_of,
    delta_said,
    metric_lines,
)
from lftui.screens.live.panels.rows import Rows, figures
from lftui.screens.live.panels.spec import Line, PanelSpec
from lftui.screens.live.panels.texts import (
    NONE,
    ago,
    drawn,
    one_line,
    percent,
    rate,
    several,
    short_ms,
)
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Column, Source

if TYPE_CHECKING:  # pydantic comes with it, and a screen opens without
    from lftui.judge.comparison import MetricComparison

_METRICS = {"p50": "p50_ms", "p95": "p95_ms", "p99": "p99_ms", "rps": "rps"}
_DOUBTFUL: tuple[Outcome, ...] = ("fail", "warn", "inconclusive")
_LABEL = 40


_COLUMNS = [
    Column("verdict", "", 1, high_first=True, fixed=True),
    Column("endpoint", "endpoint", fixed=True, keep="end"),
    Column("users", "users", 5, "right", from_width=120),
    # Their last two cells are for the sign of what is not all right.
    figures("p50", "p50 change  ", 15),
    figures("p95", "p95 change  ", 15),
    figures("p99", "p99 change  ", 15),
    figures("errors", "errors  ", 9),
    figures("rps", "rps change  ", 15, 100),
    Column("why", "why", 44, from_width=150, sortable=False),
]


class BaselineRows(Rows[Compared]):
    """The endpoints against the baseline, the worst first."""

    def __init__(self, snapshot: Snapshot, look: Look) -> None:
        rows = {row.key: row for row in compared_rows(snapshot)}
        super().__init__(rows, _COLUMNS, _empty(snapshot), look)

    def row(self, row: Compared) -> list[Cell]:
        name = one_line(row.name)
        if row.found is None:
            blank: list[Cell] = [""] * 4
            return ["", (name, "dim"), "", (f"{row.why}", "dim"), *blank, (row.why, "dim")]
        users = f"{row.users:,}" if row.users is not None else "all"
        title = f"{name} @{row.users}" if row.users is not None else name
        outcome = row.outcome
        sign = (self._look.sign(outcome), self._look.tone_of(outcome)) if outcome else ""
        p50, p95, p99, rps = (self._change(row.metric(one)) for one in _METRICS.values())
        errors = self._errors(row.metric("error_ratio"))
        return [sign, title, users, p50, p95, p99, errors, rps, (row.why, "dim")]

    def _change(self, one: MetricComparison | None) -> Cell:
        """`231 ms +12 %`, with the sign of what is not all right."""
        if one is None or one.now.value is None:
            return f"{NONE}  ", "dim"
        value = one.now.value
        text = rate(value) if one.metric == "rps" else short_ms(value)
        delta = "" if one.delta is None else f" {delta_said(one.delta)}"
        return self._signed(f"{text}{delta}", one.outcome)

    def _errors(self, one: MetricComparison | None) -> Cell:
        if one is None or one.now.value is None:
            return f"{NONE}  ", "dim"
        return self._signed(percent(one.now.value), one.outcome)

    def _signed(self, text: str, outcome: Outcome | None) -> Cell:
        if outcome in _DOUBTFUL:
            return f"{text} {self._look.sign(outcome)}", self._look.tone_of(outcome)
        return f"{text}  ", "" if outcome else "dim"

    def value(self, row: Compared, column: str) -> Any:
        if column in _METRICS:
            one = row.metric(_METRICS[column])
            return one.delta if one is not None else None
        match column:
            case "verdict":
                return GRAVITY[row.outcome]
            case "users":
                return row.users
            case "errors":
                errors = row.metric("error_ratio")
                return errors.now.value if errors is not None else None
            case _:
                return row.name

    def words(self, row: Compared) -> str:
        return f"{row.name} {row.outcome or ''} {row.why}"


def _empty(snapshot: Snapshot) -> str:
    """Why there are no rows, and what to do."""
    verdict = snapshot.verdict
    if not snapshot.state.baseline:
        return "no baseline: b compares with a baseline file or a stored run"
    if verdict is None:
        return "the judge compares: its first word comes in a moment"
    broken = (one for one in verdict.checks if one.source == "baseline" and not one.metric)
    reason = next((one.reason for one in broken), "")
    if reason:
        return f"the baseline cannot be used: {one_line(reason)}"
    if verdict.comparison is None:
        return "the judge compares: its next word comes in a moment"
    return "nothing was measured yet that is in the baseline"


def source(snapshot: Snapshot, look: Look) -> Source:
    """The rows."""
    return BaselineRows(snapshot, look)


def note(snapshot: Snapshot, look: Look) -> list[Line]:
    """Which baseline, when it was judged, and what the reader has to know."""
    comparison = comparison_of(snapshot)
    if comparison is None:
        return []
    pinned, label = snapshot.state.baseline_path, comparison.before.label
    judged = ago(max(0.0, snapshot.state.last_s - snapshot.judged_s))
    count = several(comparison.comparisons, "figure")
    text = f"against {fit(one_line(label), _LABEL)}, {count} compared, judged {judged}"
    lines: list[Line] = [(text, "")]
    if pinned and pinned != label:
        lines.append((f"{fit(one_line(pinned), _LABEL)} is pinned: judged next", "accent"))
    if comparison.doubt:
        lines.append((f"▲ {one_line(comparison.doubt)}", "warning"))
    if any(row.outcome == "inconclusive" for row in compared_rows(snapshot)):
        sign = look.sign("inconclusive")
        lines.append((f"{sign} cannot be told from noise yet: enter says what it takes", "dim"))
    from lftui.judge.comparison.sides import run_notes

    # That a run which goes on has no end yet is no news here.
    known = run_notes(snapshot.state) if snapshot.state.finished is None else []
    said = [one for one in comparison.notes if one not in known] + comparison.ambiguous
    return drawn([*lines, *((one_line(one), "dim") for one in said[:2])], look)


def detail(snapshot: Snapshot, look: Look, key: str) -> list[Line]:
    """Each metric with its interval, what is tolerated, and why it was judged so."""
    row = next((one for one in compared_rows(snapshot) if one.key == key), None)
    if row is None:
        return [("this endpoint is not compared any more", "dim")]
    users = f" at {several(row.users, 'user')}" if row.users is not None else ""
    lines: list[Line] = [(f"{one_line(row.name)}{users}", "strong")]
    if row.found is None:
        return drawn([*lines, (row.why, "dim")], look)
    if row.found.names:
        lines.append((f"measured as {one_line(', '.join(row.found.names))}", "dim"))
    for one in row.found.metrics:
        lines += metric_lines(one, look)
    return drawn(lines, look)


def title(snapshot: Snapshot, seen: int) -> str:
    """`Baseline(▲1)`: how many endpoints are worse, with the sign of the gravest."""
    outcomes = [row.outcome for row in compared_rows(snapshot)]
    bad = sum(one in ("fail", "warn") for one in outcomes)
    if not bad:
        return "Baseline"
    return f"Baseline({'■' if 'fail' in outcomes else '▲'}{bad:,})"


PANEL = PanelSpec(
    "baseline", 3, title, source, note, detail,
    count=lambda snapshot: len(compared_rows(snapshot)), needs_verdict=True,
)  # fmt: skip

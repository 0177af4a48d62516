"""Target: its own metrics as its sources tell them, held against their limits."""

from __future__ import annotations

from typing import Any

from lftui.judge.outcome import Outcome
from lftui.judge.target import (
    figure_of,
    limits_of,
    outcome_of,
    silent_said,
    standing_of,
    target_rules,
    value_said,
)
from lftui.judge.thresholds.threshold import Threshold
from lftui.reports.sparkline import spark
from lftui.run_state import RunState, TargetFacts
from lftui.run_state.target import key_of
from lftui.screens.live.panels.rows import Rows, figures
from lftui.screens.live.panels.spec import Line, PanelSpec
from lftui.screens.live.panels.texts import NONE, ago, drawn, one_line, several
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Column, Source

TREND = 14
_COLUMNS = [
    Column("sign", "", 1, high_first=True, fixed=True),
    Column("name", "metric", fixed=True),
    figures("value", "now", 12),
    figures("mean", "mean", 10, 100),
    figures("lowest", "lowest", 10, 140),
    figures("highest", "highest", 10, 120),
    Column("limits", "limits", 14, from_width=120, sortable=False),
    Column("trend", "trend", TREND, "right", sortable=False),
    Column("verdict", "verdict", 8, high_first=True),
    Column("source", "source", 10),
    Column("age", "age", 6, "right", high_first=True),
]
_ORDER = ("", "good", "unknown", "warning", "critical")
_OUTCOMES: tuple[Outcome | None, ...] = (None, "pass", "inconclusive", "warn", "fail")
_EMPTY = "nothing is read of the target; [monitor] in lftui.toml says what is"


class TargetRows(Rows[TargetFacts]):
    """A row for each metric of each source, in their order."""

    def __init__(self, snapshot: Snapshot, look: Look) -> None:
        super().__init__(snapshot.state.target_facts, _COLUMNS, _EMPTY, look)
        self._state = snapshot.state
        self._rules = target_rules(snapshot.state)

    def row(self, one: TargetFacts) -> list[Cell]:
        standing = standing_of(one, self._rules)
        loud = standing if standing in ("warning", "critical") else ""
        outcome = outcome_of(one, self._rules)
        unit = one_line(one.unit)
        known = one.count > 0
        return [
            (self._look.sign(standing), self._look.tone_of(standing)) if standing else "",
            (one_line(one.name), loud),
            (value_said(one.value, unit), loud or ("" if one.value is not None else "dim")),
            value_said(one.mean, unit) if known else (NONE, "dim"),
            value_said(one.lowest, unit) if known else (NONE, "dim"),
            value_said(one.highest, unit) if known else (NONE, "dim"),
            (limits_said(limits_of(one, self._rules), unit), "dim"),
            (spark(_trend(self._state, one), TREND, self._look.ascii), "dim"),
            self._verdict(outcome),
            (one_line(one.source), "dim"),
            self._age(one),
        ]

    def _verdict(self, outcome: Outcome | None) -> Cell:
        if outcome is None:
            return NONE, "dim"
        word = "unsure" if outcome == "inconclusive" else outcome
        return f"{self._look.sign(outcome)} {word}", self._look.tone_of(outcome)

    def _age(self, one: TargetFacts) -> Cell:
        if not one.latest_s:
            return "never", "warning"
        seconds = max(0.0, self._state.last_s - one.latest_s)
        said = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
        return said, "" if one.value is not None else "warning"

    def value(self, one: TargetFacts, column: str) -> Any:
        values = {
            "sign": _ORDER.index(standing_of(one, self._rules)),
            "value": one.value,
            "mean": one.mean if one.count else None,
            "lowest": one.lowest if one.count else None,
            "highest": one.highest if one.count else None,
            "verdict": _OUTCOMES.index(outcome_of(one, self._rules)),
            "source": one.source,
            "age": -one.latest_s,
        }
        return values.get(column, one.name)

    def words(self, one: TargetFacts) -> str:
        return f"{one.name} {one.source} {one.unit}"


def limits_said(rules: list[Threshold], unit: str) -> str:
    """`<70 % <85 %`: the warning limit first."""
    ordered = sorted(rules, key=lambda rule: rule.severity, reverse=True)
    return " ".join(
        f"{'<' if rule.upper else '>'}{figure_of(rule.metric, rule.limit, unit)}"
        for rule in ordered
    )


def _trend(state: RunState, one: TargetFacts) -> list[float | None]:
    """The newest readings, with blanks where there were none."""
    readings = state.target_readings.get(key_of(one.source, one.name))
    if readings is None:
        return []
    return [None if part is None else part.mean for _, _, part in readings.gapped()][-TREND:]


def source(snapshot: Snapshot, look: Look) -> Source:
    """The rows."""
    return TargetRows(snapshot, look)


def note(snapshot: Snapshot, look: Look) -> list[Line]:
    """What signs, verdicts and chart are about. Who is silent stands in a banner."""
    if not snapshot.state.target_facts:
        return []
    told = "sign: newest reading; verdict: mean of the run; the chart is of the chosen row"
    return drawn([(told, "dim")], look)


def detail(snapshot: Snapshot, look: Look, key: str) -> list[Line]:
    """All that is known of one metric."""
    state = snapshot.state
    one = state.target_facts.get(key)
    if one is None:
        return [("this run has no such metric", "dim")]
    unit = one_line(one.unit)
    rules = target_rules(state)
    own = limits_of(one, rules)
    lines: list[Line] = [
        (f"{one_line(one.name)} of {one_line(one.source)}", "strong"),
        (f"now {value_said(one.value, unit)}{_when(state, one)}", ""),
    ]
    if one.count:
        low, mean, high = (value_said(v, unit) for v in (one.lowest, one.mean, one.highest))
        lines.append((f"lowest {low}, mean {mean}, highest {high} of {_readings(one)}", ""))
    else:
        text = "the source has had no number for it: is its name right? 7 (log) may say why"
        lines.append((text, "warning"))
    for rule in own:
        lines.append(_limit_line(one, rule, look))
    if not own:
        lines.append(("no limit is set: warning and critical of its row, or --threshold", "dim"))
    lines.append((f'as a threshold: --threshold "{one_line(one.name)}@target<…"', "dim"))
    return drawn(lines, look)


def _readings(one: TargetFacts) -> str:
    return several(one.count, "reading")


def _when(state: RunState, one: TargetFacts) -> str:
    if not one.latest_s:
        return ""
    told = f", read {ago(max(0.0, state.last_s - one.latest_s))}"
    if one.value is None:
        return f"; the last one was {value_said(one.latest, one_line(one.unit))}{told}"
    return told


def _limit_line(one: TargetFacts, rule: Threshold, look: Look) -> Line:
    way = "below" if rule.upper else "above"
    limit = figure_of(rule.metric, rule.limit, one_line(one.unit))
    text = f"{rule.severity} limit: {way} {limit}"
    if not one.count:
        return f"{look.sign('unknown')} {text}", "dim"
    broken = rule.broken_by(one.judged(one.mean))
    level = rule.severity if broken else "good"
    told = "broken by the mean of the run" if broken else "kept on average"
    return f"{look.sign(level)} {text}, {told}", look.tone_of(level)


def title(snapshot: Snapshot, seen: int) -> str:
    """`Target■` while a limit is broken, `Target▲` for a warning or a source that is silent."""
    state = snapshot.state
    if state.finished is not None or not state.target_facts:
        return "Target"
    rules = target_rules(state)
    standings = {standing_of(one, rules) for one in state.target_facts.values()}
    if "critical" in standings:
        return "Target■"
    return "Target▲" if "warning" in standings or silent_said(state) else "Target"


PANEL = PanelSpec(
    "target", 5, title, source, note, detail,
    count=lambda snapshot: len(snapshot.state.target_facts),
)  # fmt: skip

"""The table of endpoints."""

from __future__ import annotations

from lftui.judge.comparison.compared import overall
from lftui.judge.measured import TOTAL, Level, Measured, settled
from lftui.judge.omission import adjusted_said
from lftui.judge.outcome import Outcome
from lftui.judge.verdict import Verdict
from lftui.metrics import Figures
from lftui.reports.html.caps import Caps
from lftui.reports.html.header import window_said
from lftui.reports.html.sparks import LogAxis, axis_of, spark
from lftui.reports.html.table import (
    GRAVITY,
    Cell,
    Head,
    Row,
    Table,
    count,
    left_out,
    number,
    outcome,
    reading,
    share,
    text,
)
from lftui.reports.said import NONE
from lftui.run_state import Entry, RunState

_INTERVALS = ("p50_ms", "p95_ms", "p99_ms")
_ADJUSTED = ("adjusted p50", "adjusted p95", "adjusted p99")


def endpoint_table(
    state: RunState, verdict: Verdict, total: Entry, entries: list[Entry], caps: Caps
) -> Table:
    """Every endpoint with requests, or of very many the gravest and busiest; all together last."""
    judged = outcomes_by_scope(verdict)
    asked = [entry for entry in entries if entry.requests]
    shown = _chosen(asked, judged, caps.endpoints)
    level, window = settled(state), window_said(state)
    about = "settled load" if any(step.span.total.count for step in state.steps.all()) else window
    axis = axis_of(_total(state).response_times)
    tell = _Teller(state, level, axis, judged)
    rows = [tell.row(entry) for entry in shown]
    captions = [
        f"Requests to max: {window}. Times in ms; percentiles and distribution of successful "
        "responses, of failures where nothing succeeded; min, mean and max of all.",
        f"With 95\u00a0% interval: {_settled_said(about, window)}.",
        "Distribution: on one logarithmic axis for all rows, as high as its fullest bar.",
    ]
    return Table(
        name="endpoints",
        caption=" ".join(captions),
        heads=_heads(window, about, bool(adjusted_said(state))),
        rows=rows,
        foot=tell.total(total),
        more=left_out(len(shown), len(asked), "with fewer requests, in the CSV"),
        sortable=True,
        filterable=True,
    )


def _settled_said(about: str, window: str) -> str:
    if about == window:
        return f"{window}, since no step had settled"
    return "all settled load together, without ramps, so it differs from the whole run's figures"


def _heads(window: str, about: str, adjusted: bool) -> list[Head]:
    plain = [
        ("requests", "completed, failures included"),
        ("failed", "failed requests"),
        ("error %", "failed of all"),
        ("rps", "completed requests a second"),
        ("goodput", "successful requests a second"),
        ("min", "ms"),
        ("mean", "ms"),
        ("p50", "ms, half of the responses took no longer"),
        ("p90", "ms"),
        ("p95", "ms"),
        ("p99", "ms"),
        ("p99.9", "ms"),
        ("max", "ms, shown and never judged"),
        ("bytes", "bytes a response"),
        *((name, "ms, from when a request was due") for name in _ADJUSTED if adjusted),
    ]
    return [
        Head("endpoint", "text"),
        Head("verdict", "text", "the worst of its checks"),
        Head("distribution", "text", "responses by time, logarithmic", sortable=False),
        *(Head(name, about=hint, group=window) for name, hint in plain),
        *(
            Head(name, about="ms, with 95 % interval", group=f"{about}, 95 % interval")
            for name in _names()
        ),
    ]


def _names() -> list[str]:
    return [metric.removesuffix("_ms") for metric in _INTERVALS]


def outcomes_by_scope(verdict: Verdict) -> dict[str, Outcome]:
    """The judge's word on each endpoint, by `METHOD name`, and on `total`; those that it was not
    asked about are not in here. Too few responses for one metric alone decide nothing."""
    said: dict[str, list[Outcome | None]] = {}
    for check in verdict.checks:
        said.setdefault(check.scope, []).append(check.outcome)
    for row in verdict.comparison.endpoints if verdict.comparison is not None else []:
        method = row.scope.partition(" ")[0]
        for scope in {row.scope, *(f"{method} {name}" for name in row.names)}:
            if row.outcome is not None:
                said.setdefault(scope, []).append(row.outcome)
    return {scope: overall(found) for scope, found in said.items()}


def _chosen(entries: list[Entry], judged: dict[str, Outcome], most: int) -> list[Entry]:
    """The gravest, then the busiest, in the order of the summary."""
    if len(entries) <= most:
        return entries
    ranked = sorted(entries, key=lambda one: (GRAVITY[judged.get(_scope(one))] > 1, -one.requests))
    kept = {id(entry) for entry in ranked[:most]}
    return [entry for entry in entries if id(entry) in kept]


def _scope(entry: Entry) -> str:
    return f"{entry.method} {entry.name}".strip()


class _Teller:
    """Makes the lines of one run; what they share is here once."""

    def __init__(
        self, state: RunState, level: Level, axis: LogAxis, judged: dict[str, Outcome]
    ) -> None:
        self._state, self._level, self._axis, self._judged = state, level, axis, judged
        self._adjusted = bool(adjusted_said(state))

    def row(self, entry: Entry) -> Row:
        """The line of an endpoint."""
        measured = self._level.measured((entry.method, entry.name))
        return self._line(
            entry, _scope(entry), _scope(entry), _figures(self._state, entry), measured
        )

    def total(self, entry: Entry) -> Row:
        """The line of all together."""
        measured = self._level.measured(TOTAL)
        return self._line(entry, "total", entry.name, _total(self._state), measured)

    def _line(
        self, entry: Entry, scope: str, name: str, figures: Figures, measured: Measured | None
    ) -> Row:
        word = self._judged.get(scope)
        picture = spark(figures.response_times, self._axis)
        return Row(
            [
                text(name),
                outcome(word),
                Cell("" if picture else NONE, picture=picture),
                *_plain(entry),
                *(_adjusted(entry) if self._adjusted else ()),
                *_intervals(measured),
            ],
            tone=word if word in ("fail", "warn") else "",
        )


def _plain(entry: Entry) -> list[Cell]:
    each = entry.bytes / entry.requests if entry.requests else None
    times = (
        entry.min_ms, entry.mean_ms, entry.p50_ms, entry.p90_ms, entry.p95_ms, entry.p99_ms,
        entry.p999_ms, entry.max_ms,
    )  # fmt: skip
    return [
        count(entry.requests),
        count(entry.failures),
        share(entry.error_ratio),
        number(entry.rps),
        number(entry.goodput_rps),
        *(number(value) for value in times),
        Cell(NONE if each is None else f"{each:,.0f}", each),
    ]


def _adjusted(entry: Entry) -> list[Cell]:
    times = (entry.p50_adjusted_ms, entry.p95_adjusted_ms, entry.p99_adjusted_ms)
    return [number(value) for value in times]


def _intervals(measured: Measured | None) -> list[Cell]:
    if measured is None:
        return [Cell(NONE) for _ in _INTERVALS]
    return [reading(metric, measured.read(metric)) for metric in _INTERVALS]


def _total(state: RunState) -> Figures:
    return state.total if state.reset is None else state.reset.total


def _figures(state: RunState, entry: Entry) -> Figures:
    """What the entry was made of."""
    row = state.row_by_name.get(f"{entry.method}\t{entry.name}")
    if row is None:
        return Figures()
    if state.reset is not None:
        return state.reset.rows.get(row) or Figures()
    return state.rows[row].figures

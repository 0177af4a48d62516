"""One endpoint at one moment, and its figures as lines of text. Pure."""

from __future__ import annotations

from functools import lru_cache

from lftui.judge.omission import adjusted_said
from lftui.judge.thresholds.threshold import Threshold
from lftui.live_view import ms
from lftui.metrics import Figures, min_samples
from lftui.run_state import Row, RunState, duration_s
from lftui.run_state.views import AGGREGATED
from lftui.run_state.windows import Window
from lftui.screens.live.endpoint_levels import endpoint_scope, judged_of, level_of, limits_of
from lftui.screens.live.endpoints import TOTAL_KEY, rate_said
from lftui.screens.live.panels.texts import NONE, drawable, percent
from lftui.screens.live.parts import wrapped
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look

Span = tuple[str, str]
Line = list[Span]
QUANTILES = {
    "p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999, "p99.99": 0.9999,
}  # fmt: skip
_METRICS = {"p50": "p50_ms", "p90": "p90_ms", "p95": "p95_ms", "p99": "p99_ms", "p99.9": "p999_ms"}
_ADJUSTED = {"p50 adj": 0.5, "p95 adj": 0.95, "p99 adj": 0.99}
FIGURES_WIDTH = 36
_LABEL, _VALUE = 9, 13
_NAME = 1_000


class Endpoint:
    """One endpoint at one moment, or all together."""

    def __init__(self, snapshot: Snapshot, key: str, look: Look) -> None:
        self.snapshot = snapshot
        self.state: RunState = snapshot.state
        self.look = look
        self.total = key == TOTAL_KEY
        self.index = self.state.row_by_name.get(key)
        self.row: Row | None = self.state.rows[self.index] if self.index is not None else None
        method, _, name = key.partition("\t")
        self.method, self.name = ("", AGGREGATED) if self.total else (method, name)
        self.scope = "total" if self.total else endpoint_scope(self.method, self.name)
        self.window: Window = snapshot.figures()

    @property
    def title(self) -> str:
        """Method and name, so that they can be drawn."""
        return drawable(endpoint_scope(self.method, self.name)[:_NAME], self.look)

    @property
    def figures(self) -> Figures:
        """Of the chosen window."""
        if self.total:
            return self.window.total
        return self.window.row(self.index) if self.index is not None else Figures()

    @property
    def whole(self) -> Figures:
        """Of the whole run."""
        if self.total:
            return self.state.total
        return self.row.figures if self.row is not None else Figures()

    @property
    def limits(self) -> list[Threshold]:
        """Those that are about it."""
        limits = limits_of.of(self.state.started)
        return limits.of_total() if self.total else limits.of(self.method, self.name)


def verdict_span(one: Endpoint) -> Span:
    """The judge's word, or that there is none yet."""
    verdict = one.snapshot.verdict
    if verdict is None:
        return "…", "dim"
    outcome = verdict.outcome if one.total else judged_of.of(verdict).outcome(one.scope)
    if outcome is None:
        return "not judged", "dim"
    return f"{one.look.sign(outcome)} {outcome}", one.look.tone_of(outcome)


def figures_lines(one: Endpoint) -> list[Line]:
    """Counts and percentiles, of the window and of the whole run."""
    spans = [(one.window.title, one.figures, one.window.covered_s)]
    if one.window.name != "run":
        spans.append(("whole run", one.whole, duration_s(one.state)))
    columns = [_column(one, figures, covered) for _, figures, covered in spans]
    heads = "".join(f"{title[:_VALUE]:>{_VALUE}} " for title, _, _ in spans)
    lines: list[Line] = [[(f"{'':{_LABEL}}{heads}", "header")]]
    for label in columns[0]:
        line: Line = [(f"{label:{_LABEL}}", "dim")]
        for column in columns:
            text, tone = column[label]
            line.append((f"{text:>{_VALUE + 1}}", tone))
        lines.append(line)
    if any(text.endswith("?") for column in columns for text, _ in column.values()):
        lines.append([("? too few responses to be sure", "dim")])
    if adjusted := adjusted_said(one.state):
        lines += [[(row, "dim")] for row in wrapped(f"adj: {adjusted}", FIGURES_WIDTH)]
    return lines


def _column(one: Endpoint, figures: Figures, covered_s: float) -> dict[str, Span]:
    """Label to value; every value ends in a blank or in its sign."""
    rps = figures.rps(covered_s)
    ratio = figures.error_ratio
    column = {
        "requests": (f"{figures.count:,} ", ""),
        "failed": _signed(one, "error_ratio", ratio, percent(ratio)),
        "rps": _signed(one, "rps", rps, rate_said(rps)) if covered_s else (f"{NONE} ", "dim"),
        "min": (f"{ms(figures.min_ms)} ", ""),
        "mean": (f"{ms(figures.mean_ms)} ", ""),
    }
    samples = figures.response_times.count
    values = figures.percentiles_ms(list(QUANTILES.values()))
    for (label, q), value in zip(QUANTILES.items(), values, strict=True):
        if value is not None and samples < _enough(q):
            column[label] = (f"{ms(value)}?", "dim")
        else:
            column[label] = _signed(one, _METRICS.get(label, ""), value, ms(value))
    if adjusted_said(one.state):
        found = figures.adjusted_percentiles_ms(list(_ADJUSTED.values()))
        for label, value in zip(_ADJUSTED, found, strict=True):
            column[label] = _signed(one, f"{label[:3]}_adjusted_ms", value, ms(value))
    column["max"] = (f"{ms(figures.max_ms)} ", "")
    column["timed"] = (f"{samples:,} ", "dim")
    return column


@lru_cache(16)
def _enough(q: float) -> int:
    return min_samples(q)


def _signed(one: Endpoint, metric: str, value: float | None, text: str) -> Span:
    level = level_of(one.limits, metric, value)
    sign = one.look.sign(level) if level in ("warning", "critical") else " "
    return f"{text}{sign}", level

"""The figures that answer whether all is well: users, rate, errors, percentiles, generator."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lftui.judge.thresholds.threshold import Threshold, read_back
from lftui.live_view import ms
from lftui.metrics import Histogram
from lftui.run_state import Entry, RunState, entry_of
from lftui.run_state.health import lag_max_of, there
from lftui.run_state.windows import Window
from lftui.screens.live.parts import Row, Span, padded
from lftui.screens.live.rate_tiles import rate_tiles
from lftui.widgets.look import Look

CPU_WARNING, CPU_CRITICAL = 75.0, 90.0
LAG_WARNING_MS, LAG_CRITICAL_MS = 20.0, 50.0
_WIDTHS = (11, 10, 11, 10, 11, 11, 16)
_OPEN_WIDTHS = (12, 14, 8, 10, 10, 10, 16)
"""Of an open workload: the rate beside the users, and p50 where there is room for it."""
_P50_WIDTH = 10
_NONE = "—"
_LABELS_FROM = 120


class Generator(msgspec.Struct, frozen=True):
    """How the measuring instrument was in the last seconds; None where it was not read.

    `busiest` is the worker whose CPU that is; "" where it is the generator's own.
    """

    cpu_percent: float | None = None
    lag_p99_ms: float | None = None
    busiest: str = ""

    @property
    def level(self) -> str:
        """Whether its figures can be trusted."""
        cpu, lag = self.cpu_percent, self.lag_p99_ms
        if cpu is None:
            return "unknown"
        if cpu >= CPU_CRITICAL or (lag or 0.0) >= LAG_CRITICAL_MS:
            return "critical"
        return "warning" if cpu >= CPU_WARNING or (lag or 0.0) >= LAG_WARNING_MS else "good"


def generator_now(state: RunState) -> Generator:
    """The mean CPU and the p99 of the loop lag over the last seconds; of workers the busiest."""
    used: dict[str, float] = {"": 0.0}
    length = 0.0
    lag, highest = Histogram(), 0
    for tick in state.recent:
        took = tick.end - tick.start
        if took < 0.2:  # the CPU of a short interval says nothing
            continue
        length += took
        used[""] += tick.health.cpu_percent * took
        lag.add_sparse(tick.health.lag)
        highest = max(highest, lag_max_of(tick))
        for worker in there(tick):
            used[worker.id] = used.get(worker.id, 0.0) + worker.cpu_percent * took
            lag.add_sparse(worker.lag)
    if not length:
        return Generator()
    p99 = lag.percentile_us(0.99)
    if p99 is not None and highest:
        p99 = min(p99, highest)
    busiest = max(used, key=lambda name: used[name])
    return Generator(used[busiest] / length, None if p99 is None else p99 / 1000, busiest)


def tile_rows(state: RunState, figures: Window, look: Look, width: int) -> list[Row]:
    """Two lines: names, and under them the values of a window with their units."""
    entry = entry_of("", "", figures.total, figures.covered_s)
    within = f", {figures.title}" if width >= _LABELS_FROM else ""
    measured = figures.total.count > 0 and figures.covered_s > 0
    is_open = state.is_open
    # At 80 columns the median gives way to the rate: the table has it, and it warns of nothing.
    with_p50 = not is_open or width >= sum(_OPEN_WIDTHS) + _P50_WIDTH
    names = ("p50", "p95", "p99") if with_p50 else ("p95", "p99")
    cells: list[tuple[str, Row]] = [
        *(rate_tiles(state, figures, look, width) if is_open else [("users", _users(state))]),
        (f"rps{within}", [_judged("rps", entry, state, look) if measured else (_NONE, "dim")]),
        ("errors", [_errors(entry, state, look) if measured else (_NONE, "dim")]),
        *((name, [_judged(f"{name}_ms", entry, state, look)]) for name in names),
        (
            f"generator CPU{', lag p99' if width >= _LABELS_FROM else ''}",
            _health(generator_now(state), look),
        ),
    ]
    base = list(_WIDTHS)
    if is_open:
        base = list(_OPEN_WIDTHS)
        base[4:4] = [_P50_WIDTH] if with_p50 else []
    if width < sum(base):
        return _folded(cells)
    return _in_columns(cells, base, width, is_long=bool(within))


def _in_columns(
    cells: Sequence[tuple[str, Row]], base: Sequence[int], width: int, is_long: bool
) -> list[Row]:
    """Names over values; `is_long` is whether the name of the throughput tells its window."""
    spare = min(8, (width - sum(base)) // len(base))
    widths = [one + spare for one in base]
    if is_long:  # a longer name needs its own room
        rps = next(at for at, (name, _) in enumerate(cells) if name.startswith("rps"))
        widths[rps], widths[0] = max(widths[rps] + 3, 15), widths[0] - 3
    names: Row = []
    values: Row = []
    for (name, value), cell in zip(cells, widths, strict=True):
        names += padded([(name, "dim"), (" ", "")], cell)
        values += padded([*value, (" ", "")], cell)
    return [names, values]


def _folded(cells: Sequence[tuple[str, Row]]) -> list[Row]:
    """Where a terminal is very narrow: name and value side by side, in two lines."""
    rows: list[Row] = [[], []]
    for number, (name, value) in enumerate(cells):
        rows[number // 4] += [(f"{name[:6]} ", "dim"), *value, (" ", "")]
    return rows


def _users(state: RunState) -> Row:
    if state.finished is not None:
        return [(f"{state.users:,}", "strong")]  # nobody wants any more
    missing = state.state == "running" and state.users < state.target
    return [(f"{state.users:,}/{state.target:,}", "warning" if missing else "strong")]


def _health(generator: Generator, look: Look) -> Row:
    if generator.cpu_percent is None:
        return [(_NONE, "dim")]
    lag = "" if generator.lag_p99_ms is None else f" {_lag(generator.lag_p99_ms)}"
    text = f"{look.sign(generator.level)} {generator.cpu_percent:.0f} %{lag}"
    return [(text, look.tone_of(generator.level))]


def _lag(value_ms: float) -> str:
    return f"lag {value_ms:.0f} ms" if value_ms >= 1 else "lag <1 ms"


def _errors(entry: Entry, state: RunState, look: Look) -> Span:
    level = level_of("error_ratio", entry.error_ratio, rules_of(state))
    if not level:
        ratio = entry.error_ratio
        level = "good" if ratio < 0.01 else "warning" if ratio < 0.05 else "critical"
    return f"{look.sign(level)} {100 * entry.error_ratio:.2f} %", look.tone_of(level)


def _judged(metric: str, entry: Entry, state: RunState, look: Look) -> Span:
    value: float | None = getattr(entry, metric)
    if value is None:
        return _NONE, "dim"
    level = level_of(metric, value, rules_of(state))
    text = _rate(value) if metric == "rps" else ms(value)
    sign = f"{look.sign(level)} " if level else ""
    return f"{sign}{text}", look.tone_of(level) or "strong"


def _rate(value: float) -> str:
    return f"{value:,.1f}" if value < 10_000 else f"{value:,.0f}"


def level_of(metric: str, value: float, rules: Sequence[Threshold]) -> str:
    """What the limits of the whole say of a value; "" where there are none."""
    about = [one for one in rules if one.scope == "total" and one.metric == metric]
    broken = {one.severity for one in about if one.broken_by(value)}
    if "critical" in broken:
        return "critical"
    return "warning" if broken else "good" if about else ""


_known: list[tuple[object, list[Threshold]]] = []


def rules_of(state: RunState) -> list[Threshold]:
    """The run's thresholds; read once a run."""
    if state.started is None:
        return []
    if not _known or _known[0][0] is not state.started:
        _known[:] = [(state.started, read_back(state.started.thresholds))]
    return _known[0][1]

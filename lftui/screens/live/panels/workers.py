"""Workers: who makes the load, whether they keep up, and the load by user class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from lftui.live_view import ms
from lftui.screens.live.panels.machines import (
    Machine,
    class_span,
    health_now,
    is_full,
    lost_workers,
    machines_of,
)
from lftui.screens.live.panels.rows import Rows, figures
from lftui.screens.live.panels.spec import Line, PanelSpec
from lftui.screens.live.panels.texts import (
    drawn,
    one_line,
    percent,
    rate,
    several,
    size,
)
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Column, Source

_COLUMNS = [
    Column("sign", "", 1, high_first=True, fixed=True),
    Column("name", "process or user class", fixed=True),
    Column("state", "state", 9),
    figures("users", "users", 9),
    figures("rps", "rps", 6),
    figures("cpu", "CPU", 5),
    figures("memory", "memory", 7),
    figures("lag", "lag p99", 8),
    figures("p95", "p95", 7),
    figures("lag_max", "lag max", 8, 100),
    Column("precision", "figures", 7, from_width=120),
    figures("files", "files", 6, 120),
    figures("pack", "packing", 8, 160),
    figures("backlog", "backlog", 7, 160),
]
_ORDER = ("", "good", "unknown", "warning", "critical")


class WorkerRows(Rows[Machine]):
    """Processes and user classes."""

    def __init__(self, snapshot: Snapshot, look: Look) -> None:
        machines = {one.key: one for one in machines_of(snapshot)}
        empty = "the generator has not begun yet"
        super().__init__(machines, _COLUMNS, empty, look)

    def row(self, one: Machine) -> list[Cell]:
        loud = one.standing if one.standing in ("warning", "critical") else ""
        users = f"{one.users:,}" if one.target is None else f"{one.users:,}/{one.target:,}"
        sign = (self._look.sign(one.standing), one.standing) if one.standing else ""
        state = (one_line(one.state), loud or "dim")
        return [
            sign,
            (f"{'class ' if one.kind == 'class' else ''}{one_line(one.name)}", loud),
            state,
            users,
            _or_none(one.rps, rate),
            _or_none(one.cpu_percent, lambda share: f"{share:.0f} %"),
            _or_none(one.rss_bytes, size),
            _or_none(one.lag_p99_ms, ms),
            _or_none(one.p95_ms, ms),
            _or_none(None if one.lag_max_us is None else one.lag_max_us / 1000, ms),
            (one.precision, "warning" if one.precision == "coarse" else "dim"),
            _or_none(one.open_files, lambda count: f"{count:,}"),
            _or_none(None if one.pack_us is None else one.pack_us / 1000, ms),
            _or_none(one.backlog, lambda count: f"{count:,}"),
        ]

    def value(self, one: Machine, column: str) -> Any:
        values = {
            "sign": _ORDER.index(one.standing),
            "state": one.state,
            "users": one.users,
            "rps": one.rps,
            "cpu": one.cpu_percent,
            "memory": one.rss_bytes,
            "lag": one.lag_p99_ms,
            "p95": one.p95_ms,
            "lag_max": one.lag_max_us,
            "precision": one.precision,
            "files": one.open_files,
            "pack": one.pack_us,
            "backlog": one.backlog,
        }
        return values.get(column, one.name)

    def words(self, one: Machine) -> str:
        return f"{one.kind} {one.name} {one.state}"


_Read = TypeVar("_Read", int, float)


def _or_none(value: _Read | None, said: Callable[[_Read], str]) -> Cell:
    return said(value) if value is not None else ""


def source(snapshot: Snapshot, look: Look) -> Source:
    """The rows."""
    return WorkerRows(snapshot, look)


def note(snapshot: Snapshot, look: Look) -> list[Line]:
    """Lost workers, whether the generator keeps up, and what the figures are about."""
    state = snapshot.state
    if state.last_tick_s is None:
        return []
    lines: list[Line] = []
    lost = lost_workers(state)
    if lost:
        names = ", ".join(one_line(name) for name in lost[:5])
        more = f" and {len(lost) - 5:,} more" if len(lost) > 5 else ""
        text = f"■ {several(len(lost), 'worker')} LOST: {names}{more}; the load is lower than asked"
        lines.append((text, "critical"))
    lines.append(health_said(snapshot))
    if state.classes:
        lines.append((f"processes: last 10 s; user classes: {class_span(snapshot)[0]}", "dim"))
    return drawn(lines, look)


def health_said(snapshot: Snapshot) -> Line:
    """One sentence: was the generator the bottleneck?"""
    health = health_now(snapshot.state)
    if health.bottleneck:
        text = (
            f"■ the generator is the bottleneck: {health.reason}; use fewer users or more workers"
        )
        return text, "critical"
    lag = f", loop lag p99 {ms(health.lag_p99_ms)}" if health.lag_p99_ms is not None else ""
    most = snapshot.state.health.cpu_percent_max
    return f"● the generator keeps up: core {most:.0f} % at most{lag}", "good"


def detail(snapshot: Snapshot, look: Look, key: str) -> list[Line]:
    """All readings of one."""
    one = next((found for found in machines_of(snapshot) if found.key == key), None)
    if one is None:
        return [("this process is not there any more", "dim")]
    target = f" of {one.target:,} wanted" if one.target is not None else ""
    lines: list[Line] = [
        (f"{one.kind} {one_line(one.name)}" if one.kind != "generator" else "generator", "strong"),
        (f"state {one_line(one.state)}" if one.state else "", ""),
        (f"{several(one.users, 'user')}{target}", ""),
        (f"{rate(one.rps)} rps" if one.rps is not None else "", ""),
        *(_class_lines(snapshot, one) if one.kind == "class" else _process_lines(snapshot, one)),
    ]
    return drawn([line for line in lines if line[0]], look)


def _class_lines(snapshot: Snapshot, one: Machine) -> list[Line]:
    ratio = one.failures / one.requests if one.requests else 0.0
    where = class_span(snapshot)[0]
    return [
        (f"{several(one.requests, 'request')}, {percent(ratio)} failed ({where})", ""),
        (f"p95 {ms(one.p95_ms)}", ""),
    ]


def _process_lines(snapshot: Snapshot, one: Machine) -> list[Line]:
    facts = snapshot.state.health
    lines: list[Line] = []
    if one.cpu_percent is not None and one.rss_bytes is not None:
        lines.append((f"CPU {one.cpu_percent:.0f} % of a core, memory {size(one.rss_bytes)}", ""))
    if one.kind == "generator":
        top = f"CPU {facts.cpu_percent_max:.0f} %, memory {size(facts.rss_bytes_max)}"
        lines.append((f"most in this run: {top}, {facts.open_files_max:,} open files", "dim"))
        lines.append((f"loop lag p99 {ms(one.lag_p99_ms)} in the last 10 s", ""))
        lines.append((f"loop lag at most {ms(facts.lag_max_us / 1000)} in this run", ""))
        lines.append((f"packing a second's figures took {ms((one.pack_us or 0) / 1000)}", ""))
        waiting = several(one.backlog or 0, "record")
        lines.append((f"{one.open_files or 0:,} open files, {waiting} not sent yet", ""))
        return lines
    lines.append((f"loop lag p99 {ms(one.lag_p99_ms)} in the last 10 s", ""))
    coarse = "coarse: a stock Locust worker, with rounded response times"
    lines.append((f"figures {coarse if one.precision == 'coarse' else one.precision}", ""))
    lines.append((f"Locust {one_line(one.version)}" if one.version else "", ""))
    return lines


def title(snapshot: Snapshot, seen: int) -> str:
    """`Workers■` with a lost one; `Workers▲` where the generator has no room left."""
    state = snapshot.state
    if state.finished is not None:
        return "Workers"
    if lost_workers(state):
        return "Workers■"
    return "Workers▲" if is_full(state) else "Workers"


PANEL = PanelSpec(
    "workers", 6, title, source, note, detail,
    count=lambda snapshot: len(machines_of(snapshot)),
)  # fmt: skip

"""Workers: who makes the load, whether they keep up, and the load by user class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from lftui.judge.workers import (
    awaits_workers,
    coarse_said,
    is_distributed,
    missing_now,
    missing_said,
    more_room_said,
    waiting_said,
)
from lftui.live_view import ms
from lftui.screens.live.panels.machine import Machine
from lftui.screens.live.panels.machines import class_span, health_now, is_full, machines_of
from lftui.screens.live.panels.rows import Rows, figures
from lftui.screens.live.panels.spec import Line, PanelSpec
from lftui.screens.live.panels.texts import drawn, one_line, rate, size
from lftui.screens.live.panels.worker_detail import detail
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
    Column("software", "kind", 6, from_width=120),
    Column("host", "host", 12, from_width=140),
    figures("pid", "pid", 7, 140),
    figures("in_flight", "in flight", 9, 160),
    figures("files", "files", 6, 160),
    figures("pack", "packing", 8, 160),
    figures("backlog", "backlog", 7, 160),
]
_ORDER = ("", "good", "unknown", "warning", "critical")


class WorkerRows(Rows[Machine]):
    """Processes and user classes."""

    def __init__(self, snapshot: Snapshot, look: Look) -> None:
        machines = {one.key: one for one in machines_of(snapshot)}
        state = snapshot.state
        empty = "the generator has not begun yet"
        empty = waiting_said(state) if awaits_workers(state) else empty
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
            (one_line(one.software), "dim"),
            (one_line(one.host), "dim"),
            (f"{one.pid}" if one.pid else "", "dim"),
            _or_none(one.in_flight, lambda count: f"{count:,}"),
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
            "software": one.software,
            "host": one.host,
            "pid": one.pid,
            "in_flight": one.in_flight,
            "files": one.open_files,
            "pack": one.pack_us,
            "backlog": one.backlog,
        }
        return values.get(column, one.name)

    def words(self, one: Machine) -> str:
        return f"{one.kind} {one.name} {one.state} {one.host} {one.software}"


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
    if lost := missing_said(state):
        lines.append((f"■ {lost}", "critical"))
    lines.append(health_said(snapshot))
    if coarse := coarse_said(state):
        lines.append((f"▲ {coarse}", "warning"))
    if state.classes:
        lines.append((f"processes: last 10 s; user classes: {class_span(snapshot)[0]}", "dim"))
    return drawn(lines, look)


def health_said(snapshot: Snapshot) -> Line:
    """One sentence: was the generator the bottleneck?"""
    state = snapshot.state
    health = health_now(state)
    if health.bottleneck:
        text = f"■ the generator is the bottleneck: {health.reason}; use fewer users or "
        return text + more_room_said(state), "critical"
    lag = f", loop lag p99 {ms(health.lag_p99_ms)}" if health.lag_p99_ms is not None else ""
    most = f"{state.health.cpu_percent_max:.0f} % at most"
    if is_distributed(state):
        return f"● master and workers keep up: the busiest core {most}{lag}", "good"
    return f"● the generator keeps up: core {most}{lag}", "good"


def title(snapshot: Snapshot, seen: int) -> str:
    """`Workers■` with a lost one; `Workers▲` where the generator or a worker has no room left."""
    state = snapshot.state
    if state.finished is not None:
        return "Workers"
    if missing_now(state):
        return "Workers■"
    return "Workers▲" if is_full(state) else "Workers"


PANEL = PanelSpec(
    "workers", 6, title, source, note, detail,
    count=lambda snapshot: len(machines_of(snapshot)),
)  # fmt: skip

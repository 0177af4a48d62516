"""The workers of a run as plain lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lftui.judge.workers import coarse_said, losses_said
from lftui.live_view import ms
from lftui.reports.said import one_line, rate
from lftui.reports.text_table import Column, table_lines
from lftui.reports.worker_figures import Json, shows_workers, worker_figures
from lftui.run_state import RunState
from lftui.verdict_view import wrapped

_MOST = 30
_INDENT = 2


def worker_lines(state: RunState, columns: int) -> list[str]:
    """A line for each worker, those that were lost first; nothing of a run without any."""
    if not shows_workers(state):
        return []
    found = sorted(worker_figures(state), key=lambda one: -one["lost"])
    lines = ["", "workers, whole run (CPU and users at most):"]
    table = table_lines(_columns(found[:_MOST]), columns - _INDENT)
    lines += [" " * _INDENT + line for line in table]
    if len(found) > _MOST:
        lines.append(f"  … and {len(found) - _MOST:,} more")
    for sign, said in (("■", losses_said(state)), ("▲", coarse_said(state))):
        if said:
            lines += wrapped(f"  {sign} {said}", columns, 4)
    return lines


def _columns(found: Sequence[Json]) -> list[Column]:
    def column(title: str, told: Callable[[Json], str], rank: int = 0) -> Column:
        return Column(title, [told(one) for one in found], rank, right=True)

    return [
        Column("worker", [one_line(one["id"]) for one in found], least=12),
        column("users", lambda one: f"{one['users_max']:,}"),
        column("reqs", lambda one: f"{one['requests']:,}"),
        column("fails", lambda one: f"{one['failures']:,}"),
        column("rps", lambda one: rate(one["rps"])),
        column("p95", lambda one: ms(one["p95_ms"])),
        column("CPU", lambda one: f"{one['cpu_percent_max']:.0f} %"),
        column("lag p99", lambda one: ms(one["loop_lag_p99_ms"]), 2),
        column("lost", lambda one: f"{one['lost']}x" if one["lost"] else "", 1),
        Column("figures", [one["precision"] for one in found], 1),
        Column("host", [one_line(one["host"]) for one in found], 3),
    ]

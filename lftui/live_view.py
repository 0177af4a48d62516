"""A run as plain lines and as one calm rich display: for `--headless` and `lftui attach`.

Text from outside is safe already (`safe_text`); here it is never read as markup either.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from lftui.judge.arrivals import short_of_users
from lftui.judge.open_ports import open_ports_said
from lftui.judge.target import silent_said
from lftui.judge.waiting import waits, waits_for
from lftui.judge.watch.stalled import stalled
from lftui.judge.workers import (
    coarse_said,
    is_distributed,
    missing_said,
    there_now,
)
from lftui.records import Proposed
from lftui.reports.said import clock as clock
from lftui.reports.said import ms as ms
from lftui.run_state import Entry, RunState, arrivals_in, duration_s, recent_entries
from lftui.run_state.health import FULL_PERCENT, there
from lftui.search_view import load_of, progress, proposal_said

ENDPOINTS_SHOWN = 12
ROOMY = 100
_FIGURE_COLUMNS = 53


def fit(name: str, width: int) -> str:
    """The name in so many columns; of a longer one the end stays, which tells paths apart."""
    if cell_len(name) <= width:
        return name
    while name and cell_len(name) >= width:
        name = name[1:]
    return "…" + name


def plan_of(state: RunState) -> dict[str, Any]:
    """The plan as the journal has it; empty before it is known."""
    return state.started.plan if state.started else {}


def elapsed_s(state: RunState) -> float:
    """Seconds since the load began."""
    return duration_s(state)


def status_word(state: RunState) -> str:
    """The run's state in one word, with what an operator must know: HELD, STALLED, WAITING (for
    workers)."""
    if state.finished is not None:
        return state.finished.reason.upper()
    if waits(state):
        return "WAITING"
    if stalled(state) is not None:
        return "STALLED"
    if state.held and state.state in ("running", "spawning"):
        return "HELD"
    return state.state.upper()


def load_words(state: RunState) -> str:
    """The load that runs and the one that is wanted: `users 30/30`; of an open workload over the
    last ten seconds `rate 49.8/50 users 12/200`, and what could not begin in time."""
    found = arrivals_in(state.recent)
    if found is None:
        return f"users {state.users}/{state.target}"
    words = [f"rate {found.rate:.4g}/{found.goal_rate:.4g}", f"users {state.users}/{found.most}"]
    waiting = (("waiting", found.waiting), ("late", found.late), ("dropped", found.dropped))
    return " ".join(words + [f"{name} {count}" for name, count in waiting if count])


def plain_line(state: RunState) -> str:
    """One line: time, state, load, rate, errors and percentiles of the last ten seconds."""
    total, _ = recent_entries(state)
    length = plan_of(state).get("duration_s")
    of = f"/{clock(length)}" if length else ""
    return (
        f"{clock(elapsed_s(state))}{of} {status_word(state).lower()} "
        f"{load_words(state)} rps {total.rps:.1f} "
        f"errors {100 * total.error_ratio:.2f} % "
        f"p50 {ms(total.p50_ms)} p95 {ms(total.p95_ms)} p99 {ms(total.p99_ms)} (last 10 s) "
        f"requests {state.total.count} failures {state.total.failures}"
    )


def display(state: RunState, width: int = 80) -> RenderableType:
    """The whole display, for a terminal of 80 columns and more."""
    total, entries = recent_entries(state)
    parts: list[RenderableType] = [_headline(state), _progress(state), _tiles(state, total, width)]
    parts.extend(Text(line, style="bold yellow") for line in banners(state))
    parts.append(_table(entries, width - _FIGURE_COLUMNS))
    return Group(*parts)


def banners(state: RunState) -> list[str]:
    """What cannot be missed: a silent target, a saturated generator, a held shape, gaps."""
    lines = []
    silent_s = stalled(state)
    if silent_s is not None:
        waiting = f", {state.in_flight} requests wait" if state.in_flight is not None else ""
        lines.append(f"■ STALLED: no response for {silent_s:.0f} s{waiting}")
    if state.finished is None and (said := silent_said(state)):
        lines.append(f"▲ {said}; the run goes on")
    if short := short_of_users(state):
        lines.append(f"▲ NOT ENOUGH USERS: {short}")
    lines += [f"■ {mark.text}" for mark in state.guard.broken.values() if mark.type == "breach"]
    if state.finished is None:
        lines += [_proposal(one) for one in state.proposals.values()]
        lines += [said] if (said := progress(state)) else []
    lines += _of_generator(state)
    if plan_of(state).get("in_process"):
        lines.append("▲ one process draws and measures: latencies are inflated (--in-process)")
    if state.held and state.finished is None:
        lines.append("the load shape is held at this level")
    missing = 0 if state.is_open else state.target - state.users
    if state.state == "running" and missing > 0 and not is_distributed(state):
        lines.append(f"▲ {missing} of {state.target} users have ended by themselves")
    elif state.state == "running" and missing > 0 and there_now(state):
        lines.append(f"▲ {missing} of {state.target} users are not there")
    return lines


def _of_generator(state: RunState) -> list[str]:
    """Who makes the load: no room left, workers that are waited for or lost, who else may come."""
    tick = state.recent[-1] if state.recent else None
    used = {"GENERATOR": state.health.latest.cpu_percent}
    used |= {f"WORKER {one.id}": one.cpu_percent for one in there(tick)} if tick else {}
    busiest = max(used, key=lambda name: used[name])
    lines = []
    if waits(state):
        lines.append(waits_for(state))
    if lost := missing_said(state):
        lines.append(f"■ {lost}")
    if used[busiest] >= FULL_PERCENT:
        full = f"▲ {busiest} SATURATED: {used[busiest]:.0f} % of its core"
        lines.append(f"{full}; response times are too high")
    lines += [f"▲ {said}" for said in open_ports_said(state)]
    if coarse := coarse_said(state):
        lines.append(f"▲ {coarse}")
    return lines


def _proposal(proposed: Proposed) -> str:
    if proposed.source == "capacity":
        return f"▲ {proposal_said(proposed)} lftui guard --accept"
    users = f" to {load_of(proposed)}" if load_of(proposed) else ""
    return f"▲ the guard proposes to {proposed.action}{users}: lftui guard --accept"


def _headline(state: RunState) -> Text:
    started = state.started
    path = started.scenario[0].path if started and started.scenario else "run"
    name = path.rpartition("/")[2]
    host = (started.host if started else None) or "(hosts of the locustfile)"
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"● {status_word(state)}", style="green" if state.state == "running" else "yellow")
    line.append(f"  {name}", style="bold")
    line.append(f" → {host}")
    if started and started.shape:
        line.append(f"  {started.shape}", style="dim")
    return line


def _progress(state: RunState) -> RenderableType:
    length = plan_of(state).get("duration_s")
    done = elapsed_s(state)
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(justify="left", no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_column(justify="right", no_wrap=True)
    if length:
        bar = ProgressBar(
            total=length,
            completed=min(done, length),
            complete_style="cyan",
            finished_style="cyan",
        )
        grid.add_row(clock(done), bar, clock(length))
    else:
        grid.add_row(clock(done), "no planned end: stop it with Ctrl-C", "")
    return grid


def _tiles(state: RunState, total: Entry, width: int) -> Text:
    ratio = 100 * total.error_ratio
    sign, style = ("●", "green") if ratio < 1 else ("▲", "yellow") if ratio < 5 else ("■", "red")
    line = Text(no_wrap=True, overflow="ellipsis")
    roomy = width >= ROOMY
    gap = "   " if roomy else " "
    line.append(f"{load_words(state)}{gap}")
    line.append("last 10 s: " if roomy else "10 s: ", style="dim")
    line.append(f"rps {total.rps:.1f}{gap}")
    line.append(f"errors {sign} {ratio:.2f} %", style=style)
    for name, value in (("p50", total.p50_ms), ("p95", total.p95_ms), ("p99", total.p99_ms)):
        line.append(f"{gap}{name} {ms(value)}")
    return line


def _table(entries: Sequence[Entry], name_width: int) -> Table:
    table = Table(box=None, expand=True, pad_edge=False, header_style="dim")
    table.add_column("method", no_wrap=True, max_width=8)
    table.add_column("name (last 10 s)", no_wrap=True, ratio=1)
    for name in ("reqs", "fail %", "rps", "p50", "p95", "p99"):
        table.add_column(name, justify="right", no_wrap=True)
    busiest = sorted(entries, key=lambda entry: (-entry.requests, entry.name))
    for entry in busiest[:ENDPOINTS_SHOWN]:
        table.add_row(*(Text(cell) for cell in _cells(entry, name_width)))
    if len(busiest) > ENDPOINTS_SHOWN:
        table.add_row("", Text(f"… and {len(busiest) - ENDPOINTS_SHOWN} more", style="dim"))
    return table


def _cells(entry: Entry, name_width: int) -> list[str]:
    return [
        entry.method,
        fit(entry.name, name_width),
        str(entry.requests),
        f"{100 * entry.error_ratio:.2f}",
        f"{entry.rps:.1f}",
        ms(entry.p50_ms),
        ms(entry.p95_ms),
        ms(entry.p99_ms),
    ]


def log_text(wall: float, level: str, source: str, text: str) -> str:
    """A log line for a terminal."""
    stamp = time.strftime("%H:%M:%S", time.localtime(wall))
    return f"{stamp} {level} {source}: {text}"

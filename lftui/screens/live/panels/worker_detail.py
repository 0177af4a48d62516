"""Details of a row of the Workers panel: all that is known of a process or a user class."""

from __future__ import annotations

from lftui.judge.workers import ROUNDED, at_most_said
from lftui.live_view import ms
from lftui.run_state import RunState, WorkerFacts
from lftui.screens.live.panels.machine import Machine
from lftui.screens.live.panels.machines import class_span, machines_of
from lftui.screens.live.panels.spec import Line
from lftui.screens.live.panels.texts import drawn, one_line, percent, rate, several, size
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look

CLOCK_S = 1.0
"""A clock that is further off than this is worth a word."""
_SOFTWARE = {
    "lftui": "an lftui worker",
    "booted": "a stock Locust worker with the master's boot file",
    "stock": "a stock Locust worker",
}


def detail(snapshot: Snapshot, look: Look, key: str) -> list[Line]:
    """All readings of one."""
    one = next((found for found in machines_of(snapshot) if found.key == key), None)
    if one is None:
        return [("this process is not there any more", "dim")]
    target = f" of {one.target:,} wanted" if one.target is not None else ""
    lines: list[Line] = [
        (f"{one.kind} {one_line(one.name)}" if one.kind != "generator" else one.name, "strong"),
        (f"state {one_line(one.state)}" if one.state else "", ""),
        (f"{several(one.users, 'user')}{target}", ""),
        (f"{rate(one.rps)} rps" if one.rps is not None else "", ""),
    ]
    return drawn([*_said(lines), *_more(snapshot, one)], look)


def _said(lines: list[Line]) -> list[Line]:
    """Those that say something."""
    return [line for line in lines if line[0]]


def _more(snapshot: Snapshot, one: Machine) -> list[Line]:
    if one.kind == "class":
        return _class_lines(snapshot, one)
    used: list[Line] = []
    if one.cpu_percent is not None and one.rss_bytes is not None:
        used.append((f"CPU {one.cpu_percent:.0f} % of a core, memory {size(one.rss_bytes)}", ""))
    if one.kind == "generator":
        return [*used, *_said(_generator_lines(snapshot, one))]
    state = snapshot.state
    facts = state.workers.get(one.name)
    lines = [*used, *_said(_worker_now(one))]
    return lines if facts is None else [*lines, *_worker_lines(state, facts)]


def _class_lines(snapshot: Snapshot, one: Machine) -> list[Line]:
    ratio = one.failures / one.requests if one.requests else 0.0
    where = class_span(snapshot)[0]
    return [
        (f"{several(one.requests, 'request')}, {percent(ratio)} failed ({where})", ""),
        (f"p95 {ms(one.p95_ms)}", ""),
    ]


def _generator_lines(snapshot: Snapshot, one: Machine) -> list[Line]:
    facts = snapshot.state.health
    top = f"CPU {facts.cpu_percent_max:.0f} %, memory {size(facts.rss_bytes_max)}"
    whose = " of any process" if facts.distributed else ""
    waiting = several(one.backlog or 0, "record")
    return [
        (f"most in this run: {top}, {facts.open_files_max:,} open files", "dim"),
        (f"loop lag p99 {ms(one.lag_p99_ms)} in the last 10 s", ""),
        (f"loop lag{whose} at most {ms(facts.lag_max_us / 1000)} in this run", ""),
        (f"packing a second's figures took {ms((one.pack_us or 0) / 1000)}", ""),
        (f"{one.open_files or 0:,} open files, {waiting} not sent yet", ""),
    ]


def _worker_now(one: Machine) -> list[Line]:
    flying = one.in_flight
    return [
        (f"p95 {ms(one.p95_ms)} in the last 10 s" if one.p95_ms is not None else "", ""),
        (f"{several(flying, 'request')} in flight" if flying is not None else "", ""),
        (f"loop lag p99 {ms(one.lag_p99_ms)} in the last 10 s" if one.lag_p99_ms else "", ""),
    ]


def _worker_lines(state: RunState, facts: WorkerFacts) -> list[Line]:
    """Its run, who it is, and what does not fit."""
    p95 = facts.ok.percentile_us(0.95)
    ratio = facts.failures / facts.count if facts.count else 0.0
    lag = facts.lag_p99_us
    lines: list[Line] = [
        (f"{several(facts.count, 'request')}, {percent(ratio)} failed, {rate(facts.rps)} rps", ""),
        (f"p95 {ms(None if p95 is None else p95 / 1000)} of its successful requests", ""),
        (f"{several(facts.users_max, 'user')}, CPU {facts.cpu_percent_max:.0f} % at most", ""),
        (f"memory {size(facts.rss_bytes_max)} at most" if facts.rss_bytes_max else "", ""),
        (
            f"loop lag p99 {ms(lag / 1000)}, {ms(facts.lag_max_us / 1000)} at most"
            if lag is not None
            else "",
            "",
        ),
        *_losses(facts),
    ]
    run: list[Line] = [("", ""), ("in this run:", "strong"), *_said(lines)]
    return [*run, ("", ""), ("who it is:", "strong"), *_said(_identity(state, facts))]


def _losses(facts: WorkerFacts) -> list[Line]:
    if not facts.lost:
        return []
    often = "once" if facts.lost == 1 else f"{facts.lost:,} times"
    most = at_most_said(facts.requests_missing_max)
    return [(f"■ lost {often}{most}", "critical")]


def _identity(state: RunState, facts: WorkerFacts) -> list[Line]:
    seen = facts.seen
    where = f" on {one_line(seen.host)}" if seen.host else ""
    pid = f", process {seen.pid}" if seen.pid else ""
    ours = ", started by lftui" if seen.local else ""
    versions = ", ".join(f"{one_line(name)} {one_line(v)}" for name, v in seen.versions.items())
    if not versions and facts.version:
        versions = f"Locust {one_line(facts.version)}"
    run_sha = state.started.scenario_sha256 if state.started is not None else ""
    other = bool(seen.scenario_sha256 and run_sha and seen.scenario_sha256 != run_sha)
    ahead, coarse = seen.clock_ahead_s, facts.precision == "coarse"
    lines: list[Line] = [
        (f"{_SOFTWARE.get(seen.software, seen.software)}{where}{pid}{ours}", ""),
        (versions, ""),
        (f"figures coarse: {ROUNDED}", "warning") if coarse else (f"figures {facts.precision}", ""),
    ]
    if other:
        text = f"▲ it runs another locustfile (sha256 {one_line(seen.scenario_sha256)[:12]}…)"
        lines.append((text, "warning"))
    if ahead is not None and abs(ahead) >= CLOCK_S:
        way = "ahead of" if ahead > 0 else "behind"
        lines.append((f"▲ its clock is {abs(ahead):.1f} s {way} the master's", "warning"))
    return lines

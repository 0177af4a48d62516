"""The HTTP clients side by side: CPU per request and requests a second of one core each."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.client_rows import GROWTH_REQUESTS, USERS
from benchmarks.other_clients import find_k6, run_hey, run_k6
from benchmarks.processes import Bench, BenchError, run, say
from benchmarks.servers import many_server
from benchmarks.tables import Table, size

BAR_SMALL, BAR_ANY = 3.0, 1.0
_GROWTH_BAR = 5_000_000
_ROWS = {
    "small": "GET, 13 bytes, 3 a task",
    "headers": "GET, own headers",
    "caught": "GET, catch_response",
    "cookies": "GET, a cookie",
    "post": "POST, JSON",
    "10kb": "GET, 10 kB",
    "gzip": "GET, 10 kB, gzip",
    "1mb": "GET, 1 MB",
    "tls": "GET, TLS keep-alive",
}
_SMALL = ("small", "headers", "caught", "cookies", "post")
_EVERYWHERE = ("fast", "lean")
_SOME = {"small": ("bare", "http"), "post": ("http",), "tls": ("http",)}


@dataclass
class Cost:
    """What one client costs in one row, a round each."""

    cpu_us: list[float]
    rps: list[float]
    user_kb: list[float]

    @property
    def cpu(self) -> float:
        """Microseconds of CPU per request."""
        return median(self.cpu_us)


Found = dict[tuple[str, str], Cost]


def table(bench: Bench) -> Table:
    """All clients in each row, in interleaved rounds."""
    rounds = 1 if bench.quick else 5
    found: Found = {}
    with many_server(bench) as (target, secure):
        for number in range(1, rounds + 1):
            for row in _ROWS:
                url = secure if row == "tls" else target.url
                _round(bench, row, url, found)
            _others(bench, target.url, found)
            say(f"clients: round {number}/{rounds}, small: " + _said(found))
        growth = None if bench.quick else _load("lean", "growth", target.url, bench)
        what = target.what
    return _table(bench, found, growth, rounds, what)


def _round(bench: Bench, row: str, url: str, found: Found) -> None:
    for client in (*_EVERYWHERE, *_SOME.get(row, ())):
        made = _load(client, row, url, bench)
        if made["failures"]:
            raise BenchError(f"{client} had {made['failures']} failures in the row {row}")
        _add(found, row, client, made)


def _others(bench: Bench, url: str, found: Found) -> None:
    seconds = 3.0 if bench.quick else 6.0
    if (k6 := find_k6()) is not None:
        _add(found, "small", "k6", run_k6(bench, k6, f"{url}/small", seconds))
    if (hey := shutil.which("hey")) is not None:
        _add(found, "small", "hey", run_hey(bench, hey, f"{url}/small", seconds))


def _add(found: Found, row: str, client: str, made: Mapping[str, Any]) -> None:
    cost = found.setdefault((row, client), Cost([], [], []))
    requests = max(1, made["requests"])
    cost.cpu_us.append(made["cpu_s"] / requests * 1e6)
    cost.rps.append(requests / made["seconds"])
    cost.user_kb.append(made.get("user_kb", 0.0))


def _load(client: str, row: str, url: str, bench: Bench) -> dict[str, Any]:
    warm, measured = ("0.5", "1") if bench.quick else ("1", "3")
    command = [sys.executable, "-m", "benchmarks.client_load", client, row, url, warm, measured]
    done = run([*command, str(bench.load_core)], bench.folder, 1200)
    if done.code:
        raise BenchError(f"{client} ended with {done.code} in the row {row}: {done.last_words}")
    made: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    return made


def _said(found: Found) -> str:
    return ", ".join(
        f"{client} {cost.cpu_us[-1]:.0f} µs"
        for (row, client), cost in found.items()
        if row == "small"
    )


def _table(
    bench: Bench, found: Found, growth: dict[str, Any] | None, rounds: int, what: str
) -> Table:
    made = Table(
        "HTTP clients",
        [
            f"{USERS} users without think time against {what}, pinned to core "
            f"{bench.server_core}; each client's process is pinned to core {bench.load_core} and "
            f"is its only limit. {rounds} interleaved rounds, medians. The clients of locustfiles "
            "run in Locust's own Environment with all its events and statistics; *bare socket* is "
            "the floor: a Locust user that sends bytes to a gevent socket, takes what comes, and "
            "fires the event.",
            "*CPU a request*: the CPU time of the process over the requests completed; k6 and "
            "hey with their start.",
        ],
        ["CPU a request", "FastHttpUser", "LeanHttpUser", "ratio", "HttpUser", "others", "bar", ""],
    )
    for row, name in _ROWS.items():
        _add_row(made, found, row, name)
    _add_rates(made, found)
    _add_memory(made, found, growth)
    return made


def _add_row(made: Table, found: Found, row: str, name: str) -> None:
    fast, lean = found[row, "fast"].cpu, found[row, "lean"].cpu
    bar = BAR_SMALL if row in _SMALL else BAR_ANY
    others = [
        f"{label} {found[row, client].cpu:.0f} µs"
        for client, label in (("bare", "bare socket"), ("k6", "k6"), ("hey", "hey"))
        if (row, client) in found
    ]
    http = f"{found[row, 'http'].cpu:.0f} µs" if (row, "http") in found else ""
    ratio = fast / lean
    sign = made.judge(f"{name}: {ratio:.2f}x less than FastHttpUser", ratio >= bar)
    made.add(name, f"{fast:.0f} µs", f"{lean:.0f} µs", f"{ratio:.2f}x less", http,
             ", ".join(others), f"≥ {bar:g}x", sign)  # fmt: skip


def _add_rates(made: Table, found: Found) -> None:
    rates = {client: median(cost.rps) for (row, client), cost in found.items() if row == "small"}
    others = [f"{name} {rates[name]:,.0f}" for name in ("bare", "k6", "hey") if name in rates]
    bar, sign = "shown", ""
    if "k6" in rates:
        bar = "more than k6"
        sign = made.judge("more requests a second than k6", rates["lean"] > rates["k6"])
    made.add("requests a second, small", f"{rates['fast']:,.0f}", f"{rates['lean']:,.0f}",
             f"{rates['lean'] / rates['fast']:.2f}x more", f"{rates['http']:,.0f}",
             ", ".join(others), bar, sign)  # fmt: skip


def _add_memory(made: Table, found: Found, growth: dict[str, Any] | None) -> None:
    users = {client: median(found["small", client].user_kb) for client in ("fast", "lean", "http")}
    sign = made.judge("memory of a user", users["lean"] <= users["fast"])
    fast, lean, http = (f"{users[client]:.0f} kB" for client in ("fast", "lean", "http"))
    made.add("memory of a user, connected", fast, lean, "", http, "", "≤ FastHttpUser", sign)
    if growth is not None:
        early, late = growth["bytes"]
        grown = late - early
        sign = made.judge("growth", grown <= _GROWTH_BAR)
        made.add(f"growth from {GROWTH_REQUESTS // 10:,} to {GROWTH_REQUESTS:,} requests", "",
                 size(max(0, grown)), "", "", "", f"≤ {size(_GROWTH_BAR)}", sign)  # fmt: skip

"""Open workloads: do iterations begin at their time, does an outage show, what does it cost?"""

from __future__ import annotations

import json
import math
import os
import signal
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.load import run_tool
from benchmarks.processes import LOCUSTFILES, Bench, BenchError, say
from benchmarks.samples import (
    abba,
    against_itself,
    floor_interval,
    median_interval,
    paired,
    percentile,
)
from benchmarks.servers import Target, delay_server
from benchmarks.tables import Table, ratio, span

_DELAY_US = 5_000
_RATE = 200
_COST_RATE = 400
_COST_BAR = 1.1
_OFF_BAR = 0.01
# The distance of Kolmogorov and Smirnov, times the root of the number, that independent draws of
# the distribution itself go beyond once in a hundred times.
_KS_BAR = 1.63
_OUTAGE_RATE, _OUTAGE_S = 100, 10.0
_AFFECTED_MS = 100.0
_FILE = LOCUSTFILES / "arriving.py"
_LEAN_FILE = LOCUSTFILES / "arriving_lean.py"


def table(bench: Bench) -> Table:
    """Precision of arrivals, an outage of the target, CPU an iteration."""
    found = Table("Open workloads", _about(bench), ["", "wanted", "measured", "bar", ""])
    with delay_server(bench, _DELAY_US) as target:
        for way in ("even", "poisson"):
            _add_precision(found, bench, target, way)
        _add_outage(found, bench, target)
        _add_cost(found, bench, target)
    return found


# --- precision -----------------------------------------------------------------------------------


def _add_precision(found: Table, bench: Bench, target: Target, way: str) -> None:
    options = ["--rate", str(_RATE), "--arrivals", way]
    measured = _run(bench, target, options, 8 if bench.quick else 20, file=_LEAN_FILE)
    began = measured["began_s"]
    rate = len(began) / measured["seconds"]
    say(f"arrivals {way}: {rate:.2f}/s")
    due = measured["summary"]["arrivals"]
    off = abs(rate / _RATE - 1) if way == "even" else 1 - due["started"] / due["due"]
    sign = found.judge(f"{way} arrivals are {100 * off:.2f} % off", off <= _OFF_BAR)
    what = f"{rate:.2f}/s" if way == "even" else f"{due['started']:,} of {due['due']:,} begun"
    found.add(f"{way}, {_RATE}/s", f"{_RATE}/s", what, "≤ 1 % off", sign)
    gaps = [(later - earlier) * _RATE for earlier, later in pairwise(began)]
    if way == "even":
        off_us = sorted(abs(gap - 1) / _RATE * 1e6 for gap in gaps)
        middle, most = percentile(off_us, 0.5), percentile(off_us, 0.99)
        found.add("even, off the time between two", f"{1000 / _RATE:g} ms",
                  f"p50 {middle:.0f} µs, p99 {most:.0f} µs", "shown", "")  # fmt: skip
        return
    distance = _distance_to_exponential(gaps) * math.sqrt(len(gaps))
    sign = found.judge(f"poisson arrivals: distance {distance:.2f}", distance <= _KS_BAR)
    found.add(f"poisson, distance to exponential x √{len(gaps):,}", f"≤ {_KS_BAR}",
              f"{distance:.2f}", f"≤ {_KS_BAR}", sign)  # fmt: skip


def _distance_to_exponential(gaps: Sequence[float]) -> float:
    """The largest distance of the distribution of `gaps`, their mean one, to the exponential one
    (Kolmogorov-Smirnov)."""
    count = len(gaps)
    exact = [1 - math.exp(-gap) for gap in sorted(gaps)]
    return max(max((at + 1) / count - p, p - at / count) for at, p in enumerate(exact))


# --- an outage -----------------------------------------------------------------------------------


def _add_outage(found: Table, bench: Bench, target: Target) -> None:
    wait_s = 20 / _OUTAGE_RATE - _DELAY_US / 1e6
    closed = _outage(bench, target, ["-u", "20", "-r", "20"], wait_s)
    hidden = sum(ms > _AFFECTED_MS for ms in closed["times_ms"])
    rate = ["--rate", str(_OUTAGE_RATE)]
    open_ = _outage(bench, target, rate)
    shown = sum(ms > _AFFECTED_MS for ms in open_["times_ms"])
    few = _outage(bench, target, [*rate, "--max-users", "20"])["summary"]["arrivals"]
    say(f"outage: closed {hidden}, open {shown}, with 20 users {few['late'] + few['dropped']}")
    wanted = f"about {_OUTAGE_RATE * _OUTAGE_S:,.0f}"
    outage = f"{_OUTAGE_S:g} s outage at {_OUTAGE_RATE}/s"
    found.add(f"{outage}, closed, 20 users: slow requests", "", str(hidden), "shown", "")
    off = abs(shown / (_OUTAGE_RATE * _OUTAGE_S) - 1)
    sign = found.judge(f"an outage shows as {shown} slow iterations", off <= 0.1)
    found.add(f"{outage}, open: slow iterations", wanted, f"{shown:,}", "≤ 10 % off", sign)
    found.add(f"{outage}, open, 20 users: late and dropped", wanted,
              f"{few['late']:,} and {few['dropped']:,}", "shown", "")  # fmt: skip


def _outage(bench: Bench, target: Target, options: list[str], wait_s: float = 0.0) -> Any:
    """A run in whose middle the target stands still, as a whole."""
    begin_s = 8.0  # from the start of the process; its load is on by then
    halt = threading.Timer(begin_s, os.kill, (target.pid, signal.SIGSTOP))
    go_on = threading.Timer(begin_s + _OUTAGE_S, os.kill, (target.pid, signal.SIGCONT))
    for timer in (halt, go_on):
        timer.start()
    try:
        return _run(bench, target, options, begin_s + _OUTAGE_S + 6, wait_s, warm_s=0.5)
    finally:
        for timer in (halt, go_on):
            timer.cancel()
        os.kill(target.pid, signal.SIGCONT)


# --- cost ----------------------------------------------------------------------------------------


def _add_cost(found: Table, bench: Bench, target: Target) -> None:
    pairs, seconds = (2, 4) if bench.quick else (8, 10)
    order = abba(pairs)
    wait_s = 80 / _COST_RATE - _DELAY_US / 1e6
    costs = []
    for number, letter in enumerate(order, 1):
        options = ["-u", "80", "-r", "80"] if letter == "A" else ["--rate", str(_COST_RATE)]
        measured = _run(bench, target, options, seconds, wait_s)
        costs.append(measured["cpu_s"] / len(measured["times_ms"]) * 1e6)
        say(f"cost {number}/{len(order)}: {letter} {costs[-1]:.1f} µs an iteration")
    ratios = paired(order, costs)
    middle = median(ratios)
    sign = found.judge(f"an iteration costs {middle:.3f}x", middle <= _COST_BAR)
    us = {
        letter: median(value for by, value in zip(order, costs, strict=True) if by == letter)
        for letter in "AB"
    }
    found.add(f"CPU an iteration at {_COST_RATE}/s, open over closed", f"{us['A']:.0f} µs closed",
              f"{us['B']:.0f} µs, {ratio(middle)}", f"≤ {_COST_BAR}x", sign)  # fmt: skip
    floor = floor_interval(against_itself(order, costs), len(ratios))
    found.notes.append(
        f"Cost: 95 % interval of the ratio {span(*median_interval(ratios), 3)}, closed against "
        f"closed {span(*floor, 3)}."
    )


def _run(
    bench: Bench,
    target: Target,
    options: list[str],
    seconds: float,
    wait_s: float = 0.0,
    warm_s: float = 3.0,
    file: Path = _FILE,
) -> Any:
    """One run of lftui; what the locustfile kept, with lftui's `summary`."""
    summary = bench.folder / "summary.json"
    run_s = math.ceil(warm_s + seconds + 1)
    words = ["-H", target.url, "-t", f"{run_s}s", "--summary", str(summary), "--force", *options]
    more = {
        "BENCH_WARM_S": str(warm_s),
        "BENCH_MEASURE_S": str(seconds),
        "BENCH_WAIT_S": str(wait_s),
    }
    found = run_tool("lftui", file, words, run_s + 60.0, bench, more)
    if found["failures"] or not found["times_ms"]:
        raise BenchError(f"{found['failures']} of {len(found['times_ms'])} requests failed")
    found["summary"] = json.loads(summary.read_text(encoding="utf-8"))
    return found


def _about(bench: Bench) -> list[str]:
    return [
        f"A server that answers {_DELAY_US / 1000:g} ms after each request, pinned to core "
        f"{bench.server_core}; lftui's generator pins itself to core {bench.load_core}. One "
        "request an iteration, by FastHttpUser; where precision is measured by LeanHttpUser. When "
        "an iteration begins is read by the locustfile itself, in the first line of its task. Two "
        "of them cannot begin in one process at once: times between arrivals that are shorter than "
        "what a task takes of the CPU before it waits come out as long as that.",
        f"*Outage*: the server's process stands still (SIGSTOP) for {_OUTAGE_S:g} s. *Slow* took "
        f"more than {_AFFECTED_MS:g} ms. The closed runs have as many users as make the same rate, "
        "with a random pause between requests.",
    ]

"""What the console costs beside a live run, and how soon it answers a key."""

from __future__ import annotations

import contextlib
import random
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.console_terminal import COLUMNS, LINES, Cost, Terminal, cost, terminal
from benchmarks.processes import (
    LFTUI,
    LOCUSTFILES,
    Bench,
    BenchError,
    end,
    environment,
    say,
)
from benchmarks.samples import percentile
from benchmarks.tables import Table, size
from lftui.plan import PlanError
from lftui.supervisor.store import Store

CPU_BARS = {30: 0.04, 1_000: 0.08}
BYTES_BAR = 8_000
KEY_BAR_S = 0.1
TABS = {"Endpoints": b"1", "Steps": b"4", "Baseline": b"3"}
_USERS = 200
_SETTLED_S = 3.0
_QUICK_S, _WATCHED_S = 5, 20
_PAGE_DOWN = b"\x1b[6~"


def add_rows(found: Table, bench: Bench) -> None:
    """CPU and bytes with few and with many endpoints, and keys with many."""
    for endpoints in CPU_BARS:
        say(f"console: a live run with {endpoints} endpoints")
        with (
            live_run(bench, endpoints) as run_id,
            attached(bench, run_id, bench.server_core) as term,
        ):
            time.sleep(
                5 if bench.quick else 20
            )  # the charts have room to move, the judge has judged
            for tab, key in TABS.items():
                term.type(key)
                time.sleep(_SETTLED_S)
                _add_cost(
                    found, endpoints, tab, cost(term, _QUICK_S if bench.quick else _WATCHED_S)
                )
            if endpoints == max(CPU_BARS):
                _add_keys(found, term, endpoints, 5 if bench.quick else 25)


@contextlib.contextmanager
def live_run(bench: Bench, endpoints: int) -> Iterator[str]:
    """A run whose endpoints are all in each tick, its generator pinned; its id.

    Raises:
        BenchError: it does not begin.
    """
    runs = bench.folder / "runs"
    before = {folder.id for folder in Store(runs).all()} if runs.exists() else set()
    command = [*LFTUI, "--headless", "-f", str(LOCUSTFILES / "many_names.py")]
    # Its timer would run all the time: here it never begins.
    settings = {"BENCH_NAMES": str(endpoints), "BENCH_WARM_S": "1e6", "BENCH_MEASURE_S": "1",
                "BENCH_OUT": "/dev/null", "BENCH_CORE": str(bench.load_core)}  # fmt: skip
    with (bench.folder / "live.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "-u", str(_USERS), "-r", str(_USERS)],
            cwd=bench.folder,
            env=environment(bench.folder, settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield wait_live(bench, before)
    finally:
        end(process, 20.0)


def wait_live(bench: Bench, before: set[str], timeout_s: float = 20.0) -> str:
    """Wait for a run that can be attached to and was not there before; its id.

    Raises:
        BenchError: none comes in time.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        with contextlib.suppress(PlanError, OSError):
            folder = Store(bench.folder / "runs").live(None)
            if folder.id not in before:
                return folder.id
        time.sleep(0.05)
    raise BenchError("the run to attach to does not begin")


@contextlib.contextmanager
def attached(bench: Bench, run_id: str, core: int | None = None) -> Iterator[Terminal]:
    """A console attached to a run, pinned or not; its Live screen is drawn."""
    with terminal([*LFTUI, "attach", run_id], bench.folder, core) as term:
        term.wait_for(re.compile(rb"took the controls"), 20.0, since_start=True)
        yield term


def _add_cost(found: Table, endpoints: int, tab: str, one: Cost) -> None:
    where = f"{endpoints:,} endpoints, {tab}"
    bar = CPU_BARS[endpoints]
    found.add(
        f"{where}: CPU, of one core",
        f"{100 * one.share:.1f} %",
        "",
        f"≤ {100 * bar:g} %",
        found.judge(f"{where}: {100 * one.share:.1f} % CPU", one.share <= bar),
    )
    found.add(
        f"{where}: drawn",
        f"{size(one.bytes_s)}/s",
        "",
        f"≤ {size(BYTES_BAR)}/s",
        found.judge(f"{where}: {size(one.bytes_s)}/s", one.bytes_s <= BYTES_BAR),
    )


# --- keys ----------------------------------------------------------------------------------------


def _add_keys(found: Table, term: Terminal, endpoints: int, times: int) -> None:
    """Each key so often, at times that have nothing to do with the redraws."""
    source = random.Random(1)
    term.type(TABS["Endpoints"])
    time.sleep(_SETTLED_S)
    term.type(_PAGE_DOWN)  # the first page only moves the cursor; each one more shows other rows
    pages, tabs, events, users = [], [], [], []
    for number in range(times):
        say(f"console: keys {number + 1}/{times}")
        # The table's header says which rows are shown; it is sent when that changes.
        pages.append(_answered(term, _PAGE_DOWN, rb"\d+-\d+ of ", source))
        for tab in ("Steps", "Endpoints"):
            tabs.append(_answered(term, TABS[tab], rb"Endpoints", source))
        target = _USERS + 10 * (number + 1)
        # In the last event's line first, and with the figures of the next second among these.
        pressed = _press(term, b"+", source)
        events.append(term.wait_for(re.compile(rb" %d, " % target)) - pressed)
        users.append(term.wait_for(re.compile(rb"/%d" % target)) - pressed)
    _add_key(found, f"page down, {endpoints:,} endpoints: until the rows are drawn", pages)
    _add_key(found, f"another tab, {endpoints:,} endpoints: until it is drawn", tabs)
    _add_key(
        found, f"`+`, {endpoints:,} endpoints: until its record came back and is drawn", events
    )
    found.add(
        f"`+`, {endpoints:,} endpoints: until a tick with the new number is drawn",
        f"{1000 * median(users):.0f} ms",
        f"p95 {1000 * percentile(sorted(users), 0.95):.0f} ms",
        "shown",
        "",
    )


def _answered(term: Terminal, key: bytes, drawn: bytes, source: random.Random) -> float:
    pressed = _press(term, key, source)
    return term.wait_for(re.compile(drawn)) - pressed


def _press(term: Terminal, key: bytes, source: random.Random) -> float:
    time.sleep(0.3 + source.random())
    return term.type(key)


def _add_key(found: Table, what: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    middle, high = median(ordered), percentile(ordered, 0.95)
    found.add(
        what,
        f"{1000 * middle:.0f} ms",
        f"p95 {1000 * high:.0f} ms",
        f"≤ {1000 * KEY_BAR_S:g} ms",
        found.judge(f"{what}: {1000 * middle:.0f} ms", middle <= KEY_BAR_S),
    )


def about(bench: Bench) -> list[str]:
    """How it is measured."""
    return [
        f"`lftui attach` on a pseudo-terminal of {COLUMNS}x{LINES} with 256 colors, redrawn once a "
        f"second, beside a run of {_USERS} users that fire about 2,000 request events a second "
        "under so many names that all are in each tick. *CPU*: user and system time of the "
        "console's process, all its threads, the judge's included, over "
        f"{_QUICK_S if bench.quick else _WATCHED_S} s. *drawn*: the bytes "
        "that the terminal got. *keys*: pressed at random moments; until the first bytes that only "
        "their answer can have. The bar is on the median; the p95 stands beside.",
    ]

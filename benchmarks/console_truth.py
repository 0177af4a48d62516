"""Are the response times true while a console is open? As in `truth`, with a console beside."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from statistics import median

from benchmarks.console_live import attached, wait_live
from benchmarks.load import Load, Window, measure
from benchmarks.processes import Bench, BenchError, say
from benchmarks.samples import abba, against_itself, floor_interval, median_interval, paired
from benchmarks.servers import delay_server
from benchmarks.tables import Table, ratio, span
from benchmarks.truth import BAR
from lftui.supervisor.store import Store

_QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_DELAY_US = 20_000


def add_rows(found: Table, bench: Bench) -> None:
    """Percentiles with the console open over those of `locust --headless`."""
    order = abba(2 if bench.quick else 8)
    load = Load(users=100, wait_s=0.25, warm_s=3 if bench.quick else 5,
                measure_s=4 if bench.quick else 20)  # fmt: skip
    windows: list[Window] = []
    drawn = 0
    with delay_server(bench, _DELAY_US) as target:
        for number, letter in enumerate(order, 1):
            if letter == "A":
                windows.append(measure("locust", load, target.url, bench))
            else:
                with _console(bench) as bytes_drawn:
                    windows.append(measure("lftui", load, target.url, bench))
                drawn += bytes_drawn[0]
            say(f"console: truth {number}/{len(order)}: {letter} p99 {windows[-1].ms(0.99):.2f} ms")
    for name, q in _QUANTILES.items():
        values = [window.ms(q) for window in windows]
        ratios = paired(order, values)
        low, high = floor_interval(against_itself(order, values), len(ratios))
        bar = max(BAR, high)
        found.add(
            f"{name} with the console open, over `locust --headless`",
            ratio(median(ratios)),
            f"{span(*median_interval(ratios), 3)}; locust against itself {span(low, high, 3)}",
            f"≤ {bar:.2f}x",
            found.judge(f"{name} is {median(ratios):.3f}x", median(ratios) <= bar),
        )
    found.notes.append(
        f"Truth: {len(order)} runs in the order A B B A, {load.users} FastHttpUsers against "
        f"{target.what} with {_DELAY_US // 1000} ms; the console attached as soon as the run was "
        f"there, and drew {drawn / 1000:.0f} kB."
    )


@contextlib.contextmanager
def _console(bench: Bench) -> Iterator[list[int]]:
    """A console that attaches to the run that begins within the block; the bytes it drew."""
    runs = bench.folder / "runs"
    before = {folder.id for folder in Store(runs).all()} if runs.exists() else set()
    drawn = [0]
    failed: list[BenchError] = []
    over = threading.Event()

    def watch() -> None:
        try:
            with attached(bench, wait_live(bench, before)) as term:
                over.wait()
                drawn[0] = term.count
        except BenchError as error:
            failed.append(error)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield drawn
    finally:
        over.set()
        thread.join()
    if failed:
        raise failed[0]

"""Are the response times true? A target that takes exactly 20 ms, asked by both tools in turn."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.load import Load, Window, measure
from benchmarks.processes import Bench, say
from benchmarks.samples import abba, against_itself, floor_interval, median_interval, paired
from benchmarks.servers import delay_server
from benchmarks.tables import Table, ratio, span

BAR = 1.05
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "p99.9": 0.999}
_JUDGED = ("p50", "p95", "p99")
_DELAY_US = 20_000


def table(bench: Bench) -> Table:
    """Percentiles of lftui over those of locust."""
    pairs = 2 if bench.quick else 8
    load = Load(users=100, wait_s=0.25, warm_s=2 if bench.quick else 4,
                measure_s=4 if bench.quick else 22)  # fmt: skip
    order = abba(pairs)
    windows: list[Window] = []
    with delay_server(bench, _DELAY_US) as target:
        for number, letter in enumerate(order, 1):
            window = measure("locust" if letter == "A" else "lftui", load, target.url, bench)
            say(f"truth {number}/{len(order)}: {letter} {window.rps:.0f} rps, "
                f"p99 {window.ms(0.99):.2f} ms")  # fmt: skip
            windows.append(window)
    found = Table("Truth of the response times", _about(bench, load, target.what), [
        "", "locust", "lftui", "ratio", "95 % interval", "pairs from–to", "locust against locust",
        "bar", "",
    ])  # fmt: skip
    for name, q in QUANTILES.items():
        _add_row(found, name, order, [window.ms(q) for window in windows])
    rps = median(window.rps for window in windows)
    count = sum(len(window.times_ms) for window in windows)
    found.notes.append(f"{len(order)} runs, {count:,} requests in all, {rps:.0f} a second.")
    return found


def _add_row(found: Table, name: str, order: Sequence[str], values: Sequence[float]) -> None:
    ratios = paired(order, values)
    itself = against_itself(order, values)
    low, high = floor_interval(itself, len(ratios))
    bar, sign = "shown", ""
    if name in _JUDGED:
        bar = f"≤ {max(BAR, high):.2f}x"
        sign = found.judge(f"{name} is {median(ratios):.3f}x", median(ratios) <= max(BAR, high))
    of = {
        letter: median(value for by, value in zip(order, values, strict=True) if by == letter)
        for letter in "AB"
    }
    found.add(
        name,
        f"{of['A']:.2f} ms",
        f"{of['B']:.2f} ms",
        ratio(median(ratios)),
        span(*median_interval(ratios), 3),
        span(min(ratios), max(ratios), 3),
        span(low, high, 3),
        bar,
        sign,
    )


def _about(bench: Bench, load: Load, server: str) -> list[str]:
    return [
        f"A server that answers each request exactly {_DELAY_US // 1000} ms after it came "
        f"({server}); {load.users} FastHttpUsers with {load.wait_s * 1000:.0f} ms ± 20 % of think "
        f"time; {load.warm_s:g} s of warm-up, {load.measure_s:g} s measured. `locust --headless` "
        "and `lftui --headless` in the order A B B A. Both run the same locustfile, whose own "
        "listener keeps each response time with all its digits; the figures are computed from "
        "those, not from what either tool reports.",
        f"Pinned: the server to core {bench.server_core}, the process that makes the load to core "
        f"{bench.load_core} (it pins itself, all its threads). lftui's supervisor is not pinned, "
        "as on an operator's machine: it may run on either core, the generator's included.",
        "*ratio*: median over the pairs. *locust against locust*: where the same median falls for "
        "runs of locust alone (each against the one before it), in 95 of 100 cases. The bar is "
        f"{BAR}x or the end of that floor.",
    ]

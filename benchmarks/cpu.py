"""What a request costs: the same users without think time against the fastest server at hand."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.load import Load, Window, measure
from benchmarks.processes import Bench, say
from benchmarks.samples import abba, against_itself, floor_interval, median_interval, paired
from benchmarks.servers import fast_server
from benchmarks.tables import Table, ratio, span

BAR = 1.05
_SATURATED = 0.95


def table(bench: Bench) -> Table:
    """CPU per request and requests a second of lftui over those of locust."""
    pairs = 2 if bench.quick else 6
    load = Load(users=30, wait_s=0.0, warm_s=1.5 if bench.quick else 3,
                measure_s=3 if bench.quick else 10)  # fmt: skip
    order = abba(pairs)
    windows: list[Window] = []
    with fast_server(bench) as target:
        for number, letter in enumerate(order, 1):
            window = measure("locust" if letter == "A" else "lftui", load, target.url, bench)
            say(f"cpu {number}/{len(order)}: {letter} {window.rps:.0f} rps, "
                f"{window.cpu_us:.1f} µs a request")  # fmt: skip
            windows.append(window)
    found = Table("Cost of a request", _about(bench, load, target.what), [
        "", "locust", "lftui", "ratio", "95 % interval", "pairs from–to", "locust against locust",
        "bar", "",
    ])  # fmt: skip
    cpu = [window.cpu_us for window in windows]
    _add_row(found, "CPU a request", order, cpu, "µs", judged=True)
    _add_row(found, "requests a second", order, [window.rps for window in windows], "", False)
    cheapest = [
        min(value for by, value in zip(order, cpu, strict=True) if by == letter) for letter in "AB"
    ]
    found.add("CPU a request, cheapest run", *(f"{us:.1f} µs" for us in cheapest),
              ratio(cheapest[1] / cheapest[0]), "", "", "", "shown", "")  # fmt: skip
    found.notes += _notes(order, windows)
    return found


def _add_row(
    found: Table, name: str, order: Sequence[str], values: Sequence[float], unit: str, judged: bool
) -> None:
    ratios = paired(order, values)
    floor = floor_interval(against_itself(order, values), len(ratios))
    middle = median(ratios)
    sign = found.judge(f"{name} is {middle:.3f}x", middle <= BAR) if judged else ""
    cells = [
        median(value for by, value in zip(order, values, strict=True) if by == letter)
        for letter in "AB"
    ]
    found.add(
        name,
        *(f"{cell:,.1f} {unit}".strip() for cell in cells),
        ratio(middle),
        span(*median_interval(ratios), 3),
        span(min(ratios), max(ratios), 3),
        span(*floor, 3),
        f"≤ {BAR}x" if judged else "shown",
        sign,
    )


def _notes(order: Sequence[str], windows: Sequence[Window]) -> list[str]:
    supervisor = median(
        window.parent_cpu_s / window.seconds
        for letter, window in zip(order, windows, strict=True)
        if letter == "B"
    )
    notes = [
        f"lftui's supervisor, a process of its own, used {100 * supervisor:.1f} % of a core beside."
    ]
    idle = min(window.cpu_share for window in windows)
    if idle < _SATURATED:
        notes.append(
            f"A generator used only {100 * idle:.0f} % of its core in one of the runs: the target "
            "or another process held it up, so the requests a second are not its limit."
        )
    return notes


def _about(bench: Bench, load: Load, server: str) -> list[str]:
    return [
        f"{load.users} FastHttpUsers without think time against {server}, pinned to core "
        f"{bench.server_core}; the generator pins itself to core {bench.load_core} and is its only "
        f"limit; lftui's supervisor is not pinned. {load.warm_s:g} s of warm-up, "
        f"{load.measure_s:g} s measured, in the order A B B A.",
        "*CPU a request*: the CPU time of the generator's process alone, all its threads, taken "
        "from the kernel at both ends of the window, over the requests completed in it.",
    ]

"""How long a tick stops the hub, as the generator says and as a timer beside it sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.load import run_tool
from benchmarks.processes import LOCUSTFILES, Bench, BenchError, say
from benchmarks.samples import percentile
from benchmarks.tables import Table
from lftui.records import Tick
from lftui.supervisor.journal_file import text_length
from lftui.supervisor.store import Store

BAR_MS = 5.0
ENDPOINTS = (30, 1_000)
_USERS = 500
_TICK_S = 0.15  # a tick begins at a full second and is packed well within this
_CONTROL = (0.45, 0.6)  # as long, far from any tick


def table(bench: Bench) -> Table:
    """The pause at few and at many active endpoints."""
    warm_s, measure_s = (3, 5) if bench.quick else (4, 25)
    found = Table("The hub's pause at a tick", _about(bench, measure_s), [
        "active endpoints", "events/s", "tick line", "packing, longest piece: median", "p95", "max",
        "timer at ticks: median", "p95", "max", "timer elsewhere: p95", "bar (p95)", "",
    ])  # fmt: skip
    for endpoints in ENDPOINTS:
        _add_row(found, endpoints, warm_s, measure_s, bench)
    _add_row(found, ENDPOINTS[-1], warm_s, measure_s, bench, worker=True)
    found.notes.append(
        "Judged are both p95: a maximum is also made by whatever else the machine did, as the "
        "timer's figures far from ticks show."
    )
    return found


def _add_row(
    found: Table, endpoints: int, warm_s: int, measure_s: int, bench: Bench, worker: bool = False
) -> None:
    where = ", in a worker" if worker else ""
    say(f"hub pause: {endpoints} endpoints{where}")
    runs = bench.folder / f"runs-{endpoints}-{worker}"
    length = warm_s + measure_s + 2
    measured = run_tool(
        "lftui",
        LOCUSTFILES / "many_names.py",
        ["-u", str(_USERS), "-r", str(_USERS), "-t", f"{length}s", "--runs-dir", str(runs),
         *(["--processes", "1"] if worker else [])],
        length + 60.0,
        bench,
        {"BENCH_NAMES": str(endpoints), "BENCH_WARM_S": str(warm_s),
         "BENCH_MEASURE_S": str(measure_s)},
    )  # fmt: skip
    pack_ms, line = packing(runs)
    at_ticks = worst_a_second(measured["late"], 0.0, _TICK_S)
    elsewhere = worst_a_second(measured["late"], *_CONTROL)
    worst = max(percentile(pack_ms, 0.95), percentile(at_ticks, 0.95))
    what = f"{worst:.2f} ms with {endpoints} endpoints"
    found.add(
        f"{endpoints:,}{where}",
        f"{measured['events'] / measured['seconds']:,.0f}",
        f"{line / 1000:.1f} kB",
        *_three(pack_ms),
        *_three(at_ticks),
        f"{percentile(elsewhere, 0.95):.2f} ms",
        f"≤ {BAR_MS:g} ms",
        found.judge(what, worst <= BAR_MS),
    )


def _three(ordered: Sequence[float]) -> list[str]:
    values = (median(ordered), percentile(ordered, 0.95), ordered[-1])
    return [f"{value:.2f} ms" for value in values]


def packing(runs: Path) -> tuple[list[float], float]:
    """The longest piece of packing at each tick, in ms and sorted, and a tick's mean size.

    Raises:
        BenchError: the journal has no such tick.
    """
    ticks = [record for record in Store(runs).find("last").records() if isinstance(record, Tick)]
    # Each tick carries what the one before it took; those of the ramp and the end are left out.
    full = [tick for tick in ticks[3:-2] if tick.health.pack_us]
    if not full:
        raise BenchError("the run has no full tick")
    size = text_length(Store(runs).find("last").journal) / len(ticks)
    return sorted(tick.health.pack_us / 1000 for tick in full), size


def worst_a_second(late: Iterable[Sequence[float]], begin_s: float, end_s: float) -> list[float]:
    """The largest lateness in ms within a part of each second, sorted.

    Args:
        late: (wall time it was due at, µs late) of each beat.
        begin_s, end_s: the part, from the full second on. A beat belongs to it when it was due
            or came in it: one that a pause has delayed was due before.
    """
    worst: dict[int, float] = defaultdict(float)
    for due, us in late:
        for moment in (due, due + us / 1e6):
            if begin_s <= moment % 1.0 < end_s:
                worst[int(moment)] = max(worst[int(moment)], us / 1000)
    return sorted(worst.values())


def _about(bench: Bench, measure_s: int) -> list[str]:
    return [
        f"`lftui --headless` with {_USERS} users that fire request events (about 5,000 a second, "
        "no network) under 30 and under 1,000 names in turn, so that each name is in each tick. "
        f"{measure_s} s measured, the generator pinned to core {bench.load_core}.",
        "*packing*: the generator's own reading of the longest piece between two turns of the hub "
        "(`health.pack_us`). *timer*: a greenlet of the locustfile that asks for 1 ms and notes "
        f"how much later it came; its worst in the first {_TICK_S * 1000:.0f} ms of each second, "
        "where ticks are, and in a part of the second as long without a tick. The timer sees "
        "everything a tick does, and also the users' own turns.",
    ]

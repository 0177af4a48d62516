"""What worker processes bring: requests a second of N of them against one process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from statistics import median

from benchmarks.processes import LFTUI, LOCUSTFILES, Bench, BenchError, run, say
from benchmarks.servers import fast_server
from benchmarks.tables import Table
from lftui.records import Tick, decode_record
from lftui.supervisor.journal_file import JOURNAL, read_text

BAR = 0.9
_USERS_A_PROCESS = 30
_SKIPPED = 3  # ticks of ramp and warm-up
_SLACK_S = 60.0


@dataclass(frozen=True)
class Run:
    """One run: its rate, and what a request cost where it was made."""

    processes: int
    rps: float
    cpu_us: float
    master_percent: float
    busy_percent: float


def table(bench: Bench) -> Table:
    """Rate and cost of runs with 0 (one process), 1 and more workers."""
    cores = sorted(os.sched_getaffinity(0))
    free = [core for core in reversed(cores) if core != bench.server_core] or [bench.load_core]
    counts = [0, 1, *(n for n in (2, 4, 8) if n <= len(free) - 1)]
    rounds = 2 if bench.quick else 4
    found: dict[int, list[Run]] = {count: [] for count in counts}
    with fast_server(bench) as target:
        for number in range(rounds):
            for count in counts if number % 2 == 0 else reversed(counts):
                one = _measure(bench, target.url, count, free)
                say(f"scale_out {number + 1}/{rounds}: {count} workers {one.rps:.0f} rps")
                found[count].append(one)
    shown = Table("Worker processes", _about(bench, free, target.what), [
        "", "requests/s", "against one process", "a worker", "CPU a request", "busiest core",
        "master", "bar", "",
    ])  # fmt: skip
    alone = median(one.rps for one in found[0])
    for count, runs in found.items():
        rps = median(one.rps for one in runs)
        share = rps / alone / max(count, 1)
        sign = shown.judge(f"{count} workers make {share:.2f} each", share >= BAR) if count else ""
        shown.add(
            "one process" if not count else f"{count} worker{'s' * (count > 1)}",
            f"{rps:,.0f}",
            f"{rps / alone:.2f}x",
            f"{share:.2f}x" if count else "",
            f"{median(one.cpu_us for one in runs):.0f} µs",
            f"{median(one.busy_percent for one in runs):.0f} %",
            f"{median(one.master_percent for one in runs):.0f} %" if count else "",
            f"≥ {BAR} each" if count else "",
            sign,
        )
    if len(free) < 3:
        shown.notes.append(
            f"This machine has {len(cores)} cores: one for the target, the master and the"
            f" supervisor, and {len(free)} for workers. More workers than that were not measured;"
            " that each makes what one process makes is what they would add up to."
        )
    return shown


def _measure(bench: Bench, url: str, processes: int, cores: list[int]) -> Run:
    users = _USERS_A_PROCESS * max(processes, 1)
    seconds = 8 if bench.quick else 14
    before = set(_journals(bench))
    options = ["--processes", str(processes)] if processes else []
    done = run(
        [*LFTUI, "--headless", "-f", str(LOCUSTFILES / "saturating.py"), "-H", url,
         "-u", str(users), "-r", str(users), "-t", f"{seconds}s", *options],
        bench.folder, seconds + _SLACK_S, {"BENCH_CORES": ",".join(map(str, cores))},
    )  # fmt: skip
    new = [path for path in _journals(bench) if path not in before]
    if len(new) != 1:
        raise BenchError(f"the run kept no journal: {done.last_words}")
    lines = b"".join(read_text(bench.folder / "runs" / new[0] / JOURNAL, 0)).splitlines()
    ticks = [one for one in map(decode_record, lines) if isinstance(one, Tick)]
    ticks = [one for one in ticks if one.state == "running"][_SKIPPED:]
    return _summed(ticks, processes)


def _journals(bench: Bench) -> list[str]:
    folder = bench.folder / "runs"
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def _summed(ticks: list[Tick], processes: int) -> Run:
    if not ticks:
        raise BenchError("the run had no settled second")
    seconds = sum(tick.end - tick.start for tick in ticks)
    requests = sum(one.count for tick in ticks for one in tick.endpoints)
    percents = [
        [worker.cpu_percent for worker in tick.workers] or [tick.health.cpu_percent]
        for tick in ticks
    ]
    cpu_s = sum(
        sum(several) / 100 * (tick.end - tick.start)
        for several, tick in zip(percents, ticks, strict=True)
    )
    return Run(
        processes,
        requests / seconds,
        cpu_s / requests * 1e6,
        median(tick.health.cpu_percent for tick in ticks),
        median(max(several) for several in percents),
    )


def _about(bench: Bench, cores: list[int], server: str) -> list[str]:
    others = ", ".join(map(str, cores[1:])) or "none"
    return [
        f"{_USERS_A_PROCESS} FastHttpUsers a process without think time against {server}, pinned"
        f" to core {bench.server_core}. One process pins itself to core {cores[0]}; so does the"
        f" first worker, further ones to {others}. Master and supervisor are not pinned. The"
        f" figures are those of the run's own journal, after the first {_SKIPPED} seconds; runs in"
        " turns."
    ]

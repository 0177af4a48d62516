"""How long it takes to begin: the command line, the generator, the first request."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.load import Tool, run_tool
from benchmarks.processes import LOCUSTFILES, Bench, BenchError, run, say
from benchmarks.servers import fast_server
from benchmarks.tables import Table, span
from lftui.records import Ready
from lftui.supervisor.store import Store

READY_BAR_S = 2.0


def table(bench: Bench) -> Table:
    """Medians of several starts, in turn."""
    times = 3 if bench.quick else 7
    found = Table("Start", _about(times), ["from the process's start to", "median", "from–to",
                                           "bar", ""])  # fmt: skip
    for words in ([sys.executable, "-c", "pass"], ["--version"], ["--help"]):
        command = words if len(words) > 1 else [sys.executable, "-m", "lftui", *words]
        name = "`python -c pass`, its end" if len(words) > 1 else f"`lftui {words[0]}`, its end"
        _add(found, name, [_end_of(command, bench) for _ in range(times)], None)
    first: dict[Tool, list[float]] = {"locust": [], "lftui": []}
    ready: list[float] = []
    with fast_server(bench) as target:
        for number in range(times):
            say(f"startup {number + 1}/{times}")
            for tool in first:
                began = time.time()
                first[tool].append(_first_request(tool, target.url, bench) - began)
                if tool == "lftui":
                    ready.append(ready_at(bench.folder / "runs-start") - began)
    _add(found, "`lftui --headless`, generator ready", ready, READY_BAR_S)
    _add(found, "`lftui --headless`, first response", first["lftui"], None)
    _add(found, "`locust --headless`, first response", first["locust"], None)
    return found


def _add(found: Table, name: str, seconds: list[float], bar: float | None) -> None:
    middle = median(seconds)
    sign = "" if bar is None else found.judge(f"{name} after {middle:.2f} s", middle <= bar)
    found.add(
        name,
        f"{middle:.2f} s",
        f"{span(min(seconds), max(seconds))} s",
        "shown" if bar is None else f"≤ {bar:g} s",
        sign,
    )


def _end_of(command: list[str], bench: Bench) -> float:
    done = run(command, bench.folder, 30.0)
    if done.code:
        raise BenchError(f"{' '.join(command)} ended with {done.code}: {done.last_words}")
    return done.seconds


def _first_request(tool: Tool, url: str, bench: Bench) -> float:
    options = ["-H", url, "-u", "1", "-r", "1", "-t", "1s"]
    if tool == "lftui":
        options += ["--runs-dir", str(bench.folder / "runs-start")]
    return float(run_tool(tool, LOCUSTFILES / "first_request.py", options, 60.0, bench, {}))


def ready_at(runs: Path) -> float:
    """The wall time at which the newest run's generator was ready.

    Raises:
        BenchError: it never was.
    """
    for record in Store(runs).find("last").records():
        if isinstance(record, Ready):
            return record.wall
    raise BenchError("the generator was never ready")


def _about(times: int) -> list[str]:
    return [
        f"Median of {times} starts each, locust and lftui in turn, nothing pinned, one "
        "FastHttpUser. *ready*: the `Ready` record of the journal: locustfile imported, "
        "Environment and runner built, `init` listeners done.",
    ]

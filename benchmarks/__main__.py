"""`python -m benchmarks [--quick] [--only NAME ...] [--write]`."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from benchmarks import (
    arrivals,
    console,
    cpu,
    http_clients,
    hub_pause,
    long_run,
    machine,
    scale_out,
    startup,
    truth,
    verdicts,
)
from benchmarks.processes import ROOT, Bench, BenchError, say
from benchmarks.tables import Table, page

TABLES: dict[str, Callable[[Bench], Table]] = {
    "truth": truth.table,
    "cpu": cpu.table,
    "clients": http_clients.table,
    "scale_out": scale_out.table,
    "arrivals": arrivals.table,
    "hub_pause": hub_pause.table,
    "startup": startup.table,
    "long_run": long_run.table,
    "console": console.table,
}
# Not of this machine, so not on its page; docs/verdicts.md has it.
ON_REQUEST = {"verdicts": verdicts.table}
PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Measure and print; 1 where something could not be measured. A missed bar is only named."""
    given = _arguments()
    names = given.only or list(TABLES)
    signal.signal(signal.SIGTERM, _interrupted)
    facts = machine.facts()
    tables: list[Table] = []
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="lftui-bench-") as folder:
        bench = Bench.on_this_machine(Path(folder), given.quick)
        for name in names:
            began = time.monotonic()
            say(name)
            try:
                tables.append((TABLES | ON_REQUEST)[name](bench))
            except BenchError as error:
                failures.append(f"{name}: {error}")
                tables.append(Table(name, [f"Not measured: {error}."], []))
            say(f"{name}: {time.monotonic() - began:.0f} s")
            print(tables[-1].markdown() + "\n", flush=True)
    _say_missed(tables, failures)
    if given.write:
        command = "make bench ARGS=--write"
        if given.quick:
            command = 'make bench ARGS="--quick --write"'
        PAGE.write_text(page(facts, tables, command, given.quick), encoding="utf-8")
        say(f"wrote {PAGE.relative_to(ROOT)}")
    return 1 if failures else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="the measurements behind the budgets"
    )
    parser.add_argument("--quick", action="store_true", help="few and short repetitions: 3 minutes")
    parser.add_argument(
        "--only", nargs="+", choices=[*TABLES, *ON_REQUEST], help="these tables only"
    )
    parser.add_argument("--write", action="store_true", help="store the page docs/benchmarks.md")
    given = parser.parse_args()
    if given.write and given.only:
        parser.error("--write stores the whole page: leave out --only")
    if sys.platform != "linux":
        parser.error("pinning and /proc are Linux's: these measurements run there only")
    return given


def _say_missed(tables: list[Table], failures: list[str]) -> None:
    for text in failures:
        say(f"not measured: {text}")
    missed = [text for table in tables for text in table.missed]
    for text in missed:
        say(f"bar missed: {text}")
    if not missed and not failures:
        say("every bar was met")


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

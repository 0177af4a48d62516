"""One measured load, made by `locust --headless` or by `lftui --headless`."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.processes import LFTUI, LOCUST, LOCUSTFILES, Bench, BenchError, run
from benchmarks.samples import percentile

Tool = Literal["locust", "lftui"]
_SLACK_S = 60.0


@dataclass(frozen=True)
class Load:
    """What is made: users with a mean think time, watched for a while after a warm-up."""

    users: int
    wait_s: float
    warm_s: float
    measure_s: float

    @property
    def run_time_s(self) -> int:
        """Whole seconds from the first user to the end, the window well inside."""
        return math.ceil(self.warm_s + self.measure_s + 1.0)


@dataclass(frozen=True)
class Window:
    """What the generator saw in the measured window."""

    seconds: float
    cpu_s: float
    parent_cpu_s: float
    times_ms: list[float]

    @property
    def rps(self) -> float:
        """Requests a second."""
        return len(self.times_ms) / self.seconds

    @property
    def cpu_us(self) -> float:
        """CPU µs of the generator's process for each request."""
        return self.cpu_s / len(self.times_ms) * 1e6

    @property
    def cpu_share(self) -> float:
        """How much of one core the generator used."""
        return self.cpu_s / self.seconds

    def ms(self, q: float) -> float:
        """A percentile in ms."""
        return percentile(self.times_ms, q)


def measure(tool: Tool, load: Load, url: str, bench: Bench) -> Window:
    """Run a tool once.

    Raises:
        BenchError: it measured nothing, or requests failed.
    """
    found = run_tool(
        tool,
        LOCUSTFILES / "steady.py",
        ["-H", url, "-u", str(load.users), "-r", str(load.users), "-t", f"{load.run_time_s}s"],
        load.run_time_s + _SLACK_S,
        bench,
        {
            "BENCH_WARM_S": str(load.warm_s),
            "BENCH_MEASURE_S": str(load.measure_s),
            "BENCH_WAIT_S": str(load.wait_s),
        },
    )
    if found["failures"] or not found["times_ms"]:
        count = len(found["times_ms"])
        raise BenchError(f"{tool}: {found['failures']} of {count} requests failed")
    times = sorted(found["times_ms"])
    return Window(found["seconds"], found["cpu_s"], found["parent_cpu_s"], times)


def run_tool(
    tool: Tool,
    locustfile: Path,
    options: list[str],
    timeout_s: float,
    bench: Bench,
    more: dict[str, str],
) -> Any:
    """Run a tool with a locustfile of ours, which pins itself; what the locustfile wrote.

    Raises:
        BenchError: it wrote nothing.
    """
    out = bench.folder / "measured.json"
    out.unlink(missing_ok=True)
    start = LOCUST if tool == "locust" else LFTUI
    command = [*start, "--headless", "-f", str(locustfile), *options]
    more = {**more, "BENCH_OUT": str(out), "BENCH_CORE": str(bench.load_core)}
    done = run(command, bench.folder, timeout_s, more)
    try:
        return json.loads(out.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BenchError(
            f"{tool} ended with {done.code} and measured nothing: {done.last_words}"
        ) from None

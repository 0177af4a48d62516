"""The console: how soon it is there, what it costs, how soon it answers, whether it disturbs."""

from __future__ import annotations

from benchmarks import console_live, console_replay, console_start, console_truth
from benchmarks.processes import Bench
from benchmarks.tables import Table


def table(bench: Bench) -> Table:
    """Everything about the console, through a real pseudo-terminal."""
    found = Table("The console", [*console_live.about(bench), *_about(bench)],
                  ["", "median", "beside it", "bar", ""])  # fmt: skip
    console_start.add_rows(found, bench)
    console_live.add_rows(found, bench)
    console_replay.add_rows(found, bench)
    console_truth.add_rows(found, bench)
    return found


def _about(bench: Bench) -> list[str]:
    return [
        f"Pinned: the load to core {bench.load_core}, the console beside it to core "
        f"{bench.server_core}; starts, replays and what measures them are not. The truth of the "
        "response times is "
        "measured as in the table of that name, with the console's process and its supervisor on "
        "either core, as on an operator's machine.",
    ]

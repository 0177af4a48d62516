"""How long the console takes to begin: from exec to the first text on the terminal."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.console_terminal import terminal
from benchmarks.processes import LFTUI, Bench, BenchError, run, say
from benchmarks.tables import Table, span

BAR_S = 0.5
_REST_S = 0.5
_SETUP = re.compile(rb"Scenario")
_HELP = re.compile(rb"lftui: load tests")
_LOCUSTFILE = """\
from locust import User, task


class Visitor(User):
    @task
    def page(self) -> None: ...
"""
# One after the other, so that the time of each is that of what it imports more than the last.
_IMPORTS = {
    "Python": "pass",
    "lftui.console": "import lftui.console",
    "textual.app": "import lftui.console, textual.app",
    "lftui.app, with Setup and Live": (
        "import lftui.console, lftui.choices.command_line, lftui.preferences, "
        "lftui.services.hub, lftui.app"
    ),
}


def add_rows(found: Table, bench: Bench) -> None:
    """First paint of Setup and of `--help`, and what the imports have of it."""
    times = 3 if bench.quick else 9
    folder = bench.folder / "start"
    folder.mkdir(exist_ok=True)
    (folder / "locustfile.py").write_text(_LOCUSTFILE, encoding="utf-8")
    paints: dict[str, list[float]] = {"lftui": [], "lftui --help": []}
    parts: dict[str, list[float]] = {name: [] for name in _IMPORTS}
    for number in range(times):
        say(f"console: start {number + 1}/{times}")
        paints["lftui"].append(_first_text([], _SETUP, folder))
        paints["lftui --help"].append(_first_text(["--help"], _HELP, folder))
        for name, words in _IMPORTS.items():
            parts[name].append(_import_s(words, bench))
    for name, seconds in paints.items():
        middle = median(seconds)
        what = f"first text of `{name}` after {middle:.2f} s"
        found.add(
            f"`{name}`: from exec to its first text",
            f"{middle:.2f} s",
            f"{span(min(seconds), max(seconds))} s",
            f"≤ {BAR_S:g} s",
            found.judge(what, middle <= BAR_S),
        )
    shown = ", ".join(f"{name} {1000 * median(took):.0f} ms" for name, took in parts.items())
    found.notes.append(
        "Imports, each a process of its own to its end and with all that stands before it "
        f"(median of {times}): {shown}."
    )


def _first_text(words: list[str], text: re.Pattern[bytes], folder: Path) -> float:
    with terminal([*LFTUI, *words], folder) as term:
        seconds = term.wait_for(text, 20.0, since_start=True) - term.began
    time.sleep(_REST_S)  # what the console has started ends as well, and takes time for it
    return seconds


def _import_s(words: str, bench: Bench) -> float:
    done = run([sys.executable, "-c", words], bench.folder, 30.0)
    if done.code:
        raise BenchError(f"`{words}` ended with {done.code}: {done.last_words}")
    return done.seconds

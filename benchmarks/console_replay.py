"""A day played back: the console's memory; and how soon it is left over a slow link."""

from __future__ import annotations

import re
import sys
import time
from statistics import median

from benchmarks.console_terminal import Terminal, peak, terminal
from benchmarks.processes import LFTUI, Bench, BenchError, run, say
from benchmarks.tables import Table, size, span
from lftui.supervisor.store import RunFolder, Store

MEMORY_BAR = 150_000_000
QUIT_BAR_S = 0.5
LINK_BYTES_S = 10_000
_ON_60_S = b"\x1b[1;2C"
_REPLAY = re.compile(rb"REPLAY")


def add_rows(found: Table, bench: Bench) -> None:
    """Memory through a long journal, and the quit key."""
    hours = 2 if bench.quick else 24
    store, folder = _day(bench, hours)
    words = [*LFTUI, "replay", str(folder.path), "--speed", "60", "--runs-dir", str(store.path)]
    say(f"console: a replay of {hours} h")
    _add_memory(found, words, bench, hours)
    _add_quit(found, words, bench)


def _day(bench: Bench, hours: int) -> tuple[Store, RunFolder]:
    """The journal that `long_run` has made, or one of our own."""
    store = Store(bench.folder / "day")
    made = [folder for folder in store.all() if folder.journal.exists()]
    if made:
        return store, made[0]
    folder = store.create("day", 0.0)
    probe = [sys.executable, "-m", "benchmarks.probes", "synthesize", str(folder.path)]
    done = run([*probe, str(hours * 3600)], bench.folder, 600.0)
    if done.code:
        raise BenchError(f"the journal was not made: {done.last_words}")
    return store, folder


def _add_memory(found: Table, words: list[str], bench: Bench, hours: int) -> None:
    readings: list[int] = []
    with terminal(words, bench.folder) as term:
        term.wait_for(_REPLAY, 30.0, since_start=True)
        term.clear()
        for _ in range(5 if bench.quick else 20):  # played for so many seconds, 60 s each
            time.sleep(1.0)
            readings.append(peak(term.pid))
        for _ in range(hours):
            _seek(term, 60)
            readings.append(peak(term.pid))
            term.clear()
        for _ in range(5):  # and played again from where that ended, back by some hours
            term.type(b"\x1b[1;2D" * 30)
            time.sleep(1.0)
            readings.append(peak(term.pid))
    most = readings[-1]
    met = found.judge(f"a replay of {hours} h took {size(most)}", most < MEMORY_BAR)
    found.add(
        f"a replay of {hours} h at 60x, sought through: most memory",
        size(most),
        f"{size(readings[0])} in its first second",
        f"< {size(MEMORY_BAR)}",
        met,
    )


def _seek(term: Terminal, minutes: int) -> None:
    """An hour on; the fold of an hour has its time."""
    term.type(_ON_60_S * minutes)
    time.sleep(3.0)


def _add_quit(found: Table, words: list[str], bench: Bench) -> None:
    took = []
    for number in range(3 if bench.quick else 7):
        say(f"console: quit over a slow link {number + 1}")
        with terminal(words, bench.folder) as term:
            term.wait_for(_REPLAY, 30.0, since_start=True)
            term.rate = LINK_BYTES_S
            time.sleep(3.0 + 0.3 * number)  # redraws have gone on over the slow link meanwhile
            pressed = term.type(b"q")
            took.append(term.wait_end() - pressed)
    middle = median(took)
    found.add(
        f"`q` in that replay over a link of {size(LINK_BYTES_S)}/s: until the command has ended",
        f"{middle:.2f} s",
        f"{span(min(took), max(took))} s",
        f"≤ {QUIT_BAR_S:g} s",
        found.judge(f"`q` over a slow link: {middle:.2f} s", middle <= QUIT_BAR_S),
    )

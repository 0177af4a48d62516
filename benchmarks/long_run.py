"""What a run of 24 h costs: its journal, its report, attaching to it, the memory on the way."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.processes import (
    LFTUI,
    LOCUSTFILES,
    Bench,
    BenchError,
    end,
    environment,
    run,
    running,
    say,
)
from benchmarks.tables import Table, size
from lftui.export_formats import FORMATS, files_of
from lftui.records import Checkpoint
from lftui.supervisor.client import Connection
from lftui.supervisor.store import RunFile, RunFolder, Store, started_at

ATTACH_BAR_S = 3.0
REPORT_BAR_S = 60.0
REPORT_MEMORY_BAR = 500_000_000
HTML_BAR = 2_000_000
MEMORY_BAR = 150_000_000
FLAT_BAR = 10_000_000
PLAIN_BAR = 60_000_000
PACKED_BAR = 12_000_000
SEEK_BAR_S = 0.1
_PROBE = [sys.executable, "-m", "benchmarks.probes"]
_ATTACHES = 5


def table(bench: Bench) -> Table:
    """Everything about a day, or about two hours in a quick run."""
    hours = 2 if bench.quick else 24
    store = Store(bench.folder / "day")
    folder = store.create("day", 0.0)
    found = Table(f"A run of {hours} h", _about(hours), ["", "", "bar", ""])
    say(f"long run: the generator's memory and a journal over {hours} h")
    generator, day = _side_by_side(bench, folder, hours)
    _journal_rows(found, bench, folder, day, hours)
    say("long run: fold, report, attach")
    folded = _probe(bench, "fold", folder, day["checkpoint_seq"], day["checkpoint_offset"])
    _fold_rows(found, bench, folder, folded)
    try:
        _report_rows(found, bench, folder)
    except BenchError as error:
        found.add("full report", f"not measured: {error}", f"≤ {REPORT_BAR_S:g} s", "")
        found.missed.append(f"{found.title}: {error}")
    _attach_rows(found, bench, store, folder)
    _memory_rows(found, "generator", generator, flat=True)
    _memory_rows(found, "supervisor, folding it", folded["readings"], flat=False)
    return found


def _side_by_side(
    bench: Bench, folder: RunFolder, hours: int
) -> tuple[list[tuple[int, int]], dict[str, Any]]:
    """The generator's readings and the journal; neither is timed, so both at once."""
    command = [sys.executable, "-m", "benchmarks.generator_memory"]
    locustfile = str(LOCUSTFILES / "memory.py")
    with running([*command, locustfile, str(hours)], bench.folder) as process:
        day = _probe(bench, "synthesize", folder, hours * 3600)
        try:
            output, _ = process.communicate(timeout=60 + 20 * hours)
            readings = json.loads(output)
        except (subprocess.TimeoutExpired, ValueError):
            raise BenchError("the generator's simulated run did not end in order") from None
    return readings, day


def _probe(bench: Bench, what: str, folder: RunFolder, *more: object) -> dict[str, Any]:
    command = [*_PROBE, what, str(folder.path), *(str(word) for word in more)]
    done = run(command, bench.folder, 300.0)
    if done.code:
        raise BenchError(f"'{what}' ended with {done.code}: {done.last_words}")
    measured: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    return measured


def _journal_rows(
    found: Table, bench: Bench, folder: RunFolder, day: dict[str, Any], hours: int
) -> None:
    """Its size, plain and compressed; from here on it is compressed, as after a run."""
    _add_size(found, "journal", day["size"], hours, PLAIN_BAR)
    packed = _probe(bench, "pack", folder)
    _add_size(found, "journal, compressed", packed["size"], hours, PACKED_BAR)
    found.add(
        "compressing it, and reading it back",
        f"{packed['seconds']:.1f} s, with {size(packed['memory'])} of memory",
        "shown",
        "",
    )
    sought = _probe(bench, "seek", folder)
    found.add("reading it whole, not decoded", f"{sought['reading_s']:.1f} s", "shown", "")
    longest = max(sought["times"])
    met = found.judge(f"a seek took {longest * 1000:.0f} ms", longest <= SEEK_BAR_S)
    found.add(
        f"a seek in it: to the next record, {len(sought['times'])} places",
        f"{median(sought['times']) * 1000:.0f} ms, {longest * 1000:.0f} ms at most",
        f"≤ {SEEK_BAR_S * 1000:.0f} ms",
        met,
    )


def _add_size(found: Table, name: str, whole: int, hours: int, bar: int) -> None:
    met = found.judge(f"{name}: {size(whole / hours)} an hour", whole / hours <= bar)
    shown = f"{size(whole)}, {size(whole / hours)} an hour"
    found.add(name, shown, f"≤ {size(bar)} an hour", met)


def _fold_rows(found: Table, bench: Bench, folder: RunFolder, folded: dict[str, Any]) -> None:
    seconds, requests = folded["seconds"], folded["requests"]
    found.add("folding it whole", f"{seconds:.1f} s for {requests:,} requests", "shown", "")
    opened = median(_probe(bench, "open", folder)["seconds"] for _ in range(3))
    found.add("folding by checkpoint and rest", f"{opened * 1000:.0f} ms", "shown", "")
    found.add(
        "checkpoint",
        f"{size(folded['checkpoint_bytes'])}, encoded in {folded['encoding_s'] * 1000:.0f} ms",
        "shown",
        "",
    )


def _report_rows(found: Table, bench: Bench, folder: RunFolder) -> None:
    """What is seldom more than looked at, what is sent, and all that there is."""
    everything = [form.name for form in FORMATS]
    for title, names in {
        "`lftui report --html`": ["html"],
        "`lftui report --summary --csv`": ["summary", "csv"],
        "`lftui report` in every form": everything,
    }.items():
        seconds, memory = _report(bench, folder, names)
        met = found.judge(f"{title} took {seconds:.0f} s", seconds <= REPORT_BAR_S)
        found.add(title, f"{seconds:.1f} s", f"≤ {REPORT_BAR_S:g} s", met)
        met = found.judge(f"{title} took {size(memory)}", memory <= REPORT_MEMORY_BAR)
        found.add(f"{title}, peak memory", size(memory), f"≤ {size(REPORT_MEMORY_BAR)}", met)
    page = (bench.folder / "exports" / "report.html").stat().st_size
    met = found.judge(f"the HTML report has {size(page)}", page < HTML_BAR)
    found.add("the HTML report's size", size(page), f"< {size(HTML_BAR)}", met)


def _report(bench: Bench, folder: RunFolder, names: Sequence[str]) -> tuple[float, int]:
    """Seconds and peak memory of an export in these forms."""
    exports = bench.folder / "exports"
    forms = [form for form in FORMATS if form.name in names]
    words = [word for form in forms for word in (form.option, str(exports / form.file))]
    command = [*LFTUI, "report", str(folder.path), "--force", *words]
    done = run(command, bench.folder, 300.0)
    files = [Path(file) for form in forms for file in files_of(form, str(exports / form.file))]
    if done.code or not all(file.is_file() for file in files):
        raise BenchError(f"`lftui report` ended with {done.code}: {done.last_words[-160:]}")
    return done.seconds, done.peak_rss


def _attach_rows(found: Table, bench: Bench, store: Store, folder: RunFolder) -> None:
    socket = bench.folder / "s"
    with running([*_PROBE, "serve", str(folder.path), str(socket)], bench.folder) as server:
        assert server.stdout is not None
        if server.stdout.readline() != b"ready\n":
            raise BenchError("the state cannot be served")
        times = [asyncio.run(_attach(socket)) for _ in range(_ATTACHES)]
        folder.write(
            RunFile(id=folder.id, pid=server.pid, pid_started=started_at(server.pid),
                    socket=str(socket), started_at=time.time())
        )  # fmt: skip
        commands = [_attach_command(bench, store, folder) for _ in range(3)]
    middle = median(times)
    met = found.judge(f"attaching took {middle:.1f} s", middle <= ATTACH_BAR_S)
    found.add(
        "attach: from connecting to the state decoded",
        f"{middle * 1000:.0f} ms", f"≤ {ATTACH_BAR_S:g} s", met,
    )  # fmt: skip
    middle = median(seconds for seconds, _ in commands)
    met = found.judge(f"`lftui attach` took {middle:.1f} s", middle <= ATTACH_BAR_S)
    found.add(
        "`lftui attach`: from its start to its first line of figures",
        f"{middle:.2f} s", f"≤ {ATTACH_BAR_S:g} s", met,
    )  # fmt: skip
    peak = max(peak for _, peak in commands)
    met = found.judge(f"`lftui attach` took {size(peak)}", peak < MEMORY_BAR)
    found.add("`lftui attach`, peak memory", size(peak), f"< {size(MEMORY_BAR)}", met)


async def _attach(socket: Path) -> float:
    began = time.perf_counter()
    connection = await Connection.to(socket)
    async for record in connection.records():
        if isinstance(record, Checkpoint):
            break
    seconds = time.perf_counter() - began
    if not connection.state.total.count:
        raise BenchError("the state that came over the socket is empty")
    await connection.close()
    return seconds


def _attach_command(bench: Bench, store: Store, folder: RunFolder) -> tuple[float, int]:
    """Seconds to the first line on standard output, and the peak memory, of `lftui attach`."""
    words = ["attach", folder.id, "--plain", "--runs-dir", str(store.path)]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*LFTUI, *words],
        cwd=bench.folder,
        env=environment(bench.folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - began
        if not line:
            raise BenchError("`lftui attach` ended without a line")
        process.send_signal(signal.SIGINT)
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return seconds, usage.ru_maxrss * 1024
    finally:
        with suppress(ChildProcessError):
            end(process)


def _memory_rows(found: Table, who: str, readings: Sequence[tuple[int, int]], flat: bool) -> None:
    shown = _spread(readings)
    course = ", ".join(f"{size(resident)} at {hour} h" for hour, resident in shown)
    most = max(resident for _, resident in readings)
    met = found.judge(f"{who}: {size(most)}", most < MEMORY_BAR)
    found.add(f"memory of the {who}", course, f"< {size(MEMORY_BAR)}", met)
    if not flat or len(readings) < 3:
        return
    growth = readings[-1][1] - readings[1][1]
    met = found.judge(f"{who}: grew by {size(growth)}", growth <= FLAT_BAR)
    name = f"growth of the {who} from hour 1 to {readings[-1][0]}"
    found.add(name, size(max(growth, 0)), f"≤ {size(FLAT_BAR)}", met)


def _spread(readings: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first reading, the one after an hour, the last and two between."""
    last = len(readings) - 1
    return [readings[i] for i in sorted({0, min(1, last), last // 4, last // 2, last})]


def _about(hours: int) -> list[str]:
    return [
        f"A journal of {hours} h of 30 endpoints and 200 requests a second, made up with a fixed "
        "seed and written through the encoder and the numbering of a real run; a checkpoint from "
        "the real code up to 60 s before its end. The journal is compressed by the real code "
        "before it is folded, reported and attached to. Nothing is pinned; all is in the page "
        "cache.",
        "*attach*: a process with the supervisor's own socket server and the folded state, asked "
        "by the console's own client in another process, and by the whole command. *memory of the "
        "generator*: Locust's Environment and listeners, lftui's meter and ticker and what prunes "
        f"them, driven through {hours} h of simulated time at 100 requests a second in a process "
        "of its own. *memory of the supervisor*: a process with the supervisor's modules that "
        "folds the journal.",
    ]

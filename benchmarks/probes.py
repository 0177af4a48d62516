"""What has to run in a process of its own to be measured: `python -m benchmarks.probes WHAT …`.

synthesize FOLDER SECONDS    write a journal; print a Day
pack FOLDER                  compress it as a run does at its end; print what it took
seek FOLDER                  begin to read at many places; print how soon each was there
fold FOLDER SEQ OFFSET       fold it whole, write the checkpoint on the way; print readings
open FOLDER                  fold by checkpoint and rest; print readings
serve FOLDER SOCKET          be a supervisor's socket with that state until stdin ends
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.memory import peak_rss, rss
from benchmarks.synthesis import Synthesis
from lftui.links.reel import Reel
from lftui.records import Tick
from lftui.run_state import RunState
from lftui.supervisor.journal_file import whole_lines
from lftui.supervisor.packing import pack
from lftui.supervisor.server import Server
from lftui.supervisor.store import RunFolder

_HOUR_S = 3600
_SEEKS = 50


def synthesize(folder: str, seconds: str) -> dict[str, Any]:
    """Write the journal."""
    return asdict(Synthesis().write(RunFolder(Path(folder)).journal, int(seconds)))


def pack_run(folder: str) -> dict[str, Any]:
    """Compress the journal, and read back what was written."""
    run = RunFolder(Path(folder))
    before = rss()
    began = time.perf_counter()
    pack(run.journal)
    return {
        "seconds": time.perf_counter() - began,
        "size": run.journal.stat().st_size,
        "memory": max(0, peak_rss() - before),
    }


def seek(folder: str) -> dict[str, Any]:
    """Read the next record from places all over the journal, as a replay does after a jump."""
    path = RunFolder(Path(folder)).journal
    began = time.perf_counter()
    ends = [end for _, end in whole_lines(path)]
    reading_s = time.perf_counter() - began
    times = []
    for number in range(_SEEKS):
        began = time.perf_counter()
        Reel(path, ends[number * (len(ends) - 1) // _SEEKS]).take(1)
        times.append(time.perf_counter() - began)
    return {"times": times, "reading_s": reading_s}


def fold(folder: str, upto_seq: str, offset: str) -> dict[str, Any]:
    """Fold the whole journal as a supervisor lives through it, with a checkpoint near its end."""
    # What a supervisor's process has loaded belongs to its memory.
    importlib.import_module("lftui.supervisor.run")
    run = RunFolder(Path(folder))
    state, ticks, apart_s, checkpoint = RunState(), 0, 0.0, b""
    readings = [(0, rss())]
    began = time.perf_counter()
    for record in run.records():
        state.apply(record)
        if isinstance(record, Tick):
            ticks += 1
            if ticks % _HOUR_S == 0:
                readings.append((ticks // _HOUR_S, rss()))
        if state.last_seq == int(upto_seq):
            stopped = time.perf_counter()
            checkpoint = msgspec.json.encode(state)
            encoding_s = time.perf_counter() - stopped
            run.write_checkpoint(checkpoint, state.last_seq, int(offset))
            apart_s += time.perf_counter() - stopped
    return {
        "seconds": time.perf_counter() - began - apart_s,
        "requests": state.total.count,
        "readings": readings,
        "peak_rss": peak_rss(),
        "checkpoint_bytes": len(checkpoint),
        "encoding_s": encoding_s,
    }


def open_run(folder: str) -> dict[str, Any]:
    """Fold as `lftui report` of figures does: the newest checkpoint, then the rest."""
    began = time.perf_counter()
    state = RunFolder(Path(folder)).fold()
    return {"seconds": time.perf_counter() - began, "requests": state.total.count}


def serve(folder: str, socket: str) -> None:
    """Hold the folded state and serve it as the supervisor of a live run does."""
    state = RunFolder(Path(folder)).fold()
    asyncio.run(_serve(state, Path(socket)))


async def _serve(state: RunState, path: Path) -> None:
    server = Server(
        path,
        lambda: (msgspec.json.encode(state), state.last_seq),
        lambda command, client: None,
        lambda: None,
    )
    await server.open()
    print("ready", flush=True)
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def wait_for_end() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    await over.wait()
    await server.close(0.1)


_PROBES: dict[str, Callable[..., dict[str, Any]]] = {
    "synthesize": synthesize,
    "pack": pack_run,
    "seek": seek,
    "fold": fold,
    "open": open_run,
}

if __name__ == "__main__":
    _, what, *arguments = sys.argv
    if what == "serve":
        serve(*arguments)
    else:
        print(json.dumps(_PROBES[what](*arguments)), flush=True)
    sys.stdout.flush()
    os._exit(0)  # taking a day's state apart object by object is not measured, nor waited for

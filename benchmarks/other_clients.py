"""Load generators that are not Locust's, where they are installed: k6 and hey."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.client_rows import USERS
from benchmarks.processes import Bench, BenchError, environment, pinned

_SCRIPT = """\
import http from 'k6/http';
export const options = {{ vus: {users}, duration: '{seconds}s', discardResponseBodies: false }};
export default function () {{ http.get('{url}'); http.get('{url}'); http.get('{url}'); }}
export function handleSummary(data) {{
  return {{ 'k6.json': JSON.stringify(data.metrics.http_reqs.values) }};
}}
"""


def find_k6() -> str | None:
    """The program k6: on the path, or in PyPI's package of that name."""
    if (found := shutil.which("k6")) is not None:
        return found
    spec = find_spec("k6")
    places = spec.submodule_search_locations if spec is not None else None
    for place in places or ():
        for program in Path(place).rglob("k6*"):
            if program.is_file() and os.access(program, os.X_OK):
                return str(program)
    return None


def run_k6(bench: Bench, k6: str, url: str, seconds: float) -> dict[str, Any]:
    """A run of k6 on the load's core: requests, seconds, CPU seconds.

    Raises:
        BenchError: it fails.
    """
    script = bench.folder / "k6.js"
    script.write_text(_SCRIPT.format(users=USERS, seconds=int(seconds), url=url), encoding="ascii")
    output, cpu_s = _run(bench, [k6, "run", "--quiet", "--no-usage-report", str(script)], seconds)
    try:
        values = json.loads((bench.folder / "k6.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BenchError(f"k6 told nothing: {output[-300:]}") from None
    count = int(values["count"])
    return {"requests": count, "seconds": count / values["rate"], "cpu_s": cpu_s}


def run_hey(bench: Bench, hey: str, url: str, seconds: float) -> dict[str, Any]:
    """A run of hey on the load's core: requests, seconds, CPU seconds.

    Raises:
        BenchError: it fails.
    """
    command = [hey, "-z", f"{int(seconds)}s", "-c", str(USERS), "-cpus", "1", url]
    output, cpu_s = _run(bench, command, seconds)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    total = re.search(r"Total:\s+([\d.]+)", output)
    if rate is None or total is None:
        raise BenchError(f"hey told nothing: {output[-300:]}")
    measured = float(total[1])
    return {"requests": int(float(rate[1]) * measured), "seconds": measured, "cpu_s": cpu_s}


def _run(bench: Bench, command: list[str], seconds: float) -> tuple[str, float]:
    """What a program writes, and its CPU seconds, its start included."""
    log = bench.folder / "other.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=bench.folder,
            env=environment(bench.folder, {"GOMAXPROCS": "1"}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=pinned(bench.load_core),
        )
        deadline = time.monotonic() + seconds + 60
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                break
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise BenchError(f"{command[0]} took longer than {seconds + 60:g} s")
            time.sleep(0.01)
    text = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode:
        raise BenchError(f"{command[0]} ended with {process.returncode}: {text[-300:]}")
    return text, usage.ru_utime + usage.ru_stime

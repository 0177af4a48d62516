"""Starting, pinning and ending processes. Whatever is started here is ended by its own number."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCUSTFILES = Path(__file__).resolve().parent / "locustfiles"
LOCUST = [sys.executable, "-m", "locust"]
LFTUI = [sys.executable, "-m", "lftui"]
_WORDS_KEPT = 600


class BenchError(Exception):
    """Something cannot be measured. The message is one sentence."""


@dataclass(frozen=True)
class Bench:
    """What every benchmark is given.

    Attributes:
        folder: a temporary folder, removed at the end.
        quick: few and short repetitions.
        server_core, load_core: where targets and generators are pinned.
    """

    folder: Path
    quick: bool
    server_core: int
    load_core: int

    @classmethod
    def on_this_machine(cls, folder: Path, quick: bool) -> Bench:
        """Targets on the first core that may be used, generators on the last."""
        cores = sorted(os.sched_getaffinity(0))
        return cls(folder, quick, cores[0], cores[-1])


def say(text: str) -> None:
    """Progress, on standard error."""
    print(f"  {text}", file=sys.stderr, flush=True)


def environment(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours without what would configure either tool, runs kept in the temporary folder."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LOCUST_", "LFTUI_", "BENCH_"))
    }
    paths = [str(ROOT), *kept.get("PYTHONPATH", "").split(os.pathsep)]
    kept["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return {**kept, "LFTUI_RUNS_DIR": str(folder / "runs"), **(more or {})}


def pinned(core: int) -> Callable[[], None]:
    """For `preexec_fn`: run on this core only, whatever it starts too."""
    return lambda: os.sched_setaffinity(0, {core})


@dataclass(frozen=True)
class Done:
    """A process that ended: its status, its output, how long it took, its peak memory in bytes."""

    code: int
    output: str
    seconds: float
    peak_rss: int

    @property
    def last_words(self) -> str:
        """The end of its output, on one line."""
        return " ".join(self.output[-_WORDS_KEPT:].split())


def run(
    command: list[str], folder: Path, timeout_s: float, more: Mapping[str, str] | None = None
) -> Done:
    """Run a command to its end.

    Raises:
        BenchError: it takes longer than `timeout_s`.
    """
    log = folder / "output.log"
    with log.open("wb") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(folder, more),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            code, peak = _wait(process, timeout_s)
        finally:
            end(process)
        seconds = time.perf_counter() - began
    done = Done(code or 0, log.read_text(encoding="utf-8", errors="replace"), seconds, peak)
    if code is None:
        raise BenchError(f"{' '.join(command[:4])} … took longer than {timeout_s:g} s")
    return done


def _wait(process: subprocess.Popen[bytes], timeout_s: float) -> tuple[int | None, int]:
    """The exit status (None: it did not end in time) and the peak memory of a process."""
    deadline = time.monotonic() + timeout_s
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_maxrss * 1024
        if time.monotonic() > deadline:
            return None, 0
        time.sleep(0.002)


def end(process: subprocess.Popen[bytes], grace_s: float = 5.0) -> None:
    """End a process in order, by force where it does not go."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(grace_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def running(
    command: list[str], folder: Path, core: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process with pipes for its input and output, ended with the block."""
    with (folder / "background.log").open("ab") as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            preexec_fn=pinned(core) if core is not None else None,
        )
    try:
        yield process
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        end(process)


def wait_for_port(port: int, timeout_s: float = 10.0) -> None:
    """Wait until somebody listens on this port of the loopback.

    Raises:
        BenchError: nobody does in time.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
            return
        time.sleep(0.02)
    raise BenchError(f"nothing listens on port {port}")

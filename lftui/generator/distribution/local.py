"""Worker processes on this machine: started, never forked, and gone when the master is.

A fork shares open files with its parent, so that users of one process eat the lines of another's
data file (measured: a stock example fails in each of three runs); a process of its own does not.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable

import gevent
import msgspec

from lftui.generator.distribution.report import LocalWorker

_LINE_LIMIT = 600
_LINES_A_WORKER = 200
_LET_GO_S = 2.0


class LocalWorkers:
    """The workers that this process has started, by name: `local-1`, `local-2` and so on.

    Args:
        argv, own: their command line, as the master's.
        say: is called with the name and each line that a worker writes outside of its reports.
        gone: is called with the name, the exit status (negative is a signal) and the last line.
    """

    def __init__(
        self,
        argv: list[str],
        own: dict[str, bool],
        say: Callable[[str, str], None],
        gone: Callable[[str, int, str], None],
    ) -> None:
        self._argv = argv
        self._own = own
        self._say = say
        self._gone = gone
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started = 0
        self._closing = False
        self.port = 0

    def __contains__(self, name: str) -> bool:
        return name in self._processes

    @property
    def newest(self) -> str:
        """The one started last that is still there; "" where there is none."""
        return next(reversed(self._processes), "")

    def add(self) -> str:
        """Start one more; its name."""
        self._started += 1
        name = f"local-{self._started}"
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "lftui.runner", "--local-worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._processes[name] = process
        told = LocalWorker(name=name, master_port=self.port, argv=self._argv, own=self._own)
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.write(msgspec.json.encode(told) + b"\n")
            process.stdin.flush()
        gevent.spawn(self._follow, name, process)
        return name

    def end(self, name: str) -> None:
        """End one now: it has said all that it had to say."""
        process = self._processes.get(name)
        if process is not None:
            _close_input(process)

    def may_end(self) -> None:
        """From now on the end of one is nothing to tell."""
        self._closing = True

    def close(self) -> None:
        """End all of them, the slow ones by force."""
        self._closing = True
        processes = list(self._processes.values())
        for process in processes:
            _close_input(process)
        with gevent.Timeout(_LET_GO_S, False):
            for process in processes:
                process.wait()
        for process in processes:
            if process.poll() is None:
                process.kill()

    def _follow(self, name: str, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        last = ""
        told = 0
        while line := process.stdout.readline(_LINE_LIMIT):
            last = line.decode("utf-8", "replace").strip() or last
            told += 1
            if told <= _LINES_A_WORKER and line.strip():
                self._say(name, last)
        status = process.wait()
        self._processes.pop(name, None)
        if not self._closing:
            self._gone(name, status, last)


def _close_input(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()

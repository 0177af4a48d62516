"""The generator, as the supervisor holds it: a process, or a thread of this one, and a socket."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import signal
import socket
import sys
from typing import Protocol

from lftui.records import Command, encode

LINE_LIMIT = 256 << 20
_STDERR_KEPT = 16_384


class GeneratorLink(Protocol):
    """What the supervisor needs of a generator."""

    pid: int

    async def start(self) -> None:
        """Begin; it waits for its first command."""

    async def read_line(self) -> bytes | None:
        """The next record's line; None when there will be no more."""

    def send(self, command: Command) -> None:
        """Pass a command on. Never waits."""

    def kill(self) -> None:
        """End it at once."""

    async def wait(self) -> int:
        """Its exit status, once it is gone; negative is a signal."""

    def last_words(self) -> str:
        """What it wrote to its standard error outside its records."""


class _Line:
    """The socket of a link."""

    def __init__(self) -> None:
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, end: socket.socket) -> None:
        self._reader, self._writer = await asyncio.open_unix_connection(sock=end, limit=LINE_LIMIT)

    async def read(self) -> bytes | None:
        assert self._reader is not None
        try:
            line = await self._reader.readline()
        except (OSError, ValueError):
            return None
        return line if line.endswith(b"\n") else None

    def write(self, command: Command) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(encode(command))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class GeneratorProcess:
    """A generator in a process and session of its own, which no Ctrl-C of the terminal reaches."""

    def __init__(self) -> None:
        self.pid = 0
        self._line = _Line()
        self._process: asyncio.subprocess.Process | None = None
        self._stderr = bytearray()
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = await self._spawn(theirs.fileno())
        except BaseException:
            ours.close()
            raise
        self.pid = self._process.pid
        self._listening = asyncio.create_task(self._listen())
        await self._line.open(ours)

    async def _spawn(self, end: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "lftui.runner",
            str(end),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=[end],
            start_new_session=True,
            env=child_environment(),
        )

    async def read_line(self) -> bytes | None:
        return await self._line.read()

    def send(self, command: Command) -> None:
        self._line.write(command)

    def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            # Its session is its own, so what a locustfile started goes with it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    async def wait(self) -> int:
        assert self._process is not None
        try:
            status = await self._process.wait()
            if self._listening is not None:
                # A child of the locustfile may hold the pipe open for ever.
                await asyncio.wait([self._listening], timeout=0.5)
                self._listening.cancel()
        finally:
            self._line.close()
        return status

    def last_words(self) -> str:
        return bytes(self._stderr).decode("utf-8", "replace").strip()

    async def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while data := await self._process.stdout.read(65536):
            self._stderr += data
            del self._stderr[:-_STDERR_KEPT]


class GeneratorThread:
    """The generator on a native thread of this process (`--in-process`)."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._line = _Line()
        self._ended = asyncio.Event()

    async def start(self) -> None:
        ours, theirs = socket.socketpair()
        # By name, at run time: the supervisor itself must not bring Locust in.
        runner = importlib.import_module("lftui.runner")
        runner.start_thread(theirs.detach())
        await self._line.open(ours)

    async def read_line(self) -> bytes | None:
        line = await self._line.read()
        if line is None:
            self._ended.set()
        return line

    def send(self, command: Command) -> None:
        self._line.write(command)

    def kill(self) -> None:
        # A thread cannot be killed; with its line closed the generator stops by itself.
        self._line.close()

    async def wait(self) -> int:
        await self._ended.wait()
        self._line.close()
        return 0

    def last_words(self) -> str:
        return ""


def child_environment() -> dict[str, str]:
    """The operator's environment, and where lftui itself is found (`-P` leaves the folder out)."""
    environment = dict(os.environ)
    # These would turn the generator's own parser into something it is not.
    for name in ("LOCUST_MODE_WORKER", "LOCUST_MODE_MASTER", "LOCUST_PROCESSES"):
        environment.pop(name, None)
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paths = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    if "site-packages" not in here and here not in paths:
        environment["PYTHONPATH"] = os.pathsep.join([*paths, here])
    return environment

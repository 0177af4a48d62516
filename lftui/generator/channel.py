"""The pipe to the supervisor: records out, commands in, neither of them ever waited for by the hub.

Measured with 1,000 active endpoints (`docs/architecture.md`): writing from the hub stops it for
as long as the supervisor does not read; a queue and a native thread hold nobody up.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable

import gevent

from lftui.generator import native
from lftui.records import AnyRecord, BadLine, Command, Kill, Stop, decode_command, encode

# Lines queued beyond this make the ticker wait with its next cut: the counts go on adding up in
# the open interval, so that memory stays bounded and nothing is lost, only coarser in time.
BACKLOG_LIMIT = 120


class Channel:
    """One end of the control socket, in the generator.

    Args:
        fd: a connected stream socket's descriptor, in blocking mode; the channel owns it.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lines: native.SimpleQueue[bytes | None] = native.SimpleQueue()
        self._commands: deque[Command] = deque()
        self._arrived = gevent.event.Event()
        self._wake = gevent.get_hub().loop.async_()
        self._wake.start(self._arrived.set)
        self._written_all = False
        self.lost = False
        self.on_lost: Callable[[], None] = lambda: None
        self.on_urgent: Callable[[Command], None] = lambda command: None

    def open(self) -> None:
        """Begin to read and write."""
        native.start_thread(self._write)
        native.start_thread(self._read)

    @property
    def backlog(self) -> int:
        """Lines that the supervisor has not taken yet."""
        return self._lines.qsize()

    def send(self, record: AnyRecord) -> None:
        """Queue a record; its time is set where it has none. Never waits."""
        self.send_line(encode(record))

    def send_line(self, line: bytes) -> None:
        """Queue an encoded record. Never waits."""
        self._lines.put(line)

    def next_command(self, timeout_s: float | None = None) -> Command | None:
        """The next command, waited for in the hub; None when time is over or the peer is gone."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._commands:
            if self.lost:
                return None
            self._arrived.clear()
            if self._commands or self.lost:
                continue
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return None
            self._arrived.wait(left)
        return self._commands.popleft()

    def close(self, timeout_s: float = 5.0) -> bool:
        """Write what is queued; whether all of it went out in time. The hub goes on meanwhile."""
        self._lines.put(None)
        deadline = time.monotonic() + timeout_s
        while not self._written_all and not self.lost and time.monotonic() < deadline:
            gevent.sleep(0.005)
        return self._written_all

    def flush_natively(self, timeout_s: float = 1.0) -> bool:
        """As `close`, for a native thread that is about to end the process."""
        self._lines.put(None)
        return native.wait_until(lambda: self._written_all or self.lost, timeout_s)

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            view = memoryview(line)
            while view:
                try:
                    view = view[os.write(self._fd, view) :]
                except OSError:
                    self._lose()
                    return
        self._written_all = True

    def _read(self) -> None:
        rest = b""
        while True:
            try:
                data = os.read(self._fd, 65536)
            except OSError:
                data = b""
            if not data:
                self._lose()
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._receive(line)

    def _receive(self, line: bytes) -> None:
        try:
            command = decode_command(line)
        except BadLine:
            return  # the supervisor is ours and of our version: a bad line is not worth a crash
        if isinstance(command, Stop | Kill):
            self.on_urgent(command)
        self._commands.append(command)
        self._wake.send()

    def _lose(self) -> None:
        if self.lost:
            return
        self.lost = True
        self._wake.send()
        self.on_lost()

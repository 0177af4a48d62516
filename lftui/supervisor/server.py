"""The socket at which consoles watch a run and, one at a time, hold its controls."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import stat
import struct
import tempfile
from collections import deque
from collections.abc import Callable
from pathlib import Path

import msgspec

from lftui.records import (
    BadLine,
    Checkpoint,
    Command,
    Gap,
    Refused,
    decode_command,
    encode,
)

QUEUE_BYTES = 8_000_000
_SHORT = "/tmp"
_COMMAND_LIMIT = 64_000

Snapshot = Callable[[], tuple[bytes, int]]


def socket_folder() -> Path:
    """A folder for sockets that only this user can enter.

    A run folder's path can exceed the 107 bytes that a socket's may have, hence a short one.
    Where somebody else has made it first, one with a name that cannot be known before.
    """
    path = Path(_SHORT) / f"lftui-{os.getuid()}"
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    facts = path.lstat()
    ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid()
    if ours and stat.S_IMODE(facts.st_mode) == 0o700:
        _sweep(path)
        return path
    return Path(tempfile.mkdtemp(prefix=f"lftui-{os.getuid()}-", dir=_SHORT))


def _sweep(folder: Path) -> None:
    """Remove sockets at which nobody listens any more: of supervisors that were killed.

    A probe of another type is refused by a socket that lives, and never reaches its supervisor: to
    that one it would be a console that comes and goes, and an unwatched run would be held for it.
    """
    for path in folder.glob("*.sock"):
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe,
            contextlib.suppress(OSError),
        ):
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)


class Client:
    """A console at the socket: a bounded queue, so that a slow one slows nobody."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.number = number
        self.name = f"console {number}"
        self.reader = reader
        self._writer = writer
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._missed_from = 0
        self._has_state = False
        self._more = asyncio.Event()

    def offer(self, line: bytes, seq: int) -> None:
        """Send a record, or queue it behind others that wait; a full queue is given up, and the
        client told of the gap later."""
        if self._missed_from:
            return
        if self._has_state and not self._queue and self._takes_more():
            # At once: while this process folds the record, the console may do so as well.
            self._writer.write(line)
            return
        if self._queued + len(line) > QUEUE_BYTES:
            self._missed_from = seq
            self._more.set()
            return
        self._queue.append(line)
        self._queued += len(line)
        self._more.set()

    def _takes_more(self) -> bool:
        transport = self._writer.transport
        return not transport.is_closing() and transport.get_write_buffer_size() == 0

    async def write(self, snapshot: Snapshot) -> None:
        """Send what is queued, for as long as the client takes it."""
        await self._send_snapshot(snapshot)
        while True:
            await self._more.wait()
            self._more.clear()
            while self._queue:
                line = self._queue.popleft()
                self._queued -= len(line)
                self._writer.write(line)
                await self._writer.drain()
            if self._missed_from:
                await self._catch_up(snapshot)

    async def _catch_up(self, snapshot: Snapshot) -> None:
        """After a gap: say what was missed, and send the folded state, in which nothing misses."""
        missed, self._missed_from = self._missed_from, 0
        _, upto = snapshot()
        gap = Gap(
            what="records",
            reason="this console read too slowly",
            from_seq=missed,
            to_seq=upto,
            count=upto - missed + 1,
        )
        self._writer.write(encode(gap))
        await self._send_snapshot(snapshot)

    async def _send_snapshot(self, snapshot: Snapshot) -> None:
        state, upto = snapshot()
        # What is queued is in the state already.
        self._queue.clear()
        self._queued = 0
        self._writer.write(encode(Checkpoint(upto_seq=upto, state=msgspec.Raw(state))))
        self._has_state = True
        await self._writer.drain()

    def close(self) -> None:
        """Let go of the connection."""
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.close()


class Server:
    """Serves one run.

    Args:
        path: where the socket is made.
        snapshot: the folded state, encoded, and the number of the last record in it.
        obey: is called with each command and the client that sends it.
        changed: is called when the number of clients changes.
    """

    def __init__(
        self,
        path: Path,
        snapshot: Snapshot,
        obey: Callable[[Command, Client], None],
        changed: Callable[[], None],
    ) -> None:
        self.path = path
        self._snapshot = snapshot
        self._obey = obey
        self._changed = changed
        self.clients: dict[int, Client] = {}
        self._numbered = 0
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to listen; only this user can connect."""
        previous = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(
                self._serve, path=str(self.path), limit=_COMMAND_LIMIT
            )
        finally:
            os.umask(previous)
        self.path.chmod(0o600)

    def broadcast(self, line: bytes, seq: int) -> None:
        """Offer a record to every client."""
        for client in self.clients.values():
            client.offer(line, seq)

    async def close(self, drain_s: float = 1.0) -> None:
        """Stop listening; what is queued goes out if the clients take it in time."""
        if self._server is None:
            return
        self._server.close()
        deadline = asyncio.get_running_loop().time() + drain_s
        while any(client._queue for client in self.clients.values()):
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(0.01)
        for client in list(self.clients.values()):
            client.close()
        self.path.unlink(missing_ok=True)
        if self.path.parent.name != f"lftui-{os.getuid()}":
            with contextlib.suppress(OSError):
                self.path.parent.rmdir()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _same_user(writer.get_extra_info("socket")):
            writer.close()
            return
        self._numbered += 1
        client = Client(self._numbered, reader, writer)
        self.clients[client.number] = client
        self._changed()
        writing = asyncio.create_task(client.write(self._snapshot))
        reading = asyncio.create_task(self._read(client))
        try:
            await asyncio.wait([writing, reading], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (writing, reading):
                task.cancel()
            await asyncio.gather(writing, reading, return_exceptions=True)
            self.clients.pop(client.number, None)
            client.close()
            self._changed()

    async def _read(self, client: Client) -> None:
        while True:
            try:
                line = await client.reader.readline()
            except (OSError, ValueError):
                return
            if not line.endswith(b"\n"):
                return
            try:
                command = decode_command(line)
            except BadLine as error:
                client.offer(encode(Refused(command_id="", reason=str(error))), 0)
                continue
            self._obey(command, client)


def _same_user(connection: socket.socket | None) -> bool:
    """Whether the peer runs as this user (Linux's `SO_PEERCRED`)."""
    option = getattr(socket, "SO_PEERCRED", None)
    if connection is None or option is None:
        return True  # the folder's and the socket's modes stand alone
    _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, option, 12))
    return bool(uid == os.getuid())

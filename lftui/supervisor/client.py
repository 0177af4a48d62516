"""A console's end of the socket: records in, commands out."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from lftui.plan import PlanError
from lftui.records import AnyRecord, Checkpoint, Command, decode_record, encode
from lftui.run_state import RunState
from lftui.supervisor.generator_link import LINE_LIMIT

_CLOSE_S = 1.0


class Connection:
    """A connection to a live run's supervisor. `state` follows every record received."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._prefix = f"{secrets.token_hex(4)}-"
        self.state = RunState()

    @classmethod
    async def to(cls, path: str | Path) -> Connection:
        """Connect.

        Raises:
            PlanError: nobody listens there.
        """
        try:
            reader, writer = await asyncio.open_unix_connection(str(path), limit=LINE_LIMIT)
        except OSError as error:
            raise PlanError(
                f"the run's supervisor does not answer at {path}: {error.strerror or error}"
            ) from None
        return cls(reader, writer)

    async def records(self) -> AsyncIterator[AnyRecord]:
        """Each record, folded into `state` already; ends when the supervisor is gone."""
        while True:
            try:
                line = await self._reader.readline()
            except (OSError, ValueError):
                return
            if not line.endswith(b"\n"):
                return
            record = decode_record(line)
            if isinstance(record, Checkpoint) and not record.file:
                self.state = msgspec.json.decode(record.state, type=RunState)
            else:
                self.state.apply(record)
            yield record

    def send(self, command: Command) -> str:
        """Send a command; the id that its answer will carry."""
        number = f"{self._prefix}{next(self._numbers)}"
        if self._writer.is_closing():
            return number  # nobody is there to answer
        self._writer.write(encode(msgspec.structs.replace(command, id=number)))
        return number

    async def close(self) -> None:
        """Let go; the run goes on. What was sent goes out, where it is taken within a second."""
        self._writer.close()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._writer.wait_closed()
        except TimeoutError:
            self._writer.transport.abort()
        except OSError:
            pass  # the other end went first

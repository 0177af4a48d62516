"""The book of a run: every record numbered, folded, journaled and passed on, in one order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable

import msgspec

from lftui.records import (
    AnyRecord,
    BadLine,
    Checkpoint,
    Finished,
    Loaded,
    Logged,
    decode_record,
    encode,
    with_seq,
)
from lftui.run_state import RunState
from lftui.safe_text import redact_url, safe_line
from lftui.supervisor.checkpoint_file import CHECKPOINT
from lftui.supervisor.glance import glance
from lftui.supervisor.journal import Journal, JournalError
from lftui.supervisor.log_file import GENERATOR_LOG, append_log, log_line
from lftui.supervisor.packing import pack
from lftui.supervisor.store import RunFile, RunFolder


class Book:
    """Keeps a run's records.

    Until `open` they are only folded and remembered: whether there will be a run is not known
    before the locustfile is loaded.

    Args:
        on_record: is called with each record once it is folded into `state`.
    """

    def __init__(self, on_record: Callable[[AnyRecord], None]) -> None:
        self.state = RunState()
        self.folder: RunFolder | None = None
        self.run_file: RunFile | None = None
        self.missing = 0
        self.pass_on: Callable[[bytes, int], None] = lambda line, seq: None
        self._on_record = on_record
        self._early: list[bytes] = []
        self._journal: Journal | None = None
        self._log: Journal | None = None
        self._seq = 0
        self.heard = time.monotonic()

    def open(self, folder: RunFolder, run_file: RunFile, first: AnyRecord) -> None:
        """Begin the journal with `first`; what came before follows it, in its order."""
        self.folder, self.run_file = folder, run_file
        folder.write(run_file)
        self._journal = Journal(folder.journal)
        self._log = Journal(folder.path / GENERATOR_LOG)
        self.state = RunState()
        self.say(first)
        early, self._early = self._early, []
        for line in early:
            self._number(line, decode_record(line))

    def say(self, record: AnyRecord) -> None:
        """Write a record of the supervisor's own."""
        if not record.wall:
            record = msgspec.structs.replace(record, wall=time.time(), mono=time.monotonic())
        self._keep(encode(record), record)

    def take(self, line: bytes) -> AnyRecord | None:
        """A line from the generator; None where it cannot be read."""
        self.heard = time.monotonic()
        try:
            record = decode_record(line)
        except BadLine as error:
            self.say(Logged(source="supervisor", level="error", text=str(error)))
            return None
        if isinstance(record, Loaded):
            # The plan needs the target's URL and the paths as they are; the journal gets neither
            # a password nor a control character.
            host = record.options.get("host")
            shown = {**record.options, "host": None if host is None else redact_url(str(host))}
            files = [safe_line(path) for path in record.files]
            line = encode(msgspec.structs.replace(record, options=shown, files=files))
        self._keep(line, record)
        return record

    def _keep(self, line: bytes, record: AnyRecord) -> None:
        if self._journal is None:
            self._early.append(line)
            self.state.apply(record)
            self._on_record(record)
        else:
            self._number(line, record)

    def _number(self, line: bytes, record: AnyRecord) -> None:
        assert self._journal is not None
        self._seq += 1
        line = with_seq(line, self._seq)
        record = msgspec.structs.replace(record, seq=self._seq)
        self._journal.append(line)
        if isinstance(record, Logged) and self._log is not None:
            self._log.append(log_line(record))
        # Before it is folded here, which takes 20 ms of a tick of a thousand endpoints.
        self.pass_on(line, self._seq)
        self.state.apply(record)
        self._on_record(record)

    def snapshot(self) -> tuple[bytes, int]:
        """The folded state, encoded, and the number of the last record in it."""
        return msgspec.json.encode(self.state), self.state.last_seq

    @property
    def failure(self) -> str | None:
        """Why the journal cannot be written now; None when it can."""
        return self._journal.failure if self._journal is not None else None

    async def checkpoint(self) -> None:
        """Keep the folded state beside the journal, and say so in it."""
        assert self._journal is not None
        assert self.folder is not None
        if not self._journal.exact:
            return  # where the state's records end in the file is not known
        state, upto = self.snapshot()
        offset = self._journal.appended
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(None, self.folder.write_checkpoint, state, upto, offset)
        except OSError as error:
            text = f"no checkpoint could be written: {error.strerror}"
            self.say(Logged(source="supervisor", level="warning", text=text))
            return
        self.say(Checkpoint(upto_seq=upto, offset=offset, file=CHECKPOINT))

    async def close(self) -> None:
        """Write what is left to the disk, the facts to `run.json`, and compress the journal."""
        loop = asyncio.get_running_loop()
        for journal in (self._journal, self._log):
            if journal is not None:
                await loop.run_in_executor(None, journal.close)
        self.missing = self._journal.missing if self._journal is not None else 0
        if self.folder is None or self.run_file is None or self.state.finished is None:
            return
        await loop.run_in_executor(None, self._last_checkpoint)
        if self._write_end(self.folder, self.run_file, self.state.finished):
            await loop.run_in_executor(None, self._pack)

    def _last_checkpoint(self) -> None:
        """Keep the whole run folded, so that nobody has to fold it again. In a thread; the journal
        ends with `Finished` and says nothing of it."""
        assert self.folder is not None
        assert self._journal is not None
        if self.missing or not self._journal.exact or self.state.last_tick_s is None:
            return
        # It only saves time.
        with contextlib.suppress(OSError):
            self.folder.write_checkpoint(*self.snapshot(), self._journal.appended)

    def _write_end(self, folder: RunFolder, run_file: RunFile, finished: Finished) -> bool:
        """Write to `run.json` how the run ended; whether the disk took it."""
        run_file.ended_at = time.time()
        run_file.end_reason = finished.reason
        run_file.message = finished.message
        run_file.exit_code = finished.exit_code
        run_file.facts = glance(self.state)
        try:
            folder.write(run_file)
        except OSError:
            return False  # the journal says the same, and `lftui runs` reads it
        return True

    def _pack(self) -> None:
        """Compress the journal, in a thread. Where that cannot be, the plain one stays."""
        assert self.folder is not None
        if self._journal is None or not self._journal.closed:
            return
        try:
            pack(self.folder.journal)
        except (OSError, JournalError, ImportError) as error:  # or there is no zstd for this Python
            reason = getattr(error, "strerror", None) or error
            text = f"the journal stays as it is and was not compressed: {reason}"
            append_log(self.folder.path, "warning", text)


def process_facts() -> tuple[int, float]:
    """This process's number and when it began."""
    from lftui.supervisor.store import started_at

    return os.getpid(), started_at(os.getpid())

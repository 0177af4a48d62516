"""The runs directory: one folder a run, found again by id, by the beginning of it, or as `last`."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from lftui.plan import PlanError
from lftui.records import AnyRecord, Tick
from lftui.run_state import RunState
from lftui.supervisor.checkpoint_file import CHECKPOINT, encode_checkpoint, read_checkpoint
from lftui.supervisor.journal import JournalError, read_journal
from lftui.supervisor.journal_file import (
    JOURNAL,
    form_of,
    has_journal,
    is_journal_name,
    text_length,
)

RUN_FILE = "run.json"
_TAIL = 4 << 20

Status = Literal["live", "finished", "interrupted"]


class RunFile(msgspec.Struct, kw_only=True):
    """What `run.json` says: how to reach a live run, and the facts of a stored one at a glance."""

    id: str
    schema: str = "lftui.run/1"
    pid: int = 0
    pid_started: float = 0.0
    generator_pid: int = 0
    socket: str = ""
    started_at: float = 0.0
    ended_at: float | None = None
    scenario: str = ""
    host: str | None = None
    shape: str = ""
    operator: str = ""
    plan: dict[str, Any] = {}
    end_reason: str | None = None
    message: str = ""
    exit_code: int | None = None
    facts: dict[str, Any] = {}


def runs_directory(option: str | None, environment: Mapping[str, str]) -> Path:
    """Where runs are kept: the option, `LFTUI_RUNS_DIR`, or the platform's state directory."""
    chosen = option or environment.get("LFTUI_RUNS_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_state_path

    return user_state_path("lftui") / "runs"


class RunFolder:
    """One run's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        """The run's id, which is the folder's name."""
        return self.path.name

    @property
    def journal(self) -> Path:
        """The journal, under the name that it has now: it is compressed when the run is over."""
        return form_of(self.path / JOURNAL)

    @property
    def exports(self) -> Path:
        """Where exports go that were given no place."""
        return self.path / "exports"

    def read(self) -> RunFile:
        """What `run.json` says.

        Raises:
            PlanError: it is missing or cannot be read.
        """
        try:
            return msgspec.json.decode((self.path / RUN_FILE).read_bytes(), type=RunFile)
        except OSError as error:
            raise PlanError(f"{self.path / RUN_FILE} cannot be read: {error.strerror}") from None
        except msgspec.MsgspecError as error:
            raise PlanError(f"{self.path / RUN_FILE} is damaged: {error}") from None

    def write(self, run: RunFile) -> None:
        """Write `run.json`, whole or not at all."""
        text = msgspec.json.format(msgspec.json.encode(run), indent=2)
        write_whole(self.path / RUN_FILE, text + b"\n")

    def status(self, run: RunFile) -> Status:
        """Whether the run goes on, has ended in order, or was torn off."""
        if run.ended_at is not None:
            return "finished"
        return "live" if is_running(run.pid, run.pid_started) else "interrupted"

    def records(self) -> Iterator[AnyRecord]:
        """All records, to the journal's last whole line."""
        return read_journal(self.journal)

    def fold(self) -> RunState:
        """The run's state: the newest checkpoint that fits, and the rest of the journal."""
        state, offset = self.checkpoint()
        for record in read_journal(self.journal, offset):
            state.apply(record)
        return state

    def write_checkpoint(self, state: bytes, upto_seq: int, offset: int) -> None:
        """Keep the folded state (encoded) beside the journal."""
        write_whole(self.path / CHECKPOINT, encode_checkpoint(state, upto_seq, offset))

    def checkpoint(self) -> tuple[RunState, int]:
        """The newest state that is kept beside the journal, and the journal's offset behind it."""
        found = read_checkpoint(self.path)
        # It only saves time: without one that fits the whole journal is folded, and whoever reads
        # it says what is wrong with it.
        with contextlib.suppress(JournalError):
            if found is not None and found[1] <= text_length(self.journal):
                return found
        return RunState(), 0

    def last_tick(self) -> Tick | None:
        """The newest tick, read from the journal's end.

        Raises:
            JournalError: the journal cannot be read.
        """
        newest: Tick | None = None
        offset = max(0, text_length(self.journal) - _TAIL)
        for number, record in enumerate(read_journal(self.journal, offset)):
            if isinstance(record, Tick) and (number or not offset):
                newest = record
        return newest


class Store:
    """All runs below one directory."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self, scenario: str, now: float) -> RunFolder:
        """A new, empty run folder; nothing that exists is ever overwritten.

        Raises:
            PlanError: the directory cannot be written.
        """
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", Path(scenario).stem).strip("-")[:40] or "run"
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            for _ in range(100):
                folder = self.path / f"{stamp}-{name}-{secrets.token_hex(2)}"
                with contextlib.suppress(FileExistsError):
                    folder.mkdir(mode=0o700)
                    return RunFolder(folder)
        except OSError as error:
            raise PlanError(
                f"runs cannot be kept in {self.path}: {error.strerror}; "
                "name another place with --runs-dir"
            ) from None
        raise PlanError(f"no free name for a run in {self.path}")

    def all(self) -> list[RunFolder]:
        """Every run, newest first; none where there is no directory yet.

        Raises:
            PlanError: the directory cannot be read.
        """
        try:
            names = [name for name in os.listdir(self.path) if not name.startswith(".")]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise PlanError(
                f"the runs in {self.path} cannot be read: {(error.strerror or '').lower()}; "
                "name another place with --runs-dir"
            ) from None
        found = (self.path / name for name in sorted(names, reverse=True))
        # A folder that may not be looked into is a run as well: reading it says what is wrong.
        return [RunFolder(path) for path in found if _may_be_run(path)]

    def newest(self, count: int) -> list[RunFolder]:
        """So many of the newest runs; none where the directory cannot be read.

        For offers and guesses, which do without.
        """
        with contextlib.suppress(PlanError):
            return self.all()[:count]
        return []

    def find(self, reference: str) -> RunFolder:
        """The run of this id, of an id that begins so, of this path, or the `last` one.

        Raises:
            PlanError: there is none, or more than one.
        """
        path = Path(reference).expanduser()
        if is_journal_name(path.name):
            path = path.parent
        if has_journal(path):
            return RunFolder(path.absolute())
        runs = self.all()
        if reference in ("last", "latest"):
            if not runs:
                raise PlanError(f"there are no runs in {self.path}")
            return runs[0]
        fitting = [run for run in runs if run.id.startswith(reference)]
        exact = [run for run in fitting if run.id == reference]
        if len(exact or fitting) == 1:
            return (exact or fitting)[0]
        if fitting:
            raise PlanError(f"'{reference}' fits {len(fitting)} runs; give more of the id")
        raise PlanError(f"no run '{reference}' in {self.path}; `lftui runs` lists them")

    def live(self, reference: str | None) -> RunFolder:
        """The live run meant; without a reference the only one.

        Raises:
            PlanError: there is none, or it is not clear which, or it is over.
        """
        if reference is not None:
            folder = self.find(reference)
            status = folder.status(folder.read())
            if status != "live":
                raise PlanError(f"the run {folder.id} is {status}, not live; see `lftui report`")
            return folder
        live = [run for run in self.all() if _is_live(run)]
        if len(live) == 1:
            return live[0]
        if not live:
            raise PlanError(f"no live run in {self.path}; `lftui runs` lists the stored ones")
        names = ", ".join(run.id for run in live)
        raise PlanError(f"{len(live)} runs are live; say which: {names}")


def _is_live(folder: RunFolder) -> bool:
    """Whether a run goes on; a damaged one is none that could be reached."""
    try:
        return folder.status(folder.read()) == "live"
    except PlanError:
        return False


def _may_be_run(path: Path) -> bool:
    try:
        return (path / RUN_FILE).is_file()
    except PermissionError:
        return True
    except OSError:
        return False


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or as it was."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def started_at(pid: int) -> float:
    """When a process began, in seconds of its machine's clock; 0 where it is not there."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return 0.0
        return float(process.create_time())
    except (psutil.Error, OSError):
        return 0.0


def is_running(pid: int, began: float) -> bool:
    """Whether this very process is there: the same number, begun at the same time."""
    now = started_at(pid) if pid > 0 else 0.0
    return now > 0 and abs(now - began) < 1.0

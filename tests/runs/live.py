"""Real runs for tests: started, followed through their journals, waited for, and cleaned up."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil

from lftui.records import (
    Acked,
    AnyRecord,
    ExceptionSeen,
    Finished,
    Logged,
    Marked,
    Refused,
    Tick,
    decode_record,
)
from lftui.run_state import RunState
from lftui.supervisor.journal_file import JOURNAL, has_journal, read_text

REPOSITORY = Path(__file__).parents[2]
LFTUI = (sys.executable, "-m", "lftui")
# No time is measured here: the limit only ends a test that is broken.
WAIT_S = 60.0
EXPORTS = (REPOSITORY / "lftui" / "reports" / "write.py").is_file()

Kind = TypeVar("Kind")


def wait_for(condition: Callable[[], Kind], what: str = "", timeout_s: float = WAIT_S) -> Kind:
    """Poll until the condition holds; what it returned then."""
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"never came to hold: {what or condition}"
        time.sleep(0.02)
    return found


def text_of(folder: Path, offset: int = 0) -> bytes:
    """The text of a run's journal from an offset on, compressed or not."""
    return b"".join(read_text(folder / JOURNAL, offset))


def read_journal(folder: Path) -> list[AnyRecord]:
    """All records of a journal that is whole: every line ends and can be read, none is missing."""
    data = text_of(folder)
    assert data.endswith(b"\n"), "the journal's last line is torn"
    records = [decode_record(line) for line in data.splitlines()]
    numbers = [record.seq for record in records if record.seq]
    assert numbers == list(range(1, len(numbers) + 1)), "records are missing in the journal"
    return records


def only(records: Sequence[AnyRecord], kind: type[Kind]) -> list[Kind]:
    """The records of one kind."""
    return [record for record in records if isinstance(record, kind)]


def fold(records: Sequence[AnyRecord]) -> RunState:
    """The state that the records add up to."""
    state = RunState()
    for record in records:
        state.apply(record)
    return state


@dataclass(frozen=True)
class Done:
    """What a command left behind.

    Attributes:
        code: the exit code.
        out, err: what it wrote.
        folder: the folder of its run; None where there is none.
    """

    code: int
    out: str
    err: str
    folder: Path | None

    @property
    def records(self) -> list[AnyRecord]:
        """The run's whole journal."""
        assert self.folder is not None, f"no run was kept:\n{self.said}"
        return read_journal(self.folder)

    @property
    def state(self) -> RunState:
        """The run's last state."""
        return fold(self.records)

    @property
    def finished(self) -> Finished:
        """The run's last word, of which there is one."""
        last = self.records[-1]
        assert isinstance(last, Finished), last
        assert len(only(self.records, Finished)) == 1
        return last

    @property
    def said(self) -> str:
        """Both streams, for the message of a failed test."""
        return f"exit code {self.code}\n{self.out[-3000:]}\n{self.err[-3000:]}"


class Background:
    """A command that goes on, and what it says."""

    def __init__(self, process: subprocess.Popen[bytes], out: Path, err: Path) -> None:
        self.process = process
        self._out, self._err = out, err

    @property
    def said(self) -> str:
        """Both streams, so far."""
        return f"{_text(self._out)}{_text(self._err)}"

    def wait(self, timeout_s: float = WAIT_S) -> int:
        """Wait for its end; the exit code."""
        return self.process.wait(timeout_s)


class Live:
    """A run that goes on: its process, and its journal as it grows."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, out: Path, err: Path):
        self.process = process
        self.folder = folder
        self.state = RunState()
        self.records: list[AnyRecord] = []
        self._out, self._err = out, err
        self._offset = 0

    @property
    def run_file(self) -> dict[str, Any]:
        """What `run.json` says now."""
        found: dict[str, Any] = json.loads((self.folder / "run.json").read_bytes())
        return found

    @property
    def err(self) -> str:
        """What it has written to standard error so far."""
        return _text(self._err)

    @property
    def generator(self) -> psutil.Process:
        """The generator's process."""
        return psutil.Process(self.run_file["generator_pid"])

    def read(self) -> RunState:
        """Take in what is new in the journal; the state with it."""
        data = text_of(self.folder, self._offset)
        whole = data.rfind(b"\n") + 1
        self._offset += whole
        for line in data[:whole].splitlines():
            record = decode_record(line)
            self.records.append(record)
            self.state.apply(record)
        return self.state

    def wait_state(self, condition: Callable[[RunState], object], what: str = "") -> RunState:
        """Wait until the state, as the journal tells it, is so."""
        wait_for(lambda: condition(self.read()), what or "a state of the run")
        return self.state

    def wait_record(
        self, kind: type[Kind], condition: Callable[[Kind], object] = lambda record: True
    ) -> Kind:
        """Wait until the journal has a record of this kind for which the condition holds."""
        seen = 0

        def found() -> Kind | None:
            nonlocal seen
            self.read()
            new, seen = self.records[seen:], len(self.records)
            return next((r for r in new if isinstance(r, kind) and condition(r)), None)

        record = wait_for(found, f"a {kind.__name__} in the journal")
        assert record is not None
        return record

    def wait_tick(self, condition: Callable[[Tick], object] = lambda tick: True) -> Tick:
        """Wait for a tick that is newer than all that have been read."""
        self.read()
        last = self.state.last_seq
        return self.wait_record(Tick, lambda tick: tick.seq > last and condition(tick))

    def wait_requests(self, more: int) -> None:
        """Wait until the run has counted so many more requests."""
        before = self.read().total.count
        self.wait_state(lambda state: state.total.count >= before + more, f"{more} more requests")

    def signal(self, number: signal.Signals) -> None:
        """Send the supervisor a signal."""
        self.process.send_signal(number)

    def wait(self, timeout_s: float = WAIT_S) -> Done:
        """Wait for the end of the run."""
        code = self.process.wait(timeout_s)
        return Done(code, _text(self._out), _text(self._err), self.folder)


class Lftui:
    """The command, with a runs directory, a home and a working folder of its own.

    Attributes:
        folder: the working folder.
        runs: the runs directory.
    """

    def __init__(self, folder: Path, host: str, on: Sequence[str] = ()) -> None:
        """`host` is the target's; `on` are words before each command, which become it."""
        self.folder = folder
        self.runs = folder / "runs"
        self._host = host
        self._on = on
        self._home = folder / "home"
        self._home.mkdir()
        self._started: list[subprocess.Popen[bytes]] = []
        self._numbered = 0

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of a process, without options of ours or of Locust's."""
        ours = ("LOCUST_", "LFTUI_", "PYTEST_", "COV_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        env |= {
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(self._home),
            "LFTUI_RUNS_DIR": str(self.runs),
        }
        return env | dict(more or {})

    def script(self, text: str, name: str = "locustfile.py") -> Path:
        """Write a locustfile; its path."""
        path = self.folder / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def arguments(self, script: Path, options: str) -> list[str]:
        """The words of a headless run on the target."""
        given = options.split()
        hosted = [] if "-H" in given else ["-H", self._host]
        return ["--headless", "-f", str(script), *hosted, *given]

    def command(self, *words: str, timeout_s: float = WAIT_S, **env: str) -> Done:
        """Run a command to its end."""
        out, err = self._outputs()
        process = self._popen(words, out, err, env)
        code = process.wait(timeout_s)
        return Done(code, _text(out), _text(err), self._newest(process.pid))

    def run(self, script: Path, options: str, timeout_s: float = WAIT_S, **env: str) -> Done:
        """Run the scenario on the target, headless, to its end."""
        words = self.arguments(script, options)
        return self.command(*words, timeout_s=timeout_s, **env)

    def begin(self, script: Path, options: str, **env: str) -> Live:
        """Start the scenario on the target, headless; back as soon as there is a journal."""
        out, err = self._outputs()
        return self.follow(self._popen(self.arguments(script, options), out, err, env), out, err)

    def follow(
        self, process: subprocess.Popen[bytes], out: Path | None = None, err: Path | None = None
    ) -> Live:
        """The run of a supervisor that was started; back as soon as there is a journal."""
        nowhere = Path(os.devnull)
        err = err or nowhere
        folder = wait_for(lambda: self._live_folder(process, err), "a run folder")
        return Live(process, folder, out or nowhere, err)

    def spawn(self, script: Path, options: str, **env: str) -> subprocess.Popen[bytes]:
        """Start the scenario on the target, headless; back at once."""
        return self._popen(self.arguments(script, options), *self._outputs(), env)

    def start(self, script: Path, options: str, **env: str) -> Live:
        """As `begin`; back as soon as requests are counted."""
        live = self.begin(script, options, **env)
        live.wait_state(lambda state: state.total.count, "the first requests")
        return live

    def background(self, *words: str, **env: str) -> Background:
        """Start a command; back at once."""
        out, err = self._outputs()
        return Background(self._popen(words, out, err, env), out, err)

    def stored(self) -> list[dict[str, Any]]:
        """The rows of `lftui runs --json`."""
        done = self.command("runs", "--json")
        assert done.code == 0, done.said
        rows: list[dict[str, Any]] = json.loads(done.out)
        return rows

    def clean_up(self) -> None:
        """End what this test has started and what is still there of it."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()
        for path in self.runs.glob("*/run.json"):
            with contextlib.suppress(OSError, ValueError, KeyError, psutil.Error):
                self._end_generator(json.loads(path.read_bytes())["generator_pid"])

    def _end_generator(self, pid: int) -> None:
        """End a generator; never a process that merely has its number now."""
        process = psutil.Process(pid)
        if "lftui.runner" in process.cmdline():
            os.killpg(pid, signal.SIGKILL)

    def _popen(
        self, words: Sequence[str], out: Path, err: Path, env: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                [*self._on, *LFTUI, *words],
                cwd=self.folder,
                env=self.environment(env),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def _outputs(self) -> tuple[Path, Path]:
        self._numbered += 1
        return self.folder / f"{self._numbered}.out", self.folder / f"{self._numbered}.err"

    def _live_folder(self, process: subprocess.Popen[bytes], err: Path) -> Path | None:
        assert process.poll() is None, f"it ended before its run began:\n{_text(err)}"
        return self._newest(process.pid)

    def _newest(self, pid: int) -> Path | None:
        """The folder of the run that this supervisor has begun."""
        for path in self.runs.glob("*/run.json"):
            run = json.loads(path.read_bytes())
            if not has_journal(path.parent):
                continue
            if run.get("pid") == pid:
                return path.parent
            if not run.get("pid") and _started_by(path.parent) == pid:
                return path.parent  # a run whose locustfile could not be loaded
        return None


def _started_by(folder: Path) -> int:
    first = text_of(folder).splitlines()[:1]
    return int(json.loads(first[0]).get("pid", 0)) if first else 0


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def logs(records: Sequence[AnyRecord], source: str) -> list[str]:
    """The texts that a source has logged."""
    return [record.text for record in only(records, Logged) if record.source == source]


def exceptions(records: Sequence[AnyRecord]) -> dict[str, int]:
    """The locustfile's exceptions by message, and how often each was raised."""
    state = fold(records)
    return {one.message: one.count for one in state.exceptions.values()}


def exact(records: Sequence[AnyRecord]) -> int:
    """The requests that the run knows to have sent: those counted and those cut off at the end."""
    state = fold(records)
    assert state.finished is not None
    return state.total.count + state.finished.cut_in_flight


__all__ = [
    "EXPORTS", "LFTUI", "REPOSITORY", "WAIT_S", "Acked", "Background", "Done", "ExceptionSeen", "Finished", "Lftui",
    "Live", "Logged", "Marked", "Refused", "RunState", "Tick", "exact", "exceptions", "fold",
    "logs", "only", "read_journal", "text_of", "wait_for",
]  # fmt: skip

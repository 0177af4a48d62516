"""The stored runs: list, read, judge, export, note, compare, promote, delete. Off the loop."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from lftui.baseline import NAME, baseline_text
from lftui.judge.comparison import Comparison
from lftui.judge.verdict import Verdict, judge
from lftui.plan import PlanError
from lftui.records import Marked, encode
from lftui.reports.trend import TrendPoint
from lftui.run_state import RunState
from lftui.runs.row import RunRow, rows_of
from lftui.runs.trend import said_series, trend_of
from lftui.safe_text import Redactor
from lftui.supervisor.facts import operator
from lftui.supervisor.journal import JournalError
from lftui.supervisor.packing import adding
from lftui.supervisor.removal import remove_run, sweep
from lftui.supervisor.store import Store, runs_directory

_Result = TypeVar("_Result")


class Told(msgspec.Struct, frozen=True):
    """A run read whole, with the judge's word."""

    folder: str
    state: RunState
    verdict: Verdict


class Trend(msgspec.Struct, frozen=True):
    """The finished runs of one scenario and target, oldest first; "" for a locustfile's host."""

    scenario: str
    host: str
    points: list[TrendPoint]


class Promotion(msgspec.Struct, frozen=True):
    """A run as a baseline, before it is written.

    Attributes:
        path: the file it would become.
        changes: what would differ, a line each.
        notes: what to know about it.
        doubts: why it would be no good baseline; none where it would.
        text: the file.
    """

    path: str
    replaces: bool
    changes: list[str]
    notes: list[str]
    doubts: list[str]
    text: str


class Shelf:
    """Every method works in a thread: a journal of a day takes its seconds.

    Raises:
        PlanError: what was asked for cannot be done; one sentence.
    """

    def __init__(self, folder: Path, runs_dir: str | None = None) -> None:
        self._here = folder
        self._option = runs_dir

    @property
    def store(self) -> Store:
        """Where the runs are."""
        if self._option is None:
            from lftui.settings import read_settings

            try:
                self._option = read_settings(None, self._here).runs_dir
            except PlanError:
                self._option = None  # said by whoever needs more of the settings
        return Store(runs_directory(self._option, os.environ))

    async def rows(self) -> list[RunRow]:
        """Every run; live and interrupted ones on top, then the newest first."""
        return await _aside(lambda: rows_of(self.store))

    async def tell(self, run: str) -> Told:
        """A run folded and judged."""

        def read() -> Told:
            folder = self.store.find(run)
            state = folder.fold()
            return Told(str(folder.path), state, judge(state))

        return await _aside(read)

    async def export(
        self, run: str, wanted: dict[str, str], replace: bool = True
    ) -> tuple[list[str], list[str]]:
        """Write exports; the paths written, and a sentence for each that could not be.

        Args:
            wanted: the file (or prefix) of each form (`lftui.export_formats`).
            replace: files that are there are replaced; else they stay, and a sentence says so.
        """

        def write() -> tuple[list[str], list[str]]:
            from lftui.exporting import export_run

            folder = self.store.find(run)
            for path in wanted.values():
                Path(path).expanduser().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return export_run(folder, wanted, replace)

        return await _aside(write)

    def exports_folder(self, run: str) -> Path:
        """Where exports go that are given no other place."""
        return self.store.find(run).exports

    async def delete(self, run: str) -> None:
        """Delete a run that is over, with everything in its folder."""

        def remove() -> None:
            store = self.store
            sweep(store)
            remove_run(store.find(run))

        await _aside(remove)

    async def trend(self, run: str) -> Trend:
        """The finished runs of this one's scenario and target."""

        def read() -> Trend:
            store = self.store
            found = store.find(run).read()
            return Trend(*said_series(found), trend_of(store, found))

        return await _aside(read)

    async def note(self, run: str, text: str) -> None:
        """Write a note into the journal of a run that is over."""

        def write() -> None:
            folder = self.store.find(run)
            if folder.status(folder.read()) == "live":
                raise PlanError(f"the run {folder.id} is live; open it and press m")
            words = Redactor.from_environment(os.environ).block(text)
            with adding(folder.journal) as add:
                state = folder.fold()  # within, so that no other note gets the same number
                mark = Marked(
                    type="note",
                    text=words,
                    who=operator(os.environ),
                    seq=state.last_seq + 1,
                    wall=time.time(),
                    mono=state.last_s,
                )
                add(encode(mark))

        await _aside(write)

    async def compare(self, before: str, now: str) -> Comparison:
        """The second run against the first."""

        def read() -> Comparison:
            from lftui.judge.comparison import compare_runs

            return compare_runs(self.store.find(before).fold(), self.store.find(now).fold())

        return await _aside(read)

    async def promotion(self, run: str, path: str = "") -> Promotion:
        """What it would be to make a run the baseline; nothing is written."""

        def read() -> Promotion:
            from lftui.baseline import read_baseline
            from lftui.judge.comparison.promotion import doubts, promoted
            from lftui.reports.baseline import change_lines

            file = Path(path or self._here / NAME).expanduser()
            state = self.store.find(run).fold()
            existing = read_baseline(file) if file.exists() and file.stat().st_size else None
            embedded = (state.started.baseline if state.started is not None else None) or {}
            found = promoted(state, embedded if existing is None else existing)
            changed = change_lines(existing or {}, found.document, whole=existing is not None)
            return Promotion(
                path=str(file),
                replaces=existing is not None,
                changes=changed or ["no figure differs"],
                notes=list(found.notes),
                doubts=doubts(state),
                text=baseline_text(found.document),
            )

        return await _aside(read)

    async def promote(self, promotion: Promotion) -> None:
        """Write it."""

        def write() -> None:
            from lftui.whole_file import write_whole_file

            write_whole_file(Path(promotion.path), promotion.text)

        await _aside(write)


async def _aside(work: Callable[[], _Result]) -> _Result:
    """In a thread, and what goes wrong as a sentence."""
    try:
        return await asyncio.to_thread(work)
    except JournalError as error:
        raise PlanError(str(error)) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise PlanError(f"{where}{(error.strerror or str(error)).lower()}") from None

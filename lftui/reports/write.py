"""Puts the exports into files, each of which is there whole or not at all.

An older file of that name is replaced, as Locust does.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from lftui.records import AnyRecord
from lftui.reports import locust_csv
from lftui.reports.folds import Folds
from lftui.reports.history import HistoryFold
from lftui.reports.locust_json import SUFFIX, locust_json
from lftui.reports.seconds import PerSecondFold
from lftui.reports.summary import summary_text
from lftui.run_state import RunState
from lftui.whole_file import WholeFile, is_device


class Exports(msgspec.Struct, frozen=True):
    """What to write. Paths as given; `json_file` gets Locust's `.json`, `csv_prefix` its four
    names. `csv_full_history` gives each endpoint its rows in the history."""

    summary: str | None = None
    json_file: str | None = None
    csv_prefix: str | None = None
    csv_full_history: bool = False

    def any(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.summary or self.json_file or self.csv_prefix)


class ExportError(Exception):
    """Some exports could not be written; all others were.

    Attributes:
        sentences: what went wrong and what to do, one each.
        written: the paths that were written all the same.
    """

    def __init__(self, sentences: list[str], written: list[Path]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences
        self.written = written


def export(
    records: Iterable[AnyRecord], wanted: Exports, state: RunState | None = None
) -> list[Path]:
    """Write what is wanted of a run, in one pass over its records.

    Args:
        records: all records of the run, from its first; a half run's do.
        wanted: what to write.
        state: the folded state where there is one already; without it the records are folded.

    Returns:
        The paths that were written.

    Raises:
        ExportError: some of them could not be written.
    """
    files = _Files()
    try:
        table = files.begin(wanted.csv_prefix, locust_csv.HISTORY_SUFFIX)
        folds = Folds(state, HistoryFold(wanted.csv_full_history) if table else None)
        if table is None:
            for record in records:
                folds.apply(record)
        else:
            _write_history(table, records, folds)
        _write_rest(files, wanted, folds.state, folds.seconds)
    finally:
        files.drop()
    if files.sentences:
        raise ExportError(files.sentences, files.written)
    return files.written


def _write_history(table: WholeFile, records: Iterable[AnyRecord], folds: Folds) -> None:
    table.add_rows([HistoryFold.header()])
    for record in records:
        if rows := folds.apply(record):
            table.add_rows(rows)
    table.add_rows(folds.finish())
    table.finish()


def _write_rest(files: _Files, wanted: Exports, state: RunState, seconds: PerSecondFold) -> None:
    tables = {
        locust_csv.STATS_SUFFIX: locust_csv.stats_rows(state),
        locust_csv.FAILURES_SUFFIX: locust_csv.failures_rows(state, seconds),
        locust_csv.EXCEPTIONS_SUFFIX: locust_csv.exceptions_rows(state),
    }
    for suffix, rows in tables.items():
        if table := files.begin(wanted.csv_prefix, suffix):
            table.add_rows(rows)
            table.finish()
    if file := files.begin(wanted.json_file, SUFFIX):
        file.add_text(locust_json(state, seconds))
        file.finish()
    if file := files.begin(wanted.summary):
        errors = seconds.errors if state.reset is not None else None
        file.add_text([summary_text(state, errors)])
        file.finish()


class _Files:
    """The files of one export."""

    def __init__(self) -> None:
        self._all: list[WholeFile] = []

    def begin(self, name: str | None, suffix: str = "") -> WholeFile | None:
        """The next file; None where it is not wanted."""
        if not name:
            return None
        file = WholeFile(Path(name + suffix))
        twin = next((one for one in self._all if one.target == file.target), None)
        if twin is not None and not is_device(file.path):
            file.sentence = f"two exports go to {file.path}; give each a name of its own"
        else:
            file.open()
        self._all.append(file)
        return file

    def drop(self) -> None:
        """Remove what is not finished."""
        for file in self._all:
            file.drop()

    @property
    def written(self) -> list[Path]:
        return [file.path for file in self._all if file.finished]

    @property
    def sentences(self) -> list[str]:
        """What went wrong, each thing once."""
        return list(dict.fromkeys(file.sentence for file in self._all if file.sentence))

"""Puts the exports into files, each of which is there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from lftui.export_formats import FORMATS, format_named
from lftui.records import AnyRecord
from lftui.reports import locust_csv
from lftui.reports.history import HistoryFold
from lftui.reports.hlog import HlogFold
from lftui.reports.html import html_report
from lftui.reports.junit import junit_xml
from lftui.reports.locust_figures import Cell
from lftui.reports.locust_json import locust_json
from lftui.reports.markdown import markdown_report
from lftui.reports.seconds import PerSecondFold
from lftui.reports.series import SeriesDocument, SeriesFold
from lftui.reports.steps_csv import STEPS_SUFFIX, steps_rows
from lftui.reports.summary import summary_text
from lftui.reports.told import Told
from lftui.run_state import RunState
from lftui.run_state.adjusting import AdjustedTicks
from lftui.whole_file import WholeFile, is_device

_STREAMED = ("csv", "json_file", "series", "hlog")


class Exports(msgspec.Struct, frozen=True):
    """What to write.

    Attributes:
        files: by the name of the form (`lftui.export_formats`) the path, prefix or name given.
        full_history: each endpoint has its rows in `PREFIX_stats_history.csv`.
        texts: documents that are made elsewhere, by the name of their form.
        replace: a file that is there is replaced; else it stays, and is told.
    """

    files: Mapping[str, str] = {}
    full_history: bool = False
    texts: Mapping[str, str] = {}
    replace: bool = True

    def needs_records(self, state: RunState) -> bool:
        """Whether the folded state is not enough: what goes second by second needs the records."""
        by_second = any(self.files.get(name) for name in _STREAMED)
        return by_second or bool(self.files.get("summary") and state.reset is not None)


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


def export(records: Iterable[AnyRecord], wanted: Exports, told: Told) -> list[Path]:
    """Write what is wanted of a run, in one pass over its records.

    Args:
        records: all records of the run, from its first; none where `needs_records` says so.
        wanted: what to write.
        told: the same records folded and judged.

    Returns:
        The paths that were written.

    Raises:
        ExportError: some of them could not be written.
    """
    files = _Files(wanted)
    try:
        seconds = _write_streams(files, wanted, told, records)
        _write_tables(files, told, seconds)
        _write_documents(files, wanted, told, seconds)
    finally:
        files.drop()
    if files.sentences:
        raise ExportError(files.sentences, files.written)
    return files.written


# --- what is written while the records go by -----------------------------------------------------


class _Fold(Protocol):
    """Makes pieces of a file from the records: rows of CSV, or text."""

    def apply(self, record: AnyRecord) -> list[Any]: ...

    def finish(self) -> list[Any]: ...


class _Stream(msgspec.Struct, frozen=True):
    """A file, what makes its pieces, and what takes them."""

    file: WholeFile
    fold: _Fold
    add: Callable[[Iterable[Any]], None]


def _write_streams(
    files: _Files, wanted: Exports, told: Told, records: Iterable[AnyRecord]
) -> PerSecondFold:
    """Everything that is written second by second; the counts by second for what comes after."""
    seconds = PerSecondFold()
    streams = list(_streams(files, wanted, told))
    adjusted = AdjustedTicks()
    for one in once(records):
        record = adjusted.take(one)
        seconds.apply(record)
        for stream in streams:
            if pieces := stream.fold.apply(record):
                stream.add(pieces)
    for stream in streams:
        stream.add(stream.fold.finish())
        stream.file.finish()
    return seconds


def _streams(files: _Files, wanted: Exports, told: Told) -> Iterator[_Stream]:
    series = SeriesFold(told.state)
    tables: dict[str, HistoryFold | SeriesFold] = {
        locust_csv.HISTORY_SUFFIX: HistoryFold(wanted.full_history),
        "_series.csv": series,
    }
    for suffix, fold in tables.items():
        if file := files.begin("csv", suffix):
            file.add_rows([fold.header()])
            yield _Stream(file, fold, file.add_rows)
    if file := files.begin("series"):
        document = SeriesDocument(told.state, series)
        file.add_text(document.header())
        yield _Stream(file, document, file.add_text)
    if file := files.begin("hlog"):
        log = HlogFold(told.state)
        file.add_lines(log.header())
        yield _Stream(file, log, file.add_lines)


def once(records: Iterable[AnyRecord]) -> Iterator[AnyRecord]:
    """The records without those that came twice; RunState leaves them out, too."""
    last = 0
    for record in records:
        if record.seq:
            if record.seq <= last:
                continue
            last = record.seq
        yield record


# --- what is written of the whole run ------------------------------------------------------------


def _write_tables(files: _Files, told: Told, seconds: PerSecondFold) -> None:
    tables: dict[str, Callable[[], Iterable[Iterable[Cell]]]] = {
        locust_csv.STATS_SUFFIX: lambda: locust_csv.stats_rows(told.state),
        locust_csv.FAILURES_SUFFIX: lambda: locust_csv.failures_rows(told.state, seconds),
        locust_csv.EXCEPTIONS_SUFFIX: lambda: locust_csv.exceptions_rows(told.state),
        STEPS_SUFFIX: lambda: steps_rows(told.state, told.verdict),
    }
    for suffix, rows in tables.items():
        if file := files.begin("csv", suffix):
            file.add_rows(rows())
            file.finish()


def _write_documents(files: _Files, wanted: Exports, told: Told, seconds: PerSecondFold) -> None:
    state, verdict = told.state, told.verdict
    errors = seconds.errors if state.reset is not None else None
    documents: dict[str, Callable[[], Iterable[str]]] = {
        "json_file": lambda: locust_json(state, seconds),
        "summary": lambda: [summary_text(state, verdict, errors)],
        "html": lambda: [html_report(state, verdict, told.trend)],
        "markdown": lambda: [markdown_report(state, verdict)],
        "junit": lambda: [junit_xml(state, verdict)],
        **{name: lambda text=text: [text] for name, text in wanted.texts.items()},  # type: ignore[misc]
    }
    for name, document in documents.items():
        if file := files.begin(name, format_named(name).suffixes[0]):
            file.add_text(document())
            file.finish()


class _Files:
    """The files of one export."""

    def __init__(self, wanted: Exports) -> None:
        self._wanted = wanted
        self._all: list[WholeFile] = []
        self._places: dict[Path, int] = {}

    def begin(self, name: str, suffix: str = "") -> WholeFile | None:
        """The next file; None where it is not wanted."""
        given = self._wanted.files.get(name)
        if not given:
            return None
        file = WholeFile(Path(given + suffix), replace=self._wanted.replace)
        twin = next((one for one in self._all if one.target == file.target), None)
        if twin is not None and not is_device(file.path):
            file.sentence = f"two exports go to {file.path}; give each a name of its own"
        else:
            file.open()
        self._all.append(file)
        self._places.setdefault(file.path, _place(name, suffix))
        return file

    def drop(self) -> None:
        """Remove what is not finished."""
        for file in self._all:
            file.drop()

    @property
    def written(self) -> list[Path]:
        """What is there now, in the order of the forms."""
        return sorted(
            (file.path for file in self._all if file.finished), key=self._places.__getitem__
        )

    @property
    def sentences(self) -> list[str]:
        """What went wrong, each thing once."""
        return list(dict.fromkeys(file.sentence for file in self._all if file.sentence))


def _place(name: str, suffix: str) -> int:
    """Where a file stands among all that can be written."""
    every = [(form.name, each) for form in FORMATS for each in form.suffixes]
    return every.index((name, suffix))

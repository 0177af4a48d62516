"""From a run's folder to files: reads the journal once, writes what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lftui.plan import PlanError
from lftui.run_state import RunState
from lftui.supervisor.store import RunFolder

_TEXT_COLUMNS = 120


def json_text(folder: RunFolder) -> str:
    """Locust's JSON of a run, for `--json`."""
    from lftui.reports.folds import Folds
    from lftui.reports.locust_json import locust_json

    folds = Folds(None, None)
    for record in folder.records():
        folds.apply(record)
    return "".join(locust_json(folds.state, folds.seconds))


def export_run(folder: RunFolder, wanted: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Write the wanted exports; the paths written, and a sentence for each that could not be."""
    if not wanted:
        return [], []
    from lftui.reports import write

    exports = write.Exports(
        summary=wanted.get("summary"),
        json_file=wanted.get("json_file"),
        csv_prefix=wanted.get("csv"),
        csv_full_history="csv_full_history" in wanted,
    )
    text = wanted.get("text")
    if not exports.any() and not text:
        return [], []
    state = folder.fold()
    written, failures = _export_text(folder, state, text) if text else ([], [])
    if not exports.any():
        return written, failures
    try:
        # The summary is all in the state; Locust's formats need the records second by second.
        by_second = exports.csv_prefix or exports.json_file or state.reset is not None
        records = folder.records() if by_second else ()
        written += [str(path) for path in write.export(records, exports, state)]
    except write.ExportError as error:
        written += [str(path) for path in error.written]
        failures += error.sentences
    return written, failures


def _export_text(folder: RunFolder, state: RunState, path: str) -> tuple[list[str], list[str]]:
    """The report as plain text, as `lftui report` prints it."""
    from lftui.closing_view import closing_lines
    from lftui.judge.verdict import judge
    from lftui.whole_file import write_whole_file

    lines = [f"run {folder.id}", *closing_lines(state, judge(state), _TEXT_COLUMNS)]
    try:
        write_whole_file(Path(path), "\n".join(lines) + "\n")
    except PlanError as error:
        return [], [str(error)]
    return [path], []

"""From a run's folder to files: reads the journal once, writes what is wanted."""

from __future__ import annotations

from collections.abc import Mapping

from lftui.supervisor.store import RunFolder


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
    if not exports.any():
        return [], []
    try:
        state = folder.fold()
        # The summary is all in the state; Locust's formats need the records second by second.
        by_second = exports.csv_prefix or exports.json_file or state.reset is not None
        records = folder.records() if by_second else ()
        return [str(path) for path in write.export(records, exports, state)], []
    except write.ExportError as error:
        return [str(path) for path in error.written], error.sentences

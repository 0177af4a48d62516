"""From a run's folder to files: folds it once, reads the journal once more where it must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from lftui.export_formats import FORMATS
from lftui.judge.verdict import judge
from lftui.plan import PlanError
from lftui.records import AnyRecord
from lftui.run_state import RunState
from lftui.supervisor.store import RunFolder, Store

if TYPE_CHECKING:
    from lftui.reports.told import Told
    from lftui.reports.trend import TrendPoint

_TEXT_COLUMNS = 120
_CLOCK_S = 60.0
"""`run.json` and the journal tell of the begin one after the other."""


def json_text(folder: RunFolder) -> str:
    """Locust's JSON of a run, for `--json`."""
    from lftui.reports.locust_json import locust_json
    from lftui.reports.seconds import PerSecondFold

    seconds = PerSecondFold()
    for record in folder.records():
        seconds.apply(record)
    return "".join(locust_json(folder.fold(), seconds))


def export_run(
    folder: RunFolder, wanted: Mapping[str, str], replace: bool = True
) -> tuple[list[str], list[str]]:
    """Write the wanted exports; the paths written, and a sentence for each that could not be.

    Args:
        folder: the run, also a live or half one.
        wanted: by the name of the form the path, prefix or name; `csv_full_history` as well.
        replace: files that are there are replaced; else they stay, and a sentence says so.
    """
    files = {form.name: wanted[form.name] for form in FORMATS if wanted.get(form.name)}
    if not files:
        return [], []
    from lftui.reports import write
    from lftui.reports.told import Told

    state = folder.fold()
    told = Told(state, judge(state), _trend(folder, state) if "html" in files else ())
    texts = {"text": _text(folder, told)} if "text" in files else {}
    exports = write.Exports(files, bool(wanted.get("csv_full_history")), texts, replace)
    records = _up_to(folder.records(), state.last_seq) if exports.needs_records(state) else ()
    try:
        return [str(path) for path in write.export(records, exports, told)], []
    except write.ExportError as error:
        return [str(path) for path in error.written], error.sentences


def _text(folder: RunFolder, told: Told) -> str:
    """The report as plain text, as `lftui report` prints it."""
    from lftui.closing_view import closing_lines

    lines = [f"run {folder.id}", *closing_lines(told.state, told.verdict, _TEXT_COLUMNS)]
    return "\n".join(lines) + "\n"


def _up_to(records: Iterable[AnyRecord], last_seq: int) -> Iterator[AnyRecord]:
    """The records that the state holds: a live run has more of them by now."""
    for record in records:
        if record.seq > last_seq:
            return
        yield record


def _trend(folder: RunFolder, state: RunState) -> list[TrendPoint]:
    """The runs of this scenario and target up to this one; what cannot be read is no trend."""
    from lftui.runs.trend import trend_of

    try:
        points = trend_of(Store(folder.path.parent), folder.read())
    except PlanError:
        return []
    began = state.started.wall if state.started is not None else state.first_wall
    return [point for point in points if point.started_at <= began + _CLOCK_S]

"""A stored run's figures and exports: `lftui report`."""

from __future__ import annotations

import shutil
import sys
import time

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.closing_view import closing_lines
from lftui.export_formats import FORMATS, format_named
from lftui.export_targets import check_free
from lftui.exporting import export_run
from lftui.judge.verdict import judge
from lftui.plan import PlanError
from lftui.runs.store import store_at
from lftui.supervisor.journal import JournalError
from lftui.supervisor.store import RunFolder


def report(argv: list[str]) -> int:
    """The figures of a run, and any export of it."""
    parser = Arguments("report", "figures and exports of a stored, live or half run")
    parser.add_argument("run", help="the run's id, the beginning of it, `last`, or its folder")
    for form in FORMATS:
        parser.add_argument(form.option, dest=form.name, metavar=form.value, help=form.help)
    parser.add_argument("--csv-full-history", action="store_true", help="history by endpoint")
    parser.add_argument("--force", action="store_true", help="replace files that are there")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    wanted = {form.name: getattr(given, form.name) for form in FORMATS}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    for name, value in wanted.items():
        if not value.strip():
            raise PlanError(f"{format_named(name).option} is empty; name a file")
    if not given.force:
        check_free(wanted)
    if given.csv_full_history:
        if not given.csv:
            raise PlanError("--csv-full-history says what is in the files of --csv; give it, too")
        wanted["csv_full_history"] = "yes"
    folder = store_at(given.runs_dir).find(given.run)
    try:
        return _report(folder, wanted, given.force)
    except JournalError as error:
        raise PlanError(str(error)) from None


def _report(folder: RunFolder, wanted: dict[str, str], force: bool) -> int:
    if not wanted:
        _print_figures(folder)
        return exit_codes.PASS
    written, failures = export_run(folder, wanted, replace=force)
    for path in written:
        print(f"wrote {path}")
    for failure in failures:
        print(f"lftui: {failure}", file=sys.stderr)
    return exit_codes.BROKEN if failures else exit_codes.PASS


def _print_figures(folder: RunFolder) -> None:
    state = folder.fold()
    started, finished = state.started, state.finished
    print(f"run {folder.id}")
    if started is not None:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(started.wall))
        host = started.host or "hosts of the locustfile"
        print(f"{host}, {started.shape}, by {started.operator}, {when}")
    if finished is not None:
        print(f"{finished.reason}: {finished.message or 'ended'}")
    else:
        when = time.strftime("%H:%M:%S", time.localtime(state.last_wall))
        print(f"without an end: the last record is of {when}")
    for line in closing_lines(state, judge(state), shutil.get_terminal_size((120, 40)).columns):
        print(line)

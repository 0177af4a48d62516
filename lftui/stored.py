"""Stored runs: `lftui runs` and `lftui report`."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.closing_view import closing_lines
from lftui.export_formats import FORMATS, format_named
from lftui.export_targets import check_free
from lftui.exporting import export_run
from lftui.judge.verdict import judge
from lftui.live_view import clock, ms
from lftui.plan import PlanError
from lftui.supervisor.glance import facts_of
from lftui.supervisor.journal import JournalError
from lftui.supervisor.store import RunFolder, Store, runs_directory


def runs(argv: list[str]) -> int:
    """List the stored runs, live and interrupted ones on top."""
    parser = Arguments("runs", "the stored runs, newest first; live and interrupted ones on top")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    store = _store(given.runs_dir)
    found = [row for folder in store.all() if (row := _row(folder)) is not None]
    found.sort(key=lambda row: row["status"] == "finished")
    if given.json:
        print(json.dumps(found, indent=2))
        return exit_codes.PASS
    if not found:
        print(f"no runs in {store.path}")
        return exit_codes.PASS
    for line in _table(found):
        print(line)
    return exit_codes.PASS


def _row(folder: RunFolder) -> dict[str, Any] | None:
    try:
        run = folder.read()
        status = folder.status(run)
        return {
            "id": run.id,
            "status": status,
            "started_at": run.started_at,
            "ended_at": run.ended_at,
            "end_reason": run.end_reason,
            "scenario": run.scenario,
            "host": run.host,
            "shape": run.shape,
            "operator": run.operator,
            "exit_code": run.exit_code,
            **facts_of(folder, run),
            "size_bytes": folder.size_bytes(),
            "path": str(folder.path),
        }
    except (PlanError, OSError) as error:
        print(f"lftui: {error}", file=sys.stderr)
        return None


def _table(found: list[dict[str, Any]]) -> list[str]:
    lines = [
        f"{'run':<44} {'status':<12} {'lasted':>8} {'users':>6} {'rps':>8} "
        f"{'p95':>9} {'errors':>8}  {'verdict':<12}  target"
    ]
    for row in found:
        ratio = row.get("error_ratio")
        errors = "—" if ratio is None else f"{100 * ratio:.2f} %"
        users = row.get("users_max", row.get("users", "—"))
        rps = row.get("rps")
        lines.append(
            f"{row['id']:<44} {row['status']:<12} {clock(row.get('duration_s')):>8} {users!s:>6} "
            f"{'—' if rps is None else format(rps, '.1f'):>8} {ms(row.get('p95_ms')):>9} "
            f"{errors:>8}  {row.get('verdict') or '—':<12}  {row['host'] or '—'}"
        )
    return lines


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
    folder = _store(given.runs_dir).find(given.run)
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


def _store(option: str | None) -> Store:
    from lftui.settings import read_settings

    return Store(runs_directory(option or read_settings(None, Path.cwd()).runs_dir, os.environ))

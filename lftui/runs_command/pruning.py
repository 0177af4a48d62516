"""`lftui runs prune`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.plan import PlanError
from lftui.runs.prune import Criteria, Pruning, pruning
from lftui.runs.row import RunRow, rows_of
from lftui.runs.spared import promoted_runs
from lftui.runs.store import store_at
from lftui.runs_command.options import add_filters, filter_of, read_count
from lftui.runs_command.removing import remove, said_runs, show
from lftui.safe_text import safe
from lftui.settings import RunsSettings, read_settings
from lftui.units import parse_age, parse_size, say_size

_T = TypeVar("_T")


def prune(argv: list[str]) -> int:
    """Delete runs by age or by size, oldest first; live ones and those kept stay."""
    given = _parser().parse_args(argv)
    criteria = _criteria(given, read_settings(None, Path.cwd()).runs)
    chosen = filter_of(given)
    store = store_at(given.runs_dir)
    rows = rows_of(store)
    promoted, complaints = promoted_runs(Path.cwd(), rows)
    for complaint in complaints:
        print(f"lftui: {safe(complaint)}", file=sys.stderr)
    found = pruning(rows, criteria, time.time(), chosen, promoted)
    show(found.goes)
    for line in _said(found, criteria, rows, promoted):
        print(line)
    if given.dry_run or not found.goes:
        return exit_codes.PASS
    return remove(store, found.goes, given.yes)


def _parser() -> Arguments:
    parser = Arguments(
        "runs prune",
        "delete old runs. Without --older-than and --max-size those of [runs] in the settings are "
        "taken. Live runs stay, and so does a run that baseline.json was made from",
    )
    parser.add_argument("--older-than", metavar="AGE", help="runs that began longer ago: 90d, 2w")
    parser.add_argument(
        "--max-size",
        metavar="SIZE",
        help="the oldest, until those left fit in so much: 500MB, 2GiB",
    )
    parser.add_argument(
        "--keep", metavar="N", help="the newest N of each scenario and target stay in any case"
    )
    add_filters(parser, moments=False)
    parser.add_argument("--dry-run", action="store_true", help="show what would go, and no more")
    parser.add_argument("--yes", action="store_true", help="without asking")
    parser.add_runs_dir()
    return parser


def _criteria(given: argparse.Namespace, settings: RunsSettings) -> Criteria:
    keep = settings.keep if given.keep is None else read_count("--keep", given.keep, 0)
    if given.older_than is None and given.max_size is None:
        if settings.older_than is None and settings.max_size is None:
            raise PlanError(
                "say what is to go: --older-than AGE, --max-size SIZE, or both "
                "(or older_than and max_size under [runs] in the settings)"
            )
        return Criteria(settings.older_than, settings.max_size, keep)
    return Criteria(
        _value("--older-than", given.older_than, parse_age),
        _value("--max-size", given.max_size, parse_size),
        keep,
    )


def _value(option: str, text: str | None, read: Callable[[str], _T]) -> _T | None:
    if text is None:
        return None
    try:
        return read(text)
    except PlanError as error:
        raise PlanError(f"{option}: {error}") from None


def _said(
    found: Pruning, criteria: Criteria, rows: Sequence[RunRow], promoted: dict[str, Path]
) -> list[str]:
    """What goes and what stays, in words."""
    lines = [f"{said_runs(found.goes)} to delete; {say_size(found.left_bytes)} stay"]
    if not found.goes:
        lines = ["nothing to delete"]
    kept = [row for row in rows if row.id in promoted]
    lines += [f"{row.id} stays: {promoted[row.id]} was made from it" for row in kept]
    if criteria.max_bytes is not None and found.left_bytes > criteria.max_bytes:
        lines.append(
            f"what has to stay is more than {say_size(criteria.max_bytes)}: "
            f"{say_size(found.left_bytes)}"
        )
    return [safe(line) for line in lines]

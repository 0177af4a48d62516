"""`lftui runs`: the list, as a table and as JSON."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.live_view import clock, ms
from lftui.reports.peak_load import load_title
from lftui.reports.text_table import Column, table_lines
from lftui.runs.row import RunRow, rows_of
from lftui.runs.store import store_at
from lftui.runs_command.options import add_filters, filter_of, read_count
from lftui.safe_text import safe, safe_line
from lftui.units import say_size

_WIDE = 200  # without a terminal: all columns


def list_runs(argv: list[str], usage: str) -> int:
    """List the stored runs, live and interrupted ones on top.

    Args:
        usage: the other commands about runs, for the help.
    """
    about = "the stored runs, newest first; live and interrupted ones on top"
    parser = Arguments("runs", about)
    parser.epilog, parser.formatter_class = usage, argparse.RawDescriptionHelpFormatter
    parser.add_argument("--json", action="store_true", help="as JSON")
    add_filters(parser)
    parser.add_argument("--limit", metavar="N", help="the first N of them")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    chosen = filter_of(given)
    limit = None if given.limit is None else read_count("--limit", given.limit)
    store = store_at(given.runs_dir)
    every = rows_of(store)
    complain(every)
    found = [row for row in every if not row.complaint and chosen.fits(row)][:limit]
    if given.json:
        print(json.dumps([_json(row) for row in found], indent=2))
    elif found:
        print("\n".join(table_lines(_columns(found), width())))
    elif count := sum(not row.complaint for row in every):
        print(f"none of the {count:,} runs in {safe_line(str(store.path), 600)} is one of those")
    else:
        print(f"no runs in {safe_line(str(store.path), 600)}")
    return exit_codes.PASS


def complain(rows: Iterable[RunRow]) -> None:
    """A line for each run that is damaged."""
    for row in rows:
        if row.complaint:
            print(f"lftui: {safe(row.complaint)}", file=sys.stderr)


def width() -> int:
    """The columns of the terminal."""
    return shutil.get_terminal_size((_WIDE, 40)).columns


def _json(row: RunRow) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(row)
    del fields["complaint"]
    # A table shows nothing there; a program has to see that nothing is known.
    return fields | {"host": row.host or None, "verdict": row.verdict or None}


def _columns(rows: Sequence[RunRow]) -> list[Column]:
    return [
        Column("run", [safe_line(row.id) for row in rows]),
        Column("status", [row.status for row in rows], 1),
        Column("lasted", [clock(row.duration_s) for row in rows], 7, right=True),
        Column(load_title(rows), [row.load for row in rows], 5, True),
        Column("rps", ["—" if row.rps is None else f"{row.rps:.1f}" for row in rows], 6, True),
        Column("p95", [ms(row.p95_ms) for row in rows], 3, right=True),
        Column("errors", [_errors(row) for row in rows], 4, right=True),
        Column("verdict", [safe_line(row.verdict, 20) or "—" for row in rows], 2),
        Column("size", [say_size(row.size_bytes) for row in rows], 9, right=True),
        Column("target", [safe_line(row.host, 200) or "—" for row in rows], 8, least=12),
    ]


def _errors(row: RunRow) -> str:
    return "—" if row.error_ratio is None else f"{100 * row.error_ratio:.2f} %"

"""Runs shown before they go, asked about, and removed."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from lftui import exit_codes
from lftui.asking import agreed, can_ask
from lftui.plan import PlanError
from lftui.runs.row import RunRow
from lftui.safe_text import safe, safe_line
from lftui.supervisor.removal import remove_run, sweep
from lftui.supervisor.store import RunFolder, Store
from lftui.units import say_size


def show(rows: Sequence[RunRow], promoted: Mapping[str, Path] | None = None) -> None:
    """A line for each run: what it is called, when it began, how large it is."""
    for row in rows:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.started_at))
        baseline = (promoted or {}).get(row.id)
        notes = [row.status] if row.status != "finished" else []
        notes += [f"{baseline} was made from it"] if baseline is not None else []
        print(
            f"{safe_line(row.id)}  {when if not row.complaint else '':<16}  "
            f"{say_size(row.size_bytes):>8}  {safe_line('; '.join(notes), 600)}".rstrip()
        )


def said_runs(rows: Sequence[RunRow]) -> str:
    """`1 run, 14 kB`."""
    size = say_size(sum(row.size_bytes for row in rows))
    return f"{'1 run' if len(rows) == 1 else f'{len(rows):,} runs'}, {size}"


def remove(store: Store, rows: Sequence[RunRow], yes: bool) -> int:
    """Ask unless told `yes`, and remove; the exit code.

    Raises:
        PlanError: nobody is there to be asked.
    """
    if not yes:
        if not can_ask():
            raise PlanError(
                f"nothing was deleted, since nobody can be asked here; "
                f"add --yes to delete {said_runs(rows)}"
            )
        if not agreed(f"delete {said_runs(rows)}, with journals and exports? [y/N] "):
            print("left as they were")
            return exit_codes.PASS
    sweep(store)
    removed, failures = [], 0
    for row in rows:
        try:
            if remove_run(RunFolder(store.path / row.id)):
                removed.append(row)
            else:
                print(f"{safe_line(row.id)} was gone already")
        except PlanError as error:
            failures += 1
            print(f"lftui: {safe(str(error))}", file=sys.stderr)
    print(f"deleted {said_runs(removed)}")
    return exit_codes.BROKEN if failures else exit_codes.PASS

"""`lftui runs delete`."""

from __future__ import annotations

from pathlib import Path

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.plan import PlanError
from lftui.runs.row import RunRow, read_row
from lftui.runs.spared import promoted_runs
from lftui.runs.store import store_at
from lftui.runs_command.options import RUN
from lftui.runs_command.removing import remove, show
from lftui.supervisor.removal import refuse_live
from lftui.supervisor.store import Store


def delete(argv: list[str]) -> int:
    """Delete runs that are over, with journals and exports; all of those given, or none."""
    parser = Arguments("runs delete", "delete runs, with their journals and exports")
    parser.add_argument("run", nargs="+", metavar="RUN", help=RUN)
    parser.add_argument("--yes", action="store_true", help="without asking")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    store = store_at(given.runs_dir)
    rows = {row.id: row for reference in given.run if (row := _row(store, reference)) is not None}
    found = list(rows.values())
    if not found:
        print("gone already")
        return exit_codes.PASS
    promoted, _ = promoted_runs(Path.cwd(), found)
    show(found, promoted)
    return remove(store, found, given.yes)


def _row(store: Store, reference: str) -> RunRow | None:
    """The row of the run meant.

    Raises:
        PlanError: there is none, it is live, or it lies elsewhere. A folder is taken for a run by
            a file in it, and whatever else lies there would go as well: so nothing outside of the
            runs directory is deleted.
    """
    if not reference.strip():
        raise PlanError("the run to delete has no name; `lftui runs` lists them")
    folder = store.find(reference)
    if folder.path.resolve().parent != store.path.resolve():
        raise PlanError(
            f"{folder.path} does not lie in {store.path}; remove it by hand, "
            "or name its runs directory with --runs-dir"
        )
    refuse_live(folder)
    return read_row(folder)

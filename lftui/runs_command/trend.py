"""`lftui runs trend`."""

from __future__ import annotations

import argparse
import sys

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.plan import PlanError
from lftui.reports.trend import SHOWN, trend_json, trend_text
from lftui.runs.store import store_at
from lftui.runs.trend import said_series, trend_of
from lftui.runs_command.listing import width
from lftui.runs_command.options import RUN, read_count
from lftui.safe_text import safe_line
from lftui.supervisor.store import RunFile, Store


def trend(argv: list[str]) -> int:
    """How one scenario on one target did from run to run."""
    parser = Arguments(
        "runs trend",
        "how one scenario on one target did, from run to run: those of RUN, else those of the "
        "newest run",
    )
    parser.add_argument("run", nargs="?", metavar="RUN", help=RUN)
    parser.add_argument("--scenario", metavar="TEXT", help="a part of the locustfile's path")
    parser.add_argument("--host", metavar="TEXT", help="a part of the target")
    parser.add_argument("--last", metavar="N", help="the newest N of its runs alone")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--ascii", action="store_true", help="nothing but ASCII")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    last = None if given.last is None else read_count("--last", given.last)
    store = store_at(given.runs_dir)
    run = _run(store, given)
    scenario, host = said_series(run)
    points = trend_of(store, run)[-(last or 0) :]
    if given.json:
        sys.stdout.write(trend_json(points, scenario, host))
        return exit_codes.PASS
    plain = given.ascii or "utf" not in (sys.stdout.encoding or "").lower()
    title = f"{safe_line(scenario)} → {safe_line(host) or 'hosts of the locustfile'}\n"
    print(title.replace("→", "->").encode("ascii", "replace").decode() if plain else title)
    sys.stdout.write(trend_text(points, width(), ascii_only=plain, shown=last or SHOWN))
    return exit_codes.PASS


def _run(store: Store, given: argparse.Namespace) -> RunFile:
    """The run whose scenario and target are meant.

    Raises:
        PlanError: there is none.
    """
    if given.run is not None:
        if given.scenario or given.host:
            raise PlanError("give a run, or --scenario and --host, not both")
        return store.find(given.run).read()
    for folder in store.all():
        try:
            run = folder.read()
        except PlanError:
            continue  # `lftui runs` says so
        fits = (given.scenario or "").lower() in run.scenario.lower()
        if run.scenario and fits and (given.host or "").lower() in (run.host or "").lower():
            return run
    what = " of such a scenario and target" if given.scenario or given.host else ""
    raise PlanError(f"there is no run{what} in {store.path}; `lftui runs` lists them")

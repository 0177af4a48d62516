"""Runs that baselines were made from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lftui.baseline import NAME
from lftui.baseline.read import read_object
from lftui.plan import PlanError
from lftui.runs.row import RunRow


def promoted_runs(folder: Path, rows: Iterable[RunRow]) -> tuple[dict[str, Path], list[str]]:
    """The ids of the runs that a baseline was promoted from, with its file.

    Looked at are the `baseline.json` of the working directory and those beside the locustfiles of
    the runs: where a run looks for its baseline, too.

    Returns:
        The runs, and a sentence for each baseline that cannot be read: its run is not known.
    """
    places = {folder}
    for row in rows:
        places |= {(folder / path).parent for path in row.scenario.split(", ") if path}
    found: dict[str, Path] = {}
    complaints = []
    for place in sorted(places):
        file = place / NAME
        try:
            if not file.is_file():
                continue
            promoted = read_object(file).get("promoted_from")
        except (PlanError, OSError, ValueError) as error:
            complaints.append(f"{error}; the run that it was made from is not known")
            continue
        run = promoted.get("run") if isinstance(promoted, dict) else None
        if isinstance(run, str) and run:
            found.setdefault(run, file)
    return found, complaints

"""`lftui compare`: a run against a baseline, or against another run."""

from __future__ import annotations

import math
import sys
from pathlib import Path

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.baseline import read_baseline
from lftui.baseline_source import is_file, stored_run
from lftui.judge.comparison import Comparison, compare_runs, compare_with_baseline
from lftui.judge.difference import DEFAULT_TOLERANCE
from lftui.plan import PlanError
from lftui.reports.comparison import (
    comparison_json,
    comparison_markdown,
    comparison_text,
    sentence,
)
from lftui.runs.store import store_at
from lftui.supervisor.store import Store
from lftui.whole_file import write_whole_file

_CODES = {
    "pass": exit_codes.PASS,
    "warn": exit_codes.PASS,
    "fail": exit_codes.FAIL,
    "inconclusive": exit_codes.INCONCLUSIVE,
}
_FORMATS = {"text": comparison_text, "json": comparison_json, "markdown": comparison_markdown}
_SUFFIXES = {".json": "json", ".md": "markdown", ".markdown": "markdown"}


def compare(argv: list[str]) -> int:
    """Compare, print or write what was found; the exit code says whether it is worse."""
    parser = Arguments(
        "compare",
        "a run against a baseline or an earlier run; of two runs the first is before, "
        "the second now",
    )
    what = "a run (its id, the beginning of it, `last`, its folder) or a baseline file"
    parser.add_argument("before", metavar="A", help=what)
    parser.add_argument("now", metavar="B", help="the same; one of the two has to be a run")
    parser.add_argument("--tolerance", metavar="T", help="how much worse is no regression (10%%)")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--json", dest="form", action="store_const", const="json", help="as JSON")
    chosen.add_argument(
        "--markdown", dest="form", action="store_const", const="markdown", help="as Markdown"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="into a file")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    tolerance = None if given.tolerance is None else read_tolerance(given.tolerance)
    found = _compared(given.before, given.now, tolerance, store_at(given.runs_dir))
    form = given.form or _SUFFIXES.get(Path(given.output or "").suffix.lower(), "text")
    text = _FORMATS[form](found)
    if given.output:
        write_whole_file(Path(given.output).expanduser(), text)
        print(f"{sentence(found)}\nwrote {given.output}")
    else:
        sys.stdout.write(text)
    return _CODES[found.outcome]


def _compared(before: str, now: str, tolerance: float | None, store: Store) -> Comparison:
    files = is_file(before), is_file(now)
    if all(files):
        raise PlanError("both are baseline files; `lftui baseline diff` shows how they differ")
    if not any(files):
        _, first = stored_run(before, store)
        _, second = stored_run(now, store)
        return compare_runs(first, second, DEFAULT_TOLERANCE if tolerance is None else tolerance)
    from lftui.baseline.document import document_of

    path, run = (before, now) if files[0] else (now, before)
    document = document_of(read_baseline(Path(path).expanduser()), path)
    _, state = stored_run(run, store)
    return compare_with_baseline(state, document, label=path, tolerance=tolerance)


def read_tolerance(text: str) -> float:
    """`0.1` or `10%`.

    Raises:
        PlanError: it is neither, or out of reach.
    """
    number = text.strip()
    share = number.endswith("%")
    try:
        value = float(number.removesuffix("%")) / (100.0 if share else 1.0)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 10:
        raise PlanError(f"--tolerance {text}: write a share from 0 to 10, like 0.1 or 10%")
    if value > 1 and not share:
        raise PlanError(f"--tolerance {text}: write {value:g}% or {100 * value:g}%")
    return value

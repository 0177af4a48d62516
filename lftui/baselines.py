"""`lftui baseline`: make a run the baseline, show one, and say how two differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.asking import agreed, can_ask
from lftui.baseline import NAME, baseline_text, read_baseline
from lftui.baseline_source import baseline_from, is_file, stored_run
from lftui.judge.comparison.promotion import doubts, promoted
from lftui.plan import PlanError
from lftui.reports.baseline import change_lines, show_lines
from lftui.run_state import RunState
from lftui.runs.store import store_at
from lftui.safe_text import safe_line
from lftui.whole_file import write_whole_file

_USAGE = """\
lftui baseline promote RUN [-o FILE] [--yes] [--force]   make a run the baseline
lftui baseline show [FILE|RUN]                           a baseline as a table
lftui baseline diff FILE|RUN FILE|RUN                    what differs"""


def baseline(argv: list[str]) -> int:
    """One of the commands about baselines."""
    commands = {"promote": _promote, "show": _show, "diff": _diff}
    first = argv[0] if argv else ""
    if first in ("--help", "-h"):
        print(_USAGE)
        return exit_codes.PASS
    if first not in commands:
        raise PlanError(f"lftui baseline takes {', '.join(commands)} (see lftui baseline --help)")
    return commands[first](argv[1:])


def _promote(argv: list[str]) -> int:
    parser = Arguments("baseline promote", "make a run the baseline; shows what changes first")
    parser.add_argument("run", help="the run's id, the beginning of it, `last`, or its folder")
    parser.add_argument("-o", "--output", metavar="FILE", default=NAME, help=f"({NAME})")
    parser.add_argument("--yes", action="store_true", help="replace the file without asking")
    parser.add_argument("--force", action="store_true", help="also of a run that is in doubt")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    folder, state = stored_run(given.run, store_at(given.runs_dir))
    against = doubts(state)
    path = Path(given.output).expanduser()
    existing = _existing(path)
    base = existing if existing is not None else _embedded(state)
    try:
        found = promoted(state, base)
    except PlanError as error:
        raise PlanError(f"{folder.id} cannot be promoted: {error}") from None
    if against and not given.force:
        raise PlanError(
            f"{folder.id} is no good baseline: {'; '.join(against)}; --force promotes it anyway"
        )
    changed = change_lines(existing or {}, found.document, whole=existing is not None)
    for line in changed or ["no figure differs"]:
        print(line)
    notes = [*found.notes, *against]
    if existing is None and base:
        notes.append("the rest is from the baseline that the run was held against")
    for note in notes:
        print(f"note: {safe_line(note, 600)}")
    return _write(path, baseline_text(found.document), existing is not None, given.yes)


def _existing(path: Path) -> dict[str, Any] | None:
    """The document to bring up to date; None where there is no file, or an empty one."""
    try:
        if path.is_file() and path.stat().st_size == 0:
            return None
    except OSError:
        pass  # reading it says what is wrong
    return read_baseline(path) if path.exists() else None


def _embedded(state: RunState) -> dict[str, Any]:
    """The baseline that the run was held against: a new file begins as a copy of it."""
    return (state.started.baseline if state.started is not None else None) or {}


def _write(path: Path, text: str, exists: bool, yes: bool) -> int:
    if exists and path.read_text(encoding="utf-8-sig") == text:
        print(f"{path} already says so: nothing to write")
        return exit_codes.PASS
    if exists and not yes:
        if not can_ask():
            raise PlanError(f"{path} is there already; add --yes to replace it")
        if not agreed(f"replace {path}? [y/N] "):
            print("left as it was")
            return exit_codes.PASS
    write_whole_file(path, text)
    print(f"wrote {path}")
    return exit_codes.PASS


def _show(argv: list[str]) -> int:
    from lftui.baseline.document import document_of

    parser = Arguments("baseline show", "a baseline as a table; times in milliseconds")
    parser.add_argument("source", nargs="?", default=NAME, metavar="FILE|RUN", help=f"({NAME})")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    document, where = baseline_from(given.source, store_at(given.runs_dir))
    for line in show_lines(document_of(document, where)):
        print(line)
    return exit_codes.PASS


def _diff(argv: list[str]) -> int:
    parser = Arguments("baseline diff", "what differs from the first to the second")
    parser.add_argument("old", metavar="FILE|RUN")
    parser.add_argument("new", metavar="FILE|RUN")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    store = store_at(given.runs_dir)
    old, old_name = baseline_from(given.old, store)
    new, new_name = baseline_from(given.new, store)
    lines = change_lines(old, new, whole=is_file(given.old) and is_file(given.new))
    print(f"from {safe_line(old_name)} to {safe_line(new_name)}")
    for line in lines or ["no figure differs"]:
        print(line)
    return exit_codes.PASS

"""`lftui runs`: the stored runs listed, deleted, pruned, and followed over time."""

from __future__ import annotations

from collections.abc import Callable

from lftui.plan import PlanError

_USAGE = """
lftui runs delete RUN... [--yes]      delete runs
lftui runs prune [OPTIONS] [--yes]    delete old runs, by age or by size; --dry-run: show them
lftui runs trend [RUN] [OPTIONS]      a scenario and target over its stored runs"""


def runs(argv: list[str]) -> int:
    """One of the commands about stored runs; without a name of one the list."""
    first = argv[0] if argv else ""
    command = _COMMANDS.get(first)
    if command is not None:
        return command(argv[1:])
    if first and not first.startswith("-"):
        raise PlanError(
            f"lftui runs takes {', '.join(_COMMANDS)} or options, not '{first[:40]}' "
            "(see lftui runs --help)"
        )
    from lftui.runs_command.listing import list_runs

    return list_runs(argv, _USAGE)


def _delete(argv: list[str]) -> int:
    from lftui.runs_command.deleting import delete

    return delete(argv)


def _prune(argv: list[str]) -> int:
    from lftui.runs_command.pruning import prune

    return prune(argv)


def _trend(argv: list[str]) -> int:
    from lftui.runs_command.trend import trend

    return trend(argv)


_COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "delete": _delete,
    "prune": _prune,
    "trend": _trend,
}

"""The command line: one command, one function. What is heavy is imported where it is needed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from lftui import __version__, exit_codes
from lftui.beginning import all_made_stays
from lftui.plan import PlanError
from lftui.safe_text import safe

USAGE = """\
lftui: load tests with Locust that are true, cannot be lost, and are steered by hand

  lftui [LOCUST OPTIONS]              the console, prefilled from the options
  lftui --headless [LOCUST OPTIONS]   no console: progress lines, exports, exit code = verdict
  lftui demo [LOCUST OPTIONS]         the console on a target that comes along (--headless,
                                      or --serve: the target alone, with --bind ADDRESS for others)
  lftui attach [RUN]                  back to a live run      lftui stop RUN   end it in order
  lftui replay RUN [--speed X]        play a stored run back in the console
  lftui note TEXT [--run RUN]         words for a live run's journal and reports
  lftui guard [RUN]                   its rules and proposals; --off RULE, --on RULE, --accept
  lftui runs [FILTERS] [--json]       the stored runs
  lftui runs delete|prune|trend       delete runs; old ones by age or size; a scenario run by run
  lftui report RUN [EXPORTS]          figures and exports of any run, also of a live or half one
  lftui compare RUN RUN|FILE          against an earlier run or a baseline: exit code 1 if worse
  lftui correlate RUN --prometheus URL --query NAME=PROMQL
                                      its figures against what the target's own metrics say
  lftui baseline promote RUN          make a run the baseline; also: baseline show, baseline diff
  lftui validate [--host URL]         check the setup; --smoke: run every task once
  lftui --worker --master-host H      makes load for a master on another machine
  lftui init [DIR] [--host URL]       a start for one's own API: locustfile, baseline, settings, CI
  lftui --version                     lftui --help

Locust's options keep their names and meanings (-f -H -u -r -t -s --csv --json-file --tags …:
`locust --help` lists them), its config files and LOCUST_* variables too. lftui's own:
"""
_NO_CONSOLE = {
    "--headless",
    "--list",
    "-l",
    "--show-task-ratio",
    "--show-task-ratio-json",
    "--show-shape",
    "--lftui-show-shape",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the process's exit code. A user's mistake is one sentence and code 2."""
    argv = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _command(argv)
    except PlanError as error:
        print(f"lftui: {safe(str(error))}", file=sys.stderr)
        return exit_codes.PLAN
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        return exit_codes.PASS


def _command(argv: list[str]) -> int:
    first = argv[0] if argv else ""
    if first in ("--help", "-h"):
        print(usage())
        return exit_codes.PASS
    if first in ("--version", "-V"):
        print(f"lftui {__version__}")
        return exit_codes.PASS
    command = COMMANDS.get(first)
    if command is not None:
        return command(argv[1:])
    return _run(argv)


def _run(argv: list[str]) -> int:
    import os

    if "--worker" in argv or os.environ.get("LOCUST_MODE_WORKER"):
        _become_worker(argv)
    if _NO_CONSOLE & set(argv) or os.environ.get("LOCUST_HEADLESS"):
        with all_made_stays():
            from lftui.headless import run_headless

        return run_headless(argv)
    from lftui.console import run_console

    return run_console(argv)


def _become_worker(argv: list[str]) -> NoReturn:
    """Be a worker in the place of this process, which must not bring Locust in."""
    import json
    import os

    from lftui.options import takes_value
    from lftui.supervisor.generator_link import child_environment

    words = argv if "--worker" in argv else [*argv, "--worker"]
    command = [sys.executable, "-P", "-m", "lftui.runner", "--worker", json.dumps(takes_value())]
    os.execve(sys.executable, [*command, *words], child_environment())


def _demo(argv: list[str]) -> int:
    from lftui.demo_run import demo

    return demo(argv)


def _attach(argv: list[str]) -> int:
    from lftui.console import run_console

    return run_console(argv, mode="attach")


def _replay(argv: list[str]) -> int:
    from lftui.console import run_console

    return run_console(argv, mode="replay")


def _stop(argv: list[str]) -> int:
    from lftui.remote import stop

    return stop(argv)


def _guard(argv: list[str]) -> int:
    from lftui.guard import guard

    return guard(argv)


def _note(argv: list[str]) -> int:
    from lftui.remote import note

    return note(argv)


def _runs(argv: list[str]) -> int:
    from lftui.runs_command import runs

    return runs(argv)


def _validate(argv: list[str]) -> int:
    from lftui.validate import validate

    return validate(argv)


def _report(argv: list[str]) -> int:
    from lftui.stored import report

    return report(argv)


def _compare(argv: list[str]) -> int:
    from lftui.compare import compare

    return compare(argv)


def _correlate(argv: list[str]) -> int:
    from lftui.correlate import correlate

    return correlate(argv)


def _baseline(argv: list[str]) -> int:
    from lftui.baselines import baseline

    return baseline(argv)


def _init(argv: list[str]) -> int:
    from lftui.init_project import init_project

    return init_project(argv)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": _demo,
    "attach": _attach,
    "replay": _replay,
    "stop": _stop,
    "note": _note,
    "guard": _guard,
    "runs": _runs,
    "report": _report,
    "compare": _compare,
    "correlate": _correlate,
    "baseline": _baseline,
    "validate": _validate,
    "init": _init,
}


def usage() -> str:
    """The help text, with every option of lftui's own."""
    from lftui.options import OPTIONS

    lines = []
    for option in OPTIONS:
        name = f"{option.name} {option.value}".strip()
        lines.append(f"  {name:<28} {option.help}")
    return USAGE + "\n".join(lines)

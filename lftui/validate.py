"""`lftui validate`: the setup check."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.plan import PlanError, parse_duration

if TYPE_CHECKING:
    from lftui.validation.setup import Checked, SetupWish

SCHEMA = "lftui.validate/1"
_DESCRIPTION = """\
Look at everything that a run needs: versions, locustfiles, baseline, environment, target, and the
limits of this machine; with --smoke, run each task once. Exit code 0 if nothing failed, 1 if a
check failed, 2 for wrong arguments.
"""


def validate(argv: list[str]) -> int:
    """Check the setup and print what was found; the exit code.

    Raises:
        PlanError: the arguments are wrong.
    """
    import asyncio

    given = _arguments().parse_args(argv)
    wish = _wish(given)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    checked = asyncio.run(_check(wish, given.json))
    if given.json:
        print(_json(checked))
    failed = any(finding.outcome == "fail" for finding in checked.findings)
    return exit_codes.FAIL if failed else exit_codes.PASS


def _arguments() -> Arguments:
    parser = Arguments("validate", _DESCRIPTION)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    add("classes", nargs="*", metavar="CLASS", help="user classes that --smoke runs (all)")
    add(
        "-f",
        "--locustfile",
        action="append",
        default=[],
        metavar="FILES",
        help="locustfiles, separated by commas (default: those of this folder)",
    )
    add("-H", "--host", metavar="URL", help="look at this target, too")
    add("--smoke", action="store_true", help="run each task once, with one user of each class")
    add(
        "--smoke-limit",
        default="60s",
        metavar="TIME",
        help="how long the smoke of a scenario may take (60s); one task half of it",
    )
    add("-T", "--tags", nargs="+", default=[], metavar="TAG", help="smoke tasks with these tags")
    add("-E", "--exclude-tags", nargs="+", default=[], metavar="TAG", help="and none with these")
    add("--json", action="store_true", help=f"as JSON, schema {SCHEMA}")
    add("--baseline", metavar="FILE|none", help="baseline (default: beside the locustfile or here)")
    add("--settings", metavar="FILE", help="settings (default: lftui.toml or [tool.lftui] here)")
    add("--confirm-target", metavar="HOST", help="look at this target though it is production")
    add(
        "--load-timeout",
        default="20s",
        metavar="TIME",
        help="how long the import of a locustfile may take (20s)",
    )
    parser.add_runs_dir()
    return parser


def _wish(given: argparse.Namespace) -> SetupWish:
    from lftui.validation.scenarios import parts
    from lftui.validation.setup import SetupWish

    files = parts(given.locustfile)
    if given.locustfile and not files:
        raise PlanError("-f names no file (see lftui validate --help)")
    return SetupWish(
        files=files,
        host=given.host,
        classes=given.classes,
        tags=given.tags,
        exclude_tags=given.exclude_tags,
        baseline=given.baseline,
        settings=given.settings,
        runs_dir=given.runs_dir,
        confirmed=given.confirm_target,
        smoke=given.smoke,
        smoke_limit_s=parse_duration(given.smoke_limit),
        load_limit_s=parse_duration(given.load_timeout),
    )


async def _check(wish: SetupWish, silent: bool) -> Checked:
    from lftui.validation.setup import check_setup

    folder = Path.cwd()
    if silent:
        return await check_setup(wish, folder, os.environ)
    from lftui.validation.page import Page

    page = Page(os.environ)
    checked = await check_setup(wish, folder, os.environ, page.finding, page.row)
    page.close(checked)
    return checked


def _json(checked: Checked) -> str:
    import json

    import msgspec

    from lftui.validation.checks import worst
    from lftui.validation.smoke import row_json

    document = {
        "schema": SCHEMA,
        "outcome": worst(checked.findings),
        "findings": [msgspec.to_builtins(finding) for finding in checked.findings],
        "skipped": checked.skipped,
        "smoke": [row_json(row) for row in checked.rows],
    }
    return json.dumps(document, indent=2)

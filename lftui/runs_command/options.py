"""The options that the commands about stored runs have in common."""

from __future__ import annotations

import argparse
import time

from lftui.arguments import Arguments
from lftui.plan import PlanError
from lftui.runs.chosen import RunFilter
from lftui.units import parse_moment

RUN = "the run's id, the beginning of it, `last`, or its folder"
STATUSES = ("live", "finished", "interrupted")
VERDICTS = ("pass", "warn", "fail", "inconclusive")
_TIME = "an age (7d, 12h), a day (2026-11-01) or a day and a time (2026-11-01T14:30)"


def add_filters(parser: Arguments, *, moments: bool = True) -> None:
    """Options that choose among the runs; `filter_of` reads them."""
    parser.add_argument("--status", choices=STATUSES, help="runs of this status")
    parser.add_argument("--verdict", choices=VERDICTS, help="runs of this verdict")
    parser.add_argument("--scenario", metavar="TEXT", help="a part of the locustfile's path")
    parser.add_argument("--host", metavar="TEXT", help="a part of the target")
    if moments:
        parser.add_argument("--operator", metavar="TEXT", help="a part of who ran it")
        parser.add_argument("--since", metavar="TIME", help=f"begun since {_TIME}")
        parser.add_argument(
            "--until", metavar="TIME", help="begun until then; a day is meant whole"
        )


def filter_of(given: argparse.Namespace) -> RunFilter:
    """The runs that were asked for.

    Raises:
        PlanError: a time is none.
    """
    now = time.time()
    since, until = getattr(given, "since", None), getattr(given, "until", None)
    return RunFilter(
        status=given.status or "",
        verdict=given.verdict or "",
        scenario=given.scenario or "",
        host=given.host or "",
        operator=getattr(given, "operator", None) or "",
        since=None if since is None else _moment("--since", since, now),
        until=None if until is None else _moment("--until", until, now, last=True),
    )


def read_count(option: str, text: str, least: int = 1) -> int:
    """A whole number.

    Raises:
        PlanError: it is none, or below `least`.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise PlanError(f"{option} is '{text[:40]}'; give a whole number of {least} or more")
    return int(text)


def _moment(option: str, text: str, now: float, *, last: bool = False) -> float:
    try:
        return parse_moment(text, now, last=last)
    except PlanError as error:
        raise PlanError(f"{option}: {error}") from None

"""`lftui correlate`: what a run measured against what the target's own metrics say of that time."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence

import msgspec

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.judge.agreement import agreement
from lftui.monitor.fetching import Fetcher
from lftui.monitor.prometheus import over_range
from lftui.monitor.reading import SourceError
from lftui.monitor_settings.values import http_url
from lftui.plan import PlanError, parse_duration
from lftui.reports.agreement import Compared, Correlation, correlation_json, correlation_text
from lftui.reports.intervals import METRICS, QUANTILES, Interval, IntervalFold
from lftui.runs.store import store_at
from lftui.supervisor.journal import JournalError
from lftui.supervisor.store import RunFolder

_NAME = re.compile(r"\w{1,60}", re.ASCII)
_QUERY_S = 30.0
_MOST_POINTS = 10_000
_EXAMPLE = "p95_ms=1000*histogram_quantile(0.95, …)"
_AGAINST = ("rps", "p95_ms")
"""What a query of something else is held against: does it move with the load, or with the times?"""
_SECONDS = {name.removesuffix("_ms") + "_s": name for name in QUANTILES}

Points = dict[int, float]
"""Values by Unix milliseconds."""


class Query(msgspec.Struct, frozen=True):
    """One query: its PromQL, the figures that it is held against, and what makes its unit ours."""

    name: str
    text: str
    metrics: tuple[str, ...]
    same: bool
    scale: float = 1.0


def correlate(argv: list[str]) -> int:
    """Ask a Prometheus for the time of a run, and say how far both agree."""
    parser = Arguments("correlate", "a run's own figures against those of the target")
    parser.add_argument("run", help="the run's id, the beginning of it, `last`, or its folder")
    parser.add_argument("--prometheus", metavar="URL", required=True, help="the server to ask")
    parser.add_argument(
        "--query",
        metavar="NAME=PROMQL",
        action="append",
        required=True,
        help="may be given many times; NAME says what it is held against: rps, error_ratio, "
        "p50_ms, p95_ms … (p95_s: in seconds), or any other name; $window stands for --every",
    )
    parser.add_argument(
        "--every", metavar="TIME", default="15s", help="length of an interval (15s)"
    )
    parser.add_argument("--endpoint", metavar="NAME", help="of this endpoint alone: 'GET /jobs'")
    parser.add_argument(
        "--header", metavar="NAME=env:VAR", action="append", default=[], help="sent to the server"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, with every pair of values")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    queries = [read_query(text) for text in given.query]
    url, every_s = _url(given.prometheus), _every(given.every)
    headers = _headers(given.header, os.environ)
    folder = store_at(given.runs_dir).find(given.run)
    intervals = _intervals(folder, every_s, given.endpoint)
    found = asyncio.run(_asked(url, headers, queries, intervals, every_s))
    result = Correlation(folder.id, url, given.endpoint or "", every_s, len(intervals), found)
    sys.stdout.write(correlation_json(result) if given.json else correlation_text(result))
    told = any(one.found.told for one in found)
    return exit_codes.PASS if told else exit_codes.INCONCLUSIVE


# --- what was asked for --------------------------------------------------------------------------


def read_query(text: str) -> Query:
    """`NAME=PROMQL`.

    Raises:
        PlanError: it is no such thing.
    """
    name, equals, query = text.partition("=")
    name, query = name.strip(), query.strip()
    if not equals or not query or not _NAME.fullmatch(name):
        raise PlanError(f"--query '{text[:80]}' cannot be read; write it like {_EXAMPLE}")
    if name in METRICS:
        return Query(name, query, (name,), True)
    if name in _SECONDS:
        return Query(name, query, (_SECONDS[name],), True, 1000.0)
    if f"{name}_ms" in METRICS:
        raise PlanError(f"--query {name}: say in which unit it answers: {name}_ms or {name}_s")
    return Query(name, query, _AGAINST, False)


def _url(text: str) -> str:
    try:
        return http_url(text)
    except ValueError as error:
        raise PlanError(f"--prometheus: {error}") from None


def _every(text: str) -> float:
    seconds = parse_duration(text)
    if seconds < 1:
        raise PlanError(f"--every {text[:40]} is shorter than the second that a run is told in")
    return seconds


def _headers(given: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for text in given:
        name, equals, reference = text.partition("=")
        if not equals or not reference.startswith("env:") or not name.strip():
            raise PlanError(f"--header {name[:40]}: write it like Authorization=env:VARIABLE")
        value = environment.get(reference[4:])
        if value is None or not f"{name}{value}".isprintable() or not f"{name}{value}".isascii():
            raise PlanError(f"--header {name[:40]}: {reference[4:][:60]} is not set, or not text")
        found[name.strip()] = value
    return found


# --- the run -------------------------------------------------------------------------------------


def _intervals(folder: RunFolder, every_s: float, endpoint: str | None) -> list[Interval]:
    fold = IntervalFold(every_s, _takes(endpoint))
    try:
        for record in folder.records():
            fold.apply(record)
    except JournalError as error:
        raise PlanError(str(error)) from None
    if endpoint is not None and not fold.matched:
        raise PlanError(f"--endpoint {endpoint[:80]}: the run has requested no such endpoint")
    found = fold.intervals()
    if not found:
        raise PlanError(f"run {folder.id} has no interval of {every_s:g} s; shorten --every")
    if found[-1].end_s / every_s > _MOST_POINTS:
        raise PlanError(
            f"--every {every_s:g}s makes more than {_MOST_POINTS:,} points; lengthen it"
        )
    return found


def _takes(endpoint: str | None) -> Callable[[str, str], bool]:
    if endpoint is None:
        return lambda method, name: True
    return lambda method, name: endpoint in (name, f"{method} {name}", f"{name} [{method}]")


# --- the target ----------------------------------------------------------------------------------


async def _asked(
    url: str,
    headers: Mapping[str, str],
    queries: Sequence[Query],
    intervals: Sequence[Interval],
    every_s: float,
) -> list[Compared]:
    """Each query over the time of the run, held against what it is about."""
    fetcher = Fetcher(url, headers)
    found: list[Compared] = []
    try:
        for query in queries:
            points, note = await _points(fetcher, url, query, intervals, every_s)
            found += [_compared(query, metric, intervals, points, note) for metric in query.metrics]
    finally:
        await fetcher.close()
    return found


async def _points(
    fetcher: Fetcher, url: str, query: Query, intervals: Sequence[Interval], every_s: float
) -> tuple[Points, str]:
    """The target's value at the end of each interval; why there is none."""
    text = query.text.replace("$window", f"{every_s:g}s")
    start, end = intervals[0].end_wall, intervals[-1].end_wall
    try:
        async with asyncio.timeout(_QUERY_S):
            series = await over_range(fetcher, url, text, start, end, every_s)
    except TimeoutError:
        raise PlanError(f"--prometheus: no answer to {query.name} within {_QUERY_S:g} s") from None
    except SourceError as error:
        raise PlanError(f"--prometheus: {query.name}: {error}") from None
    if len(series) > 1:
        raise PlanError(
            f"--query {query.name}: it gives {len(series)} series; make one of them, with sum(…)"
        )
    found = series[0] if series else []
    points = {round(1000 * at): value * query.scale for at, value in found}
    return points, "" if points else "the server has nothing for the time of the run"


def _compared(
    query: Query, metric: str, intervals: Sequence[Interval], points: Points, note: str
) -> Compared:
    """Pairs of what stands at the same moment."""
    pairs = []
    for one in intervals:
        ours, theirs = one.value(metric), _at(points, one.end_wall)
        if ours is not None and theirs is not None:
            pairs.append((one.end_s, ours, theirs))
    if not pairs and not note:
        note = "there is no moment of which both tell something"
    return Compared(query.name, query.text, metric, query.same, agreement(pairs), pairs, note)


def _at(points: Points, wall: float) -> float | None:
    """The value at a moment. The server rounds it to ms, after adding up steps from the start."""
    here = round(1000 * wall)
    return next((points[at] for at in (here, here - 1, here + 1) if at in points), None)

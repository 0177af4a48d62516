"""`lftui correlate`: a run's own figures against the target's, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from lftui.judge.agreement import Agreement, Pair, moves_said
from lftui.reports.said import ms, one_line
from lftui.reports.verdict_json import rounded

SCHEMA = "lftui.correlation/1"


class Compared(msgspec.Struct, frozen=True):
    """One query of the target against one figure of the run.

    Attributes:
        name: of the query; `metric` is the run's figure that it is held against.
        same: both are the same thing, so that ratio and difference mean something.
        note: why there is nothing to compare, where there is not.
    """

    name: str
    query: str
    metric: str
    same: bool
    found: Agreement
    pairs: list[Pair] = []
    note: str = ""


class Correlation(msgspec.Struct, frozen=True):
    """All of them.

    Attributes:
        scope: the endpoint that the run's figures are of; "" for all.
        intervals: how many of `every_s` seconds the run had.
    """

    run: str
    prometheus: str
    scope: str
    every_s: float
    intervals: int
    compared: list[Compared]


def correlation_text(found: Correlation) -> str:
    """For a terminal."""
    about = f" of {found.scope}" if found.scope else ""
    lines = [
        f"run {one_line(found.run)}{about} against {one_line(found.prometheus)}: "
        f"{found.intervals} intervals of {found.every_s:g} s"
    ]
    for one in found.compared:
        against = "" if one.same else f" against {one.metric}"
        lines += ["", f"{one_line(one.name)}{against}: {one_line(one.query)}"]
        lines += [f"  {line}" for line in _said(one)]
    return "\n".join(lines) + "\n"


def _said(one: Compared) -> list[str]:
    if one.note:
        return [one.note]
    found = one.found
    lines = [f"{moves_said(found)}; {found.pairs} intervals"]
    if found.run is None or found.target is None or not one.same:
        return lines
    lines.append(f"run {_figure(one, found.run)}, target {_figure(one, found.target)} (medians)")
    if found.ratio is not None:
        lines.append(f"the target tells {found.ratio:.2f} times what the run measured (median)")
    if one.metric.endswith("_ms") and found.difference is not None:
        lines.append(_beside(found.difference))
    return lines


def _beside(difference_ms: float) -> str:
    """What lies between the two places of measuring."""
    if difference_ms >= 0:
        return (
            f"{ms(difference_ms)} (median) lie outside of the target's own measuring: network, "
            "connections, and queues before its clock starts"
        )
    return (
        f"the target tells {ms(-difference_ms)} more (median) than the run measured: it counts "
        "other requests as well, or reads its percentile from coarse buckets"
    )


def _figure(one: Compared, value: float) -> str:
    if one.metric.endswith("_ms"):
        return ms(value)
    if one.metric == "error_ratio":
        return f"{100 * value:.3g} %"
    return f"{value:.4g} {'rps' if one.metric.endswith('rps') else ''}".rstrip()


def correlation_json(found: Correlation) -> str:
    """The same with every pair, schema `lftui.correlation/1`."""
    document = {
        "schema": SCHEMA,
        "run": found.run,
        "prometheus": found.prometheus,
        "endpoint": found.scope or None,
        "every_s": found.every_s,
        "intervals": found.intervals,
        "queries": [_query(one) for one in found.compared],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _query(one: Compared) -> dict[str, Any]:
    found, pairs = one.found, list(one.pairs)
    document: dict[str, Any] = {
        "name": one.name,
        "query": one.query,
        "metric": one.metric,
        "intervals": found.pairs,
        "correlation": found.correlation,
        "median_ratio": found.ratio if one.same else None,
        "median_difference": found.difference if one.same else None,
        "run_median": found.run,
        "target_median": found.target,
        "said": one.note or moves_said(found),
        "pairs": _pairs(pairs),
    }
    result: dict[str, Any] = rounded(document)
    return result


def _pairs(pairs: Sequence[Pair]) -> list[list[float]]:
    return [list(pair) for pair in pairs]

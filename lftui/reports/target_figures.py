"""The target's own metrics over the run, for every export that shows them."""

from __future__ import annotations

from typing import Any

from lftui.judge.target import outcome_of, target_rules, value_said
from lftui.run_state import RunState

Json = dict[str, Any]


def target_figures(state: RunState) -> list[Json]:
    """Each metric of each source in the order in which they came; none of a run without any.

    Values are in the metric's own unit, None where it never had a number; `verdict` is what the
    mean makes of the limits about it, None without any.
    """
    rules = target_rules(state)
    return [
        {
            "name": one.name,
            "source": one.source,
            "unit": one.unit,
            "min": one.lowest if one.count else None,
            "mean": one.mean if one.count else None,
            "max": one.highest if one.count else None,
            "latest": one.latest if one.count else None,
            "readings": one.count,
            "verdict": outcome_of(one, rules),
        }
        for one in state.target_facts.values()
    ]


def value_of(one: Json, name: str) -> str:
    """A value of a metric for people, with its unit."""
    return value_said(one[name], one["unit"])


def gravest_first(found: list[Json]) -> list[Json]:
    """Those whose limits broke, then those that could not be told, then the others."""
    order = {"fail": 0, "warn": 1, "inconclusive": 2}
    return sorted(found, key=lambda one: order.get(one["verdict"] or "", 3))

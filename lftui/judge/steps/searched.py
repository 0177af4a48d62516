"""Whether a run searches for the capacity, how, and for which limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from lftui.judge.steps.search import Way
from lftui.judge.thresholds.threshold import Threshold, combined, parse_threshold, read_back
from lftui.plan import PlanError
from lftui.run_state import RunState
from lftui.shapes import Capacity, Shape, parse_shape

_NAME = "capacity"


def search_of(state: RunState) -> Capacity | None:
    """The search that a run is; None of any other run."""
    return planned_search(state.started.plan) if state.started is not None else None


def planned_search(plan: Mapping[str, Any]) -> Capacity | None:
    """The search of a plan as the journal has it."""
    spec = plan.get("shape")
    if not isinstance(spec, str) or spec.partition(":")[0].strip() != _NAME:
        return None
    users = plan.get("given_users")
    rate = plan.get("given_rate")
    return _parsed(
        spec,
        users if isinstance(users, int) else None,
        float(rate) if isinstance(rate, int | float) else None,
    )


@lru_cache(maxsize=8)
def _parsed(spec: str, users: int | None, rate: float | None) -> Capacity | None:
    try:
        shape = parse_shape(spec, users, rate, None)
    except PlanError:  # a journal from elsewhere
        return None
    return shape if isinstance(shape, Capacity) else None


def way_of(search: Capacity, plan: Mapping[str, Any]) -> Way:
    """How is searched, within the target's ceiling."""
    ceiling = plan.get("max_users" if search.unit == "users" else "max_rps")
    highest = search.max
    if isinstance(ceiling, int | float) and 0 < ceiling < highest:
        highest = float(ceiling)
    return Way(
        unit=search.unit,
        start=min(search.start, highest),
        growth=search.growth,
        precision=search.precision,
        max=highest,
        at_least=search.at_least,
    )


def held_rules(search: Capacity, thresholds: Mapping[str, Any] | None) -> list[Threshold]:
    """The limits that a search holds: its own, else the run's critical ones about responses."""
    if search.hold:
        return own_rules(search)
    return [
        one
        for one in read_back(thresholds)
        if one.severity == "critical" and not one.is_of_target and one.upper
    ]


def own_rules(search: Capacity) -> list[Threshold]:
    """The limits of `hold=`.

    Raises:
        PlanError: one cannot be read, or is none that a level of load can be judged by.
    """
    return [_own_rule(text) for text in search.hold]


def _own_rule(text: str) -> Threshold:
    where = f"the shape '{_NAME}': hold"
    rule = parse_threshold(text, where)
    if rule.is_of_target:
        raise PlanError(
            f"{where}: '{text}' is about the target's own metrics, which are read too seldom to "
            "judge a level by; hold a figure of the responses"
        )
    if rule.severity != "critical":
        raise PlanError(f"{where}: '{text}': what is held is critical; leave :warning away")
    if not rule.upper:
        raise PlanError(
            f"{where}: '{text}' is broken by too little load, and a search begins with little; "
            "hold a limit that is broken by too much, like p95_ms<2s"
        )
    return rule


def planned_rules(shape: Shape | None, rules: Sequence[Threshold]) -> list[Threshold]:
    """The thresholds of a run, with those that its search holds.

    Raises:
        PlanError: a limit of the search cannot be held, or it has none.
    """
    search = getattr(shape, "shape", shape)
    if not isinstance(search, Capacity):
        return list(rules)
    if search.hold:
        return combined(rules, own_rules(search))
    if not any(one.severity == "critical" and not one.is_of_target and one.upper for one in rules):
        raise PlanError(
            f"the shape '{_NAME}' has no limit to hold; write one like hold=p95_ms<2s, or give "
            "--threshold p95_ms<2s"
        )
    return list(rules)


def searched_rules(state: RunState) -> frozenset[str]:
    """The names of the limits that the search of a run holds; none of any other run."""
    search = search_of(state)
    if search is None or state.started is None:
        return frozenset()
    return frozenset(one.rule for one in held_rules(search, state.started.thresholds))

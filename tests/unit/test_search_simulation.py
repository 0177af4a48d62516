"""The search on a queue whose capacity is known: does it find it, in spite of the noise?"""

from __future__ import annotations

import random

import pytest

from lftui.judge.steps.search import MOST_TIMES, Search, Way
from lftui.judge.steps.trial import Measuring
from lftui.judge.thresholds.threshold import parse_threshold
from lftui.records import EndpointSeen
from lftui.run_state import RunState
from lftui.run_state.searched import Found
from tests.unit.queueing import Closed, Load, Open, Pool, Ticking, p95_s

RULES = [parse_threshold("p95_ms<2s"), parse_threshold("error_ratio<1%")]
STEP_S, SETTLE_S, RECOVERS_S = 30, 3, 3
# Of four connections that take 80 ms on average: by bisection with an hour of load at each level.
CAPACITY = {"users": 135.4, "rate": 49.0}
SEEDS = 10


def load_of(unit: str, seed: int) -> Load:
    """Users who think for a second, or arrivals at a rate, on a pool of four."""
    draw = random.Random(f"{unit} {seed}")
    pool = Pool(draw, connections=4, mean_s=0.08, sigma=0.6)
    return Closed(draw, pool, 1.0) if unit == "users" else Open(draw, pool, 300)


def search_on(unit: str, seed: int, way: Way) -> Found:
    """A whole search, with the pauses that the supervisor makes."""
    load, state, search = Ticking(load_of(unit, seed)), RunState(), Search(way)
    state.apply(EndpointSeen(id=1, method="GET", name="/"))
    held: dict[float, Measuring] = {}
    while search.found is None:
        if search.broke:
            load.set(max(1.0, round((search.held or search.level) / 2)))
            while judged_for(load, state, RECOVERS_S).judge(state, RULES).beyond:
                pass
        if load.level != search.level:
            load.set(search.level)
            judged_for(load, state, SETTLE_S)
        measuring, times = Measuring(load.level, unit, load.load.now), 0
        said = "unclear"
        while said == "unclear" and times < MOST_TIMES:
            times += 1
            for _ in range(STEP_S):
                measuring.take(state, load.tick())
            judged = measuring.judge(state, RULES, held.get(load.level))
            said = judged.said
        if said == "holds":
            held[load.level] = measuring
        search.take(measuring.trial(state, judged, 1, search.aim, times))
    return search.found


def judged_for(load: Ticking, state: RunState, seconds: int) -> Measuring:
    measuring = Measuring(load.level, "users", load.load.now)
    for _ in range(seconds):
        measuring.take(state, load.tick())
    return measuring


@pytest.mark.parametrize(("unit", "start"), [("users", 80.0), ("rate", 30.0)])
def test_it_lands_within_a_tenth_in_nine_of_ten(unit: str, start: float) -> None:
    way = Way(unit=unit, start=start, max=500)
    found = [search_on(unit, seed, way) for seed in range(SEEDS)]
    assert all(one.is_capacity for one in found)
    errors = [(one.level or 0.0) / CAPACITY[unit] - 1.0 for one in found]
    assert sum(abs(error) <= 0.1 for error in errors) >= 9, errors


@pytest.mark.parametrize("unit", ["users", "rate"])
def test_the_capacity_is_what_it_is_said_to_be(unit: str) -> None:
    below, above = (
        p95_s(load_of(unit, 1), CAPACITY[unit] * part, 300, 60) for part in (0.93, 1.07)
    )
    assert below < 2.0 < above

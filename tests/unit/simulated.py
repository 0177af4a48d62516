"""Runs with response times drawn from a distribution, for tests of the judge."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from lftui.run_state import RunState
from tests.unit.strategies import Play, Sent

Name = tuple[str, str]
JOB: Name = ("GET", "/api/v1/jobs/{id}")
HEALTHZ: Name = ("GET", "/healthz")


def play_run(
    seed: int,
    *,
    levels: Sequence[tuple[int, int]] = ((50, 60),),
    median_ms: Mapping[Name, float] | None = None,
    factor: float = 1.0,
    rps: int = 30,
    sigma: float = 0.4,
    failing: float = 0.0,
    **status: Any,
) -> Play:
    """A finished run: at each of `levels` (users, seconds) every endpoint gets `rps` requests
    a second whose times are lognormal with its median, made `factor` times as long."""
    draw = random.Random(seed)
    play = Play()
    for users, seconds in levels:
        for _ in range(seconds):
            sent = []
            for (method, name), median in (median_ms or {JOB: 30.0, HEALTHZ: 5.0}).items():
                endpoint = play.endpoint(name, method)
                for _ in range(rps):
                    us = int(1000 * factor * median * draw.lognormvariate(0, sigma))
                    sent.append(Sent(endpoint, us, failed=draw.random() < failing))
            play.tick(sent, users=users, **status)
    play.finish()
    return play


def run(seed: int, **options: Any) -> RunState:
    """The state of such a run."""
    return play_run(seed, **options).state

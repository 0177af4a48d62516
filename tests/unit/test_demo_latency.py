"""The demo target's times, in simulation, against baseline.json."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.demo.content import SIZE_FACTORS
from lftui.demo.latency import COSTS, Curve, Draws, below
from lftui.demo.machine import Machine
from lftui.demo.options import Options

BASELINE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "baseline.json").read_text(encoding="utf-8")
)
DRAWS = 20_000


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


def test_curve_meets_its_percentiles() -> None:
    curve = Curve(p50=10, p95=50, p99=100, cap=300)
    assert curve.at(0) == pytest.approx(10)
    assert curve.at(1.6448536) == pytest.approx(50)
    assert curve.at(2.3263479) == pytest.approx(100)
    assert curve.at(9) == 300


@given(st.floats(-8, 8), st.floats(-8, 8), st.sampled_from(sorted(COSTS)))
def test_curves_rise(one: float, other: float, name: str) -> None:
    curve = COSTS[name].curve
    low, high = sorted((one, other))
    assert 0 < curve.at(low) <= curve.at(high) <= curve.cap


@pytest.mark.parametrize("name", sorted(BASELINE["endpoints"]))
def test_endpoint_is_a_little_below_its_baseline(name: str) -> None:
    draws, sizes = Draws(seed=7), random.Random(7)
    times = []
    for _ in range(DRAWS):
        size = sizes.choices(("small", "medium", "large"), weights=(4, 5, 1))[0]
        factor = SIZE_FACTORS[size] if name.endswith("/generate") else 1.0
        times.append(draws.milliseconds(name) * factor)
    expected = BASELINE["endpoints"][name]["expected_response_time_ms"]
    for key, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        assert 0.4 * expected[key] < percentile(times, share) < 0.98 * expected[key]
    assert max(times) <= expected["max"]


def test_every_baseline_endpoint_has_a_cost() -> None:
    assert set(BASELINE["endpoints"]) <= set(COSTS)


def test_same_seed_same_times_whatever_else_is_asked() -> None:
    alone, mixed = Draws(seed=3), Draws(seed=3)
    first = [alone.milliseconds("/healthz") for _ in range(50)]
    second = []
    for _ in range(50):
        mixed.milliseconds("/api/v1/jobs [GET]")
        second.append(mixed.milliseconds("/healthz"))
    assert first == second
    assert first != [Draws(seed=4).milliseconds("/healthz") for _ in range(50)]


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0, 20.0])
def test_speed_scales_every_time(speed: float) -> None:
    slept: list[float] = []
    machine = Machine(Options(seed=5, speed=speed), sleep=slept.append)
    machine.work("/api/v1/jobs [POST]")
    machine.generate("/api/v1/content/generate", 1.0)
    reference = Draws(seed=5)
    expected = [
        reference.milliseconds(name) / 1000 / speed
        for name in ("/api/v1/jobs [POST]", "/api/v1/content/generate")
    ]
    assert sum(slept[:2]) == pytest.approx(expected[0])
    assert sum(slept[2:]) == pytest.approx(expected[1])


def test_share_moves_a_curve_as_a_whole() -> None:
    assert below(100, 200, 400, 0.5) == Curve(50, 100, 200, 266)

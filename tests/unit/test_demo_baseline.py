"""baseline.json: the figures that the scenarios are held to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

BASELINE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "baseline.json").read_text(encoding="utf-8")
)
ENDPOINTS = {
    "/healthz": (10, 50, 100, 1000),
    "/api/v1/health": (20, 100, 200, 500),
    "/api/v1/auth/login": (150, 400, 800, 100),
    "/api/v1/auth/register": (200, 500, 1000, 50),
    "/api/v1/jobs [POST]": (100, 300, 500, 50),
    "/api/v1/jobs [GET]": (100, 300, 600, 100),
    "/api/v1/jobs/{id} [GET]": (50, 150, 300, 200),
    "/api/v1/content/generate": (2000, 5000, 10000, 10),
    "/api/v1/monitoring/usage/user/{id}": (100, 300, 500, 50),
    "/api/v1/monitoring/usage/summary": (200, 500, 1000, 20),
}
METRICS = {"total_rps", "error_rate", "cpu_usage", "memory_usage"}
LIMITS = {
    "response_time_p50_ms",
    "response_time_p95_ms",
    "response_time_p99_ms",
    "error_rate",
    "cpu_usage",
    "memory_usage",
}


def test_top_level() -> None:
    assert set(BASELINE) == {
        "version",
        "updated",
        "description",
        "environment",
        "endpoints",
        "load_scenarios",
        "thresholds",
        "external_dependencies",
    }


@pytest.mark.parametrize("name", sorted(ENDPOINTS))
def test_endpoint(name: str) -> None:
    entry = BASELINE["endpoints"][name]
    times = entry["expected_response_time_ms"]
    found = (times["p50"], times["p95"], times["p99"], entry["expected_throughput_rps"])
    assert found == ENDPOINTS[name]
    assert times["max"] >= times["p99"]
    assert 0 <= entry["expected_error_rate"] < 0.05
    assert entry["description"]
    assert entry["notes"]


def test_no_other_endpoint() -> None:
    assert set(BASELINE["endpoints"]) == set(ENDPOINTS)


def test_load_scenarios() -> None:
    found = {
        name: (entry["users"], entry["duration_minutes"])
        for name, entry in BASELINE["load_scenarios"].items()
    }
    assert found == {"normal_load": (50, 10), "peak_load": (200, 5), "stress_test": (500, 3)}
    assert all(set(e["expected_metrics"]) == METRICS for e in BASELINE["load_scenarios"].values())


def test_thresholds() -> None:
    warning, critical = BASELINE["thresholds"]["warning"], BASELINE["thresholds"]["critical"]
    assert set(warning) == set(critical) == LIMITS
    assert all(warning[name] < critical[name] for name in LIMITS)
    pairs = {name: (warning[name], critical[name]) for name in LIMITS}
    assert pairs["response_time_p95_ms"] == (2000, 5000)
    assert pairs["error_rate"] == (0.01, 0.05)
    assert pairs["cpu_usage"] == pairs["memory_usage"] == (0.70, 0.85)

"""The setup check asks the sources of the target's own metrics."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Iterator

import pytest

from lftui.settings import Settings
from lftui.validation.checks import Finding
from lftui.validation.metrics import check_metrics
from tests.runs.metrics_server import MetricsServer, metrics_server


def check(text: str, host: str | None = None) -> dict[str, Finding]:
    settings = Settings.model_validate(tomllib.loads(text))
    found = asyncio.run(check_metrics(settings, host, {}))
    return {one.name: one for one in found}


@pytest.fixture
def server() -> Iterator[MetricsServer]:
    """Metrics of all kinds."""
    with metrics_server() as one:
        yield one


def test_each_source_is_read_once(server: MetricsServer) -> None:
    found = check(f"""
        [monitor.sources.api]
        metrics = "{server.url}/metrics"
        rows = [
            {{ name = "pool", metric = "pool_in_use", of = "pool_size", scale = 100, unit = "%" }},
            {{ name = "done", metric = "jobs_done_total", rate = true }},
            {{ name = "none", metric = "nobody_has_it" }},
        ]
        [monitor.sources.machine]
        host = true
        [monitor.sources.down]
        metrics = "{server.url}/broken"
        rows = [{{ name = "x", metric = "pool_in_use" }}]
    """)
    assert (found["api"].outcome, found["machine"].outcome) == ("pass", "pass")
    assert "pool 75 %" in found["api"].text
    assert "of 3 rows" in found["api"].text
    assert "memory_usage" in found["machine"].text
    assert found["api none"].outcome == "warn"
    assert found["down"].outcome == "warn"
    assert "goes on without it" in found["down"].remedy
    assert server.asked["/metrics"] == 1


def test_only_sources_of_the_target_are_read(server: MetricsServer) -> None:
    text = f"""
        [targets.staging]
        url = "http://127.0.0.1:9"
        [monitor.sources.api]
        metrics = "{server.url}/metrics"
        target = "staging"
        rows = [{{ name = "pool", metric = "pool_in_use" }}]
    """
    assert check(text, "http://127.0.0.1:7") == {}
    assert server.asked["/metrics"] == 0
    assert check(text, "staging")["api"].outcome == "pass"


def test_a_source_that_never_answers_has_its_time_and_no_more(server: MetricsServer) -> None:
    found = check(f"""
        [monitor]
        timeout = "0.2s"
        [monitor.sources.slow]
        metrics = "{server.url}/silent"
        rows = [{{ name = "x", metric = "pool_in_use" }}]
        [monitor.sources.secret]
        metrics = "{server.url}/metrics"
        headers = {{ Authorization = "env:NOBODY_SET_THIS" }}
        rows = [{{ name = "x", metric = "pool_in_use" }}]
    """)
    assert "0.2 s" in found["slow"].text
    assert "NOBODY_SET_THIS" in found["secret"].text

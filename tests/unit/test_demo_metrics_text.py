"""The demo target's OpenMetrics text, and that its own counts are right."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from lftui.demo.app import create_app
from lftui.demo.metrics_text import Family, gauge, render
from lftui.demo.options import Options
from lftui.demo.service import Service

SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+)\})? (\S+)')


def parse(text: str) -> dict[str, float]:
    """Samples by name and labels; fails on what is not OpenMetrics."""
    lines = text.split("\n")
    assert lines[-2:] == ["# EOF", ""]
    samples: dict[str, float] = {}
    family, kind = "", ""
    for line in lines[:-2]:
        if line.startswith("# TYPE "):
            _, _, family, kind = line.split(" ")
            assert kind in ("gauge", "counter")
        elif line.startswith(("# HELP ", "# UNIT ")):
            assert line.split(" ")[2] == family
        else:
            match = SAMPLE.fullmatch(line)
            assert match is not None, line
            assert match[1] == (f"{family}_total" if kind == "counter" else family)
            samples[line.rsplit(" ", 1)[0]] = float(match[3])
    return samples


@pytest.fixture
def client() -> FlaskClient:
    def no_time(_: float) -> None:
        return None

    return create_app(Service(Options(), sleep=no_time)).test_client()


@pytest.fixture
def scrape(client: FlaskClient) -> Callable[[], dict[str, float]]:
    return lambda: parse(client.get("/metrics").text)


def served(method: str, endpoint: str) -> str:
    return f'la_factoria_requests_served_total{{method="{method}",endpoint="{endpoint}"}}'


def test_counter_and_gauge() -> None:
    counter = Family("made", "counter", "What was made.", (({"kind": "a"}, 3.0),))
    assert render([counter, gauge("level_ratio", 0.5, "Level.", "ratio")]) == (
        "# TYPE made counter\n# HELP made What was made.\n"
        'made_total{kind="a"} 3\n'
        "# TYPE level_ratio gauge\n# UNIT level_ratio ratio\n# HELP level_ratio Level.\n"
        "level_ratio 0.5\n# EOF\n"
    )


def test_label_text_is_escaped() -> None:
    text = render([Family("made", "gauge", "Help.", (({"k": 'a"b\\c\nd'}, 1.0),))])
    assert 'made{k="a\\"b\\\\c\\nd"} 1\n' in text


def test_all_that_a_monitor_needs_is_there(scrape: Callable[[], dict[str, float]]) -> None:
    wanted = {
        "process_cpu_ratio",
        "process_resident_memory_bytes",
        "la_factoria_memory_ratio",
        "la_factoria_db_pool_in_use",
        "la_factoria_db_pool_size",
        "la_factoria_worker_pool_in_use",
        "la_factoria_worker_pool_size",
        "la_factoria_queue_depth",
        "la_factoria_external_api_quota_remaining",
        "la_factoria_accounts",
    }
    samples = scrape()
    assert wanted <= set(samples)
    assert samples["la_factoria_worker_pool_size"] == 16
    assert samples["la_factoria_db_pool_size"] == 4
    assert 0 < samples["la_factoria_memory_ratio"] < 10


def test_content_type(client: FlaskClient) -> None:
    answer = client.get("/metrics")
    assert answer.content_type.startswith("application/openmetrics-text; version=1.0.0")


def test_requests_are_counted_by_template(
    client: FlaskClient, scrape: Callable[[], dict[str, float]]
) -> None:
    client.get("/healthz")
    client.get("/healthz")
    client.get("/api/v1/jobs/17")
    client.get("/api/v1/jobs/18")
    client.post("/api/v1/jobs", json={})
    client.get("/nowhere/1")
    client.open("/nowhere/2", method="BREW")
    scrape()
    samples = scrape()
    counts = {name: n for name, n in samples.items() if name.startswith("la_factoria_requests")}
    assert counts == {
        served("GET", "/healthz"): 2,
        served("GET", "/api/v1/jobs/{id}"): 2,
        served("POST", "/api/v1/jobs"): 1,
        served("GET", "other"): 1,
        served("other", "other"): 1,
    }
    assert samples['la_factoria_responses_total{code="401"}'] == 3


def test_accounts_do_not_count_the_administrator(
    client: FlaskClient, scrape: Callable[[], dict[str, float]]
) -> None:
    assert scrape()["la_factoria_accounts"] == 0
    client.post("/api/v1/auth/register", json={"email": "a@b.example", "password": "12345678"})
    assert scrape()["la_factoria_accounts"] == 1

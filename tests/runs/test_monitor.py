"""Sources of the target's own metrics on real runs: what they say is in the journal, what is wrong
with one is told once and disturbs neither the run nor the others."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lftui.records import AnyRecord, Marked, TargetSampled
from tests.runs.live import Lftui, Live, logs, only
from tests.runs.metrics_server import MetricsServer, metrics_server

SCRIPT = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.1)

        @task
        def visit(self):
            self.client.get("/page")
"""
ROW = 'rows = [{ name = "pool", metric = "pool_in_use" }]\n'


@pytest.fixture
def server() -> Iterator[MetricsServer]:
    with metrics_server() as one:
        yield one


def settings(lftui: Lftui, text: str) -> None:
    (lftui.folder / "lftui.toml").write_text(f'[monitor]\nevery = "1s"\ntimeout = "2s"\n{text}')


def source(server: MetricsServer, path: str, rows: str = ROW) -> str:
    return f'[monitor.sources.{path.strip("/")}]\nmetrics = "{server.url}{path}"\n{rows}'


def values(records: list[AnyRecord], source: str) -> dict[str, list[float | None]]:
    found: dict[str, list[float | None]] = {}
    for record in only(records, TargetSampled):
        if record.source == source:
            for sample in record.samples:
                found.setdefault(sample.name, []).append(sample.value)
    return found


def end(live: Live) -> list[AnyRecord]:
    live.signal(signal.SIGINT)
    done = live.wait()
    assert done.code == 130, done.said
    return done.records


def is_read(source: str, times: int) -> object:
    """A condition: so many readings of a source were numbers."""
    return lambda state: any(
        one.source == source and one.count >= times for one in state.target_facts.values()
    )


def test_what_sources_say_is_in_the_journal_and_troubles_are_told_once(
    lftui: Lftui, server: MetricsServer
) -> None:
    bad = "".join(source(server, path) for path in ("/silent", "/huge", "/moved", "/page"))
    settings(
        lftui,
        source(
            server,
            "/metrics",
            'rows = [{ name = "jobs", metric = "jobs_done_total", rate = true, unit = "/s" },'
            ' { name = "pool", metric = "pool_in_use", of = "pool_size", scale = 100, unit = "%" },'
            ' { name = "typo", metric = "pol" }]\n',
        )
        + source(server, "/broken")
        + f'[monitor.sources.doc]\njson = "{server.url}/json"\n'
        'rows = [{ name = "queue", path = "queue.depth" }, { name = "no", path = "queue.length" }]\n'
        + source(server, "/secret", f'headers = {{ Authorization = "env:METRICS_TOKEN" }}\n{ROW}')
        + bad,
    )
    live = lftui.start(lftui.script(SCRIPT), "-u 2 -r 10 -t 60s", METRICS_TOKEN="Bearer s3cr3t-9")
    live.wait_state(is_read("metrics", 3))
    live.wait_state(
        lambda state: state.logs and any("broken gives" in one.text for one in state.logs)
    )
    server.mended.set()
    live.wait_state(is_read("broken", 1))
    live.wait_tick()
    records = end(live)

    metrics = values(records, "metrics")
    assert metrics["jobs"][0] is None
    assert all(rate and rate > 5 for rate in metrics["jobs"][1:])
    assert set(metrics["pool"]) == {75.0}
    assert set(metrics["typo"]) == {None}
    assert set(values(records, "doc")["queue"]) == {7.0}
    assert values(records, "broken")["pool"][0] is None
    assert values(records, "broken")["pool"][-1] == 3.0
    for path in ("silent", "huge", "moved", "page"):
        assert set(values(records, path)["pool"]) == {None}
    told = logs(records, "monitor")
    expected = (
        "silent gives no figures: no answer within 2 s",
        "huge gives no figures: its answer is larger than 2 MB",
        "moved gives no figures: it answers 302 (Found)",
        "broken gives no figures: it answers 503 (Service Unavailable)",
        "broken is back after",
        "doc: no has no figures: it has no queue.length",
    )
    for text in expected:
        assert len([one for one in told if one.startswith(text)]) == 1, told
    assert len(told) == len(expected)
    # The credentials were sent, and stand nowhere.
    assert server.tokens["/secret"] == "Bearer s3cr3t-9"
    assert set(values(records, "secret")["pool"]) == {3.0}
    del server.most_at_once["/silent"]  # its threads do not see that they were given up
    assert set(server.most_at_once.values()) == {1}, server.most_at_once
    for file in live.folder.rglob("*"):
        assert not file.is_file() or b"s3cr3t-9" not in file.read_bytes(), file


def test_a_target_over_its_limit_is_marked_by_the_guard_and_fails_the_run(
    lftui: Lftui, server: MetricsServer
) -> None:
    (lftui.folder / "lftui.toml").write_text(
        '[guard]\naction = "stop"\nwindow = "2s"\ngrace = "1s"\n'
        f'[monitor]\nevery = "1s"\n[monitor.sources.doc]\njson = "{server.url}/json"\n'
        'rows = [{ name = "cpu_usage", path = "cpu", scale = 100 },'
        ' { name = "queue_depth", path = "queue.depth", warning = 5 }]\n'
    )
    done = lftui.run(lftui.script(SCRIPT), "-u 2 -r 10 -t 60s --summary summary.json")
    assert done.code == 1, done.said
    breach = next(one for one in only(done.records, Marked) if one.type == "breach")
    assert breach.text.startswith("cpu_usage of target 93 % broke the critical limit 85 %")
    assert done.finished.reason == "guard"
    checks = json.loads((lftui.folder / "summary.json").read_text())["verdict"]["checks"]
    judged = {
        (one["metric"], one["severity"]): one["outcome"]
        for one in checks
        if one["source"] == "threshold"
    }
    assert judged == {
        ("cpu_usage", "warning"): "warn",
        ("cpu_usage", "critical"): "fail",
        ("queue_depth", "warning"): "warn",
    }


def test_a_source_that_cannot_be_asked_refuses_the_run_before_any_load(
    lftui: Lftui, server: MetricsServer
) -> None:
    settings(
        lftui,
        source(server, "/secret", f'headers = {{ Authorization = "env:NOT_SET_HERE" }}\n{ROW}'),
    )
    done = lftui.run(lftui.script(SCRIPT), "-u 1 -t 5s")
    assert done.code == 2
    assert done.err.strip().endswith(
        "monitor.sources.secret.headers.Authorization: the variable NOT_SET_HERE is not set;"
        " set it, or take it out"
    )
    assert done.folder is None
    assert not server.asked


def test_the_embedded_target_is_watched_from_the_first_second(lftui: Lftui) -> None:
    out = Path("summary.json")
    done = lftui.command(
        "demo",
        "--headless",
        "--port",
        "0",
        "-u",
        "3",
        "-r",
        "10",
        "-t",
        "2s",
        "--summary",
        str(out),
    )
    assert done.code in (0, 3), done.said
    found = values(done.records, "demo")
    assert {"cpu_usage", "memory_usage", "worker_pool_usage", "queue_depth"} <= set(found)
    assert found["memory_usage"][0] is not None
    assert logs(done.records, "monitor") == []

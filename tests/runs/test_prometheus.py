"""A real Prometheus on both sides: it scrapes the live figures of a run, and its queries are rows."""

from __future__ import annotations

import json
import re
import signal
import socket
from pathlib import Path

from lftui.records import Logged
from tests.runs.live import Lftui, Live, logs
from tests.runs.prometheus import Prometheus, prometheus

SCRIPT = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.1)

        @task(3)
        def visit(self):
            self.client.get("/page")

        @task(1)
        def fail(self):
            self.client.get("/fail")
"""


def served_at(live: Live) -> str:
    said = live.wait_record(Logged, lambda one: "live figures are served" in one.text)
    found = re.search(r"http://[\d.]+:\d+/metrics", said.text)
    assert found is not None
    return found[0]


def compare_with_itself(lftui: Lftui, live: Live, server: Prometheus) -> None:
    """What the server has of a run, held against what the run has of itself, moves with it."""
    # Twice a second; the load grows all the while, however late the server began.
    assert server.wait_for("count_over_time(lftui_users[5m]) >= 36")
    buckets = "sum by (le) (rate(lftui_response_time_seconds_bucket[$window]))"
    queries = {
        "rps": "sum(rate(lftui_requests_total[$window]))",
        "p95_s": f"histogram_quantile(0.95, {buckets})",
        "users": "lftui_users",
        "nothing": "no_such_metric",
    }
    words = [word for name, text in queries.items() for word in ("--query", f"{name}={text}")]
    run = live.folder.name
    asked = ["correlate", run, "--prometheus", server.url, "--every", "2s", *words]
    done = lftui.command(*asked, "--json")
    assert done.code == 0, done.said
    found = {(one["name"], one["metric"]): one for one in json.loads(done.out)["queries"]}
    rps = found["rps", "rps"]
    assert rps["intervals"] >= 5
    # The run tells its counts once a second: a rate over two of them is one second off or none.
    assert 0.3 < rps["median_ratio"] < 1.7, json.dumps(rps)
    assert rps["correlation"] is not None
    assert found["users", "rps"]["correlation"] > 0.5
    assert found["p95_s", "p95_ms"]["target_median"] > 0
    assert found["nothing", "rps"]["said"] == "the server has nothing for the time of the run"
    done = lftui.command(*asked, "--query", "many=lftui_requests_total")
    assert done.code == 2
    assert "--query many: it gives 2 series; make one of them" in done.err


def test_prometheus_scrapes_a_run_and_a_run_reads_prometheus(lftui: Lftui, tmp_path: Path) -> None:
    ramp = "--shape ramp:from=3,to=40,over=80s,hold=5m"
    watched = lftui.start(lftui.script(SCRIPT), f"{ramp} --prometheus-port 0")
    url = served_at(watched)
    with prometheus(tmp_path / "prometheus", run=url) as server:
        assert server.wait_for("sum(lftui_requests_total) > 20")
        assert server.values("lftui_users")[0] >= 3.0
        assert server.values("up") == [1.0]
        assert server.faults() == []
        p95 = "histogram_quantile(0.95, sum by (le) (lftui_response_time_seconds_bucket))"
        assert 0 < server.wait_for(p95)[0] < 5
        (lftui.folder / "lftui.toml").write_text(
            f'[monitor]\nevery = "1s"\n[monitor.sources.prom]\nprometheus = "{server.url}"\n'
            'rows = [{ name = "users", query = "sum(lftui_users)" },'
            ' { name = "failed", query = "lftui_failures_total > 0", aggregate = "max" },'
            ' { name = "none", query = "no_such_metric" },'
            ' { name = "bad", query = "sum(" },'
            ' { name = "matrix", query = "up[1m]" }]\n'
        )
        reader = lftui.start(lftui.script(SCRIPT), "-u 1 -r 10 -t 90s")
        known = reader.wait_state(
            lambda state: any(
                one.name == "failed" and one.count for one in state.target_facts.values()
            )
        )
        facts = {one.name: one for one in known.target_facts.values()}
        assert facts["users"].latest >= 3.0
        assert (facts["none"].count, facts["bad"].count, facts["matrix"].count) == (0, 0, 0)
        told = logs(reader.records, "monitor")
        assert len(told) == 2
        assert told[0].startswith("prom: bad has no figures: the query is refused: ")
        assert told[1] == (
            "prom: matrix has no figures: the query gives no instant value; leave the range out of it"
        )
        reader.signal(signal.SIGINT)
        compare_with_itself(lftui, watched, server)
        total = watched.read().total
        counted = server.wait_for(f"sum(lftui_requests_total) >= {total.count}")
        watched.signal(signal.SIGINT)
        state = watched.wait().state
        assert total.count <= counted[0] <= state.total.count
    assert reader.wait().code == 130


def test_a_port_that_is_taken_refuses_the_run_before_any_load(lftui: Lftui) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        done = lftui.run(lftui.script(SCRIPT), f"-u 1 -t 5s --prometheus-port {port}")
    assert done.code == 2, done.said
    assert f"--prometheus-port: 127.0.0.1:{port} cannot be opened" in done.err
    assert done.folder is None

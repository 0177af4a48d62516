"""LeanHttpUser in real runs: with plain Locust, with lftui, and in the place of stock clients."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.runs.live import Lftui, only
from tests.runs.target import Target

LEAN = """
    from locust import constant, task

    from lftui.http import LeanHttpUser

    class Visitor(LeanHttpUser):
        wait_time = constant(0.02)

        @task
        def visit(self):
            self.client.get("/quick")
            self.client.post("/fail", json={"a": 1})
"""
STOCK = """
    from locust import FastHttpUser, HttpUser, constant, task

    class Fast(FastHttpUser):
        wait_time = constant(0.02)

        @task
        def caught(self):
            with self.client.post("/caught", json={}, catch_response=True) as response:
                response.failure("no good")

        @task
        def rested(self):
            with self.rest("GET", "/rest") as response:
                assert response.status_code == 200

    class Requests(HttpUser):
        wait_time = constant(0.02)

        def on_start(self):
            self.client.headers.update({"X-Mine": "1"})
            self.client.auth = ("me", "secret")
            self.client.verify = False

        @task
        def params(self):
            response = self.client.get("/list", params={"page": "2"}, timeout=(5, 5))
            response.raise_for_status()
            assert response and response.ok and response.text == "answer\\n", response.text
            assert response.request.headers["x-mine"] == "1"
            assert self.client.cookies.get("none") is None

        @task
        def broken(self):
            assert not self.client.get("/fail").ok
"""


def test_plain_locust_takes_it_and_loads_nothing_else(target: Target, tmp_path: Path) -> None:
    """And with the figures that lftui would have."""
    script = tmp_path / "locustfile.py"
    script.write_text(
        textwrap.dedent(LEAN)
        + textwrap.dedent("""
        import sys

        import gevent
        from locust import events

        failed = []

        @events.request.add_listener
        def seen(name, exception, **_):
            if exception:
                failed.append(name)

        @events.test_start.add_listener
        def ends_when_enough_was_seen(environment, **_):
            def end():
                while len(failed) < 5:
                    gevent.sleep(0.05)
                environment.runner.quit()

            gevent.spawn(end)

        @events.quitting.add_listener
        def loaded(environment, **_):
            ours = [name for name in sys.modules if name.startswith("lftui.")]
            print("ERRORS", *map(repr, (one.error for one in environment.stats.errors.values())))
            print("OTHERS", [name for name in ours if not name.startswith("lftui.http")])
    """)
    )
    done = subprocess.run(
        [sys.executable, "-m", "locust", "-f", str(script), "--headless", "-H", target.url,
         "-u", "2", "-r", "2", "-t", "45s", "--json-file", str(tmp_path / "stats"),
         "--exit-code-on-error", "0"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "OTHERS []" in done.stdout
    entries = {entry["name"]: entry for entry in json.loads((tmp_path / "stats.json").read_text())}
    # A user that Locust cuts off has been answered all the same.
    assert 0 < entries["/quick"]["num_requests"] <= target.answered_at("/quick")
    assert entries["/fail"]["num_failures"] == entries["/fail"]["num_requests"]
    assert "ERRORS LocustBadStatusCode(code=500)" in done.stdout


def test_every_request_is_counted_with_its_phases(lftui: Lftui, target: Target) -> None:
    done = lftui.run(lftui.script(LEAN), "-u 4 -r 4 -t 2s --timings --summary summary.json")
    state = done.state
    assert {row.name: row.figures.count for row in state.rows} == target.counts(), done.said
    assert state.total.failures == target.answered_at("/fail")
    assert done.finished.cut_in_flight == 0
    summary = json.loads((lftui.folder / "summary.json").read_text())
    for entry in (summary["totals"], *summary["endpoints"]):
        phases = entry["timings"]
        assert phases["first_byte"]["requests"] == entry["requests"]
        assert phases["first_byte"]["p50_ms"] <= entry["max_ms"]
    assert summary["totals"]["timings"]["connect"]["requests"] == 4


def test_a_stock_locustfile_runs_on_it(lftui: Lftui, target: Target) -> None:
    done = lftui.run(lftui.script(STOCK), "-u 2 -r 2 -t 2s --http-client lean")
    state = done.state
    assert state.exceptions == {}, done.said
    names = {row.name for row in state.rows}
    assert names == {"/caught", "/rest", "/list?page=2", "/fail"}
    assert target.counts().keys() == {"/caught", "/rest", "/list", "/fail"}
    said = {error.sample for error in state.errors.values()}
    assert "HTTPError('500 Server Error: Internal Server Error for url: /fail')" in said
    assert any("no good" in text for text in said)
    assert any("Could not parse response as JSON" in text for text in said)
    assert {one.base for one in state.loaded.user_classes} == {"LeanHttpUser", "HttpUser"}


def test_what_it_cannot_serve_is_named(lftui: Lftui) -> None:
    script = lftui.script("""
        from locust import HttpUser, constant, task

        class Visitor(HttpUser):
            wait_time = constant(1)

            @task
            def mount(self):
                self.client.mount("http://", None)
    """)
    done = lftui.run(script, "-u 1 -r 1 -t 1s --http-client lean")
    [error] = done.state.exceptions.values()
    assert "--http-client lean an HttpUser's client does not have mount" in error.message


def test_bad_values_are_one_sentence(lftui: Lftui) -> None:
    done = lftui.command("--headless", "-f", str(lftui.script(LEAN)), "--http-client", "quick")
    assert done.code == 2
    assert "--http-client is 'quick'; it is one of stock, lean" in done.err


def test_timings_without_such_a_user_are_said_to_tell_nothing(lftui: Lftui) -> None:
    from lftui.records import Logged

    done = lftui.run(lftui.script(STOCK), "-u 1 -r 1 -t 1s --timings Fast")
    said = [log.text for log in only(done.records, Logged) if log.source == "generator"]
    assert any("no user class of this run is a LeanHttpUser" in text for text in said)

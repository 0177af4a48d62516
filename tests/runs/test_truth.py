"""Every request that the target has answered is in the run's figures: none lost, none invented."""

from __future__ import annotations

import json

import pytest

from tests.runs.live import EXPORTS, Lftui, exact, fold
from tests.runs.target import Target

CLIENTS = {
    "fast": "FastHttpUser",
    "requests": "HttpUser",
}
PLAIN = """
    from locust import FastHttpUser, HttpUser, constant, task

    class Visitor({client}):
        wait_time = constant(0.02)

        @task(3)
        def quick(self):
            self.client.get("/quick")

        @task
        def broken(self):
            self.client.post("/fail", data="text")

        def on_stop(self):
            self.client.get("/goodbye")
"""
SLOW = """
    from locust import FastHttpUser, HttpUser, constant, task

    class Visitor({client}):
        wait_time = constant(0)

        @task
        def slow(self):
            self.client.get("/slow?ms=300", name="/slow")
"""


def by_path(lftui_entries: list[dict[str, object]]) -> dict[str, object]:
    return {str(entry["name"]): entry["requests"] for entry in lftui_entries}


@pytest.mark.parametrize("client", CLIENTS)
def test_every_request_is_counted(lftui: Lftui, target: Target, client: str) -> None:
    script = lftui.script(PLAIN.format(client=CLIENTS[client]))
    done = lftui.run(script, "-u 4 -r 4 -t 2s --summary summary.json")
    state = done.state
    assert {row.name: row.figures.count for row in state.rows} == target.counts(), done.said
    assert state.total.count == target.answered
    assert state.total.failures == target.answered_at("/fail")
    assert target.answered_at("/goodbye") == 4
    assert done.finished.reason == "completed"
    assert done.finished.cut_in_flight == 0
    if EXPORTS:
        assert done.code == 1, done.said
        summary = json.loads((lftui.folder / "summary.json").read_bytes())
        assert summary["totals"]["requests"] == target.answered
        assert by_path(summary["endpoints"]) == target.counts()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_ramp_down_loses_no_request(lftui: Lftui, target: Target, client: str) -> None:
    script = lftui.script(SLOW.format(client=CLIENTS[client]))
    done = lftui.run(script, "--shape spike:levels=2/8/1,every=1s,rate=20")
    state = done.state
    assert state.users_max == 8, done.said
    assert done.finished.cut_in_flight == 0
    assert state.total.count == target.answered, done.said
    assert state.total.failures == 0


def test_what_a_stop_timeout_cuts_off_is_told(lftui: Lftui, target: Target) -> None:
    script = lftui.script(SLOW.format(client="FastHttpUser").replace("300", "1500"))
    done = lftui.run(script, "-u 3 -r 3 -t 1s --stop-timeout 0")
    assert done.finished.cut_in_flight == 3, done.said
    # The target has not heard of the end yet when the run is over: it goes on answering.
    assert exact(done.records) >= target.answered


def test_requests_that_go_on_while_it_stops_are_counted(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(SLOW.format(client="FastHttpUser")), "-u 5 -r 5 -t 60s")
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.finished.reason == "stopped"
    assert fold(done.records).total.count == target.answered, done.said

"""The guard on real runs: it marks, holds, steps back, stops, asks, and leaves alone what is off.

The scenario fails every request while more than two users run.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import Iterator

import pytest

from lftui.records import PinBaseline, Proposed, SetGuard, SetUsers
from tests.runs.console import console
from tests.runs.live import Done, Lftui, Live, Marked, Tick, logs, only

CROWDED = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.05)

        @task
        def visit(self):
            crowded = self.environment.runner.user_count > 2
            self.client.get("/fail" if crowded else "/page")
"""
BUSY = """
    import time
    from collections import deque
    from locust import FastHttpUser, task

    visits = deque(maxlen=20)

    class Visitor(FastHttpUser):
        @task
        def visit(self):
            now = time.monotonic()
            busy = len(visits) == 20 and now - visits[0] < 0.5
            visits.append(now)
            self.client.get("/fail" if busy else "/page")
"""
RULE = "--threshold error_ratio<5% --settle 1s"
CROWD = f"-u 4 -r 50 -t 40s {RULE}"


@pytest.fixture
def quick(lftui: Lftui) -> Lftui:
    """The command with a guard that decides within seconds."""
    text = '[guard]\nwindow = "2s"\ngrace = "1s"\nmin_samples = 5\n'
    (lftui.folder / "lftui.toml").write_text(text)
    return lftui


@pytest.fixture
def mute() -> Iterator[str]:
    """The URL of a target that takes connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def end(live: Live) -> Done:
    """End the run; what it left."""
    live.signal(signal.SIGINT)
    return live.wait()


def guard_marks(done: Done) -> list[Marked]:
    return [mark for mark in only(done.records, Marked) if mark.type == "guard"]


def test_warn_marks_what_is_broken_and_lets_the_run_go_on(quick: Lftui) -> None:
    live = quick.start(quick.script(CROWDED), CROWD)
    breach = live.wait_record(Marked, lambda mark: mark.type == "breach")
    live.wait_tick()
    done = end(live)
    assert breach.facts["rule"] == "error_ratio"
    assert breach.facts["value"] == 1.0
    assert not guard_marks(done)
    assert any(
        "errors 100 % broke the critical limit 5 %" in t for t in logs(done.records, "guard")
    )


def test_hold_freezes_the_ramp(quick: Lftui) -> None:
    shape = "--shape ramp:from=1,to=60,over=60s --guard hold"
    live = quick.start(quick.script(CROWDED), f"{shape} {RULE}")
    held = live.wait_record(Marked, lambda mark: mark.type == "hold")
    assert held.who == "guard"
    tick = live.wait_record(Tick, lambda tick: tick.held and tick.seq > held.seq)
    assert 2 < tick.target < 30
    later = live.wait_tick()
    assert later.target == tick.target
    (mark,) = guard_marks(end(live))
    assert mark.facts["action"] == "hold"
    assert mark.command_id == held.command_id


def test_step_back_goes_to_the_plateau_before(quick: Lftui) -> None:
    shape = "--shape stages:2x7s@50,6x60s@50 --guard step-back"
    live = quick.start(quick.script(CROWDED), f"{shape} {RULE}")
    live.wait_state(lambda state: state.target == 6)
    live.wait_record(Tick, lambda tick: tick.held and tick.users == tick.target == 2)
    (mark,) = guard_marks(end(live))
    assert mark.text == "steps back from 6 to 2 users"
    assert mark.facts["users"] == 2
    assert "errors" in mark.why


def test_step_back_of_an_open_workload_goes_to_the_rate_before(quick: Lftui) -> None:
    shape = "--shape rate-stages:10x7s,80x60s --arrivals even --guard step-back"
    live = quick.start(quick.script(BUSY), f"{shape} {RULE}")
    live.wait_record(Tick, lambda tick: tick.held and _wanted(tick) == 10)
    done = end(live)
    (mark,) = guard_marks(done)
    assert mark.text == "steps back from 80/s to 10/s"
    assert mark.facts["rate"] == 10
    (lowered,) = [one for one in only(done.records, Marked) if one.type == "rate"]
    assert (lowered.who, lowered.new_rate) == ("guard", 10)


def _wanted(tick: Tick) -> float:
    return tick.arrivals.target_rate if tick.arrivals is not None else 0.0


def test_stop_ends_the_run_as_failed_with_no_console_there(quick: Lftui) -> None:
    done = quick.run(quick.script(CROWDED), f"{CROWD} --guard stop")
    assert done.finished.reason == "guard"
    assert "errors 100 % broke the critical limit 5 %" in done.finished.message
    assert done.code == 1
    (mark,) = guard_marks(done)
    assert mark.who == "guard"
    stop = next(one for one in only(done.records, Marked) if one.type == "stop")
    assert stop.command_id == mark.command_id


def test_a_proposal_is_done_when_the_operator_accepts_it(quick: Lftui) -> None:
    shape = "--shape stages:2x7s@50,6x60s@50 --guard propose"
    live = quick.start(quick.script(CROWDED), f"{shape} {RULE}")
    proposed = live.wait_record(Proposed)
    assert (proposed.action, proposed.users) == ("step-back", 2)
    shown = quick.command("guard", "--json")
    assert shown.code == 0, shown.said
    facts = json.loads(shown.out)
    assert [one["id"] for one in facts["proposals"]] == [proposed.proposal_id]
    assert {one["rule"]: one["state"] for one in facts["rules"]}["error_ratio"] == "broken"
    accepted = quick.command("guard", "--accept")
    assert accepted.code == 0, accepted.said
    live.wait_record(Tick, lambda tick: tick.users == tick.target == 2)
    again = quick.command("guard", "--accept", proposed.proposal_id)
    assert again.code == 2
    assert "has been accepted already" in again.err
    (mark,) = guard_marks(end(live))
    assert mark.proposal_id == proposed.proposal_id
    assert mark.who != "guard"


def test_what_is_switched_off_by_name_does_nothing(quick: Lftui) -> None:
    options = f"--shape manual:users=1 --guard stop {RULE}"
    live = quick.start(quick.script(CROWDED), options)
    unknown = quick.command("guard", "--off", "p42")
    assert unknown.code == 2
    assert "it has error_ratio, stalled" in unknown.err
    off = quick.command("guard", "--off", "error_ratio")
    assert off.code == 0, off.said
    assert "off" in next(line for line in off.out.splitlines() if "error_ratio" in line)
    baseline = quick.folder / "pinned.json"
    baseline.write_text(json.dumps({"endpoints": {"/page": {}}}))

    async def act() -> None:
        async with console(live) as one:
            await one.done(PinBaseline(source=str(baseline)))
            assert one.state.baseline == {"endpoints": {"/page": {}}}
            assert "nowhere.json" in await one.refused(PinBaseline(source="/nowhere.json"))
            await one.done(SetUsers(users=4, spawn_rate=50))
            crowded = await one.users(4)
            await one.tick(lambda tick: tick.end > crowded.end + 5)
            assert one.state.finished is None
            assert not one.state.guard.broken
            await one.done(SetGuard(enabled=True, name="error_ratio"))

    asyncio.run(act())
    done = live.wait()
    assert done.finished.reason == "guard"
    assert [mark.facts.get("enabled") for mark in guard_marks(done)] == [False, True, None]


def test_a_target_that_answers_no_more_is_its_own_rule(quick: Lftui, mute: str) -> None:
    done = quick.run(quick.script(CROWDED), f"-H {mute} -u 2 -r 50 -t 40s -s 1 --guard stop")
    assert done.finished.reason == "guard"
    (stalled,) = [mark for mark in only(done.records, Marked) if mark.type == "stalled"]
    assert stalled.facts["rule"] == "stalled"
    assert "no response for" in done.finished.message
    assert guard_marks(done)[0].facts["rules"] == ["stalled"]

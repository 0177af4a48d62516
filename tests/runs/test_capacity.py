"""Real searches, on a target whose capacity is known: four connections that take 50 ms each.

Users who do not think keep all four busy, so N of them wait N * 12.5 ms: 24 users 300 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from lftui.links.launcher import Launcher
from lftui.records import (
    AcceptProposal,
    IgnoreProposal,
    Proposed,
    SetUsers,
    Stop,
    TakeControls,
)
from lftui.run_state import RunState
from tests.runs.console import Console, console
from tests.runs.live import Lftui, Marked, only
from tests.runs.target import Target

CONNECTIONS, TAKES_S = 4, 0.05
EAGER = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0)

        @task
        def visit(self):
            self.client.get("/pool")
"""
OPTIONS = "--settle 0.5s --baseline none"


class Pool:
    """Connections that serve in the order in which they are asked."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[threading.Event | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._serve) for _ in range(CONNECTIONS)]
        for thread in self._threads:
            thread.start()

    def take(self) -> None:
        """Wait for one of them, and be served."""
        served = threading.Event()
        self._waiting.put(served)
        served.wait(30)

    def close(self) -> None:
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while (served := self._waiting.get()) is not None:
            time.sleep(TAKES_S)
            served.set()


@pytest.fixture
def pooled(tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lftui]:
    """The command, its runs on a target whose pages come from a pool."""
    pool = Pool()
    note = Target.note

    def taking(self: Target, path: str, asker: str, change: int) -> None:
        if change > 0:
            pool.take()
        note(self, path, asker, change)

    monkeypatch.setattr(Target, "note", taking)
    command = Lftui(tmp_path, target.url)
    yield command
    command.clean_up()
    pool.close()


def test_without_a_console_it_finds_the_capacity_and_says_so(pooled: Lftui) -> None:
    """Of a p95 of 420 ms the true capacity is 33 users: between what held and what broke."""
    shape = (
        "capacity:start=12,growth=100%,step=2s,precision=100%,at_least=20,hold=p95_ms<420,rate=99"
    )
    words = ["--shape", shape, "--summary", "s.json", "--junit", "j.xml", "--html", "r.html"]
    done = pooled.command(*pooled.arguments(pooled.script(EAGER), OPTIONS), *words)
    assert done.code == 0, done.said
    assert done.finished.reason == "completed"
    found = done.state.search.found
    assert found is not None
    assert (found.ended, found.level, found.breaks) == ("found", 24, 48)
    assert f"PASS: {found.sentence}; there should be 20 users" in " ".join(done.out.split())
    summary = json.loads((pooled.folder / "s.json").read_bytes())
    assert summary["capacity_search"]["level"] == 24
    (check,) = [one for one in summary["verdict"]["checks"] if one["source"] == "capacity"]
    assert (check["outcome"], check["limit"]) == ("pass", 20)
    assert 'name="total capacity_users"' in (pooled.folder / "j.xml").read_text()
    assert found.sentence[1:40] in (pooled.folder / "r.html").read_text()
    sent = [mark for mark in only(done.records, Marked) if mark.type == "users" and mark.new]
    assert {mark.who for mark in sent} == {"capacity search"}


def test_in_an_open_workload_the_level_is_a_rate(pooled: Lftui) -> None:
    """Four connections of 50 ms carry 80 iterations a second: 56 are to be no trouble."""
    shape = "capacity:unit=rate,start=28,growth=100%,step=2s,max=56,hold=p95_ms<600"
    words = ["--shape", shape, "--arrivals", "even"]
    done = pooled.command(*pooled.arguments(pooled.script(EAGER), OPTIONS), *words)
    assert done.code == 0, done.said
    found = done.state.search.found
    assert found is not None
    assert (found.ended, found.unit, found.level) == ("at_least", "rate", 56)
    assert [one.level for one in done.state.search.trials] == [28, 56, 56]
    rates = [mark.new_rate for mark in only(done.records, Marked) if mark.type == "rate"]
    assert rates[-2:] == [28, 56]


@pytest.fixture
def here(pooled: Lftui, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lftui]:
    """The environment and the folder of `pooled`, for what this very process starts."""
    for name, value in pooled.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(pooled.folder)
    yield pooled
    for path in pooled.runs.glob("*/run.json"):
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(json.loads(path.read_bytes())["pid"])
            if "lftui.detached" in process.cmdline():
                process.kill()


def test_with_a_console_it_asks_before_each_level(here: Lftui) -> None:
    shape = "--shape capacity:start=4,growth=100%,step=2s,hold=p95_ms<500,rate=99"
    words = [*here.arguments(here.script(EAGER), f"{shape} {OPTIONS}")]
    words.remove("--headless")

    async def play() -> RunState:
        launcher = Launcher(())
        launcher.open()
        try:
            started = await launcher.start(words)
        finally:
            await launcher.close()
        run_file = json.loads((Path(started.folder) / "run.json").read_bytes())
        async with console(SimpleNamespace(run_file=run_file)) as one:
            await steer(one)
            await one.done(Stop())
            await one.end()
            return one.state

    state = asyncio.run(play())
    assert [(t.level, t.said) for t in state.search.trials] == [
        (4, "holds"), (4, "holds"), (8, "holds"), (11, "holds"),
    ]  # fmt: skip
    assert state.finished is not None
    assert state.finished.reason == "stopped"


async def steer(one: Console) -> None:
    """An operator: not now; yes; a level of one's own."""

    async def proposed() -> Proposed:
        return await one.until(lambda: next(iter(one.state.proposals.values()), None))

    await one.done(TakeControls(who="ann"))
    first = await proposed()
    assert (first.source, first.action, first.users) == ("capacity", "step-up", 8)
    await one.done(IgnoreProposal(proposal_id=first.proposal_id))
    reason = await one.refused(AcceptProposal(proposal_id=first.proposal_id))
    assert "has been ignored" in reason
    again = await proposed()
    assert again.users == 8
    await one.done(AcceptProposal(proposal_id=again.proposal_id))
    await one.users(8)
    assert (await proposed()).users == 16
    await one.done(SetUsers(users=11, spawn_rate=99))
    await one.until(lambda: any(t.level == 11 for t in one.state.search.trials) or None)
    assert one.state.search.trials[-1].aim == "by hand"
    assert (await proposed()).users == 22

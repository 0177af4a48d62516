"""Runs that a console starts: they outlive it, are come back to, and are steered by one at a time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lftui.links.launcher import Launcher
from lftui.links.live import LiveLink
from lftui.links.wire import Started
from lftui.plan import PlanError
from lftui.records import AnyRecord, Marked, SetUsers, Stop, TakeControls
from lftui.run_state import RunState
from tests.runs.live import WAIT_S, Lftui, fold, read_journal, wait_for
from tests.runs.target import Target

ONE = """
    from locust import FastHttpUser, constant, task

    class Reader(FastHttpUser):
        wait_time = constant(0.05)

        @task
        def read(self):
            self.client.get("/read")
"""
SLOW = """
    import time
    from pathlib import Path

    Path(__file__).with_suffix(".began").touch()
    time.sleep(60)
"""
CONSOLE = """
import asyncio, sys
from lftui.links.launcher import Launcher
from lftui.links.live import LiveLink

async def main():
    started = await Launcher().start(sys.argv[1:])
    link = LiveLink(started.folder)
    await link.open()
    print(started.folder, flush=True)
    async for record in link.records():
        pass

asyncio.run(main())
"""


class Watching:
    """A link whose records are read all the time."""

    def __init__(self, link: LiveLink) -> None:
        self.link = link
        self.records: list[AnyRecord] = []
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for record in self.link.records():
            async with self._news:
                self.records.append(record)
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(WAIT_S), self._news:
            await self._news.wait_for(condition)

    async def end(self) -> None:
        await asyncio.wait_for(self._reading, WAIT_S)

    async def close(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self.link.close()


@contextlib.asynccontextmanager
async def watching(folder: str | Path, resume: bool = False) -> AsyncIterator[Watching]:
    link = LiveLink(folder, resume)
    await link.open()
    one = Watching(link)
    try:
        await one.until(lambda: one.records)
        yield one
    finally:
        await one.close()


@contextlib.asynccontextmanager
async def launching(*keep: int) -> AsyncIterator[Launcher]:
    launcher = Launcher(keep)
    launcher.open()
    try:
        yield launcher
    finally:
        await launcher.close()


@pytest.fixture
def here(lftui: Lftui, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lftui]:
    """The environment and the folder of `lftui`, for what this very process starts."""
    for name, value in lftui.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(lftui.folder)
    yield lftui
    for path in lftui.runs.glob("*/run.json"):
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(json.loads(path.read_bytes())["pid"])
            if "lftui.detached" in process.cmdline():
                process.kill()


def words(lftui: Lftui, options: str, text: str = ONE) -> list[str]:
    return [one for one in lftui.arguments(lftui.script(text), options) if one != "--headless"]


def children(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def ended(started: Started) -> RunState:
    """The run's state when its supervisor is gone; its journal is whole."""
    run_file = Path(started.folder) / "run.json"
    wait_for(lambda: json.loads(run_file.read_bytes())["ended_at"], "the end of the run")
    return fold(read_journal(Path(started.folder)))


def test_two_consoles_share_a_run_and_one_steers(here: Lftui, target: Target) -> None:
    async def play() -> Started:
        async with launching() as launcher:
            loaded = await launcher.warm(words(here, "--shape manual -u 2 -r 50"))
            assert [one.name for one in loaded.user_classes] == ["Reader"]
            started = await launcher.start(words(here, "--shape manual -u 2 -r 50"))
        async with watching(started.folder) as first, watching(started.folder) as second:
            await first.until(lambda: first.link.facts.controls == "ours")
            await second.until(lambda: second.link.facts.controls == "theirs")
            assert second.link.facts.holder

            refused = second.link.send(SetUsers(users=9))
            assert second.link.facts.waiting_s >= 0
            await second.until(lambda: answered(second, refused))
            assert second.link.facts.waiting_s == 0
            assert not any(mark.new == 9 for mark in first.link.state.marks)

            second.link.send(TakeControls(force=True))
            await second.until(lambda: second.link.facts.controls == "ours")
            await first.until(lambda: first.link.facts.controls == "theirs")
            second.link.send(SetUsers(users=3, spawn_rate=50))
            await first.until(lambda: first.link.state.users == 3)

            second.link.send(Stop())
            for one in (first, second):
                await one.end()
                assert one.link.facts.status == "over"
                assert one.link.send(Stop()) is None
            return started

    started = asyncio.run(play())
    assert ended(started).finished is not None
    run_file = json.loads((Path(started.folder) / "run.json").read_bytes())
    wait_for(lambda: not psutil.pid_exists(run_file["pid"]), "no zombie of the supervisor")


def answered(one: Watching, number: str | None) -> bool:
    return any(getattr(record, "command_id", "") == number for record in one.records)


def test_a_killed_console_costs_nothing_but_the_ramp(here: Lftui, target: Target) -> None:
    options = "--shape stages:2x60s@50,4x60s@50 --stop-timeout 10 --summary out.json"
    process = subprocess.Popen(
        [sys.executable, "-c", CONSOLE, *words(here, options)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process, process.stdout as said:
        folder = Path(said.readline().strip())
        process.kill()
    held = wait_for(lambda: policy_marks(folder))
    assert (held[0].text, held[0].why) == ("hold", "the last console is gone")
    wait_for(lambda: fold_now(folder).held, "the load to be held")

    async def come_back() -> RunState:
        async with watching(folder, resume=True) as one:
            await one.until(lambda: one.link.facts.controls == "ours")
            await one.until(lambda: not one.link.state.held)
            count = one.link.state.total.count
            await one.until(lambda: one.link.state.total.count > count)
            one.link.send(Stop())
            await one.end()
            return one.link.state

    known = asyncio.run(come_back())
    true = ended(Started(folder.name, "", str(folder)))
    assert known.total.count == true.total.count
    assert known.marks == true.marks
    assert true.finished is not None
    assert true.total.count == target.answered
    summary = here.folder / "out.json"
    wait_for(summary.is_file, "the export")
    wait_for(lambda: f"wrote {summary.name}" in (folder / "generator.log").read_text(), "its line")
    exports = json.loads((folder / "run.json").read_bytes())["facts"]["exports"]
    assert exports == {"written": [summary.name], "failed": []}
    wait_for(lambda: not (folder / "supervisor.log").exists(), "nothing was printed")


def policy_marks(folder: Path) -> list[Marked]:
    return [mark for mark in fold_now(folder).marks if mark.type == "policy"]


def fold_now(folder: Path) -> RunState:
    from lftui.supervisor.store import RunFolder

    return RunFolder(folder).fold()


def test_a_killed_supervisor_is_said_to_be_lost(here: Lftui) -> None:
    async def play() -> None:
        async with launching() as launcher:
            started = await launcher.start(words(here, "-u 2 -r 50 -t 60s"))
        async with watching(started.folder) as one:
            await one.until(lambda: one.link.state.total.count)
            run_file = json.loads((Path(started.folder) / "run.json").read_bytes())
            generator = psutil.Process(run_file["generator_pid"])
            os.kill(run_file["pid"], signal.SIGKILL)
            await one.end()
            facts = one.link.facts
            assert (facts.status, facts.controls) == ("lost", "none")
            assert facts.journal == started.folder
            assert one.link.send(Stop()) is None
        wait_for(lambda: not generator.is_running(), "the generator to end by itself")

    asyncio.run(play())


def test_what_cannot_be_run_is_refused_and_another_choice_can(here: Lftui) -> None:
    slow = here.script(SLOW, "slow.py")

    async def play() -> None:
        async with launching() as launcher:
            with pytest.raises(PlanError, match="bogus"):
                await launcher.start(words(here, "--shape bogus"))
            with pytest.raises(PlanError, match=r"nowhere\.py"):
                await launcher.warm(["-f", "nowhere.py"])
            warm = launcher._warm
            assert warm is not None

            first = asyncio.create_task(launcher.start(["-f", str(slow), "-u", "1"]))
            await asyncio.to_thread(wait_for, slow.with_suffix(".began").exists)
            loaded = await launcher.warm(words(here, "-u 1"))
            assert loaded.files
            with pytest.raises(PlanError):
                await first
            assert launcher._warm is warm, "one process serves every choice"
            assert len(children(warm.pid)) == 1, "the generator of the first choice is gone"
            (generator,) = children(warm.pid)
        wait_for(lambda: not psutil.pid_exists(warm.pid), "nothing was run, nothing is left")
        wait_for(lambda: not generator.is_running(), "nor the generator")

    asyncio.run(play())
    assert not list(here.runs.glob("*/journal.*"))


def test_an_edited_locustfile_is_loaded_again(here: Lftui) -> None:
    async def play() -> list[str]:
        names = []
        async with launching() as launcher:
            for name in ("Reader", "Reader", "Writer"):
                loaded = await launcher.warm(words(here, "-u 1", ONE.replace("Reader", name)))
                names.append(loaded.user_classes[0].name)
        return names

    assert asyncio.run(play()) == ["Reader", "Reader", "Writer"]


def test_a_start_that_is_taken_back_leaves_no_run(here: Lftui) -> None:
    async def play() -> None:
        async with launching() as launcher:
            await launcher.warm(words(here, "-u 1 -t 60s"))
            start = asyncio.create_task(launcher.start(words(here, "-u 1 -t 60s")))
            await asyncio.sleep(0)
            start.cancel()
            await asyncio.gather(start, return_exceptions=True)
            assert await launcher.warm(words(here, "-u 2"))
            hearing = launcher._hearing
            assert hearing is None or not hearing.done()

    asyncio.run(play())
    for folder in here.runs.glob("*"):
        wait_for(lambda folder=folder: fold_now(folder).finished, "a run that nobody wanted")


def test_one_process_can_hold_supervisor_and_locust(here: Lftui) -> None:
    async def play() -> Started:
        async with launching() as launcher:
            started = await launcher.start(words(here, "--in-process -u 2 -r 50 -t 60s"))
        async with watching(started.folder) as one:
            await one.until(lambda: one.link.state.total.count)
            one.link.send(Stop())
            await one.end()
        return started

    assert ended(asyncio.run(play())).finished is not None


def test_nothing_of_a_run_is_in_a_command_line(here: Lftui) -> None:
    async def play() -> None:
        async with launching() as launcher:
            await launcher.warm([*words(here, "-u 1"), "-H", "http://ann:geheim@127.0.0.1:9"])
            warm = launcher._warm
            assert warm is not None
            for process in (psutil.Process(warm.pid), *children(warm.pid)):
                assert "geheim" not in " ".join(process.cmdline())

    asyncio.run(play())


def test_what_the_run_depends_on_is_held_open_as_long_as_it_lasts(here: Lftui) -> None:
    life, held = os.pipe()
    os.set_blocking(life, False)

    async def play() -> Started:
        async with launching(held) as launcher:
            started = await launcher.start(words(here, "-u 1 -t 60s"))
        os.close(held)
        async with watching(started.folder) as one:
            await one.until(lambda: one.link.state.total.count)
            with pytest.raises(BlockingIOError):
                os.read(life, 1)
            one.link.send(Stop())
            await one.end()
        return started

    with contextlib.closing(open(life, "rb", buffering=0)) as pipe:
        ended(asyncio.run(play()))
        wait_for(lambda: pipe.read(1) == b"", "nobody holds it any more")

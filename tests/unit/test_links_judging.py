"""The judge works beside the loop: one judgment at a time, with a rest between them."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from lftui.judge.verdict import Verdict, judge
from lftui.links import judging as module
from lftui.links.copying import packed, unpacked
from lftui.links.judging import Judging
from lftui.links.threads import beside
from lftui.run_state import RunState
from tests.unit.simulated import play_run


class Told:
    """Keeps the verdicts; `news` is set with each."""

    def __init__(self) -> None:
        self.verdicts: list[tuple[Verdict, float]] = []
        self.news = asyncio.Event()

    def __call__(self, verdict: Verdict, judged_s: float) -> None:
        self.verdicts.append((verdict, judged_s))
        self.news.set()

    async def next(self) -> None:
        await asyncio.wait_for(self.news.wait(), 20)
        self.news.clear()


def test_it_says_what_the_judge_says_of_the_state_as_it_was() -> None:
    play = play_run(1, levels=((10, 20),))
    state, expected, second = play.state, judge(play.state), play.state.last_s

    async def run() -> None:
        told = Told()
        judging = Judging(told)
        judging.request(state)
        await told.next()
        assert told.verdicts == [(expected, second)]
        judging.close()

    asyncio.run(run())


def test_requests_that_come_meanwhile_become_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first, last = play_run(1, levels=((10, 10),)).state, play_run(2, levels=((10, 15),)).state
    begun, go_on, real = threading.Event(), threading.Event(), module._verdict_of

    def slow(data: bytes) -> Verdict:
        begun.set()
        assert go_on.wait(20)
        return real(data)

    monkeypatch.setattr(module, "_verdict_of", slow)

    async def run() -> None:
        told = Told()
        judging = Judging(told, rest_s=0.01, share=0.0)
        judging.request(first)
        assert await asyncio.to_thread(begun.wait, 20)
        for state in (first, first, last):
            judging.request(state)
        go_on.set()
        while len(told.verdicts) < 2:
            await told.next()
        assert [second for _, second in told.verdicts] == [first.last_s, last.last_s]
        await asyncio.sleep(0.05)
        assert len(told.verdicts) == 2
        judging.close()

    asyncio.run(run())


def test_it_rests_between_two_judgments() -> None:
    clock = [100.0]
    state = play_run(1, levels=((10, 10),)).state

    async def run() -> None:
        told = Told()
        judging = Judging(told, clock=lambda: clock[0])
        judging.request(state)
        await told.next()
        await asyncio.sleep(0)
        judging.request(state)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(told.news.wait(), 0.1)
        judging.close()

    asyncio.run(run())


def test_a_judge_that_fails_is_a_line_of_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(data: bytes) -> Verdict:
        raise ZeroDivisionError("no figures")

    monkeypatch.setattr(module, "_verdict_of", fail)

    async def run() -> None:
        judging = Judging(lambda verdict, second: None)
        with caplog.at_level(logging.WARNING):
            judging.request(RunState())
            while not caplog.records:  # noqa: ASYNC110 - nothing tells it
                await asyncio.sleep(0.001)
        judging.close()

    asyncio.run(asyncio.wait_for(run(), 20))
    assert "the judge failed: ZeroDivisionError: no figures" in caplog.text


def test_a_copy_is_the_same_and_another() -> None:
    state = play_run(1, levels=((10, 10),)).state
    copy = unpacked(packed(state))
    assert copy is not state
    assert packed(copy) == packed(state)


def test_what_a_thread_raises_is_raised() -> None:
    def fail() -> None:
        raise ValueError("so")

    with pytest.raises(ValueError, match="so"):
        asyncio.run(beside(fail))

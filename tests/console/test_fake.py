"""The fake supervisor behaves as a link does, and its recordings hold what tests look for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from lftui.judge.verdict import judge
from lftui.links.link import Link
from lftui.records import AddUsers, AnyRecord, Hold, Refused, Tick
from tests.console.fake import FakeLink, folded, recorded, thousand


class Reader:
    """Reads a link as the application does."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.heard: list[AnyRecord] = []

    async def read(self) -> None:
        async for record in self._link.records():
            self.heard.append(record)


@contextlib.asynccontextmanager
async def reading(fake: FakeLink) -> AsyncIterator[Reader]:
    reader = Reader(fake)
    task = asyncio.create_task(reader.read())
    async with asyncio.timeout(20):
        yield reader
        await fake.close()
        await task


def test_nothing_comes_unless_the_test_lets_it(fake: FakeLink) -> None:
    async def run() -> None:
        async with reading(fake) as reader:
            await fake.play(3)
            assert len(reader.heard) == 3
            await fake.play_until(lambda state: state.users == 5)
            heard = len(reader.heard)
            number = fake.send(AddUsers(delta=10))
            assert fake.sent == [AddUsers(delta=10)]
            assert (fake.state.users, len(reader.heard)) == (5, heard), "a key alone does nothing"
            await fake.users(15)
            assert (fake.state.users, fake.state.target) == (15, 15)
            assert fake.state.marks[-1].command_id == number

            number = fake.send(Hold())
            await fake.refused("there is no shape")
            assert reader.heard[-1] == Refused(command_id=str(number), reason="there is no shape")
            fake.set_facts(status="lost")
            assert fake.facts.status == "lost"

    asyncio.run(run())


def test_without_a_reader_records_are_folded_all_the_same() -> None:
    async def run() -> FakeLink:
        fake = FakeLink("errors")
        await fake.play_all()
        return fake

    assert asyncio.run(run()).state.errors


def test_the_recordings_hold_what_they_are_for() -> None:
    by_hand = folded("manual")
    kinds = {mark.type for mark in by_hand.marks if mark.who == "ann"}
    assert kinds >= {"users", "note", "pause", "unpause", "undo", "window", "stop", "controls"}
    assert "policy" not in {mark.type for mark in by_hand.marks}
    assert any(isinstance(record, Refused) for record in recorded("manual"))
    assert len(list(by_hand.steps.all())) >= 3

    assert folded("steps", lambda state: state.held)
    assert folded("steps", lambda state: state.proposals).proposals
    stairs = folded("steps")
    assert judge(stairs).outcome == "fail"
    assert judge(stairs).knee is not None

    assert len(folded("errors").errors) >= 2
    assert folded("interrupted").finished is None
    assert folded("interrupted").total.count


@pytest.mark.parametrize("name", ["manual", "steps", "errors", "interrupted", "crew"])
def test_a_recording_tells_nothing_of_the_machine_that_made_it(name: str) -> None:
    text = "".join(str(record) for record in recorded(name))  # type: ignore[arg-type]
    assert "root" not in text
    assert "/tmp/" not in text


def test_a_thousand_endpoints() -> None:
    state = thousand(endpoints=50, seconds=3)
    assert len(state.rows) == 50
    assert state.total.count == 50 * 3 * 5
    assert isinstance(state.recent[-1], Tick)
    assert thousand(50, 3) is not state

"""How a console knows the state of its connection, and who holds the controls."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from lftui.links.live import SLOW_S, Grip, LiveLink, Pending
from lftui.plan import PlanError, RunPlan
from lftui.records import (
    Acked,
    AddUsers,
    AnyRecord,
    Checkpoint,
    Command,
    Finished,
    Hold,
    Marked,
    Refused,
    TakeControls,
    Tick,
    decode_command,
    encode,
)
from lftui.run_state import RunState
from lftui.supervisor.client import Connection
from lftui.supervisor.server import Server, _sweep
from lftui.supervisor.steering import FIRST_CONSOLE_S, Steering
from lftui.supervisor.store import RunFile, RunFolder


class Supervisor:
    """The other end of the socket: says what the test wants, and keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[Command] = asyncio.Queue()
        self._writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.say(Checkpoint(upto_seq=0, state=msgspec.Raw(msgspec.json.encode(RunState()))))
        while line := await reader.readline():
            self.sent.put_nowait(decode_command(line))
        writer.close()

    def say(self, record: AnyRecord) -> None:
        assert self._writer is not None
        self._writer.write(encode(record))

    def go(self) -> None:
        assert self._writer is not None
        self._writer.close()


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def linked(folder: Path) -> AsyncIterator[tuple[LiveLink, Supervisor, Clock]]:
    """A link to a supervisor of the test's own, whose process is nobody's."""
    there, clock = Supervisor(), Clock()
    path = folder / "s"
    server = await asyncio.start_unix_server(there.serve, path=str(path))
    RunFolder(folder).write(RunFile(id=folder.name, pid=0, socket=str(path)))
    (folder / "journal.ndjson").touch()
    link = LiveLink(folder, clock=clock)
    await link.open()
    async with asyncio.timeout(20):
        yield link, there, clock
    await link.close()
    server.close()
    await server.wait_closed()


def test_controls_are_asked_for_and_a_refusal_is_no_news(tmp_path: Path) -> None:
    async def run() -> None:
        async with linked(tmp_path) as (link, there, _):
            records = link.records()
            assert isinstance(await anext(records), Checkpoint)
            asked = await there.sent.get()
            assert isinstance(asked, TakeControls)
            assert asked.who
            there.say(Marked(type="controls", new=1, who="bob", command_id="his"))
            there.say(Refused(command_id=asked.id, reason="another console holds the controls"))
            there.say(Marked(type="note", text="after it"))
            assert [await anext(records), await anext(records)][-1] == Marked(
                type="note", text="after it"
            )
            assert (link.facts.controls, link.facts.holder) == ("theirs", "bob")
            assert link.facts.waiting_s == 0

    asyncio.run(run())


def test_the_age_of_what_is_not_answered_is_known(tmp_path: Path) -> None:
    async def run() -> None:
        async with linked(tmp_path) as (link, there, clock):
            records = link.records()
            await anext(records)
            there.say(Acked(command_id=(await there.sent.get()).id))
            await anext(records)
            first = link.send(AddUsers(delta=1))
            clock.now += 2
            second = link.send(Hold())
            clock.now += 2
            assert link.facts.waiting_s == 4
            for number, waiting in ((first, 2), (second, 0)):
                there.say(Refused(command_id=str(number), reason="no"))
                await anext(records)
                assert link.facts.waiting_s == waiting

    asyncio.run(run())


def test_silence_is_slow_an_end_without_a_last_record_is_lost(tmp_path: Path) -> None:
    async def run() -> None:
        async with linked(tmp_path) as (link, there, clock):
            records = link.records()
            await anext(records)
            assert link.facts.status == "ok"
            clock.now += SLOW_S + 1
            assert (link.facts.status, link.facts.silent_s) == ("slow", SLOW_S + 1)
            there.say(Tick(start=1.0, end=2.0, users=3))
            await anext(records)
            assert link.facts.status == "ok"
            there.go()
            assert [record async for record in records] == []
            assert (link.facts.status, link.facts.controls) == ("lost", "none")
            assert link.facts.journal == str(tmp_path)
            assert link.state.users == 3, "what was known stays"
            assert link.send(Hold()) is None

    asyncio.run(run())


def test_the_last_record_of_a_run_is_found_in_its_journal(tmp_path: Path) -> None:
    finished = Finished(seq=9, wall=1.0, mono=1.0, reason="stopped")

    async def run() -> None:
        async with linked(tmp_path) as (link, there, _):
            records = link.records()
            await anext(records)
            (tmp_path / "journal.ndjson").write_bytes(encode(finished))
            RunFolder(tmp_path).write(RunFile(id="x", ended_at=2.0))
            there.go()
            assert [record async for record in records] == [finished]
            assert link.facts.status == "over"

    asyncio.run(run())


def test_where_nobody_listens_is_one_sentence(tmp_path: Path) -> None:
    RunFolder(tmp_path).write(RunFile(id="x", socket=str(tmp_path / "nobody")))
    with pytest.raises(PlanError, match="does not answer"):
        asyncio.run(LiveLink(tmp_path).open())


def test_controls_follow_the_marks_also_those_missed() -> None:
    grip = Grip()
    state = RunState()
    grip.asked("mine")
    mine = Marked(type="controls", new=1, who="ann", command_id="mine")
    grip.heard(mine, state)
    assert grip.holding == "ours"
    grip.heard(Marked(type="controls", new=1, who="ann", command_id="other window"), state)
    assert (grip.holding, grip.holder) == ("theirs", "ann")
    grip.heard(Marked(type="controls", new=0), state)
    assert (grip.holding, grip.holder) == ("free", "")
    state.apply(mine)
    grip.heard(Checkpoint(upto_seq=3), state)
    assert grip.holding == "ours"


def test_pending_is_empty_when_nobody_will_answer() -> None:
    pending = Pending(Clock())
    pending.sent("a")
    Clock.now, before = 60.0, Clock.now
    try:
        assert pending.waiting_s == 10.0
    finally:
        Clock.now = before
    pending.clear()
    assert pending.waiting_s == 0.0


# --- a supervisor without a terminal -----------------------------------------------------------


def test_without_a_terminal_a_console_is_awaited_and_then_the_policy_acts() -> None:
    sent: list[Command] = []
    said: list[AnyRecord] = []
    steering = Steering("ann", RunPlan(), sent.append, said.append, terminal=False)
    steering.look(time.monotonic())
    assert not said
    steering.look(time.monotonic() + FIRST_CONSOLE_S + 1)
    assert [mark.why for mark in said if isinstance(mark, Marked)] == ["no console came"]
    assert [type(one) for one in sent] == [Hold]


def test_a_look_for_dead_sockets_is_no_console_that_comes_and_goes(tmp_path: Path) -> None:
    dead = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(dead))

    async def run() -> list[int]:
        numbers: list[int] = []
        alive = tmp_path / "alive.sock"
        snapshot = (msgspec.json.encode(RunState()), 0)
        server = Server(
            alive, lambda: snapshot, lambda *_: None, lambda: numbers.append(len(server.clients))
        )
        await server.open()
        _sweep(tmp_path)
        connection = await Connection.to(alive)
        async for _ in connection.records():
            break
        assert alive.exists()
        await connection.close()
        await server.close()
        return numbers

    assert asyncio.run(run()) in ([1], [1, 0]), "only the console itself came and went"
    assert not dead.exists()


def test_the_policy_acts_when_the_only_console_goes() -> None:
    said: list[AnyRecord] = []
    steering = Steering("ann", RunPlan(), lambda one: None, said.append, terminal=False)
    steering.clients_changed({1})
    steering.look(time.monotonic() + FIRST_CONSOLE_S + 1)
    assert not said
    steering.clients_changed(set())
    assert [mark.why for mark in said if isinstance(mark, Marked)] == ["the last console is gone"]

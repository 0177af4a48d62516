"""Consoles at the socket of a run: what they send is answered, what they do not read hurts nobody."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import stat
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from lftui.plan import PlanError
from lftui.records import (
    AddUsers,
    BeginWindow,
    Checkpoint,
    Gap,
    Hold,
    NextStage,
    Note,
    Pause,
    Refused,
    ReleaseControls,
    Resume,
    SetPolicy,
    SetUsers,
    Stop,
    TakeControls,
    Undo,
    Unpause,
    decode_record,
)
from lftui.run_state import RunState
from lftui.supervisor.client import Connection
from lftui.supervisor.generator_link import LINE_LIMIT
from tests.runs.console import Console, console
from tests.runs.live import Lftui, Live, Marked, fold, only, wait_for
from tests.runs.target import Target

TWO_CLASSES = """
    from locust import FastHttpUser, constant, task

    class Reader(FastHttpUser):
        wait_time = constant(0.05)

        @task
        def read(self):
            self.client.get("/read")

    class Writer(FastHttpUser):
        wait_time = constant(0.05)

        @task
        def write(self):
            self.client.post("/write")
"""
OWN_SHAPE = """
    from locust import LoadTestShape

    class Stair(LoadTestShape):
        def tick(self):
            seconds = self.get_run_time()
            return (2, 50) if seconds < 60 else (4, 50) if seconds < 120 else None
"""
STAIRS = {
    "ours": (TWO_CLASSES, "--shape stages:2x60s@50,4x60s@50"),
    "of Locust": (TWO_CLASSES + OWN_SHAPE, ""),
}


def steer(live: Live, act: Callable[[Console], Coroutine[Any, Any, None]]) -> None:
    """Act as a console on the run; what it knows in the end is what the journal says."""

    async def play() -> None:
        async with console(live) as one:
            await act(one)
            answer = await one.do(Stop(why="the test is over"))
            await one.end()
            assert answer
            same(one.state, fold(live.wait().records))

    asyncio.run(play())


def same(known: RunState, true: RunState) -> None:
    """A console's state is the fold of the journal: nothing missing, nothing twice."""
    assert known.total.count == true.total.count
    assert [mark.wall for mark in known.marks] == [mark.wall for mark in true.marks]
    assert known.marks == true.marks
    assert known.log_lines == true.log_lines
    assert known.finished == true.finished


def last_mark(one: Console, kind: str) -> Marked:
    return [mark for mark in one.state.marks if mark.type == kind][-1]


# --- commands --------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", STAIRS)
def test_a_shape_is_steered(lftui: Lftui, shape: str) -> None:
    text, options = STAIRS[shape]

    async def act(one: Console) -> None:
        await one.users(2)
        assert await one.refused(Resume())
        held = await one.done(Hold())
        assert (await one.tick(lambda tick: tick.held)).target == 2
        assert last_mark(one, "hold").command_id == held
        assert "held already" in await one.refused(Hold())
        await one.done(Resume())
        await one.tick(lambda tick: not tick.held)

        await one.done(NextStage())
        await one.users(4)
        assert one.state.held is False
        assert await one.refused(NextStage())

        await one.done(Pause())
        await one.tick(lambda tick: tick.state == "paused" and tick.users == 0)
        assert "paused" in await one.refused(AddUsers(delta=1))
        await one.done(Unpause())
        await one.users(4)
        assert await one.refused(Unpause())

        typed = [one.connection.send(AddUsers(delta=1)) for _ in range(3)]
        await one.users(7)
        assert one.state.held, "the shape would take the change back"
        assert [mark.command_id for mark in one.state.marks if mark.type == "users"][-3:] == typed
        for left in (6, 5):
            await one.done(Undo())
            await one.users(left)
        await one.done(Undo())
        tick = await one.users(4)
        assert not tick.held

    live = lftui.start(lftui.script(text), options)
    steer(live, act)


def test_users_are_set_by_class_and_by_hand(lftui: Lftui) -> None:
    async def act(one: Console) -> None:
        await one.users(2)
        await one.done(SetUsers(per_class={"Reader": 3, "Writer": 1}, spawn_rate=50))
        tick = await one.users(4)
        assert tick.users_by_class == {"Reader": 3, "Writer": 1}
        await one.done(SetUsers(per_class={"Writer": 4}, spawn_rate=50))
        tick = await one.users(7)
        assert tick.users_by_class == tick.target_by_class == {"Reader": 3, "Writer": 4}
        await one.done(SetUsers(users=1, spawn_rate=50))
        await one.users(1)
        await one.done(AddUsers(delta=-5))
        await one.users(0)
        assert "no user class Nobody" in await one.refused(SetUsers(per_class={"Nobody": 1}))
        assert await one.refused(SetUsers(users=-1))
        assert await one.refused(SetUsers(users=10**9))
        assert await one.refused(SetUsers())
        assert await one.refused(SetUsers(users=3, spawn_rate=0))
        assert await one.refused(Hold()), "there is no shape"
        await one.done(SetUsers(users=2, spawn_rate=50))
        await one.users(2)

    live = lftui.start(lftui.script(TWO_CLASSES), "--shape manual -u 2 -r 50")
    steer(live, act)


def test_words_and_windows(lftui: Lftui, target: Target) -> None:
    async def act(one: Console) -> None:
        noted = await one.done(Note(text="deployed \x1b]0;PWNED\x07 v2"))
        mark = last_mark(one, "note")
        assert mark.command_id == noted
        assert mark.who
        assert "\x1b" not in mark.text
        assert mark.text.startswith("deployed ")
        await one.done(BeginWindow(text="after the deployment"))
        await one.tick(lambda tick: tick.endpoints)
        window = one.state.window
        assert window is not None
        assert window.label == "after the deployment"
        assert 0 < window.total.count < one.state.total.count
        for policy in ("continue", "hold"):
            await one.done(SetPolicy(policy=policy))  # type: ignore[arg-type]
            assert one.state.policy == policy

    live = lftui.start(lftui.script(TWO_CLASSES), "-u 2 -r 2 -t 60s")
    live.wait_requests(10)
    steer(live, act)


# --- controls --------------------------------------------------------------------------------------


def test_one_console_steers_at_a_time(lftui: Lftui) -> None:
    live = lftui.start(lftui.script(TWO_CLASSES), "--shape manual -u 2 -r 50")

    async def second(one: Console) -> None:
        async with console(live) as two:
            await one.done(TakeControls())
            holder = one.state.controls
            assert holder
            await two.until(lambda: two.state.controls == holder)
            assert "controls" in await two.refused(AddUsers(delta=1))
            assert "controls" in await two.refused(TakeControls())
            assert await two.refused(ReleaseControls())
            await one.done(AddUsers(delta=1))
            await two.done(Note(text="anybody may say something"))
            await two.done(TakeControls(force=True))
            assert "controls" in await one.refused(AddUsers(delta=1))
            await two.done(AddUsers(delta=1))
            await two.users(4)

    async def act(one: Console) -> None:
        await second(one)
        await one.until(lambda: not one.state.controls, "controls that are free again")
        await one.done(AddUsers(delta=1))
        await one.users(5)
        await one.done(TakeControls())
        await one.done(ReleaseControls())
        assert not one.state.controls

    steer(live, act)


def test_a_console_that_comes_late_knows_everything_once(lftui: Lftui) -> None:
    """Also what happened while it came: nothing is folded twice."""
    live = lftui.start(lftui.script(TWO_CLASSES), "-u 2 -r 2 -t 60s")
    live.wait_requests(20)

    async def act(one: Console) -> None:
        for _ in range(20):
            async with console(live) as late:
                await late.done(Note(text="I was here"))
                await late.until(lambda: len(late.state.marks) >= len(one.state.marks))
                known = [mark.wall for mark in late.state.marks]
                assert known == sorted(set(known)), "a mark is there twice"

    steer(live, act)


# --- the socket ------------------------------------------------------------------------------------


def test_the_socket_is_for_this_user_only(lftui: Lftui) -> None:
    live = lftui.start(lftui.script(TWO_CLASSES), "-u 1 -r 1 -t 60s")
    path = Path(live.run_file["socket"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.parent.stat().st_uid == os.getuid()
    assert len(os.fsencode(path)) < 107
    assert stat.S_IMODE(live.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((live.folder / "journal.ndjson").stat().st_mode) == 0o600
    assert lftui.command("stop").code == 0
    live.wait()
    assert not path.exists()


GARBAGE = {
    "bytes": bytes(range(1, 256)) + b"\n",
    "no command": b'{"command":"Explode"}\n',
    "an answer": b'{"kind":"Finished","reason":"completed"}\n',
    "nested": b"[" * 20_000 + b"\n",
    "deep": b'{"command":' + b"[" * 5_000 + b"]" * 5_000 + b"}\n",
    "wrong types": b'{"command":"AddUsers","delta":"many"}\n',
    "too large a number": b'{"command":"AddUsers","delta":1e400}\n',
    "a load": b'{"command":"Load","argv":[]}\n',
    "a start": b'{"command":"Start","plan":{}}\n',
    "without an end": b"x" * 300_000,
    "half a line": b'{"command":"Sto',
    "nothing": b"",
}


def test_garbage_does_not_disturb_a_run(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(TWO_CLASSES), "-u 2 -r 2 -t 60s")

    async def throw(name: str, data: bytes) -> None:
        reader, writer = await asyncio.open_unix_connection(live.run_file["socket"])
        await reader.readuntil(b"\n")
        with contextlib.suppress(ConnectionError):
            writer.write(data)
            await writer.drain()
            if data.endswith(b"\n"):  # without an end it is no command yet, and nobody answers
                await asyncio.wait_for(refusal(reader, name), 20)
        writer.close()

    async def act(one: Console) -> None:
        for name, data in GARBAGE.items():
            await throw(name, data)
        await one.done(Note(text="still here"))
        await one.tick(lambda tick: tick.users == 2 and tick.endpoints)
        assert [log.text for log in one.state.logs if log.source == "supervisor"] == []

    steer(live, act)
    assert live.wait().code == 0
    assert live.state.total.count <= target.answered


async def refusal(reader: asyncio.StreamReader, name: str) -> Refused:
    """The next refusal that comes along."""
    while True:
        line = await reader.readline()
        assert line, f"{name}: the connection was ended without an answer"
        record = decode_record(line)
        if isinstance(record, Refused):
            return record


def test_a_console_that_does_not_read_slows_nobody(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(TWO_CLASSES), "-u 2 -r 2 -t 60s")
    supervisor_bytes = 150_000_000

    async def act(one: Console) -> None:
        reader, writer = await asyncio.open_unix_connection(
            live.run_file["socket"], limit=LINE_LIMIT
        )
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(50):  # more than a queue and a socket hold
            for _ in range(99):
                one.connection.send(Note(text="é" * 2_000))
            await one.done(Note(text="é" * 2_000))
        before = target.answered
        # The first tick that comes may be of before; each that comes without more ends in time.
        while target.answered <= before:
            await one.tick(lambda tick: tick.endpoints)
        assert not any(isinstance(record, Gap) for record in one.records)
        assert psutil.Process(live.process.pid).memory_info().rss < supervisor_bytes
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        try:
            await catch_up(reader, one)
        finally:
            writer.close()

    steer(live, act)


async def catch_up(reader: asyncio.StreamReader, one: Console) -> None:
    """Read what the slow console is sent: a gap, told, and then the state, in which nothing misses."""
    state, seen, gap = RunState(), 0, None
    while gap is None or state.last_seq < one.state.last_seq:
        record = decode_record(await asyncio.wait_for(reader.readuntil(b"\n"), 30))
        if isinstance(record, Checkpoint):
            state = msgspec.json.decode(record.state, type=RunState)
            seen = record.upto_seq
        elif isinstance(record, Gap):
            gap = record
            assert gap.count == gap.to_seq - gap.from_seq + 1
            assert gap.from_seq > seen
        else:
            assert record.seq == seen + 1, "a record misses without a word"
            seen = record.seq
            state.apply(record)
            state.last_seq = seen
    assert len(only(state.marks, Marked)) == len(one.state.marks)


def test_a_console_that_comes_back_knows_everything_once(lftui: Lftui) -> None:
    """Its coming is a mark, made at the very moment at which it is sent the state."""
    live = lftui.start(lftui.script(TWO_CLASSES), "-u 2 -r 2 -t 60s")
    live.signal(signal.SIGHUP)
    live.wait_record(Marked, lambda mark: mark.type == "hold")

    async def act(one: Console) -> None:
        await one.until(
            lambda: [mark for mark in one.state.marks if "again" in mark.why], "the mark of it"
        )
        await one.done(Resume())

    steer(live, act)


def test_a_console_of_a_lost_supervisor_sees_the_end(lftui: Lftui) -> None:
    live = lftui.start(lftui.script(TWO_CLASSES), "-u 1 -r 1 -t 60s")
    socket = live.run_file["socket"]
    supervisor = psutil.Process(live.process.pid)

    async def act() -> None:
        async with console(live) as one:
            live.process.kill()
            await one.end()
            assert one.state.finished is None

    asyncio.run(act())
    # Nobody has asked for its exit status yet, as in a container whose first process never does.
    wait_for(lambda: supervisor.status() == psutil.STATUS_ZOMBIE, "its end")
    assert lftui.stored()[0]["status"] == "interrupted"
    with pytest.raises(PlanError, match="does not answer"):
        asyncio.run(Connection.to(socket))  # type: ignore[arg-type]

"""The fake supervisor: a link that plays what the real one has recorded, one step at a time.

    fake = FakeLink("steps")
    await app.follow(fake)                        # or whatever reads `fake.records()`
    await fake.play_until(lambda state: state.users == 20)
    await pilot.press("plus")
    assert fake.sent == [AddUsers(delta=10)]      # the command is out, nothing else has happened
    await fake.users(30)                          # what the real one would say to it

Nothing comes by itself, and no clock is read.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Literal

import msgspec

from lftui.metrics import bucket_of
from lftui.records import (
    SCHEMA,
    Acked,
    AnyRecord,
    Command,
    EndpointSeen,
    EndpointTick,
    ErrorSeen,
    GeneratorHealth,
    Loaded,
    Marked,
    MarkType,
    Ready,
    Refused,
    RunStarted,
    Tick,
    UserClassFact,
    decode_record,
)
from lftui.run_state import RunState
from lftui.snapshot import LinkFacts

RECORDED = Path(__file__).parent / "recorded"
Recording = Literal[
    "manual", "steps", "errors", "interrupted", "crew", "capacity", "arrivals"
]  # fmt: skip
WALL, MONO = 1_750_000_000.0, 10_000.0


@functools.cache
def recorded(name: Recording) -> tuple[AnyRecord, ...]:
    """The records of a run that the real supervisor has journaled (tests/console/record.py)."""
    lines = gzip.decompress((RECORDED / f"{name}.ndjson.gz").read_bytes()).splitlines()
    return tuple(decode_record(line) for line in lines)


def folded(name: Recording, until: Callable[[RunState], object] | None = None) -> RunState:
    """The state of a recording: at its end, or as soon as it is so."""
    state = RunState()
    for record in recorded(name):
        state.apply(record)
        if until is not None and until(state):
            return state
    assert until is None, f"the recording '{name}' never comes to that"
    return state


class FakeLink:
    """A `Link` under the test's control.

    Attributes:
        facts: how the connection is; the test may set others at any time.
        sent: every command, as it was sent, with the id that its answer has to carry in `ids`.
        deaf: nobody can be told: `send` returns None.
    """

    def __init__(self, recording: Recording | None = None) -> None:
        self._coming = list(recorded(recording)) if recording else []
        self._played = 0
        self._state = RunState()
        self._queue: asyncio.Queue[AnyRecord | None] = asyncio.Queue()
        self._reading = False
        self._unread = 0
        self.facts = LinkFacts(
            kind="live", controls="ours", run_id=recording or "fake", journal="/runs/fake"
        )
        self.sent: list[Command] = []
        self.ids: list[str] = []
        self.deaf = False
        self.opened = self.closed = False

    @property
    def state(self) -> RunState:
        """All records so far, folded."""
        return self._state

    async def open(self) -> None:
        """Connect: always works."""
        self.opened = True

    async def records(self) -> AsyncIterator[AnyRecord]:
        """What the test has played."""
        self._reading = True
        try:
            while (record := await self._queue.get()) is not None:
                self._state.apply(record)
                yield record
                self._unread -= 1
        finally:
            self._reading = False

    def send(self, command: Command) -> str | None:
        """Keep the command; nothing comes of it unless the test answers."""
        if self.deaf:
            return None
        self.sent.append(command)
        self.ids.append(f"fake-{len(self.sent)}")
        return self.ids[-1]

    async def close(self) -> None:
        """Let go."""
        self.closed = True
        await self.end()

    # --- what the test lets happen -------------------------------------------------------------

    def set_facts(self, **changes: object) -> None:
        """Other facts: `set_facts(status="lost")`, `set_facts(controls="theirs", holder="bob")`."""
        self.facts = msgspec.structs.replace(self.facts, **changes)

    async def play(self, count: int = 1) -> None:
        """The next records of the recording; back when the reader has had them."""
        records = self._coming[self._played : self._played + count]
        self._played += len(records)
        await self.answer(*records)

    async def play_until(self, condition: Callable[[RunState], object]) -> None:
        """Play until the state is so."""
        while not condition(self._state):
            assert self._played < len(self._coming), "the recording never comes to that"
            await self.play()

    async def play_all(self) -> None:
        """Play what is left."""
        await self.play(len(self._coming))

    async def answer(self, *records: AnyRecord) -> None:
        """These records come; back when the reader has had them. Without one they are folded."""
        if not self._reading:
            await asyncio.sleep(0)  # a reader that was just created has not begun yet
        for record in records:
            if self._reading:
                self._unread += 1
                self._queue.put_nowait(record)
            else:
                self._state.apply(record)
        while self._reading and self._unread:  # noqa: ASYNC110 - a reader may go at any time
            await asyncio.sleep(0)

    async def end(self) -> None:
        """The connection ends."""
        self._queue.put_nowait(None)

    async def acked(self, type: MarkType | None = None, text: str = "", **mark: object) -> None:
        """The last command was carried out; with `type` it left a mark like that."""
        marks = [] if type is None else [self._mark(type, **mark)]
        await self.answer(Acked(command_id=self.ids[-1], text=text), *marks)

    async def refused(self, reason: str) -> None:
        """The last command was not carried out."""
        await self.answer(Refused(command_id=self.ids[-1], reason=reason))

    async def users(self, wanted: int, **changes: object) -> None:
        """The last command was carried out and so many users are there: ack, mark, tick."""
        mark = self._mark("users", old=self._state.target, new=wanted)
        await self.answer(Acked(command_id=self.ids[-1]), mark, self.tick(wanted, **changes))

    def tick(self, users: int | None = None, seconds: float = 1.0, **changes: object) -> Tick:
        """A tick after the last one, like it; with other users or other fields."""
        last = self._state.recent[-1]
        wanted = last.users if users is None else users
        fields = {
            "seq": 0,
            "wall": self._state.last_wall + seconds,
            "mono": last.end + seconds,
            "start": last.end,
            "end": last.end + seconds,
            "users": wanted,
            "target": wanted,
        }
        return msgspec.structs.replace(last, **(fields | changes))

    def _mark(self, type: MarkType, **fields: object) -> Marked:
        given: dict[str, object] = {"who": "ann", "command_id": self.ids[-1]}
        given |= {"wall": self._state.last_wall, "mono": self._state.last_s}
        return Marked(type=type, **(given | fields))  # type: ignore[arg-type]


# --- many endpoints --------------------------------------------------------------------------------


def thousand(endpoints: int = 1_000, seconds: int = 30) -> RunState:
    """The state of a run with a thousand endpoints, another copy each time."""
    return msgspec.json.decode(_thousand(endpoints, seconds), type=RunState)


@functools.cache
def _thousand(endpoints: int, seconds: int) -> bytes:
    state = RunState()
    for record in many(endpoints, seconds):
        state.apply(record)
    return msgspec.json.encode(state)


def many(endpoints: int = 1_000, seconds: int = 30) -> list[AnyRecord]:
    """The records of such a run: 5 requests a second of each endpoint, one in 200 fails."""
    draw = random.Random(7)
    pool = [bucket_of(int(40_000 * draw.lognormvariate(0, 0.5))) for _ in range(5_000)]
    records = _opening(endpoints)
    for second in range(seconds):
        records.append(_many_tick(second, endpoints, pool, draw))
    return records


def _opening(endpoints: int) -> list[AnyRecord]:
    at = {"wall": WALL, "mono": MONO}
    plan = {"users": 500, "shape_sentence": "500 users", "host": "http://target.test"}
    classes = ["Reader", "Writer"]
    records: list[AnyRecord] = [
        RunStarted(**at, schema=SCHEMA, run_id="many", plan=plan, host="http://target.test"),
        Loaded(**at, files=["many.py"], user_classes=[UserClassFact(name) for name in classes]),
        Ready(**at, user_classes=classes),
    ]
    for number in range(1, endpoints + 1):
        method = ("GET", "POST")[number % 2]
        name = f"/api/v1/things/{number:04d}/parts"
        seen = EndpointSeen(
            **at, id=number, method=method, name=name, user_class=classes[number % 2]
        )
        records.append(seen)
    text = "503 Service Unavailable"
    for number in range(1, 11):
        records.append(
            ErrorSeen(**at, id=number, endpoint=number, status=503, text=text, sample=text)
        )
    return records


def _many_tick(second: int, endpoints: int, pool: list[int], draw: random.Random) -> Tick:
    ticks = []
    for number in range(1, endpoints + 1):
        failed = draw.random() < 0.025
        ok = sorted(set(draw.sample(pool, 4 if failed else 5)))
        ticks.append(
            EndpointTick(
                id=number,
                count=5,
                failures=int(failed),
                sum_us=200_000,
                min_us=15_000,
                max_us=180_000,
                bytes=10_240,
                ok=[one for bucket in ok for one in (bucket, 1)],
                failed=[pool[number], 1] if failed else [],
            )
        )
    failures = sum(one.failures for one in ticks)
    return Tick(
        wall=WALL + second + 1,
        mono=MONO + second + 1,
        start=MONO + second,
        end=MONO + second + 1,
        state="running",
        target=500,
        users=500,
        spawn_rate=50.0,
        target_by_class={"Reader": 250, "Writer": 250},
        users_by_class={"Reader": 250, "Writer": 250},
        endpoints=ticks,
        errors=[(1, failures)] if failures else [],
        last_response=MONO + second + 0.99,
        in_flight=40,
        oldest_in_flight_s=0.1,
        health=GeneratorHealth(
            cpu_percent=31.0,
            rss_bytes=90_000_000,
            open_files=520,
            lag=[1_000, 95],
            lag_max_us=2_000,
        ),
    )

"""A stored run is played back with its own time, jumped about in, and never ends the console."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from lftui.links.reel import Reel, span_of
from lftui.links.replay import ReplayLink
from lftui.plan import PlanError
from lftui.records import AddUsers, AnyRecord, Checkpoint, Gap, encode
from lftui.run_state import RunState
from lftui.supervisor.store import RunFolder
from tests.unit.strategies import Play, Sent

SECONDS = 120


def play() -> Play:
    run = Play()
    endpoint = run.endpoint("/jobs", "GET")
    for second in range(SECONDS):
        run.tick([Sent(endpoint, 20_000 + second)], users=5)
    run.finish()
    return run


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    (tmp_path / "journal.ndjson").write_bytes(b"".join(encode(one) for one in play().records))
    return RunFolder(tmp_path)


def folded(folder: RunFolder, until_s: float) -> RunState:
    """The state by the records up to this second of the load."""
    begin, _ = span_of(folder.journal)
    state = RunState()
    for record in folder.records():
        if record.mono and record.mono - begin > until_s:
            break
        state.apply(record)
    return state


def same(one: RunState, other: RunState) -> bool:
    return msgspec.json.encode(one) == msgspec.json.encode(other)


class Clock:
    """Monotonic seconds that only the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Player:
    """Reads a replay, as the console does."""

    def __init__(self, link: ReplayLink) -> None:
        self.link = link
        self.records: list[AnyRecord] = []
        self._news = asyncio.Condition()
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for record in self.link.records():
            async with self._news:
                self.records.append(record)
                self._news.notify_all()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(condition)

    async def jumped(self, to_s: float) -> None:
        """Jump, and wait until the new state is there."""
        jumps = self._jumps()
        self.link.seek(to_s)
        await self.until(lambda: self._jumps() > jumps)

    def _jumps(self) -> int:
        return sum(isinstance(one, Checkpoint) for one in self.records)


def replayed(
    folder: RunFolder, act: Callable[[Player, Clock], Awaitable[None]], speed: float = 1.0
) -> None:
    async def run() -> None:
        clock = Clock()
        link = ReplayLink(folder, speed, clock)
        await link.open()
        player = Player(link)
        await act(player, clock)
        await link.close()
        await asyncio.wait_for(player.reading, 20)

    asyncio.run(run())


def test_time_passes_as_it_did_and_faster(folder: RunFolder) -> None:
    async def act(player: Player, clock: Clock) -> None:
        await player.until(lambda: player.link.state.started)
        assert player.link.facts.replay is not None
        assert player.link.facts.replay.length_s == pytest.approx(SECONDS, abs=2)
        assert player.link.state.total.count == 0, "no second has passed"

        clock.now += 2.0
        player.link.speed(1)  # wakes it
        await player.until(lambda: player.link.state.total.count == 2)
        player.link.speed(60)
        clock.now += 0.5
        player.link.speed(60)
        await player.until(lambda: player.link.state.total.count == 32)
        assert same(player.link.state, folded(folder, 32.0))

    replayed(folder, act)


def test_it_stands_still_when_paused(folder: RunFolder) -> None:
    async def act(player: Player, clock: Clock) -> None:
        clock.now += 2.0
        player.link.pause(1)
        await player.until(lambda: player.link.state.total.count == 2)
        clock.now += 50.0
        player.link.speed(2)
        await asyncio.sleep(0)
        facts = player.link.facts.replay
        assert facts is not None
        assert (facts.paused, facts.position_s, facts.speed) == (True, 2.0, 2.0)
        player.link.pause(0)
        clock.now += 1.0
        player.link.speed(1)
        await player.until(lambda: player.link.state.total.count == 4)

    replayed(folder, act)


def test_jumps_lead_to_the_state_of_that_moment(folder: RunFolder) -> None:
    async def act(player: Player, clock: Clock) -> None:
        player.link.pause(1)
        for to_s in (60.0, 10.0, 61.5, 119.0, 0.0, 45.0):
            await player.jumped(to_s)
            assert same(player.link.state, folded(folder, to_s)), to_s
            facts = player.link.facts.replay
            assert facts is not None
            assert facts.position_s == to_s
        player.link.pause(0)
        clock.now += 2.0
        player.link.speed(1)
        await player.until(lambda: player.link.state.total.count == 47)
        assert same(player.link.state, folded(folder, 47.0)), "and it plays on from there"

    replayed(folder, act)


def test_a_kept_checkpoint_saves_the_way_to_it(folder: RunFolder) -> None:
    lines = folder.journal.read_bytes().splitlines(keepends=True)
    before = len(lines) - 30
    state = RunState()
    for record, _ in Reel(folder.journal).take(before):
        state.apply(record)
    offset = len(b"".join(lines[:before]))
    folder.write_checkpoint(msgspec.json.encode(state), state.last_seq, offset)
    damaged = [b"x" * (len(line) - 1) + b"\n" for line in lines[5 : before - 5]]
    folder.journal.write_bytes(b"".join([*lines[:5], *damaged, *lines[before - 5 :]]))

    async def act(player: Player, clock: Clock) -> None:
        player.link.pause(1)
        await player.jumped(SECONDS - 5.0)
        assert not player.link.state.gaps, "the way there was not read"
        assert player.link.state.total.count == SECONDS - 5

    replayed(folder, act)


def test_the_last_of_several_jumps_counts(folder: RunFolder) -> None:
    async def act(player: Player, clock: Clock) -> None:
        player.link.pause(1)
        for to_s in (100.0, 3.0, 70.0):
            player.link.seek(to_s)
            await asyncio.sleep(0)
        await player.until(lambda: same(player.link.state, folded(folder, 70.0)))

    replayed(folder, act)


def test_the_end_is_no_end_one_can_go_back(folder: RunFolder) -> None:
    async def act(player: Player, clock: Clock) -> None:
        await player.jumped(10_000.0)
        await player.until(lambda: player.link.state.finished)
        player.link.speed(1)
        while player.link.facts.status != "over":  # noqa: ASYNC110 - nothing tells it
            await asyncio.sleep(0.001)
        assert same(player.link.state, folded(folder, 10_000.0))
        assert player.link.send(AddUsers(delta=1)) is None
        await player.jumped(5.0)
        assert player.link.state.finished is None
        assert player.link.facts.status == "ok"

    replayed(folder, act)


def test_a_folder_without_a_journal_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="cannot be read"):
        asyncio.run(ReplayLink(RunFolder(tmp_path)).open())


def test_a_reel_goes_on_from_any_of_its_offsets(folder: RunFolder) -> None:
    whole = Reel(folder.journal).take(10_000)
    for number, (_, end) in enumerate(whole, 1):
        assert Reel(folder.journal, end).take(2) == whole[number : number + 2]


def test_a_bad_line_is_a_gap_and_a_torn_end_is_left_out(folder: RunFolder) -> None:
    data = folder.journal.read_bytes().splitlines(keepends=True)
    folder.journal.write_bytes(b"".join([*data[:3], b"\x00garbage\n", *data[3:], b'{"kind":"Ti']))
    records = [record for record, _ in Reel(folder.journal).take(10_000)]
    assert isinstance(records[3], Gap)
    assert len(records) == len(data) + 1

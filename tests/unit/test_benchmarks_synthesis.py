"""The synthesized journal is one that the product reads as its own."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from benchmarks.synthesis import Day, Synthesis
from lftui.records import Checkpoint, Tick, Unknown, decode_record
from lftui.run_state import RunState
from lftui.supervisor.store import RunFolder

SECONDS = 130


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunFolder, Day]:
    folder = RunFolder(tmp_path_factory.mktemp("run"))
    return folder, Synthesis(endpoints=5, rps=37).write(folder.journal, SECONDS)


def fold(folder: RunFolder) -> RunState:
    state = RunState()
    for record in folder.records():
        assert not isinstance(record, Unknown)
        state.apply(record)
    return state


def test_the_fold_counts_every_request(written: tuple[RunFolder, Day]) -> None:
    folder, day = written
    state = fold(folder)
    assert state.total.count == 37 * SECONDS
    assert state.last_seq == day.seq
    assert len(state.rows) == 5
    assert set(state.classes) == {"Reader", "Writer", "Buyer"}
    assert state.total.failures == sum(group.count for group in state.errors.values()) > 0
    assert sum(row.figures.count for row in state.rows) == state.total.count


def test_time_advances_by_a_second_a_tick(written: tuple[RunFolder, Day]) -> None:
    folder, _ = written
    ticks = [record for record in folder.records() if isinstance(record, Tick)]
    assert len(ticks) == SECONDS
    for earlier, later in pairwise(ticks):
        assert later.start == earlier.end
        assert later.wall - earlier.wall == later.mono - earlier.mono == 1


def test_the_checkpoint_is_where_it_says(written: tuple[RunFolder, Day]) -> None:
    folder, day = written
    data = folder.journal.read_bytes()
    assert len(data) == day.size
    line = data[day.checkpoint_offset :].split(b"\n", 1)[0]
    record = decode_record(line)
    assert isinstance(record, Checkpoint)
    assert (record.upto_seq, record.offset) == (day.checkpoint_seq, day.checkpoint_offset)
    assert record.seq == day.checkpoint_seq + 1


def test_checkpoint_and_rest_give_the_whole(tmp_path: Path, written: tuple[RunFolder, Day]) -> None:
    folder, day = written
    part = RunState()
    for record in folder.records():
        if record.seq > day.checkpoint_seq:
            break
        part.apply(record)
    other = RunFolder(tmp_path)
    other.journal.write_bytes(folder.journal.read_bytes())
    other.write_checkpoint(msgspec.json.encode(part), part.last_seq, day.checkpoint_offset)
    assert msgspec.json.encode(other.fold()) == msgspec.json.encode(fold(folder))


def test_the_same_seed_writes_the_same_journal(tmp_path: Path) -> None:
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        Synthesis(endpoints=2, rps=5, seed=7).write(path, 5)
    assert paths[0].read_bytes() == paths[1].read_bytes()

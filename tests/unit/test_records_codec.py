"""Records and commands are written and read back; what is no line of ours is named, not obeyed."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.records import (
    COMMANDS,
    KINDS,
    SCHEMA,
    AddUsers,
    BadLine,
    EndpointTick,
    GeneratorHealth,
    Logged,
    RunStarted,
    TargetSample,
    TargetSampled,
    Tick,
    Unknown,
    decode_command,
    decode_record,
    encode,
    read_lines,
    with_seq,
)
from tests.unit import strategies as our

LOGGED = Logged(source="stdout", text="hello", wall=1.5, mono=2.5)


# --- there and back ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", our.RECORD_KINDS, ids=lambda kind: str(kind.__name__))
@given(data=st.data())
def test_a_record_of_every_kind_is_read_back_as_it_was_written(
    kind: type[Any], data: st.DataObject
) -> None:
    record = data.draw(our.struct(kind))
    line = encode(record)
    assert decode_record(line) == record
    assert type(decode_record(line)) is kind


@pytest.mark.parametrize("kind", our.COMMAND_KINDS, ids=lambda kind: str(kind.__name__))
@given(data=st.data())
def test_a_command_of_every_kind_is_read_back_as_it_was_written(
    kind: type[Any], data: st.DataObject
) -> None:
    command = data.draw(our.struct(kind))
    assert decode_command(encode(command)) == command
    assert type(decode_command(encode(command))) is kind


@given(our.RECORDS | our.COMMANDS)
def test_an_item_is_one_line_whatever_its_texts_hold(item: Any) -> None:
    line = encode(item)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert b"\r" not in line
    assert isinstance(json.loads(line), dict)


def test_every_kind_is_listed_and_named_after_its_class() -> None:
    assert {kind.__name__ for kind in our.RECORD_KINDS} == KINDS
    assert {kind.__name__ for kind in our.COMMAND_KINDS} == COMMANDS
    assert json.loads(encode(LOGGED))["kind"] == "Logged"
    assert json.loads(encode(AddUsers(delta=1)))["command"] == "AddUsers"
    assert not KINDS & COMMANDS


def test_what_is_at_its_default_takes_no_room_on_the_wire() -> None:
    # 1,000 endpoints a second go over this: a default written out a thousand times costs.
    tick = Tick(start=1, end=2, endpoints=[EndpointTick(id=1, count=1, sum_us=9)])
    assert json.loads(encode(tick))["endpoints"] == [{"id": 1, "count": 1, "sum_us": 9}]
    assert not {"workers", "arrivals", "errors", "seq"} & json.loads(encode(tick)).keys()


def test_an_endpoint_without_a_timed_response_has_no_shortest_time() -> None:
    line = b'{"kind":"Tick","start":0,"end":1,"endpoints":[{"id":1,"count":2,"failures":2}]}'
    record = decode_record(line)
    assert isinstance(record, Tick)
    assert record.endpoints == [EndpointTick(id=1, count=2, failures=2, min_us=None)]
    assert record.endpoints[0].min_us is None


def test_a_shortest_time_of_0_us_is_not_taken_for_none() -> None:
    tick = EndpointTick(id=1, count=1, min_us=0, max_us=0, ok=[0, 1])
    assert decode_record(encode(Tick(start=0, end=1, endpoints=[tick]))).endpoints == [tick]  # type: ignore[union-attr]


def test_the_first_line_of_a_journal_says_its_schema() -> None:
    assert json.loads(encode(RunStarted(schema=SCHEMA, run_id="r", plan={})))["schema"] == SCHEMA


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_reading_that_is_no_number_does_not_make_its_line_unreadable(value: float) -> None:
    # Prometheus gives NaN for a quotient of zeros.
    samples = [TargetSample("hit ratio", value), TargetSample("cpu", 3.0)]
    record = decode_record(encode(TargetSampled(source="prometheus", samples=samples)))
    assert isinstance(record, TargetSampled)
    assert record.samples[-1] == samples[-1]


# --- what a later version adds -------------------------------------------------------------------


@given(st.dictionaries(our.TEXT, our.JSON, max_size=4), st.text("XYZ", min_size=1))
def test_a_kind_from_a_later_version_is_kept_whole(extra: dict[str, Any], kind: str) -> None:
    data = {**extra, "kind": kind, "seq": 7, "wall": 1.5, "mono": 2.5}
    record = decode_record(json.dumps(data).encode())
    assert isinstance(record, Unknown)
    assert (record.kind, record.seq, record.wall, record.mono) == (kind, 7, 1.5, 2.5)
    assert json.loads(encode(record)) == data
    assert decode_record(encode(record)) == record


def test_a_kind_from_a_later_version_needs_no_numbers() -> None:
    record = decode_record(b'{"kind":"Later"}')
    assert record == Unknown(kind="Later", data={"kind": "Later"})


@given(our.RECORDS, st.dictionaries(st.text("xyz", min_size=4), our.JSON, min_size=1, max_size=3))
def test_a_field_from_a_later_version_is_ignored(record: Any, news: dict[str, Any]) -> None:
    line = encode(record)[:-2] + b"," + json.dumps(news).encode()[1:]
    assert json.loads(line).items() >= news.items()
    assert decode_record(line) == record


def test_a_field_of_a_later_version_inside_a_tick_is_ignored() -> None:
    line = b'{"kind":"Tick","start":0,"end":1,"health":{"cpu_percent":3,"gc_us":[1,2]}}'
    assert decode_record(line) == Tick(start=0, end=1, health=GeneratorHealth(cpu_percent=3))


# --- what is no line of ours ---------------------------------------------------------------------

NO_RECORDS = [
    b"",
    b"\n",
    b"Traceback (most recent call last):\n",
    b'{"kind":"Tick","start":0,"en',
    b"{}",
    b"[]",
    b"null",
    b"17",
    b'"Tick"',
    b'{"seq":1}',
    b'{"kind":null}',
    b'{"kind":5}',
    b'{"kind":"Tick"}',
    b'{"kind":"Tick","start":"0","end":1}',
    b'{"kind":"Tick","start":0,"end":1,"users":1.5}',
    b'{"kind":"Tick","start":0,"end":1,"endpoints":{}}',
    b'{"kind":"Tick","start":0,"end":1,"endpoints":[{"id":1}]}',
    b'{"kind":"Tick","start":0,"end":1,"state":"melting"}',
    b'{"kind":"Marked","type":"applause"}',
    b'{"kind":"Logged","source":"x"}',
    b'{"kind":"Logged","source":"x","text":"y","seq":"first"}',
    b'{"kind":"Later","seq":"first"}',
    b'{"kind":"Later","wall":null}',
]


@pytest.mark.parametrize("line", NO_RECORDS)
def test_what_is_no_record_is_refused_in_one_sentence(line: bytes) -> None:
    with pytest.raises(BadLine) as refused:
        decode_record(line)
    _expect_sentence(refused.value)


def test_a_refusal_names_the_field() -> None:
    with pytest.raises(BadLine, match=r"start"):
        decode_record(b'{"kind":"Tick","start":"soon","end":1}')


NO_COMMANDS = [
    b"",
    b"stop",
    b"{}",
    b"[]",
    b'{"command":"Reboot"}',
    b'{"command":"AddUsers"}',
    b'{"command":"AddUsers","delta":1.5}',
    b'{"command":"AddUsers","delta":"10"}',
    b'{"command":"SetPolicy","policy":"panic"}',
    b'{"command":"Stop","reason":"boredom"}',
    b'{"kind":"Logged","source":"x","text":"y"}',
]


@pytest.mark.parametrize("line", NO_COMMANDS)
def test_what_is_no_command_is_refused_in_one_sentence(line: bytes) -> None:
    with pytest.raises(BadLine) as refused:
        decode_command(line)
    _expect_sentence(refused.value)


def _expect_sentence(error: BadLine) -> None:
    text = str(error)
    assert text.startswith("this line is no ")
    assert "\n" not in text
    assert len(text) < 200


@pytest.mark.parametrize(
    "line",
    [b'{"kind":"Logged","source":"x","text":"\xff"}', b'{"kind":"Later","text":"\xff"}'],
)
def test_a_spoiled_byte_in_a_text_is_a_bad_line(line: bytes) -> None:
    with pytest.raises(BadLine):
        decode_record(line)


def test_a_spoiled_byte_in_a_command_is_a_bad_line() -> None:
    with pytest.raises(BadLine):
        decode_command(b'{"command":"Note","text":"\xff"}')


@pytest.mark.parametrize("line", [b"[" * 100_000, b'{"kind":"Later","seq":1e400}'])
def test_a_hostile_line_is_a_bad_line(line: bytes) -> None:
    with pytest.raises(BadLine):
        decode_record(line)


# --- numbering and cutting -----------------------------------------------------------------------


@given(our.RECORDS, st.integers(1, 2**53))
def test_numbering_a_line_changes_nothing_else(record: Any, seq: int) -> None:
    unnumbered = msgspec.structs.replace(record, seq=0)
    assert decode_record(with_seq(encode(unnumbered), seq)) == msgspec.structs.replace(
        unnumbered, seq=seq
    )


def test_numbering_a_line_keeps_fields_of_a_later_version() -> None:
    line = b'{"kind":"Logged","source":"x","text":"y","color":{"r":[1,2]}}\n'
    numbered = with_seq(line, 12)
    assert json.loads(numbered) == {**json.loads(line), "seq": 12}
    assert numbered.endswith(b"\n")


def test_numbering_a_line_of_a_later_kind_keeps_it() -> None:
    numbered = with_seq(b'  {"kind":"Later","x":[1]}\n', 12)
    record = decode_record(numbered)
    assert isinstance(record, Unknown)
    assert record.seq == 12
    assert record.data["x"] == [1]


@given(st.lists(our.RECORDS, max_size=5), st.data())
def test_of_a_journal_cut_anywhere_the_whole_lines_are_read(
    records: list[Any], data: st.DataObject
) -> None:
    lines = [encode(record) for record in records]
    journal = b"".join(lines)
    cut = data.draw(st.integers(0, len(journal)))
    read = list(read_lines(journal[:cut]))
    ends = [len(b"".join(lines[: n + 1])) for n in range(len(lines))]
    assert [end for _, end in read] == [end for end in ends if end <= cut]
    assert [line for line, _ in read] == lines[: len(read)]


def test_reading_goes_on_where_it_stopped() -> None:
    journal = encode(LOGGED) * 3
    cut = len(journal) // 2
    *_, (_, offset) = read_lines(journal[:cut])
    rest = [line for line, _ in read_lines(journal[offset:])]
    assert rest == [encode(LOGGED)] * 2

"""The run second by second: every request stands in one row, in CSV as in JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from hypothesis import given

from lftui.records import AnyRecord, TargetSample, TargetSampled, Tick
from lftui.reports.series import COLUMNS, SeriesDocument, SeriesFold
from lftui.run_state import duration_s, entry_of
from tests.unit.exported import recorded, state_of
from tests.unit.strategies import MONO, WALL, Play, plays


def rows_of(records: list[AnyRecord]) -> list[dict[str, Any]]:
    fold = SeriesFold()
    rows = []
    for record in records:
        rows += fold.apply(record)
        assert not isinstance(record, Tick) or fold.apply(record) in ([], rows[-1:]), "it is shared"
    rows += fold.finish()
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def document_of(records: list[AnyRecord]) -> dict[str, Any]:
    document = SeriesDocument(state_of(records), SeriesFold())
    pieces = document.header()
    for record in records:
        pieces += document.apply(record)
    found: dict[str, Any] = json.loads("".join([*pieces, *document.finish()]))
    return found


@given(plays())
def test_the_rows_of_any_run_add_up(play: Play) -> None:
    rows = rows_of(play.records)
    assert sum(row["requests"] for row in rows) == play.state.total.count
    assert sum(row["failures"] for row in rows) == play.state.total.failures
    assert sum(row["bytes"] for row in rows) == play.state.total.bytes
    times = [row["time"] for row in rows]
    assert len(times) == len(set(times))


@given(plays())
def test_csv_and_json_hold_the_same_rows(play: Play) -> None:
    document = document_of(play.records)
    assert document["schema"] == "lftui.series/1"
    assert [dict(zip(document["columns"], row, strict=True)) for row in document["rows"]] == (
        rows_of(play.records)
    )


def test_a_real_run_has_a_row_for_each_second_of_load() -> None:
    records = recorded("report")
    everything, state = rows_of(records), state_of(records)
    rows = [row for row in everything if row["state"] not in ("stopping", "stopped")]
    assert abs(len(rows) - duration_s(state)) <= 2
    seconds = [row["time"] for row in rows]
    assert seconds == list(range(seconds[0], seconds[0] + len(rows)))
    covered = sum(row["covered_s"] for row in rows)
    total = entry_of("", "", state.total, duration_s(state))
    assert sum(row["requests"] for row in everything) == total.requests
    assert abs(sum(row["rps"] * row["covered_s"] for row in everything) - total.requests) < 1
    assert abs(covered - duration_s(state)) < 2
    assert max(row["users"] for row in rows) == state.users_max == 100
    assert max(row["max_ms"] or 0 for row in everything) == state.total.max_ms


def test_steps_marks_and_the_target_stand_beside_the_rows() -> None:
    records = recorded("report")
    records.append(
        TargetSampled(
            seq=records[-1].seq + 1,
            wall=WALL,
            mono=records[-1].mono,
            source="prometheus",
            samples=[TargetSample("cpu", 61.5, "%"), TargetSample("queue", None)],
        )
    )
    document = document_of(records)
    assert [step["users"] for step in document["steps"]] == [10, 25, 45, 70, 100, 10]
    assert {"note", "breach", "users"} <= {mark["type"] for mark in document["marks"]}
    cpu, queue = document["target"]
    assert (cpu["source"], cpu["name"], cpu["unit"]) == ("prometheus", "cpu", "%")
    assert cpu["points"][0][1] == 61.5
    assert queue["points"][0][1] is None


def test_a_second_that_a_mark_cuts_is_one_row() -> None:
    play = Play()
    endpoint = play.endpoint("/")
    assert endpoint is not None
    play.seconds(2)
    whole = rows_of(play.records)
    first, *others = play.records
    assert whole == rows_of([first, first, *others][1:])
    assert all(0 < row["covered_s"] <= 1.5 for row in whole)
    assert whole[0]["elapsed_s"] <= whole[-1]["elapsed_s"]
    assert MONO > 0


def test_a_run_without_load_has_its_columns_alone() -> None:
    assert rows_of([]) == []
    document = document_of([])
    assert document["rows"] == document["steps"] == document["marks"] == []
    out = io.StringIO()
    csv.writer(out).writerow(SeriesFold().header())
    assert out.getvalue().startswith("time,elapsed_s,")

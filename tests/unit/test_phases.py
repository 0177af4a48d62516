"""The phases of requests (`--timings`): counted, folded, shown, and nowhere without being asked."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from lftui.generator.client import wanted_client
from lftui.generator.meter import PHASES as TOLD
from lftui.generator.meter import Meter
from lftui.judge.verdict import judge
from lftui.records import RESET_STATS, EndpointSeen, EndpointTick, Marked, Tick
from lftui.reports.summary import summary_text
from lftui.run_state import PHASES, RunState, endpoint_phases
from lftui.safe_text import Redactor
from lftui.screens.live.endpoint_facts import TOTAL_KEY, Endpoint
from lftui.screens.live.endpoint_sections import section_lines
from lftui.widgets.look import Look
from tests.unit.live_runs import a_run, snapshot_of
from tests.unit.test_reports_summary import VALIDATOR


def a_meter(wants: bool) -> Meter:
    meter = Meter(Redactor(), lambda record: None, clock=iter(range(100)).__next__)
    meter.wants_phases = wants
    return meter


def fire(meter: Meter, context: Any) -> None:
    meter.on_request("GET", "/a", 2.0, 10, context=context)


def told(meter: Meter) -> dict[str, list[int]]:
    [[endpoint]] = list(meter.cut().endpoint_chunks(10))
    return endpoint.timings


def test_both_sides_know_the_same_phases() -> None:
    assert TOLD == PHASES


def test_phases_are_counted_where_asked() -> None:
    context = {"timings": {"connect": 1.0, "first_byte": 0.5, "moon": 3}, "mine": 1}
    for wants in (False, True):
        meter = a_meter(wants)
        fire(meter, context)
        fire(meter, {"timings": {"first_byte": 0.5}})
        fire(meter, {})
        fire(meter, None)
        found = told(meter)
        assert set(found) == ({"connect", "first_byte"} if wants else set())
        assert [sum(times[1::2]) for times in found.values()] == ([1, 2] if wants else [])


@pytest.mark.parametrize("odd", ["text", 17, {"timings": 3}, {"timings": {"dns": "x"}}])
def test_a_context_that_is_none_of_ours_stops_nothing(odd: Any) -> None:
    meter = a_meter(True)
    fire(meter, odd)
    fire(meter, {"timings": {"dns": 1.0}})
    [[endpoint]] = list(meter.cut().endpoint_chunks(10))
    assert endpoint.count == 2


def a_state() -> RunState:
    """Two seconds of two endpoints; the second second lies behind a reset."""
    state = RunState()
    for number, name in ((1, "/a"), (2, "/b")):
        state.apply(EndpointSeen(id=number, method="GET", name=name))
    timings = {"connect": [500, 1], "first_byte": [300, 3], "of a later version": [1, 1]}
    for second in range(2):
        if second:
            state.apply(Marked(type="window", why=RESET_STATS, wall=second, mono=second))
        state.apply(
            Tick(
                wall=second + 1,
                mono=second + 1,
                start=second,
                end=second + 1,
                endpoints=[
                    EndpointTick(id=1, count=3, ok=[300, 3], min_us=300, max_us=300, sum_us=900,
                                 timings=timings),
                    EndpointTick(id=2, count=1, ok=[300, 1], min_us=300, max_us=300, sum_us=300),
                ],
            )
        )  # fmt: skip
    return state


def test_phases_add_up_by_endpoint_and_since_a_reset() -> None:
    state = a_state()
    total, each = endpoint_phases(state)
    assert {phase: found.requests for phase, found in total.items()} == {
        "connect": 2,
        "first_byte": 6,
    }
    assert list(each) == [("GET", "/a")]
    assert endpoint_phases(state, state.reset)[0]["first_byte"].requests == 3


def test_the_state_is_written_down_and_read_back_with_them() -> None:
    state = a_state()
    again = msgspec.json.decode(msgspec.json.encode(state), type=RunState)
    assert endpoint_phases(again) == endpoint_phases(state)


def test_the_summary_has_them_and_is_valid() -> None:
    found = json.loads(summary_text(a_state(), judge(a_state())))
    VALIDATOR.validate(found)
    assert found["totals"]["timings"]["first_byte"]["requests"] == 3
    assert [("timings" in entry) for entry in found["endpoints"]] == [True, False]
    found["totals"]["timings"]["first_byte"]["p50_ms"] = -1
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(found)
    assert (
        "timings" not in json.loads(summary_text(a_run(3).state, judge(a_run(3).state)))["totals"]
    )


def test_the_console_shows_them_of_an_endpoint_and_of_all() -> None:
    play = a_run(3)
    snapshot = snapshot_of(play)
    look = Look()
    plain = section_lines(Endpoint(snapshot, TOTAL_KEY, look), 100)
    assert not any("phases" in text for line in plain for text, _ in line)
    play.state.rows[0].phases.update(a_state().rows[0].phases)
    for key in (TOTAL_KEY, f"{play.state.rows[0].method}\t{play.state.rows[0].name}"):
        lines = section_lines(Endpoint(snapshot, key, look), 100)
        text = "\n".join("".join(text for text, _ in line) for line in lines)
        assert "first byte" in text
        assert "of 6 requests" in text


@pytest.mark.parametrize(
    ("words", "variable", "value"),
    [
        ("", "", ""),
        ("--http-client lean", "", "lean"),
        ("--http-client=lean -u 3", "", "lean"),
        ("--lftui-http-client lean", "", "lean"),
        ("--http-client", "", ""),
        ("--http-client --timings", "", ""),
        ("-- --http-client lean", "", ""),
        ("", "lean", "lean"),
        ("--http-client stock", "lean", "stock"),
    ],
)
def test_an_option_is_found_before_the_locustfile_is_imported(
    words: str, variable: str, value: str
) -> None:
    environment = {"LFTUI_HTTP_CLIENT": variable} if variable else {}
    assert wanted_client(words.split(), environment) == value

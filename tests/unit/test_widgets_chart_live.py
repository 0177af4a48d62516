"""What the live charts are given of a run."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.run_state import RunState
from lftui.screens.live import chart_points
from lftui.screens.live.charts import (
    endpoint_chart,
    response_time_chart,
    shape_chart,
    throughput_chart,
)
from lftui.widgets.chart.data import ChartData, Line
from tests.unit.strategies import Play, Sent


def line(data: ChartData, name: str) -> Line:
    return next(one for one in data.lines if one.name == name)


def values(data: ChartData, name: str) -> list[float | None]:
    return [point[2] for point in line(data, name).points]


def test_rates_errors_and_users_are_drawn_from_the_loads_begin() -> None:
    play = Play()
    play.seconds(20, rps=5, users=10)
    data = throughput_chart(play.state, 60)
    assert values(data, "rps") == [5.0] * 20
    assert values(data, "errors") == [0.0] * 20
    assert values(data, "users") == [10.0] * 20
    assert line(data, "rps").points[0][:2] == (0.0, 1.0)
    assert data.until_s == 20.0
    assert line(data, "users").axis == "right"


def test_goodput_is_drawn_where_it_differs_from_the_rate() -> None:
    play = Play()
    play.seconds(5)
    assert "goodput" not in [one.name for one in throughput_chart(play.state).lines]
    failing = play.endpoint("/down")
    play.tick([Sent(failing, 1000, failed=True)] * 4 + [Sent(failing, 1000)] * 6)
    assert values(throughput_chart(play.state), "goodput")[-1] == 6.0


def test_seconds_without_a_tick_are_a_gap() -> None:
    play = Play()
    play.seconds(5)
    play.now += 7
    play.seconds(5)
    data = throughput_chart(play.state)
    assert values(data, "rps").count(None) == 1
    assert (5.0, 12.0, None) in line(data, "rps").points


def test_a_tick_that_a_mark_cut_short_is_joined_with_the_next_one() -> None:
    play = Play()
    play.seconds(3, rps=10)
    endpoint = play.endpoint()
    play.tick([Sent(endpoint, 1000)] * 3, length_s=0.02)
    play.tick([Sent(endpoint, 1000)] * 7, length_s=0.98)
    assert values(throughput_chart(play.state), "rps") == pytest.approx([10.0] * 4)


def test_percentiles_are_those_of_the_histograms() -> None:
    play = Play()
    endpoint = play.endpoint()
    for _ in range(3):
        play.tick([Sent(endpoint, ms * 1000) for ms in range(1, 101)])
    data = response_time_chart(play.state, 60)
    assert values(data, "p50") == [50.0] * 3
    assert values(data, "p99") == [99.0] * 3


def test_each_tick_costs_one_point_only(monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play()
    play.seconds(100, ms=21)
    computed: list[int] = []
    known = chart_points._computed

    def counted(parts: Any) -> Any:
        computed.append(len(parts))
        return known(parts)

    monkeypatch.setattr(chart_points, "_computed", counted)
    chart_points._known.clear()
    response_time_chart(play.state, 60)
    computed.clear()
    play.seconds(1, ms=21)
    response_time_chart(play.state, 60)
    assert computed == [1]


def test_a_long_run_takes_few_points() -> None:
    play = Play()
    draw = random.Random(1)
    endpoint = play.endpoint()
    for _ in range(4_000):
        play.tick([Sent(endpoint, draw.randrange(1000, 9000))])
    data = response_time_chart(play.state)
    assert len(data.lines[0].points) <= 450
    assert len(data.lines) == 3
    rates = values(throughput_chart(play.state), "rps")
    assert rates == pytest.approx([1.0] * len(rates))


def test_the_plans_p95_limits_are_the_thresholds() -> None:
    rules = [parse_threshold(one) for one in ("p95_ms<250:warning", "p95_ms<2s", "error_ratio<1%")]
    play = Play(thresholds=written([*rules, parse_threshold("p95_ms@GET /jobs<90")]))
    play.seconds(2)
    play.tick([Sent(play.endpoint("/jobs"), 1000)])
    total = response_time_chart(play.state).limits
    assert [(one.value, one.text, one.tone) for one in total] == [
        (250.0, "p95 warning 250 ms", "warning"),
        (2000.0, "p95 critical 2 s", "critical"),
    ]
    jobs = next(row for row in play.state.rows if row.name == "/jobs")
    assert [one.value for one in endpoint_chart(play.state, jobs).limits] == [90.0]


def test_marks_stand_where_they_happened() -> None:
    play = Play()
    play.seconds(10)
    play.mark("stage", new=20, stage=1, who="shape")
    play.seconds(10)
    play.mark("note", text="cache emptied", who="ann")
    play.mark("breach", text="p95 of the total is above 250 ms", facts={"rule": "p95_ms"})
    play.mark("controls", new=1)
    found = throughput_chart(play.state, 60).markers
    assert [(one.at_s, one.sign, one.text) for one in found] == [
        (10.0, "S", "stage 2: 20 users"),
        (20.0, "N", "note: cache emptied"),
        (20.0, "!", "p95 of the total is above 250 ms"),
    ]


def test_users_changed_by_hand_are_told_from_the_plans() -> None:
    play = Play()
    play.seconds(3)
    play.mark("users", new=40, who="ann", command_id="c-1")
    assert throughput_chart(play.state).markers[0].text == "40 users by hand"


def test_a_silent_endpoint_has_no_requests_but_a_silent_run_has_no_figures() -> None:
    play = Play()
    for second in range(60):
        name = "/rare" if second < 10 else "/often"
        play.tick([Sent(play.endpoint(name), 1000)])
    rare = endpoint_chart(play.state, play.state.rows[0])
    assert values(rare, "rps")[-1] == 0.0
    assert values(rare, "p95")[-1] is None
    play.now += 30
    play.seconds(1)
    often = endpoint_chart(play.state, play.state.rows[1])
    assert None in values(often, "rps")


def test_a_run_that_has_not_begun_has_a_chart_that_says_so() -> None:
    for data in (throughput_chart(RunState(), 60), response_time_chart(RunState(), None)):
        assert "no figures yet" in data.empty
        assert data.until_s == 0.0


def test_a_preview_is_a_staircase_to_the_end() -> None:
    data = shape_chart([(0.0, 0), (10.0, 20), (30.0, 20)])
    assert line(data, "users").points == [(0.0, 10.0, 0.0), (10.0, 30.0, 20.0)]
    assert data.fixed
    assert data.until_s == 30.0
    assert shape_chart([]).until_s == 0.0

"""The target over time: readings by source and name in bins that get coarser, none of them lost."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.records import TargetSample, TargetSampled
from lftui.run_state import Readings, RunState
from lftui.run_state.readings import BINS, MOST_SERIES
from tests.unit.strategies import NUMBER, Play, read_back

READINGS = st.lists(st.tuples(st.floats(0, 200_000), NUMBER), min_size=1, max_size=60)


def filled(readings: list[tuple[float, float]]) -> Readings:
    series = Readings("host", "cpu", "%")
    for at_s, value in readings:
        series.add(value, at_s)
    return series


@given(READINGS)
def test_bins_are_few_and_hold_every_reading(readings: list[tuple[float, float]]) -> None:
    readings.sort()
    series = filled(readings)
    assert len(series.bins) <= BINS
    spans = series.spans()
    assert sum(one.count for _, _, one in spans) == len(readings)
    assert min(one.low for _, _, one in spans) == min(value for _, value in readings)
    assert max(one.high for _, _, one in spans) == max(value for _, value in readings)
    for begin, end, one in spans:
        inside = [value for at_s, value in readings if begin <= at_s < end]
        assert (one.low, one.high, one.count) == (min(inside), max(inside), len(inside))
        assert one.low <= one.mean <= one.high


def test_the_mean_of_a_bin_is_that_of_its_readings() -> None:
    series = filled([(float(second), float(second % 7)) for second in range(2_000)])
    assert series.bin_s == 16
    begin, end, one = series.spans()[3]
    values = [second % 7 for second in range(int(begin), int(end))]
    assert one.mean == pytest.approx(sum(values) / len(values))


def test_a_day_takes_no_more_room_than_an_hour() -> None:
    series = filled([(5_000.0 + 5 * n, 0.5) for n in range(17_280)])
    assert (series.bin_s, len(series.bins)) == (512, 170)


def test_two_sources_with_a_metric_of_the_same_name_are_told_apart() -> None:
    play = Play()
    for source, value in (("host", 40.0), ("prometheus", 55.0)):
        play.say(TargetSampled(source=source, samples=[TargetSample("cpu", value, "%")]))
    found = {(one.source, one.name): one for one in play.state.target_readings.values()}
    assert found["host", "cpu"].bins[0].mean == 40.0
    assert found["prometheus", "cpu"].bins[0].mean == 55.0
    assert found["host", "cpu"].unit == "%"
    latest = {(one.source, one.name): one.value for one in play.state.target_facts.values()}
    assert latest == {("host", "cpu"): 40.0, ("prometheus", "cpu"): 55.0}


def test_what_is_no_number_is_no_reading() -> None:
    play = Play()
    play.say(TargetSampled(source="host", samples=[TargetSample("cpu", None, "%")]))
    assert play.state.target_readings == {}


def test_of_very_many_metrics_the_first_are_kept() -> None:
    play = Play()
    samples = [TargetSample(f"metric {n}", 1.0) for n in range(MOST_SERIES + 5)]
    play.say(TargetSampled(source="host", samples=samples))
    assert len(play.state.target_readings) == MOST_SERIES
    assert len(play.state.target_facts) == MOST_SERIES + 5


def test_a_checkpoint_keeps_them_and_one_from_before_them_is_read() -> None:
    play = Play()
    for second in range(600):
        play.now += 1
        sample = TargetSample("cpu", float(second), "%")
        play.say(TargetSampled(source="host", samples=[sample]))
    assert read_back(play.state) == play.state
    older = json.loads(msgspec.json.encode(play.state))
    del older["target_readings"]
    restored = msgspec.json.decode(json.dumps(older), type=RunState)
    assert restored.target_readings == {}
    assert restored.target_facts == play.state.target_facts

"""The figures of a run are those of the requests that were sent, over the window that is shown."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.metrics import Figures, Histogram, unpack
from lftui.records import GeneratorHealth, Marked
from lftui.run_state import RunState, duration_s, endpoint_entries, recent_entries
from tests.unit import strategies as our
from tests.unit.strategies import Play, Sent

# --- sums ----------------------------------------------------------------------------------------


@given(our.plays())
def test_the_total_is_the_exact_sum_of_what_was_sent(play: Play) -> None:
    _expect_exact(play.state.total, play.sent)


@given(our.plays())
def test_each_endpoint_has_exactly_its_own_requests_and_together_they_are_the_total(
    play: Play,
) -> None:
    state = play.state
    for index, row in enumerate(state.rows):
        mine = [sent for sent in play.sent if state.row_of[sent.endpoint] == index]
        _expect_exact(row.figures, mine)
    whole = Figures()
    for row in state.rows:
        whole.add(row.figures)
    assert whole == state.total


@given(our.plays())
def test_each_user_class_has_exactly_its_own_requests(play: Play) -> None:
    state = play.state
    for name, owner in state.classes.items():
        mine = [sent for sent in play.sent if state.class_of.get(sent.endpoint) == name]
        _expect_exact(owner.figures, mine)


@given(our.plays())
def test_the_errors_shown_are_the_failures_counted(play: Play) -> None:
    failures: Counter[int] = Counter()
    for sent in play.sent:
        failures[play.state.row_of[sent.endpoint]] += sent.failed
    grouped: Counter[int] = Counter()
    for error in play.state.errors.values():
        grouped[error.row] += error.count
    assert +grouped == +failures
    assert grouped.total() == play.state.total.failures


def _expect_exact(figures: Figures, sent: list[Sent]) -> None:
    timed = [one.us for one in sent if one.us is not None]
    assert figures.count == len(sent)
    assert figures.failures == sum(one.failed for one in sent)
    assert figures.sum_us == sum(timed)
    assert figures.min_us == min(timed, default=None)
    assert figures.max_us == max(timed, default=None)
    assert figures.bytes == sum(one.size for one in sent)
    assert figures.ok == Histogram.of(
        one.us for one in sent if one.us is not None and not one.failed
    )
    assert figures.failed.count + figures.ok.count == len(timed)


def test_an_endpoint_that_two_classes_request_is_one_row_with_the_figures_of_both() -> None:
    play = Play()
    reader = play.endpoint("/jobs", "GET", "Reader")
    writer = play.endpoint("/jobs", "GET", "Writer")
    post = play.endpoint("/jobs", "POST", "Writer")
    play.tick([Sent(reader, 10_000), Sent(reader, 10_000), Sent(writer, 30_000), Sent(post, 5_000)])
    _, entries = endpoint_entries(play.state)
    assert [(e.method, e.name, e.requests, e.max_ms) for e in entries] == [
        ("GET", "/jobs", 3, 30.0),
        ("POST", "/jobs", 1, 5.0),
    ]
    by_class = {name: owner.figures.count for name, owner in play.state.classes.items()}
    assert by_class == {"Reader": 2, "Writer": 2}


def test_endpoints_whose_method_and_name_only_read_alike_are_two_rows() -> None:
    play = Play()
    one, other = play.endpoint("jobs all", "LIST"), play.endpoint("all", "LIST jobs")
    play.tick([Sent(one, 1000), Sent(other, 2000)])
    assert len(play.state.rows) == 2


def test_rates_are_over_the_time_of_the_run() -> None:
    play = Play()
    play.seconds(10, rps=6)
    play.tick([Sent(play.endpoint(), 1000, failed=True)] * 15, length_s=5.0)
    total, _ = endpoint_entries(play.state)
    assert duration_s(play.state) == pytest.approx(15)
    assert (total.rps, total.goodput_rps) == (5.0, 4.0)
    assert total.error_ratio == 0.2


def test_fast_failures_do_not_flatter_the_percentiles() -> None:
    play = Play()
    endpoint = play.endpoint()
    play.tick([Sent(endpoint, 500_000)] * 10 + [Sent(endpoint, 1_000, failed=True)] * 90)
    total, _ = endpoint_entries(play.state)
    assert total.p50_ms == 500.0
    assert (total.min_ms, total.error_ratio, total.samples) == (1.0, 0.9, 10)


def test_where_nothing_succeeded_the_percentiles_are_of_the_failures() -> None:
    play = Play()
    play.tick([Sent(play.endpoint(), 7_000, failed=True)] * 3)
    total, _ = endpoint_entries(play.state)
    assert (total.p99_ms, total.goodput_rps) == (7.0, 0.0)


# --- percentiles ---------------------------------------------------------------------------------

_QUANTILES = {"p50_ms": 0.5, "p90_ms": 0.9, "p95_ms": 0.95, "p99_ms": 0.99, "p999_ms": 0.999}


def _uniform(chance: random.Random) -> float:
    return chance.uniform(100, 2_000_000)


def _lognormal(chance: random.Random) -> float:
    return chance.lognormvariate(math.log(40_000), 1.5)


def _bimodal(chance: random.Random) -> float:
    return chance.gauss(2_000, 150) if chance.random() < 0.93 else chance.gauss(900_000, 90_000)


def _constant(chance: random.Random) -> float:
    return 123_456


def _sub_millisecond(chance: random.Random) -> float:
    return chance.uniform(1, 1_500)


@pytest.mark.parametrize(
    "drawn", [_uniform, _lognormal, _bimodal, _constant, _sub_millisecond], ids=lambda f: f.__name__
)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 1_500))
def test_percentiles_are_within_half_a_percent_of_the_exact_ones(
    drawn: object, seed: int, count: int
) -> None:
    chance = random.Random(seed)
    times = [max(1, int(drawn(chance))) for _ in range(count)]  # type: ignore[operator]
    play = Play()
    endpoint = play.endpoint()
    for begin in range(0, count, 100):  # over many ticks, as they come
        play.tick([Sent(endpoint, us) for us in times[begin : begin + 100]])
    total, (entry,) = endpoint_entries(play.state)
    ordered = sorted(times)
    for field, q in _QUANTILES.items():
        exact = ordered[math.ceil(round(q * count, 9)) - 1] / 1000
        assert getattr(total, field) == pytest.approx(exact, rel=0.005)
        assert getattr(entry, field) == getattr(total, field)
        assert ordered[0] / 1000 <= getattr(total, field) <= ordered[-1] / 1000
    assert total.mean_ms == pytest.approx(sum(times) / count / 1000, abs=0.001)
    assert (total.min_ms, total.max_ms) == (ordered[0] / 1000, ordered[-1] / 1000)


# --- the last ten seconds ------------------------------------------------------------------------


def test_the_recent_window_is_the_last_ten_seconds() -> None:
    play = Play()
    play.seconds(20, rps=100, ms=900)
    play.seconds(10, rps=5, ms=20)
    total, _ = recent_entries(play.state)
    assert (total.requests, total.rps, total.max_ms) == (50, 5.0, 20.0)


def test_in_the_first_seconds_the_recent_window_is_as_long_as_the_run() -> None:
    play = Play()
    play.seconds(3, rps=4)
    total, _ = recent_entries(play.state)
    assert (total.requests, total.rps) == (12, 4.0)


def test_a_target_that_stops_answering_brings_the_recent_rate_to_0() -> None:
    play = Play()
    play.seconds(20, rps=100)
    for _ in range(10):
        play.tick()
    total, entries = recent_entries(play.state)
    assert (total.requests, total.rps, total.p95_ms, entries) == (0, 0.0, None, [])


def test_the_recent_rate_is_true_with_ticks_cut_at_marks() -> None:
    play = Play()
    endpoint = play.endpoint()
    for _ in range(40):
        play.tick([Sent(endpoint, 1000)] * 2, length_s=0.25)
        play.tick([Sent(endpoint, 1000)] * 6, length_s=0.75)
    total, _ = recent_entries(play.state)
    assert total.rps == 8.0


def test_one_long_tick_is_a_window_of_its_own_length() -> None:
    # The hub was blocked for 40 s: its requests are spread over 40 s, not over 10.
    play = Play()
    play.seconds(5, rps=50)
    play.tick([Sent(play.endpoint(), 1000)] * 80, length_s=40.0)
    total, _ = recent_entries(play.state)
    assert (total.requests, total.rps) == (80, 2.0)


@given(our.plays())
def test_the_recent_window_keeps_no_more_than_it_shows(play: Play) -> None:
    recent = play.state.recent
    assert all(tick.end > recent[-1].end - 10 for tick in recent)


# --- a fresh window ------------------------------------------------------------------------------


def test_a_fresh_window_counts_from_its_mark_and_deletes_nothing() -> None:
    play = Play()
    play.seconds(10, rps=10, ms=800)
    play.mark("window", text="after the deploy")
    play.seconds(5, rps=4, ms=20)
    window = play.state.window
    assert window is not None
    assert window.label == "after the deploy"
    fresh, (entry,) = endpoint_entries(play.state, window)
    assert (fresh.requests, fresh.rps, fresh.max_ms) == (20, 4.0, 20.0)
    assert (entry.requests, entry.p99_ms) == (20, 20.0)
    whole, _ = endpoint_entries(play.state)
    assert (whole.requests, whole.max_ms) == (120, 800.0)


def test_a_second_fresh_window_replaces_the_first() -> None:
    play = Play()
    play.mark("window", why="--reset-stats")
    play.seconds(5)
    play.mark("window")
    play.seconds(2, rps=3)
    assert play.state.window is not None
    assert play.state.window.total.count == 6
    assert play.state.window.covered_s == 2


def test_other_marks_begin_no_window() -> None:
    play = Play()
    for kind in our.MARK_TYPES:
        if kind != "window":
            play.say(Marked(type=kind, text="x", new=1))
    assert play.state.window is None


# --- over time -----------------------------------------------------------------------------------


@given(our.plays(most=40))
def test_the_charts_add_up_to_the_totals(play: Play) -> None:
    state = play.state
    points = state.series.points()
    assert sum(point.count for point in points) == state.total.count
    assert sum(point.failures for point in points) == state.total.failures
    assert sum(point.bytes for point in points) == state.total.bytes
    if not any(mark.type == "stop" for mark in state.marks):  # what comes after is no load
        assert sum(point.duration_s for point in points) == pytest.approx(duration_s(state))
    for row in state.rows:
        assert sum(point.count for point in row.points()) == row.figures.count


def test_a_long_run_keeps_all_of_its_figures_in_a_bounded_chart() -> None:
    play = Play()
    play.seconds(20_000, rps=1)
    points = play.state.series.points()
    assert len(points) < 600 * 8
    assert sum(point.count for point in points) == 20_000
    ok = Histogram()
    for point in points:
        ok.add_sparse(unpack(point.ok))
    assert ok == play.state.total.ok
    newest = points[-1]
    assert (newest.end_s - newest.start_s, newest.count) == (1.0, 1)
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(points))
    row = play.state.rows[0]
    assert sum(point.count for point in row.points()) == 20_000


def test_with_many_endpoints_each_keeps_a_coarser_chart() -> None:
    play = Play()
    endpoints = [play.endpoint(f"/{number}") for number in range(1_000)]
    for _ in range(70):
        play.tick([Sent(endpoint, 1000) for endpoint in endpoints])
    kept = sum(len(row.points()) for row in play.state.rows)
    assert kept < 70 * 1_000 / 2
    assert all(sum(point.count for point in row.points()) == 70 for row in play.state.rows[-20:])


def test_the_chart_shows_users_and_the_generators_own_readings() -> None:
    play = Play()
    play.tick(users=7, target=9, health=GeneratorHealth(cpu_percent=40, lag_max_us=900))
    (point,) = play.state.series.points()
    assert (point.users, point.target_users, point.cpu_percent, point.lag_max_us) == (7, 9, 40, 900)


# --- the generator's health ----------------------------------------------------------------------


def test_the_generators_worst_readings_of_the_run_are_kept() -> None:
    play = Play()
    play.tick(
        health=GeneratorHealth(
            cpu_percent=97, rss_bytes=5, open_files=9, lag=[50_00, 1], lag_max_us=99
        )
    )
    play.tick(health=GeneratorHealth(cpu_percent=3, rss_bytes=4, open_files=2, lag=[10, 3]))
    health = play.state.health
    assert (health.cpu_percent_max, health.rss_bytes_max, health.open_files_max) == (97, 5, 9)
    assert health.lag_max_us == 99
    assert health.lag.count == 4
    assert health.latest.cpu_percent == 3


def test_the_cpu_of_a_tick_cut_short_is_not_taken_for_a_peak() -> None:
    # 2 ms of work in an interval of 3 ms is no saturated generator.
    play = Play()
    play.tick(health=GeneratorHealth(cpu_percent=31))
    play.tick(length_s=0.003, health=GeneratorHealth(cpu_percent=67, lag_max_us=5))
    assert play.state.health.cpu_percent_max == 31
    assert play.state.health.lag_max_us == 5


def test_an_empty_state_has_no_recent_figures() -> None:
    total, entries = recent_entries(RunState())
    assert (total.requests, total.rps, entries) == (0, 0.0, [])

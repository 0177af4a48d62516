"""The arrivals of an open workload, folded: over the run, its windows, its steps and its series."""

from __future__ import annotations

import pytest

from lftui.live_view import load_words
from lftui.metrics import ArrivalFigures, Histogram, Point, Series, pack, unpack
from lftui.records import RESET_STATS, Arrivals
from lftui.run_state import RunState, arrivals_in, arrivals_of, arrivals_over
from lftui.run_state.views import endpoint_entries, entry_of, recent_span
from lftui.run_state.windows import Window
from tests.unit.open_runs import MOST, OpenPlay, kept, with_an_outage
from tests.unit.strategies import Play, Sent, fold, read_back


def found_in(state: RunState) -> ArrivalFigures:
    found = arrivals_over(state)
    assert found is not None
    return found


def test_a_closed_workload_has_none() -> None:
    play = Play()
    play.seconds(12)
    assert not play.state.is_open
    assert play.state.arrivals is None
    assert play.state.steps.all()[0].rate is None
    assert play.state.total.adjusted is None
    assert all(Window(play.state, name).arrivals is None for name in ("run", "recent", "step"))
    assert all(
        point.arrivals is None and not point.adjusted for point in play.state.series.points()
    )


def test_over_the_run_every_iteration_is_counted_once() -> None:
    state = kept().state
    found = found_in(state)
    assert state.is_open
    assert (found.due, found.started) == (21 * 50 + 21 * 80, 21 * 50 + 21 * 80)
    assert (found.late, found.dropped, found.waiting) == (0, 0, 0)
    assert found.covered_s == pytest.approx(42)
    assert found.target_rate == found.rate == pytest.approx((50 + 80) / 2)
    assert found.goal_rate == 80
    assert found.most == MOST
    assert found.short_s == 0


def test_steps_are_plateaus_of_the_rate() -> None:
    first, second = kept().state.steps.all()
    assert (first.rate, second.rate) == (50, 80)
    for step in (first, second):
        assert step.span.arrivals is not None
        assert step.span.arrivals.rate == pytest.approx(step.rate)
        assert step.span.arrivals.covered_s == pytest.approx(step.span.covered_s)
        assert step.users == 5, "the most users that there were"
        assert step.per_class == {}


def test_users_that_are_added_on_a_plateau_do_not_end_it() -> None:
    play = OpenPlay()
    play.reach(50)
    for second in range(20):
        play.arrive(50, users=5 + second, target=5 + second, target_by_class={"Reader": second})
    (step,) = play.state.steps.all()
    assert step.users == 24
    assert step.duration_s == 19


def test_a_rate_on_its_way_and_a_paused_one_are_no_plateau() -> None:
    play = OpenPlay()
    for rate in range(10, 30):
        play.arrive(rate, state="spawning")
    for _ in range(20):
        play.arrive(0, state="paused")
    for _ in range(20):
        play.arrive(0)
    assert play.state.steps.all() == []


def test_a_rate_set_by_hand_makes_a_step_by_hand() -> None:
    play = OpenPlay()
    play.mark("rate", old_rate=0.0, new_rate=50.0, who="ann")
    for _ in range(8):
        play.arrive(50)
    assert play.state.steps.all()[0].by_hand


def test_an_outage_shows_in_what_waited_was_late_and_was_dropped() -> None:
    found = found_in(with_an_outage().state)
    assert found.due == found.started + found.dropped
    assert found.dropped == 250
    assert found.late == 230
    assert found.waiting == 0
    assert found.waiting_max == 230
    assert found.short_s == 10
    assert found.busy_max == MOST
    assert found.dropped_ratio == pytest.approx(250 / found.due)


def test_adjusted_times_are_from_when_an_iteration_was_due() -> None:
    state = with_an_outage().state
    total, (entry,) = endpoint_entries(state)
    assert total.p95_ms == 20
    assert total.p95_adjusted_ms is not None
    assert total.p95_adjusted_ms > 1_000
    assert entry.p95_adjusted_ms == total.p95_adjusted_ms
    assert total.p50_adjusted_ms == 20
    assert state.total.adjusted is not None
    assert state.total.adjusted.count == state.total.ok.count
    assert state.classes["Reader"].figures.adjusted == state.total.adjusted


def test_where_all_began_in_time_adjusted_and_measured_are_the_same() -> None:
    state = kept().state
    assert state.total.adjusted == state.total.ok
    entry = entry_of("", "", state.total, 1.0)
    assert (entry.p50_adjusted_ms, entry.p99_adjusted_ms) == (entry.p50_ms, entry.p99_ms)


def test_the_adjusted_may_be_longer_than_the_longest_request_and_not_shorter_than_the_shortest() -> (
    None
):
    play = OpenPlay()
    play.arrive(10, ms=20.004, late_ms=3_000)
    play.arrive(10, ms=20.004)
    figures = play.state.total
    assert figures.max_ms == 20.004
    assert figures.adjusted_percentiles_ms([0.5, 1.0]) == [20.004, 3_020]


@pytest.mark.parametrize("name", ["run", "recent", "step", "fresh"])
def test_every_window_has_arrivals_and_adjusted_times(name: str) -> None:
    play = OpenPlay()
    play.reach(50)
    for second in range(14):
        play.arrive(50, late_ms=60 if second >= 10 else 0)
        if second == 2:
            play.mark("window", who="ann")
    window = Window(play.state, name)  # type: ignore[arg-type]
    assert window.arrivals is not None
    assert window.arrivals.due == window.total.count
    assert window.arrivals.covered_s == pytest.approx(window.covered_s)
    assert window.arrivals.late == 200
    assert window.total.adjusted is not None
    assert window.total.adjusted == window.row(0).adjusted
    assert window.total.adjusted.percentile_us(1.0) == 80_000


def test_the_last_seconds_as_a_span() -> None:
    play = with_an_outage()
    span = recent_span(play.state)
    assert span.arrivals == arrivals_in(play.state.recent)
    assert span.arrivals is not None
    assert span.arrivals.due == 500
    assert span.total.adjusted == span.rows[0].adjusted


def test_since_a_reset() -> None:
    play = OpenPlay()
    play.arrive(50, late_ms=200)
    play.mark("window", why=RESET_STATS)
    play.arrive(50)
    found = found_in(play.state)
    assert play.state.reset is not None
    assert (found.due, found.late) == (50, 0)


def test_the_series_keeps_every_iteration_however_coarse_it_gets() -> None:
    series, sent = Series(keep=4), 0
    for second in range(300):
        adjusted = Histogram.of([1_000 + second])
        found = ArrivalFigures(
            covered_s=1.0, due=3, started=2, late=1, goal_rate=3.0, busy_max=second
        )
        series.append(Point(second, second + 1, adjusted=pack(adjusted.sparse()), arrivals=found))
        sent += 3
    points = series.points()
    assert len(points) < 60
    every = [point.arrivals for point in points if point.arrivals is not None]
    assert sum(one.due for one in every) == sent
    assert sum(one.covered_s for one in every) == 300
    assert max(one.busy_max for one in every) == 299
    assert sum(sum(unpack(point.adjusted)[1::2]) for point in points) == 300


def test_points_have_the_rates_and_the_adjusted_times() -> None:
    state = with_an_outage().state
    points = [point for point in state.series.points() if point.arrivals is not None]
    assert sum(point.arrivals.due for point in points if point.arrivals) == found_in(state).due
    assert all(point.arrivals.goal_rate == 50 for point in points if point.arrivals)
    row = Histogram()
    for point in state.rows[0].points():
        row.add_sparse(unpack(point.adjusted))
    assert row == state.total.adjusted


def test_what_comes_in_while_the_run_stops_is_counted_and_its_time_is_not() -> None:
    play = OpenPlay()
    for _ in range(5):
        play.arrive(50)
    play.arrive(50, state="stopping")
    play.arrive(0, started=3, state="stopping")
    found = found_in(play.state)
    assert found.started == 303
    assert found.covered_s == 6


def test_a_tick_without_length_and_one_that_says_nothing() -> None:
    play = OpenPlay()
    play.tick([], length_s=0.0, arrivals=Arrivals(10.0))
    found = found_in(play.state)
    assert (found.rate, found.target_rate, found.late_ratio, found.dropped_ratio) == (0, 0, 0, 0)
    assert arrivals_of(play.state.recent[-1]) == ArrivalFigures(goal_rate=10.0, users_max=10)


def test_a_checkpoint_holds_all_of_it() -> None:
    state = with_an_outage().state
    assert read_back(state) == state


def test_it_goes_on_from_a_checkpoint() -> None:
    play = with_an_outage()
    half = fold(play.records[: len(play.records) // 2])
    assert fold(play.records[len(play.records) // 2 :], read_back(half)) == play.state


def test_requests_of_an_endpoint_that_says_nothing_are_as_measured() -> None:
    play = OpenPlay()
    late, plain = play.endpoint("/late"), play.endpoint("/plain")
    sent = [Sent(late, 20_000, late_us=500_000), Sent(plain, 30_000)]
    play.tick(sent, arrivals=Arrivals(1.0, due=1, started=1, late=1, busy=1, most=5))
    rows = {row.name: row.figures.adjusted for row in play.state.rows}
    assert rows["/plain"] == Histogram.of([30_000])
    assert play.state.total.adjusted == Histogram.of([520_000, 30_000])


def test_the_load_in_words() -> None:
    closed = Play()
    closed.seconds(3)
    assert load_words(closed.state) == "users 10/10"
    assert load_words(kept().state) == "rate 80/80 users 0/20"
    play = OpenPlay()
    play.reach(50)
    for _ in range(10):
        play.arrive(50, started=40, dropped=5, late_ms=100)
    assert load_words(play.state) == "rate 40/50 users 20/20 waiting 50 late 400 dropped 50"

"""Locust's formats where there is nothing to compare with: odd runs, odd names, odd clocks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.metrics import Histogram
from lftui.records import RESET_STATS, EndpointTick, ExceptionSeen, Tick
from lftui.reports.history import HistoryFold
from lftui.reports.locust_csv import exceptions_rows, failures_rows, stats_rows, utc_timestamp
from lftui.reports.locust_figures import PERCENTILES, formula_safe, percentile_names
from lftui.reports.locust_json import locust_json
from lftui.reports.ranks import RankedTimes, RecentTimes
from lftui.reports.seconds import PerSecond, PerSecondFold, second_of
from lftui.run_state import RunState
from tests.unit.exported import Folded
from tests.unit.strategies import MONO, WALL, Play, Sent, plays

SPARSE = st.lists(st.integers(0, 3_600_000_000), max_size=40).map(
    lambda us: Histogram.of(us).sparse()
)


def folded(play: Play, full: bool = True) -> tuple[Folded, list[list[Any]]]:
    """The folds of a run, and the rows of its history."""
    folds = Folded(play.records, full)
    return folds, folds.rows


def json_of(folds: Folded) -> Any:
    return json.loads("".join(locust_json(folds.state, folds.seconds)))


# --- any run -------------------------------------------------------------------------------------


@given(plays())
def test_the_json_of_any_run_adds_up(play: Play) -> None:
    entries = json_of(folded(play)[0])
    assert sum(entry["num_requests"] for entry in entries) == len(play.sent)
    for entry in entries:
        assert sum(entry["num_reqs_per_sec"].values()) == entry["num_requests"]
        assert sum(entry["num_fail_per_sec"].values()) == entry["num_failures"]
        timed = entry["num_requests"] - entry["num_none_requests"]
        assert sum(entry["response_times"].values()) == timed


@given(plays())
def test_the_json_is_laid_out_as_pythons_own_json(play: Play) -> None:
    folds, _ = folded(play)
    text = "".join(locust_json(folds.state, folds.seconds))
    assert text == json.dumps(json.loads(text), indent=4)


@given(plays())
def test_the_tables_of_any_run_add_up(play: Play) -> None:
    folds, history = folded(play)
    header, *rows, total = stats_rows(folds.state)
    assert all(len(row) == len(header) for row in [*rows, total])
    assert total[2] == sum(row[2] for row in rows if isinstance(row[2], int)) == len(play.sent)
    _, *failures = failures_rows(folds.state, folds.seconds)
    assert sum(row[3] for row in failures if isinstance(row[3], int)) == total[3]
    if history:
        assert all(len(row) == len(HistoryFold.header()) for row in history)
        assert history[-1][3] == "Aggregated"
        assert history[-1][17:19] == total[2:4]


def test_a_record_that_comes_twice_counts_once() -> None:
    play = Play()
    play.seconds(2)
    play.records = [record for record in play.records for _ in range(2)]
    folds, history = folded(play)
    assert json_of(folds)[0]["num_requests"] == folds.state.total.count == history[-1][17] == 4


# --- runs with nothing in them -------------------------------------------------------------------


def test_a_run_that_only_began() -> None:
    folds, history = folded(Play())
    assert json_of(folds) == []
    assert history == []
    header, total = stats_rows(folds.state)
    assert total == ["", "Aggregated", 0, 0, 0, 0.0, 0, 0, 0, 0.0, 0.0, *["N/A"] * 11]
    assert len(header) == len(total)
    assert len(list(failures_rows(folds.state, folds.seconds))) == 1
    assert len(list(exceptions_rows(folds.state))) == 1


def test_a_run_without_requests_has_its_history() -> None:
    play = Play()
    for _ in range(3):
        play.tick(users=7)
    _, history = folded(play)
    assert [row[:4] for row in history] == [
        [int(WALL) + second, 7, "", "Aggregated"] for second in (1, 2, 3)
    ]
    assert history[0][4:6] == ["0.000000", "0.000000"]
    assert set(history[0][6:17]) == {"N/A"}


def test_an_endpoint_that_was_announced_and_not_counted_is_left_out() -> None:
    play = Play()
    play.seconds(1)
    play.endpoint("/announced")
    assert [row[1] for row in stats_rows(folded(play)[0].state)] == ["Name", "/", "Aggregated"]


def test_requests_without_a_response_time_have_no_percentiles() -> None:
    play = Play()
    play.tick([Sent(play.endpoint(), None)] * 3, last_response=play.now + 1)
    folds, _ = folded(play)
    _, row, _ = stats_rows(folds.state)
    assert row[2:9] == [3, 0, 0, 0.0, 0, 0, 0.0]
    assert row[11:] == [0] * 11
    (entry,) = json_of(folds)
    assert (entry["num_none_requests"], entry["min_response_time"]) == (3, None)


def test_endpoints_without_an_announcement_are_named_as_on_screen() -> None:
    play = Play()
    play.say(Tick(start=0, end=1, endpoints=[EndpointTick(7, 2, sum_us=2, min_us=1, max_us=1)]))
    folds, history = folded(play)
    assert [row.name for row in folds.state.rows] == ["(unnamed 7)"] == [history[0][3]]
    assert json_of(folds)[0]["num_reqs_per_sec"] == {str(int(WALL) - 1): 2}


def test_two_user_classes_share_an_endpoint() -> None:
    play = Play()
    for user_class in ("Reader", "Writer"):
        play.tick([Sent(play.endpoint("/", "GET", user_class), 1000)])
    folds, history = folded(play)
    (entry,) = json_of(folds)
    assert list(entry["num_reqs_per_sec"].values()) == [1, 1]
    assert [row[3] for row in history] == ["/", "Aggregated"] * 2


# --- figures -------------------------------------------------------------------------------------


def test_percentiles_are_of_all_responses_and_within_the_exact_extremes() -> None:
    play = Play()
    endpoint = play.endpoint()
    play.tick([Sent(endpoint, 100_499)] * 2 + [Sent(endpoint, 1_300, failed=True)] * 8)
    _, row, _ = stats_rows(folded(play)[0].state)
    assert row[4:8] == [1.3, 21.1398, 1.3, 100.499]
    assert row[11:] == [1, 1, 1, 1, 100, 100, 100, 100, 100, 100, 100]


@pytest.mark.parametrize(("us", "ms"), [(1_004_600, 1005), (1_005_100, 1005)])
def test_a_single_response_is_all_percentiles(us: int, ms: int) -> None:
    play = Play()
    play.tick([Sent(play.endpoint(), us)])
    _, row, _ = stats_rows(folded(play)[0].state)
    assert row[11:] == [ms] * 11


def test_json_has_three_digits() -> None:
    play = Play()
    play.tick([Sent(play.endpoint(), us) for us in (1_534, 1_530, 147_499, 2_000)])
    (entry,) = json_of(folded(play)[0])
    assert entry["response_times"] == {"1.53": 2, "2": 1, "147": 1}
    assert entry["max_response_time"] == 147.499
    assert entry["total_response_time"] == 152.563


def test_rates_are_over_the_whole_load_and_fall_while_the_target_hangs() -> None:
    play = Play()
    endpoint = play.endpoint()
    requests = [Sent(endpoint, 1, failed=True)] + [Sent(endpoint, 1)] * 9
    play.tick(requests, last_response=MONO + 0.5)
    play.tick(last_response=MONO + 0.5)
    _, row, _ = stats_rows(folded(play)[0].state)
    assert row[9:11] == [5.0, 0.5]


def test_history_has_one_group_of_rows_a_second_and_ends_with_everything() -> None:
    play = Play()
    endpoint = play.endpoint()
    for length in (1.0, 0.4, 0.6, 0.3, 0.2):
        play.tick([Sent(endpoint, 1000)], length_s=length)
    _, history = folded(play, full=False)
    assert [(row[0] - int(WALL), row[17]) for row in history] == [(1, 1), (2, 5)]


def test_history_without_full_history_has_the_percentiles_of_the_whole_run() -> None:
    play = Play()
    play.seconds(20, ms=100)
    play.seconds(12, ms=10)
    whole, recent = folded(play, full=False)[1][-1], folded(play, full=True)[1][-1]
    assert (whole[6], whole[19]) == (100, 100.0)
    assert (recent[6], recent[19]) == (10, 100.0)
    assert (whole[4], whole[3]) == ("2.000000", "Aggregated")


def test_the_stats_since_a_reset() -> None:
    play = Play()
    endpoint, other = play.endpoint(), play.endpoint("/other")
    early = play.error(endpoint, "early")
    play.tick([Sent(endpoint, 9, failed=True), Sent(other, 9)], errors=[(early, 1)])
    play.mark("window", why=RESET_STATS)
    play.tick([Sent(endpoint, 2000)] * 3, last_response=play.now + 0.5)
    folds, history = folded(play)
    _, *rows = stats_rows(folds.state)
    assert [(row[1], row[2]) for row in rows] == [("/", 3), ("/other", 0), ("Aggregated", 3)]
    assert rows[0][9] == 3.0
    assert rows[1][11:] == ["N/A"] * 11
    (entry,) = json_of(folds)
    assert entry["num_reqs_per_sec"] == {str(int(WALL) + 1): 3}
    assert entry["start_time"] == WALL + 1
    assert [row[17] for row in history] == [1, 1, 2, 3, 0, 3]
    assert len(list(failures_rows(folds.state, folds.seconds))) == 1


def test_exceptions() -> None:
    play = Play()
    play.say(ExceptionSeen(id=1, count=0, message="=no", traceback="  File", node="local"))
    play.say(ExceptionSeen(id=1, count=2))
    _, row = exceptions_rows(play.state)
    assert row == [2, "'=no", "  File", "local"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=SUM(A1)", "'=SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM", "'@SUM"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("-17", "-17"),
        ("+1.5e3", "+1.5e3"),
        ("/jobs?a=1", "/jobs?a=1"),
        ("", ""),
    ],
)
def test_cells_are_no_formulas(text: str, cell: str) -> None:
    assert formula_safe(text) == cell


def test_names_and_moments() -> None:
    assert percentile_names()[-4:] == ["99%", "99.9%", "99.99%", "100%"]
    assert utc_timestamp(1_769_903_999.9) == "2026-01-31T23:59:59Z"


# --- counts by second ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wall", "length_s", "second"),
    [(101.003, 1.003, 100), (101.003, 1.0, 100), (100.4, 0.4, 100), (105.2, 4.9, 104)],
)
def test_a_tick_counts_for_the_second_it_was_cut_after(
    wall: float, length_s: float, second: int
) -> None:
    assert second_of(Tick(wall=wall, start=7.0, end=7.0 + length_s)) == second


def test_a_clock_that_was_put_back_names_no_second_twice() -> None:
    counts = PerSecond()
    for second, count in ((10, 1), (11, 2), (11, 3), (10, 4)):
        counts.add(second, count)
    assert list(counts.pairs()) == [(10, 5), (11, 5)]


def test_when_an_endpoint_was_first_and_last_requested() -> None:
    play = Play()
    play.now += 0.25
    endpoint = play.endpoint()
    play.now -= 0.25
    play.tick([Sent(endpoint, 1)], last_response=play.now + 0.75)
    play.tick(last_response=play.now - 0.25)
    fold = PerSecondFold()
    for record in play.records:
        fold.apply(record)
    (counts,) = fold.endpoints.values()
    assert (counts.start_wall, counts.last_wall) == (WALL + 0.25, WALL + 0.75)


# --- percentiles every second --------------------------------------------------------------------


@given(st.lists(SPARSE, max_size=6))
def test_ranked_times_are_a_histogram(parts: list[list[int]]) -> None:
    ranked, histogram = RankedTimes(), Histogram()
    for part in parts:
        ranked.add_sparse(part)
        histogram.add_sparse(part)
    assert ranked.percentiles_us(PERCENTILES) == histogram.percentiles_us(PERCENTILES)
    assert ranked.count == histogram.count


@given(st.lists(SPARSE, min_size=1, max_size=25))
def test_recent_times_are_those_of_ten_seconds(parts: list[list[int]]) -> None:
    recent = RecentTimes()
    for second, part in enumerate(parts):
        recent.add_sparse(second, part)
        expected = Histogram()
        for one in parts[max(second - 9, 0) : second + 1]:
            expected.add_sparse(one)
        assert recent.percentiles_us(second, PERCENTILES) == expected.percentiles_us(PERCENTILES)


def test_the_formats_of_a_state_that_saw_nothing() -> None:
    assert "".join(locust_json(RunState(), PerSecondFold())) == "[]"
    assert len(list(stats_rows(RunState()))) == 2

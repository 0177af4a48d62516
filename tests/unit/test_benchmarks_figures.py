"""The arithmetic and the tables behind `make bench`."""

from __future__ import annotations

from statistics import median

import pytest

from benchmarks.hub_pause import worst_a_second
from benchmarks.load import Load, Window
from benchmarks.samples import (
    abba,
    against_itself,
    floor_interval,
    median_interval,
    paired,
    percentile,
)
from benchmarks.servers import _SOURCE
from benchmarks.tables import MET, MISSED, Table, grid, page, ratio, size, span


def test_percentile_is_the_nearest_rank() -> None:
    ordered = [float(number) for number in range(1, 101)]
    assert percentile(ordered, 0.5) == 50
    assert percentile(ordered, 0.99) == 99
    assert percentile(ordered, 1.0) == 100
    assert percentile([7.0], 0.001) == 7
    with pytest.raises(ValueError, match="no samples"):
        percentile([], 0.5)


def test_pairs_alternate_and_a_linear_drift_cancels() -> None:
    order = abba(4)
    assert "".join(order) == "ABBAABBA"
    drifting = [100.0 + step for step in range(len(order))]
    ratios = paired(order, drifting)
    assert [value > 1 for value in ratios] == [True, False, True, False]
    assert median(ratios) == pytest.approx(1.0, abs=0.001)


def test_a_ratio_is_the_second_over_the_first_whatever_ran_first() -> None:
    assert paired(["A", "B", "B", "A"], [10.0, 20.0, 30.0, 10.0]) == [2.0, 3.0]
    assert against_itself(["A", "B", "B", "A"], [10.0, 20.0, 30.0, 15.0]) == [1.5]


def test_the_floor_lies_around_one_and_narrows_with_more_pairs() -> None:
    drift = [1.1, 1.08, 1.12, 0.99]
    few, many = floor_interval(drift, 3), floor_interval(drift, 25)
    for low, high in (few, many):
        assert low < 1 < high
    assert many[1] - many[0] <= few[1] - few[0]
    assert floor_interval(drift, 3) == few


def test_the_interval_of_a_median_holds_it() -> None:
    ratios = [0.98, 1.0, 1.01, 1.02, 1.05]
    low, high = median_interval(ratios)
    assert min(ratios) <= low <= median(ratios) <= high <= max(ratios)


def test_what_a_request_costs() -> None:
    window = Window(seconds=2.0, cpu_s=1.0, parent_cpu_s=0.1, times_ms=[1.0] * 10_000)
    assert window.rps == 5_000
    assert window.cpu_us == pytest.approx(100.0)
    assert window.cpu_share == 0.5
    assert Load(users=1, wait_s=0, warm_s=1.5, measure_s=3).run_time_s == 6


def test_a_late_beat_counts_where_it_was_due_and_where_it_came() -> None:
    late = [
        (10.3, 900.0),  # far from the tick
        (10.9995, 4_000.0),  # due before the second, came in it
        (11.05, 2_000.0),
        (12.1, 50.0),
    ]
    assert worst_a_second(late, 0.0, 0.15) == [0.05, 4.0]
    assert worst_a_second(late, 0.2, 0.4) == [0.9]


def test_a_table_reads_well_in_both_forms() -> None:
    assert grid(["what", "ms"], [["p50", "20.6"], ["a|b", "1"]]).splitlines() == [
        "| what |   ms |",
        "| ---- | ---: |",
        "| p50  | 20.6 |",
        "| a\\|b |    1 |",
    ]


def test_a_missed_bar_is_marked_and_noted() -> None:
    table = Table("Cost", ["How."], ["", "ratio", ""])
    table.add("cpu", ratio(1.2), table.judge("cpu is 1.200x", met=False))
    table.add("rps", ratio(1.0), table.judge("rps", met=True))
    assert table.missed == ["Cost: cpu is 1.200x"]
    text = table.markdown()
    assert text.startswith("## Cost\n\nHow.\n\n| ")
    assert MISSED in text
    assert MET in text
    with pytest.raises(ValueError, match="2 cells for 3 columns"):
        table.add("a", "b")


def test_the_page_names_its_command_and_says_when_it_is_no_evidence() -> None:
    table = Table("Cost", ["How."], [""])
    whole = page({"kernel": "Linux"}, [table], "make bench", quick=False)
    assert "`make bench`" in whole
    assert "| kernel " in whole
    assert "not evidence" not in whole
    assert "not evidence" in page({}, [table], "make bench", quick=True)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (150e6, "150 MB"), (4.3e11, "430.00 GB")],
)
def test_sizes(count: float, text: str) -> None:
    assert size(count) == text


def test_spans_and_sources() -> None:
    assert span(0.98, 1.045, 2) == "0.98–1.04"
    assert _SOURCE.is_file()

"""A run's own figures against the target's: the arithmetic, the intervals, the words."""

from __future__ import annotations

import json
import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.correlate import Query, _at, read_query
from lftui.judge.agreement import Agreement, agreement, correlation, moves_said
from lftui.plan import PlanError
from lftui.reports.agreement import Compared, Correlation, correlation_json, correlation_text
from lftui.reports.intervals import IntervalFold
from tests.console.fake import recorded
from tests.unit.strategies import NUMBER, Play, Sent

PAIRS = [(15.0 * n, 100.0 + 10 * n, 80.0 + 10 * n) for n in range(1, 9)]


# --- arithmetic ----------------------------------------------------------------------------------


def test_what_pairs_show() -> None:
    found = agreement(PAIRS)
    assert (found.pairs, found.run, found.target, found.difference) == (8, 145.0, 125.0, 20.0)
    assert found.correlation == pytest.approx(1.0)
    assert found.ratio == pytest.approx(0.862, abs=0.001)
    assert moves_said(found) == "they move together (r 1.00)"


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ([5.0] * 8, "one of them never changed, so they cannot be seen to move together"),
        ([0.1 + 0.2] * 8, "one of them never changed, so they cannot be seen to move together"),
        ([-1.0 * n for n in range(8)], "one falls where the other rises (r -1.00)"),
        ([1, 3, 2, 4, 1, 6, 5, 5], "they mostly move together (r 0.71)"),
        ([3, 1, 2, 3, 1, 2, 3, 1], "they do not move together (r -0.19)"),
    ],
)
def test_how_they_move_in_words(theirs: list[float], said: str) -> None:
    pairs = [(a, b, c) for (a, b, _), c in zip(PAIRS, theirs, strict=True)]
    found = agreement(pairs)
    assert moves_said(found) == said
    if found.correlation is not None:
        ours = [one for _, one, _ in pairs]
        assert found.correlation == pytest.approx(statistics.correlation(ours, theirs))


def test_of_too_few_nothing_is_said() -> None:
    found = agreement(PAIRS[:4])
    assert (found.told, found.correlation) == (False, None)
    assert moves_said(found) == "4 intervals have both: too few, it takes 5"
    assert agreement([]) == Agreement(0)


def test_a_run_without_any_has_no_ratio() -> None:
    assert agreement([(1.0, 0.0, 5.0)] * 6).ratio is None


@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=2, max_size=20))
def test_any_values_have_a_correlation_from_minus_one_to_one_or_none(
    pairs: list[tuple[float, float]],
) -> None:
    ours, theirs = [one for one, _ in pairs], [one for _, one in pairs]
    value = correlation(ours, theirs)
    assert value is None or -1.0 <= value <= 1.0
    found = agreement([(0.0, a, b) for a, b in pairs])
    for one in (found.ratio, found.difference, found.correlation):
        assert one is None or math.isfinite(one)
    own = correlation(ours, ours)
    assert own is None or own == pytest.approx(1.0)


# --- intervals -----------------------------------------------------------------------------------


def test_intervals_hold_what_came_in_them() -> None:
    play = Play()
    jobs, other = play.endpoint("/jobs", "POST"), play.endpoint("/other")
    for second in range(32):
        play.tick([Sent(jobs, 1_000 * (10 + second // 10))] * 4 + [Sent(other, 9_000)])
    play.tick([Sent(jobs, 5_000_000)], state="stopping")
    every, own = IntervalFold(10.0, lambda *_: True), IntervalFold(10.0, lambda m, _: m == "POST")
    for record in play.records:
        every.apply(record)
        own.apply(record)
    first, second, third = every.intervals()  # the last one has two seconds only
    assert (first.figures.count, own.intervals()[0].figures.count) == (50, 40)
    assert [one.value("rps") for one in own.intervals()] == [4.0, 4.0, 4.0]
    assert [one.value("p95_ms") for one in own.intervals()] == [10.0, 11.0, 12.0]
    assert (second.end_s, third.end_wall - second.end_wall) == (20.0, 10.0)
    assert own.matched == {("POST", "/jobs")}


def test_intervals_of_a_recorded_run_hold_every_request_of_them() -> None:
    fold = IntervalFold(5.0, lambda *_: True)
    for record in recorded("report"):
        fold.apply(record)
    found = fold.intervals()
    assert len(found) > 10
    assert all(one.value("p95_ms") for one in found)
    assert all(abs(one.covered_s - 5.0) < 1.0 for one in found)


# --- what is asked for, and what is said ---------------------------------------------------------


def test_a_query_says_by_its_name_what_it_is_held_against() -> None:
    assert read_query("p95_ms=a{x='y'}") == Query("p95_ms", "a{x='y'}", ("p95_ms",), True)
    assert read_query("p99_s = b") == Query("p99_s", "b", ("p99_ms",), True, 1000.0)
    assert read_query("cpu=c") == Query("cpu", "c", ("rps", "p95_ms"), False)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "up",
            "--query 'up' cannot be read; write it like p95_ms=1000*histogram_quantile(0.95, …)",
        ),
        ("=up", "--query '=up' cannot be read"),
        ("a b=up", "--query 'a b=up' cannot be read"),
        ("rps=", "--query 'rps=' cannot be read"),
        ("p95=x", "--query p95: say in which unit it answers: p95_ms or p95_s"),
        ("x" * 500, f"--query '{'x' * 80}' cannot be read"),
    ],
)
def test_a_query_that_cannot_be_read_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(PlanError) as caught:
        read_query(text)
    assert str(caught.value).startswith(sentence)


def test_moments_are_found_to_the_millisecond() -> None:
    assert _at({1_700_000_000_500: 7.0}, 1_700_000_000.5004) == 7.0
    assert _at({1_700_000_000_500: 7.0}, 1_700_000_000.4994) == 7.0
    assert _at({1_700_000_000_500: 7.0}, 1_700_000_000.503) is None


def compared(**changed: object) -> Compared:
    facts = {
        "name": "p95_s",
        "query": "q[bold]",
        "metric": "p95_ms",
        "same": True,
        "found": agreement(PAIRS),
        "pairs": PAIRS,
    }
    return Compared(**{**facts, **changed})  # type: ignore[arg-type]


def test_the_text_says_how_they_move_and_what_lies_between_them() -> None:
    ahead = agreement([(a, c, b) for a, b, c in PAIRS])
    empty = compared(found=agreement([]), pairs=[], note="the server has nothing for it")
    cpu = compared(name="cpu", same=False, metric="rps")
    found = Correlation(
        "r-1",
        "http://h:9090",
        "GET /jobs",
        15.0,
        8,
        [compared(), compared(found=ahead), cpu, empty],
    )
    assert correlation_text(found).splitlines() == [
        "run r-1 of GET /jobs against http://h:9090: 8 intervals of 15 s",
        "",
        "p95_s: q[bold]",
        "  they move together (r 1.00); 8 intervals",
        "  run 145 ms, target 125 ms (medians)",
        "  the target tells 0.86 times what the run measured (median)",
        "  20 ms (median) lie outside of the target's own measuring: network, connections, and queues"
        " before its clock starts",
        "",
        "p95_s: q[bold]",
        "  they move together (r 1.00); 8 intervals",
        "  run 125 ms, target 145 ms (medians)",
        "  the target tells 1.16 times what the run measured (median)",
        "  the target tells 20 ms more (median) than the run measured: it counts other requests as "
        "well, or reads its percentile from coarse buckets",
        "",
        "cpu against rps: q[bold]",
        "  they move together (r 1.00); 8 intervals",
        "",
        "p95_s: q[bold]",
        "  the server has nothing for it",
    ]


def test_the_json_has_every_pair() -> None:
    found = json.loads(correlation_json(Correlation("r", "http://h", "", 15.0, 8, [compared()])))
    assert (found["schema"], found["endpoint"]) == ("lftui.correlation/1", None)
    (query,) = found["queries"]
    assert (query["median_difference"], query["run_median"], query["intervals"]) == (20.0, 145.0, 8)
    assert query["pairs"][0] == [15.0, 110.0, 90.0]

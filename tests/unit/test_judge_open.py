"""Steps, knee and capacity of an open workload: levels of the rate."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from lftui.baseline.document import document_of
from lftui.judge.comparison import compare_runs, compare_with_baseline
from lftui.judge.comparison.promotion import promoted
from lftui.judge.load import at_load, load_said
from lftui.judge.measured import Level, levels
from lftui.judge.steps.capacity import capacity
from lftui.judge.steps.knee import find_knee, knee_step
from lftui.judge.steps.scalability import fit_scalability
from lftui.judge.verdict import judge
from lftui.records import Marked
from lftui.reports.mark_words import mark_said
from lftui.run_state import RunState
from tests.unit.ladders import measured
from tests.unit.open_runs import OpenPlay, kept
from tests.unit.strategies import Play


def level(rate: float, reached: float, p95_ms: float = 50.0) -> Level:
    """30 s of two requests an iteration, of which so many a second were reached."""
    of = measured(random.Random(int(rate)), 2 * reached, p95_ms, 0.3)
    return Level(None, of, {}, user_s=rate * of.duration_s, rate=rate)


def test_the_levels_of_an_open_run_are_its_rates() -> None:
    play = kept()
    found = levels(play.state)
    assert [(one.users, one.rate, one.load, one.unit) for one in found] == [
        (None, 50.0, 50.0, "rate"),
        (None, 80.0, 80.0, "rate"),
    ]
    assert found[0].user_s == 50 * found[0].total.duration_s, "the iterations that were due"


def test_a_knee_at_a_rate_by_what_an_iteration_brought() -> None:
    knee = find_knee([level(50, 50), level(100, 100), level(200, 140)])
    assert knee is not None
    assert (knee.rate, knee.before_rate, knee.users, knee.before_users) == (200, 100, None, None)
    assert knee.signs == ("throughput",)
    assert knee.sentence == (
        "knee at 200/s: successful requests per due iteration fell 29 % (2.0 to 1.4 requests)"
    )


def test_a_knee_at_a_rate_by_its_p95() -> None:
    knee = find_knee([level(50, 50), level(100, 100), level(200, 200, p95_ms=400)])
    assert knee is not None
    assert knee.signs == ("p95",)
    assert knee.sentence.startswith("knee at 200/s: p95 left its flat part")


def test_the_step_of_the_knee_is_the_first_with_its_rate() -> None:
    play = OpenPlay()
    for rate, ms in ((20, 20.0), (40, 20.0), (60, 400.0), (40, 20.0)):
        play.reach(rate)
        for _ in range(20):
            play.arrive(rate, ms=ms)
    play.finish()
    found = judge(play.state)
    assert found.knee is not None
    assert found.knee.rate == 60
    assert knee_step(play.state.steps.all(), found.knee) == 3
    assert found.scalability is None


def test_no_scalability_law_of_rates() -> None:
    assert fit_scalability([level(rate, rate) for rate in (10, 20, 40, 80)]) is None


def test_the_capacity_is_a_rate() -> None:
    rates = [level(50, 50), level(80, 80), level(120, 120)]
    found = capacity(rates, {50: "pass", 80: "pass", 120: "fail"}, {120: "p95 2.31 s"}, unit="rate")
    assert found is not None
    assert (found.rate, found.broken_rate, found.users, found.broken_users) == (80, 120, None, None)
    assert found.sentence.startswith("highest step that met every threshold: 80/s, ")
    assert found.sentence.endswith("; at 120/s p95 2.31 s")


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        ({50: "fail", 80: "fail"}, "no step met every threshold: at 50/s one broke"),
        ({50: "inconclusive", 80: "fail"}, "one broke; 50/s could not be judged"),
        ({50: "pass", 80: "inconclusive"}, "; 80/s could not be judged"),
        ({50: "pass", 80: "pass"}, "; no step broke one, so it may be more"),
    ],
)
def test_the_sentence_of_the_capacity(outcomes: dict[float, str], sentence: str) -> None:
    found = capacity([level(50, 50), level(80, 80)], outcomes, unit="rate")  # type: ignore[arg-type]
    assert found is not None
    assert sentence in found.sentence


def test_a_run_says_its_capacity_and_the_rate_at_which_a_limit_broke() -> None:
    play = OpenPlay("p95_ms<100")
    for rate, ms in ((20, 20.0), (40, 20.0), (60, 400.0)):
        play.reach(rate)
        for _ in range(30):
            play.arrive(rate, ms=ms)
    play.finish()
    found = judge(play.state)
    assert found.outcome == "fail"
    assert found.capacity is not None
    assert found.capacity.sentence == (
        "highest step that met every threshold: 40/s, 40.0 rps (37.6 to 42.5); "
        "at 60/s p95 400 ms broke the critical limit 100 ms"
    )
    assert [(one.rate, one.outcome) for one in found.steps] == [
        (20, "pass"),
        (40, "pass"),
        (60, "fail"),
    ]
    broken = next(one for one in found.checks if one.outcome == "fail")
    assert (broken.users, broken.rate) == (None, 60)
    assert broken.reason == "p95 at 60/s 400 ms broke the critical limit 100 ms"


def test_loads_in_words() -> None:
    assert load_said(120, "users") == "120 users"
    assert [load_said(rate, "rate") for rate in (0.5, 33.3333, 120, 12_000)] == [
        "0.5/s",
        "33.33/s",
        "120/s",
        "12,000/s",
    ]
    assert (at_load(None, None), at_load(5, None), at_load(None, 5)) == (
        "",
        " at 5 users",
        " at 5/s",
    )


# --- beside other runs and a baseline -------------------------------------------------------------


def test_two_open_runs_are_compared_rate_by_rate() -> None:
    found = compare_runs(kept().state, kept().state)
    assert found.outcome == "pass"
    assert sum(row.scope == "total" for row in found.endpoints) == 2


def test_other_rates_are_other_loads() -> None:
    other = OpenPlay()
    for rate in (50, 30):
        other.reach(rate)
        for _ in range(20):
            other.arrive(rate, ms=25)
    other.finish()
    found = compare_runs(kept().state, other.state)
    assert "only the run now has a load of 30/s: not compared" in found.notes
    closed = Play()
    closed.seconds(20)
    closed.finish()
    found = compare_runs(closed.state, kept().state)
    assert found.outcome == "inconclusive"
    assert "different loads: 10 users against 50/s and 80/s" in str(found)


def test_a_baseline_has_the_figures_of_all_rates_together() -> None:
    state = kept().state
    promotion = promoted(state)
    (entry,) = promotion.document["endpoints"].values()
    assert "loads" not in entry
    assert entry["samples"] == 2_340
    assert "an open workload: the figures are those of all its rates together" in promotion.notes
    document = document_of(promotion.document, "baseline.json")
    assert compare_with_baseline(state, document).outcome == "pass"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"type": "rate", "old_rate": 50.0, "new_rate": 80.0}, "rate 50/s → 80/s"),
        ({"type": "rate", "new_rate": 0.5}, "rate 0.5/s"),
        ({"type": "stage", "stage": 1, "old_rate": 0.0, "new_rate": 1e4}, "stage 2: rate 0/s → 10,000/s"),
        ({"type": "hold", "new_rate": 80.0}, "the shape is held at 80/s"),
        ({"type": "undo", "old_rate": 80.0, "new_rate": 50.0, "why": "no"}, "undone: rate 80/s → 50/s: no"),
        ({"type": "users", "old": 1, "new": 2}, "users 1 → 2"),
    ],
)  # fmt: skip
def test_marks_of_a_rate_in_words(facts: dict[str, Any], said: str) -> None:
    assert mark_said(Marked(**facts)) == said


def test_runs_too_short_to_settle_are_of_one_load_whatever_users_they_had() -> None:
    def short(ms: float, shape: str = "50 iterations a second for 30s") -> RunState:
        play = OpenPlay()
        play.arrive(50, ms=ms)
        play.finish()
        started = play.state.started
        assert started is not None
        play.state.started = msgspec.structs.replace(started, shape=shape)
        return play.state

    def reasons(before: RunState, now: RunState) -> set[str]:
        found = compare_runs(before, now)
        return {one.reason for row in found.endpoints for one in row.metrics if one.reason}

    before, now = short(20.0), short(300.0)
    assert before.users_max != now.users_max
    assert not any("different loads" in why for why in reasons(before, now))
    assert any("different loads" in why for why in reasons(before, short(20.0, "60 a second")))

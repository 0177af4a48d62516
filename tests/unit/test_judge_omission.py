"""What closed workloads leave out: adjusted times of paced users, the share in which others were stuck."""

from __future__ import annotations

import pytest

from lftui.judge.omission import adjusted_said, stuck_ratio, stuck_said
from lftui.judge.verdict import judge
from lftui.metrics import Histogram
from lftui.records import RESET_STATS, Loaded, UserClassFact
from lftui.run_state.views import endpoint_entries
from lftui.run_state.windows import Window
from tests.unit.open_runs import kept
from tests.unit.paced_runs import USERS, PacedPlay, stalled
from tests.unit.strategies import Play, Sent, fold, read_back


def adjusted(play: Play) -> Histogram:
    found = play.state.total.adjusted
    assert found is not None
    return found


def test_the_iterations_that_a_stall_kept_from_beginning_are_there() -> None:
    play = stalled()
    measured = play.state.total.ok
    assert adjusted(play).count == measured.count + USERS * 49
    total, (entry,) = endpoint_entries(play.state)
    assert total.p95_ms == 20
    assert total.p95_adjusted_ms == entry.p95_adjusted_ms
    assert total.p95_adjusted_ms == pytest.approx(5_400, rel=0.1)
    assert play.state.classes["Paced"].figures.adjusted == adjusted(play)


def test_requests_an_iteration_make_the_expected_interval() -> None:
    """Three pages in each iteration and a login in one of ten: a page is due three times as often,
    a login a tenth as often."""
    play = PacedPlay(pacing_s=1.0)
    login = play.endpoint("/login", user_class="Paced")
    for _ in range(30):
        sent = [Sent(play.page, 20_000)] * 60 + [Sent(login, 30_000)] * 2
        play.tick(sent, users=USERS, iterations={"Paced": 20})
    slow = [Sent(play.page, 3_100_000), Sent(login, 20_000_000)]
    play.tick(slow, users=USERS, iterations={"Paced": 1})
    rows = {row.name: row.figures for row in play.state.rows}
    pages, logins = rows["/page"].adjusted, rows["/login"].adjusted
    assert pages is not None
    assert logins is not None
    # 3.1 s at a page each third of a second leave eight out, 20 s at a login each ten one.
    assert pages.count - rows["/page"].ok.count == 8
    assert logins.count - rows["/login"].ok.count == 1


def test_an_endpoint_of_two_classes_is_corrected_class_by_class() -> None:
    play = Play()
    classes = [
        UserClassFact("Fast", pacing_s=0.5),
        UserClassFact("Slow", pacing_s=5.0),
        UserClassFact("Thinks"),
    ]
    play.say(Loaded(files=["main.py"], user_classes=classes))
    ids = [play.endpoint("/r", user_class=one.name) for one in classes]
    for _ in range(10):
        play.tick([Sent(one, 20_000) for one in ids], iterations={"Fast": 1, "Slow": 1})
    play.tick([Sent(one, 10_000_000) for one in ids], iterations={"Fast": 1, "Slow": 1})
    (row,) = play.state.rows
    assert row.figures.adjusted is not None
    assert row.figures.adjusted.count == row.figures.ok.count + 19 + 1
    by_class = {name: one.figures for name, one in play.state.classes.items()}
    assert by_class["Thinks"].adjusted == by_class["Thinks"].ok
    assert adjusted_said(play.state) == (
        "corrected for coordinated omission at pacings of 0.5 s and 5 s (HdrHistogram's method)"
    )


def test_failures_are_in_no_adjusted_time_and_count_as_requests() -> None:
    play = PacedPlay()
    play.tick([Sent(play.page, 20_000), Sent(play.page, 9_000_000, failed=True)])
    assert adjusted(play) == Histogram.of([20_000])


def test_where_nobody_counts_iterations_a_request_is_one() -> None:
    play = PacedPlay(pacing_s=1.0)
    play.tick([Sent(play.page, 4_000_000)])
    assert adjusted(play).count == 4


def test_steps_windows_and_checkpoints_have_it() -> None:
    play = stalled("p95_adjusted_ms<500")
    (step,) = play.state.steps.all()
    assert step.span.total.adjusted is not None
    assert step.span.total.adjusted.count == step.span.total.ok.count + USERS * 49
    half = fold(play.records[:60])
    assert read_back(half) == half
    assert fold(play.records[60:], read_back(half)) == play.state
    recent = Window(fold(play.records[:55]), "recent")
    assert recent.total.adjusted is not None
    assert recent.total.adjusted.count > recent.total.ok.count
    found = next(one for one in judge(play.state).checks if one.metric == "p95_adjusted_ms")
    assert found.value is not None
    assert found.value > 5_000


def test_a_class_that_is_not_chosen_has_no_pacing_here() -> None:
    play = Play()
    classes = [UserClassFact("Paced", pacing_s=1.0, chosen=False), UserClassFact("Free")]
    play.say(Loaded(files=["main.py"], user_classes=classes))
    play.seconds(3)
    assert play.state.total.adjusted is None
    assert adjusted_said(play.state) == ""


@pytest.mark.parametrize("pacing_s", [1e308, 1e-300, 0.0, -1.0])
@pytest.mark.parametrize("iterations", [0, -5, 2**62])
def test_a_journal_from_elsewhere_with_nonsense_is_folded(pacing_s: float, iterations: int) -> None:
    play = Play()
    play.say(Loaded(files=["main.py"], user_classes=[UserClassFact("A", pacing_s=pacing_s)]))
    endpoint = play.endpoint("/r", user_class="A")
    for us in (20_000, 3_600_000_000):
        play.tick([Sent(endpoint, us)], iterations={"A": iterations, "B": 7})
    found = play.state.total.adjusted
    assert (found is None) == (pacing_s <= 0)
    assert found is None or found.count >= 2


def test_how_the_times_came_about() -> None:
    assert adjusted_said(kept().state) == "from the time the iteration was due"
    assert adjusted_said(stalled().state) == (
        "corrected for coordinated omission at a pacing of 0.2 s (HdrHistogram's method)"
    )
    assert adjusted_said(stalled(pacing_s=None).state) == ""


# --- the share in which users were stuck ----------------------------------------------------------


def test_with_plain_think_times_nothing_is_made_up_and_the_share_is_told() -> None:
    play = stalled(pacing_s=None)
    assert play.state.total.adjusted is None
    share = stuck_ratio(play.state)
    assert share == pytest.approx((10 - 0.02) / 90, rel=0.01)
    assert stuck_said(play.state) == (
        "users were stuck for 11 % of their time: in requests that took more than 10 times the "
        "median of their endpoint and 1 s, beyond that median; what they would have sent meanwhile "
        "is in no figure"
    )


@pytest.mark.parametrize(
    ("usual_ms", "slow_ms", "stuck"),
    [(20, 900, False), (20, 1_100, True), (200, 1_900, False), (200, 2_100, True), (5, 51, False)],
)
def test_what_is_stuck(usual_ms: int, slow_ms: int, stuck: bool) -> None:
    play = Play()
    play.seconds(20, ms=usual_ms)
    play.tick([Sent(play.endpoint(), slow_ms * 1_000)])
    assert bool(stuck_ratio(play.state)) is stuck


def test_requests_that_failed_after_a_long_time_are_stuck_too() -> None:
    play = Play()
    play.seconds(20)
    play.tick([Sent(play.endpoint(), 30_000_000, failed=True)])
    assert stuck_ratio(play.state) == pytest.approx((30 - 0.02) / 210)


def test_a_share_is_never_above_one_and_none_without_users() -> None:
    play = Play()
    assert stuck_ratio(play.state) is None
    play.tick([Sent(play.endpoint(), 20_000)] * 3, users=1)
    play.tick([Sent(play.endpoint(), 3_000_000_000)], users=1)
    assert stuck_ratio(play.state) == 1.0
    assert stuck_said(Play().state) == ""
    assert stuck_ratio(kept().state) is None


def test_of_a_run_that_began_to_measure_afresh_it_is_since_then() -> None:
    play = Play()
    play.seconds(20)
    play.tick([Sent(play.endpoint(), 30_000_000)])
    play.mark("window", why=RESET_STATS)
    play.seconds(20)
    assert stuck_ratio(play.state) == 0.0
    assert stuck_said(play.state) == ""

"""Steps: the operator's ladder has a row for every plateau, and for nothing else."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.records import Marked
from lftui.run_state import endpoint_entries
from lftui.run_state.steps import KEPT_WHOLE
from tests.unit import strategies as our
from tests.unit.strategies import Play, Sent


def _users(play: Play) -> list[int]:
    return [step.users for step in play.state.steps.all()]


def test_planned_steps_are_found_with_their_users_stage_and_length() -> None:
    play = Play()
    for stage, users in enumerate((10, 20, 30)):
        play.mark("stage", new=users, stage=stage, who="shape")
        play.seconds(4, users=users - 5, target=users, state="spawning", stage=stage)
        play.seconds(21, users=users, stage=stage)
    play.finish()
    steps = play.state.steps.all()
    assert _users(play) == [10, 20, 30]
    assert [step.stage for step in steps] == [0, 1, 2]
    assert [step.number for step in steps] == [1, 2, 3]
    # The first tick in which all of them run is where a plateau begins.
    assert [step.duration_s for step in steps] == [20, 20, 20]
    assert not any(step.by_hand for step in steps)


def test_steps_by_hand_are_told_from_planned_ones() -> None:
    play = Play()
    play.seconds(10, users=10)
    play.mark("users", old=10, new=25, who="ann")
    play.seconds(2, users=15, target=25, state="spawning", held=True)
    play.seconds(10, users=25, held=True)
    assert [(step.users, step.by_hand) for step in play.state.steps.all()] == [
        (10, False),
        (25, True),
    ]


def test_a_wave_makes_no_step() -> None:
    play = Play(shape="wave")
    for second in range(120):
        users = 50 + abs(second % 40 - 20)
        play.tick([Sent(play.endpoint(), 1000)], users=users, state="running")
    assert play.state.steps.all() == []
    assert play.state.steps.done == []


@pytest.mark.parametrize(("seconds", "steps"), [(4, 0), (5, 0), (6, 1), (30, 1)])
def test_a_plateau_is_a_step_once_it_has_lasted_five_seconds(seconds: int, steps: int) -> None:
    # The first of the ticks only ends with the plateau's begin.
    play = Play()
    play.seconds(seconds, users=10)
    play.seconds(1, users=12)
    assert len(play.state.steps.done) == steps


def test_the_step_that_lasts_is_shown_as_soon_as_it_is_one() -> None:
    play = Play()
    play.seconds(5, users=10)
    assert play.state.steps.all() == []
    play.seconds(1, users=10)
    (step,) = play.state.steps.all()
    assert (step.ended_s, step.duration_s, step.number) == (None, 5, 1)


def test_what_happens_while_it_settles_is_not_in_a_steps_figures() -> None:
    play = Play(settle_s=3)
    play.seconds(1 + 3, users=10, rps=50, ms=2_000)
    play.seconds(10, users=10, rps=4, ms=20)
    play.seconds(1, users=20, rps=99, ms=5_000)
    (step,) = play.state.steps.all()
    total, (entry,) = endpoint_entries(play.state, step.span)
    assert (total.requests, total.rps, total.max_ms) == (40, 4.0, 20.0)
    assert (entry.requests, entry.max_ms) == (40, 20.0)


def test_a_settle_time_of_the_plan_is_honoured() -> None:
    play = Play(settle_s=8)
    play.seconds(20, users=10, rps=1)
    (step,) = play.state.steps.all()
    assert step.span.total.count == 20 - 1 - 8


def test_users_that_come_late_make_the_step_begin_late() -> None:
    play = Play()
    play.seconds(30, users=3, target=10, state="spawning", rps=50, ms=900)
    reached = play.now
    play.seconds(11, users=10, rps=2, ms=20)
    (step,) = play.state.steps.all()
    assert step.began_s == reached + 1
    assert step.duration_s == 10
    assert step.span.total.max_us == 20_000


def test_users_that_are_never_reached_make_no_step() -> None:
    play = Play()
    play.seconds(60, users=3, target=10, state="spawning")
    assert play.state.steps.all() == []


def test_users_that_die_do_not_break_their_step() -> None:
    play = Play()
    for users in (10, 10, 10, 9, 9, 8, 8, 8, 7, 7, 7):
        play.seconds(1, users=users, target=10)
    (step,) = play.state.steps.all()
    assert (step.users, step.duration_s) == (10, 10)


def test_a_pause_ends_a_step_and_the_level_after_it_is_a_new_one() -> None:
    play = Play()
    play.seconds(10, users=10)
    play.seconds(10, users=0, target=0, state="paused")
    play.seconds(2, users=5, target=10, state="spawning")
    play.seconds(10, users=10)
    assert _users(play) == [10, 10]


def test_no_users_are_no_step() -> None:
    play = Play()
    play.seconds(20, users=0)
    assert play.state.steps.all() == []


def test_the_same_number_of_users_of_other_classes_is_another_step() -> None:
    play = Play()
    play.seconds(10, users=10, target_by_class={"Reader": 5, "Writer": 5})
    play.seconds(10, users=10, target_by_class={"Reader": 9, "Writer": 1})
    assert [step.per_class["Reader"] for step in play.state.steps.all()] == [5, 9]


def test_a_note_cuts_a_tick_and_not_the_step() -> None:
    play = Play()
    play.seconds(6, users=10)
    play.tick(length_s=0.3)
    play.mark("note", text="the deploy begins", who="ann")
    play.tick(length_s=0.7)
    play.seconds(6, users=10)
    (step,) = play.state.steps.all()
    assert step.duration_s == pytest.approx(12)
    assert step.marks == ["the deploy begins"]


def test_a_fresh_window_does_not_cut_the_step() -> None:
    play = Play()
    play.seconds(8, users=10)
    play.mark("window")
    play.seconds(8, users=10)
    (step,) = play.state.steps.all()
    assert step.duration_s == 15


def test_the_end_of_the_run_ends_its_step_where_the_load_ended() -> None:
    play = Play()
    play.seconds(10, users=10)
    end = play.now
    play.seconds(2, users=4, target=10, state="stopping")
    play.finish()
    (step,) = play.state.steps.all()
    assert step.ended_s == end
    assert play.state.steps.current is None


def test_a_run_that_is_cut_off_keeps_its_last_step() -> None:
    play = Play()
    play.seconds(10, users=10)
    play.finish("generator_lost")
    (step,) = play.state.steps.all()
    assert step.duration_s == 9


def test_of_very_many_steps_the_oldest_keep_their_totals_only() -> None:
    play = Play(settle_s=1)
    many = KEPT_WHOLE + 30
    for number in range(many):
        play.seconds(7, users=10 + number % 2)
    play.finish()
    steps = play.state.steps.done
    assert [step.number for step in steps] == list(range(1, many + 1))
    whole = [bool(step.span.rows) for step in steps]
    assert whole == [False] * 30 + [True] * KEPT_WHOLE
    assert all(step.span.total.count == 10 for step in steps)


@given(our.plays(most=60))
def test_any_steps_are_apart_in_order_and_long_enough(play: Play) -> None:
    steps = play.state.steps.all()
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    for step, later in itertools.pairwise(steps):
        assert step.ended_s is not None
        assert step.ended_s <= later.began_s
    for step in steps:
        assert step.duration_s >= 5
        # In an open workload the users may all be gone, and their rate be wanted still.
        assert (step.users if step.rate is None else step.rate) > 0
        assert sum(one.count for one in step.span.rows.values()) == step.span.total.count
        assert step.span.covered_s <= step.duration_s + 0.05


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(1, 12)), max_size=12))
def test_each_plateau_of_at_least_five_seconds_is_one_step(plateaus: list[tuple[int, int]]) -> None:
    play = Play()
    lengths: list[list[int]] = []
    for users, seconds in plateaus:
        play.seconds(seconds, users=users)
        if lengths and lengths[-1][0] == users:
            lengths[-1][1] += seconds
        else:
            lengths.append([users, seconds])
    expected = [(users, seconds - 1) for users, seconds in lengths if seconds > 5]
    assert [(step.users, step.duration_s) for step in play.state.steps.all()] == expected


def test_a_level_that_somebody_set_is_by_hand_also_where_nothing_was_held() -> None:
    """The manual shape holds nothing: it leaves the level to hands."""
    play = Play(shape="manual")
    play.say(Marked(type="users", old=0, new=10, who="shape"))
    for _ in range(12):
        play.tick(users=10)
    play.say(Marked(type="users", old=10, new=20, who="ann"))
    for _ in range(12):
        play.tick(users=20)
    assert [step.by_hand for step in play.state.steps.all()] == [False, True]

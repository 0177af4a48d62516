"""A target's ceiling of requests a second."""

from __future__ import annotations

from lftui.records import EndpointTick, Tick
from lftui.run_state import RunState
from lftui.supervisor.ceiling import Ceiling


def state_at(rps: int, seconds: int, users: int) -> RunState:
    state = RunState()
    for second in range(seconds):
        endpoint = EndpointTick(id=1, count=rps, sum_us=rps * 1000, min_us=1000, max_us=1000)
        state.apply(
            Tick(
                seq=second + 1,
                mono=second + 1.0,
                wall=second + 1.0,
                start=float(second),
                end=second + 1.0,
                state="running",
                target=users,
                users=users,
                endpoints=[endpoint],
            )
        )
    return state


def test_over_the_ceiling_users_are_taken_away_in_proportion() -> None:
    command = Ceiling(50.0).look(state_at(rps=100, seconds=11, users=40))
    assert command is not None
    assert command.users == 20


def test_under_the_ceiling_nothing_happens() -> None:
    assert Ceiling(100.0).look(state_at(rps=100, seconds=11, users=40)) is None


def test_without_a_ceiling_nothing_happens() -> None:
    assert Ceiling(None).look(state_at(rps=100_000, seconds=11, users=40)) is None


def test_a_burst_of_the_first_seconds_is_no_rate_yet() -> None:
    assert Ceiling(50.0).look(state_at(rps=100, seconds=3, users=40)) is None


def test_it_waits_for_the_effect_before_it_acts_again() -> None:
    ceiling = Ceiling(50.0)
    state = state_at(rps=100, seconds=11, users=40)
    assert ceiling.look(state) is not None
    assert ceiling.look(state) is None


def test_a_load_just_over_the_ceiling_loses_at_least_one_user() -> None:
    command = Ceiling(99.0).look(state_at(rps=100, seconds=11, users=4))
    assert command is not None
    assert command.users == 3

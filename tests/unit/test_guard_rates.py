"""The guard and the ceiling in an open workload: what they lower is the rate."""

from __future__ import annotations

from typing import Any

import pytest

from lftui.judge.watch.guard import Trouble
from lftui.judge.watch.guard_action import decide
from lftui.judge.watch.lower_rate import lower_rate
from lftui.records import (
    AcceptProposal,
    Acked,
    Arrivals,
    Command,
    Hold,
    Proposed,
    SetRate,
    Stop,
)
from lftui.supervisor.ceiling import Ceiling, say_ceiling
from tests.unit.open_runs import OpenPlay, with_an_outage
from tests.unit.strategies import Sent
from tests.unit.test_supervisor_guarding import Guarded

BROKEN = Trouble("error_ratio", "errors 10 % broke the limit")
OPEN = {"arrivals": "even", "max_users": 50}


class GuardedRate(Guarded):
    """A played open workload with a guard on it."""

    def __init__(self, action: str, *rules: str, **plan: Any) -> None:
        self.rate = 20.0
        super().__init__(action, *rules, open_workload=OPEN, **plan)

    def obey(self, command: Command) -> None:
        super().obey(command)
        if isinstance(command, SetRate):
            self.rate, self.held = command.rate, True

    def play(self, seconds: int, *, bad: int = 0, rps: int = 20, **more: Any) -> None:
        """So many seconds of the rate that is wanted, all of it begun in time."""
        for _ in range(seconds):
            due = round(self.rate)
            found = Arrivals(self.rate, due=due, started=due, busy=4, free=8, most=50)
            facts = {"users": 12, "target": 12, "arrivals": found, **more}
            super().play(1, bad=bad, rps=rps, **facts)

    def reach(self, *rates: float) -> None:
        """Go through these plateaus."""
        for rate in rates:
            self.mark("stage", old_rate=self.rate, new_rate=rate, stage=0)
            self.rate = rate
            self.play(8)


def test_step_back_goes_to_the_last_rate_that_held_and_then_stops() -> None:
    run = GuardedRate("step-back", guard_grace_s=5.0)
    run.reach(10, 20.5, 40)
    run.play(120, bad=10)
    went = [one.rate if isinstance(one, SetRate) else type(one) for one in run.commands[:3]]
    assert went == [20.5, 10, Stop]
    assert [mark.text for mark in run.guard_marks()[:3]] == [
        "steps back from 40/s to 20.5/s",
        "steps back from 20.5/s to 10/s",
        "stops the run; there is no lower step",
    ]
    assert [mark.facts.get("rate") for mark in run.guard_marks()[:3]] == [20.5, 10, None]


def test_what_is_proposed_is_a_rate() -> None:
    run = GuardedRate("propose")
    run.reach(10, 20)
    run.play(15, bad=10)
    (proposed,) = run.all(Proposed)
    assert (proposed.action, proposed.users, proposed.rate) == ("step-back", None, 10)
    run.guarding.command(AcceptProposal(id="c-1", who="ann", proposal_id="p-1"))
    assert run.commands == [SetRate(id="c-1", who="ann", rate=10)]
    assert isinstance(run.answer("c-1"), Acked)


def test_a_proposal_is_withdrawn_when_the_rate_is_as_low_by_hand() -> None:
    run = GuardedRate("propose")
    run.reach(10, 20)
    run.play(15, bad=10)
    run.rate = 10.0
    run.play(1, bad=10)
    (mark,) = run.guard_marks()
    assert mark.why == "the load is as low by now"


def test_the_load_is_held_at_its_rate() -> None:
    run = GuardedRate("hold")
    run.reach(37.5)
    run.play(15, bad=10)
    assert [type(one) for one in run.commands] == [Hold]
    assert run.guard_marks()[0].text == "holds the load at 37.5/s"


def test_a_lower_limit_of_a_rate_is_judged_at_the_highest_rate_that_is_planned() -> None:
    run = GuardedRate("warn", "goodput_rps>100", stages=[{"users": 0, "rate": 40.0}])
    run.reach(20)
    run.play(40)
    assert not run.state.guard.broken
    run.reach(40)
    run.play(40)
    assert "goodput_rps" in run.state.guard.broken


def test_a_rate_that_was_not_reached_has_not_held() -> None:
    play = OpenPlay()
    for rate, began in ((30, 30), (60, 40), (80, 80)):
        play.reach(rate)
        for _ in range(8):
            play.arrive(rate, started=began, dropped=rate - began)
    assert lower_rate(play.state) == 30
    assert lower_rate(play.state, {30.0}) is None


@pytest.mark.parametrize(
    ("mark", "lower"),
    [
        ({"type": "rate", "old_rate": 40.0, "new_rate": 60.0}, 40.0),
        ({"type": "rate", "old_rate": 58.0, "new_rate": 60.0}, 54.0),
        ({"type": "stage", "old_rate": 1.0, "new_rate": 60.0, "stage": 0}, 54.0),
        ({"type": "stage", "old_rate": 20.0, "new_rate": 60.0, "stage": 1}, 20.0),
        ({"type": "rate", "old_rate": 0.0, "new_rate": 60.0}, None),
    ],
)
def test_without_a_plateau_it_is_the_last_increase_and_in_a_ramp_a_tenth(
    mark: dict[str, Any], lower: float | None
) -> None:
    stages = [{"users": 0, "rate": 60.0, "slope": 1.0}, {"users": 0, "rate": 60.0, "slope": None}]
    play = OpenPlay(plan={"stages": stages})
    play.mark(**mark)
    play.arrive(60)
    assert lower_rate(play.state) == lower
    decision = decide([BROKEN], "step-back", "warn", play.state, set())
    assert decision is not None
    assert (decision.deed, decision.rate) == ("step-back" if lower else "stop", lower)


def test_in_a_ramp_it_is_the_rate_of_the_moment_that_is_lowered() -> None:
    play = OpenPlay(plan={"stages": [{"users": 0, "rate": 90.0, "slope": 1.0}]})
    play.mark("stage", old_rate=0.0, new_rate=90.0, stage=0)
    rising(play, 31, to=90)
    decision = decide([BROKEN], "step-back", "warn", play.state, set())
    assert decision is not None
    assert (decision.rate, decision.text) == (26.1, "steps back from 29/s to 26.1/s")
    held = decide([BROKEN], "hold", "warn", play.state, set())
    assert held is not None
    assert held.text == "holds the load at 29/s"


def rising(play: OpenPlay, seconds: int, to: float) -> None:
    """A ramp from nothing: one iteration a second more each second."""
    for second in range(seconds):
        found = Arrivals(to, due=second, started=second, busy=1, free=4, most=20)
        sent = [Sent(play.endpoint("/r"), 20_000)] * second
        play.tick(sent, users=5, target=5, state="spawning", arrivals=found)


def test_over_the_ceiling_the_rate_is_lowered_in_proportion() -> None:
    play = OpenPlay()
    for _ in range(11):
        play.arrive(60)
    command = Ceiling(40.0).look(play.state)
    assert isinstance(command, SetRate)
    assert command.rate == pytest.approx(40.0, abs=0.001)
    assert say_ceiling(40.0, command).endswith("; it is held at 40/s")


def test_in_a_ramp_the_ceiling_never_raises_the_rate() -> None:
    play = OpenPlay()
    rising(play, 31, to=900)
    command = Ceiling(15.0).look(play.state)
    assert isinstance(command, SetRate)
    assert command.rate == pytest.approx(15.0, abs=0.01)


def test_arrivals_that_scatter_about_the_ceiling_are_left_alone() -> None:
    play = OpenPlay()
    for second in range(11):
        play.arrive(50, started=56 if second % 2 else 50)
    assert Ceiling(50.0).look(play.state) is None


def test_a_rate_of_nothing_is_not_lowered() -> None:
    play = with_an_outage()
    assert Ceiling(1.0).look(play.state) is None
    paused = OpenPlay()
    for _ in range(11):
        paused.arrive(60)
    paused.arrive(0, state="paused")
    assert Ceiling(1.0).look(paused.state) is None

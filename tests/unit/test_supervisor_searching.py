"""The search's hands: what it sends, when, what it asks the operator, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from lftui.judge.steps.searched import searched_rules
from lftui.plan import RunPlan
from lftui.records import (
    AcceptProposal,
    Acked,
    IgnoreProposal,
    Logged,
    Marked,
    NextStage,
    Proposed,
    Refused,
    SetRate,
    SetUsers,
    Stop,
)
from lftui.search_view import progress
from lftui.supervisor.acting import Acting
from lftui.supervisor.guarding import Guarding
from lftui.supervisor.searching import WHO
from lftui.supervisor.steering import Steering
from tests.unit.searched_runs import SPEC, Searched
from tests.unit.strategies import Play, Sent, fold, fold_journal, read_back

# --- by itself -----------------------------------------------------------------------------------


def test_without_a_console_it_finds_the_capacity_and_ends_the_run() -> None:
    run = Searched()
    run.play(400)
    assert run.levels() == [10, 20, 40, 80, 20, 60, 20, 50, 20, 45, 48, 22, 45]
    assert [(t.level, t.said, t.aim) for t in run.trials()] == [
        (10, "holds", "grows"),
        (20, "holds", "grows"),
        (40, "holds", "grows"),
        (80, "breaks", "grows"),
        (60, "breaks", "bisects"),
        (50, "breaks", "bisects"),
        (45, "holds", "bisects"),
        (48, "breaks", "bisects"),
        (45, "holds", "confirms"),
    ]
    found = run.state.search.found
    assert found is not None
    assert (found.ended, found.level, found.broken) == ("found", 45, 48)
    stop = run.stop()
    assert (stop.reason, stop.who) == ("completed", WHO)
    assert stop.why.startswith("the search is over: capacity: 45 users, 100 rps")


def test_a_rate_is_searched_as_users_are() -> None:
    spec = "capacity:unit=rate,start=10,growth=100%,step=5s,hold=p95_ms<100"
    run = Searched(spec, open_workload={})
    run.play(400)
    assert all(isinstance(one, SetRate | Stop) for one in run.commands)
    found = run.state.search.found
    assert found is not None
    assert found.unit == "rate"
    assert found.level is not None
    assert 45 / 1.1 <= found.level <= 45


def test_a_level_counts_once_it_has_settled_and_for_the_whole_step() -> None:
    run = Searched()
    run.play(1)
    run.play(2, state="spawning")
    run.play(2)
    assert run.state.search.now is not None
    assert run.state.search.now.since_s is None
    assert progress(run.state) == "capacity search: trial 1, 10 users, settles"
    run.play(3)
    assert progress(run.state) == "capacity search: trial 1, 10 users, 3 s of 5 s"
    assert not run.trials()
    run.play(2)
    (first,) = run.trials()
    assert (first.measured_s, first.requests, first.rps) == (5.0, 500, 100.0)
    assert first.why == "p95 50.1 ms keeps the critical limit 100 ms"


def test_after_a_level_that_broke_the_target_recovers_before_the_next() -> None:
    run = Searched()
    run.play(60)
    at = run.levels().index(80)
    assert run.levels()[at + 1] == 20
    again = Searched()
    while 80 not in again.levels():
        again.play(1)
    while again.level == 80:
        again.play(1)
    again.play(20, ms=500)
    assert again.level == 20
    again.play(5)
    assert again.level == 60


def test_what_cannot_be_told_is_repeated_and_adds_up() -> None:
    run = Searched()
    endpoint = run.endpoint()
    run.play(1)
    for second in range(40):
        slow = 7 if second % 2 else 3
        sent = [Sent(endpoint, 150_000 if n < slow else 50_000) for n in range(100)]
        run.tick(sent, users=round(run.level))
        run.searching.look()
        if run.trials():
            break
    (first,) = run.trials()
    assert (first.said, first.times, first.measured_s) == ("unclear", 4, 20.0)
    said = [mark.text for mark in run.all(Marked) if "as it cannot be told yet" in mark.text]
    assert len(said) == 3
    assert said[-1] == (
        "trial 1: 10 users for 20 s, as it cannot be told yet (4 of at most 4 steps)"
    )


def test_a_pause_begins_the_trial_anew() -> None:
    run = Searched()
    run.play(6)
    run.play(5, state="paused", users=0, target=0)
    assert not run.trials()
    run.play(6)
    assert not run.trials()
    run.play(2)
    assert [one.measured_s for one in run.trials()] == [5.0]


def test_a_refused_level_ends_it_with_the_reason() -> None:
    run = Searched(max_users=None)
    run.play(8)
    run.refuses = "the number of users is 40, over this target's ceiling of 30 users"
    run.play(30)
    found = run.state.search.found
    assert found is not None
    assert found.ended == "inconclusive"
    assert "over this target's ceiling of 30 users" in found.sentence


def test_it_stays_within_the_targets_ceiling() -> None:
    run = Searched(capacity=1e9, max_users=30)
    run.play(100)
    assert max(run.levels()) == 30
    found = run.state.search.found
    assert found is not None
    assert (found.ended, found.level) == ("at_least", 30)


@pytest.mark.parametrize("who", ["guard", "ceiling"])
def test_what_the_guard_or_the_ceiling_takes_away_ends_it(who: str) -> None:
    run = Searched()
    run.play(12)
    run.by_hand(5, who)
    run.play(2)
    found = run.state.search.found
    assert found is not None
    assert found.ended == "inconclusive"
    assert found.why == f"the {who} set the load to 5 users"


def test_a_generator_that_is_the_bottleneck_is_no_capacity() -> None:
    from lftui.records import GeneratorHealth

    run = Searched()
    run.play(30, health=GeneratorHealth(cpu_percent=99.0))
    found = run.state.search.found
    assert found is not None
    assert (found.ended, found.level) == ("inconclusive", None)
    assert "the generator was the bottleneck" in found.sentence


def test_with_nobody_there_the_load_does_not_grow() -> None:
    run = Searched()
    run.play(9)
    run.nobody = True
    run.play(30)
    assert run.levels() == [10, 20]
    assert [one.level for one in run.trials()] == [10, 20]
    run.nobody = False
    run.play(2)
    assert run.levels() == [10, 20, 40]


def test_a_generator_that_does_not_answer_ends_it() -> None:
    run = Searched()
    run.silent = True
    run.play(70)
    found = run.state.search.found
    assert found is not None
    assert found.why == "the generator did not answer to 10 users"


def test_a_level_that_never_comes_to_run_ends_it() -> None:
    run = Searched()
    run.play(100, state="spawning", spawn_rate=5.0)
    found = run.state.search.found
    assert found is not None
    assert found.why == "10 users never came to run"


def test_what_fails_in_it_ends_the_search_and_not_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Searched()
    monkeypatch.setattr("lftui.supervisor.searching.level_of", lambda *_: 1 / 0)
    run.play(20)
    said = [log.text for log in run.all(Logged) if log.level == "critical"]
    assert any("the search failed and is over: ZeroDivisionError" in text for text in said)
    assert len(said) == 2


# --- with an operator ----------------------------------------------------------------------------


def asking(**plan: Any) -> Searched:
    """A run with a console, whose second level is proposed."""
    run = Searched(headless=False, **plan)
    run.play(9)
    assert list(run.state.proposals) == ["s-1"]
    return run


def test_each_next_level_is_proposed() -> None:
    run = asking()
    (proposed,) = run.all(Proposed)
    assert (proposed.source, proposed.action, proposed.users) == ("capacity", "step-up", 20)
    assert proposed.reason == "10 users held"
    run.play(30)
    assert run.levels() == [10]
    run.searching.command(AcceptProposal(id="c-1", who="ann", proposal_id="s-1"))
    assert run.commands[-1] == SetUsers(id="c-1", who="ann", users=20, spawn_rate=10.0)
    assert isinstance(run.answer("c-1"), Acked)
    assert not run.state.proposals
    run.play(9)
    assert [one.level for one in run.trials()] == [10, 20]
    assert list(run.state.proposals) == ["s-2"]


def test_what_was_ignored_is_proposed_again_after_the_next_judgement() -> None:
    run = asking()
    run.searching.command(IgnoreProposal(id="c-1", who="ann", proposal_id="s-1"))
    assert isinstance(run.answer("c-1"), Acked)
    assert run.state.search.ignored
    assert not run.state.proposals
    assert run.levels() == [10]
    run.play(4)
    assert not run.state.proposals
    run.play(2)
    assert [(t.level, t.said) for t in run.trials()] == [(10, "holds"), (10, "holds")]
    (proposed,) = run.state.proposals.values()
    assert (proposed.proposal_id, proposed.users) == ("s-2", 20)
    assert not run.state.search.ignored


def test_what_was_ignored_is_proposed_again_at_once_when_asked_for() -> None:
    run = asking()
    run.searching.command(NextStage(id="c-0"))
    refused = run.answer("c-0")
    assert isinstance(refused, Refused)
    assert refused.reason == "s-1 is proposed already; accept it"
    run.searching.command(IgnoreProposal(id="c-1", who="ann", proposal_id="s-1"))
    run.searching.command(NextStage(id="c-2", who="ann"))
    assert isinstance(run.answer("c-2"), Acked)
    (proposed,) = run.state.proposals.values()
    assert (proposed.proposal_id, proposed.users) == ("s-2", 20)


def test_a_level_set_by_hand_is_the_next_trial() -> None:
    run = asking()
    run.by_hand(35)
    run.play(1)
    (mark,) = [mark for mark in run.all(Marked) if mark.facts.get("withdrawn")]
    assert (mark.proposal_id, mark.why) == ("s-1", "the load was changed by hand")
    run.play(8)
    assert [(t.level, t.aim) for t in run.trials()] == [(10, "grows"), (35, "by hand")]
    (proposed,) = run.state.proposals.values()
    assert proposed.users == 70


def test_a_tick_from_before_the_answer_is_no_change_by_hand() -> None:
    run = asking()
    run.tick([Sent(run.endpoint(), 50_000)] * 100, users=10)  # came, and was not looked at yet
    run.searching.command(AcceptProposal(id="c-1", who="ann", proposal_id="s-1"))
    run.play(9)
    assert [(t.level, t.aim) for t in run.trials()] == [(10, "grows"), (20, "grows")]


def test_a_level_that_broke_is_left_by_way_of_a_lower_one() -> None:
    run = asking()
    run.by_hand(60)
    run.play(9)
    (proposed,) = run.state.proposals.values()
    assert (proposed.action, proposed.users) == ("step-back", 35)
    assert proposed.reason == "60 users did not hold"
    number = proposed.proposal_id
    run.searching.command(AcceptProposal(id="c-1", who="ann", proposal_id=number))
    run.play(12)
    assert run.levels() == [10, 5, 35]
    assert [one.who for one in run.commands if isinstance(one, SetUsers)] == [WHO, "ann", WHO]


def test_a_proposal_is_accepted_once_and_never_an_unknown_one() -> None:
    run = asking()
    for number in ("c-1", "c-2"):
        run.searching.command(AcceptProposal(id=number, proposal_id="s-1"))
    again = run.answer("c-2")
    assert isinstance(again, Refused)
    assert again.reason == "the proposal s-1 has been accepted already; none is open"
    run.searching.command(IgnoreProposal(id="c-3", proposal_id="s-9\x1b[2J"))
    unknown = run.answer("c-3")
    assert isinstance(unknown, Refused)
    assert "\x1b" not in unknown.reason
    assert "is not known" in unknown.reason


def test_a_proposal_is_not_carried_out_while_paused() -> None:
    run = asking()
    run.tick([], users=0, state="paused")
    run.searching.command(AcceptProposal(id="c-1", proposal_id="s-1"))
    assert isinstance(run.answer("c-1"), Refused)
    assert list(run.state.proposals) == ["s-1"]


def test_at_the_end_it_proposes_to_go_back_and_leaves_the_run_on() -> None:
    run = asking()
    run.by_hand(1)
    run.play(9, ms=500)
    found = run.state.search.found
    assert found is not None
    assert found.ended == "none"
    assert not any(isinstance(one, Stop) for one in run.commands)
    run = asking()
    run.by_hand(20)
    run.refuses = "no"
    run.play(9)
    number = next(iter(run.state.proposals))
    run.searching.command(AcceptProposal(id="c-1", proposal_id=number))
    run.refuses = ""
    run.play(2)
    found = run.state.search.found
    assert found is not None
    assert (found.ended, found.level) == ("inconclusive", 20)


def test_with_auto_it_asks_nobody_and_stays_at_the_level_found() -> None:
    run = Searched(f"{SPEC},auto=yes", headless=False)
    run.play(400)
    assert not run.all(Proposed)
    assert run.state.search.found is not None
    assert run.level == 45
    assert not any(isinstance(one, Stop) for one in run.commands)


# --- on record -----------------------------------------------------------------------------------


def test_the_journal_has_the_whole_search() -> None:
    run = Searched()
    run.play(400)
    run.finish()
    for state in (fold(run.records), fold_journal(run.journal()), read_back(run.state)):
        assert state.search == run.state.search
    assert len(run.state.search.trials) == 9
    assert progress(run.state) == ""


def test_marks_of_another_make_change_nothing() -> None:
    run = Play()
    for facts in ({"trial": 3}, {"found": {"ended": "?"}}, {"now": []}, {"ignored": "yes"}):
        run.mark("capacity", facts=facts)
    assert run.state.search == Play().state.search


# --- beside the guard ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "acts"), [("step-back", False), ("hold", False), ("stop", True)]
)
def test_the_guard_leaves_what_the_search_holds_but_for_a_stop(action: str, acts: bool) -> None:
    run = Searched(guard_action=action, guard_grace_s=0.0, guard_window_s=2.0)
    guarding = Guarding(
        run.plan, lambda: run.state, run.obey, run.say, lambda: searched_rules(run.state)
    )
    run.play(2)
    run.by_hand(100)
    endpoint = run.endpoint()
    for _ in range(30):
        run.tick([Sent(endpoint, 150_000)] * 100, users=100, target=100)
        guarding.look()
    assert any(one.who == "guard" for one in run.commands) == acts
    assert any(mark.type == "breach" for mark in run.all(Marked))


def test_an_answer_goes_to_whoever_proposed() -> None:
    run = asking()
    steering = Steering("ann", run.plan, run.obey, run.say)
    acting = Acting(run.plan, lambda: run.state, steering, run.say)
    acting.own[IgnoreProposal](IgnoreProposal(id="c-1", proposal_id="p-1"))
    refused = run.answer("c-1")
    assert isinstance(refused, Refused)
    assert refused.reason == "the proposal p-1 is not open"
    assert NextStage in acting.own
    assert NextStage not in Acting(RunPlan(), lambda: run.state, steering, run.say).own

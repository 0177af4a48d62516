"""The search in the console's words: what can be done, what is proposed, how far it is."""

from __future__ import annotations

import pytest

from lftui.guard import guard_facts
from lftui.live_view import banners as plain_banners
from lftui.records import AcceptProposal, IgnoreProposal, Proposed
from lftui.screens.live.banners import banners
from lftui.screens.live.can import ANYWHERE, why_not
from lftui.screens.live.footer import FOOTER, footer_rows
from lftui.search_view import progress, proposal_said, trial_said
from lftui.widgets.look import Look
from tests.unit.live_runs import snapshot_of
from tests.unit.searched_runs import Searched


def asking() -> Searched:
    run = Searched(headless=False)
    run.play(9)
    return run


def texts(run: Searched) -> list[str]:
    return [banner.text for banner in banners(snapshot_of(run))]


def test_a_level_that_is_proposed_says_why_and_which_keys_answer() -> None:
    run = asking()
    assert texts(run)[0] == "capacity: 10 users held; next 20 users? n yes, i not now"
    assert "▲ capacity: 10 users held; next 20 users? lftui guard --accept" in plain_banners(
        run.state
    )
    (proposal,) = guard_facts(run.state)["proposals"]
    assert (proposal["source"], proposal["users"], proposal["rate"]) == ("capacity", 20, None)
    active = {one: one[-1] for entry in FOOTER for one in entry.ids}
    rows, _ = footer_rows(active, snapshot_of(run), ANYWHERE, Look(), 120)
    assert "".join(text for text, _ in rows[0]).startswith("t accept  e not now")


def test_what_the_keys_can_do_follows_the_search() -> None:
    run = Searched(headless=False)
    run.play(3)
    assert why_not("next", snapshot_of(run)) == "the search proposes what comes next"
    assert why_not("ignore", snapshot_of(run)) == "no level is proposed"
    assert why_not("hold", snapshot_of(run)) == "this load is by hand; there is no shape to hold"
    run = asking()
    assert why_not("next", snapshot_of(run)) == why_not("ignore", snapshot_of(run)) == ""
    run.searching.command(IgnoreProposal(id="c-1", proposal_id="s-1"))
    assert why_not("next", snapshot_of(run)) == ""
    assert why_not("ignore", snapshot_of(run)) == "no level is proposed"
    assert "capacity: the load stays here; n proposes the next level again" in texts(run)


def test_the_end_is_said_and_nothing_is_proposed_any_more() -> None:
    run = asking()
    for _ in range(40):
        for number in list(run.state.proposals):
            run.searching.command(AcceptProposal(id=f"c-{number}", proposal_id=number))
        run.play(6)
    found = run.state.search.found
    assert found is not None
    assert found.sentence in texts(run)
    assert progress(run.state) == "capacity search: over"
    assert why_not("next", snapshot_of(run)) == "the search is over"


@pytest.mark.parametrize(
    ("words", "said"),
    [(2, "capacity search: trial 1, 10 users, 3 s of 5 s"), (1, "trial 1, 3 s of 5 s"), (0, "trial 1 3/5 s")],
)  # fmt: skip
def test_how_far_a_trial_is_in_as_many_words_as_there_is_room_for(words: int, said: str) -> None:
    run = Searched()
    run.play(6)
    assert progress(run.state, words) == said


def test_a_proposal_in_words_by_whoever_made_it() -> None:
    guard = Proposed(proposal_id="p-1", action="step-back", users=20, reason="errors 50 %")
    assert proposal_said(guard) == "the guard proposes to step back to 20 users: errors 50 %"
    back = Proposed(
        proposal_id="s-1",
        action="step-back",
        source="capacity",
        rate=12.5,
        reason="20 did not hold",
    )
    assert proposal_said(back) == "capacity: 20 did not hold; back to 12.5 iterations a second?"


def test_a_trial_in_words() -> None:
    run = Searched(capacity=5)
    run.play(12)
    assert trial_said(run.trials()[0]) == (
        "trial 1 did not hold: p95 150 ms broke the critical limit 100 ms"
    )

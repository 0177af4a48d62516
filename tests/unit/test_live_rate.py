"""The keys of an open workload: the level is a rate of iterations, in commands and in words."""

from __future__ import annotations

from typing import Any

import pytest

from lftui.records import AddRate, AddUsers, Arrivals, SetRate
from lftui.screens.dialogs.rate_asked import RateNow, read_rate_field
from lftui.screens.live.banners import banners
from lftui.screens.live.can import ANYWHERE, undoable, why_not
from lftui.screens.live.footer import footer_rows
from lftui.screens.live.keys import KEYS, live_commands
from lftui.screens.live.level import changed_by, level_said, rate_now
from lftui.screens.live.steering import load_said
from lftui.widgets.look import Look
from tests.unit.live_runs import OPEN_PLAN, a_run, snapshot_of
from tests.unit.strategies import Play

NOW = RateNow(wanted=50.0, users=12, most=750, ceiling=100.0)


def an_open_run(rate: float = 50.0, **status: Any) -> Play:
    facts = {"users": 12, "arrivals": Arrivals(target_rate=rate), **status}
    return a_run(plan=OPEN_PLAN, **facts)


@pytest.mark.parametrize(
    ("text", "rate", "sentence"),
    [
        ("80", 80.0, "rate 50 → 80 iterations a second"),
        (" 0.5 ", 0.5, "rate 50 → 0.5 iterations a second"),
        ("60/m", 1.0, "rate 50 → 1 iteration a second"),
        ("0", 0.0, "rate 50 → 0 iterations a second"),
        ("100", 100.0, "rate 50 → 100 iterations a second"),
    ],
)
def test_the_dialog_asks_for_a_rate(text: str, rate: float, sentence: str) -> None:
    asked = read_rate_field(text, NOW)
    assert (asked.command, asked.error, asked.sentence) == (SetRate(rate=rate), "", sentence)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "a number from 0"),
        ("many", "a number from 0"),
        ("-5", "a number from 0"),
        ("nan", "a number from 0"),
        ("9" * 400, "a number from 0"),
        ("5/d", "a number from 0"),
        ("\x1b[31m", "a number from 0"),
        ("100.5", "over the ceiling of 100"),
    ],
)
def test_what_is_no_rate_is_said_and_not_sent(text: str, error: str) -> None:
    asked = read_rate_field(text, NOW)
    assert asked.command is None
    assert asked.error.startswith(error)
    assert asked.sentence == ""


def test_the_keys_change_the_rate_of_an_open_workload_and_users_else() -> None:
    assert changed_by(an_open_run().state, -10) == AddRate(delta=-10.0)
    assert changed_by(a_run().state, 10) == AddUsers(delta=10)


def test_the_level_is_said_as_a_rate() -> None:
    state = an_open_run(rate=0.5).state
    assert level_said(state) == "0.5 iterations a second"
    assert load_said(state).startswith("0.5 iterations a second for ")
    assert rate_now(state) == RateNow(wanted=0.5, users=12, most=750, ceiling=100.0)
    assert level_said(a_run().state) == "10 users"
    assert level_said(a_run(0, plan=OPEN_PLAN).state) == "0 iterations a second"


def test_a_rate_of_nothing_cannot_be_lowered() -> None:
    assert why_not("fewer", snapshot_of(an_open_run(rate=0.0))) == "the rate is 0 already"
    assert why_not("fewer", snapshot_of(an_open_run(users=0))) == ""
    assert why_not("fewer", snapshot_of(a_run(users=0))) == "there are no users to take away"


def test_a_rate_set_by_hand_can_be_undone() -> None:
    play = an_open_run()
    play.mark("rate", old_rate=50.0, new_rate=60.0, command_id="c-1", who="ann")
    assert undoable(play.state) == 1
    play.mark("undo", old_rate=60.0, new_rate=50.0, command_id="c-2", who="ann")
    assert undoable(play.state) == 0


def test_palette_footer_and_banners_say_rate() -> None:
    snapshot = snapshot_of(an_open_run(rate=60.0, held=True))
    titles = {title: about for title, about, _ in live_commands(snapshot)}
    assert titles["Higher rate"] == "more iterations a second, by the step size"
    assert "Set the rate" in titles
    assert not [title for title in titles if "users" in title.lower()]
    active = {one.id: one.keys.split(",")[0] for one in KEYS}
    row = footer_rows(active, snapshot, ANYWHERE, Look(), 120)[0][0]
    text = "".join(words for words, _ in row)
    assert "+/- rate" in text
    assert "users" not in text
    said = [one.text for one in banners(snapshot)]
    assert any("the shape is held at 60 iterations a second; h hands back" in one for one in said)
    paused = banners(snapshot_of(an_open_run(rate=0.0, state="paused")))
    assert any("paused: no iterations" in one.text for one in paused)
    assert "More users" in {title for title, *_ in live_commands(snapshot_of(a_run()))}

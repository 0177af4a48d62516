"""Every key of the Live screen: the command that goes out, nothing on screen before a record
comes, and what the record changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from lftui.records import (
    AcceptProposal,
    AddRate,
    AddUsers,
    Arrivals,
    BeginWindow,
    Command,
    Hold,
    IgnoreProposal,
    Kill,
    NextStage,
    Note,
    Pause,
    PinBaseline,
    Proposed,
    Resume,
    SetRate,
    SetUsers,
    Stop,
    TakeControls,
    Undo,
    Unpause,
)
from lftui.screens import messages
from lftui.snapshot import LinkFacts, ReplayFacts
from tests.console.live_app import LiveApp
from tests.unit.live_runs import OPEN_PLAN, OURS, a_run, snapshot_of
from tests.unit.strategies import Play

SIZE = (120, 40)
THEIRS = msgspec.structs.replace(OURS, controls="theirs", holder="bob")


class Case(msgspec.Struct):
    """Keys, the command that they send, the records that answer it, and what these change."""

    keys: list[str]
    command: Command
    answer: Callable[[Play], None]
    shows: tuple[str, str]
    before: Callable[[Play], None] = lambda play: None
    link: LinkFacts = OURS
    after: LinkFacts | None = None


def by_hand(play: Play) -> None:
    play.mark("users", old=10, new=20, command_id="c-1", who="ann")
    play.tick(users=20, held=True, stage=0)


def held(play: Play) -> None:
    play.mark("hold", old=10, new=10, command_id="c-1", who="ann")
    play.tick(held=True, stage=0)


def paused(play: Play) -> None:
    play.mark("pause", old=10, new=0, command_id="c-1", who="ann")
    play.tick(users=0, state="paused", stage=0)


def users(count: int) -> Callable[[Play], None]:
    return lambda play: play.tick(users=count, held=True, stage=0)


def level_proposed(play: Play) -> None:
    """The search would go on to another level."""
    play.say(
        Proposed(proposal_id="s-1", action="step-up", source="capacity", users=40, reason="held")
    )


def proposed(play: Play) -> None:
    play.say(Proposed(proposal_id="p-1", action="step-back", users=5, reason="p95 is too high"))


def mark(type: Any, **facts: Any) -> Callable[[Play], None]:
    return lambda play: play.mark(type, command_id="c-9", who="ann", **facts)


CASES: dict[str, Case] = {
    "plus": Case(["plus"], AddUsers(delta=10), users(20), ("tiles", "20/20")),
    "equals": Case(["equals_sign"], AddUsers(delta=10), users(20), ("tiles", "20/20")),
    "minus": Case(["minus"], AddUsers(delta=-10), users(0), ("tiles", "0/0")),
    "underscore": Case(["underscore"], AddUsers(delta=-10), users(0), ("tiles", "0/0")),
    "u": Case(
        ["u", *"40", "tab", *"2.5", "enter"],
        SetUsers(users=40, spawn_rate=2.5),
        users(40),
        ("tiles", "40/40"),
    ),
    "n": Case(
        ["n"],
        NextStage(),
        lambda play: play.tick(users=20, stage=1),
        ("header", "steps 2/3"),
    ),
    "n, proposal": Case(
        ["n"],
        AcceptProposal(proposal_id="p-1"),
        lambda play: play.mark(
            "guard", text="steps back to 5 users", proposal_id="p-1", facts={"action": "step-back"}
        ),
        ("banners", "the guard steps back to 5 users"),
        before=proposed,
    ),
    "i, proposal": Case(
        ["i"],
        IgnoreProposal(proposal_id="s-1"),
        lambda play: play.mark("capacity", proposal_id="s-1", facts={"ignored": True}),
        ("banners", "n proposes the next level again"),
        before=level_proposed,
    ),
    "h": Case(["h"], Hold(), held, ("header", "HELD")),
    "h, held": Case(
        ["h"], Resume(), lambda play: play.tick(stage=0), ("header", "RUNNING"), before=held
    ),
    "p": Case(["p"], Pause(), paused, ("header", "PAUSED")),
    "p, paused": Case(
        ["p"], Unpause(), lambda play: play.tick(stage=0), ("header", "RUNNING"), before=paused
    ),
    "U": Case(["U"], Undo(), users(10), ("tiles", "10/10"), before=by_hand),
    "m": Case(
        ["m", *"slow", "enter"], Note(text="slow"), mark("note", text="slow"), ("status", "slow")
    ),
    "x": Case(["x"], BeginWindow(), mark("window"), ("status", "a fresh measuring window")),
    "s": Case(
        ["s", "y"],
        Stop(),
        lambda play: play.tick(users=10, state="stopping", stage=0),
        ("header", "STOPPING"),
    ),
    "K": Case(["K", "y"], Kill(), lambda play: play.finish("killed"), ("header", "KILLED")),
    "q, stop": Case(
        ["q", "s"],
        Stop(),
        lambda play: play.tick(users=10, state="stopping", stage=0),
        ("header", "STOPPING"),
    ),
    "t, free": Case(
        ["t"],
        TakeControls(),
        mark("controls", new=1),
        ("status", "took the controls"),
        link=msgspec.structs.replace(OURS, controls="free"),
        after=OURS,
    ),
    "t, theirs": Case(
        ["t", "y"],
        TakeControls(force=True),
        mark("controls", new=1),
        ("status", "took the controls"),
        link=THEIRS,
        after=OURS,
    ),
    "m, read-only": Case(
        ["m", *"hi", "enter"],
        Note(text="hi"),
        mark("note", text="hi"),
        ("status", "hi"),
        link=THEIRS,
    ),
    "b": Case(
        ["3", "b", *"last", "enter"],
        PinBaseline(source="last"),
        mark("baseline", text="last"),
        ("status", "baseline pinned"),
    ),
}


async def press_and_look(app: LiveApp, pilot: Any, name: str, case: Case) -> None:
    play = a_run()
    case.before(play)
    app.asked.clear()
    app.snapshot = snapshot_of(play, link=case.link, number=app.snapshot.number + 1)
    await pilot.pause()
    bar, shown = case.shows
    before = {one: app.bar(one) for one in ("header", "tiles", "banners", "status")}
    assert shown not in before[bar], f"{name}: {before[bar]}"
    await pilot.press(*case.keys)
    await pilot.pause()
    assert app.sent == [case.command], name
    assert {one: app.bar(one) for one in before} == before, f"{name}: no record has come yet"
    case.answer(play)
    app.take(play, link=case.after or case.link)
    await pilot.pause()
    assert shown in app.bar(bar), f"{name}: {app.bar(bar)}"


def test_each_key_sends_its_command_and_only_a_record_changes_the_screen() -> None:
    async def run() -> None:
        app = LiveApp(snapshot_of(a_run()))
        async with app.run_test(size=SIZE) as pilot:
            for name, case in CASES.items():
                await press_and_look(app, pilot, name, case)

    asyncio.run(run())


def test_in_an_open_workload_the_keys_change_the_rate() -> None:
    async def run() -> None:
        play = a_run(plan=OPEN_PLAN, arrivals=Arrivals(target_rate=50.0))
        app = LiveApp(snapshot_of(play))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("plus", "minus", "u")
            await pilot.pause()
            assert app.sent == [AddRate(delta=10.0), AddRate(delta=-10.0)]
            assert (
                "now 50 iterations a second, at most 100 on this target, 10 users of at"
                in app.text()
            )
            await pilot.press(*"many", "enter")
            await pilot.pause()
            assert "a number from 0, like 50 or 30/m" in app.text()
            play.tick(arrivals=Arrivals(target_rate=70.0), held=True)
            app.take(play)
            await pilot.press("home", "ctrl+k", *"80")
            await pilot.pause()
            assert "rate 70 → 80 iterations a second" in app.text()
            await pilot.press("enter", "u", "escape")
            await pilot.pause()
            assert app.sent[2:] == [SetRate(rate=80.0)]
            assert app.screen is app.live
            assert "rate" in app.bar("footer")
            await pilot.press("s")
            await pilot.pause()
            assert "70 iterations a second for" in app.text()

    asyncio.run(run())


ASKED: dict[str, tuple[list[str], type, dict[str, Any]]] = {
    "[": (["left_square_bracket"], messages.ChooseStepSize, {"size": 5}),
    "]": (["right_square_bracket"], messages.ChooseStepSize, {"size": 25}),
    "w": (["w"], messages.ChooseWindow, {"window": "step"}),
    "space": (["space"], messages.Freeze, {}),
    "e": (["e"], messages.Open, {"name": "export"}),
    "d": (["d", "y"], messages.Detach, {}),
    "q, leave": (["q", "l"], messages.Detach, {}),
    "escape, leave": (["escape", "l"], messages.Detach, {}),
    "B": (["3", "B"], messages.Open, {"name": "promote"}),
}


def test_each_key_that_is_no_command_asks_the_application() -> None:
    async def run() -> None:
        app = LiveApp(snapshot_of(a_run()))
        async with app.run_test(size=SIZE) as pilot:
            for name, (keys, kind, facts) in ASKED.items():
                app.asked.clear()
                await pilot.press(*keys)
                await pilot.pause()
                message = app.last(kind)
                assert {key: getattr(message, key) for key in facts} == facts, name
                assert len(app.asked) == 1, name

    asyncio.run(run())


@pytest.mark.parametrize("keys", [["s", "enter"], ["K", "escape"], ["d", "n"], ["q", "b"]])
def test_nothing_destructive_happens_without_a_yes(keys: list[str]) -> None:
    async def run() -> None:
        app = LiveApp(snapshot_of(a_run()))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press(*keys)
            await pilot.pause()
            assert app.asked == []
            assert app.screen is app.live

    asyncio.run(run())


@pytest.mark.parametrize("key", ["s", "K", "d", "q", "u"])
def test_a_question_about_the_run_is_taken_back_when_the_run_ends(key: str) -> None:
    async def run() -> None:
        play = a_run()
        app = LiveApp(snapshot_of(play))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press(key)
            await pilot.pause()
            assert app.screen is not app.live
            play.tick()
            app.take(play)
            await pilot.pause()
            assert app.screen is not app.live
            play.finish("completed")
            app.take(play)
            await pilot.pause()
            assert app.screen is app.live
            assert app.asked == []
            assert app.sent == []

    asyncio.run(run())


def test_a_fresh_window_is_shown_once_its_record_has_come() -> None:
    async def run() -> None:
        play = a_run()
        app = LiveApp(snapshot_of(play))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("x")
            app.take(play)
            await pilot.pause()
            assert not any(isinstance(one, messages.ChooseWindow) for one in app.asked)
            play.mark("window", command_id="c-1")
            app.take(play)
            await pilot.pause()
            assert app.last(messages.ChooseWindow).window == "fresh"

    asyncio.run(run())


REPLAY = LinkFacts(
    kind="replay", replay=ReplayFacts(position_s=100, length_s=360, speed=2, paused=True)
)
REPLAYED: dict[str, tuple[str, float]] = {
    "space": ("pause", 0.0),
    "plus": ("speed", 3.0),
    "minus": ("speed", 1.0),
    "left": ("seek", 90.0),  # each from where the one before has led
    "right": ("seek", 100.0),
    "shift+left": ("seek", 40.0),
    "shift+right": ("seek", 100.0),
}


def test_in_a_replay_the_keys_steer_the_replay_and_nothing_else() -> None:
    async def run() -> None:
        app = LiveApp(snapshot_of(a_run(), link=REPLAY))
        async with app.run_test(size=SIZE) as pilot:
            for key, (action, value) in REPLAYED.items():
                await pilot.press(key)
                await pilot.pause()
                message = app.last(messages.ReplayControl)
                assert (message.action, message.value) == (action, value), key
            app.asked.clear()
            await pilot.press("u", "n", "h", "p", "s", "K", "d", "m", "x", "U", "t")
            await pilot.pause()
            assert app.asked == []
            assert "REPLAY paused 01:40/06:00" in app.bar("header")
            await pilot.press("q")
            await pilot.pause()
            app.last(messages.GoBack)

    asyncio.run(run())


def test_a_key_that_can_do_nothing_now_says_why() -> None:
    async def run() -> None:
        app = LiveApp(snapshot_of(a_run(), link=THEIRS))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("plus", "s", "h")
            await pilot.pause()
            assert app.sent == []
            assert "read-only: bob has the controls; t takes them" in app.bar("status")
            assert "READ-ONLY" in app.bar("header")
            for word in ("users", "hold", "stop"):
                assert f" {word}" not in app.bar("footer")
            assert "take controls" in app.bar("footer")

    asyncio.run(run())


def test_after_the_end_q_opens_the_report() -> None:
    async def run() -> None:
        play = a_run()
        play.finish("completed")
        app = LiveApp(snapshot_of(play, link=msgspec.structs.replace(OURS, status="over")))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            assert "q opens the report" in app.bar("banners")
            assert "q report" in app.bar("footer")
            await pilot.press("plus", "s", "q")
            await pilot.pause()
            assert app.sent == []
            assert app.last(messages.Open).name == "report"

    asyncio.run(run())

"""The guard's hands: what it does, what it says of it, and who may stop it from doing so."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lftui.baseline import read_baseline
from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.options import read as read_options
from lftui.plan import PlanError, RunPlan
from lftui.records import (
    SCHEMA,
    AcceptProposal,
    Acked,
    AnyRecord,
    Command,
    Hold,
    Logged,
    Marked,
    PinBaseline,
    Proposed,
    Refused,
    RunStarted,
    SetGuard,
    SetUsers,
    Stop,
)
from lftui.settings import read_settings
from lftui.supervisor.guarding import Guarding
from lftui.supervisor.pinning import Pinning, from_file
from lftui.supervisor.steering import Steering
from tests.unit.strategies import Play, Sent


class Guarded(Play):
    """A played run with a guard on it; `sent` commands are answered when `answers` says so.

    Attributes:
        commands: what was sent to the generator.
        refuses: why the generator refuses everything, if it does.
    """

    def __init__(self, action: str, *rules: str, stalled: str = "warn", **plan: Any) -> None:
        super().__init__()
        self.commands: list[Command] = []
        self.refuses = ""
        facts = {"guard_action": action, "guard_stalled": stalled, "guard_grace_s": 0.0, **plan}
        self.plan = msgspec.convert(facts, RunPlan)
        thresholds = written([parse_threshold(text) for text in rules or ("error_ratio<5%",)])
        self.say(RunStarted(schema=SCHEMA, run_id="r", plan=facts, thresholds=thresholds))
        self.guarding = Guarding(self.plan, lambda: self.state, self.obey, self.say)
        self.level = 20
        self.held = False

    def obey(self, command: Command) -> None:
        """The generator: it does what it is told, or refuses."""
        self.commands.append(command)
        if self.refuses:
            answer: Any = Refused(command_id=command.id, reason=self.refuses)
        else:
            answer = Acked(command_id=command.id)
            self.held = self.held or isinstance(command, Hold | SetUsers)
            if isinstance(command, SetUsers) and command.users is not None:
                self.level = command.users
        self.say(answer)
        self.guarding.heard(answer)

    def play(self, seconds: int, *, bad: int = 0, rps: int = 20, **more: Any) -> None:
        """So many seconds, of `rps` requests `bad` fail; a look after each."""
        endpoint = self.endpoint()
        for _ in range(seconds):
            sent = [Sent(endpoint, 20_000, failed=number < bad) for number in range(rps)]
            self.tick(sent, **{"users": self.level, "held": self.held, **more})
            self.guarding.look()

    def climb(self, *levels: int) -> None:
        """Go through these plateaus."""
        for users in levels:
            self.mark("stage", old=self.level, new=users)
            self.level = users
            self.play(8)

    def all(self, kind: type[Any]) -> list[Any]:
        """The records of one kind."""
        return [record for record in self.records if isinstance(record, kind)]

    def guard_marks(self) -> list[Marked]:
        return [mark for mark in self.all(Marked) if mark.type == "guard"]

    def answer(self, number: str) -> AnyRecord:
        (found,) = [r for r in self.all(Acked) + self.all(Refused) if r.command_id == number]
        return found


# --- acting ---------------------------------------------------------------------------------------


def test_warn_puts_it_on_record_and_does_nothing() -> None:
    run = Guarded("warn")
    run.play(40, bad=10)
    assert not run.commands
    assert [mark.type for mark in run.all(Marked)] == ["breach"]
    (log,) = run.all(Logged)
    assert (log.source, log.level) == ("guard", "warning")
    assert "errors 50 % broke the critical limit 5 %" in log.text


def test_stop_ends_the_run_with_its_reason() -> None:
    run = Guarded("stop")
    run.play(15, bad=10)
    (stop,) = run.commands
    assert isinstance(stop, Stop)
    assert (stop.reason, stop.who) == ("guard", "guard")
    assert stop.id
    assert stop.why.startswith("the guard stopped the run: errors 50 % broke the critical limit")
    (mark,) = run.guard_marks()
    assert mark.command_id == stop.id
    assert (mark.who, mark.text) == ("guard", "stops the run")
    assert mark.facts == {
        "action": "stop",
        "rule": "error_ratio",
        "rules": ["error_ratio"],
        "users": None,
    }
    assert mark.seq < next(r.seq for r in run.all(Acked))


def test_several_broken_rules_are_one_deed_that_names_them_all() -> None:
    run = Guarded("stop", "error_ratio<5%", "p95_ms<5", "p50_ms<5000")
    run.play(20, bad=20, rps=40)
    assert len(run.commands) == 1
    (mark,) = run.guard_marks()
    assert mark.facts["rules"] == ["error_ratio", "p95_ms"]
    assert "errors 50 %" in mark.why
    assert "p95 20 ms broke" in mark.why


def test_hold_holds_once_and_again_when_somebody_resumes() -> None:
    run = Guarded("hold")
    run.play(60, bad=10)
    assert [type(one) for one in run.commands] == [Hold]
    run.held = False
    run.play(25, bad=10)
    assert [type(one) for one in run.commands] == [Hold, Hold]


def test_step_back_goes_down_step_by_step_and_then_stops() -> None:
    run = Guarded("step-back", guard_grace_s=5.0)
    run.climb(10, 20, 40)
    run.play(120, bad=10)
    went = [one.users if isinstance(one, SetUsers) else type(one) for one in run.commands[:3]]
    assert went == [20, 10, Stop]
    assert [mark.text for mark in run.guard_marks()[:3]] == [
        "steps back from 40 to 20 users",
        "steps back from 20 to 10 users",
        "stops the run; there is no lower step",
    ]


def test_after_a_step_back_that_helped_it_leaves_the_run_alone() -> None:
    run = Guarded("step-back")
    run.climb(10, 20)
    run.play(20, bad=10)
    run.play(60)
    assert len(run.commands) == 1
    assert not run.state.guard.broken


def test_it_does_not_go_back_to_where_a_limit_was_broken_before() -> None:
    run = Guarded("step-back")
    run.climb(10, 20, 40)
    run.play(28, bad=10)
    assert [one.users for one in run.commands if isinstance(one, SetUsers)] == [20, 10]
    run.play(20)
    run.climb(40)
    run.play(15, bad=10)
    assert [one.users for one in run.commands if isinstance(one, SetUsers)] == [20, 10, 10]


def test_between_two_deeds_is_the_grace_and_the_window() -> None:
    run = Guarded("step-back", guard_grace_s=20.0, guard_window_s=10.0)
    run.climb(10, 20, 30, 40)
    run.play(90, bad=10)
    times = [mark.mono for mark in run.guard_marks()]
    assert min(b - a for a, b in pairwise(times)) >= 30


def test_a_refusal_is_said_once_and_tried_again() -> None:
    run = Guarded("hold", guard_grace_s=5.0)
    run.refuses = "this load is by hand already; there is no shape to hold"
    run.play(80, bad=10)
    assert len(run.commands) > 2
    refusals = [log for log in run.all(Logged) if "refused" in log.text]
    assert len(refusals) == 1
    assert run.refuses in refusals[0].text
    assert len(run.guard_marks()) == 1
    run.refuses = ""
    run.play(20, bad=10)
    assert len(run.guard_marks()) == 2


def test_a_silent_target_is_its_own_rule_with_its_own_action() -> None:
    run = Guarded("warn", stalled="stop")
    run.play(10)
    for second in range(20):
        run.tick([], users=20, in_flight=3, oldest_in_flight_s=second + 1.0)
        run.guarding.look()
    (stop,) = run.commands
    assert isinstance(stop, Stop)
    assert "no response for" in stop.why
    assert run.guard_marks()[0].facts["rules"] == ["stalled"]


# --- proposals ------------------------------------------------------------------------------------


def proposing() -> Guarded:
    """A run with a proposal open."""
    run = Guarded("propose")
    run.climb(10, 20)
    run.play(15, bad=10)
    assert list(run.state.proposals) == ["p-1"]
    return run


def test_a_proposal_waits_for_the_operator() -> None:
    run = proposing()
    run.play(60, bad=10)
    (proposed,) = run.all(Proposed)
    assert (proposed.action, proposed.users) == ("step-back", 10)
    assert "errors 50 %" in proposed.reason
    assert not run.commands


def test_an_accepted_proposal_is_the_operators_command() -> None:
    run = proposing()
    run.guarding.command(AcceptProposal(id="c-1", who="ann", proposal_id="p-1"))
    (command,) = run.commands
    assert command == SetUsers(id="c-1", who="ann", users=10)
    (mark,) = run.guard_marks()
    assert (mark.proposal_id, mark.who, mark.command_id) == ("p-1", "ann", "c-1")
    assert mark.facts["action"] == "step-back"
    assert isinstance(run.answer("c-1"), Acked)
    assert not run.state.proposals


def test_a_proposal_is_withdrawn_when_the_limit_is_kept_again() -> None:
    run = proposing()
    run.play(40)
    (mark,) = run.guard_marks()
    assert mark.proposal_id == "p-1"
    assert mark.facts == {"withdrawn": True}
    assert not run.state.proposals
    run.guarding.command(AcceptProposal(id="c-1", proposal_id="p-1"))
    answer = run.answer("c-1")
    assert isinstance(answer, Refused)
    assert answer.reason == "the proposal p-1 has been withdrawn; none is open"


def test_a_proposal_is_withdrawn_when_the_load_is_as_low_by_hand() -> None:
    run = proposing()
    run.level = 8
    run.play(2, bad=10)
    assert run.guard_marks()[0].why == "the load is as low by now"


def test_a_proposal_is_accepted_once() -> None:
    run = proposing()
    for number in ("c-1", "c-2"):
        run.guarding.command(AcceptProposal(id=number, proposal_id="p-1"))
    answer = run.answer("c-2")
    assert isinstance(answer, Refused)
    assert "has been accepted already" in answer.reason


def test_a_proposal_that_nobody_made_is_refused_by_name() -> None:
    run = proposing()
    run.guarding.command(AcceptProposal(id="c-1", proposal_id="p-9\x1b[2J"))
    answer = run.answer("c-1")
    assert isinstance(answer, Refused)
    assert "\x1b" not in answer.reason
    assert "p-9" in answer.reason
    assert "open is p-1" in answer.reason


def test_a_proposal_is_not_carried_out_while_paused() -> None:
    run = proposing()
    run.tick([], users=0, state="paused")
    run.guarding.command(AcceptProposal(id="c-1", proposal_id="p-1"))
    assert isinstance(run.answer("c-1"), Refused)
    assert list(run.state.proposals) == ["p-1"]


# --- switching it ---------------------------------------------------------------------------------


def test_a_rule_that_is_switched_off_by_name_does_nothing() -> None:
    run = Guarded("stop", "error_ratio<5%", "p95_ms<5000")
    run.guarding.command(SetGuard(id="c-1", who="ann", enabled=False, name="error_ratio"))
    run.play(60, bad=10)
    assert not run.commands
    (mark,) = run.all(Marked)
    assert (mark.type, mark.who, mark.command_id) == ("guard", "ann", "c-1")
    assert mark.facts == {"enabled": False, "rule": "error_ratio", "off": ["error_ratio"]}
    assert mark.text == "error_ratio is switched off"
    assert isinstance(run.answer("c-1"), Acked)
    run.guarding.command(SetGuard(id="c-2", enabled=True, name="error_ratio"))
    run.play(20, bad=10)
    assert len(run.commands) == 1


def test_the_whole_guard_is_switched_off_and_on() -> None:
    run = Guarded("stop", stalled="stop")
    run.guarding.command(SetGuard(id="c-1", enabled=False))
    assert run.state.guard.off == ["error_ratio", "stalled"]
    run.play(40, bad=10)
    assert not run.commands
    run.guarding.command(SetGuard(id="c-2", enabled=True))
    assert run.state.guard.off == []
    run.play(20, bad=10)
    assert run.commands


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    run = Guarded("stop", "error_ratio<5%", "p95_ms@GET /x<100")
    run.guarding.command(SetGuard(id="c-1", enabled=False, name="p99_ms"))
    answer = run.answer("c-1")
    assert isinstance(answer, Refused)
    assert answer.reason == (
        "the guard has no rule p99_ms; it has error_ratio, p95_ms@GET /x, stalled"
    )
    assert not run.guard_marks()


def test_switching_a_rule_off_withdraws_what_it_proposed() -> None:
    run = proposing()
    run.guarding.command(SetGuard(id="c-1", enabled=False, name="error_ratio"))
    assert not run.state.proposals
    assert run.guard_marks()[-1].facts == {"withdrawn": True}


def test_a_guard_that_is_off_by_plan_warns_once_it_is_switched_on() -> None:
    run = Guarded("off", stalled="off")
    run.play(40, bad=10)
    assert not run.all(Marked)
    run.guarding.command(SetGuard(id="c-1", enabled=True))
    run.play(20, bad=10)
    assert [mark.type for mark in run.all(Marked)] == ["guard", "breach"]
    assert not run.commands


def test_a_guard_that_fails_is_off_says_so_once_and_the_run_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Guarded("stop")
    with monkeypatch.context() as broken:
        broken.setattr(
            "lftui.supervisor.guarding.decide", lambda *_: (_ for _ in ()).throw(KeyError("x"))
        )
        run.play(5)
    said = [log.text for log in run.all(Logged) if "the guard failed and is off" in log.text]
    assert len(said) == 1
    assert run.state.guard.off == ["error_ratio", "stalled"]
    run.play(40, bad=10)
    assert not run.commands
    run.guarding.command(SetGuard(id="c-1", enabled=True))
    run.play(40, bad=10)
    assert run.commands


# --- who may, and with what -----------------------------------------------------------------------


def test_commands_of_the_supervisors_own_do_not_reach_the_generator() -> None:
    sent: list[Command] = []
    taken: list[Command] = []
    said: list[AnyRecord] = []
    steering = Steering("ann", RunPlan(), sent.append, said.append)
    steering.own = {SetGuard: taken.append}
    steering.command(SetGuard(id="c-1", enabled=False), 1, "console 1")
    assert taken == [SetGuard(id="c-1", who="console 1", enabled=False)]
    assert not sent


def test_only_who_holds_the_controls_switches_the_guard() -> None:
    from lftui.records import TakeControls

    taken: list[Command] = []
    said: list[AnyRecord] = []
    steering = Steering("ann", RunPlan(), taken.append, said.append)
    steering.own = {SetGuard: taken.append}
    steering.command(TakeControls(id="c-1"), 1)
    steering.command(SetGuard(id="c-2", enabled=False), 2)
    assert not taken
    assert isinstance(said[-1], Refused)


def pin(source: str, read: Any = from_file) -> list[Any]:
    """The records that pinning a baseline writes."""
    said: list[Any] = []

    async def act() -> None:
        pinning = Pinning(read, said.append)
        pinning.command(PinBaseline(id="c-1", who="ann", source=source))
        assert pinning._last is not None
        await pinning._last

    asyncio.run(act())
    return said


def test_a_pinned_baseline_is_on_record_whole(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(json.dumps({"endpoints": {"/": {}}, "note": "kept"}))
    mark, answer = pin(str(path))
    assert (mark.type, mark.text, mark.who) == ("baseline", str(path), "ann")
    assert mark.facts == {"path": str(path), "document": read_baseline(path)}
    assert isinstance(answer, Acked)


def test_none_unpins_the_baseline() -> None:
    mark, _ = pin("none")
    assert mark.facts == {"path": "none", "document": None}


def test_a_baseline_that_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (answer,) = pin(str(tmp_path / "missing.json"))
    assert isinstance(answer, Refused)
    assert "missing.json" in answer.reason


def test_a_stored_run_is_read_by_the_resolver() -> None:
    mark, _ = pin("last", lambda source: ({"endpoints": {}}, f"run {source}"))
    assert mark.facts["path"] == "run last"


# --- options and settings -------------------------------------------------------------------------


def test_an_unknown_action_is_refused_with_the_known_ones() -> None:
    with pytest.raises(PlanError, match="--guard is 'explode'; it is one of warn, hold, step-back"):
        read_options([("--guard", "explode")], {})


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("action = 'explode'", "guard.action"),
        ("window = 'soon'", "guard.window: 'soon' is not a duration"),
        ("window = '0s'", "guard.window"),
        ("min_samples = 0", "guard.min_samples"),
        ("stalled = 'step-back'", "guard.stalled: a target that answers nobody"),
        ("speed = 1", "guard.speed: there is no such setting"),
    ],
)
def test_settings_of_the_guard_that_cannot_be_are_refused(
    tmp_path: Path, text: str, word: str
) -> None:
    (tmp_path / "lftui.toml").write_text(f"[guard]\n{text}\n")
    with pytest.raises(PlanError) as refused:
        read_settings(None, tmp_path)
    assert word in str(refused.value)
    assert "\n" not in str(refused.value)


def test_settings_of_the_guard_are_read(tmp_path: Path) -> None:
    (tmp_path / "lftui.toml").write_text(
        "[guard]\naction = 'hold'\nwindow = '2s'\ngrace = '0s'\nmin_samples = 5\nstalled = 'stop'\n"
    )
    guard = read_settings(None, tmp_path).guard
    assert (guard.action, guard.stalled) == ("hold", "stop")
    assert (guard.window, guard.grace, guard.min_samples) == (2.0, 0.0, 5)


@pytest.mark.parametrize(
    ("option", "settings", "production", "action", "stalled"),
    [
        ("", "", False, "warn", "warn"),
        ("", "", True, "stop", "stop"),
        ("warn", "", True, "warn", "warn"),
        ("step-back", "action = 'stop'", False, "step-back", "hold"),
        ("", "action = 'propose'", False, "propose", "propose"),
        ("stop", "stalled = 'warn'", False, "stop", "warn"),
    ],
)
def test_the_option_wins_over_the_settings_and_production_stops(
    tmp_path: Path, option: str, settings: str, production: bool, action: str, stalled: str
) -> None:
    from lftui.planning import _guard

    (tmp_path / "lftui.toml").write_text(f"[guard]\n{settings}\n")
    given = {"guard": option} if option else {}
    fields = _guard(given, read_settings(None, tmp_path), production)
    assert (fields["guard_action"], fields["guard_stalled"]) == (action, stalled)
    assert msgspec.convert(fields, RunPlan).guard_window_s == 10.0

"""The search for the capacity: what it tries is set, what it sees goes on record.

It works in the supervisor, as the guard does, and looks at the same ticks. Without a console it
goes on by itself and ends the run when it is over; where a console steers, each next level is
proposed. What went wrong in it ends the search, never the run.
"""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable
from typing import Any

import msgspec

from lftui.judge.steps.search import MOST_TIMES, SAID, Search
from lftui.judge.steps.searched import held_rules, way_of
from lftui.judge.thresholds.threshold import Threshold
from lftui.plan import RunPlan
from lftui.records import (
    AcceptProposal,
    Acked,
    AnyRecord,
    Command,
    IgnoreProposal,
    Logged,
    Marked,
    NextStage,
    Refused,
    Stop,
    Tick,
)
from lftui.run_state import RunState
from lftui.run_state.searched import WHO, Trial
from lftui.shapes import Capacity
from lftui.supervisor.search_load import SearchLoad, level_of, who_changed
from lftui.supervisor.search_offers import Offers
from lftui.supervisor.search_trials import Trials

_ON = ("running", "spawning")
_OTHERS = ("guard", "ceiling")
_SPAWNS_S = 60.0


class Searching:
    """Follows a run that searches.

    Args:
        shape: what is searched, and how.
        state: gives what is known of the run.
        act: sends a command to the generator.
        say: writes a record to the journal.
        alone: whether nobody is there and the load is not to change therefore.
    """

    def __init__(
        self,
        plan: RunPlan,
        shape: Capacity,
        state: Callable[[], RunState],
        act: Callable[[Command], None],
        say: Callable[[AnyRecord], None],
        alone: Callable[[], bool] = lambda: False,
    ) -> None:
        self._plan = plan
        self._shape = shape
        self._state = state
        self._act = act
        self._say = say
        self._alone = alone
        self._asks = not (plan.headless or shape.auto)
        self._search = Search(way_of(shape, msgspec.structs.asdict(plan)))
        self._load = SearchLoad(shape)
        self._trials = Trials(shape.unit, shape.step_s, plan.settle_s)
        self._offers = Offers()
        self._numbers = itertools.count(1)
        self._begun = self._over = self._failed = False
        self._wants_next = self._ignored = False
        self._taken_s = 0.0
        self._away_since_s: float | None = None

    # --- what is heard -------------------------------------------------------------------------

    def look(self) -> None:
        """Call often: it costs nothing where no tick is new."""
        if self._failed:
            return
        try:
            self._look(self._state())
        except Exception as error:
            self._fail(error)

    def heard(self, record: AnyRecord | None) -> None:
        """An answer of the generator: to a command of the search it may be a refusal."""
        if isinstance(record, Acked) and self._load.answered(record.command_id):
            # Ticks from before say nothing of the new level, though they may not be read yet.
            self._taken_s = max(self._taken_s, record.mono)
        elif isinstance(record, Refused) and self._load.answered(record.command_id):
            self._give_up(f"the generator refused the next level: {record.reason}")

    def knows(self, proposal_id: str) -> bool:
        """Whether a proposal is one of the search."""
        return self._offers.knows(proposal_id)

    def command(self, command: Command) -> None:
        """What an operator wants: `AcceptProposal`, `IgnoreProposal`, `NextStage`."""
        try:
            refusal = self._obey(command)
        except Exception as error:
            self._fail(error)
            refusal = "the search failed; the log says why"
        if refusal:
            self._say(Refused(command_id=command.id, reason=refusal))

    # --- what operators want -------------------------------------------------------------------

    def _obey(self, command: Command) -> str:
        """Do what is wanted; why not, where it cannot be done."""
        if isinstance(command, NextStage):
            return self._propose_again(command)
        if not isinstance(command, AcceptProposal | IgnoreProposal):
            return f"{type(command).__name__} is not for the search"
        if not self._offers.is_open(command.proposal_id):
            return self._offers.refusal(command.proposal_id)
        if isinstance(command, IgnoreProposal):
            self._ignore(command)
            return ""
        state = self._state().state
        if state not in _ON:
            return f"the run is {state}; the proposal stays open"
        number = self._offers.close("has been accepted already")
        text = f"goes to {self._search.say(self._search.level)}, as was proposed"
        self._mark(text, who=command.who, proposal_id=number, command_id=command.id)
        # The generator's answer is the answer to the command.
        self._go(command.id, command.who)
        return ""

    def _ignore(self, command: IgnoreProposal) -> None:
        """Stay at the level; once it is judged again there is a proposal again."""
        number = self._offers.close("has been ignored")
        level = self._search.say(self._search.level)
        text = f"stays at {self._search.say(self._load.level)}: not {level} now"
        self._say(Acked(command_id=command.id))
        if not self._over:
            self._search.go_to(self._load.level)
            self._trials.begin()
        self._ignored = True
        self._mark(text, who=command.who, proposal_id=number, facts={"ignored": True})
        self._tell_trial()

    def _propose_again(self, command: NextStage) -> str:
        if self._offers.open is not None:
            return f"{self._offers.open.proposal_id} is proposed already; accept it"
        if not self._ignored:
            level = self._search.say(self._load.level)
            return "the search is over" if self._over else f"the trial of {level} is not over yet"
        self._say(Acked(command_id=command.id))
        self._search.choose_again()
        self._propose()
        return ""

    # --- looking -------------------------------------------------------------------------------

    def _look(self, state: RunState) -> None:
        for tick in [one for one in state.recent if one.end > self._taken_s]:
            self._taken_s = tick.end
            if state.finished is None:
                self._take(state, tick)
        self._tell_trial()
        if self._wants_next and not self._alone():
            self._wants_next = False
            self._go(self._command_id(), WHO)

    def _take(self, state: RunState, tick: Tick) -> None:
        if tick.state not in _ON:
            # After a pause the trial begins anew; a run that stops has none any more.
            self._trials.unsettle()
            self._away_since_s = None
            return
        if not self._begun:
            self._begun = self._wants_next = True
            return
        if self._load.waits:
            if self._load.waits_too_long(tick.end):
                self._give_up(f"the generator did not answer to {self._here()}")
            return
        here = level_of(tick, self._shape.unit)
        if not self._load.is_at(here):
            self._changed(state, here)
        if tick.state != "running" or here <= 0:
            self._trials.unsettle()
            self._watch_ramp(tick, here)
        elif not self._over:
            self._away_since_s = None
            self._measure(state, tick)

    def _watch_ramp(self, tick: Tick, here: float) -> None:
        """A level that never comes to run is no trial."""
        if here <= 0 or self._away_since_s is None:
            self._away_since_s = tick.start
        allowed = _SPAWNS_S + self._shape.step_s
        if self._shape.unit == "users":
            allowed += here / max(tick.spawn_rate, 0.1)
        if not self._over and tick.end - self._away_since_s > allowed:
            self._give_up(f"{self._here()} never came to run")

    def _changed(self, state: RunState, here: float) -> None:
        """Somebody else has changed the load: the level found is the next trial."""
        self._load.found_at(here)
        self._trials.unsettle()
        self._trials.recovers = False
        self._withdraw("the load was changed by hand")
        self._wants_next = self._ignored = False
        who = who_changed(state)
        if self._over or here <= 0:
            return
        if who in _OTHERS:
            self._give_up(f"the {who} set the load to {self._here()}")
            return
        self._search.go_to(here)
        self._trials.begin()

    def _measure(self, state: RunState, tick: Tick) -> None:
        trials, level = self._trials, self._load.level
        if not trials.has_settled(tick):
            return
        rules = self._rules(state)
        if trials.recovers:
            if trials.has_recovered(state, tick, level, rules) and level != self._search.level:
                self._send(self._search.level, self._command_id(), WHO)
            return
        if self._wants_next or level != self._search.level or self._offers.open is not None:
            return
        trial = trials.measure(state, tick, level, rules, self._search.aim)
        if trial is not None:
            self._judged(trial)

    def _judged(self, trial: Trial) -> None:
        """A trial is over: it goes on record, and the next one is chosen."""
        self._search.take(trial)
        text = f"{self._search.say(trial.level)} {SAID[trial.said]}"
        self._mark(text, trial.why, facts={"trial": msgspec.to_builtins(trial)})
        if self._search.found is not None:
            self._finish()
        elif self._search.level == self._load.level:
            self._trials.begin()
        elif self._asks:
            self._propose()
        else:
            self._wants_next = True

    # --- acting --------------------------------------------------------------------------------

    def _go(self, command_id: str, who: str) -> None:
        """To the next level; where the last one did not hold by way of a low one that lets the
        target recover: what waits there would be part of the next trial."""
        self._ignored = False
        level = self._search.level
        if not self._over:
            self._trials.begin()
            if self._search.broke:
                # A queue runs down in seconds at half the level; just below the edge in minutes.
                level = min(self._load.half(self._search.held or level), level)
                self._trials.recover(self._taken_s)
                self._search.broke = False
            self._tell_trial()
        self._send(level, command_id, who)

    def _send(self, level: float, command_id: str, who: str) -> None:
        self._trials.unsettle()
        self._away_since_s = None
        self._act(self._load.go(level, command_id, who, self._taken_s))

    def _propose(self) -> None:
        self._ignored = False
        level = self._search.level
        found, trials = self._search.found, self._state().search.trials
        reason = found.sentence if found is not None else ""
        if not reason and trials:
            reason = f"{self._search.say(trials[-1].level)} {SAID[trials[-1].said]}"
        up = level > self._load.level
        self._say(self._offers.make(self._shape.unit, level, up, reason))

    def _finish(self) -> None:
        """The search is over: it is said, and the run ends, or goes on at the level found."""
        found = self._search.found
        assert found is not None
        self._over = True
        self._trials.recovers = self._wants_next = False
        self._withdraw("the search is over")
        self._mark(found.sentence, facts={"found": msgspec.to_builtins(found)})
        self._log("info" if found.is_capacity else "warning", found.sentence)
        if self._plan.headless:
            why = f"the search is over: {found.sentence}"
            self._act(Stop(id=self._command_id(), who=WHO, reason="completed", why=why))
        elif found.level is not None and not self._load.is_at(found.level):
            if self._asks:
                self._propose()
            else:
                self._wants_next = True

    def _give_up(self, why: str) -> None:
        if not self._over:
            self._search.give_up(why)
            self._finish()

    def _withdraw(self, why: str) -> None:
        number = self._offers.close("has been withdrawn")
        if number:
            facts = {"withdrawn": True}
            self._mark("the proposal is withdrawn", why, proposal_id=number, facts=facts)

    # --- saying --------------------------------------------------------------------------------

    def _tell_trial(self) -> None:
        """That a trial is begun, measured or repeated goes on record, each once."""
        if not self._trials.news or self._over:
            return
        self._trials.news = False
        now = self._trials.on_trial(self._search.level, self._search.aim)
        text = f"trial {now.number}: {self._search.say(now.level)}"
        if now.since_s is not None:
            text += f" for {now.step_s:g} s"
        if now.times > 1:
            text += f", as it cannot be told yet ({now.times} of at most {MOST_TIMES} steps)"
        facts: dict[str, Any] = {"now": msgspec.to_builtins(now), "ignored": self._ignored}
        self._mark(text, facts=facts)

    def _here(self) -> str:
        return self._search.say(self._load.level)

    def _command_id(self) -> str:
        return f"search-{next(self._numbers)}"

    def _mark(self, text: str, why: str = "", who: str = WHO, **more: Any) -> None:
        self._say(Marked(type="capacity", text=text, why=why, who=who, **more))

    def _log(self, level: str, text: str) -> None:
        self._say(Logged(source="capacity", level=level, text=text))  # type: ignore[arg-type]

    def _rules(self, state: RunState) -> list[Threshold]:
        return held_rules(self._shape, state.started.thresholds if state.started else None)

    def _fail(self, error: Exception) -> None:
        self._failed = True
        self._log("critical", "".join(traceback.format_exception(error))[-2000:])
        text = f"the search failed and is over: {type(error).__name__}; the run goes on without it"
        self._log("critical", text)
        self._withdraw("the search failed")

"""The guard's hands: what it has seen goes on record, and what has to be done is done.

It works in the supervisor, so no console has to be there. Whatever goes wrong in it, the run goes
on: the guard is switched off then, and says so.
"""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable

from lftui.judge.watch.guard import STALLED, Guard, critical_rules, rule_names, rules_off
from lftui.judge.watch.guard_action import Decision, decide, load_here, wanted_load
from lftui.plan import RunPlan
from lftui.records import (
    AcceptProposal,
    Acked,
    AnyRecord,
    Command,
    Hold,
    IgnoreProposal,
    Logged,
    Marked,
    Proposed,
    Refused,
    SetGuard,
    SetRate,
    SetUsers,
    Stop,
)
from lftui.run_state import RunState
from lftui.safe_text import safe_line

WHO = "guard"
_STEERABLE = ("running", "spawning")


class Guarding:
    """Looks at the run with the guard's eyes and acts by the plan.

    Args:
        state: gives what is known of the run.
        act: sends a command to the generator.
        say: writes a record to the journal.
        searched: the names of the limits that a search finds out about now: to break them is its
            business, and nothing but a stop is the guard's.
    """

    def __init__(
        self,
        plan: RunPlan,
        state: Callable[[], RunState],
        act: Callable[[Command], None],
        say: Callable[[AnyRecord], None],
        searched: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self._plan = plan
        self._searched = searched
        self._state = state
        self._act = act
        self._say = say
        self._guard: Guard | None = None
        self._failed = False
        self._broken_at: set[float] = set()
        self._numbers = itertools.count(1)
        self._asked: dict[str, Marked | None] = {}
        self._refusal = ""
        self._stopped = False
        self._open: Decision | None = None
        self._open_id = ""
        self._used: dict[str, str] = {}

    def look(self) -> None:
        """Call often: it costs nothing where no tick is new."""
        if self._failed:
            return
        try:
            self._look(self._state())
        except Exception as error:
            self._fail(error)

    def heard(self, record: AnyRecord | None) -> None:
        """An answer of the generator: to the guard's own command, it may be a refusal."""
        if isinstance(record, Acked) and record.command_id in self._asked:
            late = self._asked.pop(record.command_id)
            self._refusal = ""
            if late is not None:
                self._tell(late)
        elif isinstance(record, Refused) and record.command_id in self._asked:
            del self._asked[record.command_id]
            self._stopped = False
            if record.reason != self._refusal:
                self._refusal = record.reason
                text = f"the generator refused what the guard does: {record.reason}"
                self._log("error", f"{text}; it tries again while the limit stays broken")

    def command(self, command: Command) -> None:
        """What an operator wants of the guard: `SetGuard`, `AcceptProposal`, `IgnoreProposal`."""
        try:
            if isinstance(command, SetGuard):
                self._switch(command)
            elif isinstance(command, IgnoreProposal):
                self._refuse_to_ignore(command)
            elif isinstance(command, AcceptProposal):
                self._accept(command)
        except Exception as error:
            self._fail(error)
            self._say(Refused(command_id=command.id, reason="the guard failed; the log says why"))

    # --- what operators want -------------------------------------------------------------------

    def _switch(self, command: SetGuard) -> None:
        """Switch all rules, or one by its name."""
        state = self._state()
        names = rule_names(state)
        if command.name and command.name not in names:
            known = ", ".join(names)
            reason = f"the guard has no rule {safe_line(command.name, 80)}; it has {known}"
            self._say(Refused(command_id=command.id, reason=reason))
            return
        if self._failed and command.enabled:
            self._guard, self._failed = None, False
        guard = self._guarded(state)
        chosen = [command.name] if command.name else names
        for name in chosen:
            guard.switch(name, command.enabled)
        self._mark_switch(command, sorted(guard.off))
        if self._open is not None and not set(self._open.rules) - guard.off:
            self._withdraw("its rule is switched off")
        self._say(Acked(command_id=command.id))

    def _mark_switch(self, command: SetGuard, off: list[str]) -> None:
        what = command.name or "the guard"
        self._say(
            Marked(
                type="guard",
                text=f"{what} is switched {'on' if command.enabled else 'off'}",
                who=command.who,
                command_id=command.id,
                facts={"enabled": command.enabled, "rule": command.name, "off": off},
            )
        )

    def _refuse_to_ignore(self, command: IgnoreProposal) -> None:
        reason = (
            "what the guard proposes stays open as long as the limit is broken; "
            "switch its rule off to be rid of it"
        )
        if self._open is None or command.proposal_id != self._open_id:
            reason = f"the proposal {safe_line(command.proposal_id, 80)} is not open"
        self._say(Refused(command_id=command.id, reason=reason))

    def _accept(self, command: AcceptProposal) -> None:
        """Do what was proposed; the generator's answer is the answer to the command."""
        wanted, state = command.proposal_id, self._state()
        if self._open is None or wanted != self._open_id:
            known = f"the proposal {safe_line(wanted, 80)} {self._used.get(wanted, 'is not known')}"
            now = f"; open is {self._open_id}" if self._open is not None else "; none is open"
            self._say(Refused(command_id=command.id, reason=known + now))
            return
        if state.state not in _STEERABLE:
            reason = f"the run is {state.state}; the proposal stays open"
            self._say(Refused(command_id=command.id, reason=reason))
            return
        decision = self._open
        self._close("has been accepted already")
        self._do(decision, command.who, command.id, wanted)

    # --- looking and acting --------------------------------------------------------------------

    def _guarded(self, state: RunState) -> Guard:
        if self._guard is None:
            plan = self._plan
            self._guard = Guard(
                critical_rules(state),
                plan.guard_window_s,
                plan.guard_grace_s,
                plan.guard_min_samples,
                rules_off(state),
            )
        return self._guard

    def _look(self, state: RunState) -> None:
        seen = self._guarded(state).look(state)
        if seen is None:
            return
        for mark in seen.marks:
            self._say(mark)
        self._look_at_proposal(state)
        plan = self._plan
        action, on_stalled = plan.guard_action, plan.guard_stalled
        left = frozenset() if action == "stop" else self._searched()
        troubles = [one for one in seen.troubles if one.rule not in left]
        if any(one.rule != STALLED for one in troubles):
            self._broken_at.add(load_here(state))
        decision = decide(troubles, action, on_stalled, state, self._broken_at)
        for mark in seen.marks:
            # What is acted on is told with the act.
            if decision is None or mark.facts["rule"] not in decision.rules:
                self._log("warning", mark.text)
        if decision is None or self._stopped:
            return
        if decision.proposed:
            self._propose(decision)
        else:
            self._do(decision, WHO, f"{WHO}-{next(self._numbers)}")

    def _do(self, decision: Decision, who: str, number: str, proposal: str = "") -> None:
        lower = ("users", decision.users) if decision.rate is None else ("rate", decision.rate)
        mark = Marked(
            type="guard",
            text=decision.text,
            why=decision.why,
            who=who,
            command_id=number,
            proposal_id=proposal,
            facts={
                "action": decision.deed,
                "rule": decision.rules[0],
                "rules": decision.rules,
                lower[0]: lower[1],
            },
        )
        # What was refused before is on record only once it is carried out.
        again = bool(self._refusal) and not proposal
        self._asked[number] = mark if again else None
        if not again:
            self._tell(mark)
        self._guarded(self._state()).rearm(self._state().last_tick_s or 0.0)
        self._stopped = decision.deed == "stop"
        self._act(_command(decision, who, number))

    def _tell(self, mark: Marked) -> None:
        self._say(mark)
        self._log("warning", f"{mark.text}: {mark.why}")

    def _propose(self, decision: Decision) -> None:
        if self._open is not None:
            return
        self._open, self._open_id = decision, f"p-{next(self._numbers)}"
        self._say(
            Proposed(
                proposal_id=self._open_id,
                action=decision.deed,
                users=decision.users,
                rate=decision.rate,
                reason=decision.why,
            )
        )
        text = f"proposes to {decision.deed}{decision.load_said}: {decision.why}"
        self._log("warning", f"{text} (lftui guard --accept {self._open_id})")

    def _look_at_proposal(self, state: RunState) -> None:
        """Withdraw a proposal whose reason is gone."""
        if self._open is None:
            return
        broken = set(state.guard.broken)
        lower = self._open.load
        if not broken & set(self._open.rules):
            self._withdraw("the limit is kept again")
        elif lower is not None and wanted_load(state) <= lower:
            self._withdraw("the load is as low by now")

    def _withdraw(self, why: str) -> None:
        mark = Marked(
            type="guard",
            text="the proposal is withdrawn",
            why=why,
            who=WHO,
            proposal_id=self._open_id,
            facts={"withdrawn": True},
        )
        self._close("has been withdrawn")
        self._say(mark)

    def _close(self, how: str) -> None:
        self._used[self._open_id] = how
        self._open, self._open_id = None, ""

    def _fail(self, error: Exception) -> None:
        self._failed = True
        self._log("critical", "".join(traceback.format_exception(error))[-2000:])
        text = f"the guard failed and is off: {type(error).__name__}; the run goes on without it"
        self._log("critical", text)
        facts = {"enabled": False, "rule": "", "off": self._all_names(), "failed": True}
        self._say(Marked(type="guard", text=text, who="supervisor", facts=facts))

    def _all_names(self) -> list[str]:
        try:
            return rule_names(self._state())
        except Exception:  # the thresholds of the run are what it fails on
            return [STALLED]

    def _log(self, level: str, text: str) -> None:
        self._say(Logged(source="guard", level=level, text=text))  # type: ignore[arg-type]


def _command(decision: Decision, who: str, number: str) -> Command:
    if decision.deed == "hold":
        return Hold(id=number, who=who)
    if decision.rate is not None:
        return SetRate(id=number, who=who, rate=decision.rate)
    if decision.deed == "step-back":
        return SetUsers(id=number, who=who, users=decision.users)
    why = f"the guard stopped the run: {decision.why}"
    return Stop(id=number, who=who, reason="guard", why=why)

"""The guard's eyes: which critical limits are broken, since when, and beyond noise.

It follows the ticks of a RunState and acts on nothing: what is done about it is decided in
`guard_action` and done by `lftui.supervisor.guarding`. How soon it sees what, and how seldom it is
wrong, is tested by simulation (tests/unit/test_judge_guard.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from lftui.judge.thresholds.limits import metric_name, rule_figure
from lftui.judge.thresholds.threshold import RATES, Threshold, read_back
from lftui.judge.watch.ruling import Proof, Rule, rule_of
from lftui.judge.watch.stalled import stall_limit_s, stalled
from lftui.plan import say_duration
from lftui.records import Marked, Tick
from lftui.run_state import RunState

STALLED = "stalled"
"""The name of the rule about a target that does not answer."""
_RUNNING = ("running", "spawning")
_EPSILON_S = 0.05


class Trouble(msgspec.Struct, frozen=True):
    """A rule that has been broken for its window: the guard may act on it."""

    rule: str
    text: str


class Seen(msgspec.Struct, frozen=True):
    """What a look has found.

    Attributes:
        marks: what began and what ended since the look before.
        troubles: what is broken now, for its window and beyond noise.
    """

    marks: list[Marked] = []
    troubles: list[Trouble] = []


def critical_rules(state: RunState) -> list[Threshold]:
    """The thresholds that the guard watches."""
    found = read_back(state.started.thresholds if state.started is not None else None)
    return [one for one in found if one.severity == "critical"]


def rule_names(state: RunState) -> list[str]:
    """The names of all rules, as they are switched on and off."""
    return [*dict.fromkeys(one.rule for one in critical_rules(state)), STALLED]


def rules_off(state: RunState) -> set[str]:
    """The names of the rules that are switched off: by the plan, or by hand since."""
    if state.guard.off is not None:
        return set(state.guard.off)
    plan = state.started.plan if state.started is not None else {}
    names = rule_names(state)
    off = set(names[:-1]) if plan.get("guard_action") == "off" else set()
    return off | ({STALLED} if plan.get("guard_stalled") == "off" else set())


class Guard:
    """Watches a run.

    Args:
        window_s: for how long a limit must be broken.
        grace_s: what the first seconds of load, and those after an action, are excused.
        min_samples: fewer responses in ten seconds say nothing.
        off: the names of the rules that are switched off.
    """

    def __init__(
        self,
        thresholds: Sequence[Threshold],
        window_s: float,
        grace_s: float,
        min_samples: int,
        off: set[str],
    ) -> None:
        self.off = off
        self._thresholds = list(thresholds)
        self._window_s = window_s
        self._grace_s = grace_s
        self._min_samples = min_samples
        self._rules: list[Rule] = [rule_of(one) for one in thresholds]
        self._open: dict[str, Marked] = {}
        self._silence = Silence(window_s)
        self._taken_s = 0.0
        self._blind_until_s: float | None = None

    def look(self, state: RunState) -> Seen | None:
        """Take the ticks that are new in `state.recent`; None where there are none."""
        new = [tick for tick in state.recent if tick.end > self._taken_s]
        if not new:
            return None
        for tick in new:
            self._take(state, tick)
        self._taken_s = now = new[-1].end
        if new[-1].state in ("stopping", "stopped") or state.finished is not None:
            return Seen()
        if new[-1].state not in _RUNNING:
            return Seen(self._silence.look(state, now, now, STALLED in self.off)[0])
        return self._judge(state, now)

    def rearm(self, now: float) -> None:
        """Something was done about it: what came before says nothing about what comes now."""
        self._blind_until_s = now + self._grace_s
        for rule in self._rules:
            rule.forget()

    def switch(self, name: str, enabled: bool) -> None:
        """Switch a rule on or off; a rule that is switched on begins afresh."""
        (self.off.discard if enabled else self.off.add)(name)
        self._open.pop(name, None)
        for number, one in enumerate(self._thresholds):
            if one.rule == name:
                self._rules[number] = rule_of(one)
        if name == STALLED:
            self._silence = Silence(self._window_s)

    def _take(self, state: RunState, tick: Tick) -> None:
        if self._blind_until_s is None:
            self._blind_until_s = tick.start + self._grace_s
        if tick.state not in _RUNNING:
            # After a pause all users begin anew, as at the start.
            self.rearm(tick.end)
        elif tick.start >= self._blind_until_s - _EPSILON_S:
            for rule in self._rules:
                if rule.threshold.rule not in self.off:
                    rule.take(state, tick, self._min_samples)

    def _judge(self, state: RunState, now: float) -> Seen:
        marks: list[Marked] = []
        troubles: list[Trouble] = []
        for rule in self._rules:
            name = rule.threshold.rule
            if name in self.off:
                continue
            proof = rule.proven(now, self._window_s)
            if proof is not None:
                text = _broken(rule.threshold, proof)
                troubles.append(Trouble(name, text))
                if rule.news():
                    marks.append(self._breach(rule.threshold, proof, text))
            kept = rule.mended(self._min_samples)
            if kept is not None and name in self._open:
                del self._open[name]
                marks.append(_mark(rule.threshold, kept, _kept(rule.threshold, kept), mended=True))
        blind = max(now, self._blind_until_s or now)
        more, trouble = self._silence.look(state, now, blind, STALLED in self.off)
        return Seen(marks + more, troubles + ([trouble] if trouble else []))

    def _breach(self, rule: Threshold, proof: Proof, text: str) -> Marked:
        mark = _mark(rule, proof, text, window_s=round(proof.lasted_s, 3))
        self._open[rule.rule] = mark
        return mark


class Silence:
    """Follows a target that does not answer: `stalled` begins it, a response ends it."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._since_s: float | None = None
        self._excused_s = 0.0
        self._last_response_s: float | None = None

    def look(
        self, state: RunState, now: float, blind_until: float, off: bool
    ) -> tuple[list[Marked], Trouble | None]:
        """What began or ended, and what may be acted on; before `blind_until` nothing may."""
        if off:
            self._since_s = None
            return [], None
        if blind_until > now:
            self._excused_s = blind_until
        age = stalled(state)
        if age is None:
            return self._end(state), None
        text = f"no response for {age:.0f} s with {_waiting(state)}"
        marks = []
        if self._since_s is None:
            if blind_until > now:
                return [], None
            self._since_s, self._last_response_s = now, state.last_response_s
            limit = round(stall_limit_s(state), 3)
            facts = {"rule": STALLED, "age_s": round(age, 3), "limit_s": limit}
            marks.append(Marked(type="stalled", text=text, facts=facts))
        since = max(self._since_s, self._excused_s)
        due = now - since >= self._window_s - _EPSILON_S
        return marks, Trouble(STALLED, text) if due else None

    def _end(self, state: RunState) -> list[Marked]:
        if self._since_s is None:
            return []
        self._since_s = None
        facts: dict[str, Any] = {"rule": STALLED, "mended": True}
        if state.last_response_s == self._last_response_s:
            return [Marked(type="stalled", text="nobody waits for a response now", facts=facts)]
        return [Marked(type="stalled", text="responses come again", facts=facts)]


def _waiting(state: RunState) -> str:
    users = f"{state.users} users" if state.users != 1 else "1 user"
    if state.in_flight is None:
        return users
    return f"{users} and {state.in_flight} requests in flight"


# --- in words ------------------------------------------------------------------------------------


def _about(rule: Threshold, scope: str) -> str:
    return metric_name(rule.metric) + ("" if scope == "total" else f" of {scope}")


def _broken(rule: Threshold, proof: Proof) -> str:
    reading = proof.reading
    end = reading.low if rule.upper else reading.high
    least = "at least" if rule.upper else "at most"
    sure = f", {least} {rule_figure(rule, end)}" if end is not None else ""
    what = "readings" if rule.scope == "target" else "responses"
    others = f"; {proof.others} more endpoints break it too" if proof.others else ""
    return (
        f"{_about(rule, proof.scope)} {rule_figure(rule, reading.value)} broke the critical "
        f"limit {rule_figure(rule, rule.limit)} for {say_duration(round(proof.lasted_s))} "
        f"({reading.samples} {what}{sure}){others}"
    )


def _kept(rule: Threshold, proof: Proof) -> str:
    value, limit = rule_figure(rule, proof.reading.value), rule_figure(rule, rule.limit)
    return f"{_about(rule, proof.scope)} {value}: within the critical limit {limit} again"


def _mark(rule: Threshold, proof: Proof, text: str, **more: Any) -> Marked:
    reading = proof.reading
    facts: dict[str, Any] = {
        "rule": rule.rule,
        "scope": proof.scope,
        "metric": rule.metric,
        "value": reading.value,
        "limit": rule.limit,
        "low": reading.low,
        "samples": reading.samples,
        **more,
    }
    if rule.metric in RATES:
        facts["high"] = reading.high
    if proof.others:
        facts["others"] = proof.others
    return Marked(type="breach", text=text, facts=facts)

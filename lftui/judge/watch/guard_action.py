"""What the guard does about a broken limit, and where one step down leads."""

from __future__ import annotations

from collections.abc import Sequence, Set
from math import ceil
from typing import Literal

import msgspec

from lftui.judge.load import rate_said
from lftui.judge.watch.guard import STALLED, Trouble
from lftui.judge.watch.lower_rate import lower_rate, rate_here, wanted_rate
from lftui.plan import GuardAction
from lftui.run_state import RunState

Deed = Literal["hold", "step-back", "stop"]
_ORDER: Sequence[GuardAction] = ("off", "warn", "propose", "hold", "step-back", "stop")
_LEAST_SHARE = 0.1


class Decision(msgspec.Struct, frozen=True):
    """What to do, and why.

    Attributes:
        proposed: the operator is asked first.
        users: where one step down leads; `rate` in an open workload.
        text: what is done, in words.
        rules: the names of the rules that are broken.
    """

    deed: Deed
    proposed: bool
    text: str
    why: str
    rules: list[str]
    users: int | None = None
    rate: float | None = None

    @property
    def load(self) -> float | None:
        """Where one step down leads, in the unit of the load."""
        return self.users if self.rate is None else self.rate

    @property
    def load_said(self) -> str:
        """` to 20 users`, ` to 40/s`; empty where it leads to no lower load."""
        if self.rate is not None:
            return f" to {rate_said(self.rate)}"
        return "" if self.users is None else f" to {self.users} users"


def wanted_load(state: RunState) -> float:
    """The load that is wanted: users, or iterations a second."""
    return wanted_rate(state) if state.is_open else state.target


def load_here(state: RunState) -> float:
    """The same of this moment: a rate may be on its way."""
    return rate_here(state) if state.is_open else state.target


def decide(
    troubles: Sequence[Trouble],
    action: GuardAction,
    on_stalled: GuardAction,
    state: RunState,
    broken: Set[float],
) -> Decision | None:
    """One deed for all that is broken; None where a warning is all, or nothing is left to do.

    Args:
        broken: the loads (`load_here`) at which a limit was broken.
    """
    if not troubles:
        return None
    wanted = [on_stalled if one.rule == STALLED else action for one in troubles]
    chosen = max(wanted, key=_ORDER.index)
    # A target that answers nobody answers fewer users no better.
    to_stop = all(one.rule == STALLED for one in troubles)
    why = "; ".join(one.text for one in troubles)
    rules = list(dict.fromkeys(one.rule for one in troubles))
    if chosen in ("off", "warn") or (chosen == "hold" and state.held):
        return None
    if chosen == "hold":
        return Decision("hold", False, f"holds the load at {_here_said(state)}", why, rules)
    proposed = chosen == "propose"
    lower = None
    if chosen != "stop" and not (proposed and to_stop):
        lower = _stepping_back(proposed, why, rules, state, broken)
    if lower is not None:
        return lower
    lowest = "; there is no lower step" if chosen == "step-back" else ""
    return Decision("stop", proposed, f"stops the run{lowest}", why, rules)


def _stepping_back(
    proposed: bool, why: str, rules: list[str], state: RunState, broken: Set[float]
) -> Decision | None:
    """To the load of one step down; None where there is none."""
    if state.is_open:
        rate = lower_rate(state, broken)
        if rate is None:
            return None
        text = f"steps back from {_here_said(state)} to {rate_said(rate)}"
        return Decision("step-back", proposed, text, why, rules, rate=rate)
    users = lower_step(state, broken)
    if users is None:
        return None
    text = f"steps back from {_here(state)} to {users} users"
    return Decision("step-back", proposed, text, why, rules, users)


def lower_step(state: RunState, broken: Set[float] = frozenset()) -> int | None:
    """The users of the highest earlier plateau below the current number that was not broken.

    Without one: the current number less the last increase, at least a tenth of it, since a ramp
    grows a user at a time. None where that leaves nobody.
    """
    here = _here(state)
    plateaus = [step.users for step in state.steps.all() if 0 < step.users < here]
    kept = [users for users in plateaus if users not in broken]
    if kept:
        return max(kept)
    for mark in reversed(state.marks):
        if mark.old is not None and mark.new is not None and mark.new > mark.old:
            lower = here - max(mark.new - mark.old, ceil(here * _LEAST_SHARE))
            return lower if lower > 0 else None
    return None


def _here_said(state: RunState) -> str:
    return rate_said(rate_here(state)) if state.is_open else f"{state.target} users"


def _here(state: RunState) -> int:
    """The users that there are; more than are wanted are about to go."""
    return min(state.users, state.target) if state.users else state.target

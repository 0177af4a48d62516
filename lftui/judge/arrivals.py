"""Whether an open workload was the load that it says: did its iterations begin in time?

A rate that is not reached is never silent. Figures of requests that were made later than they were
due, or not at all, are those of another load; adjusted response times tell what the wait cost, but
not what the target would have done with the load that never came.
"""

from __future__ import annotations

import msgspec

from lftui.judge.health import Health, health_of
from lftui.judge.load import at_load, rate_said
from lftui.judge.outcome import Check
from lftui.metrics import ArrivalFigures
from lftui.run_state import HealthFacts, RunState, Step, arrivals_in, arrivals_over

METRIC = "arrivals"
"""The share of the iterations that were due which began in time."""
REACHED = 0.99
"""Less than this is another load than the one that was asked for."""
LATE_MS = 50.0
"""A generator that stands still for so long begins late itself what is due then."""
FEWEST = 5
"""So few iterations that came late are no finding, however few were due."""


class Kept(msgspec.Struct, frozen=True):
    """How an open workload kept its times over a span.

    Attributes:
        in_time: share 0..1 of the iterations that were due which began, and in time.
        reached: whether that is the load that was asked for.
        why: what kept it from it, for people; empty where it was reached.
    """

    arrivals: ArrivalFigures
    in_time: float
    reached: bool
    why: str = ""


def step_kept(state: RunState, step: Step) -> Kept | None:
    """Over the settled part of a step; None in a closed workload, and before it has one."""
    return _kept(state, step.span.arrivals, step.span.health)


def run_kept(state: RunState) -> tuple[Kept | None, Step | None]:
    """Over the settled load, or the whole run where nothing had settled. Of a run with a step
    that was not reached that step, and what it shows: a long ladder would hide it."""
    steps = [(one, kept) for one in state.steps.all() if (kept := step_kept(state, one))]
    missed = [(one, kept) for one, kept in steps if not kept.reached]
    if missed:
        worst, kept = min(missed, key=lambda pair: pair[1].in_time)
        return kept, worst
    if not steps:
        return _kept(state, arrivals_over(state), state.health), None
    together = ArrivalFigures()
    for _, kept in steps:
        together.add(kept.arrivals)
    return _kept(state, together, *(one.span.health for one, _ in steps)), None


def arrival_checks(state: RunState) -> list[Check]:
    """One check of an open workload: inconclusive where its rate was not reached."""
    kept, step = run_kept(state)
    if kept is None:
        return []
    return [
        Check(
            source="generator",
            scope="total",
            metric=METRIC,
            outcome="pass" if kept.reached else "inconclusive",
            value=kept.in_time,
            limit=REACHED,
            reason=missed_said(kept, step),
            samples=kept.arrivals.due,
            rate=step.rate if step is not None else None,
        )
    ]


def missed_said(kept: Kept, step: Step | None = None) -> str:
    """Why a rate was not reached, in a sentence; empty where it was."""
    if kept.reached:
        return ""
    found = kept.arrivals
    counts = [f"{found.due:,} iterations were due"]
    counts += [f"{found.late:,} began late"] if found.late else []
    counts += [f"{found.dropped:,} were given up"] if found.dropped else []
    unstarted = found.due - found.started - found.dropped
    counts += [f"{unstarted:,} had not begun"] if unstarted > 0 else []
    at = at_load(None, step.rate) if step is not None else ""
    return f"the rate was not reached{at}: {', '.join(counts)}; {kept.why}"


def short_of_users(state: RunState) -> str:
    """`all 20 users are busy, 43 arrivals wait`: over the last ten seconds of a run that goes on;
    empty where every arrival finds a user."""
    found = arrivals_in(state.recent)
    if found is None or state.finished is not None or not (found.short_s or found.dropped):
        return ""
    waits = f", {found.waiting:,} arrivals wait" if found.waiting else ""
    gone = f", {found.dropped:,} were given up in the last 10 s" if found.dropped else ""
    now = state.recent[-1].arrivals
    # One that is free may be of another class than the arrivals that wait, or of another worker.
    free = now is not None and now.waiting > 0 and now.busy < now.most
    who = f"{now.busy:,} of {found.most:,}" if now is not None and free else f"all {found.most:,}"
    return f"{who} users are busy{waits}{gone}"


def in_time(found: ArrivalFigures) -> float:
    """The share 0..1 of the iterations that were due which began, and in time; 1 of none."""
    return _begun(found) / found.due if found.due else 1.0


def is_reached(found: ArrivalFigures) -> bool:
    """Whether what began is the load that was asked for."""
    return in_time(found) >= REACHED or found.due - _begun(found) < FEWEST


def _begun(found: ArrivalFigures) -> int:
    return max(0, min(found.started, found.due) - found.late)


def _kept(state: RunState, found: ArrivalFigures | None, *health: HealthFacts) -> Kept | None:
    if found is None or (not found.due and not found.started):
        return None
    if is_reached(found):
        return Kept(found, in_time(found), True)
    stood_ms = max((one.lag_max_us for one in health), default=0) / 1000
    return Kept(found, in_time(found), False, _why(state, found, health_of(health), stood_ms))


def _why(state: RunState, found: ArrivalFigures, health: Health, stood_ms: float) -> str:
    """What kept the iterations from beginning. An overloaded generator lacks users, too, as
    its requests take longer; so it is asked first."""
    if health.bottleneck:
        return f"the generator was saturated: {health.reason}"
    if any(one.lost for one in state.workers.values()):
        return "workers were lost, with the users that they had"
    if found.short_s > 0 or (found.dropped and found.users_max >= found.most > 0):
        wanted = "" if found.short_s < 1 else f" for {found.short_s:,.0f} s"
        # One that is free may be of another class than what waits, or of another worker.
        some = f"there, {found.busy_max:,} busy at most,"
        busy = "busy" if found.busy_max >= found.most else some
        return (
            f"not enough users: all {found.most:,} were {busy}{wanted} while arrivals waited; "
            "allow more, or ask for a lower rate"
        )
    if found.late and stood_ms >= LATE_MS and not found.waiting_max:
        return f"the generator stood still for up to {stood_ms:,.0f} ms"
    if found.users_max < found.most and (found.late or found.waiting_max):
        return (
            f"arrivals waited while users were added (at most {found.users_max:,} of "
            f"{found.most:,}); begin with a ramp"
        )
    if found.late:  # shorter than the second after which it is looked whether any waits
        return (
            f"all {found.most:,} users were there, {found.busy_max:,} busy at most, but for "
            "moments none was free for what was due; allow more, or ask for a lower rate"
        )
    return f"it began {rate_said(found.rate)} of {rate_said(found.target_rate)}"

"""Banners: what cannot be missed, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from lftui.judge.target import silent_said
from lftui.judge.waiting import waits
from lftui.judge.watch.stalled import stalled
from lftui.judge.workers import is_distributed, there_now
from lftui.live_view import plan_of
from lftui.plan import say_duration
from lftui.records import Finished, Marked, Proposed
from lftui.run_state import RunState
from lftui.screens.live.arrival_banners import of_arrivals
from lftui.screens.live.banner import Banner, asks, broken, doubt, fact, gone
from lftui.screens.live.generator_banners import RECENTLY_S, of_generator, of_workers
from lftui.screens.live.level import is_open, level_said
from lftui.screens.live.parts import Row, cut, wrapped
from lftui.search_view import proposal_said
from lftui.snapshot import LinkFacts, Snapshot
from lftui.widgets.look import Look

DEAD_MAN = "dead-man policy"
_ON = ("running", "spawning", "paused")
_TONES = {"critical": "!critical", "warning": "warning", "info": "accent"}
_BADLY = ("generator_lost", "supervisor_lost", "killed")


def banners(snapshot: Snapshot) -> list[Banner]:
    """All that hold now, the worst first."""
    return sorted(_all(snapshot), key=lambda banner: banner.rank)


def banner_rows(found: Sequence[Banner], look: Look, width: int, most: int = 3) -> list[Row]:
    """At most so many lines, each as wide as the screen; the last one tells how many more banners
    there are. A worse one is said at length before another has a line."""
    rows: list[Row] = []
    for number, banner in enumerate(found):
        rest = len(found) - number - 1
        room = most - len(rows) - (1 if rest else 0)
        if room <= 0:
            tail = f"  (+{rest} more)" if rest else ""
            rows.append(_row(banner, look, width, _text(banner, look), tail))
            break
        lines = wrapped(_text(banner, look), width)
        tail = look.plain("…") if len(lines) > room else ""
        for line in lines[: room - 1] if tail else lines:
            rows.append(_row(banner, look, width, line))
        if tail:
            rows.append(_row(banner, look, width, lines[room - 1], tail))
    return rows


def _text(banner: Banner, look: Look) -> str:
    sign = look.sign(banner.level) if banner.level != "info" else ""
    return look.plain(f"{sign} {banner.text}".strip())


def _row(banner: Banner, look: Look, width: int, text: str, tail: str = "") -> Row:
    shown = cut(text, width - len(tail), look.plain("…")) + tail
    return [(shown + " " * (width - cell_len(shown)), _TONES[banner.level])]


def _all(snapshot: Snapshot) -> Iterator[Banner]:
    state, link = snapshot.state, snapshot.link
    if link.status == "lost" and state.finished is None:
        yield _supervisor_lost(link)
    if state.finished is not None:
        yield _ended(state.finished, link)
    if snapshot.frozen:
        yield doubt("FROZEN display: recording goes on; space lets the display go on")
    if link.status != "lost" and state.finished is None:
        yield from _of_target(state)
        yield from _of_guard(state)
        yield from _of_search(state)
        yield from of_arrivals(state)
        yield from of_generator(state, link)
        yield from of_workers(state)
        yield from _of_load(state)
        yield from _of_link(state, link)


# --- who is gone ---------------------------------------------------------------------------------


def _supervisor_lost(link: LinkFacts) -> Banner:
    report = f" lftui report {link.run_id} shows it." if link.run_id else ""
    kept = f" All up to then is kept in {link.journal}" if link.journal else ""
    text = "LOST: the supervisor is gone; the generator ends the load within 2 s."
    return gone(f"{text}{report}{kept}")


def _ended(finished: Finished, link: LinkFacts) -> Banner:
    what = finished.message or finished.reason.replace("_", " ")
    then = "" if link.kind == "replay" else "; q opens the report"
    if finished.reason == "generator_lost":
        return gone(f"LOST generator: {what}{then}")
    if finished.reason in _BADLY:
        return gone(f"ended ({finished.reason.replace('_', ' ')}): {what}{then}")
    if finished.reason in ("guard", "dead_man", "quit_by_script", "refused"):
        return doubt(f"ended: {what}{then}")
    return fact(f"ended: {what}{then}")


# --- the target and its guard --------------------------------------------------------------------


def _of_target(state: RunState) -> Iterator[Banner]:
    silent = stalled(state)
    if silent is not None:
        waiting = f", {state.in_flight:,} requests wait" if state.in_flight is not None else ""
        yield gone(f"STALLED: no response for {silent:.0f} s{waiting}; p takes the load off")
    if said := silent_said(state):
        yield doubt(f"{said}; 7 (log) says why, and the run goes on")


def _of_guard(state: RunState) -> Iterator[Banner]:
    for mark in state.guard.broken.values():
        if mark.type == "breach":
            yield broken(mark.text)
    for proposed in state.proposals.values():
        yield _proposal(proposed)
    acted = state.guard.acted
    if acted is not None and state.last_s - acted.mono < RECENTLY_S:
        ago = state.last_s - acted.mono
        why = f": {acted.why}" if acted.why else ""
        yield doubt(f"the guard {acted.text} ({ago:.0f} s ago){why}")


def _proposal(proposed: Proposed) -> Banner:
    if proposed.source == "capacity":
        return asks(f"{proposal_said(proposed)} n yes, i not now")
    return asks(f"n accepts: {proposal_said(proposed)}")


def _of_search(state: RunState) -> Iterator[Banner]:
    found = state.search.found
    if found is not None:
        yield fact(found.sentence) if found.is_capacity else doubt(found.sentence)
    elif state.search.ignored:
        yield fact("capacity: the load stays here; n proposes the next level again")


# --- the load ------------------------------------------------------------------------------------


def _of_load(state: RunState) -> Iterator[Banner]:
    missing = 0 if is_open(state) else state.target - state.users
    if state.state == "running" and missing > 0:
        yield from _of_users(state, missing)
    if state.state == "stopping":
        yield fact("stopping: requests in flight get their time; K ends it at once")
    if state.state == "paused":
        nothing = "iterations" if is_open(state) else "users"
        yield fact(f"paused: no {nothing}, all figures are kept; p brings the load back")
    elif state.held and state.state in _ON:
        yield fact(_held(state))


def _of_users(state: RunState, missing: int) -> Iterator[Banner]:
    of = f"{missing:,} of {state.target:,} users"
    if not is_distributed(state):
        yield doubt(f"{of} have ended by themselves; 7 (log) may say why")
    elif there_now(state):  # of a run that has lost all its workers there is a worse banner
        yield doubt(f"{of} are not there; 6 (workers) and 7 (log) may say why")


def _held(state: RunState) -> str:
    level = level_said(state) if is_open(state) else f"{state.target:,} users"
    here = f"the shape is held at {level}"
    for mark in reversed(state.marks):
        if mark.type not in ("hold", "users", "rate"):
            continue
        if mark.who == DEAD_MAN:
            return f"{here}, since nobody was there ({DEAD_MAN}); h hands back"
        if mark.who in ("guard", "ceiling"):
            return f"{here} by the {mark.who}; h hands back"
        break
    return f"by hand: {here}; h hands back"


# --- the link ------------------------------------------------------------------------------------


def _of_link(state: RunState, link: LinkFacts) -> Iterator[Banner]:
    if link.kind != "live":
        return
    # A run that waits for its workers or its time has nothing to say.
    if link.status == "slow" and not waits(state):
        yield doubt(
            f"no word from the supervisor for {link.silent_s:.0f} s; the figures stand still",
        )
    if link.controls == "theirs":
        who = link.holder or state.controls or "another console"
        yield doubt(f"READ-ONLY: {who} has the controls; t takes them")
    alone = _alone(state)
    if alone is not None:
        yield doubt(alone)
    # What a worker took along is said with the worker.
    gap = next((one for one in reversed(state.gaps) if not one.worker), None)
    if gap is not None and state.last_s - gap.mono < RECENTLY_S:
        yield doubt(f"something is missing ({gap.what}): {gap.reason}")


def _alone(state: RunState) -> str | None:
    """The dead-man policy at work: nobody who may steer is there."""
    mark = _last_policy(state)
    if mark is None or mark.why == "somebody is there again":
        return None
    limit = plan_of(state).get("hold_limit_s")
    deeds = {
        "hold": "the load is held"
        + (f" and ends after {say_duration(round(float(limit)))}" if limit else ""),
        "stop": "the run is stopped",
        "continue": "the run goes on to its planned end",
    }
    deed = deeds.get(mark.text, mark.text)
    return f"{DEAD_MAN} at work ({mark.why}): {deed}"


def _last_policy(state: RunState) -> Marked | None:
    for mark in reversed(state.marks):
        if mark.type == "policy" and mark.who == DEAD_MAN:
            return mark
    return None

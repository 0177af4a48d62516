"""What somebody did during a run, in words."""

from __future__ import annotations

from collections.abc import Mapping

from lftui.judge.load import rate_said
from lftui.records import RESET_STATS, Finished, Gap, Marked, RunStarted
from lftui.reports.said import one_line, rate, several

_POLICIES = {
    "stop": "stops",
    "hold": "is held at its level",
    "continue": "goes on",
}
_NOBODY: Mapping[str, str] = {
    "breach": "guard",
    "stalled": "guard",
    "blocked": "generator",
    "worker": "generator",
}


def mark_said(mark: Marked) -> str:
    """What happened: `users 20 → 30, 2/s: why`. One line, as long as it is."""
    said = _said(mark)
    why = one_line(mark.why)
    return f"{said}: {why}" if why and why not in said else said


def _said(mark: Marked) -> str:
    text = one_line(mark.text)
    match mark.type:
        case "users" | "rate":
            return _users(mark)
        case "stage" | "step":
            number = f" {mark.stage + 1}" if mark.stage is not None and mark.type == "stage" else ""
            return f"{mark.type}{number}: {_users(mark)}"
        case "hold":
            return f"the shape is held{_at(mark)}"
        case "resume":
            return "handed back to the shape"
        case "pause":
            return f"paused: {_users(mark)}"
        case "unpause":
            return f"goes on: {_users(mark)}"
        case "undo":
            return f"undone: {_users(mark)}"
        case "window":
            return _window(mark, text)
        case "controls":
            return "took the controls" if mark.new else "nobody has the controls now"
        case "policy":
            alone = f"with nobody there the run {_POLICIES.get(text, text)}"
            return f"{one_line(mark.why)}; {alone}" if mark.why else alone
        case "baseline":
            return f"baseline pinned: {text}" if text else "baseline pinned"
        case "stop":
            return "the run is stopped"
        case "kill":
            return "the run is killed"
        case "note":
            return f"note: {text}"
        case "blocked":
            return f"the generator was blocked {text}".strip()
        case _:
            return text or mark.type


def _window(mark: Marked, text: str) -> str:
    if mark.why == RESET_STATS:
        return "Locust's own figures begin again (--reset-stats)"
    return f"a fresh measuring window: {text}" if text else "a fresh measuring window"


def _users(mark: Marked) -> str:
    """`users 20 → 30 (A 10, B 20), 2/s`; of an open workload `rate 50/s → 80/s`."""
    if mark.old_rate is not None or mark.new_rate is not None:
        new_rate = rate_said(mark.new_rate) if mark.new_rate is not None else "?"
        old = f"{rate_said(mark.old_rate)} → " if mark.old_rate is not None else ""
        return f"rate {old}{new_rate}"
    new = f"{mark.new:,}" if mark.new is not None else "?"
    said = f"users {mark.old:,} → {new}" if mark.old is not None else f"users {new}"
    if mark.per_class:
        classes = sorted(mark.per_class.items())
        said += f" ({', '.join(f'{one_line(name)} {users:,}' for name, users in classes)})"
    if mark.spawn_rate and mark.new is not None and mark.old != mark.new:
        pace = rate(mark.spawn_rate).removesuffix(".00").removesuffix(".0")
        said += f", {pace} a second"
    return said


def _at(mark: Marked) -> str:
    if mark.new_rate is not None:
        return f" at {rate_said(mark.new_rate)}"
    return f" at {several(mark.new, 'user')}" if mark.new is not None else ""


def missing_said(gap: Gap) -> str:
    """What is missing: `12 records`; of a lost worker `at most 4 requests of local-2`."""
    count = f"{gap.count:,} " if gap.count else ""
    if not gap.worker:
        return f"{count}{gap.what}"
    return f"{'at most ' if count else ''}{count}{gap.what} of {one_line(gap.worker)}"


def who_of(mark: Marked) -> str:
    """Who did it."""
    return one_line(mark.who) or _NOBODY.get(mark.type, "lftui")


def begin_said(started: RunStarted) -> str:
    """The run's beginning."""
    shape = f", {one_line(started.shape)}" if started.shape else ""
    host = f" against {one_line(started.host)}" if started.host else ""
    return f"run {started.run_id} begins{host}{shape}"


_ENDS: Mapping[str, str] = {
    "completed": "the run is complete",
    "stopped": "the run was stopped",
    "interrupted": "the run was interrupted",
    "killed": "the run was killed",
    "quit_by_script": "the locustfile ended the run",
    "refused": "the run was refused",
    "guard": "the guard ended the run",
    "dead_man": "the run ended because nobody was there",
    "supervisor_lost": "the supervisor was lost",
    "generator_lost": "the generator was lost",
}


def end_said(finished: Finished) -> str:
    """The run's end."""
    said = _ENDS.get(finished.reason, finished.reason)
    message = one_line(finished.message)
    cut = several(finished.cut_in_flight, "request")
    left = f" ({cut} not waited for)" if finished.cut_in_flight else ""
    return f"{said}: {message}{left}" if message else said + left

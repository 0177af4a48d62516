"""The parts of the Markdown report that are sentences: verdict, facts, notes, what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from lftui.judge.consequence import broke_off
from lftui.judge.outcome import SIGNS
from lftui.judge.verdict import Verdict
from lftui.reports.markup import code_span, prose
from lftui.reports.run_facts import run_facts, scenario_names
from lftui.run_state import RunState
from lftui.safe_text import safe_line

_REASONS = 5
_NAME = 120


def name_span(text: str) -> str:
    """A name from outside, on one line and not too long."""
    return code_span(safe_line(text, _NAME))


def left_out(more: int, what: str) -> list[str]:
    """`… and 960 endpoints more`, after an empty line; nothing where there are no more."""
    return ["", f"… and {more:,} {what} more"] if more > 0 else []


def folded(title: str, lines: list[str]) -> list[str]:
    """Lines that are shown when the title is clicked. The title is ours, it is not escaped."""
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def verdict_lines(state: RunState, verdict: Verdict) -> list[str]:
    """The verdict in a sentence, and its other reasons."""
    lines = [f"**{SIGNS[verdict.outcome]} {prose(verdict.sentence)}**"]
    broken = broke_off(state)
    if broken:
        lines = [f"**■ {prose(broken[:1].upper() + broken[1:])}**", "", *lines]
    reasons = verdict.reasons[1:]
    if reasons:
        lines += ["", *(f"- {prose(reason)}" for reason in reasons[:_REASONS])]
    if len(reasons) > _REASONS:
        lines.append(f"- … and {len(reasons) - _REASONS:,} reasons more")
    return lines


def fact_lines(state: RunState) -> list[str]:
    """What the run was, in two lines."""
    facts = run_facts(state)
    files = ", ".join(map(name_span, scenario_names(state)[:4]))
    host = f"{' on ' if files else ''}{name_span(facts['host'])}" if facts["host"] else ""
    shape = state.started.shape if state.started is not None else ""
    operator = f"by {name_span(facts['operator'])}" if facts["operator"] else ""
    what = [files + host, prose(shape, 200), operator]
    began = f"{facts['started_at'][:19].replace('T', ' ')} UTC" if facts["started_at"] else ""
    ended = (facts["end_reason"] or "").replace("_", " ")
    length = length_said(facts["duration_s"]) + (f" ({ended})" if ended else "")
    versions = [
        f"{name} {prose(str(facts[key]), 40)}"
        for name, key in (("lftui", "lftui_version"), ("Locust", "locust_version"))
        if facts[key]
    ]
    run = f"run {name_span(facts['id'])}" if facts["id"] else ""
    when = [began, length, *versions, run]
    lines = (" · ".join(word for word in words if word) for words in (what, when))
    return "  \n".join(line for line in lines if line).splitlines()


def note_lines(state: RunState, most: int) -> list[str]:
    """What people wrote down, and when in the run."""
    notes = [mark for mark in state.marks if mark.type == "note"]
    if not notes:
        return []
    began = state.load_began_s or 0.0
    lines = ["### Notes", ""]
    for mark in notes[:most]:
        who = f" {name_span(mark.who)}" if mark.who else ""
        lines.append(f"- {length_said(max(0.0, mark.mono - began))}{who}: {prose(mark.text)}")
    return lines + left_out(len(notes) - most, "notes")


def length_said(seconds: float) -> str:
    """`0:03:12`; a day and more `1 day, 0:03:12`."""
    return str(timedelta(seconds=round(seconds)))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table whose figures stand to the right; what is text stands to the left."""
    text = ("", "trial", "endpoint", "check", "why", "step", "worker", "losses")
    marks = ["---" if head in text else "--:" for head in heads]
    return [f"| {' | '.join(cells)} |" for cells in (heads, marks, *rows)]

"""The failures in the Markdown report, under what they mean and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.judge.diagnosis import Explained
from lftui.judge.verdict import Verdict
from lftui.reports.markdown_words import left_out, name_span
from lftui.reports.markup import code_span, prose
from lftui.run_state import RunState
from lftui.safe_text import safe_line

_KINDS = 3
_TEXT = 200


def error_lines(state: RunState, verdict: Verdict, most: int) -> list[str]:
    """Failed requests, then what the locustfile raised outside of them."""
    lines: list[str] = []
    for title, kinds in (
        ("### Errors", verdict.errors),
        ("### Exceptions of the locustfile", verdict.exceptions),
    ):
        if kinds:
            whole = state.reset is not None and kinds is verdict.errors
            lines += ["", title, "", *(["Over the whole run.", ""] if whole else [])]
            lines += _together(kinds, most)
    return lines[1:]


def by_meaning(kinds: Sequence[Explained]) -> list[list[Explained]]:
    """The kinds of one meaning together, so that its remedy is said once."""
    found: dict[tuple[str, str], list[Explained]] = {}
    for kind in kinds:
        found.setdefault((kind.title, kind.remedy), []).append(kind)
    return list(found.values())


def _together(kinds: Sequence[Explained], most: int) -> list[str]:
    meanings = by_meaning(kinds)
    lines = [line for alike in meanings[:most] for line in _alike(alike)]
    return lines + left_out(len(meanings) - most, "meanings")


def _alike(kinds: Sequence[Explained]) -> list[str]:
    first = kinds[0]
    points = f", points at the {first.points_at}" if first.points_at else ""
    count = sum(kind.count for kind in kinds)
    lines = [f"- **{count:,} × {prose(first.title)}**{points}. {prose(first.remedy)}"]
    lines += [f"  - {_kind(kind)}" for kind in kinds[:_KINDS]]
    rest = kinds[_KINDS:]
    if rest:
        lines.append(f"  - {sum(kind.count for kind in rest):,} of {len(rest):,} more kinds")
    return lines


def _kind(kind: Explained) -> str:
    place = f"{kind.method} {kind.name}" if kind.source == "request" else kind.name
    about = f" {name_span(place)}" if kind.name else ""
    extra: list[str] = [kind.trend] if kind.trend in ("rising", "falling") else []
    extra += ["new in the last step"] if kind.new_in_step else []
    tail = f" ({', '.join(extra)})" if extra else ""
    return f"{kind.count:,}{about}: {code_span(safe_line(kind.text, _TEXT))}{tail}"

"""A baseline as a table, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from lftui.baseline.document import BaselineDocument, Entry, Figures
from lftui.baseline.names import TIMES
from lftui.judge.comparison.compared import users_said
from lftui.judge.comparison.matching import read_key
from lftui.judge.difference.words import digits, percent
from lftui.safe_text import safe_line

_NAME_WIDTH = 34
_DATED = {"endpoints", "updated", "promoted_from"}
_SHOWN = ("p50", "p95", "p99", "rps", "errors")
_TIME_NAMES = (*TIMES.values(), "max")

Json = dict[str, Any]
_Entries = dict[tuple[str, str], tuple[str, Json]]


class EntryChange(msgspec.Struct, frozen=True):
    """What differs in one entry.

    Attributes:
        key: its name in the new document; in the old one where it is gone.
        kind: "new", "gone" or "changed".
        figures: name, old and new figure, of those that differ.
        loads: the load levels that are new or differ.
    """

    key: str
    kind: str
    figures: list[tuple[str, float | None, float | None]] = []
    loads: list[str] = []


def changes(old: Json, new: Json) -> list[EntryChange]:
    """What differs between two documents, entry by entry; however their methods are written."""
    before, after = _entries(old), _entries(new)
    _rename(before, after)
    found = [EntryChange(key, "gone") for name, (key, _) in before.items() if name not in after]
    for name, (key, entry) in after.items():
        _, earlier = before.get(name, ("", {}))
        figures = list(_differing(earlier, entry))
        loads = _changed_loads(earlier, entry)
        if name not in before:
            found.append(EntryChange(key, "new", figures, loads))
        elif figures or loads:
            found.append(EntryChange(key, "changed", figures, loads))
    return sorted(found, key=lambda one: one.key)


def _entries(document: Json) -> _Entries:
    """The entries by method and name."""
    found = {}
    for key, entry in (document.get("endpoints") or {}).items():
        way = read_key(key)[-1]
        found[way.method, way.name] = (key, entry)
    return found


def _rename(before: _Entries, after: _Entries) -> None:
    """Take an entry without a method for the only one of that name that has one there."""
    for these, those in ((before, after), (after, before)):
        for method, name in [one for one in these if one not in those and not one[0]]:
            same = [one for one in those if one[1] == name and one not in these]
            if len(same) == 1:
                these[same[0]] = these.pop((method, name))


def _figures(entry: Json) -> dict[str, float | None]:
    times = entry.get("expected_response_time_ms") or {}
    found: dict[str, float | None] = {name: times.get(name) for name in _TIME_NAMES}
    found["rps"] = entry.get("expected_throughput_rps")
    found["errors"] = entry.get("expected_error_rate")
    return found


def _differing(old: Json, new: Json) -> Iterator[tuple[str, float | None, float | None]]:
    before, after = _figures(old), _figures(new)
    for name, value in after.items():
        if value != before[name]:
            yield name, before[name], value


def _changed_loads(old: Json, new: Json) -> list[str]:
    before, after = old.get("loads") or {}, new.get("loads") or {}
    names = {*before, *after}
    return sorted((one for one in names if before.get(one) != after.get(one)), key=_as_number)


def _as_number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def change_lines(old: Json, new: Json, whole: bool = True) -> list[str]:
    """What differs, for a terminal; `whole`: also besides the endpoints."""
    found = changes(old, new)
    lines = []
    for change in found:
        kind = "" if change.kind == "changed" else f"  ({change.kind})"
        lines.append(f"{safe_line(change.key, 120)}{kind}")
        lines += _wrapped([_change_said(*figure) for figure in change.figures])
        if change.loads:
            lines += _wrapped([f"figures at {', '.join(change.loads)} users"])
    if whole:
        lines += [
            f"{safe_line(name, 60)}: changed"
            for name in sorted({*old, *new} - _DATED)
            if old.get(name) != new.get(name)
        ]
    return lines


def _change_said(name: str, old: float | None, new: float | None) -> str:
    ends = f"{_said(name, old)} → {_said(name, new)}"
    if old and new is not None:
        ends += f" ({percent(new / old - 1)})"
    return f"{name} {ends if old is not None else _said(name, new)}"


def _said(name: str, value: float | None) -> str:
    if value is None:
        return "none"
    if name == "errors":
        return f"{digits(value * 100)} %"
    return digits(value) if name == "rps" else f"{digits(value)} ms"


def _wrapped(words: list[str]) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) + 3 <= 80:
            lines[-1] += f"   {word}"
        else:
            lines.append(f"  {word}")
    return lines


def show_lines(document: BaselineDocument) -> list[str]:
    """The document as a table: times in ms, load levels below their endpoint."""
    lines = [_row("endpoint", list(_SHOWN), "")]
    for key, entry in sorted(document.endpoints.items()):
        lines.append(_row(key, _cells(entry), _standing(entry)))
        for name, load in sorted(entry.loads.items(), key=lambda one: int(one[0])):
            lines.append(_row(f"  at {users_said(int(name))}", _cells(load), _standing(load)))
    for level in ("warning", "critical"):
        limits = document.thresholds.get(level)
        if limits:
            words = [f"{safe_line(name, 40)} {value}" for name, value in limits.items()]
            lines += ["", f"{level} above", *_wrapped(words)]
    for name, preset in document.load_scenarios.items():
        users = "" if preset.users is None else f", {users_said(preset.users)}"
        minutes = preset.duration_minutes
        length = "" if minutes is None else f" for {minutes:g} min"
        lines.append(f"preset {safe_line(name, 40)}{users}{length}")
    return lines + _origin(document)


def _cells(figures: Figures) -> list[str]:
    values = [figures.figure(metric) for metric in ("p50_ms", "p95_ms", "p99_ms", "rps")]
    errors = figures.figure("error_ratio")
    cells = ["—" if value is None else digits(value) for value in values]
    return [*cells, "—" if errors is None else f"{digits(errors * 100)} %"]


def _standing(figures: Figures) -> str:
    if isinstance(figures, Entry) and figures.samples is None:
        return "target"
    return "" if figures.samples is None else f"n={figures.samples:,}"


def _row(name: str, cells: list[str], last: str) -> str:
    shown = safe_line(name, 300)
    if len(shown) > _NAME_WIDTH:
        shown = "…" + shown[1 - _NAME_WIDTH :]
    return f"{shown:<{_NAME_WIDTH}}{''.join(f'{cell:>7}' for cell in cells)}  {last}".rstrip()


def _origin(document: BaselineDocument) -> list[str]:
    facts = document.promoted_from
    if not facts:
        return []
    words = [f"{name} {safe_line(str(facts[name]), 60)}" for name in ("run", "at") if name in facts]
    return ["", f"promoted from {', '.join(words)}"] if words else []

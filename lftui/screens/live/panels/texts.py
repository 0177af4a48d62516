"""Figures and foreign text as the panels write them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from math import ceil

from lftui.judge.steps.trust import Trust
from lftui.reports.said import NONE as NONE
from lftui.reports.said import ms as ms
from lftui.reports.said import one_line as one_line
from lftui.reports.said import percent as percent
from lftui.reports.said import rate as rate
from lftui.reports.said import several as several
from lftui.reports.said import size as size
from lftui.screens.live.panels.spec import Line
from lftui.widgets.look import Look

_DETAIL = 4_000
_LINES = 60


def stamp(wall: float) -> str:
    """The local time of day of Unix seconds: `14:03:12`."""
    return time.strftime("%H:%M:%S", time.localtime(wall)) if wall > 0 else NONE


def moment(wall: float) -> str:
    """Day and time: `2026-11-23 14:03:12`."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(wall)) if wall > 0 else NONE


def ago(seconds: float) -> str:
    """`just now`, `4 s ago`, `12 min ago`."""
    if seconds < 1:
        return "just now"
    return f"{seconds:.0f} s ago" if seconds < 120 else f"{seconds / 60:.0f} min ago"


def short_ms(value: float) -> str:
    """As `ms`, in seven cells: `9.6 ms`, `231 ms`, `1.16 s`."""
    return f"{value:.1f} ms" if value < 10 else ms(value)


def sure(trust: Trust) -> str:
    """A percentile with half its interval: `38 ±2 ms`; `480 ms ?` where too few responded."""
    value = trust.value
    if value is None:
        return NONE
    if trust.half_width is None:
        return f"{ms(value)} ?"
    half = value * trust.half_width
    if value < 10:
        return f"{value:.1f} ±{_up(half, 10)} ms"
    if value < 999.5:
        return f"{value:.0f} ±{ceil(half)} ms"
    if value < 9_995:
        return f"{value / 1000:.2f} ±{_up(half / 1000, 100)} s"
    return f"{value / 1000:.1f} ±{_up(half / 1000, 10)} s"


def _up(value: float, parts: int) -> str:
    """Rounded up: an interval is not made narrower by writing it down."""
    return f"{ceil(value * parts) / parts:.{len(str(parts)) - 1}f}"


def text_lines(text: str, tone: str = "") -> list[Line]:
    """Foreign text for the details, line by line; of a very long one the beginning."""
    lines = text[:_DETAIL].expandtabs(4).splitlines()
    shown: list[Line] = [(line, tone) for line in lines[:_LINES]]
    if len(text) > _DETAIL or len(lines) > _LINES:
        shown.append((f"… {len(text):,} characters in all", "dim"))
    return shown


def drawable(text: str, look: Look) -> str:
    """The text without what cannot be shown: control characters; in ASCII mode all that is not."""
    if not text.isprintable():
        text = "".join(one if one.isprintable() else " " if one.isspace() else "?" for one in text)
    if not look.ascii or text.isascii():
        return text
    return look.plain(text).encode("ascii", "replace").decode()


def drawn(lines: Iterable[Line], look: Look) -> list[Line]:
    """`drawable` for lines."""
    return [(drawable(text, look), tone) for text, tone in lines]

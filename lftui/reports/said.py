"""Figures in words and digits, as the screens and the reports write them."""

from __future__ import annotations

NONE = "—"
"""Where there is no figure."""
_CELL = 400
"""Longer than any line of a terminal or cell of a table; more of a long text stands elsewhere."""


def ms(value: float | None) -> str:
    """A response time for people: `0.85 ms`, `38 ms`, `2.10 s`; `—` where there is none."""
    if value is None:
        return NONE
    if value < 10:
        return f"{value:.2f} ms"
    if value < 1000:
        return f"{value:.0f} ms"
    return f"{value / 1000:.2f} s" if value < 100_000 else f"{value / 1000:.0f} s"


def clock(seconds: float | None) -> str:
    """`03:12`, or `1:03:12` from an hour on."""
    if seconds is None:
        return "--:--"
    hours, rest = divmod(int(seconds), 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes:02}:{secs:02}"


def percent(ratio: float) -> str:
    """A share 0..1: `0 %`, `0.42 %`, `12.5 %`; never 0 or 100 where it is only almost that."""
    value = 100 * ratio
    if value <= 0:
        return "0 %"
    if value < 0.01:
        return "<0.01 %"
    if value < 9.995:
        return f"{value:.2f} %"
    return "100 %" if value >= 100 else f"{min(value, 99.9):.1f} %"


def rate(per_s: float) -> str:
    """`6.08`, `182.4`, `1,204`; the unit stands in the head."""
    if per_s < 9.995:
        return f"{per_s:.2f}"
    return f"{per_s:.1f}" if per_s < 999.95 else f"{per_s:,.0f}"


def size(count: float) -> str:
    """Bytes: `512 B`, `142 MB`, `1.2 GB`."""
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def several(count: int, word: str) -> str:
    """`1 user`, `1,200 users`."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def one_line(text: str) -> str:
    """Foreign text for a cell: its lines behind one another, cut where no terminal is as wide."""
    return " ".join(text[: 2 * _CELL].split())[:_CELL]

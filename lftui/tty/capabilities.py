"""What the terminal can show, as the environment tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Colors = Literal["none", "ansi", "full"]

_TRUE_COLOR = ("truecolor", "24bit")
_MANY_COLORS = ("256color", "kitty")
# The Linux console has 512 glyphs at most, and no braille among them.
_NO_GLYPHS = ("linux",)


@dataclass(frozen=True)
class Capabilities:
    """What can be shown.

    Attributes:
        colors: `ansi` is the terminal's own palette of 16, in which other hues shift.
        unicode: braille, box drawing and signs arrive as what they are.
        dumb: it has no cursor to move, so no console can be drawn on it.
        mouse: motion costs bytes upstream, so by itself only without SSH.
        reason: why it is less than everything, in words; "" where it is not.
    """

    colors: Colors = "full"
    unicode: bool = True
    dumb: bool = False
    mouse: bool = True
    reason: str = ""


def capabilities(
    environment: Mapping[str, str], only_ascii: bool = False, mouse: bool = False
) -> Capabilities:
    """What this terminal can show.

    Args:
        only_ascii: nothing but ASCII is wanted.
        mouse: the mouse is wanted, over SSH too.
    """
    term = environment.get("TERM", "").strip().lower()
    colors, why_colors = _colors(environment, term)
    unicode, why_unicode = _unicode(environment, term, only_ascii)
    dumb = term == "dumb"
    why_dumb = "TERM=dumb has no cursor to move" if dumb else ""
    return Capabilities(
        colors=colors,
        unicode=unicode,
        dumb=dumb,
        mouse=mouse or not _over_ssh(environment),
        reason="; ".join(why for why in (why_dumb, why_colors, why_unicode) if why),
    )


def _colors(environment: Mapping[str, str], term: str) -> tuple[Colors, str]:
    # As Textual reads it: present is enough, whatever its value.
    if "NO_COLOR" in environment:
        return "none", "NO_COLOR is set"
    if environment.get("COLORTERM", "").strip().lower() in _TRUE_COLOR:
        return "full", ""
    # By the name's last part alone, as rich does, which writes the colors in the end.
    if term.rpartition("-")[2] in _MANY_COLORS:
        return "full", ""
    return "ansi", f"TERM={term or '(unset)'} promises no more than 16 colors"


def _unicode(environment: Mapping[str, str], term: str, only_ascii: bool) -> tuple[bool, str]:
    """By the locale: Python's own encoding is UTF-8 even where the terminal's is not."""
    if only_ascii:
        return False, "--ascii"
    if term in _NO_GLYPHS:
        return False, f"TERM={term} lacks the glyphs"
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = environment.get(name, "")
        if value:
            if "utf-8" in value.lower() or "utf8" in value.lower():
                return True, ""
            return False, f"{name}={value} is not UTF-8"
    return False, "no locale is set (LANG)"


def _over_ssh(environment: Mapping[str, str]) -> bool:
    return any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))

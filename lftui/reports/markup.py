"""Text from outside in Markdown: it never becomes markup, a link or a mention.

An entity is no protection: GitHub looks for mentions, issues and e-mail addresses in the text that
comes out, where `&#64;` is an at sign again. In a code span it looks for nothing.
"""

from __future__ import annotations

import re

from lftui.safe_text import safe_line

_BAR = "∣"  # U+2223: in a table a real one would begin the next cell, even in a code span
_CORE = re.compile(r"(?P<open>[(\"'“]*)(?P<core>.*?)(?P<close>[.,;:)\"'”?…]*)")
_HARMLESS = re.compile(r"(?:[^\W_]|[.,;()%±–—…→×°?'\"=+-])*")
# What GitHub links although it looks like a word: addresses, issues, commits.
_LINKED = re.compile(r"www\..*|gh-\d+|[0-9a-f]{7,40}", re.I)
_BEGINS_A_TEXT = re.compile(r"[(\"'“]*[^\W_]")
_NUMBER_OF_A_LIST = re.compile(r"\d+[.)]")


def code_span(text: str) -> str:
    """The text, which is on one line, as it stands; a bar and a backtick as signs like them."""
    shown = text.replace("`", "'").replace("|", _BAR)
    return f"`{shown}`" if shown.strip() else "—"


def prose(text: str, limit: int = 600) -> str:
    """A sentence with words from outside in it, safe and at most `limit` characters before that.

    Words of letters, digits and punctuation stay; each other one becomes a code span, so that a
    sentence about `/api/v1/jobs` reads well.
    """
    words = [word for word in safe_line(text, limit).split(" ") if word]
    return " ".join(_word(word, first=not number) for number, word in enumerate(words))


def _word(word: str, first: bool) -> str:
    found = _CORE.fullmatch(word)
    if found is None:  # the pattern fits any line
        return code_span(word)
    opening, core, closing = found["open"], found["core"], found["close"]
    begins = _BEGINS_A_TEXT.match(word) and not _NUMBER_OF_A_LIST.fullmatch(word)
    if first and not begins:
        return code_span(word)
    if _HARMLESS.fullmatch(core) and not _LINKED.fullmatch(core):
        return word
    return f"{opening}{code_span(core)}{closing}"

"""Characters that a screen obeys or does not show become text."""

from __future__ import annotations

import re

NAME_LIMIT = 300
TEXT_LIMIT = 2_000
TRACEBACK_LIMIT = 8_000
HIDDEN = "***"

# C0 except tab and newline, DEL, C1, zero-width and bidi controls, fillers that look like
# nothing, line separators, BOM, variation selectors, interlinear, musical and tag characters,
# lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f\U000e0100-\U000e01ef\ud800-\udfff]"
)


def safe(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text with every control, bidi and invisible character written out.

    The result is never longer than `limit`, so that what is safe stays as it is when it is made
    safe again. A tab and a newline stay. What is cut off is counted: `… (+120 characters)`.
    """
    return fit(text, limit)


def safe_line(text: str, limit: int = NAME_LIMIT) -> str:
    """As `safe`, on one line: newlines and tabs are written out as well."""
    return fit(one_line(text), limit)


def one_line(text: str) -> str:
    """The text with its line ends and tabs written out."""
    if text.isprintable():
        return text
    return text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")


def fit(text: str, limit: int, beyond: int = 0) -> str:
    """The safe text; `beyond` more characters are gone already and are counted as cut off."""
    if len(text) <= limit and not beyond:
        if text.isascii() and text.isprintable():
            return text
        shown = _UNSAFE.sub(_written_out, text)
        if len(shown) <= limit:
            return shown
    length = len(text) + beyond
    room = limit - len(_note(length))
    if room < limit / 2:  # a note would say more than the text
        return _beginning(text, limit - 1)[0] + "…"
    shown, kept = _beginning(text, room)
    return shown + _note(length - kept)


def _note(characters: int) -> str:
    return f"… (+{characters} characters)"


def _beginning(text: str, room: int) -> tuple[str, int]:
    """As much of the text as fits when it is written out, and how many characters those were."""
    pieces: list[str] = []
    used = kept = 0
    stop = len(text)
    for found in _UNSAFE.finditer(text, 0, room):
        piece = text[kept : found.start()] + _written_out(found)
        if used + len(piece) > room:
            stop = found.start()
            break
        pieces.append(piece)
        used += len(piece)
        kept = found.end()
    stop = min(stop, kept + room - used)
    return "".join(pieces) + text[kept:stop], stop


def _written_out(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"

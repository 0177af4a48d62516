"""The value behind a secret's name: where it begins and ends, in whatever notation."""

from __future__ import annotations

import re

from lftui.safe_text.characters import HIDDEN
from lftui.safe_text.secret_names import HEADER, ORDINARY, SECRET_KEY, words

# What every name that counts holds at least one of: most lines hold none, and are done.
SIGNS = ("token", "key", "pass", "auth", "secret", "cookie", "sess", "pwd", "sig", "sid", "jwt")
_KEY = re.compile(
    r"(?<![\w-])(?P<name>[\w-]++)(?P<close>\\*+[\"']?)[ \t]*+(?P<sep>:=|=>|={1,3}|:|,)[ \t]*+"
)
_OPENING = re.compile(r"[bBfFrRuU]{0,2}(?P<slashes>\\*)(?P<quote>[\"'])")
_QUOTE = re.compile(r"(?P<slashes>\\*+)(?P<quote>[\"'])")
# A quote or bracket ends a value only where something else can begin.
_AFTER_VALUE = r"[\s,;:)\]}>&\\\"'|<]|\Z"
_ENDS_HERE = re.compile(_AFTER_VALUE)
_BRACKET = re.compile(
    r"(?s)\\.|\"(?:[^\"\\]|\\.)*+(?:\"|\\?\Z)|'(?:[^'\\]|\\.)*+(?:'|\\?\Z)|[\[\](){}]"
)
_BARE = re.compile(
    r"(?:(?i:apikey|basic|bearer|digest|token)[ \t]++)?"  # `X-Api-Key: Token abc`
    r"(?:[^\s&;\"'\\]++|\\++(?![\"'])|\\*+[\"'](?!" + _AFTER_VALUE + r"))++"
)
_TRAILING = ",.)]}>:"
_NO_VALUE = re.compile(r"(?i)(?:none|null|nil|undefined|true|false)(?=[\s)\]}>&\"'\\]|,\s|[,;]?\Z)")


def hide_values(text: str) -> str:
    """The text with the values of secret names hidden; each is looked at once."""
    pieces: list[str] = []
    done = at = 0
    while key := _KEY.search(text, at):
        at = key.end()
        if not _is_secret_key(text, key):
            continue
        start, end = _value(text, key)
        if text[start:end].strip():
            pieces += (text[done:start], HIDDEN)
            done = at = end
    return "".join(pieces) + text[done:] if pieces else text


def _is_secret_key(text: str, key: re.Match[str]) -> bool:
    name, start = key["name"], key.start()
    before = text[max(start - 3, 0) : start]
    if key["sep"] == ",":  # a raw header, (b'Set-Cookie', b'sid=1'); else a list of names
        in_tuple = before.endswith(("('", '("', "(b'", '(b"')) and key["close"] == before[-1]
        return in_tuple and HEADER.search(words(name)) is not None
    if key["sep"] == ":":
        if before.endswith("/"):  # the end of a path, like `POST /auth/token: refused`
            return False
        if not key["close"] and name.lower() in ORDINARY:
            return False
    if before.endswith("\\") and name[0] in "nrt":  # the n of an escaped newline, `\npassword`
        name = name[1:]
    return SECRET_KEY.search(words(name)) is not None


def _value(text: str, key: re.Match[str]) -> tuple[int, int]:
    """Where the value behind the key begins and ends."""
    start = key.end()
    newline = text.find("\n", start)
    line_end = len(text) if newline < 0 else newline
    header = HEADER.search(words(key["name"])) is not None
    if header and key["sep"] == ":" and not key["close"]:
        return start, _header_end(text, key, line_end)
    opening = _OPENING.match(text, start)
    if opening:
        inside = opening.end()
        return inside, _string_end(text, inside, opening, line_end)
    if text.startswith(("[", "{", "("), start):
        # What goes on over the next lines, as JSON may, and is cut short there, ends with the text.
        rest = text[start + 1 : line_end].rstrip()
        end = len(text) if not rest or rest.endswith(",") else line_end
        closing = _bracket_end(text, start, end)
        if closing is None:
            return start + 1, end
        if _ENDS_HERE.match(text, closing + 1):
            return start + 1, closing
    if _NO_VALUE.match(text, start):
        return start, start
    return start, line_end if header else _bare_end(text, start)


def _header_end(text: str, key: re.Match[str], line_end: int) -> int:
    """The end of the line, or of the string that begins with the header's name."""
    before = key.start()
    if before and text[before - 1] in "\"'":
        slashes = before - 1
        while slashes and text[slashes - 1] == "\\":
            slashes -= 1
        opening = _OPENING.match(text, slashes)
        if opening:
            return _string_end(text, key.end(), opening, line_end)
    return line_end - (text[line_end - 1 : line_end] == "\r")


def _string_end(text: str, start: int, opening: re.Match[str], line_end: int) -> int:
    """Where the string ends, its closing quote excluded; a string cut short ends its line.

    A string inside a string has escaped quotes: what opens with `\\"` closes with `\\"`, and one
    more level of escaping is a part of the value.
    """
    slashes, sign = len(opening["slashes"]), opening["quote"]
    for found in _QUOTE.finditer(text, start, line_end):
        run = len(found["slashes"]) % (2 * slashes + 2)
        if found["quote"] != sign or run > slashes:
            continue
        after = found.end()
        if _ENDS_HERE.match(text, after) and not text.startswith(sign, after):
            return after - 1 - run
    return line_end


def _bracket_end(text: str, start: int, end: int) -> int | None:
    """Where the bracket that opens at `start` is closed, if it is."""
    depth = 0
    for found in _BRACKET.finditer(text, start, end):
        if found.group() in "[({":
            depth += 1
        elif found.group() in "])}":
            depth -= 1
            if depth == 0:
                return found.start()
    return None


def _bare_end(text: str, start: int) -> int:
    inner = _KEY.match(text, start)
    if inner and _is_secret_key(text, inner):  # `token: password: abc`; the inner one is next
        return start
    found = _BARE.match(text, start)
    return start + len(found.group().rstrip(_TRAILING)) if found else start

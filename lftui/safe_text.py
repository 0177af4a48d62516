"""Text from outside is made safe, and secrets are taken out, before a record exists.

Names, error messages, log lines and bodies come from the target, the locustfile or the
environment. A terminal obeys control characters that it is shown, and a screen reads
right-to-left marks and zero-width characters without showing them; here they become text.

All of this runs on every line that is logged: each rule looks for a cheap sign first, and no
pattern takes longer than linear time on a text that a hostile target made up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

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
    return _fit(text, limit)


def safe_line(text: str, limit: int = NAME_LIMIT) -> str:
    """As `safe`, on one line: newlines and tabs are written out as well."""
    return _fit(_one_line(text), limit)


def _one_line(text: str) -> str:
    if text.isprintable():
        return text
    return text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")


def _fit(text: str, limit: int, beyond: int = 0) -> str:
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


# --- names of secrets ----------------------------------------------------------------------------

_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-.]")
# Words that say "secret" even with others before them (PGPASSWORD, csrfmiddlewaretoken), and
# short ones that do so only as a whole word at the end (DB_PASS, but neither bypass nor OLDPWD).
_SECRET_WORD = (
    r"(?:authorization|cookie|token|secret|password|passwd|passphrase|sess(?:ion)?_?id|"
    r"(?:access|account|api|auth|encryption|private|secret|shared|signing)_?key|signature)\d*"
)
_SHORT_WORD = r"(?:^|[_\d])(?:jwt|pass|pwd|sid|sig)\d*"
_SECRET_NAME = re.compile(rf"{_SECRET_WORD}(?:_|$)|{_SHORT_WORD}$")
_SECRET_KEY = re.compile(
    rf"(?:{_SECRET_WORD}|{_SHORT_WORD})(?:_(?:base|confirmation|hash|value))?$"
)
# The value of such a header runs on to the end of its line.
_HEADER = re.compile(r"(?:authorization|cookie)$")
# Ordinary words as well: a report says "pass: 12", so these need a = or quotes to be a key.
_ORDINARY = frozenset({"pass", "sid", "sig", "signature"})


def _words(name: str) -> str:
    return _NEW_WORD.sub("_", name).lower()


def is_secret_name(name: str) -> bool:
    """Whether an option, header or variable of this name holds a secret: `ADMIN_PASSWORD`."""
    return _SECRET_NAME.search(_words(name)) is not None


# --- values behind such a name -------------------------------------------------------------------

# What every name that counts holds at least one of: most lines hold none, and are done.
_SIGNS = ("token", "key", "pass", "auth", "secret", "cookie", "sess", "pwd", "sig", "sid", "jwt")
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


def _hide_values(text: str) -> str:
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
        return in_tuple and _HEADER.search(_words(name)) is not None
    if key["sep"] == ":":
        if before.endswith("/"):  # the end of a path, like `POST /auth/token: refused`
            return False
        if not key["close"] and name.lower() in _ORDINARY:
            return False
    if before.endswith("\\") and name[0] in "nrt":  # the n of an escaped newline, `\npassword`
        name = name[1:]
    return _SECRET_KEY.search(_words(name)) is not None


def _value(text: str, key: re.Match[str]) -> tuple[int, int]:
    """Where the value behind the key begins and ends."""
    start = key.end()
    newline = text.find("\n", start)
    line_end = len(text) if newline < 0 else newline
    header = _HEADER.search(_words(key["name"])) is not None
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


# --- secrets that show themselves ----------------------------------------------------------------

# Up to the last @ before the path: who writes an @ into a password seldom encodes it. A quote
# before , : } or ] ends the URL of a JSON text.
_USERINFO = re.compile(r"(?P<scheme>[a-zA-Z0-9+.-]:(?://|\\/\\/))(?:[^/\s?#\"]|\"(?![,:}\]]))+@")
_SCHEME = re.compile(
    r"(?i)(?<![a-z])(?P<kind>bearer|basic)\s++(?P<value>[a-z0-9][a-z0-9._~+/-]{5,}+=*+)"
)
_WORD = re.compile(r"(?:[A-Z]?[a-z]{1,24}(?:[A-Z][a-z]{2,24})*|[A-Z]{1,24}|\d*)")
_BETWEEN_WORDS = re.compile(r"[._~+/-]+")
_JWT = re.compile(r"(?:(?<![\w-])|(?<=%[0-9a-fA-F]{2}))eyJ[\w-]{5,}+\.[\w.-]{5,}+")


def redact_url(url: str) -> str:
    """The URL without the user name and password that it may carry."""
    return _USERINFO.sub(rf"\g<scheme>{HIDDEN}@", url) if "@" in url else url


def _hide_credential(found: re.Match[str]) -> str:
    """`Bearer ***`, unless the text goes on in words: `bearer tokens expire`."""
    if all(_WORD.fullmatch(word) for word in _BETWEEN_WORDS.split(found["value"])):
        return found.group()
    return f"{found['kind']} {HIDDEN}"


def _hide_what_shows(text: str) -> str:
    """The text without what stands behind a secret's name or looks like a secret."""
    lower = text.lower()
    for sign in _SIGNS:
        if sign in lower:
            text = _hide_values(text)
            break
    text = redact_url(text)
    if "bearer" in lower or "basic" in lower:
        text = _SCHEME.sub(_hide_credential, text)
    return _JWT.sub(HIDDEN, text) if "eyJ" in text else text


# --- known secrets -------------------------------------------------------------------------------

_SHORTEST_DECLARED = 4
_SHORTEST_GUESSED = 6
_SHORTEST_LINE = 16
_WORKING_DIRECTORIES = ("PWD", "OLDPWD")
_PLAIN_VALUES = frozenset(
    ("always", "basic", "bearer", "cookie", "default", "disable", "disabled", "enable", "enabled",
     "false", "required", "never", "none", "optional", "password", "passwd", "secret", "session",
     "token", "undefined")
)  # fmt: skip
_SHORT_NUMBER = re.compile(r"[-+]?[\d.,:]{1,7}")


def _is_guess_worth(value: str, environment: Mapping[str, str]) -> bool:
    """Whether a value that only its variable's name calls secret can be one.

    It is hidden wherever it stands, so a switch, a small number or the directory that each line
    of a traceback begins with would take the sense out of every text.
    """
    if len(value) < _SHORTEST_GUESSED or value.lower() in _PLAIN_VALUES:
        return False
    if _SHORT_NUMBER.fullmatch(value):
        return False
    folders = (environment.get(name, "") + "/" for name in _WORKING_DIRECTORIES)
    return not any(folder.startswith(value.rstrip("/") + "/") for folder in folders)


def _forms(secret: str) -> Iterable[str]:
    """The value as it stands, as URLs, JSON and Python write it, and line by line."""
    yield secret
    for encoded in (
        quote(secret, safe="", errors="surrogatepass"),
        quote(secret, errors="surrogatepass"),
        quote_plus(secret, errors="surrogatepass"),
    ):
        yield encoded
        yield re.sub(r"%[0-9A-F]{2}", lambda code: code.group().lower(), encoded)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    if "\n" in secret:  # a private key is logged in lines
        yield from (line for line in secret.split("\n") if len(line) >= _SHORTEST_LINE)


class Redactor:
    """Takes known secrets and whatever looks like one out of a text.

    Args:
        secrets: values that must never be shown, as they stand or encoded; those shorter than
            four characters are left alone, since hiding "1" or "me" would hide everything.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: list[str] = []
        self._known = re.compile(r"(?!)")
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these values as well from now on."""
        forms = set(self._forms)
        for secret in secrets:
            if len(secret) >= _SHORTEST_DECLARED and secret.strip("* \t\r\n"):
                forms.update(_forms(secret))
        if forms:
            self._forms = sorted(forms, key=lambda form: (-len(form), form))
            self._known = re.compile("|".join(map(re.escape, self._forms)))

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], secrets: Iterable[str] = ()
    ) -> Redactor:
        """Also hides the values of variables whose names say that they are secret."""
        named = [
            value
            for name, value in environment.items()
            if name not in _WORKING_DIRECTORIES
            and is_secret_name(name)
            and _is_guess_worth(value, environment)
        ]
        return cls([*named, *secrets])

    def text(self, text: str) -> str:
        """The text with its secrets replaced by `***`."""
        # Known values come second: a password that reads "token" must not hide another's name.
        text = _hide_what_shows(text)
        for form in self._forms:
            if form in text:
                # With them gone, what they stood against may show itself.
                return _hide_what_shows(self._known.sub(HIDDEN, text))
        return text

    def line(self, text: str, limit: int = NAME_LIMIT) -> str:
        """A redacted, safe, single line."""
        shown, beyond = self._read(text, limit)
        return _fit(_one_line(shown), limit, beyond)

    def block(self, text: str, limit: int = TEXT_LIMIT) -> str:
        """A redacted, safe text of several lines."""
        shown, beyond = self._read(text, limit)
        return _fit(shown, limit, beyond)

    def _read(self, text: str, limit: int) -> tuple[str, int]:
        """The redacted text, of a long one only its beginning, and how much was left out."""
        reach = limit * 4
        if len(text) <= reach:
            return self.text(text), 0
        shown = self.text(text[:reach])
        # A known secret may begin where the text was cut, and half of it would not be known.
        longest = len(self._forms[0]) if self._forms else 0
        kept = shown[: max(len(shown) - longest, 0)]
        return kept, len(text) - reach + len(shown) - len(kept)


def redact_arguments(arguments: list[str], redactor: Redactor) -> list[str]:
    """A command line with the values of secret options hidden: `--api-key ***`."""
    shown: list[str] = []
    hide_next = False
    for argument in arguments:
        if hide_next and not argument.startswith("--"):
            shown.append(HIDDEN)
            hide_next = False
            continue
        name, equals, _ = argument.partition("=")
        secret = name.startswith("--") and is_secret_name(name.lstrip("-").replace("-", "_"))
        shown.append(f"{name}={HIDDEN}" if secret and equals else redactor.line(argument, 1000))
        hide_next = secret and not equals
    return shown

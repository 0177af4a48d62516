"""Text from outside is made safe, and secrets are taken out, before a record exists.

Names, error messages, log lines and bodies come from the target, the locustfile or the
environment. A terminal obeys control characters that it is shown, and a screen reads
right-to-left marks and zero-width characters without showing them; here they become text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

NAME_LIMIT = 300
TEXT_LIMIT = 2_000
TRACEBACK_LIMIT = 8_000
HIDDEN = "***"

# C0 except tab and newline, DEL, C1, zero-width and bidi controls, line separators, BOM,
# interlinear and tag characters, lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_USERINFO = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s?#@]+@")
_BEARER = re.compile(r"(?i)\b(?P<kind>bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}")
_SECRET_WORD = (
    r"authorization|proxy-authorization|cookie|set-cookie|x-api-key|api[_-]?key|apikey|"
    r"access[_-]?token|refresh[_-]?token|id[_-]?token|auth[_-]?token|token|secret|"
    r"client[_-]?secret|password|passwd|pwd|passphrase|private[_-]?key|session[_-]?id"
)
# The value after a secret's name: quoted, or up to the next separator. The key may be quoted
# (JSON, Python), and the value of a header runs on to the end of its line.
_KEY_VALUE = re.compile(
    rf"(?i)(?P<key>(?<![a-z0-9])[\w-]{{0,40}}(?:{_SECRET_WORD})[\"']?\s*[:=]\s*)"
    r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s,;&\"'()\[\]{}<>]+)"
)
_SECRET_KEY = re.compile(rf"(?i)(?<![a-z0-9])(?:[\w-]*[_-])?(?:{_SECRET_WORD})(?:[_-]\w*)?$")
_SHORTEST_SECRET = 4
_NO_SECRETS = frozenset({"PWD", "OLDPWD"})


def safe(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text with every control, bidi and zero-width character written out, at most `limit` long.

    A tab and a newline stay. What is cut off is counted: `… (+120 characters)`.
    """
    over = len(text) - limit
    if over > 0:
        text = text[:limit]
    if _UNSAFE.search(text):
        text = _UNSAFE.sub(_written_out, text)
        if len(text) > limit * 2:
            over += len(text) - limit * 2
            text = text[: limit * 2]
    return f"{text}… (+{over} characters)" if over > 0 else text


def safe_line(text: str, limit: int = NAME_LIMIT) -> str:
    """As `safe`, on one line: newlines and tabs are written out as well."""
    return safe(text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t"), limit)


def _written_out(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def is_secret_name(name: str) -> bool:
    """Whether an option, header or variable of this name holds a secret: `ADMIN_PASSWORD`."""
    return _SECRET_KEY.search(name.replace(".", "_")) is not None


def redact_url(url: str) -> str:
    """The URL without the user name and password that it may carry."""
    return _USERINFO.sub(rf"\g<scheme>{HIDDEN}@", url)


class Redactor:
    """Takes known secrets and whatever looks like one out of a text.

    Args:
        secrets: values that must never be shown, as they stand; those shorter than four
            characters are left alone, since hiding "1" or "me" would hide everything.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._known: re.Pattern[str] | None = None
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these values as well from now on."""
        self._secrets |= {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        longest_first = sorted(self._secrets, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], secrets: Iterable[str] = ()
    ) -> Redactor:
        """Also hides the values of variables whose names say that they are secret."""
        named = [
            value
            for name, value in environment.items()
            if is_secret_name(name) and name not in _NO_SECRETS
        ]
        return cls([*named, *secrets])

    def text(self, text: str) -> str:
        """The text with its secrets replaced by `***`."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        if "://" in text:
            text = redact_url(text)
        text = _BEARER.sub(rf"\g<kind> {HIDDEN}", text)
        if "=" in text or ":" in text:
            text = _KEY_VALUE.sub(rf"\g<key>{HIDDEN}", text)
        return text

    def line(self, text: str, limit: int = NAME_LIMIT) -> str:
        """A redacted, safe, single line."""
        return safe_line(self.text(text[: limit * 4]), limit)

    def block(self, text: str, limit: int = TEXT_LIMIT) -> str:
        """A redacted, safe text of several lines."""
        return safe(self.text(text[: limit * 4]), limit)


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

"""Known secrets, and whatever looks like one, taken out of texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from lftui.safe_text.characters import HIDDEN, NAME_LIMIT, TEXT_LIMIT, fit, one_line
from lftui.safe_text.secret_names import is_secret_name
from lftui.safe_text.secret_signs import hide_what_shows

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
        text = hide_what_shows(text)
        for form in self._forms:
            if form in text:
                # With them gone, what they stood against may show itself.
                return hide_what_shows(self._known.sub(HIDDEN, text))
        return text

    def line(self, text: str, limit: int = NAME_LIMIT) -> str:
        """A redacted, safe, single line."""
        shown, beyond = self._read(text, limit)
        return fit(one_line(shown), limit, beyond)

    def block(self, text: str, limit: int = TEXT_LIMIT) -> str:
        """A redacted, safe text of several lines."""
        shown, beyond = self._read(text, limit)
        return fit(shown, limit, beyond)

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

"""Names that say that what they name is secret: `ADMIN_PASSWORD`, `X-Api-Key`."""

from __future__ import annotations

import re

_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-.]")
# Words that say "secret" even with others before them (PGPASSWORD, csrfmiddlewaretoken), and
# short ones that do so only as a whole word at the end (DB_PASS, but neither bypass nor OLDPWD).
_SECRET_WORD = (
    r"(?:authorization|cookie|token|secret|password|passwd|passphrase|sess(?:ion)?_?id|"
    r"(?:access|account|api|auth|encryption|private|secret|shared|signing)_?key|signature)\d*"
)
_SHORT_WORD = r"(?:^|[_\d])(?:jwt|pass|pwd|sid|sig)\d*"
_SECRET_NAME = re.compile(rf"{_SECRET_WORD}(?:_|$)|{_SHORT_WORD}$")
SECRET_KEY = re.compile(rf"(?:{_SECRET_WORD}|{_SHORT_WORD})(?:_(?:base|confirmation|hash|value))?$")
# The value of such a header runs on to the end of its line.
HEADER = re.compile(r"(?:authorization|cookie)$")
# Ordinary words as well: a report says "pass: 12", so these need a = or quotes to be a key.
ORDINARY = frozenset({"pass", "sid", "sig", "signature"})


def words(name: str) -> str:
    """The name in words: `apiToken` and `Api-Token` are `api_token`."""
    return _NEW_WORD.sub("_", name).lower()


def is_secret_name(name: str) -> bool:
    """Whether an option, header or variable of this name holds a secret: `ADMIN_PASSWORD`."""
    return _SECRET_NAME.search(words(name)) is not None

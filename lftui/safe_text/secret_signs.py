"""Secrets that show themselves: user names in URLs, bearer tokens, JWTs."""

from __future__ import annotations

import re

from lftui.safe_text.characters import HIDDEN
from lftui.safe_text.secret_values import SIGNS, hide_values

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


def hide_what_shows(text: str) -> str:
    """The text without what stands behind a secret's name or looks like a secret."""
    lower = text.lower()
    for sign in SIGNS:
        if sign in lower:
            text = hide_values(text)
            break
    text = redact_url(text)
    if "bearer" in lower or "basic" in lower:
        text = _SCHEME.sub(_hide_credential, text)
    return _JWT.sub(HIDDEN, text) if "eyJ" in text else text

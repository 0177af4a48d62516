"""A choice as plain TOML: a plan that can be kept, read and edited."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from lftui.choices.choice import Choice
from lftui.choices.command_line import choice_from
from lftui.plan import PlanError
from lftui.safe_text import HIDDEN, is_secret_name

_HEAD = "# A plan of lftui. Secrets are not kept; a production target has to be typed again.\n"
_NEVER = ("confirmed",)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_NOT_AGAIN = ("--headless", "--autostart", "--plain")
_HIDDEN_USERINFO = re.compile(rf"(\w+://){re.escape(HIDDEN)}@")
_USERINFO = re.compile(r"^(\w+://)[^/?#]*@")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def to_toml(choice: Choice, secret: Collection[str] = ()) -> str:
    """The choice as TOML, without secrets.

    Args:
        secret: options of the locustfile that are secret (`OptionFact.secret`); so are those
            whose names say it.
    """
    choice = without_secrets(choice, secret)
    defaults = Choice()
    lines, tables = [_HEAD], []
    for field in choice.__struct_fields__:
        value = getattr(choice, field)
        if field in _NEVER or value == getattr(defaults, field):
            continue
        if isinstance(value, dict):
            rows = [f"{_key(name)} = {_value(one)}" for name, one in value.items()]
            tables.append("\n".join([f"\n[{field}]", *rows, ""]))
        else:
            lines.append(f"{field} = {_value(value)}\n")
    return "".join(lines + tables)


def without_secrets(choice: Choice, secret: Collection[str] = ()) -> Choice:
    """The choice without secret options, and without a password in its host."""
    own = {
        name: value
        for name, value in choice.own_options.items()
        if not _is_secret(name, secret) and not _USERINFO.match(value)
    }
    rest: list[str] = []
    skipping = False
    for word in choice.rest:
        name, equals, value = word.partition("=")
        if word.startswith("-"):
            skipping = _is_secret(name, secret) and not equals
            if _is_secret(name, secret) or _USERINFO.match(value):
                continue
        elif skipping or _USERINFO.match(word):
            continue
        rest.append(word)
    host = _USERINFO.sub(r"\1", choice.host)
    return msgspec.structs.replace(choice, own_options=own, rest=rest, host=host)


def choice_again(argv: Sequence[str]) -> Choice:
    """The choice of a run that is over, from the command line in its journal.

    What was hidden there is left out, and production has to be typed again.
    """
    words: list[str] = []
    for word in argv:
        word = _HIDDEN_USERINFO.sub(r"\1", word)
        if HIDDEN not in word:
            words.append(word)
        elif "=" not in word and words and words[-1].startswith("-"):
            words.pop()  # the option whose value it was
    choice = choice_from([word for word in words if word not in _NOT_AGAIN])
    return msgspec.structs.replace(choice, confirmed="")


def _is_secret(name: str, secret: Collection[str]) -> bool:
    return name in secret or is_secret_name(name.lstrip("-"))


def from_toml(text: str) -> Choice:
    """The choice that a plan says.

    Raises:
        PlanError: it is no TOML, or says what a plan cannot; one sentence without a full stop.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"it is no TOML: {error}") from None
    unknown = [name for name in table if name not in Choice.__struct_fields__ or name in _NEVER]
    if unknown:
        raise PlanError(f"a plan has no `{unknown[0]}`")
    try:
        return msgspec.convert(table, Choice, strict=True)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        where = place.strip("`").removeprefix("$.")
        raise PlanError(f"{where}: {what[0].lower()}{what[1:]}") from None


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)


def _text(text: str) -> str:
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    code = ord(character)
    if character in _ESCAPES:
        return _ESCAPES[character]
    if 0xD800 <= code <= 0xDFFF:
        return "�"  # half of a pair, which TOML cannot say
    if code < 32 or code == 127:
        return f"\\u{code:04x}"
    return character

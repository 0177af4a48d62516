"""A choice as the words of a command line, and the words as a choice.

Locust's own parser, in the generator, has the last word on what a command line means. This one
takes what Setup shows and leaves everything else as it stands, in `Choice.rest`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from lftui import options
from lftui.choices.choice import Choice
from lftui.choices.locust_words import LOCUST_SWITCHES, LOCUST_VALUES

CONFIG_USERS = "--config-users"
PROCESSES = "--processes"
MAX_USERS = "--max-users"
_TEXTS = {
    "-f": "locustfile",
    "--locustfile": "locustfile",
    "-H": "host",
    "--host": "host",
    "-t": "run_time",
    "--run-time": "run_time",
}
_LISTS = {
    "-T": "tags",
    "--tags": "tags",
    "-E": "exclude_tags",
    "--exclude-tags": "exclude_tags",
}
_OURS = {
    "--shape": "shape",
    "--arrivals": "arrivals",
    "--preset": "preset",
    "--baseline": "baseline",
    "--guard": "guard",
    "--on-disconnect": "on_disconnect",
    "--confirm-target": "confirmed",
}
_USERS = ("-u", "--users")
_RATE = ("-r", "--spawn-rate")
_NUMBERS = (*_USERS, *_RATE, PROCESSES)
_OUR_NUMBERS = {MAX_USERS: "max_users"}
_SHORT = ("-f", "-H", "-t", "-T", "-E", "-u", "-r")


def argv_of(choice: Choice, taken: Collection[str] = ()) -> list[str]:
    """The words of a choice, without the name of the program.

    Args:
        taken: the option names that the locustfile has itself; ours of the same name are then
            written as `--lftui-NAME`.
    """
    taken = {*taken, *choice.own_options}
    # Classes come first: Locust's parser refuses them behind an option that takes any number.
    words = [*choice.classes]
    if choice.locustfile:
        words += ["-f", choice.locustfile]
    for name, value in choice.own_options.items():
        words += own_words(name, value)
    if choice.host:
        words += ["-H", choice.host]
    words += [] if choice.users is None else ["-u", str(choice.users)]
    words += [] if choice.spawn_rate is None else ["-r", number(choice.spawn_rate)]
    words += ["-t", choice.run_time] if choice.run_time else []
    words += [] if choice.processes is None else [PROCESSES, str(choice.processes)]
    words += ["--tags", *choice.tags] if choice.tags else []
    words += ["--exclude-tags", *choice.exclude_tags] if choice.exclude_tags else []
    for name, field in {**_OURS, **_OUR_NUMBERS}.items():
        if value := str(getattr(choice, field) or ""):
            shown = f"--lftui-{name[2:]}" if name in taken else name
            words += [f"{shown}={value}"] if value.startswith("-") else [shown, value]
    return words + _with_users(choice)


def own_words(name: str, value: str) -> list[str]:
    """An option of the locustfile: a switch has no value; of many values each is a line."""
    if not value:
        return [name]
    values = value.split("\n")
    return [f"{name}={value}"] if len(values) == 1 else [name, *values]


def number(value: float) -> str:
    """A number as one writes it: 5, 0.5."""
    return str(int(value)) if value == int(value) else repr(value)


def _with_users(choice: Choice) -> list[str]:
    """The rest, and in it or before it `--config-users` for what differs from the locustfile."""
    changes: dict[str, dict[str, Any]] = {}
    for name, weight in choice.weights.items():
        fitting = int(weight) if weight == int(weight) else weight
        changes.setdefault(name, {})["weight"] = fitting
    for name, count in choice.fixed_counts.items():
        changes.setdefault(name, {})["fixed_count"] = count
    if not changes:
        return list(choice.rest)
    text = json.dumps([{"user_class_name": name, **one} for name, one in changes.items()])
    if CONFIG_USERS not in choice.rest:
        return [CONFIG_USERS, text, *choice.rest]
    # Given twice only the last one counts: ours goes behind theirs, into the same list.
    end = choice.rest.index(CONFIG_USERS) + 1
    while end < len(choice.rest) and not choice.rest[end].startswith("-"):
        end += 1
    return [*choice.rest[:end], text, *choice.rest[end:]]


def choice_from(argv: Sequence[str]) -> Choice:
    """What a command line chooses, as far as that can be said without Locust.

    What is not known, or cannot be read, stays in `rest`: whoever loads the locustfile says what
    is wrong with it. `completing.completed` sorts out the locustfile's own options.
    """
    return _Reader(argv).read()


class _Reader:
    """One pass over the words."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._words = list(argv)
        self._at = 0
        self._fields: dict[str, Any] = {}
        self._rest: list[str] = []
        # An option without its value, last of all: another word behind it would become one. The
        # first is enough to have the command line refused.
        self._lacking: list[str] = []
        self._behind: list[str] = []
        self._classes: list[str] = []
        self._arity = options.takes_value()

    def read(self) -> Choice:
        while self._at < len(self._words):
            word = self._words[self._at]
            self._at += 1
            if word == "--":
                self._behind = [word, *self._words[self._at :]]
                break
            if word.startswith("-") and word != "-":
                self._option(word)
            else:
                self._classes.append(word)
        rest = [*self._rest, *self._lacking[:1], *self._behind]
        return Choice(classes=self._classes, rest=rest, **self._fields)

    def _option(self, word: str) -> None:
        name, value = _split(word)
        ours = f"--{name.removeprefix('--lftui-')}" if name.startswith("--lftui-") else name
        if name in _LISTS:
            self._fields[_LISTS[name]] = self._bare() if value is None else [value]
        elif name == CONFIG_USERS:
            self._config_users(value)
        elif name in _TEXTS or name in _NUMBERS or ours in _OURS or ours in _OUR_NUMBERS:
            self._known(ours, word, value)
        elif name in LOCUST_SWITCHES or self._arity.get(ours) is False:
            self._rest.append(word)
        elif name in LOCUST_VALUES or ours in self._arity:
            more = self._next(ours in self._arity) if value is None else []
            if value is None and not more:
                self._lacking.append(word)
            else:
                self._rest += [word, *more]
        else:
            self._rest += [word, *(self._bare() if value is None else [])]

    def _known(self, name: str, word: str, value: str | None) -> None:
        words = [word]
        if value is None:
            following = self._next(name in _OURS or name in _OUR_NUMBERS)
            if not following:
                self._lacking.append(word)
                return
            words += following
            value = following[0]
        field, read = self._read(name, value)
        if read is None or read == "":
            self._rest += words
        else:
            self._fields[field] = read

    def _read(self, name: str, value: str) -> tuple[str, Any]:
        if name in _USERS:
            return "users", int(value) if _is_count(value) else None
        if name == PROCESSES:
            number = value.removeprefix("-")
            return "processes", int(value) if _is_count(number) else None
        if name in _OUR_NUMBERS:
            return _OUR_NUMBERS[name], (int(value) if _is_count(value) else None) or None
        if name in _RATE:
            return "spawn_rate", _number(value)
        return {**_TEXTS, **_OURS}[name], value

    def _config_users(self, value: str | None) -> None:
        words = self._bare() if value is None else [value]
        weights: dict[str, float] = {}
        counts: dict[str, int] = {}
        if all(_take(word, weights, counts) for word in words):
            self._fields |= {"weights": weights, "fixed_counts": counts}
        else:
            self._rest += [CONFIG_USERS, *words]

    def _next(self, ours: bool) -> list[str]:
        """The following word, where it can be a value of an option of ours, or of Locust's."""
        if self._at >= len(self._words):
            return []
        word = self._words[self._at]
        refused = word.startswith("--")
        if refused or (not ours and word.startswith("-") and not _is_value(word)):
            return []
        self._at += 1
        return [word]

    def _bare(self) -> list[str]:
        """The following words up to the next option."""
        begin = self._at
        while self._at < len(self._words) and not self._words[self._at].startswith("-"):
            self._at += 1
        return self._words[begin : self._at]


def _split(word: str) -> tuple[str, str | None]:
    """The option's name and the value that hangs on it: `--users=5`, `-u5`."""
    name, equals, value = word.partition("=")
    if word.startswith("--"):
        return name, value if equals else None
    if word[:2] in _SHORT and len(word) > 2:
        return word[:2], word[3:] if word[2] == "=" else word[2:]
    return (name, value) if equals else (word, None)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _is_value(word: str) -> bool:
    """Whether a word with a dash is none of an option: - alone, or a negative number."""
    return word == "-" or word[1:].replace(".", "", 1).isdigit()


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


class _UserConfig(msgspec.Struct, forbid_unknown_fields=True):
    """One entry of `--config-users` that a form can show."""

    user_class_name: str
    weight: float | None = None
    fixed_count: int | None = None


def _take(word: str, weights: dict[str, float], counts: dict[str, int]) -> bool:
    """Read one word of `--config-users`; False where it says more than a form can show."""
    try:
        found = msgspec.json.decode(word, type=list[_UserConfig] | _UserConfig)
    except msgspec.MsgspecError:
        return False
    for one in found if isinstance(found, list) else [found]:
        if one.weight is not None:
            weights[one.user_class_name] = one.weight
        if one.fixed_count is not None:
            counts[one.user_class_name] = one.fixed_count
    return True

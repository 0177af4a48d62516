"""The parameters of load shapes: what there is to set, and what was given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import ceil, isfinite
from typing import Literal, TypeVar

import msgspec

from lftui.plan import PlanError, parse_duration
from lftui.shapes.base import Shape, Unit
from lftui.shapes.rates import read_arrival_rate, read_slope

MAX_USERS = 1_000_000
"""More users than this are a slip of the pen; so are more users a second."""
MAX_SECONDS = 366 * 86_400.0
"""Longer durations, in seconds, are a slip of the pen."""

Default = TypeVar("Default")
Value = TypeVar("Value")


class Parameter(msgspec.Struct, frozen=True):
    """Something to set about a shape; a form shows one field for each.

    Attributes:
        name: its key in `name:key=value`.
        kind: how its text is read: `rate` is users a second, `arrival_rate` iterations a second
            and `slope` the change of that a second; `list` stands in a specification without a key,
            a `level` is of users or a rate, and `text` the shape's own affair.
        default: what holds if it is not given, in words.
        help: what it sets, in words.
    """

    name: str
    kind: Literal[
        "users", "rate", "duration", "levels", "list", "arrival_rate", "slope", "level", "text"
    ]
    default: str
    help: str


class Given:
    """What the operator gave for a shape: its own parameters and the options -u, -r and -t.

    Attributes:
        shape: the shape's name.
        items: what stood in the specification without a key.
        asked_users: -u, None if not given.
        asked_rate: -r in users a second, None if not given.
        asked_time_s: -t in seconds, None if not given.
    """

    def __init__(
        self,
        shape: str,
        texts: Mapping[str, str],
        items: tuple[str, ...] = (),
        asked_users: int | None = None,
        asked_rate: float | None = None,
        asked_time_s: float | None = None,
    ) -> None:
        """`texts` are the parameters' texts by name.

        Raises:
            PlanError: an option is out of range.
        """
        self.shape = shape
        self.items = items
        self.asked_users = asked_users
        self.asked_rate = asked_rate
        self.asked_time_s = asked_time_s
        self._texts = texts
        if asked_users is not None:
            check_users(f"-u {asked_users}", asked_users)
        if asked_rate is not None:
            check_rate(f"-r {asked_rate:g}", asked_rate)
        if asked_time_s is not None:
            check_seconds(f"-t {asked_time_s:g}", asked_time_s)

    def has(self, key: str) -> bool:
        """Whether the parameter was given."""
        return key in self._texts

    def text(self, key: str, default: Default) -> str | Default:
        """The parameter as it was written."""
        return self._texts.get(key, default)

    def users(self, key: str, default: Default) -> int | Default:
        """The parameter as a number of users."""
        text = self._texts.get(key)
        return default if text is None else read_users(self.where(key), text)

    def rate(self, key: str, default: Default) -> float | Default:
        """The parameter as users a second."""
        text = self._texts.get(key)
        return default if text is None else read_rate(self.where(key), text)

    def arrival_rate(self, key: str, default: Default, zero: bool = False) -> float | Default:
        """The parameter as iterations a second, which may be 0 with `zero`."""
        text = self._texts.get(key)
        return default if text is None else read_arrival_rate(self.where(key), text, zero)

    def slope(self, key: str, default: Default) -> float | Default:
        """The parameter as the change of a rate of iterations a second."""
        text = self._texts.get(key)
        return default if text is None else read_slope(self.where(key), text)

    def seconds(self, key: str, default: Default, zero: bool = False) -> float | Default:
        """The parameter as a duration in seconds, which may be 0 with `zero`."""
        text = self._texts.get(key)
        if text is None:
            return default
        if zero and text in ("0", "0s"):
            return 0.0
        return read_seconds(self.where(key), text)

    def where(self, key: str) -> str:
        """The parameter as it was given, for a message."""
        return f"the shape '{self.shape}': {key}={self._texts.get(key, '')}"

    def error(self, text: str) -> PlanError:
        """The refusal of this shape with these parameters."""
        return PlanError(f"the shape '{self.shape}': {text}")


class Kind(msgspec.Struct, frozen=True):
    """A load shape that `--shape` knows: what it does, what can be set and how it is made.

    Attributes:
        unit: what it plans.
        rate_key: the parameter that `--rate` stands for; "" where there is none.
    """

    name: str
    help: str
    parameters: tuple[Parameter, ...]
    build: Callable[[Given], Shape]
    unit: Unit = "users"
    rate_key: str = ""


def either(value: Value | None, default: Value) -> Value:
    """The value, or the default if there is none."""
    return default if value is None else value


def fitting_rate(change: int, length_s: float, part: int = 4) -> float:
    """A spawn rate for stages without one: the change takes at most 1/`part` of the length.

    It is a whole number and at least 1, Locust's own default.
    """
    return float(max(1, ceil(abs(change) * part / length_s)))


def read_users(where: str, text: str) -> int:
    """A number of users; `where` names it in the refusal."""
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise PlanError(f"{where} is not a number of users; write a whole number like 50")
    return check_users(where, int(text))


def read_rate(where: str, text: str) -> float:
    """Users a second; `where` names it in the refusal."""
    try:
        rate = float(text)
    except ValueError:
        raise PlanError(f"{where} is not a rate; write users a second, like 5 or 0.5") from None
    return check_rate(where, rate)


def read_seconds(where: str, text: str) -> float:
    """A duration in seconds; `where` names it in the refusal."""
    try:
        return parse_duration(text)
    except PlanError as error:
        raise PlanError(f"{where}: {error}") from None


def check_users(where: str, users: int) -> int:
    """The number of users, if it is one that can be."""
    if users < 0:
        raise PlanError(f"{where} is negative; write 0 users or more")
    if users > MAX_USERS:
        raise PlanError(f"{where} is over a million users; write at most {MAX_USERS}")
    return users


def check_rate(where: str, rate: float) -> float:
    """The rate, if it is one that can be."""
    if not (isfinite(rate) and 0 < rate <= MAX_USERS):
        raise PlanError(
            f"{where} is no rate to start users at; write a number above 0, like 5 or 0.5 a second"
        )
    return rate


def check_seconds(where: str, seconds: float) -> float:
    """The duration in seconds, if it is one that can be."""
    if not isfinite(seconds) or seconds <= 0:
        raise PlanError(f"{where} is no time at all; write a duration like 90s, 5m or 1h30m")
    if seconds > MAX_SECONDS:
        raise PlanError(f"{where} is longer than a year; write a duration like 90s, 5m or 1h30m")
    return seconds


def say_users(users: int) -> str:
    """A number of users in words."""
    return "1 user" if users == 1 else f"{users} users"

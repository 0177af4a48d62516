"""What the fields of the users dialog ask for."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lftui.plan import MAX_USERS, PlanError, check_rate
from lftui.records import SetUsers

_DIGITS = 12


class UsersNow(msgspec.Struct, frozen=True):
    """How the load is: users that run, users wanted, the target's ceiling, both by class."""

    users: int = 0
    target: int = 0
    spawn_rate: float = 1.0
    ceiling: int | None = None
    by_class: Mapping[str, int] = {}
    target_by_class: Mapping[str, int] = {}


class Asked(msgspec.Struct, frozen=True):
    """What would be sent, or why not.

    Attributes:
        command: None while something is wrong.
        errors: by field: `users`, `rate`, or `class:NAME`.
        sentence: what would happen, in words.
    """

    command: SetUsers | None
    errors: dict[str, str]
    sentence: str


def read_fields(users: str, rate: str, classes: Mapping[str, str], now: UsersNow) -> Asked:
    """What the texts of the fields ask for; a class that is left empty keeps its users."""
    errors: dict[str, str] = {}
    per_class = {}
    for name, text in classes.items():
        if text.strip():
            number = _number(text, f"class:{name}", errors)
            if number is not None:
                per_class[name] = number
    wanted = None
    if per_class:
        kept = {name: now.target_by_class.get(name, 0) for name in classes}
        wanted = sum({**kept, **per_class}.values())
    elif not any(text.strip() for text in classes.values()):
        wanted = _number(users, "users", errors)
    if wanted is not None and now.ceiling is not None and wanted > now.ceiling:
        errors["users"] = f"over the ceiling of {now.ceiling:,}"
    spawn_rate = _rate(rate, errors)
    if errors or wanted is None:
        return Asked(None, errors, "")
    command = SetUsers(
        users=None if per_class else wanted, spawn_rate=spawn_rate, per_class=per_class
    )
    return Asked(command, {}, _sentence(wanted, spawn_rate, per_class, now))


def _number(text: str, field: str, errors: dict[str, str]) -> int | None:
    plain = text.strip().replace(",", "").replace("_", "")
    if not plain.removeprefix("-").isdigit() or not plain.isascii():
        errors[field] = "a whole number, like 50"
    elif plain.startswith("-"):
        errors[field] = "not below 0"
    elif len(plain) > _DIGITS or int(plain) > MAX_USERS:
        errors[field] = f"at most {MAX_USERS:,}"
    else:
        return int(plain)
    return None


def _rate(text: str, errors: dict[str, str]) -> float | None:
    """None where the field is empty: the plan's own rate."""
    if not text.strip():
        return None
    try:
        return check_rate(float(text.strip()), "the spawn rate")
    except (ValueError, PlanError):
        errors["rate"] = "a number above 0, like 5"
        return None


def _sentence(users: int, rate: float | None, per_class: Mapping[str, int], now: UsersNow) -> str:
    about = ", ".join(f"{name} {count:,}" for name, count in per_class.items())
    classes = f" ({about}, others as they are)" if about else ""
    pace = f", {rate:g} a second" if rate is not None else ""
    took = abs(users - now.users) / rate if rate else 0.0
    ready = f", there in {took:.0f} s" if took >= 1 else ""
    return f"users {now.target:,} → {users:,}{classes}{pace}{ready}"

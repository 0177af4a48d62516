"""The open workload of a plan: its rate, how iterations arrive, and who may carry them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from lftui.plan import MAX_USERS, OpenWorkload, PlanError, check_users
from lftui.records import UserClassFact
from lftui.settings import Target
from lftui.shapes import Shape, at_rate
from lftui.shapes.rates import read_arrival_rate, say_arrival_rate, say_number

_OPTIONS = ("arrivals", "max-users")
# Users for an outage of so many seconds: a target that hangs for ten (a restart, a failover, the
# usual timeout) must not run out of them, or the load would wait for it after all.
_COVERED_S = 15.0
_FEWEST, _MOST = 50, 5_000


def shape_words(options: Mapping[str, str], locust_shapes: Sequence[str]) -> str | None:
    """The specification of `--shape`, with what `--rate` says in it; None where neither is given.

    Args:
        options: lftui's own options.
        locust_shapes: the names of the locustfile's shapes, before which a rate goes.

    Raises:
        PlanError: the rate is none, or the shape is one of users.
    """
    spec, text = options.get("shape"), options.get("rate")
    if text is None:
        return spec
    rate = read_arrival_rate(f"--rate '{text[:40]}'", text)
    if spec is not None and (spec in locust_shapes or spec.endswith(".toml")):
        raise PlanError(
            f"--rate is for an open workload, and --shape {spec} sets users; leave one of the two "
            "away"
        )
    return at_rate(spec, rate)


def open_workload(
    options: Mapping[str, str],
    shape: Shape | None,
    classes: Sequence[UserClassFact],
    given_users: int | None,
    target: Target | None,
) -> OpenWorkload | None:
    """The open workload that the shape makes; None where it is one of users.

    Args:
        options: lftui's own options.
        shape: the shape; None for one of the locustfile, which is always of users.
        classes: the user classes of the scenario.
        given_users: `-u`, which is the most users where `--max-users` does not say.
        target: its ceilings hold.

    Raises:
        PlanError: something cannot work.
    """
    if shape is None or shape.unit == "users":
        for name in _OPTIONS:
            if name in options:
                raise PlanError(
                    f"--{name} is for an open workload; give its rate as well, with --rate or a "
                    "shape like rate-ramp, or leave it away"
                )
        return None
    if options.get("preset"):
        raise PlanError(
            "--preset gives a number of users, and the load is a rate of iterations; leave one of "
            "the two away"
        )
    besides = _users_besides(classes)
    _check_rate(shape, target)
    most = target.max_users if target else None
    users = _max_users(options, given_users, shape.peak_rate, besides, most)
    even = options.get("arrivals") == "even"
    return OpenWorkload(arrivals="even" if even else "poisson", max_users=users)


def default_max_users(peak_rate: float, ceiling: int | None = None) -> int:
    """How many users there may be where nobody says: those for a target that hangs for 15 s.

    Args:
        peak_rate: the most iterations a second.
        ceiling: the most users that the target takes.
    """
    users = min(max(_FEWEST, ceil(peak_rate * _COVERED_S)), _MOST)
    return users if ceiling is None else min(users, ceiling)


def _users_besides(classes: Sequence[UserClassFact]) -> int:
    """The users of a fixed number, whom no arrival comes to."""
    chosen = [one for one in classes if one.chosen]
    if chosen and not any(one.weight > 0 and not one.fixed_count for one in chosen):
        raise PlanError(
            "every user class that is chosen has a fixed_count, and those users run beside the "
            "rate: nobody is there for the arrivals; choose a class without one"
        )
    return sum(one.fixed_count for one in chosen)


def _check_rate(shape: Shape, target: Target | None) -> None:
    most = target.max_rps if target else None
    if most is not None and shape.peak_rate > most:
        raise PlanError(
            f"the load's peak is {say_arrival_rate(shape.peak_rate)}, over this target's ceiling "
            f"of {say_number(most)} requests a second, and an iteration is at least one request; "
            "set a lower rate"
        )


def _max_users(
    options: Mapping[str, str],
    given_users: int | None,
    peak_rate: float,
    besides: int,
    ceiling: int | None,
) -> int:
    left = None if ceiling is None else ceiling - besides
    if left is not None and left < 1:
        raise PlanError(
            f"the users of fixed_count are {besides}, which leaves nobody of this target's ceiling "
            f"of {ceiling} users for the arrivals; lower fixed_count"
        )
    if "max-users" in options:
        where, users = "--max-users", _count(options["max-users"])
    elif given_users is not None:
        where, users = "-u, the most users of an open workload,", given_users
    else:
        return default_max_users(peak_rate, left)
    if users < 1:
        raise PlanError(f"{where} is {users}; there must be at least 1 user for the arrivals")
    if besides:
        where += f" with {besides} of fixed_count"
    check_users(users + besides, where, ceiling)
    return users


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:20]) <= MAX_USERS:
        raise PlanError(
            f"--max-users is '{text[:40]}'; give a whole number from 1 to {MAX_USERS:,}"
        )
    return int(text)
